"""Patients and their areas."""

from __future__ import annotations

import uuid
from typing import Annotated, Any

from ninja import Query, Router
from ninja.responses import Status

from dermograph.clinic.api.gate import ApiRequest
from dermograph.clinic.api.pages import After, Limit, Page, page
from dermograph.clinic.api.seen import made, opened
from dermograph.clinic.api.shapes import LARGEST, Json
from dermograph.clinic.api.shapes_people import AreaNew, AreaOut, PatientChange, PatientNew, PatientOut
from dermograph.clinic.api.site import operation
from dermograph.clinic.people.models import Area, Patient
from dermograph.clinic.people.selectors import found_patients
from dermograph.clinic.people.services import add_area, change_patient, register_patient
from dermograph.clinic.people.within import within

router = Router(tags=["patients"])
READ, WRITE = "patients:read", "patients:write"
_SAME = ("given_names", "family_names", "birth_date", "phone", "email", "language", "synthetic", "since", "version")
_SEARCHED = 100


@operation(router, "get", "/patients", out=Page[PatientOut], scope=READ, like="patients")
def list_patients(
    request: ApiRequest,
    number: Annotated[int | None, Query(None, ge=1, le=LARGEST, description="Only the one of this number.")] = None,
    after: After = None,
    limit: Limit = 50,
) -> Json:
    """The patients of the clinic.

    By record number. One whose record is blocked is left out.
    """
    rows = Patient.objects.filter(clinic=request.clinic, restricted_at=None)
    if number is not None:
        rows = rows.filter(number=number)
    return page(rows, shown_patient, by="number", after=after, limit=limit)


@operation(router, "get", "/patients/search", out=Page[PatientOut], scope=READ, like="patient_search")
def search_patients(
    request: ApiRequest,
    words: Annotated[str, Query(..., min_length=1, max_length=100, description="Beginnings of names, or a number.")],
) -> Json:
    """The patients whom words find.

    Every word begins a word of the name, the record number or the telephone, whatever its case and accents. At most
    100; `next` is always null: search for more words.
    """
    found = found_patients(request.clinic, words, limit=_SEARCHED)
    return whole_of(found.patients)


@operation(router, "post", "/patients", out=PatientOut, scope=WRITE, like="patient_new", takes="json", made=True)
def register_new_patient(request: ApiRequest, given: PatientNew) -> Status[Json]:
    """Register a patient.

    They get the next record number of the clinic, which is never given twice.
    """
    values = given.model_dump()
    row = register_patient(
        clinic=request.clinic,
        who=request.person,
        entry=request.entry,
        **{**values, "language": values["language"] or ""},
    )
    made(request, "patients", row)
    return Status(201, shown_patient(row))


@operation(router, "get", "/patients/{uuid:patient}", out=PatientOut, scope=READ, like="patient")
def get_patient(request: ApiRequest, patient: uuid.UUID) -> Json:
    """A patient."""
    row = within(request.clinic, Patient, patient)
    opened(request, row.pk)
    return shown_patient(row)


@operation(
    router,
    "patch",
    "/patients/{uuid:patient}",
    out=PatientOut,
    scope=WRITE,
    like="patient_edit",
    takes="json",
    refuses=(409,),
)
def correct_patient(request: ApiRequest, patient: uuid.UUID, given: PatientChange) -> Json:
    """Correct a patient's details.

    `version` is that of the record that was read: 409 if somebody changed it since.
    """
    row = within(request.clinic, Patient, patient)
    changed = change_patient(patient=row, version=given.version, who=request.person, **given.changes())
    return shown_patient(changed)


@operation(router, "get", "/patients/{uuid:patient}/areas", out=Page[AreaOut], scope=READ, like="patient")
def list_areas(request: ApiRequest, patient: uuid.UUID, after: After = None, limit: Limit = 50) -> Json:
    """The skin areas of a patient."""
    row = within(request.clinic, Patient, patient)
    return page(row.areas.all(), shown_area, by="pk", after=after, limit=limit)


@operation(
    router,
    "post",
    "/patients/{uuid:patient}/areas",
    out=AreaOut,
    scope="clinical:write",
    like="area_new",
    takes="json",
    made=True,
)
def add_area_of_patient(request: ApiRequest, patient: uuid.UUID, given: AreaNew) -> Status[Json]:
    """Add a skin area to a patient."""
    row = within(request.clinic, Patient, patient, "clinic")
    area = add_area(patient=row, who=request.person, entry=request.entry, **given.model_dump())
    made(request, "areas", area)
    return Status(201, shown_area(area))


@operation(router, "get", "/areas/{uuid:area}", out=AreaOut, scope=READ, like="patient")
def get_area(request: ApiRequest, area: uuid.UUID) -> Json:
    """A skin area."""
    return shown_area(within(request.clinic, Area, area))


def whole_of(patients: tuple[Patient, ...]) -> Json:
    """Patients that were found, in one piece."""
    return {"items": [shown_patient(one) for one in patients[:_SEARCHED] if one.restricted_at is None], "next": None}


def shown_patient(row: Patient) -> Json:
    """What is shown of a patient."""
    values: dict[str, Any] = {name: getattr(row, name) for name in _SAME}
    return {"id": row.pk, "number": row.number, **values}


def shown_area(row: Area) -> Json:
    """What is shown of an area."""
    return {
        "id": row.pk,
        "patient": row.patient_id,
        "name": row.name,
        "view": row.view,
        "side": row.side,
        "x": row.x,
        "y": row.y,
    }
