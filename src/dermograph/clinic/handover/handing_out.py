"""Records that leave as FHIR: asked whether they may, written down, then handed over.

No photograph is among them, only what is known of each; so no disclosure of a photograph is written. What leaves for
somebody else who treats the patient takes the same consent as a photograph would.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import uuid
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from django.db import DatabaseError, transaction

from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.audit.record import record
from dermograph.clinic.handover.models import HandedOver
from dermograph.clinic.handover.shelf import Shelf
from dermograph.clinic.intake.purposes import RECORD
from dermograph.clinic.intake.selectors import agreed
from dermograph.clinic.people.models import Clinic, Course, Patient, User
from dermograph.clinic.people.within import Restricted
from dermograph.clinic.rights.known import Known, known_of
from dermograph.clinic.rights.leaving import NotAllowed, consent_for, recipient_of
from dermograph.clinic.rights.purposes import CLINIC, PATIENT
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text
from dermograph.exchange.fhir.bundle import bundle_of
from dermograph.exchange.fhir.elements import Element
from dermograph.exchange.fhir.map.tables import to_resource

PURPOSES: Final = (PATIENT, RECORD, CLINIC)
_FORM: Final = "fhir"
_ACTION: Final = "record.exported"
_NO_CONSENT: Final = Text(
    "No consent stands for handing the record to somebody else who treats the patient.",
    "No hay consentimiento vigente para entregar la historia a otro profesional que trata al paciente.",
)


def check_wish(purpose: str, recipient: str) -> str:
    """The recipient as it is kept.

    Args:
        purpose: One of ``PURPOSES``.
        recipient: To whom; nobody for the patient or the clinic itself.

    Raises:
        NotAllowed: If it is for another purpose, or an own copy is to go to somebody.
        InputError: If it is not said to whom.
    """
    if purpose not in PURPOSES:
        raise NotAllowed(
            Text("Choose what it is for.", "Elija para qué es."),
            Place(field="--purpose"),
            Text(f"One of: {', '.join(PURPOSES)}.", f"Una de: {', '.join(PURPOSES)}."),
        )
    return recipient_of(purpose, recipient, "--to")


def refusals(clinic: Clinic, patients: Sequence[uuid.UUID], purpose: str) -> Mapping[uuid.UUID, Text]:
    """Why the records of some patients may not leave; without those that may.

    For somebody else who treats the patient a consent to that has to stand for every course, or for all of them.

    Args:
        clinic: Whose.
        patients: Their ids.
        purpose: One of ``PURPOSES``.
    """
    if purpose != RECORD:
        return {}
    what = known_of(patients)
    courses: dict[uuid.UUID, list[uuid.UUID]] = {}
    for course, patient in Course.objects.filter(clinic=clinic, patient__in=patients).values_list("pk", "patient_id"):
        courses.setdefault(patient, []).append(course)
    return {pk: _NO_CONSENT for pk in patients if not _is_agreed(what[pk], courses.get(pk, []))}


def hand_out(patient: Patient, *, purpose: str, recipient: str, who: User | None, at: dt.datetime) -> Element:
    """The whole record of a patient as a Bundle; that it leaves is written down first.

    Args:
        patient: With their clinic.
        purpose: One of ``PURPOSES``.
        recipient: To whom; nobody for the patient or the clinic itself.
        who: Who lets it leave; None for who runs the server.
        at: When it is made.

    Raises:
        NotAllowed: If it may not leave for that purpose.
        Restricted: If the record is blocked.
        InputError: If it is not said to whom, or cannot be written down.
    """
    to = check_wish(purpose, recipient)
    shelf = Shelf(patient.clinic)
    with written_down():
        write_down(patient.clinic, [patient.pk], purpose, to, who)
        made = shelf.everything(patient.pk)
        beside = [one.resource for one in shelf.beside(patient.pk)]
    return bundle_of([*(to_resource(part) for part in made.parts()), *beside], "collection", at=at)


def write_down(
    clinic: Clinic,
    patients: Sequence[uuid.UUID],
    purpose: str,
    to: str,
    who: User | None,
    export: uuid.UUID | None = None,
) -> None:
    """Ask once more whether records may leave, and write down that they do, and to whom.

    Args:
        clinic: Whose; within a transaction.
        patients: Their ids.
        purpose: One of ``PURPOSES``.
        to: The recipient, as ``check_wish`` gives it.
        who: Who lets them leave.
        export: The id of an export in parts: of whom it is written down that they leave with it is not written again.

    Raises:
        NotAllowed: If one of them may not.
        Restricted: If one of them is blocked.
    """
    # Who takes a consent back, blocks or erases a patient waits for these rows, so that neither slips in between.
    held = Patient.objects.select_for_update(no_key=True).filter(clinic=clinic, pk__in=patients).order_by("pk")
    for one in held:
        if one.restricted_at is not None:
            raise Restricted(one.restricted_at, clinic)
    for words in refusals(clinic, patients, purpose).values():
        raise NotAllowed(words, Place(field="--purpose"))
    details = {"purpose": purpose, "form": _FORM}
    if export is not None:
        details["export"] = str(export)
        # By the trail, which has an entry of each also where no row of who was given it is kept.
        left = AuditEntry.objects.filter(patient__in=patients, clinic=clinic, action=_ACTION)
        left = left.filter(details__export=details["export"])
        patients = sorted(set(patients) - set(left.values_list("patient", flat=True)))
    if purpose != CLINIC:
        rows = [
            HandedOver(clinic=clinic, written_by=who, patient_id=pk, purpose=purpose, recipient=to) for pk in patients
        ]
        HandedOver.objects.bulk_create(rows)
    for pk in sorted(patients):
        # Not to whom: the trail outlives the patient, and a recipient may say who they were.
        record(_ACTION, clinic=clinic, who=who, patient=pk, details=details)


@contextlib.contextmanager
def written_down() -> Iterator[None]:
    """A transaction of which is told, where it fails, that nothing left.

    Raises:
        InputError: If the database or the disk refuses.
    """
    try:
        with transaction.atomic():
            yield
    except (DatabaseError, OSError) as error:
        raise InputError(
            Text("It could not be written down, so nothing left.", "No se pudo anotar, así que no ha salido nada."),
            todo=Text("Is the disk full? Make room, then try again.", "¿Está lleno el disco? Libere espacio y repita."),
        ) from error


def _is_agreed(what: Known, courses: Sequence[uuid.UUID]) -> bool:
    if courses:
        return all(consent_for(course, RECORD, what) is not None for course in courses)
    return any(one.course_id is None and RECORD in agreed(one) for one in what.standing)
