"""Rows of a course, written as short as a test needs them."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.utils import timezone

from dermograph.clinic.agenda.models import Appointment, Room
from dermograph.clinic.gallery.models import Comparison, Outline, Photograph
from dermograph.clinic.ledger.models import Lot
from dermograph.clinic.people.models import Area, Course, Membership, Patient
from dermograph.clinic.treatment.models import Review, Session, SymptomReport
from dermograph.protocols import load_library


def day(days: int) -> dt.date:
    """So many days from today in Madrid."""
    zone = dt.timezone(dt.timedelta(hours=1))
    return timezone.now().astimezone(zone).date() + dt.timedelta(days=days)


def noon(on: dt.date) -> dt.datetime:
    """Noon of a day, UTC."""
    return dt.datetime.combine(on, dt.time(12), dt.UTC)


def another_course(course: Course, number: int, treatment: str = "paramedical") -> Course:
    """A course of another patient of the same clinic."""
    patient = Patient.objects.create(
        clinic=course.clinic, number=number, given_names=f"Name{number}", family_names="Another", synthetic=True
    )
    area = Area.objects.create(patient=patient, name="arm", view="front")
    return Course.objects.create(
        clinic=course.clinic, patient=patient, area=area, treatment=treatment, lead=course.lead
    )


def held(course: Course, on: dt.date) -> Session:
    """A session at noon."""
    assert course.lead is not None
    return Session.objects.create(
        clinic=course.clinic,
        course=course,
        performed_by=course.lead,
        started_at=noon(on),
        ended_at=noon(on) + dt.timedelta(hours=1),
        device="d",
        anaesthesia="none",
    )


def photographed(course: Course, on: dt.date) -> Photograph:
    """A photograph without a file."""
    return Photograph.objects.create(
        clinic=course.clinic,
        course=course,
        taken_on=on,
        name="a.jpg",
        kind="jpeg",
        sha256=uuid.uuid4().hex,
        bytes=1,
        width=10,
        height=10,
        file="f",
        preview="p",
        thumbnail="t",
        usable=True,
    )


def replaced(photograph: Photograph, *, is_withdrawn: bool) -> Photograph:
    """What corrects a photograph: another in its place, or its withdrawal."""
    new: Photograph = Photograph.objects.get(pk=photograph.pk)
    new.pk, new.supersedes, new.withdrawn, new._state.adding = uuid.uuid4(), photograph, is_withdrawn, True  # noqa: SLF001 (the row is copied as it stands)
    new.sha256 = uuid.uuid4().hex
    new.save()
    return new


def compared(
    course: Course,
    on: dt.date,
    change: float | None,
    u: float = 0.4,
    *,
    stage: str = "done",
    **more: Any,  # noqa: ANN401 (fields as a test gives them)
) -> Comparison:
    """A comparison of the baseline with a follow-up; without a change it is not comparable."""
    before = course.photographs.order_by("taken_on").first() or photographed(course, on - dt.timedelta(days=60))
    outline = Outline.objects.filter(photograph=before).first() or Outline.objects.create(
        clinic=course.clinic, photograph=before, shape={"lesion": []}
    )
    limit = 1.96 * u
    verdict = "not_comparable"
    if change is not None:
        verdict = "no_detectable_change" if abs(change) <= limit else "improved" if change < 0 else "worsened"
    result = {
        "verdict": verdict,
        "reason": {"code": "no_card", "says": {"en": "No card was found.", "es": "Sin tarjeta."}},
        "measures": [
            {
                "name": "contrast",
                "before": {"value": 8.0, "u": u},
                "after": None if change is None else {"value": 8.0 + change, "u": u},
                "change": {"value": change, "u": u, "mdc95": limit, "verdict": verdict},
            }
        ],
    }
    after = photographed(course, on)
    return Comparison.objects.create(
        clinic=course.clinic,
        course=course,
        before=before,
        after=after,
        outline=outline,
        stage=stage,
        result=result if stage == "done" else None,
        done_at=noon(on),
        **more,
    )


def reviewed(course: Course, on: dt.date, decision: str, again: dt.date | None = None, pin: str = "") -> Review:
    """A signed review."""
    protocol = load_library().protocol(course.treatment)
    proposal = {
        language: {"decision": decision, "from": again.isoformat() if again else None} for language in ("en", "es")
    }
    return Review.objects.create(
        clinic=course.clinic,
        course=course,
        reviewed_on=on,
        proposal=proposal,
        proposed=decision,
        decision=decision,
        facts={},
        signed_name="N",
        signed_at=noon(on),
        protocol_version=protocol.version,
        protocol_hash=pin or protocol.hash,
    )


def reported(course: Course, sign: str, on: dt.date, **more: Any) -> SymptomReport:  # noqa: ANN401 (fields as a test gives them)
    """A sign that the patient reported."""
    return SymptomReport.objects.create(
        clinic=course.clinic, course=course, sign=sign, reported_on=on, by_patient=True, **more
    )


def booked(course: Course, who: Membership, at: dt.datetime, purpose: str = "session", **more: Any) -> Appointment:  # noqa: ANN401 (fields as a test gives them)
    """An appointment of half an hour."""
    room, _ = Room.objects.get_or_create(clinic=course.clinic, name="Room 1")
    return Appointment.objects.create(
        clinic=course.clinic,
        patient=course.patient,
        course=course,
        purpose=purpose,
        practitioner=who,
        room=room,
        starts_at=at,
        ends_at=at + dt.timedelta(minutes=30),
        **more,
    )


def lot(course: Course, number: str, expires_on: dt.date, **more: Any) -> Lot:  # noqa: ANN401 (fields as a test gives them)
    """A lot of needles."""
    return Lot.objects.create(
        clinic=course.clinic, kind="needle", name="Needle", number=number, expires_on=expires_on, **more
    )
