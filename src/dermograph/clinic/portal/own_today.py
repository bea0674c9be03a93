"""What matters to a patient today: aftercare, the next appointment, and what is asked of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from dermograph.clinic.agenda.models import Appointment, Purpose, State
from dermograph.clinic.agenda.slots import taking_time
from dermograph.clinic.entries import entries_of
from dermograph.clinic.facts import protocol_of
from dermograph.clinic.overview.course_line import Line, line_of
from dermograph.clinic.overview.course_rows import rows_of
from dermograph.clinic.people.models import Course, Patient
from dermograph.clinic.portal.mine import my_courses
from dermograph.clinic.portal.own_asked import Asked, asked_of, may_photograph
from dermograph.clinic.portal.own_standing import Standing, standings_of
from dermograph.clinic.portal.own_words import PURPOSES
from dermograph.clinic.reminders.windows import Window, day_of, windows
from dermograph.clinic.treatment.aftercare import Sheet, sheet_of
from dermograph.clinic.treatment.figures import said_of
from dermograph.clinic.treatment.models import Session
from dermograph.core.dates import moment_in_words
from dermograph.core.text import Language, Text

_SHOWN = 4
_NEAR_DAYS = 21  # how to prepare stands open from then on
_MORNING = 0  # preparation is shown from the day on which it begins


@dataclass(frozen=True, slots=True)
class Caring:
    """The aftercare of the last session of a course, while anything of it holds."""

    course: Course
    sheet: Sheet


@dataclass(frozen=True, slots=True)
class Prepared:
    """One thing to mind before a session.

    Attributes:
        reason: What it says, with its place in the source.
        begins: The day or instant from which, in words; empty where the source gives no figure.
        holds: Whether it has begun.
    """

    reason: dict[str, Any]
    begins: str
    holds: bool


@dataclass(frozen=True, slots=True)
class Ahead:
    """A coming appointment with what to mind before it.

    Attributes:
        is_held: Whether the clinic has still to confirm it.
        near: Whether it is time to read how to prepare.
    """

    appointment: Appointment
    what: Text
    on: dt.date
    is_held: bool
    prepared: tuple[Prepared, ...]
    near: bool

    @property
    def what_within(self) -> Text:
        """What it is, as it goes on within a sentence."""
        return Text(*(words[:1].lower() + words[1:] for words in (self.what.en, self.what.es)))

    @property
    def now(self) -> tuple[Prepared, ...]:
        """What is to be minded from today or before."""
        return tuple(one for one in self.prepared if one.holds)

    @property
    def later(self) -> tuple[Prepared, ...]:
        """What begins later, or says no day."""
        return tuple(one for one in self.prepared if not one.holds)


@dataclass(frozen=True, slots=True)
class Today:
    """A patient's home.

    Attributes:
        main: What the page begins with: ``visit``, ``care``, ``asked``, ``ahead`` or ``calm``.
    """

    on: dt.date
    standings: tuple[Standing, ...]
    caring: tuple[Caring, ...]
    ahead: tuple[Ahead, ...]
    asked: tuple[Asked, ...]

    @property
    def main(self) -> str:
        """The one thing that comes first."""
        if self.ahead and self.ahead[0].on == self.on:
            return "visit"
        if self.caring:
            return "care"
        if self.asked:
            return "asked"
        return "ahead" if self.ahead else "calm"

    @property
    def other_visits(self) -> tuple[Ahead, ...]:
        """The visits that the page does not begin with."""
        return self.ahead[1:] if self.main == "visit" else self.ahead

    @property
    def reporting(self) -> tuple[Course, ...]:
        """The courses of which a sign can be reported."""
        return tuple(one.course for one in self.standings if one.reports)

    @property
    def is_over(self) -> bool:
        """Whether there were courses, and all are closed."""
        return bool(self.standings) and all(one.course.closed_at for one in self.standings)


def today_of(patient: Patient, language: Language) -> Today:
    """Everything that the home of a patient shows, in few queries.

    Args:
        patient: With their clinic.
        language: Of the page.
    """
    on = timezone.now().astimezone(patient.clinic.zone).date()
    courses = tuple(my_courses(patient))
    written = entries_of(courses)
    rows = rows_of(courses, entries=written)
    lines = [line_of(course, rows[course.pk]) for course in courses]
    photographing = {line.course.pk for line in lines if may_photograph(line, written[line.course.pk])}
    return Today(
        on=on,
        standings=standings_of(lines, photographing),
        caring=tuple(_caring(lines, on, language)),
        ahead=tuple(_ahead(patient, courses, on, language)),
        asked=tuple(asked_of(lines, photographing)),
    )


def _caring(lines: Sequence[Line], on: dt.date, language: Language) -> Iterable[Caring]:
    for line in lines:
        if not line.rows.sessions:
            continue
        held = line.rows.sessions[-1]
        session = Session(pk=held.id, course=line.course, started_at=held.at)  # the row itself is not needed
        sheet = sheet_of(session, line.protocol, on, language)
        if sheet.now:
            yield Caring(line.course, sheet)


def _ahead(patient: Patient, courses: Sequence[Course], on: dt.date, language: Language) -> Iterable[Ahead]:
    now = timezone.now()
    rows = Appointment.objects.filter(taking_time(patient.clinic, now), patient=patient, ends_at__gte=now)
    by_id = {course.pk: course for course in courses}
    for row in rows.select_related("practitioner__user").order_by("starts_at")[:_SHOWN]:
        row.course = by_id.get(row.course_id) if row.course_id else None
        prepared = _prepared(row, row.course, on, language) if row.course else ()
        day = row.starts_at.astimezone(patient.clinic.zone).date()
        near = (day - on).days <= _NEAR_DAYS
        yield Ahead(row, PURPOSES[row.purpose], day, row.state == State.HELD, prepared, near)


def _prepared(row: Appointment, course: Course, on: dt.date, language: Language) -> tuple[Prepared, ...]:
    """What to mind before a session: first what has a day, then what has none."""
    if row.purpose not in (Purpose.SESSION, Purpose.MAINTENANCE):
        return ()
    protocol = protocol_of(course)
    dated: list[Window] = windows(row, protocol, course.clinic.zone, _MORNING)
    found = [
        Prepared(
            said_of(one.statement, protocol, language), moment_in_words(one.begins, language), day_of(one.begins) <= on
        )
        for one in dated
    ]
    named = {one.statement.id for one in dated}
    rest = (one for one in protocol.preparation if one.id not in named)
    return (*found, *(Prepared(said_of(one, protocol, language), "", holds=False) for one in rest))
