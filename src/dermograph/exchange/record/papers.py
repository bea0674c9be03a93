"""Consents by purpose and what was taken back, messages, tasks, signatures, and the trail."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field

from dermograph.exchange.record.part import NO_CONCEPT, Concept, Entry, Json, Part
from dermograph.exchange.record.partial import SomeTime
from dermograph.exchange.record.unknown import UNWRITTEN, Unknown


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """A consent taken back.

    Attributes:
        purpose: Empty for all of them.
        by: Who wrote it down; None where the patient did.
    """

    id: uuid.UUID
    purpose: str = ""
    at: dt.datetime | Unknown = UNWRITTEN
    by: uuid.UUID | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Consent(Entry):
    """A consent that was signed, by purpose.

    Attributes:
        course: None for all courses of the patient.
        treatment: What its words are about; empty for any.
        text_sha256: Of the words at the moment of signing.
        agreed, refused: The purposes that were agreed to when it was signed, and those that were not.
        strokes: The signature as it was drawn or typed, as it was stored.
        state: ``active``, ``inactive`` (all taken back), or another's word.
    """

    patient: uuid.UUID | None = None
    course: uuid.UUID | None = None
    treatment: str = ""
    title: str = ""
    version: str = ""
    language: str = ""
    text_sha256: str = ""
    agreed: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    signed_name: str = ""
    signed_at: SomeTime = UNWRITTEN
    strokes: Json = field(default_factory=dict)
    witness: uuid.UUID | None = None
    withdrawals: tuple[Withdrawal, ...] = ()
    state: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Message(Part):
    """A message between the patient and the clinic.

    Attributes:
        from_patient: Whether the patient wrote it.
        written_by: Who of the clinic did; None where the patient did.
        sent_at, read_at: When it was written, and read by the other side.
        words: What it says.
    """

    patient: uuid.UUID | None = None
    from_patient: bool = False
    written_by: uuid.UUID | None = None
    sent_at: SomeTime = UNWRITTEN
    read_at: SomeTime = UNWRITTEN
    words: str = ""
    state: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Task(Part):
    """Something that somebody has to do, such as to look at a sign.

    Attributes:
        what: What is to be done.
        about: What it is about, a reference such as ``Observation/…``; empty for nothing.
        owner: Who does it; None while nobody was named.
    """

    patient: uuid.UUID | None = None
    what: Concept = NO_CONCEPT
    words: str = ""
    about: str = ""
    owner: uuid.UUID | None = None
    state: str = ""
    made_at: SomeTime = UNWRITTEN
    changed_at: SomeTime = UNWRITTEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance(Part):
    """Who did what to parts of the record: signed, closed, opened again, took over.

    Attributes:
        targets: What it was done to, each a reference such as ``Procedure/…``.
        activity: What was done.
        who: By whom of the clinic; None where it was the patient, or is not known.
        by_patient: The patient, where it was they.
        reason: In words; empty for none.
        signed_name: The name that signed; empty where nothing was signed.
        signed_at: When; unknown where nothing was signed.
    """

    targets: tuple[str, ...] = ()
    at: dt.datetime | Unknown = UNWRITTEN
    activity: Concept = NO_CONCEPT
    outcome: str = ""
    who: uuid.UUID | None = None
    by_patient: uuid.UUID | None = None
    reason: str = ""
    signed_name: str = ""
    signed_at: dt.datetime | Unknown = UNWRITTEN


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry(Part):
    """One thing that somebody did, as the trail of the clinic has it.

    Attributes:
        number: 1, 2, 3, … within the clinic; None of another system.
        who: Who of the clinic; None where it was the patient or the system.
        by_patient: The patient, where they did it with their own account.
        action: A word such as ``assessment.signed``.
        what, about: The kind of record that it was done to, and its id; empty and None where there is none.
        details: What else matters, as it was stored.
        previous, hash: Of the entry before, and of this one; empty of another system.
    """

    clinic: uuid.UUID | None = None
    number: int | None = None
    at: dt.datetime | Unknown = UNWRITTEN
    who: uuid.UUID | None = None
    by_patient: uuid.UUID | None = None
    action: Concept = NO_CONCEPT
    what: str = ""
    about: uuid.UUID | None = None
    patient: uuid.UUID | None = None
    details: Json = field(default_factory=dict)
    previous: str = ""
    hash: str = ""
