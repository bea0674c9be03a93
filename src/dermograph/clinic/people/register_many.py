"""Registering many patients at once, as another system hands them over: one transaction, each with its audit entry."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from dermograph.clinic.audit.record import record_each
from dermograph.clinic.people.models import SORT_NAME, Clinic, NameToken, Patient, User
from dermograph.clinic.people.name_words import folded
from dermograph.clinic.people.patient_services import patient_fields


@dataclass(frozen=True, slots=True)
class Newcomer:
    """A patient who is to be registered.

    Attributes:
        id: Of the new record.
        birth_date: None while it is not known.
        language: ``en`` or ``es``; empty takes the clinic's.
        synthetic: Made up.
    """

    id: uuid.UUID
    given_names: str
    family_names: str
    birth_date: dt.date | None = None
    phone: str = ""
    email: str = ""
    language: str = ""
    synthetic: bool = False

    def columns(self, clinic: Clinic) -> dict[str, Any]:
        """The columns of the patient, each checked.

        Raises:
            InputError: At the first that cannot be.
        """
        return patient_fields(
            clinic,
            given_names=self.given_names,
            family_names=self.family_names,
            birth_date=self.birth_date,
            phone=self.phone,
            email=self.email,
            language=self.language or clinic.language,
        )


def register_patients(
    *, clinic: Clinic, who: User | None, newcomers: Sequence[Newcomer], details: Mapping[str, Any]
) -> list[Patient]:
    """New patients with the next record numbers of the clinic, in their order; all of them or none.

    Args:
        clinic: Whose patients.
        who: Who registers them.
        newcomers: None of them is there yet.
        details: What the audit entry of each says besides.

    Raises:
        InputError: If something of one of them cannot be.
    """
    columns = [one.columns(clinic) for one in newcomers]
    with transaction.atomic():
        # The clinic's row is the lock: two registrations wait for each other.
        counted = Clinic.objects.select_for_update(no_key=True).get(pk=clinic.pk)
        highest = counted.patients.order_by("-number").values_list("number", flat=True).first() or 0
        first = max(counted.last_number, highest) + 1
        counted.last_number = first + len(newcomers) - 1
        counted.save(update_fields=["last_number"])
        patients = [
            Patient(pk=one.id, clinic=clinic, number=number, synthetic=one.synthetic, **fields)
            for number, (one, fields) in enumerate(zip(newcomers, columns, strict=True), start=first)
        ]
        for patient in patients:
            patient.sort_name = folded(f"{patient.family_names} {patient.given_names}")[:SORT_NAME]
        Patient.objects.bulk_create(patients)
        words = [(patient, word) for patient in patients for word in sorted(patient.words())]
        NameToken.objects.bulk_create([NameToken(patient=patient, clinic=clinic, word=word) for patient, word in words])
        told = [(patient.pk, details) for patient in patients]
        record_each("patient.registered", clinic=clinic, who=who, what="Patient", patients=told)
    return patients
