"""The writers of patients. Each guards, writes and tells the audit trail in one transaction."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.db import transaction
from django.utils import timezone

from dermograph.clinic.audit.record import record
from dermograph.clinic.people.models import Clinic, Patient, User
from dermograph.clinic.people.plain import own_row, plain_birth_date, plain_line
from dermograph.clinic.people.selectors import LastChange, last_change
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text

CHANGEABLE = ("given_names", "family_names", "birth_date", "phone", "email", "language")


class OutdatedError(InputError):
    """Somebody else changed the record since it was opened.

    Attributes:
        patient: The record as it is now.
        change: Who changed it last, and when; None if the trail does not say.
    """

    def __init__(self, patient: Patient, change: LastChange | None) -> None:
        self.patient = patient
        self.change = change
        super().__init__(
            Text("This record has been changed meanwhile.", "Esta ficha se ha modificado entretanto."),
            todo=Text("Compare, then save again.", "Compare y guarde de nuevo."),
        )


def register_patient(  # noqa: PLR0913 (the columns of a patient, by name)
    *,
    clinic: Clinic,
    who: User | None,
    given_names: str,
    family_names: str,
    birth_date: dt.date | None = None,
    phone: str = "",
    email: str = "",
    language: str = "",
    synthetic: bool = False,
    entry: uuid.UUID | None = None,
) -> Patient:
    """A new patient with the next record number of the clinic, which is never given twice.

    Args:
        clinic: Whose patient.
        who: Who registers; None for the system.
        given_names: At least one letter together with the next.
        family_names: Empty for who has none.
        birth_date: None while it is not known.
        phone: As people write it.
        email: Empty for none.
        language: ``en`` or ``es``; empty takes the clinic's.
        synthetic: Made up for a demonstration.
        entry: The id of the form; a replayed one finds the patient that is there.

    Raises:
        InputError: If something of it cannot be.
    """
    fields = patient_fields(
        clinic,
        given_names=given_names,
        family_names=family_names,
        birth_date=birth_date,
        phone=phone,
        email=email,
        language=language or clinic.language,
    )
    with transaction.atomic():
        # The clinic's row is the lock: two registrations wait for each other.
        counted = Clinic.objects.select_for_update(no_key=True).get(pk=clinic.pk)
        if entry is not None and (there := Patient.objects.filter(pk=entry).first()) is not None:
            return own_row(there, there.clinic_id == clinic.pk)
        highest = counted.patients.order_by("-number").values_list("number", flat=True).first() or 0
        counted.last_number = max(counted.last_number, highest) + 1
        counted.save(update_fields=["last_number"])
        patient = Patient(
            pk=entry or uuid.uuid4(), clinic=clinic, number=counted.last_number, synthetic=synthetic, **fields
        )
        patient.save(force_insert=True)
        record("patient.registered", clinic=clinic, who=who, about=patient, patient=patient.pk)
    return patient


def change_patient(*, patient: Patient, version: int, who: User | None, **fields: Any) -> Patient:  # noqa: ANN401 (columns of a patient, each checked below)
    """Correct administrative data.

    Args:
        patient: Whose.
        version: Of the record that the person had before them.
        who: Who changes it.
        fields: Any of ``CHANGEABLE``; what is not named stays.

    Raises:
        OutdatedError: If somebody else changed it since.
        InputError: If something of it cannot be.
    """
    with transaction.atomic():
        current = (
            Patient.objects.select_for_update(of=("self",), no_key=True).select_related("clinic").get(pk=patient.pk)
        )
        wanted = {name: fields.get(name, getattr(current, name)) for name in CHANGEABLE}
        wanted = patient_fields(current.clinic, **wanted)
        changed = [name for name in CHANGEABLE if wanted[name] != getattr(current, name)]
        if current.version != version:
            if not changed:
                return current  # a replayed form, or the same change by both
            raise OutdatedError(current, last_change(current))
        if not changed:
            return current
        for name in changed:
            setattr(current, name, wanted[name])
        current.version += 1
        current.save(update_fields=[*changed, "version"])
        record(
            "patient.changed",
            clinic=current.clinic,
            who=who,
            about=current,
            patient=current.pk,
            details={"fields": changed},
        )
    return current


def patient_fields(clinic: Clinic, **fields: Any) -> dict[str, Any]:  # noqa: ANN401 (the columns)
    """The columns of a patient, each checked.

    Raises:
        InputError: At the first that cannot be.
    """
    given, family = (
        plain_line(fields[name], Text("name", "nombre"), longest=120, needed=False)
        for name in ("given_names", "family_names")
    )
    if not any(char.isalpha() for char in given + family):
        raise InputError(Text("A patient needs a name.", "Un paciente necesita un nombre."), Place(field="given_names"))
    if fields["language"] not in ("en", "es"):
        raise InputError(Text("There is no such language.", "No existe ese idioma."), Place(field="language"))
    return {
        "given_names": given,
        "family_names": family,
        "birth_date": plain_birth_date(fields["birth_date"], timezone.now().astimezone(clinic.zone).date()),
        "phone": plain_line(fields["phone"], Text("telephone", "teléfono"), longest=40, needed=False),
        "email": plain_line(fields["email"], Text("e-mail", "correo"), longest=254, needed=False),
        "language": fields["language"],
    }
