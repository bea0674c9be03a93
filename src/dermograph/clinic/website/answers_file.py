"""The answers of a check as a plain text that a visitor can keep."""

from __future__ import annotations

import datetime as dt

from dermograph.clinic.website.checking import Told
from dermograph.clinic.website.endings import Ending, readings
from dermograph.clinic.website.public import Site
from dermograph.clinic.website.wording import question_of
from dermograph.core.dates import day_in_words
from dermograph.core.text import Text
from dermograph.protocols import Protocol

NO_OPINION = Text(
    "This is what the clinic's protocol says about your answers. It is no medical opinion and no promise: only the "
    "assessment by a practitioner decides.",
    "Esto es lo que dice el protocolo de la clínica sobre sus respuestas. No es una opinión médica ni una promesa: "
    "solo decide la valoración de un profesional.",
)


def answers_text(site: Site, protocol: Protocol, told: Told, ending: Ending, on: dt.date) -> str:
    """The answers, the ending, its reasons and their places in the sources."""
    language = site.language
    lines = [
        site.clinic.name,
        f"{protocol.title.say(language)}, {day_in_words(on, language)}",
        "",
        ending.title.say(language),
        NO_OPINION.say(language),
        "",
        Text("Your answers", "Sus respuestas").say(language).upper(),
    ]
    lines += [f"- {asked.say(language)} {reads.say(language)}" for _, asked, reads in readings(told, protocol)]
    if ending.reasons:
        lines += ["", Text("Why", "Por qué").say(language).upper()]
    for because in ending.reasons:
        facts = "; ".join(f"{label.say(language)}: {reads.say(language)}" for label, reads in because.told)
        lines.append(f"- {facts}. {because.effect.say(language)}")
        lines += [
            f"    {protocol.sources[cite['source']].title.say(language)}: {cite['at']}" for cite in because.mark["cite"]
        ]
    if ending.still_open:
        lines += ["", Text("What could still change it", "Qué podría cambiarlo aún").say(language).upper()]
        lines += [f"- {question_of(fact).say(language)}" for fact in ending.still_open]
    lines += ["", f"{protocol.id} {protocol.version}"]
    return "\n".join(lines) + "\n"
