"""A patient who asked for a time is told once what the clinic did: without a treatment, by the clinic's clock."""

from __future__ import annotations

import datetime as dt
from typing import Any
from unittest import mock

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from dermograph.clinic.agenda.models import Appointment, State
from dermograph.clinic.agenda.placing import expire_holds
from dermograph.clinic.agenda.services import move, set_state
from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.people.models import Clinic, Course, Membership, Patient
from dermograph.clinic.portal.models import Change, MailState, Notice, NoticeKind
from dermograph.clinic.portal.telling_appointments import look
from dermograph.clinic.reminders.choosing import say
from dermograph.clinic.reminders.clock import minute
from tests.clinic.conftest import signed_in
from tests.clinic.overview.rows import booked, day, noon
from tests.clinic.portal.icalendar_read import events_of, lines_of
from tests.clinic.portal.people import patient_account, posted, signed_in_patient
from tests.clinic.portal.visits import allowed, asked, cancelled, moved, ready, slot

SITE = "https://clinic.example"


@pytest.fixture
def course(course: Course, practitioner: Membership, settings: Settings) -> Course:
    settings.PUBLIC_ADDRESS = SITE
    patient = course.patient
    patient.synthetic, patient.language = False, "en"
    patient.save()
    patient_account(patient, "lucia@patients.example")
    Clinic.objects.filter(pk=course.clinic_id).update(phone="+34 600 000 000", address="Calle Mayor 1")
    return ready(course, practitioner)


@pytest.fixture
def browser(course: Course) -> Client:
    return signed_in_patient(course.patient)


@pytest.fixture
def row(browser: Client, course: Course, practitioner: Membership) -> Appointment:
    """A time that the patient has asked for."""
    asked(browser, course, slot(course, 10, practitioner))
    return fetched()


def fetched() -> Appointment:
    return Appointment.objects.select_related("clinic", "course__clinic", "course__patient", "course__area").get()


def settled(state: State, who: Membership, reason: str = "") -> None:
    set_state(appointment=fetched(), state=state, who=who.user, reason=reason)


def put(hour: int, who: Membership) -> None:
    """The clinic moves it to another hour of the same day."""
    row = fetched()
    at = row.starts_at.astimezone(row.clinic.zone).replace(hour=hour)
    move(appointment=row, practitioner=who, room=row.room, starts_at=at, who=who.user)


def told() -> list[str]:
    return list(Notice.objects.order_by("made_at", "sequence").values_list("kind", flat=True))


def test_a_time_that_the_clinic_confirms_is_told_once_and_says_nothing_of_a_treatment(
    row: Appointment, practitioner: Membership
) -> None:
    posted()
    assert mail.outbox == [], "the patient knows what they did themselves"
    fields = {"state": "booked", "sequence": str(row.sequence)}
    signed_in(practitioner).post(reverse("appointment_state", args=[row.pk]), fields)
    assert mail.outbox == [], "no mail server is waited for within the request"
    posted()
    posted()
    [message] = mail.outbox
    body = str(message.body)
    assert message.to == ["lucia@patients.example"]
    assert "is confirmed" in body
    assert "10:00" in body
    assert f"{SITE}/me/appointments/" in body
    assert "+34 600 000 000" in body
    assert "Calle Mayor 1" in body
    whole = message.message().as_string() + body
    for word in ("abdomen", "micropigment", "paramedical", "session", practitioner.user.name):
        assert word not in whole
    assert "List-Unsubscribe" in message.extra_headers
    assert AuditEntry.objects.get(action="portal.told").patient == row.patient_id


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "cannot give you the time that you asked for"), ("es", "no puede darle la hora que pidió")],
)
def test_a_time_that_is_declined_is_told_in_the_patients_language(
    row: Appointment, practitioner: Membership, language: str, said: str
) -> None:
    Patient.objects.update(language=language)
    settled(State.CANCELLED, practitioner, "No time with her back")
    posted()
    body = str(mail.outbox[0].body)
    assert said in body
    assert "her back" not in body


def test_another_time_is_told_as_kept_until_it_is_confirmed(row: Appointment, practitioner: Membership) -> None:
    put(12, practitioner)
    posted()
    assert "keeps another time for you" in str(mail.outbox[0].body)
    assert "12:00" in str(mail.outbox[0].body)
    settled(State.BOOKED, practitioner)
    posted()
    put(13, practitioner)
    posted()
    settled(State.CANCELLED, practitioner, "ill")
    posted()
    assert told() == ["kept", "confirmed", "moved", "cancelled"]
    assert "13:00" in str(mail.outbox[2].body)
    assert len(mail.outbox) == 4


def test_of_several_changes_between_two_rounds_it_is_told_how_it_stands(
    row: Appointment, practitioner: Membership
) -> None:
    put(12, practitioner)
    settled(State.BOOKED, practitioner)
    put(11, practitioner)
    posted()
    assert told() == ["confirmed"]
    assert "11:00" in str(mail.outbox[0].body)


def test_what_a_patient_does_by_themselves_is_told_to_nobody(
    browser: Client, course: Course, practitioner: Membership
) -> None:
    allowed(course.clinic)
    asked(browser, course, slot(course, 10, practitioner))
    moved(browser, fetched(), slot(course, 12, practitioner))
    cancelled(browser, fetched())
    cancelled(browser, fetched(), act="restore")
    posted()
    assert not Notice.objects.exists()


def test_a_booking_of_the_patient_that_the_clinic_moves_is_told(
    browser: Client, course: Course, practitioner: Membership
) -> None:
    allowed(course.clinic)
    asked(browser, course, slot(course, 10, practitioner))
    put(12, practitioner)
    posted()
    assert told() == ["moved"]


def test_a_hold_that_is_prolonged_is_no_news_and_one_that_runs_out_is(
    row: Appointment, practitioner: Membership
) -> None:
    settled(State.HELD, practitioner)
    posted()
    assert told() == []
    Appointment.objects.update(held_until=timezone.now() - dt.timedelta(seconds=1))
    expire_holds(row.clinic)
    posted()
    assert told() == ["lapsed"]
    assert "was not confirmed and is free for others again" in str(mail.outbox[0].body)


def test_an_appointment_that_only_the_clinic_made_is_none_of_this(course: Course, practitioner: Membership) -> None:
    booked(course, practitioner, noon(day(9)))
    settled(State.CANCELLED, practitioner, "ill")
    assert look(timezone.now()) == 0


def test_what_is_past_or_was_done_before_this_was_kept_is_not_told(row: Appointment, practitioner: Membership) -> None:
    settled(State.BOOKED, practitioner)
    assert look(row.starts_at) == 0
    Change.objects.update(sequence=None)
    assert look(timezone.now()) == 0


@pytest.mark.parametrize("why", ["said_no", "made_up", "no_address", "blocked", "no_mail", "no_site"])
def test_who_cannot_or_does_not_want_to_be_told_is_not_and_the_clinic_reads_why(
    row: Appointment, practitioner: Membership, settings: Settings, why: str
) -> None:
    patient = row.patient
    if why == "said_no":
        say(patient=patient, who=None, wanted=False)
    if why == "no_mail":
        settings.EMAIL_BACKEND = "dermograph.clinic.overview.no_mail.NoMail"
    if why == "no_site":
        settings.PUBLIC_ADDRESS = ""
    values: dict[str, dict[str, Any]] = {
        "made_up": {"synthetic": True},
        "no_address": {"email": ""},
        "blocked": {"restricted_at": timezone.now()},
    }
    if why in values:
        Patient.objects.update(**values[why])
    settled(State.BOOKED, practitioner)
    posted()
    posted()
    assert mail.outbox == []
    notice = Notice.objects.get()
    assert (notice.state, notice.reason) == (MailState.NONE, why)
    if why != "blocked":
        page = signed_in(practitioner).get(reverse("patient_messages", args=[patient.pk])).content.decode()
        assert "Appointment confirmed" in page
        assert "No e-mail:" in page


def test_while_the_mail_server_is_away_it_waits_and_what_changed_meanwhile_is_told_instead(
    row: Appointment, practitioner: Membership
) -> None:
    settled(State.BOOKED, practitioner)
    with mock.patch.object(EmailBackend, "open", side_effect=ConnectionRefusedError()):
        posted()
    assert Notice.objects.get().state == MailState.DUE
    put(12, practitioner)
    posted()
    assert [one.reason for one in Notice.objects.order_by("sequence")] == ["changed", ""]
    [message] = mail.outbox
    assert "12:00" in str(message.body)


def test_what_was_broken_off_is_not_sent_again(row: Appointment, practitioner: Membership) -> None:
    settled(State.BOOKED, practitioner)
    look(timezone.now())
    Notice.objects.update(state=MailState.SENDING, done_at=timezone.now() - dt.timedelta(minutes=16))
    posted()
    assert (Notice.objects.get().state, Notice.objects.get().reason) == (MailState.FAILED, "uncertain")
    assert mail.outbox == []


def test_the_minute_of_the_reminders_sends_it_and_a_failure_there_stops_nothing(
    row: Appointment, practitioner: Membership
) -> None:
    settled(State.BOOKED, practitioner)
    with mock.patch.dict("dermograph.clinic.reminders.clock.ROUNDS", {"broken": mock.Mock(side_effect=ValueError)}):
        minute(timezone.now())
    assert len(mail.outbox) == 1


def test_the_hour_is_that_of_the_clinics_wall_on_both_sides_of_a_change_of_clocks(
    row: Appointment, practitioner: Membership
) -> None:
    Clinic.objects.update(time_zone="America/New_York")
    for moment, wall in (("2027-03-14T06:30", "01:30"), ("2027-03-14T07:30", "03:30")):
        at = dt.datetime.fromisoformat(f"{moment}+00:00")
        Notice.objects.all().delete()
        Appointment.objects.update(starts_at=at, ends_at=at + dt.timedelta(hours=1), state=State.BOOKED, sequence=9)
        posted()
        assert wall in str(mail.outbox[-1].body)
        assert "14 March 2027" in str(mail.outbox[-1].body)
    assert told() == [NoticeKind.CONFIRMED]


def enclosed() -> dict[str, str]:
    """What the calendar says that the only e-mail carries, and how it is to be taken."""
    [message] = mail.outbox
    [part] = [one for one in message.message().walk() if one.get_content_type() == "text/calendar"]
    data = part.get_payload(decode=True)
    assert isinstance(data, bytes)
    [event] = events_of(data)
    method = part.get_param("method")
    assert f"METHOD:{method}" in lines_of(data)
    return {**event, "METHOD": str(method)}


def test_the_e_mail_carries_the_appointment_for_a_calendar(row: Appointment, practitioner: Membership) -> None:
    settled(State.BOOKED, practitioner)
    posted()
    event = enclosed()
    assert (event["METHOD"], event["STATUS"], event["SUMMARY"]) == ("PUBLISH", "CONFIRMED", "Appointment")
    assert event["UID"] == f"{row.pk}@dermograph"
    assert event["DTSTART"] == row.starts_at.strftime("%Y%m%dT%H%M%SZ")
    assert event["ORGANIZER"].startswith("mailto:")
    assert "DESCRIPTION" not in event


def test_the_e_mail_of_a_cancellation_takes_it_out_of_a_calendar(row: Appointment, practitioner: Membership) -> None:
    settled(State.BOOKED, practitioner)
    posted()
    before = enclosed()
    mail.outbox.clear()
    settled(State.CANCELLED, practitioner, "a reason")
    posted()
    after = enclosed()
    assert (after["METHOD"], after["STATUS"]) == ("CANCEL", "CANCELLED")
    assert after["UID"] == before["UID"]
    assert int(after["SEQUENCE"]) > int(before["SEQUENCE"])


def test_without_an_address_of_the_clinic_the_e_mail_goes_without_a_calendar(
    row: Appointment, practitioner: Membership, settings: Settings
) -> None:
    settings.DEFAULT_FROM_EMAIL = "nobody"
    settled(State.BOOKED, practitioner)
    posted()
    [message] = mail.outbox
    assert not [one for one in message.message().walk() if one.get_content_type() == "text/calendar"]
