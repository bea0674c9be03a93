"""A clinic that is open, with rooms, and a patient who is cleared for a session."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import yaml

import dermograph.protocols
from dermograph.clinic.agenda.models import OpeningHours, Room
from dermograph.clinic.agenda.services import book
from dermograph.clinic.agenda.wall import edge_of
from dermograph.clinic.facts import stored_value
from dermograph.clinic.intake.models import Answer
from dermograph.clinic.intake.signing import sign_assessment
from dermograph.clinic.people.models import Area, Clinic, Course, Membership, Patient
from dermograph.protocols import load_library

HEALTHY = Path(dermograph.protocols.__file__).parent / "packs" / "healthy.yaml"
WHITE_STRIAE = {"lesion": "stria", "stage": "white"}


def healthy() -> dict[str, object]:
    """The facts of a healthy patient with white stretch marks."""
    read = yaml.safe_load(HEALTHY.read_text(encoding="utf-8"))
    known = load_library().vocabulary.facts
    flat = {
        name: value
        for part in (read, *(v for v in read.values() if isinstance(v, dict)))
        for name, value in part.items()
        if name in known
    }
    return {**flat, **WHITE_STRIAE}


def answered(course: Course, facts: dict[str, object], on: dt.date = dt.date(2026, 1, 1)) -> None:
    """Write answers."""
    known = load_library().vocabulary.facts
    for name, value in facts.items():
        if name == "birth_date":
            continue
        Answer.objects.create(
            clinic=course.clinic,
            patient=course.patient,
            course=None if known[name].scope == "patient" else course,
            fact=name,
            value=stored_value(value),  # type: ignore[arg-type]  # JSON is what the service takes
            answered_on=on,
        )


def cleared(course: Course, who: Membership) -> Course:
    """The course with a signed assessment that clears."""
    answered(course, healthy())
    signed = sign_assessment(course=course, who=who.user)
    assert signed.verdict in ("suitable", "conditional"), signed.result["en"]
    return course


def open_up(clinic: Clinic, *, weekdays: range = range(5), opens: int = 9, closes: int = 19) -> list[Room]:
    """Opening hours, and two rooms."""
    for weekday in weekdays:
        OpeningHours.objects.create(clinic=clinic, weekday=weekday, opens=dt.time(opens), closes=dt.time(closes))
    return [Room.objects.create(clinic=clinic, name=f"Room {number}") for number in (1, 2)]


@pytest.fixture
def rooms(clinic: Clinic) -> list[Room]:
    """Open from Monday to Friday, nine to seven, with two rooms."""
    return open_up(clinic)


def another_course(clinic: Clinic, number: int, lead: Membership) -> Course:
    """A course of another patient."""
    patient = Patient.objects.create(
        clinic=clinic,
        number=number,
        given_names="Marta",
        family_names=f"Ortiz {number}",
        birth_date=dt.date(1990, 1, 1),
    )
    area = Area.objects.create(patient=patient, name="abdomen", view="front")
    return Course.objects.create(clinic=clinic, patient=patient, area=area, treatment="paramedical", lead=lead)


def at(clinic: Clinic, day: dt.date, hour: int, minute: int = 0) -> dt.datetime:
    """The instant of a wall time that is clear."""
    return edge_of(day, dt.time(hour, minute), clinic.zone)


def monday(weeks: int = 2) -> dt.date:
    """A Monday in so many weeks."""
    today = dt.datetime.now(tz=dt.UTC).date()
    return today + dt.timedelta(days=7 * weeks - today.weekday())


__all__ = ["another_course", "answered", "at", "book", "cleared", "healthy", "monday", "open_up", "rooms"]
