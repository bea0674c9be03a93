"""What a patient changes after the signature keeps a session from being booked, until it is signed again."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest

from dermograph.clinic.agenda.course_days import days_of
from dermograph.clinic.agenda.limits import ClosedDayError
from dermograph.clinic.agenda.models import Appointment, Room, State
from dermograph.clinic.agenda.services import book, set_state
from dermograph.clinic.intake.selectors import in_force
from dermograph.clinic.intake.services import answer_fact, override, sign_assessment
from dermograph.clinic.people.models import Course, Membership, Patient
from dermograph.clinic.portal.appointing import choose
from dermograph.core.errors import InputError
from tests.clinic.agenda.opened import answered, at, cleared, healthy, monday, rooms
from tests.clinic.locks import watched
from tests.clinic.portal.people import patient_account
from tests.clinic.portal.visits import allowed, free_day, slot

__all__ = ["rooms"]
pytestmark = pytest.mark.django_db


def there_and_back(course: Course) -> None:
    """The patient says something worse, and takes it back to what was signed."""
    for value in (True, False):
        answer_fact(course=course, who=None, fact="pregnant", value=value)


def standing(course: Course, day: dt.date) -> str:
    return days_of(course, "session").on(day).kind


def test_a_day_that_the_signature_opened_is_pending_once_the_patient_changed_an_answer(
    course: Course, practitioner: Membership, rooms: list[Room]
) -> None:
    cleared(course, practitioner)
    assert standing(course, free_day()) == "open"
    there_and_back(course)
    found = in_force(course)
    assert found is not None
    assert not found.clears
    assert standing(course, free_day()) == "pending"
    with pytest.raises(ClosedDayError, match="does not clear a session"):
        book(
            course=course,
            purpose="session",
            practitioner=practitioner,
            room=rooms[0],
            starts_at=at(course.clinic, free_day(), 10),
            who=practitioner.user,
        )
    sign_assessment(course=course, who=practitioner.user)
    assert standing(course, free_day()) == "open"


def test_what_a_patient_chooses_after_changing_an_answer_is_only_kept_and_nobody_confirms_it(
    course: Course, practitioner: Membership, rooms: list[Room]
) -> None:
    assert rooms
    cleared(course, practitioner)
    allowed(course.clinic)
    there_and_back(course)
    account = patient_account(course.patient)
    made = choose(
        course=course, purpose="session", slot=slot(course, 10, practitioner), who=account, entry=uuid.uuid4()
    )
    assert made.state == State.HELD
    with pytest.raises(ClosedDayError, match="does not clear a session"):
        set_state(appointment=made, state="booked", who=practitioner.user)
    sign_assessment(course=course, who=practitioner.user)
    assert set_state(appointment=made, state="booked", who=practitioner.user).state == State.BOOKED


def test_an_override_clears_no_day_once_the_patient_made_milder_what_it_rested_on(
    course: Course, practitioner: Membership, lead: Membership
) -> None:
    answered(course, {**healthy(), "pregnant": True})
    signed = sign_assessment(course=course, who=practitioner.user)
    override(assessment=signed, who=lead.user, verdict="conditional", reason="Her midwife wrote on 3 November: yes.")
    assert standing(course, free_day()) == "open"
    answer_fact(course=course, who=None, fact="pregnant", value=False)
    assert standing(course, free_day()) == "pending"


def test_who_books_waits_for_the_patient_before_anything_else_and_finds_no_erased_one(
    course: Course, practitioner: Membership, rooms: list[Room], monkeypatch: pytest.MonkeyPatch
) -> None:
    fields: dict[str, Any] = {"purpose": "assessment", "practitioner": practitioner, "room": rooms[0], "who": None}
    with watched(monkeypatch) as found:
        book(course=course, starts_at=at(course.clinic, monday(), 10), **fields)
    [taken] = [one for one in found if "people.Course" in one]
    assert taken[0] == "people.Patient"
    course.patient = Patient(pk=uuid.uuid4(), clinic=course.clinic)  # erased while the form was open
    with pytest.raises(InputError, match="not there any more"):
        book(course=course, starts_at=at(course.clinic, monday(), 12), **fields)
    assert Appointment.objects.count() == 1
