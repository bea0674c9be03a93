"""The clinic, who works there, rooms, patients, areas and courses."""

from __future__ import annotations

from typing import Any, Final

from django.db.models import Prefetch, Q

from dermograph.clinic.agenda.models import Room
from dermograph.clinic.handover.outgoing.keys import made_of
from dermograph.clinic.handover.outgoing.reading import Reading, day, known
from dermograph.clinic.handover.outgoing.source import Made, Source
from dermograph.clinic.intake.models import Answer
from dermograph.clinic.people import models
from dermograph.core.text import Text
from dermograph.exchange.fhir.elements import naming
from dermograph.exchange.record import areas, people
from dermograph.exchange.record.calendars import Schedule
from dermograph.exchange.record.part import NO_CONCEPT, Concept, Measured
from dermograph.exchange.record.unknown import UNWRITTEN
from dermograph.protocols import load_library

SCHEDULE: Final = "schedule"
GOAL: Final = "goal"
LESION: Final = "lesion"
_ABANDONED: Final = "abandoned"
_WHAT_IT_IS: Final = "lesion"  # the fact that says so
_NOT_VISIBLE: Final = Text("The contrast is no longer visible.", "El contraste deja de verse.")
_AT_MOST: Final = Text("Contrast of at most {n} ΔE00.", "Contraste de como mucho {n} ΔE00.")


def _clinic(row: models.Clinic, _reading: Reading) -> people.Clinic:
    return people.Clinic(
        id=row.pk,
        name=row.name,
        slug=row.slug,
        time_zone=row.time_zone,
        language=row.language,
        address=row.address,
        phone=row.phone,
    )


def _practitioner(row: models.Membership, reading: Reading) -> people.Practitioner:
    return people.Practitioner(
        id=row.pk,
        clinic=reading.clinic.pk,
        user=row.user_id,
        name=row.user.name,
        role=row.role,
        treatments=tuple(row.treatments),
        active=row.active,
    )


def _schedule(row: models.Membership, _reading: Reading) -> Schedule:
    return Schedule(id=made_of(row.pk, SCHEDULE), practitioner=row.pk, active=row.active)


def _room(row: Room, reading: Reading) -> people.Room:
    state = "active" if row.active else "inactive"
    return people.Room(id=row.pk, clinic=reading.clinic.pk, name=row.name, state=state)


def _patient(row: models.Patient, reading: Reading) -> people.Patient:
    return people.Patient(
        id=row.pk,
        clinic=reading.clinic.pk,
        number=row.number,
        given_names=row.given_names,
        family_names=row.family_names,
        birth_date=day(row.birth_date),
        phone=row.phone,
        email=row.email,
        language=row.language,
        synthetic=row.synthetic,
        since=row.since,
        version=row.version,
        restricted_at=row.restricted_at,
    )


def _area(row: models.Area, _reading: Reading) -> areas.Area:
    return areas.Area(
        id=row.pk, patient=row.patient_id, name=row.name, place=Concept(row.view), side=row.side, x=row.x, y=row.y
    )


def _lesion(row: Any, _reading: Reading) -> areas.Lesion:  # noqa: ANN401 (an area with its courses and what was said)
    """What is treated there, as the last answer of the latest course that has one says; its kind may be unknown."""
    courses = sorted(row.courses.all(), key=lambda one: one.opened_at)
    said = [one for course in courses for one in course.answers.all() if one.fact == _WHAT_IT_IS]
    corrected = {one.supersedes_id for one in said}
    standing = sorted((one for one in said if one.pk not in corrected), key=lambda one: one.written_at)
    value = standing[-1].value if standing else None
    recorded = courses[0].opened_at if courses else UNWRITTEN
    return areas.Lesion(
        id=made_of(row.pk, LESION),
        patient=row.patient_id,
        area=row.pk,
        kind=_word(value) if isinstance(value, str) else NO_CONCEPT,
        recorded_at=recorded,
    )


def _word(value: str) -> Concept:
    fact = load_library().vocabulary.facts.get(_WHAT_IT_IS)
    label = fact.values.get(value) if fact else None
    return Concept(value, words=label.en if label else "")


def treatment(name: str) -> Concept:
    """A treatment by the id of its protocol."""
    library = load_library()
    return Concept(name, words=library.protocol(name).title.en if name in library.treatments else "")


def course_state(row: models.Course) -> str:
    """Whether a course is open, or how it ended."""
    return "open" if row.closed_at is None else _ABANDONED if row.outcome == _ABANDONED else "closed"


def _course(row: models.Course, _reading: Reading) -> areas.Course:
    return areas.Course(
        id=row.pk,
        patient=row.patient_id,
        area=row.area_id,
        treatment=treatment(row.treatment),
        lead=row.lead_id,
        state=course_state(row),
        opened_at=row.opened_at,
        closed_at=known(row.closed_at),
        outcome=row.outcome,
    )


def _goal(row: models.Course, reading: Reading) -> areas.Goal:
    agreed = row.goal_delta_e00
    words = _NOT_VISIBLE if agreed is None else _AT_MOST.format(n=f"{agreed:g}")
    ended = "cancelled" if row.outcome == _ABANDONED else "completed"
    return areas.Goal(
        id=made_of(row.pk, GOAL),
        patient=row.patient_id,
        course=row.pk,
        words=words.say(reading.language),
        contrast=UNWRITTEN if agreed is None else Measured(agreed, UNWRITTEN, "delta_e00"),
        state="active" if row.closed_at is None else ended,
        since=day(row.opened_at.astimezone(reading.clinic.zone).date()),
    )


def _staff() -> Q:
    return ~Q(role=models.Role.PATIENT)


CLINIC: Final = Source(
    models.Clinic,
    (Made("clinic", _clinic, name="name", identifiers={naming("clinic"): "slug"}),),
    clinic="pk",
)
STAFF: Final = Source(
    models.Membership,
    (
        Made("practitioners", _practitioner, only=_staff, name="user__name", identifiers={naming("user"): "user_id"}),
        Made("schedules", _schedule, SCHEDULE, only=_staff),
    ),
    related=("user",),
)
ROOMS: Final = Source(Room, (Made("rooms", _room, name="name"),))
PATIENTS: Final = Source(
    models.Patient,
    (Made("patient", _patient, identifiers={naming("record-number"): "number"}),),
    patient="pk",
    changed=("since",),
    is_followed=True,
)
AREAS: Final = Source(
    models.Area,
    (Made("areas", _area, code="view"),),
    clinic="patient__clinic",
    patient="patient_id",
    related=("patient",),
    changed=("patient__since",),
    is_followed=True,
)
LESIONS: Final = Source(
    models.Area,
    (Made("lesions", _lesion, LESION),),
    clinic="patient__clinic",
    patient="patient_id",
    fetched=(Prefetch("courses__answers", queryset=Answer.objects.filter(fact=_WHAT_IT_IS)),),
    related=("patient",),
    changed=("patient__since", "courses__opened_at", "courses__answers__written_at"),
    is_followed=True,
    changed_where={"courses__answers__written_at": {"courses__answers__fact": _WHAT_IT_IS}},
)
COURSES: Final = Source(
    models.Course,
    (Made("courses", _course, code="treatment", date="opened_at"), Made("goals", _goal, GOAL, date="opened_at")),
    patient="patient_id",
    changed=("opened_at", "closed_at"),
    is_followed=True,
)
