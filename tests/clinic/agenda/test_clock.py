"""The hour that spring skips and the hour that autumn repeats, in Madrid."""

from __future__ import annotations

import datetime as dt
import zoneinfo

import pytest

from dermograph.clinic.agenda.models import Occupied
from dermograph.clinic.agenda.services import book, move
from dermograph.clinic.agenda.slots import Wanted, busy_times, slots_of
from dermograph.clinic.agenda.timetable import timetable_of
from dermograph.clinic.agenda.wall import clock, edge_of, exists, instant_of, read_instant, write_instant
from dermograph.clinic.people.models import Clinic, Course, Membership
from dermograph.core.errors import InputError
from tests.clinic.agenda.opened import another_course, open_up

MADRID = zoneinfo.ZoneInfo("Europe/Madrid")
SKIPPED = dt.datetime.combine(dt.date(2027, 3, 28), dt.time(2, 30))
SPRING, AUTUMN = dt.date(2027, 3, 28), dt.date(2026, 10, 25)


def test_the_skipped_hour_is_refused() -> None:
    assert not exists(SKIPPED, MADRID)
    with pytest.raises(InputError, match="skips 02:30"):
        instant_of(SKIPPED, MADRID)
    with pytest.raises(InputError, match="skips"):
        read_instant("2027-03-28T02:00", MADRID)
    assert read_instant("2027-03-28T03:00", MADRID) == dt.datetime(2027, 3, 28, 1, 0, tzinfo=dt.UTC)


def test_the_doubled_hour_is_never_guessed() -> None:
    with pytest.raises(InputError, match="02:30 twice"):
        read_instant("2026-10-25T02:30", MADRID)
    first = read_instant("2026-10-25T02:30+02:00", MADRID)
    second = read_instant("2026-10-25T02:30+01:00", MADRID)
    assert second - first == dt.timedelta(hours=1)
    assert (clock(first, MADRID), clock(second, MADRID)) == ("02:30 (UTC+2)", "02:30 (UTC+1)")
    assert [read_instant(write_instant(one, MADRID), MADRID) for one in (first, second)] == [first, second]


@pytest.mark.parametrize(
    "written", ["", "soon", "2026-13-40T10:00", "9999-12-31T23:59", "0001-01-01T00:00+14:00", "１２"]
)
def test_what_is_no_time_is_refused(written: str) -> None:
    with pytest.raises(InputError, match="no day and time"):
        read_instant(written, MADRID)


def test_opening_hours_across_a_change_are_what_the_clock_shows() -> None:
    assert edge_of(SPRING, dt.time(2, 30), MADRID) == dt.datetime(2027, 3, 28, 1, 0, tzinfo=dt.UTC)
    assert edge_of(AUTUMN, dt.time(2, 30), MADRID) == dt.datetime(2026, 10, 25, 0, 30, tzinfo=dt.UTC)


def offered(course: Course, day: dt.date, now: dt.datetime, minutes: int = 60) -> list[str]:
    table = timetable_of(course.clinic)
    wanted = Wanted("paramedical", minutes, 30, now)
    busy = busy_times(course.clinic, day, day, now, patient=None)
    return [slot.clock for slot in slots_of(day, wanted, table, busy)]


@pytest.mark.django_db
def test_on_the_short_day_no_skipped_time_is_offered(course: Course, practitioner: Membership) -> None:
    open_up(course.clinic, weekdays=range(6, 7), opens=1, closes=5)
    now = dt.datetime(2027, 3, 1, tzinfo=dt.UTC)
    assert offered(course, SPRING, now) == ["01:00", "01:30", "03:00", "03:30", "04:00"]


@pytest.mark.django_db
def test_on_the_long_day_both_hours_are_offered_and_both_can_be_booked(
    course: Course, practitioner: Membership, clinic: Clinic
) -> None:
    rooms = open_up(clinic, weekdays=range(6, 7), opens=1, closes=5)
    now = dt.datetime(2026, 10, 1, tzinfo=dt.UTC)
    assert offered(course, AUTUMN, now, 30)[2:6] == [
        "02:00 (UTC+2)",
        "02:30 (UTC+2)",
        "02:00 (UTC+1)",
        "02:30 (UTC+1)",
    ]
    other = another_course(clinic, 2, practitioner)
    for booked, offset in ((course, "+02:00"), (other, "+01:00")):
        book(
            course=booked,
            purpose="review",
            practitioner=practitioner,
            room=rooms[0],
            minutes=60,
            who=None,
            now=now,
            starts_at=read_instant(f"2026-10-25T02:00{offset}", MADRID),
        )
    assert Occupied.objects.filter(resource=rooms[0].pk).count() == 24


@pytest.mark.django_db
def test_a_session_across_the_change_takes_the_minutes_that_pass(
    course: Course, practitioner: Membership, clinic: Clinic
) -> None:
    rooms = open_up(clinic, weekdays=range(6, 7), opens=1, closes=5)
    now = dt.datetime(2027, 3, 1, tzinfo=dt.UTC)
    made = book(
        course=course,
        purpose="review",
        practitioner=practitioner,
        room=rooms[0],
        minutes=90,
        who=None,
        starts_at=read_instant("2027-03-28T01:30", MADRID),
        now=now,
    )
    assert clock(made.ends_at, MADRID) == "04:00"
    with pytest.raises(InputError, match="outside the opening hours"):
        move(
            appointment=made,
            practitioner=practitioner,
            room=rooms[0],
            who=None,
            now=now,
            starts_at=read_instant("2027-03-28T04:00", MADRID),
        )
