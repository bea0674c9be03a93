"""Reasons of the protocol as cards: its words, its effect, its places in the sources."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from dermograph.care.explain import BASES, CONFLICTS
from dermograph.care.reasons import Reason
from dermograph.core.dates import day_in_words
from dermograph.core.text import Language, Text
from dermograph.exchange.cds_hooks.cards import Action, Card, Coded, Indicator, Link, Source, Suggestion, headline
from dermograph.exchange.fhir.codes import CLAIMS
from dermograph.exchange.fhir.elements import Element, code_system, coding, concept, reference, without_empty
from dermograph.exchange.fhir.protocol.citing import claim_code
from dermograph.protocols.citations import Cite
from dermograph.protocols.model import Protocol

OVERRIDE_REASONS: Final = code_system("override-reasons")
#: Why a person may set a card aside, by code.
OVERRIDES: Final[Mapping[str, Text]] = {
    "outdated": Text("What the card rests on is no longer so", "Aquello en que se basa ya no es así"),
    "cleared": Text("The doctor who was asked has cleared it", "El médico consultado lo ha autorizado"),
    "not-this-treatment": Text("It is not about this treatment or area", "No trata de este tratamiento o zona"),
    "judged-otherwise": Text("I judge it otherwise and answer for it", "Lo valoro de otro modo y respondo de ello"),
    "other": Text("Another reason", "Otro motivo"),
}
_INDICATORS: Final[Mapping[str, Indicator]] = {
    "excluded": "critical",
    "referred": "warning",
    "deferred": "warning",
    "conditional": "warning",
    "incomplete": "warning",
}
_DOI: Final = re.compile(r"doi (10\.[0-9]{4,9}/[A-Za-z0-9./_()-]*[A-Za-z0-9])")
_MARKS: Final = re.compile(r"([\\`*_{}\[\]<>#|~!&])")
_TREATMENTS: Final = code_system("treatments")
_PURPOSES: Final = code_system("purposes")


@dataclass(frozen=True, slots=True)
class About:
    """What cards are about.

    Attributes:
        area: As the clinic calls it; empty where nobody told.
        patient: The id of the patient, as the sender wrote it.
        course: The id of the course, where it is one of ours; else empty.
        new_id: Gives an id that nobody has had.
    """

    protocol: Protocol
    language: Language
    area: str
    patient: str
    course: str = ""
    new_id: Callable[[], uuid.UUID] = uuid.uuid4

    @property
    def title(self) -> str:
        """The treatment, and the area where it is known."""
        title = self.protocol.title.say(self.language)
        return f"{title}: {self.area}" if self.area else title


def indicator_of(reasons: Sequence[Reason]) -> Indicator:
    """How urgent some reasons are together: as the worst of their effects; what only informs is ``info``."""
    found = {_INDICATORS.get(reason.effect, "info") for reason in reasons}
    return "critical" if "critical" in found else "warning" if "warning" in found else "info"


def reason_card(reason: Reason, about: About, lead: str = "") -> Card:
    """A reason as a card.

    Args:
        reason: With its rule, words and citations.
        about: Which treatment and patient.
        lead: A sentence that stands before the reason's own words in the detail; empty for none.
    """
    says = reason.says.say(about.language)
    return card(about, reason.rule, says, [reason], indicator=indicator_of([reason]), lead=lead)


def card(
    about: About,
    rule: str,
    summary: str,
    reasons: Sequence[Reason],
    *,
    indicator: Indicator,
    lead: str = "",
    suggestions: tuple[Suggestion, ...] = (),
) -> Card:
    """A card that rests on some reasons.

    Args:
        about: Which treatment and patient.
        rule: The id of the statement that stands for it.
        summary: In words; shortened where it is too long, the whole then stands in the reasons.
        reasons: Whose words and citations are the detail; the first one's citation is the source.
        indicator: How urgent.
        lead: What stands first in the detail.
        suggestions: What may be done.
    """
    cites = list(dict.fromkeys(cite for reason in reasons for cite in reason.cite))
    return Card(
        uuid=about.new_id(),
        about=rule,
        summary=headline(summary),
        indicator=indicator,
        source=_source(cites, about),
        detail=_detail(about, reasons, lead),
        suggestions=suggestions,
        override_reasons=tuple(
            Coded(OVERRIDE_REASONS, code, words.say(about.language)) for code, words in OVERRIDES.items()
        ),
        links=tuple(Link(cite.at, url) for cite in cites if (url := _address(cite))),
    )


def session_on(day: dt.date, about: About, *, held: bool = False) -> Suggestion:
    """The proposal of a session on a day: an Appointment (R4) that is proposed and has a day and no hour yet.

    Args:
        day: One that the protocol allows.
        about: Which treatment and patient.
        held: Whether it could only be held until an assessment is signed.
    """
    words = {language: day_in_words(day, language) for language in ("en", "es")}
    label = Text(f"Propose a session on {words['en']}", f"Proponer una sesión el {words['es']}")
    if held:
        label = Text(f"Hold {words['en']} for a session", f"Reservar el {words['es']} para una sesión")
    said = label.say(about.language)
    resource: Element = without_empty(
        {
            "resourceType": "Appointment",
            "status": "proposed",
            "serviceType": [concept(coding(_TREATMENTS, about.protocol.id, about.protocol.title.say(about.language)))],
            "appointmentType": concept(coding(_PURPOSES, "session")),
            "description": about.title,
            "basedOn": [reference("ServiceRequest", about.course)] if about.course else [],
            "participant": [
                {"actor": reference("Patient", about.patient), "required": "required", "status": "needs-action"}
            ],
            "requestedPeriod": [{"start": day.isoformat(), "end": day.isoformat()}],
        }
    )
    return Suggestion(said, about.new_id(), (Action(f"{said}. {about.title}", resource),))


def _source(cites: Sequence[Cite], about: About) -> Source:
    """The first citation; the protocol itself where a reason has none."""
    if not cites:
        return Source(f"{about.protocol.title.say(about.language)}, {about.protocol.version}")
    first = cites[0]
    title = about.protocol.sources[first.source].title.say(about.language)
    return Source(f"{title}, {first.at}", _address(first), Coded(CLAIMS, claim_code(first), first.at))


def _address(cite: Cite) -> str:
    """Where a citation can be read on the web: only a DOI is an address that lasts; empty for none."""
    found = _DOI.search(cite.at)
    return f"https://doi.org/{found[1]}" if found else ""


def _detail(about: About, reasons: Sequence[Reason], lead: str) -> str:
    parts = [f"**{plain(about.title)}**", *([plain(lead)] if lead else [])]
    for reason in reasons:
        parts.append(plain(reason.says.say(about.language)))
        parts += ["\n".join(f"- {line}" for line in lines)] if (lines := _lines(reason, about)) else []
    return "\n\n".join(parts)


def _lines(reason: Reason, about: About) -> list[str]:
    """What belongs to a reason: until when, who is asked, its places, the other side, what it replaced."""
    said, lines = about.language, []
    if reason.until is not None:
        lines.append(f"{Text('Until', 'Hasta el').say(said)} {day_in_words(reason.until, said)}")
    if reason.to is not None:
        lines.append(f"{Text('To be asked', 'Se consulta a').say(said)}: {plain(reason.to.say(said))}")
    lines += [f"{Text('Source', 'Fuente').say(said)}: {_place(cite, about)}" for cite in reason.cite]
    if reason.conflict is not None:
        conflict = reason.conflict
        lines.append(f"{CONFLICTS[conflict.kind].say(said)}: {plain(conflict.topic.say(said))}")
        lines += [f"{_place(cite, about)}: {plain(claim.says.say(said))}" for cite, claim in conflict.sides]
        lines.append(plain(conflict.treatment.say(said)))
    if reason.original is not None:
        words = Text("The clinic's own rule, in place of", "Regla propia de la clínica, en lugar de")
        lines.append(f"{words.say(said)}: {plain(reason.original.says.say(said))}")
    return lines


def _place(cite: Cite, about: About) -> str:
    title = about.protocol.sources[cite.source].title.say(about.language)
    return f"{plain(title)}, {plain(cite.at)} ({BASES[cite.basis].say(about.language)})"


def plain(text: str) -> str:
    r"""Text as Markdown that shows just that text, on one line.

    >>> plain("a *b*")
    'a \\*b\\*'
    """
    return _MARKS.sub(r"\\\1", " ".join(text.split()))
