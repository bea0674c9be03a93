"""What a patient is told follows what they know: what they did, and the e-mails that left; none waits for another."""

from __future__ import annotations

import datetime as dt
import smtplib
from collections.abc import Sequence
from typing import Any
from unittest import mock

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from django.utils import timezone
from pytest_django import Settings

from dermograph.clinic.agenda.models import Appointment, State
from dermograph.clinic.agenda.services import move, set_state
from dermograph.clinic.people.models import Clinic, Course, Membership, Patient
from dermograph.clinic.portal import telling_appointments
from dermograph.clinic.portal.models import MailState, Notice, NoticeKind
from dermograph.clinic.portal.telling_appointments import look
from tests.clinic.agenda.opened import cleared
from tests.clinic.portal.people import another_course, another_patient, patient_account, posted, signed_in_patient
from tests.clinic.portal.visits import allowed, asked, ready, slot

ADDRESS = "lucia@patients.example"


@pytest.fixture
def course(course: Course, practitioner: Membership, settings: Settings) -> Course:
    settings.PUBLIC_ADDRESS = "https://clinic.example"
    patient = course.patient
    patient.synthetic, patient.language = False, "en"
    patient.save()
    patient_account(patient, ADDRESS)
    return ready(course, practitioner)


@pytest.fixture
def browser(course: Course) -> Client:
    return signed_in_patient(course.patient)


def of(patient: Patient) -> Appointment:
    rows = Appointment.objects.select_related("clinic", "course__clinic", "course__patient", "course__area")
    return rows.get(patient=patient)


def settled(row: Appointment, state: State, who: Membership, reason: str = "") -> None:
    set_state(appointment=of(row.patient), state=state, who=who.user, reason=reason)


def put(row: Appointment, hour: int, who: Membership) -> None:
    """The clinic moves it to another hour of the same day."""
    row = of(row.patient)
    at = row.starts_at.astimezone(row.clinic.zone).replace(hour=hour)
    move(appointment=row, practitioner=who, room=row.room, starts_at=at, who=who.user)


@pytest.fixture
def row(browser: Client, course: Course, practitioner: Membership) -> Appointment:
    """At ten, asked for by the patient."""
    asked(browser, course, slot(course, 10, practitioner))
    return of(course.patient)


@pytest.fixture
def sure(browser: Client, course: Course, practitioner: Membership) -> Appointment:
    """At ten, booked by the patient."""
    allowed(course.clinic)
    asked(browser, course, slot(course, 10, practitioner))
    return of(course.patient)


def refusing(code: int, *addresses: str) -> Any:  # noqa: ANN401 (a patch)
    """A mail server that refuses some addresses."""
    send = EmailBackend.send_messages

    def sends(self: EmailBackend, messages: Sequence[EmailMessage]) -> int:
        for one in messages:
            if set(one.to) & set(addresses):
                raise smtplib.SMTPRecipientsRefused({one.to[0]: (code, b"not now")})
        return send(self, messages)

    return mock.patch.object(EmailBackend, "send_messages", sends)


def test_a_hold_that_nobody_confirms_is_ended_and_told_by_the_round_alone(row: Appointment) -> None:
    assert row.held_until is not None
    posted(row.held_until - dt.timedelta(minutes=1))
    assert mail.outbox == []
    posted(row.held_until)
    assert of(row.patient).state == State.CANCELLED
    assert "was not confirmed and is free for others again" in str(mail.outbox[0].body)


def test_a_time_that_is_asked_for_shortly_before_is_told_before_it_begins(row: Appointment) -> None:
    before = row.starts_at - dt.timedelta(hours=30)
    set_state(appointment=row, state=State.HELD, who=None, now=before)
    posted(row.starts_at - dt.timedelta(hours=12))
    assert [one.kind for one in Notice.objects.all()] == [NoticeKind.LAPSED]
    assert len(mail.outbox) == 1


def test_the_round_ends_the_holds_of_every_clinic(row: Appointment, practitioner: Membership) -> None:
    other = Clinic.objects.create(name="Otra", slug="otra")
    theirs = Appointment.objects.create(
        clinic=other,
        patient=another_patient(other),
        purpose="review",
        practitioner=practitioner,
        room=row.room,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        state=State.HELD,
        held_until=timezone.now(),
    )
    posted(row.held_until)
    theirs.refresh_from_db()
    assert (theirs.state, of(row.patient).state) == (State.CANCELLED, State.CANCELLED)


def test_what_was_moved_and_cancelled_before_an_e_mail_left_is_told_with_the_time_that_the_patient_knows(
    sure: Appointment, practitioner: Membership
) -> None:
    put(sure, 11, practitioner)
    settled(sure, State.CANCELLED, practitioner, "ill")
    posted()
    [message] = mail.outbox
    assert "cancelled your appointment" in str(message.body)
    assert "10:00" in str(message.body)
    assert "11:00" not in str(message.body)


def test_an_e_mail_that_did_not_leave_told_nobody_anything(sure: Appointment, practitioner: Membership) -> None:
    put(sure, 11, practitioner)
    with refusing(550, ADDRESS):
        posted()
    assert Notice.objects.get().state == MailState.FAILED
    settled(sure, State.CANCELLED, practitioner, "ill")
    posted()
    assert "10:00" in str(mail.outbox[0].body)


def test_a_time_that_was_moved_and_then_declined_is_the_one_that_was_asked_for(
    row: Appointment, practitioner: Membership
) -> None:
    put(row, 12, practitioner)
    settled(row, State.CANCELLED, practitioner, "ill")
    posted()
    assert "the time that you asked for: " in str(mail.outbox[0].body)
    assert "10:00" in str(mail.outbox[0].body)


def test_what_was_moved_forward_and_cancelled_is_told_until_the_time_that_the_patient_knows(
    sure: Appointment, practitioner: Membership
) -> None:
    put(sure, 9, practitioner)
    settled(sure, State.CANCELLED, practitioner, "ill")
    posted(sure.starts_at - dt.timedelta(minutes=30))
    assert "10:00" in str(mail.outbox[0].body)
    assert look(sure.starts_at) == 0


def test_while_an_e_mail_is_on_its_way_nobody_says_what_the_patient_knows(
    sure: Appointment, practitioner: Membership
) -> None:
    put(sure, 11, practitioner)
    look(timezone.now())
    Notice.objects.update(state=MailState.SENDING, done_at=timezone.now())
    settled(sure, State.CANCELLED, practitioner, "ill")
    assert look(timezone.now()) == 0
    Notice.objects.update(state=MailState.SENT)
    posted()
    assert "11:00" in str(mail.outbox[0].body)


def test_what_has_nothing_to_tell_keeps_no_other_appointment_from_being_told(
    row: Appointment, course: Course, practitioner: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(telling_appointments, "_MOST", 1)
    stranger = another_patient(course.clinic)
    other = cleared(another_course(stranger, practitioner), practitioner)
    asked(signed_in_patient(stranger), other, slot(course, 15, practitioner))
    settled(row, State.HELD, practitioner)  # held for longer: no news, and the first to begin
    settled(of(stranger), State.BOOKED, practitioner)
    assert look(timezone.now()) == 1
    assert Notice.objects.get().patient == stranger


def test_an_address_that_a_mail_server_puts_off_is_tried_again_and_keeps_no_other_waiting(
    row: Appointment, course: Course, practitioner: Membership
) -> None:
    stranger = another_patient(course.clinic)
    Patient.objects.filter(pk=stranger.pk).update(synthetic=False)
    other = cleared(another_course(stranger, practitioner), practitioner)
    asked(signed_in_patient(stranger), other, slot(course, 15, practitioner))
    for one in (row, of(stranger)):
        settled(one, State.BOOKED, practitioner)
    now = timezone.now()
    with refusing(451, ADDRESS):
        posted(now)
    first = Notice.objects.get(patient=course.patient)
    assert (first.state, first.reason) == (MailState.DUE, "later")
    assert Notice.objects.get(patient=stranger).state == MailState.SENT
    posted(now + dt.timedelta(minutes=9))
    assert len(mail.outbox) == 1, "it is not asked every minute"
    posted(now + dt.timedelta(minutes=10))
    assert [one.to for one in mail.outbox][1:] == [[ADDRESS]]
    Notice.objects.filter(pk=first.pk).update(state=MailState.DUE, reason="later")
    posted(now + dt.timedelta(hours=49))
    assert Notice.objects.get(pk=first.pk).reason == "refused", "after two days it is given up"
