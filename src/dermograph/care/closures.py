"""Which days are closed to a session, and by what.

Days are sets. Every closure is a set of days with its reason; what is open is what no closure covers.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dermograph.care.ask import Question
from dermograph.care.assess import AreaAssessment, assess_area
from dermograph.care.case import Area, Event, session_day
from dermograph.care.reasons import Reason
from dermograph.care.verdict import Verdict
from dermograph.core.dates import day_text
from dermograph.core.days import Days
from dermograph.core.text import Language, Text
from dermograph.protocols.citations import Cite
from dermograph.protocols.model import Protocol, Statement

ONE_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Closure:
    """Days that are closed, and why.

    Attributes:
        reason: The rule and what it says.
        event: The event that the rule speaks of; None if there is none.
    """

    days: Days
    reason: Reason
    event: Event | None = None

    def to_json(self, language: Language) -> dict[str, Any]:
        """The rule, what it says and its citations; the event's kind, if there is one."""
        result: dict[str, Any] = {
            "rule": self.reason.rule,
            "says": self.reason.says.say(language),
            "cite": [cite.to_json() for cite in self.reason.cite],
        }
        if self.event is not None:
            result["event"] = self.event.what
        return result


@dataclass(frozen=True, slots=True)
class ClosedDays:
    """A run of days that the same closures close.

    Attributes:
        first, last: Both inclusive; ``last`` is None if no end can be known.
    """

    first: dt.date
    last: dt.date | None
    because: tuple[Closure, ...]

    def to_json(self, language: Language) -> dict[str, Any]:
        """As the contract has it."""
        return {
            "from": self.first.isoformat(),
            "to": self.last.isoformat() if self.last else None,
            "because": [closure.to_json(language) for closure in self.because],
        }


def closures_of(area: Area, assessment: AreaAssessment, begin: dt.date, protocol: Protocol) -> tuple[Closure, ...]:
    """Everything that closes days for the next session of an area, from ``begin`` on.

    While an answer that matters is missing, every day is closed. A deadline before ``begin`` binds nothing.
    """
    return (
        *_by_verdict(area, assessment, protocol),
        *_by_spacing(area, protocol),
        *(closure for event in area.events for closure in _by_event(event, begin, protocol)),
    )


def _by_verdict(area: Area, assessment: AreaAssessment, protocol: Protocol) -> Iterator[Closure]:
    for reason in assessment.reasons:
        if reason.effect in ("deferred", "referred", "excluded"):
            last = reason.until - ONE_DAY if reason.until else None
            yield Closure(Days.span(None, last), reason)
    facts = {question.fact.id: question.fact for one in _views(area, assessment, protocol) for question in one}
    if facts:
        yield Closure(Days.every(), Reason.of_questions(tuple(facts.values()), grade="plan", effect="deferred"))


def _views(area: Area, assessment: AreaAssessment, protocol: Protocol) -> Iterator[tuple[Question, ...]]:
    """What keeps every day closed: the questions of today, and of the day on which the dated blocks are over."""
    views = [assessment]
    if assessment.verdict is Verdict.DEFERRED and assessment.not_before is not None:
        views.append(assess_area(area.name, area.facts, assessment.not_before, protocol, area.missing))
    for one in views:
        yield one.ask


def _by_spacing(area: Area, protocol: Protocol) -> Iterator[Closure]:
    if area.sessions:
        spacing = protocol.course.spacing
        last = session_day(area.sessions[-1])
        first_day = spacing.at_least.after(last)
        reason = Reason.of_statement(spacing, protocol, grade="plan", effect="deferred", until=first_day)
        yield Closure(Days.span(None, first_day - ONE_DAY), reason)


def _by_event(event: Event, begin: dt.date, protocol: Protocol) -> Iterator[Closure]:
    """An event closes days on both sides: those whose preparation, and those whose aftercare, it would break.

    A session on the day of the event itself is closed by either, since which comes first is not known.
    """
    words = protocol.vocabulary
    for before in protocol.preparation:
        if before.avoid and before.period and words.is_kind(event.what, before.avoid):
            until = before.period.after(event.last)
            days = Days.span(event.first, until - ONE_DAY)
            yield Closure(days, _dated(before, protocol, event, until), event)
    for after in protocol.aftercare:
        if after.avoid and after.period and words.is_kind(event.what, after.avoid):
            days = Days.span(after.period.last_start(event.first) + ONE_DAY, event.last)
            yield Closure(days, _dated(after, protocol, event, event.last + ONE_DAY), event)
    kind = words.events[event.what]
    if kind.closes == "own_days":
        yield Closure(Days.span(event.first, event.last), _of_patient(kind.id, kind.label, ()), event)
    if kind.closes == "after" and event.first >= begin:
        settled = protocol.course.settled_after
        days = Days.span(settled.period.last_start(event.first) + ONE_DAY, None)
        day = day_text(event.first)
        says = Text(
            f"The skin would not have settled by the deadline on {day.en}. {settled.says.en}",
            f"La piel no estaría recuperada antes de la fecha límite, el {day.es}. {settled.says.es}",
        )
        yield Closure(days, _of_patient(kind.id, says, settled.cite), event)


def _dated(statement: Statement, protocol: Protocol, event: Event, until: dt.date) -> Reason:
    label = protocol.vocabulary.events[event.what].label
    when = day_text(event.first)
    if event.last != event.first:
        last = day_text(event.last)
        when = Text(f"{when.en} to {last.en}", f"del {when.es} al {last.es}")
    says = Text(
        f"{label.en} ({when.en}): {statement.says.en}",
        f"{label.es} ({when.es}): {statement.says.es}",
    )
    return Reason.of_statement(statement, protocol, grade="plan", effect="deferred", until=until, says=says)


def _of_patient(rule: str, says: Text, cite: tuple[Cite, ...]) -> Reason:
    """A reason that comes from the patient's own diary; only what a protocol adds to it has a citation."""
    return Reason(rule=rule, grade="plan", effect="deferred", says=says, cite=cite)


def open_days(closures: tuple[Closure, ...]) -> Days:
    """The days that no closure covers."""
    return ~Days.union(closure.days for closure in closures)


def closed_days(closures: tuple[Closure, ...], begin: dt.date) -> tuple[ClosedDays, ...]:
    """The closed days from ``begin`` on, in runs within which the reasons do not change."""
    cuts = {begin}
    for closure in closures:
        for span in closure.days:
            cuts |= {span.first} if span.first and span.first > begin else set()
            cuts |= {span.last + ONE_DAY} if span.last and span.last >= begin else set()
    starts = sorted(cuts)
    runs: list[ClosedDays] = []
    for index, first in enumerate(starts):
        because = tuple(closure for closure in closures if first in closure.days)
        last = starts[index + 1] - ONE_DAY if index + 1 < len(starts) else None
        if because:
            runs.append(ClosedDays(first, last, because))
    return tuple(runs)
