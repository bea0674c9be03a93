"""What is sent twice is not said to be done twice; and only one's own last word is taken back."""

from __future__ import annotations

import datetime as dt
import uuid

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dermograph.clinic.agenda.models import Absence, Appointment, OpeningHours, State
from dermograph.clinic.agenda.services import move, set_state
from dermograph.clinic.people.course_services import close_course
from dermograph.clinic.people.models import Course, Membership, Patient
from dermograph.clinic.people.outcomes import OUTCOMES
from dermograph.clinic.portal.models import Change, Done
from tests.clinic.portal.people import signed_in_patient
from tests.clinic.portal.visits import allowed, asked, cancelled, free_day, ready, slot

BOOKED, KEPT = "Your appointment is booked.", "The time is kept for you."


@pytest.fixture
def course(course: Course, practitioner: Membership) -> Course:
    return ready(course, practitioner)


@pytest.fixture
def browser(patient: Patient, course: Course) -> Client:
    return signed_in_patient(patient)


@pytest.fixture
def row(browser: Client, course: Course, practitioner: Membership) -> Appointment:
    """One that the patient has booked."""
    allowed(course.clinic)
    asked(browser, course, slot(course, 10, practitioner))
    return Appointment.objects.get()


def restored(browser: Client, row: Appointment) -> int:
    """Press the button to take the cancellation back; the status of the answer."""
    status: int = cancelled(browser, row, act="restore").status_code
    row.refresh_from_db()
    return status


def offers(browser: Client) -> bool:
    """Whether the page has the button."""
    return "Take the cancellation back" in browser.get(reverse("me_appointments")).content.decode()


def by_staff(row: Appointment, state: State, who: Membership, reason: str = "") -> None:
    row.refresh_from_db()
    set_state(appointment=row, state=state, who=who.user, reason=reason)
    row.refresh_from_db()


def test_the_patients_own_cancellation_is_taken_back(browser: Client, row: Appointment) -> None:
    cancelled(browser, row)
    assert offers(browser)
    assert restored(browser, row) == 302
    assert row.state == State.BOOKED
    last = Change.objects.filter(appointment=row).order_by("-at").first()
    assert last is not None
    assert (last.done, last.sequence, last.now_at) == (Done.RESTORED, row.sequence, row.starts_at)


def test_the_clinics_cancellation_stays_though_the_patient_cancelled_before(
    browser: Client, row: Appointment, practitioner: Membership
) -> None:
    cancelled(browser, row)
    by_staff(row, State.BOOKED, practitioner)
    by_staff(row, State.CANCELLED, practitioner, "She is ill")
    assert not offers(browser)
    assert restored(browser, row) == 422
    assert (row.state, row.reason) == (State.CANCELLED, "She is ill")


def test_a_course_that_was_closed_meanwhile_gets_no_appointment_back(
    browser: Client, row: Appointment, course: Course, lead: Membership
) -> None:
    cancelled(browser, row)
    close_course(course=course, who=lead.user, outcome=next(iter(OUTCOMES)), reason="Done")
    assert not offers(browser)
    answer = cancelled(browser, row, act="restore")
    row.refresh_from_db()
    assert (answer.status_code, row.state) == (422, State.CANCELLED)
    assert "Open it again" not in answer.content.decode()


def test_an_absence_or_other_hours_that_were_entered_meanwhile_hold(
    browser: Client, row: Appointment, practitioner: Membership
) -> None:
    cancelled(browser, row)
    away = Absence.objects.create(
        clinic=row.clinic, membership=practitioner, first=free_day(), last=free_day(), reason="An operation"
    )
    answer = cancelled(browser, row, act="restore")
    row.refresh_from_db()
    assert (answer.status_code, row.state) == (422, State.CANCELLED)
    assert "does not offer this time any more" in answer.content.decode()
    assert "operation" not in answer.content.decode()
    assert practitioner.user.name + " is away" not in answer.content.decode()
    away.delete()
    OpeningHours.objects.filter(clinic=row.clinic).delete()
    assert restored(browser, row) == 422
    assert row.state == State.CANCELLED


def test_who_has_another_one_of_the_kind_meanwhile_does_not_get_two(
    browser: Client, row: Appointment, course: Course, practitioner: Membership
) -> None:
    cancelled(browser, row)
    assert asked(browser, course, slot(course, 12, practitioner)).status_code == 302
    answer = cancelled(browser, row, act="restore")
    assert answer.status_code == 422
    assert "You have an appointment for this already" in answer.content.decode()
    assert Appointment.objects.filter(state=State.BOOKED).count() == 1


@pytest.mark.parametrize(("ago", "status"), [(dt.timedelta(minutes=59), 302), (dt.timedelta(minutes=61), 422)])
def test_the_hour_ends(browser: Client, row: Appointment, ago: dt.timedelta, status: int) -> None:
    cancelled(browser, row)
    Change.objects.update(at=timezone.now() - ago)
    Change.objects.filter(done=Done.BOOKED).delete()
    assert restored(browser, row) == status


def test_the_same_form_again_says_what_stands_while_it_stands(
    browser: Client, course: Course, practitioner: Membership
) -> None:
    entry, value = uuid.uuid4(), slot(course, 10, practitioner)
    for _ in range(2):
        assert asked(browser, course, value, entry).status_code == 302
        assert KEPT in browser.get(reverse("me_appointments")).content.decode()
    by_staff(Appointment.objects.get(), State.BOOKED, practitioner)
    assert asked(browser, course, value, entry).status_code == 302
    assert BOOKED in browser.get(reverse("me_appointments")).content.decode()
    assert Appointment.objects.count() == 1


@pytest.mark.parametrize("what", ["cancelled", "ran out", "another time", "moved", "no time"])
def test_a_form_that_is_sent_again_never_says_booked_for_what_is_not(
    browser: Client, course: Course, practitioner: Membership, what: str
) -> None:
    entry, value = uuid.uuid4(), slot(course, 10, practitioner)
    asked(browser, course, value, entry)
    row = Appointment.objects.get()
    if what == "cancelled":
        cancelled(browser, row)
    if what == "ran out":
        Appointment.objects.update(held_until=timezone.now() - dt.timedelta(seconds=1))
    if what == "another time":
        value = slot(course, 11, practitioner)
    if what == "moved":
        later = row.starts_at + dt.timedelta(hours=1)
        row = Appointment.objects.select_related("course__clinic", "course__patient").get()
        move(appointment=row, practitioner=practitioner, room=row.room, starts_at=later, who=practitioner.user)
    if what == "no time":
        value = "x" * 400
    browser.get(reverse("me_appointments"))
    answer = asked(browser, course, value, entry)
    page = answer.content.decode()
    assert answer.status_code == 422
    assert "This form was sent before and made an appointment" in page
    gone = what in ("cancelled", "ran out")
    assert ("It does not stand any more." if gone else "It stands.") in page
    after = browser.get(reverse("me_appointments")).content.decode()
    assert BOOKED not in after
    assert KEPT not in after
    assert Appointment.objects.count() == 1
