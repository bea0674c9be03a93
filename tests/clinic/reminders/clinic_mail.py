"""A clinic that sends reminders, and a patient who is not made up, as short as a test needs them."""

from __future__ import annotations

import datetime as dt
import zoneinfo

from django.core import mail
from django.core.mail import EmailMultiAlternatives

from dermograph.clinic.agenda.models import Appointment
from dermograph.clinic.people.models import Clinic, Course, Membership, Patient
from dermograph.clinic.reminders.clock import minute
from dermograph.clinic.reminders.models import Choice, Kind, Reminder
from dermograph.clinic.treatment.models import Session
from tests.clinic.overview import rows

ADDRESS = "lucia@patients.example"
LONG_AGO = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def at(clinic: Clinic, day: str, clock: str = "09:00") -> dt.datetime:
    """An instant of the clinic's wall."""
    wall = dt.datetime.fromisoformat(f"{day}T{clock}")
    return wall.replace(tzinfo=zoneinfo.ZoneInfo(clinic.time_zone))


def sending(clinic: Clinic, *kinds: str, hour: int = 9, detailed: bool = False) -> Choice:
    """A clinic that has long chosen to send."""
    return Choice.objects.create(
        clinic=clinic,
        kinds=list(kinds or Kind.values),
        hour=hour,
        detailed=detailed,
        site="https://clinic.example",
        since=LONG_AGO,
    )


def real(patient: Patient, language: str = "en") -> Patient:
    """The same patient with an address, and not made up."""
    patient.synthetic, patient.email, patient.language = False, ADDRESS, language
    patient.save()
    return patient


def booked(course: Course, who: Membership, starts: dt.datetime, made_at: dt.datetime = LONG_AGO) -> Appointment:
    """An appointment that was made long ago, unless said otherwise."""
    return rows.booked(course, who, starts, made_at=made_at)


def held(course: Course, starts: dt.datetime) -> Session:
    """A session of an hour."""
    assert course.lead is not None
    return Session.objects.create(
        clinic=course.clinic,
        course=course,
        performed_by=course.lead,
        started_at=starts,
        ended_at=starts + dt.timedelta(hours=1),
        device="d",
        anaesthesia="none",
    )


def days(clinic: Clinic, first: str, last: str, clock: str = "09:00") -> int:
    """Let the clock strike once each day; how many were sent."""
    day, end, sent = dt.date.fromisoformat(first), dt.date.fromisoformat(last), 0
    while day <= end:
        sent += minute(at(clinic, day.isoformat(), clock))
        day += dt.timedelta(days=1)
    return sent


def html() -> str:
    """The HTML of the last message."""
    message = mail.outbox[-1]
    assert isinstance(message, EmailMultiAlternatives)
    return str(message.alternatives[0][0])


def states(**where: object) -> list[tuple[str, str]]:
    """State and reason of each row, in the order in which they were due."""
    return list(Reminder.objects.filter(**where).order_by("due_at").values_list("state", "reason"))
