"""The clinic's wall clock, also on the days on which it is changed; once only, late, moved, cancelled."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core import mail

from dermograph.clinic.agenda.models import Appointment, State
from dermograph.clinic.people.models import Course, Membership, Patient
from dermograph.clinic.reminders.clock import minute
from dermograph.clinic.reminders.models import Kind, Preference, Reminder
from tests.clinic.reminders.clinic_mail import at, booked, days, held, real, sending, states


@pytest.fixture
def told(patient: Patient) -> Patient:
    return real(patient)


@pytest.mark.parametrize(
    ("zone", "session", "due"),
    [
        ("Europe/Madrid", "2026-10-25", dt.datetime(2026, 10, 24, 7, tzinfo=dt.UTC)),
        ("Europe/Madrid", "2026-10-26", dt.datetime(2026, 10, 25, 8, tzinfo=dt.UTC)),
        ("Europe/Madrid", "2027-03-28", dt.datetime(2027, 3, 27, 8, tzinfo=dt.UTC)),
        ("Europe/Madrid", "2027-03-29", dt.datetime(2027, 3, 28, 7, tzinfo=dt.UTC)),
        ("Pacific/Tongatapu", "2026-11-26", dt.datetime(2026, 11, 24, 20, tzinfo=dt.UTC)),
    ],
)
def test_it_is_sent_at_the_clinics_hour_whatever_the_clock_does(
    course: Course, lead: Membership, told: Patient, zone: str, session: str, due: dt.datetime
) -> None:
    course.clinic.time_zone = zone
    course.clinic.save()
    sending(course.clinic, Kind.APPOINTMENT)
    booked(course, lead, at(course.clinic, session, "16:00"))
    assert minute(due - dt.timedelta(minutes=1)) == 0
    assert minute(due) == 1
    assert "16:00" in mail.outbox[0].body


@pytest.mark.parametrize(
    ("hour", "day", "due"),
    [
        (2, "2027-03-28", dt.datetime(2027, 3, 28, 1, tzinfo=dt.UTC)),  # skipped: the moment after it
        (2, "2026-10-25", dt.datetime(2026, 10, 25, 0, tzinfo=dt.UTC)),  # twice: the first
        (0, "2026-10-25", dt.datetime(2026, 10, 24, 22, tzinfo=dt.UTC)),
        (23, "2027-03-28", dt.datetime(2027, 3, 28, 21, tzinfo=dt.UTC)),
    ],
)
def test_an_hour_that_the_clock_skips_or_shows_twice_sends_once(
    course: Course, lead: Membership, told: Patient, hour: int, day: str, due: dt.datetime
) -> None:
    sending(course.clinic, Kind.APPOINTMENT, hour=hour)
    following = (dt.date.fromisoformat(day) + dt.timedelta(days=1)).isoformat()
    booked(course, lead, at(course.clinic, following, "16:00"))
    assert minute(due - dt.timedelta(minutes=1)) == 0
    assert sum(minute(due + dt.timedelta(minutes=step)) for step in range(0, 180, 15)) == 1


def test_forty_eight_hours_before_are_hours_that_pass_when_the_clock_goes_back(
    course: Course, lead: Membership, told: Patient
) -> None:
    sending(course.clinic, Kind.PREPARATION)
    booked(course, lead, at(course.clinic, "2026-10-26", "10:30"), made_at=at(course.clinic, "2026-10-20"))
    days(course.clinic, "2026-10-21", "2026-10-25")
    assert "From today, 24 October 2026, 11:30: No alcohol" in mail.outbox[-1].body


def test_a_time_that_comes_twice_says_which_of_the_two(course: Course, lead: Membership, told: Patient) -> None:
    sending(course.clinic, Kind.APPOINTMENT)
    booked(course, lead, dt.datetime(2026, 10, 25, 1, 30, tzinfo=dt.UTC))
    minute(at(course.clinic, "2026-10-24"))
    assert "02:30 (UTC+1)" in mail.outbox[0].body


def test_a_moved_appointment_withdraws_what_was_not_sent_and_tells_the_new_time(
    course: Course, lead: Membership, told: Patient
) -> None:
    sending(course.clinic, Kind.APPOINTMENT)
    one = booked(course, lead, at(course.clinic, "2026-06-20", "10:30"))
    minute(at(course.clinic, "2026-06-19", "08:00"))
    assert states() == [("due", "")]
    starts = at(course.clinic, "2026-06-23", "12:00")
    Appointment.objects.filter(pk=one.pk).update(starts_at=starts, ends_at=starts + dt.timedelta(hours=1))
    assert days(course.clinic, "2026-06-19", "2026-06-23") == 1
    assert "23 June 2026, 12:00" in mail.outbox[0].body
    assert states() == [("skipped", "changed"), ("sent", "")]


@pytest.mark.parametrize("state", [State.CANCELLED, State.NO_SHOW, State.DONE, State.HELD])
def test_an_appointment_that_is_not_booked_any_more_is_not_told(
    course: Course, lead: Membership, told: Patient, state: str
) -> None:
    sending(course.clinic)
    one = booked(course, lead, at(course.clinic, "2026-06-20", "10:30"))
    minute(at(course.clinic, "2026-06-19", "08:00"))
    before = len(mail.outbox)
    Appointment.objects.filter(pk=one.pk).update(state=state)
    assert days(course.clinic, "2026-06-19", "2026-06-21") == 0
    assert len(mail.outbox) == before
    assert states(kind=Kind.APPOINTMENT) == [("skipped", "changed")]


def test_late_is_sent_while_it_is_of_use_and_skipped_with_the_reason_after(
    course: Course, lead: Membership, told: Patient
) -> None:
    sending(course.clinic, Kind.APPOINTMENT)
    booked(course, lead, at(course.clinic, "2026-06-20", "10:30"))
    booked(course, lead, at(course.clinic, "2026-06-21", "10:30"))
    minute(at(course.clinic, "2026-06-19", "08:00"))  # then the server is off
    assert minute(at(course.clinic, "2026-06-21", "09:00")) == 1
    assert states() == [("skipped", "late"), ("sent", "")]


def test_a_days_end_of_aftercare_that_was_missed_is_written_down_as_late(
    course: Course, lead: Membership, told: Patient
) -> None:
    sending(course.clinic, Kind.AFTERCARE)
    held(course, at(course.clinic, "2026-06-20", "10:30"))
    minute(at(course.clinic, "2026-06-20", "18:00"))
    assert minute(at(course.clinic, "2026-06-30", "18:00")) == 1
    assert states() == [("sent", ""), ("skipped", "late"), ("sent", "")]


def test_what_was_due_before_the_clinic_chose_it_is_never_sent(course: Course, lead: Membership, told: Patient) -> None:
    choice = sending(course.clinic)
    choice.since = at(course.clinic, "2026-06-19", "12:00")
    choice.save(update_fields=["since"])
    booked(course, lead, at(course.clinic, "2026-06-20", "10:30"))
    assert minute(at(course.clinic, "2026-06-19", "12:30")) == 0
    assert Reminder.objects.count() == 0


def test_who_made_the_appointment_the_day_before_is_not_told_of_it_again(
    course: Course, lead: Membership, told: Patient
) -> None:
    sending(course.clinic, Kind.APPOINTMENT)
    starts = at(course.clinic, "2026-06-20", "10:30")
    booked(course, lead, starts, made_at=at(course.clinic, "2026-06-19", "09:01"))
    assert days(course.clinic, "2026-06-19", "2026-06-20", "09:10") == 0


@pytest.mark.parametrize("why", ["synthetic", "no_address", "said_no", "restricted", "closed"])
def test_whom_no_mail_may_reach_gets_none(course: Course, lead: Membership, told: Patient, why: str) -> None:
    sending(course.clinic)
    booked(course, lead, at(course.clinic, "2026-06-20", "10:30"))
    held(course, at(course.clinic, "2026-05-20", "10:30"))
    if why == "synthetic":
        Patient.objects.update(synthetic=True)
    elif why == "no_address":
        Patient.objects.update(email="")
    elif why == "restricted":
        Patient.objects.update(restricted_at=dt.datetime(2026, 5, 1, tzinfo=dt.UTC))
    elif why == "said_no":
        Preference.objects.create(patient=told, wanted=False)
    else:
        Course.objects.update(closed_at=dt.datetime(2026, 5, 30, tzinfo=dt.UTC), outcome="abandoned")
    days(course.clinic, "2026-06-01", "2026-06-21")
    assert mail.outbox == []


def test_who_says_no_after_it_was_planned_gets_none(course: Course, lead: Membership, told: Patient) -> None:
    sending(course.clinic, Kind.APPOINTMENT)
    booked(course, lead, at(course.clinic, "2026-06-20", "10:30"))
    minute(at(course.clinic, "2026-06-19", "08:58"))
    Preference.objects.create(patient=told, wanted=False)
    assert minute(at(course.clinic, "2026-06-19", "09:00")) == 0
    assert states() == [("skipped", "stopped")]
