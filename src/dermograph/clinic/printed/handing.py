"""Papers that leave: made, then written down, then handed over. Where it cannot be written down, nothing leaves."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db import transaction

from dermograph.clinic.audit.record import record
from dermograph.clinic.intake.purposes import RECORD
from dermograph.clinic.intake.selectors import agreed
from dermograph.clinic.people.models import Patient, User
from dermograph.clinic.people.within import Restricted
from dermograph.clinic.printed.aftercare import aftercare_paper
from dermograph.clinic.printed.models import PrintedRecord
from dermograph.clinic.printed.paper import refuse_without_weasyprint
from dermograph.clinic.printed.pictures import photographs_in
from dermograph.clinic.printed.record import contents_of, record_paper
from dermograph.clinic.rights.known import known
from dermograph.clinic.rights.leaving import NotAllowed, consent_for, leave, recipient_of
from dermograph.clinic.rights.models import Form
from dermograph.clinic.rights.purposes import PATIENT, PURPOSES
from dermograph.core.errors import Place
from dermograph.core.text import Language, Text

_ERASED: Final = Text("This record was erased.", "Esta historia se borró.")
_NO_CONSENT: Final = Text(
    "No consent stands for handing the whole record to somebody else who treats the patient.",
    "No hay consentimiento vigente para entregar la historia completa a otro profesional que trata al paciente.",
)


@dataclass(frozen=True, slots=True)
class For:
    """What a record is asked for.

    Attributes:
        purpose: ``patient`` or ``record``.
        recipient: To whom; nobody for the patient.
        language: Of the words.
        pictures: Whether photographs are in it: each of them leaves, for that purpose.
    """

    purpose: str
    recipient: str
    language: Language
    pictures: bool


def hand_out_record(patient: Patient, wish: For, *, who: User | None) -> bytes:
    """The record as a PDF; that it left, to whom, and each photograph in it, is written down first.

    For somebody else who treats the patient a consent to that has to stand for every course, or for all of them, also
    where no photograph is in it.

    Args:
        patient: With their clinic.
        wish: What is asked for.
        who: Who lets it leave; None for who runs the server.

    Raises:
        NotAllowed: If it, or a photograph in it, may not leave for that purpose, it is for another purpose, or the
            record was erased meanwhile.
        Restricted: If the record is blocked.
        InputError: If it is not said to whom, or PDF files cannot be made.
    """
    if wish.purpose not in (PATIENT, RECORD):
        raise NotAllowed(Text("Choose what it is for.", "Elija para qué es."), Place(field="purpose"))
    to = recipient_of(wish.purpose, wish.recipient)
    _refuse_restricted(patient)
    refuse_without_weasyprint()
    contents = contents_of(patient, wish.language, pictures=wish.pictures)
    courses = {one.pk: one for one in contents.courses}
    _refuse_without_consent(patient, list(courses), wish.purpose)
    made = record_paper(contents, purpose=PURPOSES[wish.purpose], recipient=to, by=who.name if who else "")
    photographs = photographs_in(contents.context["parts"])
    with transaction.atomic():
        # Who takes a consent back, blocks or erases the patient waits for this row.
        held = Patient.objects.select_for_update(no_key=True).filter(pk=patient.pk).first()
        if held is None:
            raise NotAllowed(_ERASED)
        held.clinic = patient.clinic
        _refuse_restricted(held)
        _refuse_without_consent(held, list(courses), wish.purpose)
        for one in photographs:
            one.course, one.clinic = courses[one.course_id], patient.clinic
        if photographs:
            leave(photographs=photographs, purpose=wish.purpose, recipient=to, form=Form.PDF, who=who)
        details = {"purpose": wish.purpose, "language": wish.language, "photographs": len(photographs)}
        PrintedRecord.objects.create(clinic=patient.clinic, written_by=who, patient=held, recipient=to, **details)
        # Not to whom: the trail outlives the patient, and a recipient may say who they were.
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


def _refuse_without_consent(patient: Patient, courses: Sequence[uuid.UUID], purpose: str) -> None:
    if purpose != RECORD:
        return
    what = known(patient)
    if courses:
        stands = all(consent_for(course, RECORD, what) is not None for course in courses)
    else:
        stands = any(one.course_id is None and RECORD in agreed(one) for one in what.standing)
    if not stands:
        raise NotAllowed(_NO_CONSENT, Place(field="purpose"))


def _refuse_restricted(patient: Patient) -> None:
    if patient.restricted_at is not None:
        raise Restricted(patient.restricted_at, patient.clinic)
