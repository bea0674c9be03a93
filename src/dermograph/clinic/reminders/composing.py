"""From a row to the message that is sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from email.utils import formataddr, parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives
from django.template.loader import render_to_string

from dermograph.clinic.facts import protocol_of
from dermograph.clinic.people.models import Clinic, Course, Patient
from dermograph.clinic.reminders import wording
from dermograph.clinic.reminders.links import stop_address
from dermograph.clinic.reminders.models import Choice, Kind, Preference, Reminder
from dermograph.clinic.reminders.standing import appointment_of, review_of, session_of
from dermograph.clinic.reminders.windows import cares_of, windows
from dermograph.clinic.reminders.wording import Letter, foot_of, hello, one_line
from dermograph.core.text import Language
from dermograph.protocols.model import Protocol


def letter_of(row: Reminder, choice: Choice, now: dt.datetime) -> Letter | None:
    """What a reminder says now, in the patient's language; None if it does not stand any more."""
    language, clinic = language_of(row.patient), row.clinic
    detailed = choice.detailed and Preference.objects.filter(patient=row.patient, detailed=True).exists()
    if row.kind in (Kind.APPOINTMENT, Kind.PREPARATION):
        return _of_appointment(row, choice, now, language, detailed=detailed)
    if row.kind == Kind.AFTERCARE:
        session = session_of(row)
        if session is None:
            return None
        protocol, began = protocol_of(session.course), session.started_at.astimezone(clinic.zone)
        told, begins = cares_of(began, protocol, row.due_on), row.due_on == began.date()
        named = protocol if detailed else None
        letter = wording.of_aftercare(session.course, clinic, began.date(), told, named, language, begins=begins)
        return letter if letter.items else None
    if row.kind == Kind.MAINTENANCE:
        review = review_of(row, now)
        if review is None:
            return None
        named = _named(review.course, detailed=detailed)
        return wording.of_maintenance(review.course, clinic, review.reviewed_on, named, language)
    course = Course.objects.select_related("area").get(pk=row.about)
    return wording.of_photographs(course, clinic, row.due_on, _named(course, detailed=detailed), language)


def _of_appointment(
    row: Reminder, choice: Choice, now: dt.datetime, language: Language, *, detailed: bool
) -> Letter | None:
    appointment, clinic = appointment_of(row), row.clinic
    if appointment is None:
        return None
    course = appointment.course
    named = _named(course, detailed=detailed) if course is not None else None
    if row.kind == Kind.APPOINTMENT:
        return wording.of_appointment(appointment, clinic, named, language)
    if course is None:
        return None
    found = windows(appointment, protocol_of(course), clinic.zone, choice.hour)
    told, today = [one for one in found if one.due_on == row.due_on], now.astimezone(clinic.zone).date()
    return wording.of_preparation(appointment, clinic, told, today, named, language) if told else None


def _named(course: Course, *, detailed: bool) -> Protocol | None:
    return protocol_of(course) if detailed else None


def message_of(letter: Letter, *, patient: Patient, clinic: Clinic, site: str) -> EmailMultiAlternatives:
    """The message with its plain text, simple HTML, and the header by which a mail program stops them."""
    language = language_of(patient)
    stop = stop_address(site, patient)
    page = {
        "language": language,
        "letter": letter,
        "hello": hello(patient.given_names, language),
        "foot": foot_of(clinic, language),
        "stop": stop,
        "clinic": one_line(clinic.name),
    }
    message = EmailMultiAlternatives(
        subject=one_line(letter.subject, 200),
        body=plain(page),
        from_email=formataddr((one_line(clinic.name), parseaddr(settings.DEFAULT_FROM_EMAIL)[1])),
        to=[patient.email],
        headers={
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
            "Content-Language": language,
        },
    )
    message.attach_alternative(render_to_string("reminders/mail.html", page), "text/html")
    return message


def plain(page: Mapping[str, object]) -> str:
    """The same words without marks."""
    letter, foot = page["letter"], page["foot"]
    if not isinstance(letter, Letter) or not isinstance(foot, tuple):
        raise TypeError
    parts = [str(page["hello"]), *letter.says, *(f"- {item}" for item in letter.items), *letter.more]
    return "\n\n".join([*parts, "--\n" + "\n".join([*foot[:2], f"{foot[2]} {page['stop']}"])]) + "\n"


def language_of(patient: Patient) -> Language:
    """The patient's language."""
    return "en" if patient.language.startswith("en") else "es"
