"""The plan: open days for the next session, why the others are closed, the chain of sessions, aftercare, conflicts."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from dermograph.care.aftercare import Broken, Care, broken, timeline, written
from dermograph.care.assess import AreaAssessment, Assessment, assess
from dermograph.care.case import Area, Case, session_day
from dermograph.care.chain import ChainedSession, chain
from dermograph.care.closures import ONE_DAY, ClosedDays, closed_days, closures_of, open_days
from dermograph.care.order import Order, treatment_order
from dermograph.care.reasons import Reason
from dermograph.core.days import Days
from dermograph.core.text import Language, Text
from dermograph.protocols.model import Protocol


@dataclass(frozen=True, slots=True)
class ReviewStep:
    """The photographic review that stands between a session and the next.

    Attributes:
        after_session: The day of the session; None if it is still to come.
        measure_from: The first day on which its photographs can be measured; None while the session has no day.
        done_on: The day on which a named person signed it; None while it is open.
    """

    after_session: dt.date | None
    measure_from: dt.date | None
    done_on: dt.date | None
    reason: Reason

    def to_json(self, language: Language) -> dict[str, Any]:
        """The step, its state, and its place in the source."""
        return {
            "what": "photographic_review",
            "after_session": written(self.after_session),
            "measure_from": written(self.measure_from),
            "state": "open" if self.done_on is None else "done",
            "done_on": written(self.done_on),
            "says": self.reason.says.say(language),
            "cite": [cite.to_json() for cite in self.reason.cite],
        }


@dataclass(frozen=True, slots=True)
class AreaPlan:
    """The plan of one area.

    Attributes:
        assessment: The assessment that it follows from.
        earliest: The first open day for the next session; None if there is none.
        latest: The end of the usual spacing, which does not bind; None before the first session or without a figure.
        open_days: Every open day from the first one considered; empty while an answer that matters is missing.
        late: Whether the earliest day lies past it.
        provisional: Whether no review of a session has been signed yet: until then dates are provisional.
        chain: As many sessions as the caller asked for, each with its first and last possible day.
        steps: The reviews between sessions.
    """

    name: str
    assessment: AreaAssessment
    earliest: dt.date | None
    latest: dt.date | None
    open_days: Days
    closed: tuple[ClosedDays, ...]
    provisional: bool
    aftercare: tuple[Care, ...]
    conflicts: tuple[Broken, ...]
    chain: tuple[ChainedSession, ...]
    steps: tuple[ReviewStep, ...]
    notes: tuple[Reason, ...]

    @property
    def late(self) -> bool:
        """Whether the earliest possible day lies past the end of the usual spacing."""
        return self.earliest is not None and self.latest is not None and self.earliest > self.latest

    def to_json(self, language: Language = "en") -> dict[str, Any]:
        """As the contract has it, texts in one language."""
        return {
            "name": self.name,
            "verdict": self.assessment.verdict.value,
            "next_session": {
                "earliest": written(self.earliest),
                "latest": written(self.latest),
                "closed": [run.to_json(language) for run in self.closed],
            },
            "late": self.late,
            "provisional": self.provisional,
            "aftercare": [care.to_json(language) for care in self.aftercare],
            "conflicts": [conflict.to_json(language) for conflict in self.conflicts],
            "chain": [session.to_json() for session in self.chain],
            "steps": [step.to_json(language) for step in self.steps],
            "notes": [note.to_json(language) for note in self.notes],
        }


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan of a case, pinned to the protocol that it follows."""

    assessment: Assessment
    areas: tuple[AreaPlan, ...]
    order: Order

    def area(self, name: str) -> AreaPlan:
        """The plan of the area of that name.

        Raises:
            KeyError: If there is none.
        """
        for area in self.areas:
            if area.name == name:
                return area
        raise KeyError(name)

    def to_json(self, language: Language = "en") -> dict[str, Any]:
        """One object, as the contract has it."""
        return {
            "schema": "dermograph.plan/1",
            "treatment": self.assessment.treatment,
            "protocol": self.assessment.protocol.to_json(),
            "assessed_on": self.assessment.assessed_on.isoformat(),
            "areas": [area.to_json(language) for area in self.areas],
            "order": self.order.to_json(language),
        }


def plan(case: Case, protocol: Protocol, *, sessions: int = 1) -> Plan:
    """Plan the next session of every area, and as many provisional ones after it as asked for.

    Args:
        case: The case; its day of assessment is the first day that is considered.
        protocol: The protocol to follow.
        sessions: How many sessions ahead to chain, at least 1. Not a statement of how many there will be.

    Raises:
        ValueError: If ``sessions`` is less than 1.
    """
    if sessions < 1:
        msg = f"a chain has at least 1 session, not {sessions}"
        raise ValueError(msg)
    assessment = assess(case, protocol)
    areas = tuple(
        plan_area(area, assessment.area(area.name), case.assessed_on, protocol, sessions) for area in case.areas
    )
    open_from = {area.name: area.open_days for area in areas}
    return Plan(assessment, areas, treatment_order(case, open_from, protocol))


def plan_area(
    area: Area, assessment: AreaAssessment, start: dt.date, protocol: Protocol, sessions: int = 1
) -> AreaPlan:
    """Plan one area from ``start`` on."""
    last = session_day(area.sessions[-1]) if area.sessions else None
    begin = max(start, last + ONE_DAY) if last else start
    closures = closures_of(area, assessment, begin, protocol)
    open_to_all = open_days(closures)
    earliest = open_to_all.first_from(begin)
    usually = protocol.course.spacing.usually_at_most
    latest = usually.after(last) if last and usually else None
    return AreaPlan(
        name=area.name,
        assessment=assessment,
        earliest=earliest,
        latest=latest,
        open_days=open_to_all & Days.span(begin, None),
        closed=closed_days(closures, begin),
        provisional=not any(area.sessions and review.on > session_day(area.sessions[0]) for review in area.reviews),
        aftercare=timeline(area.sessions[-1], protocol) if area.sessions else (),
        conflicts=tuple(broken(area, protocol)),
        chain=chain(open_to_all, begin, protocol, sessions, deadline=_deadline(area, begin, protocol)),
        steps=_steps(area, protocol),
        notes=tuple(_notes(begin, protocol)),
    )


def _deadline(area: Area, begin: dt.date, protocol: Protocol) -> dt.date | None:
    kinds = protocol.vocabulary.events
    days = [event.first for event in area.events if kinds[event.what].closes == "after" and event.first >= begin]
    return min(days, default=None)


def _steps(area: Area, protocol: Protocol) -> tuple[ReviewStep, ...]:
    reason = Reason.of_statement(protocol.course.review_before_next, protocol, grade="plan")
    days = [session_day(session) for session in area.sessions]
    steps = []
    for index, day in enumerate(days):
        following = days[index + 1] if index + 1 < len(days) else dt.date.max
        done = next((review.on for review in area.reviews if day < review.on <= following), None)
        steps.append(ReviewStep(day, protocol.review.measure_after.period.after(day), done, reason))
    return (*steps, ReviewStep(None, None, None, reason))


def _notes(begin: dt.date, protocol: Protocol) -> list[Reason]:
    """What follows from several figures together, such as that no day between two sessions allows sun."""
    usually = protocol.course.spacing.usually_at_most
    if usually is None:
        return []
    following = usually.after(begin)
    notes = []
    for before in protocol.preparation:
        for after in protocol.aftercare:
            if before.avoid is None or before.avoid != after.avoid or not (before.period and after.period):
                continue
            if before.period.after(after.period.after(begin)) <= following:
                continue
            label = protocol.vocabulary.events[before.avoid].label
            rest, wait = after.period, before.period
            says = Text(
                f"No day between two sessions at the usual spacing allows this: {label.en}. After a session "
                f"{rest.say('en')} have to pass, before the next {wait.say('en')}, and sessions are at most "
                f"{usually.say('en')} apart.",
                f"Ningún día entre dos sesiones con el intervalo habitual lo permite: {label.es}. Tras una sesión "
                f"deben pasar {rest.say('es')}, antes de la siguiente {wait.say('es')}, y las sesiones se separan "
                f"{usually.say('es')} como mucho.",
            )
            notes.append(
                Reason(
                    rule=f"no-{before.avoid.replace('_', '-')}-between-sessions",
                    grade="plan",
                    effect="none",
                    says=says,
                    cite=(*after.cite, *before.cite, *protocol.course.spacing.cite),
                )
            )
    return notes
