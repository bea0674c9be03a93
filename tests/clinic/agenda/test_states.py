"""What becomes of an appointment: moved, held and ended, cancelled, come to or not, and undone."""

from __future__ import annotations

import datetime as dt

import pytest

from dermograph.clinic.agenda.models import Appointment, Occupied, Room
from dermograph.clinic.agenda.occupy import OVER, forget_past
from dermograph.clinic.agenda.services import expire_holds, hold, move, set_state
from dermograph.clinic.agenda.taken import TakenError
from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.people.models import Course, Membership
from dermograph.core.errors import InputError
from tests.clinic.agenda.opened import another_course, at, cleared, monday, rooms
from tests.clinic.agenda.test_booking import booked

pytestmark = pytest.mark.django_db
__all__ = ["rooms"]


def test_moving_does_not_stand_in_its_own_way(course: Course, practitioner: Membership, rooms: list[Room]) -> None:
    cleared(course, practitioner)
    made = booked(course, practitioner, rooms[0], at(course.clinic, monday(), 10), purpose="session")
    moved = move(
        appointment=made,
        practitioner=practitioner,
        room=rooms[1],
        starts_at=at(course.clinic, monday(), 11),
        who=practitioner.user,
    )
    assert moved.pk == made.pk
    assert moved.sequence == 1
    assert min(Occupied.objects.values_list("starts_at", flat=True)) == moved.starts_at
    assert Occupied.objects.count() == 3 * 24


def test_a_move_that_fails_leaves_everything_as_it_was(
    course: Course, practitioner: Membership, rooms: list[Room]
) -> None:
    made = booked(course, practitioner, rooms[0], at(course.clinic, monday(), 10))
    booked(another_course(course.clinic, 2, practitioner), practitioner, rooms[0], at(course.clinic, monday(), 12))
    before = sorted(Occupied.objects.values_list("resource", "starts_at"))
    with pytest.raises(TakenError):
        move(
            appointment=made,
            practitioner=practitioner,
            room=rooms[0],
            starts_at=at(course.clinic, monday(), 12),
            who=None,
        )
    assert sorted(Occupied.objects.values_list("resource", "starts_at")) == before
    assert Appointment.objects.get(pk=made.pk).starts_at == made.starts_at


def test_of_two_tabs_the_later_is_told(course: Course, practitioner: Membership, rooms: list[Room]) -> None:
    made = booked(course, practitioner, rooms[0], at(course.clinic, monday(), 10))
    set_state(appointment=made, state="cancelled", reason="ill", who=None, sequence=0)
    with pytest.raises(InputError, match="changed this appointment meanwhile"):
        move(
            appointment=made,
            practitioner=practitioner,
            room=rooms[1],
            starts_at=at(course.clinic, monday(), 11),
            who=None,
            sequence=0,
        )


def test_a_hold_ends_and_gives_its_time_back(course: Course, practitioner: Membership, rooms: list[Room]) -> None:
    now, start = dt.datetime.now(tz=dt.UTC), at(course.clinic, monday(), 10)
    held = hold(
        course=course,
        purpose="session",
        practitioner=practitioner,
        room=rooms[0],
        starts_at=start,
        who=None,
        now=now - dt.timedelta(days=3),
    )
    other = another_course(course.clinic, 2, practitioner)
    assert booked(other, practitioner, rooms[0], start).state == "booked"
    held.refresh_from_db()
    assert (held.state, held.reason) == ("cancelled", "hold ended")
    assert expire_holds() == 0


@pytest.mark.parametrize(
    ("hours", "ends"),
    [(100, -52), (60, -12), (59, -12), (24, -12), (23, -11.5), (3, -1.5)],
)
def test_a_hold_ends_so_long_before_it_begins_that_the_patient_can_still_be_told(
    course: Course, practitioner: Membership, rooms: list[Room], hours: int, ends: float
) -> None:
    start = at(course.clinic, monday(), 10)
    held = hold(
        course=course,
        purpose="session",
        practitioner=practitioner,
        room=rooms[0],
        starts_at=start,
        who=None,
        now=start - dt.timedelta(hours=hours),
    )
    assert held.held_until == start + dt.timedelta(hours=ends)


def test_a_cancellation_needs_a_reason_frees_the_time_and_can_be_undone(
    course: Course, practitioner: Membership, rooms: list[Room]
) -> None:
    made = booked(course, practitioner, rooms[0], at(course.clinic, monday(), 10))
    with pytest.raises(InputError, match="needs a reason"):
        set_state(appointment=made, state="cancelled", who=None)
    set_state(appointment=made, state="cancelled", reason="moved house", who=None)
    assert not Occupied.objects.exists()
    set_state(appointment=made, state="booked", who=None)
    assert Occupied.objects.count() == 36
    set_state(appointment=made, state="cancelled", reason="again", who=None)
    booked(another_course(course.clinic, 2, practitioner), practitioner, rooms[1], made.starts_at)
    with pytest.raises(TakenError):
        set_state(appointment=made, state="booked", who=None)


def test_a_cancellation_shortly_before_is_called_late(
    course: Course, practitioner: Membership, rooms: list[Room]
) -> None:
    made = booked(course, practitioner, rooms[0], at(course.clinic, monday(), 10))
    early = booked(course, practitioner, rooms[0], at(course.clinic, monday(3), 10))
    now = made.starts_at - dt.timedelta(hours=23)
    set_state(appointment=made, state="cancelled", reason="ill", who=None, now=now)
    set_state(appointment=early, state="cancelled", reason="ill", who=None, now=now)
    assert AuditEntry.objects.get(about=made.pk, action="appointment.cancelled").details == {
        "from": "booked",
        "late": True,
    }
    assert "late" not in AuditEntry.objects.get(about=early.pk, action="appointment.cancelled").details


def test_nobody_arrives_before_the_day_and_a_no_show_can_be_undone(
    course: Course, practitioner: Membership, rooms: list[Room]
) -> None:
    made = booked(course, practitioner, rooms[0], at(course.clinic, monday(), 10))
    for state in ("arrived", "done", "no_show"):
        with pytest.raises(InputError, match="not come yet"):
            set_state(appointment=made, state=state, who=None)
    later = made.starts_at + dt.timedelta(minutes=30)
    set_state(appointment=made, state="no_show", who=None, now=later)
    assert not Occupied.objects.exists()
    set_state(appointment=made, state="arrived", who=None, now=later)
    assert Occupied.objects.count() == 36
    done = set_state(appointment=made, state="done", who=None, now=later)
    with pytest.raises(InputError, match="cannot become"):
        set_state(appointment=done, state="cancelled", reason="x", who=None, now=later)


def test_the_time_of_past_appointments_is_forgotten_and_that_of_coming_ones_is_not(
    course: Course, practitioner: Membership, rooms: list[Room]
) -> None:
    cleared(course, practitioner)
    made = booked(course, practitioner, rooms[0], at(course.clinic, monday(), 10), purpose="session")
    taken = Occupied.objects.count()
    assert taken > 0
    assert forget_past(made.ends_at) == 0
    assert forget_past(made.starts_at + OVER) == 0
    assert forget_past(made.ends_at + OVER) == taken
    assert Appointment.objects.filter(pk=made.pk).exists()
