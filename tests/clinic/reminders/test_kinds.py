"""Each kind with the golden protocols: on its day, once, with the protocol's words and nothing more."""

from __future__ import annotations

import datetime as dt

import pytest
from django.core import mail

from dermograph.clinic.people.models import Course, Membership, Patient
from dermograph.clinic.reminders.clock import minute
from dermograph.clinic.reminders.models import Kind, Preference, Reminder
from dermograph.clinic.reminders.windows import ending_days
from dermograph.protocols import load_library
from tests.clinic.overview import rows
from tests.clinic.reminders.clinic_mail import ADDRESS, at, booked, days, held, html, real, sending, states

SESSION = "2026-06-20"


@pytest.fixture
def told(patient: Patient) -> Patient:
    return real(patient)


def subjects() -> list[str]:
    return [str(one.subject) for one in mail.outbox]


def test_the_appointment_is_told_the_day_before_with_its_time_and_no_treatment(
    course: Course, lead: Membership, told: Patient
) -> None:
    sending(course.clinic, Kind.APPOINTMENT)
    booked(course, lead, at(course.clinic, SESSION, "10:30"))
    assert minute(at(course.clinic, "2026-06-19", "08:59")) == 0
    assert minute(at(course.clinic, "2026-06-19")) == 1
    assert days(course.clinic, "2026-06-19", "2026-06-21", "09:20") == 0
    message = mail.outbox[0]
    assert message.to == [ADDRESS]
    assert "20 June 2026, 10:30" in message.body
    assert message.subject == "Your appointment at Clínica Aurora"
    whole = message.message().as_string()
    assert "micropigmentation" not in whole.lower()
    assert "abdomen" not in whole
    assert message.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_what_has_to_be_minded_before_a_session_is_told_on_the_day_it_begins(
    course: Course, lead: Membership, told: Patient
) -> None:
    sending(course.clinic, Kind.PREPARATION)
    booked(course, lead, at(course.clinic, SESSION, "10:30"))
    days(course.clinic, "2026-01-02", "2026-06-21")
    preparation = {one.id: one.says.en for one in load_library().protocol("paramedical").preparation}
    assert [row.due_on.isoformat() for row in Reminder.objects.order_by("due_on")] == [
        "2026-01-01",  # the six months began before the appointment was made
        "2026-05-23",
        "2026-06-06",
        "2026-06-18",
    ]
    said = [one.body for one in mail.outbox]
    assert "Since 20 December 2025: " + preparation["no-isotretinoin-before"] in said[0]
    assert "From today, 23 May 2026: " + preparation["no-other-treatment-before"] in said[1]
    assert "From today, 6 June 2026: " + preparation["no-sun-before"] in said[2]
    assert "From today, 18 June 2026, 10:30: " + preparation["no-vasodilators-before"] in said[3]
    assert all(preparation["assessment-first"] not in one for one in said)


def test_hours_that_begin_before_the_clinics_hour_are_told_the_day_before(
    course: Course, lead: Membership, told: Patient
) -> None:
    sending(course.clinic, Kind.PREPARATION)
    course.treatment = "scalp"
    course.save()
    booked(course, lead, at(course.clinic, SESSION, "08:00"))
    assert days(course.clinic, "2026-06-10", "2026-06-17") == 1
    assert "From 18 June 2026, 08:00: No alcohol" in mail.outbox[0].body


@pytest.mark.parametrize("treatment", ["paramedical", "scalp", "microneedling"])
def test_aftercare_is_told_when_it_begins_and_on_each_day_on_which_something_ends(
    course: Course, lead: Membership, told: Patient, treatment: str
) -> None:
    sending(course.clinic, Kind.AFTERCARE)
    course.treatment = treatment
    course.save()
    began = at(course.clinic, SESSION, "10:30")
    held(course, began)
    protocol = load_library().protocol(treatment)
    ends = sorted(ending_days(began, protocol))
    days(course.clinic, SESSION, "2026-10-01", "18:00")
    dated = [row.due_on for row in Reminder.objects.order_by("due_on")]
    assert dated == [dt.date(2026, 6, 20), *ends]
    assert len(mail.outbox) == len(dated)
    first = mail.outbox[0].body
    for one in protocol.aftercare:
        assert (one.says.en in first) == (one.period is not None)  # what has no end needs the patient's agreement


def test_the_days_on_which_paramedical_aftercare_ends(course: Course, lead: Membership, told: Patient) -> None:
    sending(course.clinic, Kind.AFTERCARE)
    held(course, at(course.clinic, SESSION, "10:30"))
    days(course.clinic, SESSION, "2026-10-01", "18:00")
    assert [row.due_on.isoformat() for row in Reminder.objects.order_by("due_on")] == [
        SESSION,
        "2026-06-22",
        "2026-06-30",
        "2026-07-18",
        "2026-07-20",
        "2026-09-20",
    ]
    assert "Until 22 June 2026, 10:30: Keep the area dry" in mail.outbox[1].body
    assert "Until 20 July 2026: Keep the area out of the sun for 30 days." in mail.outbox[4].body


def test_an_earlier_sessions_aftercare_is_not_said_to_end_while_a_later_ones_goes_on(
    course: Course, lead: Membership, told: Patient
) -> None:
    sending(course.clinic, Kind.AFTERCARE)
    held(course, at(course.clinic, "2026-05-20", "10:30"))
    held(course, at(course.clinic, SESSION, "10:30"))
    assert days(course.clinic, "2026-08-10", "2026-08-30") == 0  # three months after the first


def test_photographs_of_the_review_are_asked_for_once_when_they_can_be_taken(
    course: Course, lead: Membership, told: Patient
) -> None:
    sending(course.clinic, Kind.PHOTOGRAPHS)
    held(course, at(course.clinic, SESSION, "10:30"))
    assert days(course.clinic, SESSION, "2026-07-10") == 0
    assert minute(at(course.clinic, "2026-07-11")) == 1
    assert days(course.clinic, "2026-07-12", "2026-07-30") == 0
    assert "can be taken since 11 July 2026" in mail.outbox[0].body


def test_photographs_that_were_taken_are_not_asked_for(course: Course, lead: Membership, told: Patient) -> None:
    sending(course.clinic, Kind.PHOTOGRAPHS)
    held(course, at(course.clinic, SESSION, "10:30"))
    minute(at(course.clinic, "2026-07-11", "00:10"))
    rows.photographed(course, dt.date(2026, 7, 12))
    assert minute(at(course.clinic, "2026-07-12")) == 0
    assert states() == [("skipped", "changed")]


@pytest.mark.parametrize(("treatment", "sent"), [("scalp", 1), ("paramedical", 0), ("microneedling", 0)])
def test_maintenance_is_told_only_where_the_review_and_the_protocol_say_so(
    course: Course, lead: Membership, told: Patient, treatment: str, sent: int
) -> None:
    sending(course.clinic, Kind.MAINTENANCE)
    course.treatment = treatment
    course.save()
    held(course, at(course.clinic, "2026-03-20", "10:30"))
    rows.reviewed(course, dt.date(2026, 6, 20), "maintain")
    assert days(course.clinic, "2026-06-20", "2026-07-10") == sent


def test_no_review_of_another_decision_asks_for_maintenance(course: Course, lead: Membership, told: Patient) -> None:
    sending(course.clinic, Kind.MAINTENANCE)
    course.treatment = "scalp"
    course.save()
    rows.reviewed(course, dt.date(2026, 6, 20), "another_session")
    assert days(course.clinic, "2026-06-20", "2026-07-10") == 0


def test_the_treatment_is_named_only_where_the_clinic_and_the_patient_agree(
    course: Course, lead: Membership, told: Patient
) -> None:
    choice = sending(course.clinic, Kind.APPOINTMENT, detailed=True)
    booked(course, lead, at(course.clinic, SESSION, "10:30"))
    booked(course, lead, at(course.clinic, "2026-06-22", "10:30"))
    booked(course, lead, at(course.clinic, "2026-06-24", "10:30"))
    minute(at(course.clinic, "2026-06-19"))
    Preference.objects.create(patient=told, detailed=True)
    minute(at(course.clinic, "2026-06-21"))
    choice.detailed = False
    choice.save(update_fields=["detailed"])
    minute(at(course.clinic, "2026-06-23"))
    assert ["abdomen" in one.body for one in mail.outbox] == [False, True, False]
    assert all("abdomen" not in one for one in subjects())


def test_words_are_in_the_patients_language(course: Course, lead: Membership, patient: Patient) -> None:
    real(patient, "es")
    sending(course.clinic)
    booked(course, lead, at(course.clinic, SESSION, "10:30"))
    minute(at(course.clinic, "2026-06-05"))
    del mail.outbox[:]
    minute(at(course.clinic, "2026-06-06"))
    minute(at(course.clinic, "2026-06-18", "10:00"))
    minute(at(course.clinic, "2026-06-19"))
    assert subjects()[::2] == ["Antes de su cita en Clínica Aurora", "Su cita en Clínica Aurora"]
    assert "Desde hoy, 6 de junio de 2026: Sin sol directo" in mail.outbox[0].body
    assert 'lang="es"' in html()
