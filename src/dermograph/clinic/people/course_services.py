"""The writers of areas and courses. Each guards, writes and tells the audit trail in one transaction."""

from __future__ import annotations

import math
import uuid

from django.db import transaction
from django.utils import timezone

from dermograph.clinic.audit.record import record
from dermograph.clinic.people.models import Area, Clinic, Course, Ending, Membership, Patient, Role, User, View
from dermograph.clinic.people.name_words import folded
from dermograph.clinic.people.outcomes import OUTCOMES
from dermograph.clinic.people.plain import own_row, plain_line, plain_reason
from dermograph.core.errors import InputError, Place, nearest, shown
from dermograph.core.text import Text
from dermograph.protocols import load_library

SIDES = ("left", "right", "middle", "")
PRACTISING = (Role.PRACTITIONER, Role.MEDICAL_LEAD)
HIGHEST_GOAL = 60.0  # ΔE00; no two skins differ by more


def add_area(
    *,
    patient: Patient,
    who: User | None,
    name: str,
    view: str,
    x: float | None = None,
    y: float | None = None,
    side: str = "",
    entry: uuid.UUID | None = None,
) -> Area:
    """A new skin area of a patient.

    Args:
        patient: Whose.
        who: Who adds it.
        name: As the clinic calls it; one of a name for each patient, whatever its case and accents.
        view: A value of ``View``.
        x: Its place on the body map from the left, 0 to 1; None with the next if it is not placed.
        y: The same from the top.
        side: left, right, middle or empty; the patient's own.
        entry: The id of the form; a replayed one finds the area that is there.

    Raises:
        InputError: If something of it cannot be.
    """
    name = plain_line(name, Text("name of the area", "nombre de la zona"), longest=80)
    if view not in View.values:
        raise InputError(
            Text(f"There is no view {shown(view)}.", f"No hay una vista {shown(view)}."), Place(field="view")
        )
    if side not in SIDES:
        raise InputError(
            Text(f"There is no side {shown(side)}.", f"No hay un lado {shown(side)}."), Place(field="side")
        )
    if (x is None) != (y is None) or not all(
        value is None or (math.isfinite(value) and 0 <= value <= 1) for value in (x, y)
    ):
        raise InputError(
            Text("That place is not on the body map.", "Ese lugar no está en el mapa corporal."), Place(field="x")
        )
    with transaction.atomic():
        Patient.objects.select_for_update(of=("self",), no_key=True).get(pk=patient.pk)
        if entry is not None and (there := Area.objects.filter(pk=entry).first()) is not None:
            return own_row(there, there.patient_id == patient.pk)
        if any(folded(name) == folded(other) for other in patient.areas.values_list("name", flat=True)):
            raise InputError(
                Text(f"There is already an area {shown(name)}.", f"Ya hay una zona {shown(name)}."),
                Place(field="name"),
                Text("Give it another name.", "Póngale otro nombre."),
            )
        area = Area(pk=entry or uuid.uuid4(), patient=patient, name=name, view=view, x=x, y=y, side=side)
        area.save(force_insert=True)
        record("area.added", clinic=patient.clinic, who=who, about=area, patient=patient.pk)
    return area


def open_course(
    *,
    area: Area,
    treatment: str,
    who: User | None,
    lead: Membership | None = None,
    goal_delta_e00: float | None = None,
    entry: uuid.UUID | None = None,
) -> Course:
    """Open a course of a treatment on an area.

    Args:
        area: Best fetched with its patient and the patient's clinic.
        treatment: The id of a protocol.
        who: Who opens it.
        lead: The practitioner in charge, trained for the treatment; None while nobody is.
        goal_delta_e00: The contrast agreed as the goal, ΔE00 above 0; None for "no longer visible".
        entry: The id of the form; a replayed one finds the course that is there.

    Raises:
        InputError: If something of it cannot be, or the area has such a course open.
    """
    clinic = area.patient.clinic
    library = load_library()
    if treatment not in library.treatments:
        raise InputError(
            Text(f"There is no treatment {shown(treatment)}.", f"No hay un tratamiento {shown(treatment)}."),
            Place(field="treatment"),
            nearest(treatment, library.treatments),
        )
    _check_lead(clinic, treatment, lead)
    if goal_delta_e00 is not None and not (math.isfinite(goal_delta_e00) and 0 < goal_delta_e00 <= HIGHEST_GOAL):
        raise InputError(
            Text("A goal lies above 0 and up to 60 ΔE00.", "Un objetivo está por encima de 0 y hasta 60 ΔE00."),
            Place(field="goal_delta_e00"),
        )
    with transaction.atomic():
        Area.objects.select_for_update(of=("self",), no_key=True).get(pk=area.pk)
        if entry is not None and (there := Course.objects.filter(pk=entry).first()) is not None:
            return own_row(there, there.area_id == area.pk)
        _check_none_open(area, treatment)
        course = Course(
            pk=entry or uuid.uuid4(),
            clinic=clinic,
            patient=area.patient,
            area=area,
            treatment=treatment,
            lead=lead,
            goal_delta_e00=goal_delta_e00,
        )
        course.save(force_insert=True)
        record("course.opened", clinic=clinic, who=who, about=course, details={"treatment": treatment})
    return course


def close_course(*, course: Course, outcome: str, reason: str, who: User | None) -> Course:
    """Close a course. One that is closed already stays as it is.

    Args:
        course: Which.
        outcome: A key of ``OUTCOMES``.
        reason: In the words of who closes it.
        who: Who closes it.

    Raises:
        InputError: If the outcome is unknown or the reason is missing.
    """
    if outcome not in OUTCOMES:
        raise InputError(
            Text(f"A course cannot end as {shown(outcome)}.", f"Un curso no puede terminar como {shown(outcome)}."),
            Place(field="outcome"),
        )
    reason = plain_reason(reason)
    with transaction.atomic():
        current = Course.objects.select_for_update(of=("self",), no_key=True).get(pk=course.pk)
        if current.closed_at is None:
            current.closed_at = course.closed_at = timezone.now()
            current.outcome = course.outcome = outcome
            current.save(update_fields=["closed_at", "outcome"])
            Ending.objects.create(
                clinic_id=course.clinic_id, course=course, outcome=outcome, reason=reason, written_by=who
            )
            record("course.closed", clinic=course.clinic, who=who, about=course, details={"outcome": outcome})
    return current


def reopen_course(*, course: Course, reason: str, who: User | None) -> Course:
    """Open a closed course again. One that is open stays as it is.

    Raises:
        InputError: If the reason is missing, or another course of the treatment is open on the area.
    """
    reason = plain_reason(reason)
    with transaction.atomic():
        current = Course.objects.select_for_update(of=("self",), no_key=True).select_related("area").get(pk=course.pk)
        if current.closed_at is not None:
            _check_none_open(current.area, current.treatment)
            current.closed_at = course.closed_at = None
            current.outcome = course.outcome = ""
            current.save(update_fields=["closed_at", "outcome"])
            Ending.objects.create(clinic_id=course.clinic_id, course=course, outcome="", reason=reason, written_by=who)
            record("course.reopened", clinic=course.clinic, who=who, about=course)
    return current


def _check_lead(clinic: Clinic, treatment: str, lead: Membership | None) -> None:
    if lead is None:
        return
    if lead.clinic_id != clinic.pk or not lead.active or lead.role not in PRACTISING:
        raise InputError(
            Text("That person does not treat in this clinic.", "Esa persona no trata en esta clínica."),
            Place(field="lead"),
        )
    if treatment not in lead.treatments:
        title = load_library().protocol(treatment).title
        raise InputError(
            Text(f"{lead} is not trained for {title.en}.", f"{lead} no está formado en {title.es}."),
            Place(field="lead"),
            Text("Choose somebody who is, or nobody yet.", "Elija a alguien que lo esté, o a nadie por ahora."),
        )


def _check_none_open(area: Area, treatment: str) -> None:
    if Course.objects.filter(area=area, treatment=treatment, closed_at=None).exists():
        raise InputError(
            Text(
                "This area has an open course of that treatment.",
                "Esta zona ya tiene un curso abierto de ese tratamiento.",
            ),
            Place(field="treatment"),
            Text("Go on with it, or close it first.", "Continúe con él o ciérrelo antes."),
        )
