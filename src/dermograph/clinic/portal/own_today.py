"""What matters to a patient today: aftercare, the next appointment, and what is asked of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q
from django.utils import timezone

from dermograph.clinic.agenda.models import Appointment, Purpose, State
from dermograph.clinic.agenda.slots import takes_time
from dermograph.clinic.entries import entries_of
from dermograph.clinic.facts import protocol_of
from dermograph.clinic.overview.course_line import Line, line_of
from dermograph.clinic.overview.course_rows import rows_of
from dermograph.clinic.people.models import Course, Patient
from dermograph.clinic.portal.mine import my_courses
from dermograph.clinic.portal.own_asked import Asked, asked_of, may_photograph
from dermograph.clinic.portal.own_standing import Standing, open_signs, standings_of
from dermograph.clinic.portal.own_words import PURPOSES
from dermograph.clinic.reminders.windows import Window, day_of, windows
from dermograph.clinic.treatment.aftercare import Sheet, sheet_of
from dermograph.clinic.treatment.figures import said_of
from dermograph.clinic.treatment.models import Session
from dermograph.core.dates import moment_in_words
from dermograph.core.text import Language, Text

_SHOWN = 4
_NEAR_DAYS = 21  # how to prepare stands open from then on
#: A session is written down within so long; what was booked longer ago and is not there was not held.
_MAY_BE_UNWRITTEN = dt.timedelta(days=3)
_WITH_NEEDLES = (Purpose.SESSION, Purpose.MAINTENANCE)
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
        unwritten: The courses with a session that may have been held and is not written down: no older sheet of
            aftercare is shown for them.
        main: What the page begins with: ``visit``, ``unwritten``, ``care``, ``asked``, ``ahead`` or ``calm``.
    """

    on: dt.date
    standings: tuple[Standing, ...]
    caring: tuple[Caring, ...]
    ahead: tuple[Ahead, ...]
    asked: tuple[Asked, ...]
    unwritten: tuple[Course, ...] = ()

    @property
    def main(self) -> str:
        """The one thing that comes first."""
        if self.ahead and self.ahead[0].on == self.on:
            return "visit"
        if self.unwritten:
            return "unwritten"
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
    booked = _booked(patient)
    unwritten = tuple(_unwritten(lines, booked))
    signs = {course.pk: open_signs(written[course.pk]) for course in courses}
    quiet = {pk for pk in photographing if not signs[pk]}  # a skin with a sign is looked at, not measured
    return Today(
        on=on,
        standings=standings_of(lines, photographing, signs),
        caring=tuple(_caring([line for line in lines if line.course not in unwritten], on, language)),
        ahead=tuple(_ahead(booked, courses, on, language)),
        asked=tuple(asked_of(lines, quiet)),
        unwritten=unwritten,
    )


def _caring(lines: Sequence[Line], on: dt.date, language: Language) -> Iterable[Caring]:
    for line in lines:
        if not line.rows.sessions:
            continue
        held = line.rows.sessions[-1]
        session = Session(pk=held.id, course=line.course, started_at=held.at)  # the row itself is not needed
        sheet = sheet_of(session, line.protocol, on, language)
        if sheet.now or sheet.lasting:
            yield Caring(line.course, sheet)


def _booked(patient: Patient) -> list[Appointment]:
    """The appointments that are to come, and those that began within the last days; the earliest first."""
    now = timezone.now()
    coming = Q(takes_time(now), ends_at__gte=now)
    begun = Q(starts_at__gte=now - _MAY_BE_UNWRITTEN, starts_at__lte=now, purpose__in=_WITH_NEEDLES)
    begun &= Q(state__in=(State.BOOKED, State.ARRIVED, State.DONE))
    rows = Appointment.objects.filter(coming | begun, patient=patient)
    return list(rows.select_related("practitioner__user", "clinic").order_by("starts_at")[: 2 * _SHOWN])


def _unwritten(lines: Sequence[Line], booked: Sequence[Appointment]) -> Iterable[Course]:
    """The courses with an appointment for a session that has begun, and no session written down on or after its day."""
    now = timezone.now()
    begun = {row.course_id: row for row in booked if row.starts_at <= now and row.purpose in _WITH_NEEDLES}
    for line in lines:
        row = begun.get(line.course.pk)
        held = line.rows.sessions[-1].at if line.rows.sessions else None
        zone = line.course.clinic.zone
        if row and (held is None or held.astimezone(zone).date() < row.starts_at.astimezone(zone).date()):
            yield line.course


def _ahead(
    booked: Sequence[Appointment], courses: Sequence[Course], on: dt.date, language: Language
) -> Iterable[Ahead]:
    by_id = {course.pk: course for course in courses}
    coming = [row for row in booked if row.ends_at >= timezone.now()]
    for row in coming[:_SHOWN]:
        row.course = by_id.get(row.course_id) if row.course_id else None
        prepared = _prepared(row, row.course, on, language) if row.course else ()
        day = row.starts_at.astimezone(row.clinic.zone).date()
        near = (day - on).days <= _NEAR_DAYS
        yield Ahead(row, PURPOSES[row.purpose], day, row.state == State.HELD, prepared, near)


def _prepared(row: Appointment, course: Course, on: dt.date, language: Language) -> tuple[Prepared, ...]:
    """What to mind before a session: first what has a day, then what has none."""
    if row.purpose not in _WITH_NEEDLES:
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
