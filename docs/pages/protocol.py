"""The page of one protocol: everything that it states, each statement with its places and with the other side."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from dermograph.care.explain import GRADES, VERDICTS
from dermograph.care.verdict import EFFECT
from dermograph.core.dates import Period
from dermograph.core.text import Language, Text
from dermograph.protocols import Protocol
from dermograph.protocols.citations import Source
from dermograph.protocols.conditions import facts_of
from dermograph.protocols.model import GRADES as GRADE_ORDER
from dermograph.protocols.model import (
    Aftercare,
    Amount,
    Answer,
    Goal,
    Indication,
    Maintenance,
    Parameter,
    Plateau,
    Preparation,
    Price,
    PublishedSessions,
    Rule,
    SideEffect,
    SignRule,
    Spacing,
    Statement,
    Timed,
)
from dermograph.protocols.put_together import statements
from dermograph.protocols.words import in_words
from docs.pages import markup
from docs.pages.markup import code, element, escaped, link, pairs

_SECTIONS = {
    "indications": Text("Indications", "Indicaciones"),
    "preparation": Text("Preparation", "Preparación"),
    "session": Text("Session", "Sesión"),
    "course": Text("Between sessions", "Entre sesiones"),
    "aftercare": Text("Aftercare", "Cuidados posteriores"),
    "side_effects": Text("Side effects", "Efectos secundarios"),
    "results": Text("Results", "Resultados"),
    "maintenance": Text("Maintenance", "Mantenimiento"),
    "price": Text("Price", "Precio"),
    "answers": Text("Answers", "Respuestas"),
    "review": Text("Review", "Revisión"),
}
_FREQUENCIES = {
    "common": Text("common", "frecuente"),
    "uncommon": Text("uncommon", "poco frecuente"),
    "unstated": Text("frequency not stated", "frecuencia no indicada"),
}
_DECISIONS = {"refer": Text("refer", "derivar"), "wait": Text("wait", "esperar")}
_UNITS = {
    "minutes": Text("min", "min"),
    "eur": Text("€", "€"),
    "delta_e00": Text("ΔE00", "ΔE00"),
    "needles": Text("needles", "agujas"),
    "sessions": Text("sessions", "sesiones"),
    "deg": Text("°", "°"),
    "percent": Text("%", "%"),
    "hz": Text("Hz", "Hz"),
}
_PER = {"session": Text("a session", "por sesión")}
_LOTS = {
    "needle": Text("needle", "aguja"),
    "anaesthetic": Text("anaesthetic", "anestésico"),
    "pigment": Text("pigment", "pigmento"),
    "active_ingredient": Text("active ingredient", "principio activo"),
}


def anchor_of(section: str, statement: Statement) -> str:
    """Where a statement stands on its protocol's page."""
    kind = {"indications": "indication", "rules": "rule", "answers": "answer", "review.signs": "sign"}.get(section)
    return f"{kind or section.replace('_', '-')}-{statement.id}"


def page(protocol: Protocol, sources: Mapping[str, Source], language: Language) -> str:
    """The page in one language.

    Args:
        protocol: What it shows.
        sources: All registers; a dispute may name one that the protocol itself does not cite.
        language: Which one.
    """
    writer = _Writer(protocol, sources, language)
    pinned = f"{code(protocol.id)} {escaped(protocol.version)} · {code(protocol.hash.partition(':')[2][:12])}"
    parts = [
        f"# {protocol.title.say(language)}",
        f'<p class="lead">{escaped(protocol.summary.say(language))}</p>',
        f'<p class="at">{pinned}</p>',
        *writer.section("indications", protocol.indications),
        *writer.rules(),
    ]
    for name in ("preparation", "session"):
        parts += writer.section(name, getattr(protocol, name))
    course = protocol.course
    parts += writer.section(
        "course", (course.spacing, course.published_sessions, course.review_before_next, course.settled_after)
    )
    parts += writer.section("aftercare", _in_order(protocol.aftercare))
    for name in ("side_effects", "results", "maintenance"):
        parts += writer.section(name, getattr(protocol, name))
    parts += writer.section("price", (protocol.price,) if protocol.price else ())
    parts += writer.section("answers", protocol.answers)
    review = protocol.review
    kept = (review.measure_after, review.goal, review.plateau, review.maintain)
    parts += writer.section("review", [statement for statement in kept if statement is not None])
    parts += writer.signs()
    parts += writer.disputes()
    return "\n\n".join(parts) + "\n"


def _in_order(aftercare: Iterable[Aftercare]) -> list[Aftercare]:
    """What has an end first, in the order of its end; then what has none."""
    units = {"minutes": 1 / 1440, "hours": 1 / 24, "days": 1.0, "weeks": 7.0, "months": 30.5, "years": 365.25}

    def length(statement: Aftercare) -> float:
        period = statement.period
        return float("inf") if period is None else period.count * units[period.unit]

    return sorted(aftercare, key=length)


class _Writer:
    """Writes the statements of one protocol in one language."""

    def __init__(self, protocol: Protocol, sources: Mapping[str, Source], language: Language) -> None:
        self.protocol = protocol
        self.sources = sources
        self.language = language

    def say(self, english: str, spanish: str) -> str:
        return Text(english, spanish).say(self.language)

    def section(self, name: str, entries: Sequence[Statement]) -> list[str]:
        """A heading and its statements; nothing for none."""
        if not entries:
            return []
        title = f"## {_SECTIONS[name].say(self.language)} {{#{name.replace('_', '-')}}}"
        return [title, *(self.entry(name, statement) for statement in entries)]

    def rules(self) -> list[str]:
        """The rules by grade, most severe first."""
        parts = [f"## {self.say('Rules', 'Reglas')} {{#rules}}"]
        for grade in GRADE_ORDER:
            found = [rule for rule in self.protocol.rules if rule.grade == grade]
            if found:
                parts.append(f"### {_capital(GRADES[grade].say(self.language))} {{#grade-{grade}}}")
                parts += [self.entry("rules", rule) for rule in found]
        return parts

    def signs(self) -> list[str]:
        """What a reported sign leads to."""
        title = f"### {self.say('Signs after a session', 'Signos tras una sesión')} {{#review-signs}}"
        return [title, *(self.entry("review.signs", sign) for sign in self.protocol.review.signs)]

    def disputes(self) -> list[str]:
        """Every disagreement that the protocol touches, with all its sides."""
        named = {statement.conflict for _, statement in statements(self.protocol)}
        rows = [conflict for conflict in self.protocol.conflicts.values() if conflict.id in named]
        if not rows:
            return []
        title = f"## {self.say('Disputes', 'Discrepancias')} {{#disputes}}"
        listed = [link(f"conflicts.html#{one.id}", escaped(one.topic.say(self.language))) for one in rows]
        return [title, markup.items(listed)]

    def entry(self, section: str, statement: Statement) -> str:
        """One statement."""
        label = self.label(statement)
        head = f"<h4>{escaped(label)}</h4><p>{code(statement.id)}</p>" if label else f"<h4>{code(statement.id)}</h4>"
        if isinstance(statement, Rule) and statement.grade != "info":
            effect = EFFECT[statement.grade]
            head += f"<p>{markup.verdict(effect, VERDICTS[effect].say(self.language))}</p>"
        body = f'<p class="says">{escaped(statement.says.say(self.language))}</p>'
        body += pairs(self.details(statement)) + self.replaced(statement)
        body += markup.citations(statement.cite, self.protocol.sources, self.language)
        if statement.conflict is not None:
            body += markup.dispute(self.protocol.conflicts[statement.conflict], self.sources, self.language)
        return element("article", f"<header>{head}</header><div>{body}</div>", "entry", anchor_of(section, statement))

    def replaced(self, statement: Statement) -> str:
        """What a clinic's own statement replaced, and why."""
        if statement.replaces is None or statement.override is None:
            return ""
        words = self.say("replaces", "sustituye a")
        why = escaped(statement.override.reason.say(self.language))
        return pairs([(words, f"{escaped(statement.replaces.says.say(self.language))}<br>{why}")])

    def period(self, shortest: Period | None, longest: Period | None) -> str:
        """A period, or a range of two."""
        if longest is None:
            return ""
        if shortest is None:
            return longest.say(self.language)
        if shortest.unit == longest.unit:
            return self.say(f"{shortest.count} to {longest.say('en')}", f"de {shortest.count} a {longest.say('es')}")
        return self.say(
            f"{shortest.say('en')} to {longest.say('en')}", f"de {shortest.say('es')} a {longest.say('es')}"
        )

    def amount(self, low: Amount | None, high: Amount | None) -> str:
        """A number, or a range of two, with its unit."""
        ends = [f"{end.value:g}" for end in (low, high) if end is not None]
        if not ends:
            return ""
        unit = (high or low).unit  # type: ignore[union-attr]  # one of them is there
        named = _UNITS.get(unit, Text(unit, unit)).say(self.language)
        return f"{'–'.join(dict.fromkeys(ends))} {named}"

    def facts(self, names: Iterable[str]) -> str:
        """Links to facts of the vocabulary."""
        facts = self.protocol.vocabulary.facts
        return ", ".join(
            link(f"vocabulary.html#fact-{name}", escaped(facts[name].label.say(self.language))) for name in names
        )

    def event(self, name: str | None) -> str:
        """A link to a kind of event."""
        if name is None:
            return ""
        label = self.protocol.vocabulary.events[name].label.say(self.language)
        return link(f"vocabulary.html#event-{name}", escaped(label))

    def label(self, statement: Statement) -> str:
        """What names a statement to a person; empty where its id does."""
        say, language = self.say, self.language
        match statement:
            case Preparation():
                return self.period(None, statement.period) or say("before the session", "antes de la sesión")
            case Aftercare():
                return self.period(statement.shortest, statement.period) or say("no figure", "sin cifra")
            case Parameter():
                return self.amount(statement.low, statement.high)
            case SideEffect():
                return _FREQUENCIES[statement.frequency].say(language)
            case Spacing():
                usual = statement.usually_at_most
                return self.period(statement.at_least, usual) if usual else self.period(None, statement.at_least)
            case PublishedSessions():
                return ("–" if statement.is_range else ", ").join(str(count) for count in statement.seen)
            case Answer():
                return statement.question.say(language)
            case Price():
                return f"{self.amount(None, statement.amount)} {_PER[statement.per].say(language)}"
            case SignRule():
                return self.protocol.vocabulary.signs[statement.sign].say(language)
            case Timed():
                return statement.period.say(language)
            case Plateau():
                return say(f"{statement.sessions} sessions", f"{statement.sessions} sesiones")
        return ""

    def details(self, statement: Statement) -> list[tuple[str, str]]:
        """What a statement holds besides its words."""
        say, language = self.say, self.language
        match statement:
            case Rule():
                return self.rule(statement)
            case Indication():
                words = in_words(statement.when, self.protocol.vocabulary, language)
                return [(say("holds if", "se da si"), escaped(_capital(words)))]
            case Preparation() | Aftercare():
                return [(say("avoid", "evitar"), self.event(statement.avoid))]
            case Parameter():
                lots = ", ".join(_LOTS[lot].say(language) for lot in statement.required)
                return [(say("lots to record", "lotes a registrar"), escaped(lots))]
            case SideEffect():
                lasts = self.period(statement.shortest, statement.longest)
                worry = escaped(statement.worry.say(language))
                return [(say("lasts", "dura"), escaped(lasts)), (say("when to worry", "cuándo preocuparse"), worry)]
            case Spacing():
                usual = self.period(None, statement.usually_at_most)
                return [
                    (say("binding", "obligatorio"), escaped(statement.at_least.say(language))),
                    (say("usual limit", "límite habitual"), escaped(usual)),
                ]
            case Maintenance():
                return [(say("again after", "de nuevo tras"), escaped(self.period(None, statement.every)))]
            case SignRule():
                return self.sign(statement)
            case Goal():
                return self.goal(statement)
        return []

    def rule(self, rule: Rule) -> list[tuple[str, str]]:
        """When a rule applies, what it asks for, who is asked, and which rules give way."""
        say, words = self.say, in_words(rule.when, self.protocol.vocabulary, self.language)
        stronger = [other.id for other in self.protocol.rules if rule.id in other.overrides]
        return [
            (say("applies if", "se aplica si"), escaped(_capital(words))),
            (say("facts", "datos"), self.facts(facts_of(rule.applies))),
            (say("who is asked", "a quién se consulta"), escaped(rule.to.say(self.language)) if rule.to else ""),
            (say("silent under", "calla ante"), ", ".join(link(f"#rule-{one}", code(one)) for one in stronger)),
            (say("goes before", "se antepone a"), ", ".join(link(f"#rule-{one}", code(one)) for one in rule.overrides)),
        ]

    def sign(self, rule: SignRule) -> list[tuple[str, str]]:
        """What a sign leads to, and for how long it is usual."""
        usual = self.period(None, rule.usual_for)
        decision = _DECISIONS[rule.decision].say(self.language)
        return [
            (self.say("usual for", "habitual durante"), escaped(usual)),
            (self.say("afterwards", "después") if usual else self.say("leads to", "lleva a"), escaped(decision)),
        ]

    def goal(self, goal: Goal) -> list[tuple[str, str]]:
        """The figures of the goal."""
        say = self.say
        dark = say(
            f"phototype {goal.dark_from_phototype} or more; ITA at or below {goal.dark_below_ita:g}°, where measured",
            f"fototipo {goal.dark_from_phototype} o más; ITA de {goal.dark_below_ita:g}° o menos, si se midió",
        )
        return [
            (say("on light skin", "en piel clara"), f"{goal.light:g} ΔE00"),
            (say("on dark skin", "en piel oscura"), f"{goal.dark:g} ΔE00"),
            (say("taken as dark", "se toma por oscura"), escaped(dark)),
            (say("confidence", "confianza"), f"{goal.confidence:.0%}"),
        ]


def _capital(words: str) -> str:
    return words[:1].upper() + words[1:]
