"""The buttons of an appointment are exactly what may become of it, at every moment."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db import transaction
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dermograph.clinic.agenda.models import Appointment, Room, State
from dermograph.clinic.agenda.services import hold, set_state
from dermograph.clinic.people.models import Course, Membership
from dermograph.core.errors import InputError
from tests.clinic.agenda.opened import another_course, at, cleared, monday, rooms
from tests.clinic.agenda.test_booking import booked
from tests.clinic.conftest import signed_in

pytestmark = pytest.mark.django_db
__all__ = ["rooms"]
HOURS = {"yesterday": -24, "an hour ago": -1, "in an hour": 1, "tomorrow": 24, "in a week": 168}


def shown(client: Client, appointment: Appointment) -> set[str]:
    """The states that the page offers."""
    page = client.get(reverse("appointment", args=[appointment.pk]))
    assert page.status_code == 200
    return set(re.findall(r'name="state" value="(\w+)"', page.content.decode()))


def accepted(appointment: Appointment) -> set[str]:
    """The states that it can be taken to, tried one by one."""
    found = set()
    for state in State.values:
        try:
            with transaction.atomic():
                set_state(appointment=appointment, state=state, who=None, reason="because")
                found.add(state)
                transaction.set_rollback(True)
        except InputError:
            pass
    return found


@pytest.fixture
def made(course: Course, practitioner: Membership, rooms: list[Room]) -> Appointment:
    return Appointment.objects.create(
        clinic=course.clinic,
        patient=course.patient,
        course=course,
        purpose="assessment",
        practitioner=practitioner,
        room=rooms[0],
        starts_at=timezone.now(),
        ends_at=timezone.now(),
    )


def put(made: Appointment, state: str, hours: int) -> Appointment:
    """The same appointment in a state, so many hours from now."""
    begin = timezone.now().replace(second=0, microsecond=0) + dt.timedelta(hours=hours)
    until = begin if state == State.HELD else None
    made.starts_at, made.ends_at, made.state, made.held_until = begin, begin + dt.timedelta(minutes=30), state, until
    made.save()
    return made


@pytest.mark.parametrize("state", State.values)
@pytest.mark.parametrize("when", HOURS)
def test_the_buttons_are_exactly_what_is_allowed(
    made: Appointment, front_desk: Membership, state: str, when: str
) -> None:
    one = put(made, state, HOURS[when])
    assert shown(signed_in(front_desk), one) == accepted(one)


def test_who_is_booked_for_the_past_hour_arrived_is_done_or_did_not_come(
    made: Appointment, front_desk: Membership
) -> None:
    for hours in (-1, -24, -240):
        buttons = shown(signed_in(front_desk), put(made, State.BOOKED, hours))
        assert buttons == {"arrived", "done", "no_show", "cancelled"}
    assert shown(signed_in(front_desk), put(made, State.BOOKED, 48)) == {"cancelled"}


def test_an_appointment_without_a_course_offers_nothing(made: Appointment, front_desk: Membership) -> None:
    Appointment.objects.filter(pk=made.pk).update(course=None)
    made.refresh_from_db()
    assert shown(signed_in(front_desk), made) == accepted(made) == set()


def test_a_hold_that_cannot_be_booked_yet_says_why_instead(
    course: Course, practitioner: Membership, rooms: list[Room], front_desk: Membership
) -> None:
    start = at(course.clinic, monday(), 10)
    held = hold(course=course, purpose="session", practitioner=practitioner, room=rooms[0], starts_at=start, who=None)
    client = signed_in(front_desk)
    assert shown(client, held) == accepted(held) == {"held", "cancelled"}
    page = client.get(reverse("appointment", args=[held.pk])).content.decode()
    assert "It cannot be booked now:" in page
    cleared(course, practitioner)
    assert shown(client, held) == accepted(held) == {"booked", "held", "cancelled"}


def test_a_cancellation_whose_time_was_given_away_cannot_be_undone_by_a_button(
    course: Course, practitioner: Membership, rooms: list[Room], front_desk: Membership
) -> None:
    start = at(course.clinic, monday(), 10)
    made = booked(course, practitioner, rooms[0], start)
    set_state(appointment=made, state="cancelled", reason="ill", who=None)
    client = signed_in(front_desk)
    made.refresh_from_db()
    assert shown(client, made) == accepted(made) == {"booked"}
    booked(another_course(course.clinic, 2, practitioner), practitioner, rooms[1], start)
    assert shown(client, made) == accepted(made) == set()
    page = client.get(reverse("appointment", args=[made.pk])).content.decode()
    assert "Its time has been given to somebody else." in page
