"""Who takes payments reaches them from the day and from the appointment; nobody else is shown the way."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dermograph.clinic.agenda.models import Appointment
from dermograph.clinic.people.models import Course, Membership
from dermograph.clinic.treatment.models import Session
from tests.clinic.conftest import signed_in
from tests.clinic.overview.rows import another_course, booked, day, held, noon

PAYING = ("front_desk", "practitioner", "lead")
STAFF = (*PAYING, "admin")


@pytest.fixture
def appointment(course: Course, practitioner: Membership) -> Appointment:
    return booked(course, practitioner, noon(day(0)), state="done")


def recorded(course: Course, appointment: Appointment | None = None, supersedes: Session | None = None) -> Session:
    """A session of today, or its correction."""
    session = held(course, day(0))
    Session.objects.filter(pk=session.pk).update(appointment=appointment, supersedes=supersedes)
    return session


def to_pay(session: Session) -> str:
    return f'href="{reverse("payment_new", args=[session.pk])}"'


@pytest.mark.parametrize("role", STAFF)
@pytest.mark.parametrize("is_linked", [True, False])
def test_a_session_that_was_held_is_paid_from_the_day_and_from_its_appointment(
    course: Course, appointment: Appointment, role: str, request: pytest.FixtureRequest, *, is_linked: bool
) -> None:
    client, session = signed_in(request.getfixturevalue(role)), recorded(course, appointment if is_linked else None)
    assert client.get("/").content.decode().count(to_pay(session)) == (role in PAYING)
    page = client.get(reverse("appointment", args=[appointment.pk]))
    assert page.status_code == (200 if role in PAYING else 403)
    assert (to_pay(session) in page.content.decode()) is (role in PAYING)


@pytest.mark.parametrize("role", STAFF)
def test_the_payments_of_the_day_are_one_step_away_for_who_may_see_them(
    course: Course, appointment: Appointment, role: str, request: pytest.FixtureRequest
) -> None:
    client, may_see = signed_in(request.getfixturevalue(role)), role != "practitioner"
    way = f'href="{reverse("payments")}'
    assert (way in client.get("/").content.decode()) is may_see
    if role != "admin":
        page = client.get(reverse("appointment", args=[appointment.pk])).content.decode()
        assert (f"{way}?day={appointment.starts_at:%Y-%m-%d}" in page) is may_see


def test_a_session_without_an_appointment_is_paid_from_the_day_as_well(
    course: Course, appointment: Appointment, front_desk: Membership, admin: Membership
) -> None:
    session = recorded(another_course(course, 7))
    page = signed_in(front_desk).get("/").content.decode()
    assert "Sessions without an appointment" in page
    assert to_pay(session) in page
    assert "Sessions without an appointment" not in signed_in(admin).get("/").content.decode()


def test_the_way_leads_to_the_session_that_stands(
    course: Course, appointment: Appointment, front_desk: Membership
) -> None:
    first = recorded(course, appointment)
    standing = recorded(course, appointment, supersedes=first)
    client = signed_in(front_desk)
    for page in (client.get("/"), client.get(reverse("appointment", args=[appointment.pk]))):
        assert to_pay(standing) in page.content.decode()
        assert to_pay(first) not in page.content.decode()


def test_another_visit_of_the_same_day_leads_to_no_payment(
    course: Course, appointment: Appointment, practitioner: Membership, front_desk: Membership
) -> None:
    session = recorded(course, appointment)
    review = booked(course, practitioner, appointment.starts_at + dt.timedelta(hours=3), purpose="review")
    client = signed_in(front_desk)
    assert client.get("/").content.decode().count(to_pay(session)) == 1
    assert to_pay(session) not in client.get(reverse("appointment", args=[review.pk])).content.decode()


def test_the_appointment_still_asks_little_of_the_database(
    course: Course, appointment: Appointment, front_desk: Membership
) -> None:
    recorded(course, appointment)
    client = signed_in(front_desk)
    with CaptureQueriesContext(connection) as queries:
        client.get(reverse("appointment", args=[appointment.pk]))
    assert len(queries) <= 12
