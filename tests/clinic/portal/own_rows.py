"""Rows of a patient's course, as the tests of their own pages need them."""

from __future__ import annotations

from typing import Any

from django.utils import timezone

from dermograph.clinic.agenda.models import Appointment, Room
from dermograph.clinic.gallery.models import Comparison, Photograph
from dermograph.clinic.people.models import Course, Membership
from dermograph.clinic.treatment.models import Review, SymptomReport
from dermograph.clinic.vault.store import put
from tests.clinic.treatment.held import compared, held, moment, photographed, ready, today


def booked(course: Course, days: int, purpose: str = "session", **more: Any) -> Appointment:  # noqa: ANN401 (fields)
    """An appointment so many days from today, from 00:05 to the end of the day: today's is not over."""
    room, _ = Room.objects.get_or_create(clinic=course.clinic, name="1")
    assert course.lead is not None
    at = moment(course.clinic, days)
    return Appointment.objects.create(
        clinic=course.clinic,
        patient=course.patient,
        course=course,
        purpose=purpose,
        practitioner=course.lead,
        room=room,
        starts_at=at,
        ends_at=moment(course.clinic, days, 23, 59),
        **more,
    )


def pictured(course: Course, days: int) -> Photograph:
    """A photograph with small pictures in the vault."""
    names = {kind: put(course.patient, b"\xff\xd8" + kind.encode(), "jpg") for kind in ("preview", "thumbnail")}
    row = photographed(course, days)
    Photograph.objects.filter(pk=row.pk).update(**names)
    row.refresh_from_db()
    return row


def measured(course: Course, first: Photograph, **more: Any) -> Comparison:  # noqa: ANN401 (of the result)
    """A comparison that is done, with what a real one says besides the figures."""
    one = compared(course, first, -3, 9.0, 5.0)
    side = {"colour": {"calibrated": True}, "quality": [], "card": {"found": False}}
    result: dict[str, Any] = {**(one.result or {}), "before": side, "after": side, **more}
    result["measures"] = [{**result["measures"][0], "caveat": {"en": "", "es": ""}, "reason": None}]
    Comparison.objects.filter(pk=one.pk).update(result=result)
    return one


def filled(course: Course, who: Membership) -> Course:
    """A course with something of every kind, and what staff wrote for each other in all of it."""
    ready(course, who)
    first = pictured(course, -60)
    session = held(course, -45)
    type(session).objects.filter(pk=session.pk).update(notes="INTERNAL-NOTE", reaction="INTERNAL-REACTION")
    measured(course, first)
    Photograph.objects.filter(course=course).update(note="INTERNAL-NOTE")
    SymptomReport.objects.create(
        clinic=course.clinic, course=course, sign="itching", reported_on=today(course.clinic), words="INTERNAL-NOTE"
    )
    Review.objects.create(
        clinic=course.clinic,
        course=course,
        written_by=who.user,
        proposal={},
        proposed="wait",
        decision="stop_plateau",
        reason="INTERNAL-REASON",
        facts={},
        reviewed_on=today(course.clinic),
        signed_name="Nuria Vidal",
        signed_at=timezone.now(),
        protocol_version="1",
        protocol_hash="0",
    )
    booked(course, 5, "review", note="INTERNAL-NOTE")
    booked(course, -20, "review", state="no_show", reason="INTERNAL-REASON")
    return course
