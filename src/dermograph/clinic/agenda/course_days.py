"""On which days a course may have its next session, what closes the others, and what still has to be signed."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Literal

from django.utils import timezone

from dermograph.care.case import session_day
from dermograph.care.closures import ONE_DAY, ClosedDays, Closure
from dermograph.care.plan import AreaPlan, plan
from dermograph.care.reasons import Reason
from dermograph.clinic import facts
from dermograph.clinic.agenda.models import Appointment, Purpose, State
from dermograph.clinic.agenda.signed import INCOMPLETE, Signed, signed_of
from dermograph.clinic.agenda.slots import takes_time
from dermograph.clinic.entries import Entries, entries_of
from dermograph.clinic.people.models import Course
from dermograph.core.dates import day_text
from dermograph.core.days import Days
from dermograph.core.text import Language, Text
from dermograph.protocols import Protocol

NEEDLES = (Purpose.SESSION, Purpose.MAINTENANCE)  # what the plan decides about
CHAINED = 3
Kind = Literal["open", "pending", "closed"]


@dataclass(frozen=True, slots=True)
class Standing:
    """How a day stands for a course.

    Attributes:
        kind: ``open``; ``pending`` where a slot may be held until an assessment that clears is signed; ``closed``.
        because: What closes it, or keeps it pending.
    """

    kind: Kind
    because: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class CourseDays:
    """The days of a course, as its plan and its appointments make them.

    Attributes:
        today: In the clinic's time zone.
        plan: The plan of the area; None where the purpose needs no needles and no plan was made.
        signed: None while no assessment is signed.
        booked: Days of other appointments for a session of the same course, with what they close.
    """

    today: dt.date
    protocol: Protocol
    plan: AreaPlan | None
    signed: Signed | None
    last_session: dt.date | None = None
    booked: tuple[Closure, ...] = field(default=())

    def on(self, day: dt.date) -> Standing:
        """How one day stands."""
        if day < self.today:
            return Standing("closed", (_past(),))
        if self.plan is None:
            return Standing("open")
        reasons = [closure.reason for closure in self._closures(day)]
        blocking = tuple(reason for reason in reasons if not self._set_aside(reason))
        hard = tuple(reason for reason in blocking if reason.rule != INCOMPLETE)
        if hard:
            return Standing("closed", blocking)
        if blocking or self.signed is None or not self.signed.clears(day):
            return Standing("pending", blocking or (_unsigned(self.signed),))
        return Standing("open")

    def runs(self, first: dt.date, last: dt.date) -> list[tuple[dt.date, dt.date, Standing]]:
        """The days from one to another in runs that stand alike."""
        found: list[tuple[dt.date, dt.date, Standing]] = []
        for offset in range((last - first).days + 1):
            day = first + dt.timedelta(days=offset)
            standing = self.on(day)
            if found and found[-1][2] == standing:
                found[-1] = (found[-1][0], day, standing)
            else:
                found.append((day, day, standing))
        return found

    def first_open(self, until: dt.date) -> dt.date | None:
        """The first day that is open or can be held, up to one; None if there is none."""
        days = ((until - self.today).days + 1) if until >= self.today else 0
        every = (self.today + dt.timedelta(days=offset) for offset in range(days))
        return next((day for day in every if self.on(day).kind != "closed"), None)

    def _closures(self, day: dt.date) -> Iterator[Closure]:
        run = self._run(day)
        if run is not None:
            yield from run.because
        elif self.last_session is not None and day <= self.last_session:
            spacing = self.protocol.course.spacing
            yield Closure(Days.span(day, day), Reason.of_statement(spacing, self.protocol, grade="plan"))
        yield from (closure for closure in self.booked if day in closure.days)

    def _run(self, day: dt.date) -> ClosedDays | None:
        runs = self.plan.closed if self.plan else ()
        return next((run for run in runs if run.first <= day and (run.last is None or day <= run.last)), None)

    def _set_aside(self, reason: Reason) -> bool:
        return self.signed is not None and self.signed.sets_aside(reason)


def days_of(
    course: Course,
    purpose: str,
    *,
    now: dt.datetime | None = None,
    but: uuid.UUID | None = None,
    others: Iterable[Appointment] | None = None,
    entries: Entries | None = None,
) -> CourseDays:
    """The days of a course for a purpose.

    Args:
        course: Fetched with its clinic, patient and area.
        purpose: A value of ``Purpose``; only those with needles follow the plan.
        now: None for now; what has ended by then counts no more, and no day before it is open.
        but: An appointment of the course that does not count, since it is being moved.
        others: What ``appointments_of`` found, where that is known already.
        entries: What stands of the course, where that is known already.
    """
    now = now or timezone.now()
    today = now.astimezone(course.clinic.zone).date()
    protocol = facts.protocol_of(course)
    if purpose not in NEEDLES:
        return CourseDays(today, protocol, None, None)
    entries = entries or entries_of([course])[course.pk]
    case = facts.case_of(course, today, entries)
    area = case.areas[0]
    if others is None:
        others = appointments_of(course, now, but=but)
    return CourseDays(
        today=today,
        protocol=protocol,
        plan=plan(case, protocol, sessions=CHAINED).areas[0],
        signed=signed_of(course, entries.answers, today),
        last_session=session_day(area.sessions[-1]) if area.sessions else None,
        booked=tuple(_booked(course, protocol, today, others)),
    )


def cited(reason: Reason, protocol: Protocol, language: Language) -> str:
    """What a reason says, with its places in the sources."""
    places = [f"{protocol.sources[cite.source].title.say(language)}, {cite.at}" for cite in reason.cite]
    says = reason.says.say(language)
    return f"{says} ({'; '.join(dict.fromkeys(places))})" if places else says


def appointments_of(course: Course, now: dt.datetime, *, but: uuid.UUID | None = None) -> list[Appointment]:
    """The appointments of a course that take time and for which no session is recorded, in the order of time.

    Args:
        course: Whose.
        now: Holds that have ended by then do not count.
        but: One that does not count, since it is being moved.
    """
    found = Appointment.objects.filter(takes_time(now), course=course, sessions__isnull=True)
    if but is not None:
        found = found.exclude(pk=but)
    return list(found.select_related("room", "practitioner__user").order_by("starts_at"))


def _booked(course: Course, protocol: Protocol, today: dt.date, others: Iterable[Appointment]) -> Iterator[Closure]:
    """What other appointments for a session close: the spacing holds between them as well.

    One that is past and of which nobody recorded what became of it may have been held: unknown is not "no".
    """
    spacing = protocol.course.spacing
    for one in others:
        day = one.starts_at.astimezone(course.clinic.zone).date()
        free_again = spacing.at_least.after(day)
        if one.purpose not in NEEDLES or free_again <= today:
            continue
        words = day_text(day)
        says = Text(
            f"A session is already booked on {words.en}. {spacing.says.en}",
            f"Ya hay una sesión reservada el {words.es}. {spacing.says.es}",
        )
        if day < today or one.state == State.DONE:
            says = Text(
                f"There was an appointment for a session on {words.en}, and no session is recorded. {spacing.says.en}",
                f"Hubo una cita para una sesión el {words.es} y no consta ninguna sesión. {spacing.says.es}",
            )
        reason = Reason.of_statement(spacing, protocol, grade="plan", effect="deferred", until=free_again, says=says)
        yield Closure(Days.span(spacing.at_least.last_start(day) + ONE_DAY, free_again - ONE_DAY), reason)


def _past() -> Reason:
    says = Text("This day is past.", "Este día ya ha pasado.")
    return Reason(rule="day-is-past", grade="plan", effect="deferred", says=says, cite=())


def _unsigned(signed: Signed | None) -> Reason:
    says = (
        Text(
            "No assessment is signed yet. Until then a slot can only be held.",
            "Todavía no hay una valoración firmada. Hasta entonces solo se puede reservar provisionalmente un hueco.",
        )
        if signed is None
        else Text(
            "The signed assessment does not clear a session. Until one that does is signed, a slot can only be held.",
            "La valoración firmada no permite una sesión. Hasta firmar otra que la permita, solo se puede reservar "
            "provisionalmente un hueco.",
        )
    )
    return Reason(rule="assessment-not-signed", grade="plan", effect="deferred", says=says, cite=())
