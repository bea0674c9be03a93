"""What cards say of a course whose assessment is signed: a day is open, late, taken already, or set aside."""

from __future__ import annotations

import datetime as dt

import pytest
from django.utils import timezone

from dermograph.clinic.agenda.course_days import days_of
from dermograph.clinic.agenda.models import Appointment, Room
from dermograph.clinic.intake.models import Override
from dermograph.clinic.intake.services import sign_assessment
from dermograph.clinic.people.models import Course, Membership
from tests.clinic.agenda.opened import answered, cleared, healthy
from tests.clinic.cds.asking import BOOK, VIEW, appointment, book, program, view
from tests.clinic.cds.test_services import at, held, today

ONE_DAY = dt.timedelta(days=1)


@pytest.fixture
def known(course: Course, practitioner: Membership) -> Course:
    """A course that a signed assessment clears, with a session three weeks ago."""
    cleared(course, practitioner)
    held(course, practitioner, 21)
    return course


@pytest.mark.parametrize("days", [-1, 0, 1], ids=["below", "at", "above"])
def test_a_day_after_the_usual_spacing_is_late_and_forbidden_by_nothing(
    known: Course, practitioner: Membership, days: int
) -> None:
    plan = days_of(known, "session").plan
    assert plan is not None
    assert plan.latest is not None
    wanted = appointment(known.patient.pk, at(plan.latest + days * ONE_DAY))
    cards = program(practitioner).cards(BOOK, book(known.patient.pk, wanted))
    assert [one["indicator"] for one in cards] == (["info"] if days > 0 else [])
    assert all("later than usual" in one["summary"] for one in cards)


@pytest.mark.parametrize("days", [-1, 0, 1], ids=["below", "at", "above"])
def test_the_first_allowed_day_is_allowed_and_the_day_before_is_not(
    known: Course, practitioner: Membership, days: int
) -> None:
    first = days_of(known, "session").first_open(today(known) + dt.timedelta(days=400))
    assert first is not None
    wanted = appointment(known.patient.pk, at(first + days * ONE_DAY))
    cards = program(practitioner).cards(BOOK, book(known.patient.pk, wanted))
    assert [one["indicator"] for one in cards] == (["warning"] if days < 0 else [])


def test_an_appointment_without_a_day_is_told_that_nothing_can_be_said_of_it(
    known: Course, practitioner: Membership
) -> None:
    wanted = appointment(known.patient.pk, at(today(known)))
    less = {name: value for name, value in wanted.items() if name not in ("start", "end")}
    [card] = program(practitioner).cards(BOOK, book(known.patient.pk, less))
    assert (card["indicator"], "states no day" in card["summary"]) == ("info", True)


def test_a_booked_session_closes_days_for_others_but_not_for_itself(known: Course, practitioner: Membership) -> None:
    first = days_of(known, "session").first_open(today(known) + dt.timedelta(days=400))
    assert first is not None
    starts = dt.datetime.combine(first, dt.time(10), known.clinic.zone)
    booked = Appointment.objects.create(
        clinic=known.clinic,
        patient=known.patient,
        course=known,
        purpose="session",
        practitioner=practitioner,
        room=Room.objects.create(clinic=known.clinic, name="1"),
        starts_at=starts,
        ends_at=starts + dt.timedelta(hours=1),
    )
    ours, key = program(practitioner), known.patient.pk
    moved = at(first + ONE_DAY)
    assert ours.cards(BOOK, book(key, appointment(key, moved, id=str(booked.pk)))) == []
    [other] = ours.cards(BOOK, book(key, appointment(key, moved)))
    assert "already booked" in other["detail"]
    assert not any("suggestions" in one for one in ours.cards(VIEW, view(key)))


def test_what_the_medical_lead_has_set_aside_is_said_and_warns_no_more(
    course: Course, practitioner: Membership, lead: Membership
) -> None:
    answered(course, {**healthy(), "anticoagulants": True})
    signed = sign_assessment(course=course, who=practitioner.user)
    before = program(practitioner).cards(VIEW, view(course.patient.pk))
    Override.objects.create(
        clinic=course.clinic,
        assessment=signed,
        verdict="conditional",
        reason="The doctor agrees.",
        written_by=lead.user,
        written_at=timezone.now(),
    )
    after = program(practitioner).cards(VIEW, view(course.patient.pk))
    [was] = [one for one in before if "nticoagula" in one["summary"]]
    [now] = [one for one in after if "nticoagula" in one["summary"]]
    assert (was["indicator"], now["indicator"]) == ("warning", "info")
    assert "medical lead has set this aside" in now["detail"]
