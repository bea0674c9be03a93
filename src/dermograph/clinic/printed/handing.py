"""Papers that leave: made, then written down, then handed over. Where it cannot be written down, nothing leaves."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from dermograph.clinic.audit.record import record
from dermograph.clinic.intake.purposes import RECORD
from dermograph.clinic.people.models import Patient, User
from dermograph.clinic.people.plain import plain_line
from dermograph.clinic.people.within import Restricted
from dermograph.clinic.printed.aftercare import aftercare_paper
from dermograph.clinic.printed.paper import refuse_without_weasyprint
from dermograph.clinic.printed.pictures import photographs_of
from dermograph.clinic.printed.record import contents_of, record_paper
from dermograph.clinic.rights.leaving import RECIPIENT, NotAllowed, leave
from dermograph.clinic.rights.models import LONGEST_RECIPIENT, Form
from dermograph.clinic.rights.purposes import PATIENT, PURPOSES
from dermograph.core.errors import Place
from dermograph.core.text import Language, Text


@dataclass(frozen=True, slots=True)
class For:
    """What a record is asked for.

    Attributes:
        purpose: ``patient`` or ``record``.
        recipient: To whom; not needed for the patient.
        language: Of the words.
        pictures: Whether photographs are in it: each of them leaves, for that purpose.
    """

    purpose: str
    recipient: str
    language: Language
    pictures: bool


def hand_out_record(patient: Patient, wish: For, *, who: User | None) -> bytes:
    """The record as a PDF; that it left, and each photograph in it, is written down first.

    Args:
        patient: With their clinic.
        wish: What is asked for.
        who: Who lets it leave; None for who runs the server.

    Raises:
        NotAllowed: If a photograph may not leave for that purpose, or it is for another purpose.
        Restricted: If the record is blocked.
        InputError: If it is not said to whom, or PDF files cannot be made.
    """
    if wish.purpose not in (PATIENT, RECORD):
        raise NotAllowed(Text("Choose what it is for.", "Elija para qué es."), Place(field="purpose"))
    to = plain_line(wish.recipient, RECIPIENT, longest=LONGEST_RECIPIENT, needed=wish.purpose != PATIENT)
    to = "" if wish.purpose == PATIENT else to
    _refuse_restricted(patient)
    refuse_without_weasyprint()
    contents = contents_of(patient, wish.language, pictures=wish.pictures)
    made = record_paper(contents, purpose=PURPOSES[wish.purpose], recipient=to, by=who.name if who else "")
    photographs = photographs_of(contents.comparisons)
    with transaction.atomic():
        held = Patient.objects.select_for_update(no_key=True).filter(pk=patient.pk).values_list("restricted_at")
        _refuse_restricted(Patient(pk=patient.pk, restricted_at=held.get()[0], clinic=patient.clinic))
        courses = {one.pk: one for one in contents.courses}
        for one in photographs:
            one.course, one.clinic = courses[one.course_id], patient.clinic
        if photographs:
            leave(photographs=photographs, purpose=wish.purpose, recipient=to, form=Form.REPORT, who=who)
        details = {"purpose": wish.purpose, "language": wish.language, "photographs": len(photographs)}
        record("record.printed", clinic=patient.clinic, who=who, patient=patient.pk, details=details)
    return made


def hand_out_aftercare(patient: Patient, language: Language, *, who: User | None) -> bytes:
    """The aftercare sheets of a patient as a PDF; written down.

    Raises:
        Restricted: If the record is blocked.
        InputError: If no session was held, or PDF files cannot be made.
    """
    _refuse_restricted(patient)
    refuse_without_weasyprint()
    made = aftercare_paper(patient, language)
    record("aftercare.printed", clinic=patient.clinic, who=who, patient=patient.pk, details={"language": language})
    return made


def _refuse_restricted(patient: Patient) -> None:
    if patient.restricted_at is not None:
        raise Restricted(patient.restricted_at, patient.clinic)
