"""Whether a reminder still stands, looked at again just before it is sent."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import Q

from dermograph.clinic.agenda.models import Appointment, Purpose, State
from dermograph.clinic.facts import protocol_of
from dermograph.clinic.people.models import Course
from dermograph.clinic.reminders import reasons
from dermograph.clinic.reminders.models import Choice, Kind, Preference, Reminder
from dermograph.clinic.reminders.windows import subject_of
from dermograph.clinic.treatment.models import Review, Session

__all__ = ["appointment_of", "is_booked", "needs_maintenance", "review_of", "session_of", "why_not"]


def why_not(row: Reminder, choice: Choice, now: dt.datetime) -> str:
    """Why a reminder must not be sent, a key of ``REASONS``; empty if it may.

    Args:
        row: Fetched with its patient and clinic.
        choice: Of its clinic.
        now: The instant that counts as now.
    """
    patient = row.patient
    if row.kind not in choice.kinds:
        return reasons.OFF
    if patient.synthetic or patient.restricted_at is not None:
        return reasons.BLOCKED
    if not _is_address(patient.email):
        return reasons.NO_ADDRESS
    if Preference.objects.filter(patient=patient, wanted=False).exists():
        return reasons.STOPPED
    if not _stands(row, now):
        return reasons.CHANGED
    return reasons.LATE if now >= row.useful_until else ""


def _is_address(words: str) -> bool:
    try:
        validate_email(words)
    except ValidationError:
        return False
    return True


def _stands(row: Reminder, now: dt.datetime) -> bool:
    if row.kind in (Kind.APPOINTMENT, Kind.PREPARATION):
        return appointment_of(row) is not None
    if row.kind == Kind.AFTERCARE:
        return session_of(row) is not None
    if row.kind == Kind.MAINTENANCE:
        return review_of(row, now) is not None
    return _waits_for_photographs(row, now)


def appointment_of(row: Reminder) -> Appointment | None:
    """The appointment that a reminder is about, if it is still booked for that time and its course is open."""
    found = Appointment.objects.filter(pk=row.about, clinic=row.clinic, patient=row.patient, state=State.BOOKED)
    appointment = found.select_related("course__area", "practitioner__user").first()
    if appointment is None or (appointment.course is not None and appointment.course.closed_at is not None):
        return None
    at = appointment.starts_at
    when = at.astimezone(dt.UTC).isoformat() if row.kind == Kind.APPOINTMENT else at.astimezone(row.clinic.zone).date()
    return appointment if subject_of(appointment.pk, when) == row.subject else None


def session_of(row: Reminder) -> Session | None:
    """The session that a reminder is about: on that day, the last one of an open course; also if corrected."""
    about = Session.objects.filter(pk=row.about, clinic=row.clinic, course__patient=row.patient).first()
    if about is None:
        return None
    last = Session.objects.standing().filter(course=about.course_id).order_by("-started_at")
    session: Session | None = last.select_related("course__area", "course__clinic").first()
    if session is None or session.course.closed_at is not None:
        return None
    held = session.started_at.astimezone(row.clinic.zone).date()
    return session if subject_of(session.course_id, held) == row.subject else None


def review_of(row: Reminder, now: dt.datetime) -> Review | None:
    """The review that decided on maintenance, if nothing has followed yet."""
    found = Review.objects.standing().filter(pk=row.about, clinic=row.clinic, course__patient=row.patient)
    review: Review | None = found.select_related("course__area", "course__clinic").first()
    return review if review is not None and review.course.closed_at is None and needs_maintenance(review, now) else None


def needs_maintenance(review: Review, now: dt.datetime) -> bool:
    """Whether a review's maintenance is neither booked nor held, and its protocol knows it."""
    course = review.course
    if review.decision != "maintain" or protocol_of(course).review.maintain is None:
        return False
    if Review.objects.standing().filter(course=course, signed_at__gt=review.signed_at).exists():
        return False
    since = dt.datetime.combine(review.reviewed_on, dt.time(), course.clinic.zone)
    held = Session.objects.standing().filter(course=course, started_at__gte=since).exists()
    return not held and not is_booked(course, (Purpose.MAINTENANCE, Purpose.SESSION), now)


def is_booked(course: Course, purposes: Sequence[str], now: dt.datetime) -> bool:
    """Whether an appointment of one of these kinds lies ahead."""
    waiting = (State.BOOKED, State.ARRIVED, State.HELD)
    return course.appointments.filter(purpose__in=purposes, state__in=waiting, ends_at__gt=now).exists()


def _waits_for_photographs(row: Reminder, now: dt.datetime) -> bool:
    """Whether nothing has come since: no photograph, no session, no review, and no appointment for one."""
    course = Course.objects.filter(pk=row.about, clinic=row.clinic, closed_at=None).first()
    if course is None or is_booked(course, (Purpose.REVIEW,), now):
        return False
    taken = Q(taken_on__gt=row.due_on) | Q(written_at__gt=row.made_at)
    return not (
        course.photographs.standing().filter(taken, withdrawn=False).exists()
        or course.sessions.standing().filter(started_at__gt=row.due_at).exists()
        or course.reviews.standing().filter(signed_at__gt=row.made_at).exists()
    )
