"""The aftercare of a session as a sheet: what holds today, what is over, what has no end that a source gives."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from dermograph.care.aftercare import Care, timeline
from dermograph.care.reasons import Reason
from dermograph.clinic.treatment.figures import places
from dermograph.clinic.treatment.models import Session
from dermograph.core.dates import moment_in_words
from dermograph.core.text import Language
from dermograph.protocols.model import Protocol


@dataclass(frozen=True, slots=True)
class Advice:
    """One piece of advice.

    Attributes:
        reason: What it says, with its place in the source and the other side.
        places: Its places in the sources, on one line.
        until: The last moment in words; empty where no source gives a figure.
        over: Whether it is over today.
        from_word: Where the source gives a range: its lower end in words, else empty.
        disputed: Whether sources contradict each other, leave a gap or can be read in two ways about it.
    """

    reason: dict[str, Any]
    places: str
    until: str
    over: bool
    from_word: str
    disputed: bool


@dataclass(frozen=True, slots=True)
class Sheet:
    """The aftercare of one session on one day.

    Attributes:
        day: How many days after the session today is, 0 on its day; negative never.
        now: What holds today and has an end; the one that ends first first.
        lasting: What holds and has no end that a source gives.
        over: What held and is over.
    """

    day: int
    held_on: dt.date
    now: tuple[Advice, ...]
    lasting: tuple[Advice, ...]
    over: tuple[Advice, ...]


def sheet_of(session: Session, protocol: Protocol, on: dt.date, language: Language) -> Sheet:
    """The sheet of a session on a day; ``session`` with its course and clinic fetched."""
    began = session.started_at.astimezone(session.course.clinic.zone)
    advice = [_advice(care, began, protocol, on, language) for care in timeline(began, protocol)]
    return Sheet(
        day=max(0, (on - began.date()).days),
        held_on=began.date(),
        now=tuple(one for one in advice if one.until and not one.over),
        lasting=tuple(one for one in advice if not one.until),
        over=tuple(one for one in advice if one.over),
    )


def _advice(care: Care, began: dt.datetime, protocol: Protocol, on: dt.date, language: Language) -> Advice:
    statement = care.statement
    reason = Reason.of_statement(statement, protocol, grade="plan").to_json(language)
    last = care.until.date() if isinstance(care.until, dt.datetime) else care.until
    shortest = statement.shortest
    return Advice(
        reason=reason,
        places=places(statement, protocol, language),
        until=moment_in_words(care.until, language) if care.until else "",
        over=last is not None and last < on,
        from_word=moment_in_words(shortest.after(began.date()), language) if shortest else "",
        disputed=statement.conflict is not None,
    )
