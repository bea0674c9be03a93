"""Verdicts, plans and decisions in words, the same on a page, in a report and in the terminal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from dermograph.care.assess import AreaAssessment
from dermograph.care.plan import AreaPlan
from dermograph.care.review import AreaReview
from dermograph.care.sight import Decision
from dermograph.care.verdict import Verdict
from dermograph.core.dates import day_in_words
from dermograph.core.text import Language, Text
from dermograph.protocols.citations import Basis, ConflictKind, Fate
from dermograph.protocols.model import Grade

VERDICTS: Mapping[Verdict, Text] = {
    Verdict.SUITABLE: Text("suitable", "apto"),
    Verdict.CONDITIONAL: Text("conditional", "condicionado"),
    Verdict.DEFERRED: Text("deferred", "aplazado"),
    Verdict.REFERRED: Text("referred", "derivado"),
    Verdict.EXCLUDED: Text("excluded", "excluido"),
    Verdict.INCOMPLETE: Text("incomplete", "incompleto"),
}
ICONS: Mapping[Verdict, str] = {
    Verdict.SUITABLE: "✓",
    Verdict.CONDITIONAL: "!",
    Verdict.DEFERRED: "◷",
    Verdict.REFERRED: "→",
    Verdict.EXCLUDED: "✕",
    Verdict.INCOMPLETE: "?",
}
DECISIONS: Mapping[Decision, Text] = {
    Decision.ANOTHER_SESSION: Text("another session", "otra sesión"),
    Decision.WAIT: Text("wait", "esperar"),
    Decision.STOP_GOAL_MET: Text("stop, goal met", "terminar, objetivo cumplido"),
    Decision.STOP_PLATEAU: Text("stop, plateau", "terminar, meseta"),
    Decision.REFER: Text("refer", "derivar"),
    Decision.MAINTAIN: Text("maintain", "mantenimiento"),
    Decision.NOT_COMPARABLE: Text("not comparable, take the photograph again", "no comparable, repetir la fotografía"),
}
GRADES: Mapping[Grade, Text] = {
    "absolute": Text("excludes", "excluye"),
    "until_date": Text("waits for a date", "espera una fecha"),
    "until_condition": Text("waits for a condition", "espera una condición"),
    "clearance": Text("needs clearance", "necesita autorización"),
    "caution": Text("caution", "precaución"),
    "info": Text("information", "información"),
}
BASES: Mapping[Basis, Text] = {
    "clinic": Text("clinic", "clínica"),
    "literature": Text("literature", "literatura"),
    "assumption": Text("assumption", "supuesto"),
}
CONFLICTS: Mapping[ConflictKind, Text] = {
    "contradiction": Text("Sources disagree", "Las fuentes discrepan"),
    "gap": Text("The source leaves a gap", "La fuente deja un hueco"),
    "ambiguity": Text("The source can be read in two ways", "La fuente se lee de dos maneras"),
}
FATES: Mapping[Fate, Text] = {
    "used": Text("used", "usada"),
    "disputed": Text("disputed", "discutida"),
    "rejected": Text("rejected", "rechazada"),
    "not_clinical": Text("not clinical", "no clínica"),
    "reference": Text("reference", "referencia"),
}


def verdict_sentence(area: AreaAssessment, language: Language) -> str:
    """What a verdict means for one area, in one sentence."""
    count = len(area.ask)
    day = day_in_words(area.not_before, language) if area.not_before else ""
    match area.verdict:
        case Verdict.SUITABLE if any(reason.rule == "no-rule-for-this" for reason in area.reasons):
            says = Text(
                "No rule of this protocol speaks against it; but see below what it has no rule for.",
                "Ninguna regla de este protocolo lo desaconseja; pero vea abajo para qué no tiene regla.",
            )
        case Verdict.SUITABLE:
            says = Text(
                "Nothing known speaks against it, and nothing that matters is open.",
                "Nada conocido lo desaconseja y no queda nada relevante por saber.",
            )
        case Verdict.CONDITIONAL:
            says = Text("It can be done under the conditions below.", "Puede hacerse con las condiciones siguientes.")
        case Verdict.DEFERRED if day:
            says = Text(
                f"Not now. What is known stands against it until {day}.",
                f"Ahora no. Lo que se sabe lo impide hasta el {day}.",
            )
        case Verdict.DEFERRED:
            says = Text(
                "Not now, and no date can be given: it depends on the condition below.",
                "Ahora no, y no puede darse fecha: depende de la condición siguiente.",
            )
        case Verdict.REFERRED:
            says = Text("Somebody else has to be asked first.", "Antes hay que consultar a otra persona.")
        case Verdict.EXCLUDED:
            says = Text("This treatment is not for this area.", "Este tratamiento no es para esta zona.")
        case _:
            worst = VERDICTS[area.worst_case]
            answers = Text(
                "1 answer" if count == 1 else f"{count} answers",
                "1 respuesta podría" if count == 1 else f"{count} respuestas podrían",
            )
            says = Text(
                f"Not decided: what is known does not block, but {answers.en} could change it, at worst to {worst.en}.",
                f"Sin decidir: lo que se sabe no lo impide, pero {answers.es} cambiarlo, en el peor caso a {worst.es}.",
            )
    return says.say(language)


def next_session_sentence(area: AreaPlan, language: Language) -> str:
    """When the next session can be, in one sentence."""
    if area.earliest is None:
        return Text("No day can be given for the next session.", "No puede darse un día para la próxima sesión.").say(
            language
        )
    first = day_in_words(area.earliest, language)
    if area.latest is None:
        return Text(f"Next session: from {first}.", f"Próxima sesión: desde el {first}.").say(language)
    last = day_in_words(area.latest, language)
    if area.late:
        return Text(
            f"Next session: from {first}, which is late (usual: by {last}).",
            f"Próxima sesión: desde el {first}, más tarde de lo habitual (lo habitual: hasta el {last}).",
        ).say(language)
    return Text(
        f"Next session: from {first}, usually by {last}.",
        f"Próxima sesión: desde el {first}, habitualmente hasta el {last}.",
    ).say(language)


def decision_sentence(area: AreaReview, language: Language) -> str:
    """What is proposed after a session, with its days."""
    words = DECISIONS[area.decision].say(language)
    if area.first is None:
        return words
    first = day_in_words(area.first, language)
    if area.decision is Decision.WAIT:
        return f"{words}, {Text('until', 'hasta el').say(language)} {first}"
    span = f"{words}, {Text('from', 'desde el').say(language)} {first}"
    if area.late:
        return f"{span} ({Text('late', 'tarde').say(language)})"
    if area.last is None:
        return span
    return f"{span}, {Text('usually by', 'habitualmente hasta el').say(language)} {day_in_words(area.last, language)}"


def run_of_days(first: dt.date, last: dt.date | None, language: Language) -> str:
    """A run of days, its end open where none can be known."""
    if last is None:
        return Text(f"from {day_in_words(first, 'en')} on", f"desde el {day_in_words(first, 'es')}").say(language)
    if first == last:
        return day_in_words(first, language)
    return f"{day_in_words(first, language)} – {day_in_words(last, language)}"
