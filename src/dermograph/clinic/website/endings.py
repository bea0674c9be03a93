"""How the check ends: in exactly one of five ways, cautiously, with its reasons. It is never a clearance."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dermograph.care.assess import AreaAssessment
from dermograph.care.reasons import Reason
from dermograph.care.verdict import Verdict
from dermograph.clinic.website.checking import Told
from dermograph.clinic.website.wording import MISSING_WORDS, question_of
from dermograph.core.dates import day_text
from dermograph.core.text import Language, Text
from dermograph.protocols import Protocol
from dermograph.protocols.vocabulary import Fact, Missing


class Kind(enum.Enum):
    """The five endings."""

    BOOK = "book"
    NOT_BEFORE = "not_before"
    SEE_FIRST = "see_first"
    ASK = "ask"
    NOT_NOW = "not_now"


KINDS: Mapping[Verdict, Kind] = {
    Verdict.SUITABLE: Kind.BOOK,
    Verdict.CONDITIONAL: Kind.BOOK,
    Verdict.DEFERRED: Kind.NOT_BEFORE,
    Verdict.REFERRED: Kind.SEE_FIRST,
    Verdict.EXCLUDED: Kind.NOT_NOW,
    Verdict.INCOMPLETE: Kind.ASK,
}
ICONS: Mapping[Kind, str] = {
    Kind.BOOK: "calendar-check",
    Kind.NOT_BEFORE: "clock",
    Kind.SEE_FIRST: "circle-arrow-right",
    Kind.ASK: "circle-question-mark",
    Kind.NOT_NOW: "circle-x",
}
#: The colours of the verdicts. That an assessment can be booked is no verdict, so it has the colour of none.
TONES: Mapping[Kind, str] = {
    Kind.BOOK: "",
    Kind.NOT_BEFORE: "deferred",
    Kind.SEE_FIRST: "referred",
    Kind.ASK: "incomplete",
    Kind.NOT_NOW: "excluded",
}
_BOOK = Text("You can book an assessment", "Puede pedir una valoración")
_NOT_BEFORE = Text("Not before {day}", "No antes del {day}")
_NO_DAY = Text("Not yet: no day can be named", "Todavía no: no puede darse un día")
_SEE_FIRST = Text("Please see {to} first", "Consulte antes con {to}")
_ASK = Text("We need to ask you more", "Necesitamos preguntarle más")
_NOT_NOW = Text("This treatment is not for you now", "Este tratamiento no es para usted ahora")
_AND = Text(" and ", " y ")

_EFFECTS: Mapping[str, Text] = {
    "absolute": Text("With this, the treatment is not done.", "Con esto no se hace el tratamiento."),
    "clearance": Text("Please see {to} first.", "Consulte antes con {to}."),
    "until_condition": Text(
        "The treatment waits until this is over; no day can be given.",
        "El tratamiento espera a que esto termine; no puede darse un día.",
    ),
    "until_date": Text("The treatment waits until {day}.", "El tratamiento espera hasta el {day}."),
    "caution": Text(
        "It needs particular care, which the practitioner settles with you.",
        "Necesita especial cuidado, que el profesional acuerda con usted.",
    ),
    "info": Text("The practitioner takes this into account.", "El profesional lo tiene en cuenta."),
}
_WAITS = Text("The treatment waits; no day can be given.", "El tratamiento espera; no puede darse un día.")


@dataclass(frozen=True, slots=True)
class Because:
    """One reason of an ending.

    Attributes:
        told: The answers that it rests on, each with its label and reading.
        effect: What follows.
        mark: The reason mark: the rule's own words, its place in the source, and the other side.
    """

    told: tuple[tuple[Text, Text], ...]
    effect: Text
    mark: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Ending:
    """How the check ends.

    Attributes:
        kind: One of the five.
        title: Its words.
        day: For ``not_before``: the first day on which what is known is over; None where no day can be named.
        reasons: The rules that apply, the worst first.
        still_open: The questions without an answer that could still change it.
        treats: What the source treats, where it is known that one of it holds.
    """

    kind: Kind
    title: Text
    day: dt.date | None
    reasons: tuple[Because, ...]
    still_open: tuple[Fact, ...]
    treats: tuple[Mapping[str, Any], ...]

    @property
    def icon(self) -> str:
        """The name of its icon."""
        return ICONS[self.kind]

    @property
    def tone(self) -> str:
        """The name of its colour."""
        return TONES[self.kind]


def ending_of(area: AreaAssessment, told: Told, protocol: Protocol, language: Language) -> Ending:
    """The ending that an assessment of what a visitor told has."""
    kind = KINDS[area.verdict]
    day = area.not_before if kind is Kind.NOT_BEFORE else None
    return Ending(
        kind=kind,
        title=_title(kind, day, area.reasons),
        day=day,
        reasons=tuple(_because(area.reasons, told, protocol, language)),
        still_open=tuple(question.fact for question in area.ask),
        treats=tuple(_mark(one, language) for one in area.reasons if one.grade == "indication"),
    )


def readings(told: Told, protocol: Protocol) -> list[tuple[Fact, Text, Text]]:
    """Everything that was told: the fact, its question, and the answer in words."""
    facts = protocol.vocabulary.facts
    return [(facts[name], question_of(facts[name]), reading_of(told, facts[name])) for name in told.answers]


def reading_of(told: Told, fact: Fact) -> Text:
    """An answer in words, also that there is none."""
    answer = told.answers.get(fact.id)
    if answer is None or isinstance(answer, Missing):
        return MISSING_WORDS.get(answer.why if answer else "not_asked", MISSING_WORDS["not_asked"])
    return day_text(answer) if isinstance(answer, dt.date) else fact.reads(answer)


def _title(kind: Kind, day: dt.date | None, reasons: Iterable[Reason]) -> Text:
    if kind is Kind.NOT_BEFORE:
        return _each(_NOT_BEFORE, day=day_text(day)) if day else _NO_DAY
    if kind is Kind.SEE_FIRST:
        whom = list(dict.fromkeys(one.to for one in reasons if one.to is not None and one.grade == "clearance"))
        listed = Text(_AND.en.join(one.en for one in whom), _AND.es.join(one.es for one in whom))
        return _each(_SEE_FIRST, to=listed)
    return {Kind.BOOK: _BOOK, Kind.ASK: _ASK}.get(kind, _NOT_NOW)


def _because(reasons: Iterable[Reason], told: Told, protocol: Protocol, language: Language) -> Iterator[Because]:
    facts = protocol.vocabulary.facts
    for one in reasons:
        if one.grade != "indication":
            rests_on = tuple((facts[name].label, reading_of(told, facts[name])) for name in one.facts)
            yield Because(rests_on, _effect(one), _mark(one, language))


def _mark(reason: Reason, language: Language) -> dict[str, Any]:
    """The reason mark as a visitor sees it: of a disagreement, what was rejected is not repeated."""
    shown = reason.to_json(language)
    if disputed := shown.get("disputed"):
        disputed["sides"] = [side for side in disputed["sides"] if side["fate"] in ("used", "disputed")]
        if len(disputed["sides"]) < 2:
            del shown["disputed"]
    return shown


def _effect(reason: Reason) -> Text:
    words = _EFFECTS[reason.grade]
    if reason.to is not None and reason.grade == "clearance":
        return _each(words, to=reason.to)
    if reason.grade == "until_date":
        return _each(words, day=day_text(reason.until)) if reason.until else _WAITS
    return words


def _each(words: Text, **values: Text) -> Text:
    """Words with values put in, each in its language."""
    return Text(
        words.en.format(**{name: value.en for name, value in values.items()}),
        words.es.format(**{name: value.es for name, value in values.items()}),
    )
