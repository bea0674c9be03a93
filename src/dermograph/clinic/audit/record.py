"""The only writer of the audit trail, and its check.

It knows clinics and users only as rows, so that ``people``, whose services write to it, can stand above it.

The trail is why there is one order of locks. Every writer ends with an entry, and every entry locks its clinic; whoever
locked the clinic first and a course afterwards would wait for whoever does the opposite, and PostgreSQL would throw one
of the two out. So: the patient, then the area, the course and what hangs on it, as ``ORDER_OF_LOCKS`` has them, and the
clinic last; after it only the calendar of somebody whose work ends, since a place is closed with the clinic locked. A
row that is not needed is left out. Rows are locked with ``no_key``, since the foreign keys of what others have just
written are checked when their transaction ends, long after they locked the clinic; only who deletes a patient locks
without it.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.db import transaction
from django.db.models import Model
from django.utils import timezone

from dermograph.clinic.audit.models import AuditEntry

FIRST = "0" * 64
ORDER_OF_LOCKS = (
    "people.Patient",
    "people.Area",
    "people.Course",
    "ledger.Lot",
    "agenda.Appointment",
    "rights.SharedLink",
    "people.Membership",
    "people.Clinic",
    "calendars.WorkFeed",
)


def record(
    action: str,
    *,
    clinic: Model,
    who: AbstractBaseUser | None,
    about: Model | None = None,
    patient: uuid.UUID | None = None,
    details: Mapping[str, Any] | None = None,
) -> AuditEntry:
    """Append one entry, in the transaction of what it tells of.

    Args:
        action: A word such as ``assessment.signed``.
        clinic: In whose records it was done.
        who: Who did it; None for the system and for who was not signed in.
        about: The record that was touched.
        patient: The patient's id; None takes ``about.patient_id`` where there is one.
        details: What else matters; JSON, never clinical text.
    """
    with transaction.atomic():
        # The clinic's row is the lock: two entries of one clinic wait for each other.
        type(clinic)._default_manager.select_for_update(no_key=True).get(pk=clinic.pk)  # noqa: SLF001 (a documented name)
        last = AuditEntry.objects.filter(clinic_id=clinic.pk).order_by("-number").first()
        entry = AuditEntry(
            clinic_id=clinic.pk,
            number=last.number + 1 if last else 1,
            at=timezone.now(),
            who_id=who.pk if who is not None and who.is_authenticated else None,
            action=action,
            what=type(about).__qualname__ if about is not None else "",
            about=about.pk if about is not None and isinstance(about.pk, uuid.UUID) else None,
            patient=patient or getattr(about, "patient_id", None),
            details=dict(details or {}),
            previous=last.hash if last else FIRST,
        )
        entry.hash = digest(entry)
        entry.save(force_insert=True)
    return entry


def record_each(
    action: str,
    *,
    clinic: Model,
    who: AbstractBaseUser | None,
    what: str,
    patients: Sequence[tuple[uuid.UUID, Mapping[str, Any]]],
) -> None:
    """Append one entry a patient, many at once, in the transaction of what they tell of.

    Args:
        action: As for ``record``.
        clinic: In whose records it was done.
        who: Who did it; None for the system.
        what: The kind of the record that was touched, such as ``Patient``.
        patients: The id of each, with what else matters.
    """
    if not patients:
        return
    with transaction.atomic():
        type(clinic)._default_manager.select_for_update(no_key=True).get(pk=clinic.pk)  # noqa: SLF001 (a documented name)
        last = AuditEntry.objects.filter(clinic_id=clinic.pk).order_by("-number").first()
        number, previous = (last.number, last.hash) if last else (0, FIRST)
        entries = []
        for patient, details in patients:
            number += 1
            entry = AuditEntry(
                clinic_id=clinic.pk,
                number=number,
                at=timezone.now(),
                who_id=who.pk if who is not None and who.is_authenticated else None,
                action=action,
                what=what,
                about=patient,
                patient=patient,
                details=dict(details),
                previous=previous,
            )
            entry.hash = previous = digest(entry)
            entries.append(entry)
        AuditEntry.objects.bulk_create(entries)


def digest(entry: AuditEntry) -> str:
    """SHA-256 of an entry and of the hash before it, hexadecimal."""
    said = {
        "clinic": str(entry.clinic_id),
        "number": entry.number,
        "at": entry.at.astimezone(dt.UTC).isoformat(timespec="microseconds"),
        "who": str(entry.who_id) if entry.who_id else None,
        "action": entry.action,
        "what": entry.what,
        "about": str(entry.about) if entry.about else None,
        "patient": str(entry.patient) if entry.patient else None,
        "details": entry.details,
        "previous": entry.previous,
    }
    return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def broken_at(clinic: Model) -> int | None:
    """The number of the first entry that was altered or is missing; None if the whole chain holds."""
    previous = FIRST
    entries = AuditEntry.objects.filter(clinic_id=clinic.pk).order_by("number").iterator()
    for number, entry in enumerate(entries, start=1):
        if entry.number != number or entry.previous != previous or entry.hash != digest(entry):
            return number
        previous = entry.hash
    return None
