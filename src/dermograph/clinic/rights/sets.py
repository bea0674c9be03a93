"""Sets of photographs for teaching, publication or research: of several patients, without names, each one agreed to."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from django.db import transaction
from django.db.models import Q, TextField
from django.db.models.functions import Cast

from dermograph.clinic.gallery.models import Photograph
from dermograph.clinic.intake.models import Consent
from dermograph.clinic.ledger.export import harmless
from dermograph.clinic.people.models import Clinic, Course, User
from dermograph.clinic.people.plain import plain_line
from dermograph.clinic.rights.known import known_of
from dermograph.clinic.rights.leaving import RECIPIENT, NotAllowed, consent_for, leave
from dermograph.clinic.rights.models import LONGEST_RECIPIENT, ExportedSet, Form
from dermograph.clinic.rights.purposes import BEYOND
from dermograph.clinic.rights.rows import AT_ONCE
from dermograph.clinic.rights.watermark import marked
from dermograph.clinic.rights.zipped import File, zipped
from dermograph.clinic.vault import store
from dermograph.clinic.vault.seal import Unreadable
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text

MOST: Final = 500  # photographs in one set
_FIRST: Final = 20  # patients who are looked at first; then more at once


def candidates(
    clinic: Clinic, purposes: Sequence[str], treatment: str = "", most: int = MOST
) -> dict[str, list[Photograph]]:
    """The photographs of a clinic that may leave now, at most so many for each purpose, with course and patient.

    Args:
        clinic: Whose.
        purposes: Any of ``BEYOND``.
        treatment: The id of a protocol; empty for all.
        most: How many are enough.
    """
    found = _found(clinic, purposes, treatment, most)
    wanted = {pk for some in found.values() for pk in some}
    related = Photograph.objects.select_related("course__patient", "course__area", "clinic").defer("findings")  # large
    rows = related.in_bulk(list(wanted))
    return {purpose: [rows[pk] for pk in some] for purpose, some in found.items()}


def counted(clinic: Clinic, purposes: Sequence[str], most: int) -> dict[str, int]:
    """How many photographs may leave now for each purpose; a number that reaches ``most`` may be larger."""
    return {purpose: len(some) for purpose, some in _found(clinic, purposes, "", most).items()}


def _found(clinic: Clinic, purposes: Sequence[str], treatment: str, most: int) -> dict[str, list[uuid.UUID]]:
    """Their ids. Nobody's photographs are read who agreed only to what has enough already."""
    found: dict[str, list[uuid.UUID]] = {one: [] for one in purposes}
    last, many = None, _FIRST
    while wanted := [one for one, rows in found.items() if len(rows) < most]:
        patients = _who_agreed(clinic, wanted, last, many)
        if not patients:
            break
        agreed_to = _courses(patients, wanted, treatment)
        for pk, course in _photographs(clinic, agreed_to):
            for purpose in agreed_to[course]:
                if len(found[purpose]) < most:
                    found[purpose].append(pk)
        last, many = patients[-1], min(2 * many, AT_ONCE)
    return found


def _who_agreed(clinic: Clinic, purposes: Sequence[str], last: uuid.UUID | None, many: int) -> list[uuid.UUID]:
    """The next patients with a consent in which a purpose stands; whether it still holds is asked afterwards."""
    rows = Consent.objects.standing().filter(clinic=clinic, patient__restricted_at=None)
    if last is not None:
        rows = rows.filter(patient_id__gt=last)
    said = Q()
    for one in purposes:
        said |= Q(as_text__contains=f'"{one}"')
    agreed_to = rows.alias(as_text=Cast("purposes", TextField())).filter(said).order_by("patient_id")
    return list(agreed_to.values_list("patient_id", flat=True).distinct()[:many])


def _courses(patients: Sequence[uuid.UUID], purposes: Sequence[str], treatment: str) -> dict[uuid.UUID, list[str]]:
    """For which of some purposes the photographs of each course may leave; without the courses of which none may."""
    # Without the clinic in the question: else SQLite goes through all of its courses.
    rows = Course.objects.filter(patient__in=patients)
    if treatment:
        rows = rows.filter(treatment=treatment)
    what = known_of(patients)
    found = {
        course: [one for one in purposes if consent_for(course, one, what[patient])]
        for course, patient in rows.values_list("pk", "patient_id")
    }
    return {course: some for course, some in found.items() if some}


def _photographs(clinic: Clinic, courses: Iterable[uuid.UUID]) -> list[tuple[uuid.UUID, uuid.UUID]]:
    """The photographs that stand in some courses with the course of each, patient by patient."""
    # Without the clinic in the question: else SQLite goes through all photographs of the clinic.
    rows = Photograph.objects.standing().filter(course__in=list(courses), withdrawn=False)
    in_order = rows.order_by("course__patient_id", "course_id", "taken_on", "pk")
    return [
        (pk, course) for pk, course, whose in in_order.values_list("pk", "course_id", "clinic_id") if whose == clinic.pk
    ]


def export_set(
    *, clinic: Clinic, who: User, purpose: str, recipient: str, treatment: str = "", entry: uuid.UUID
) -> tuple[ExportedSet, Iterator[bytes]]:
    """Write down that a set leaves, and the set itself: a ZIP of pictures without metadata and a table without names.

    Args:
        clinic: Whose photographs.
        who: Who lets them leave.
        purpose: One of ``BEYOND``.
        recipient: To whom.
        treatment: The id of a protocol; empty for all.
        entry: The id of the set.

    Raises:
        NotAllowed: If no photograph may leave for that purpose.
        InputError: If it is not said to whom, or the form was used before.
    """
    if purpose not in BEYOND:
        raise NotAllowed(Text("Choose what it is for.", "Elija para qué es."), Place(field="purpose"))
    to = plain_line(recipient, RECIPIENT, longest=LONGEST_RECIPIENT)
    with transaction.atomic():
        if ExportedSet.objects.filter(pk=entry).exists():
            raise InputError(
                Text("This set has left already.", "Este conjunto ya salió."),
                todo=Text("Open the page again for another one.", "Abra la página de nuevo para otro."),
            )
        found = tuple(candidates(clinic, [purpose], treatment)[purpose])
        if not found:
            raise NotAllowed(
                Text("No photograph may leave for that purpose.", "Ninguna fotografía puede salir para ese fin."),
                Place(field="purpose"),
            )
        made: ExportedSet = ExportedSet.objects.create(
            pk=entry, clinic=clinic, written_by=who, purpose=purpose, recipient=to, photographs=len(found)
        )
        of_patient: dict[uuid.UUID, list[tuple[int, Photograph]]] = {}
        for place, row in enumerate(found, start=1):
            of_patient.setdefault(row.course.patient_id, []).append((place, row))
        for group in of_patient.values():
            leave(
                photographs=[row for _, row in group],
                purpose=purpose,
                recipient=to,
                form=Form.SET,
                who=who,
                exported_set=made,
                places=[place for place, _ in group],
            )
    return made, zipped(_files(found), {"set": str(made.pk), "purpose": purpose, "for": to})


def _files(rows: tuple[Photograph, ...]) -> Iterator[File]:
    """The pictures under their numbers, then the table. A patient is a number in this set and nowhere else."""
    lines = ["number,person,course,treatment,view,day"]
    people: dict[uuid.UUID, int] = {}
    courses: dict[uuid.UUID, tuple[int, Photograph]] = {}
    for place, row in enumerate(rows, start=1):
        person = people.setdefault(row.course.patient_id, len(people) + 1)
        course, first = courses.setdefault(row.course_id, (len(courses) + 1, row))
        try:
            picture = marked(store.get(row.course.patient, row.preview), "")
        except Unreadable as error:  # erased, or missing, since the set was begun
            yield f"{place:03d}.missing.txt", error.say("en").encode(), False
            continue
        # Days since the first photograph of the course: a date could be matched with somebody's calendar.
        day = (row.taken_on - first.taken_on).days
        cells = (place, person, course, row.course.treatment, row.course.area.view, day)
        lines.append(",".join(harmless(cell) for cell in cells))
        yield f"{place:03d}.jpg", picture, True
    yield "photographs.csv", ("\r\n".join(lines) + "\r\n").encode(), False
