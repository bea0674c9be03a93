"""Consents, messages, ends of courses, blocks of the record, and the trail."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from dermograph.clinic.audit.actions import action_words
from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.handover.outgoing.keys import made_of, of_number
from dermograph.clinic.handover.outgoing.reading import Reading, known
from dermograph.clinic.handover.outgoing.source import Made, Source
from dermograph.clinic.intake.models import Consent
from dermograph.clinic.intake.purposes import EVERYTHING
from dermograph.clinic.people.models import Ending, Patient
from dermograph.clinic.portal.messaging import name_of
from dermograph.clinic.portal.models import Message
from dermograph.clinic.rights.models import Restriction
from dermograph.clinic.vault.many import unseal_many
from dermograph.clinic.vault.seal import Erased, Unreadable, unseal
from dermograph.core.text import Text
from dermograph.exchange.fhir.elements import naming
from dermograph.exchange.record import papers
from dermograph.exchange.record.part import Concept

SIGNED: Final = "signature"
TRAIL: Final = "audit"
_SEALED: Final = Text("[cannot be opened]", "[no se puede abrir]")


def _consent(row: Any, reading: Reading) -> papers.Consent:  # noqa: ANN401 (a consent with its withdrawals)
    withdrawals = sorted(row.withdrawals.all(), key=lambda one: (one.written_at, one.pk))
    gone, stands = {one.purpose for one in withdrawals}, getattr(row, "superseded_by", None) is None
    kept = () if EVERYTHING in gone else tuple(one for one in row.purposes if one not in gone)
    return papers.Consent(
        **reading.entry(row),
        patient=row.patient_id,
        course=row.course_id,
        treatment=row.text.treatment,
        title=row.text.title,
        version=row.text.version,
        language=row.text.language,
        text_sha256=row.text_sha256,
        agreed=tuple(row.purposes),
        refused=tuple(row.refused),
        signed_name=row.signed_name,
        signed_at=row.signed_at,
        strokes=row.strokes if isinstance(row.strokes, dict) else {"strokes": row.strokes},
        witness=reading.member(row.witness_id),
        withdrawals=tuple(
            papers.Withdrawal(one.pk, one.purpose, one.written_at, reading.member(one.written_by_id), one.reason)
            for one in withdrawals
        ),
        state="active" if stands and (kept or not row.purposes) else "inactive",
    )


def _consent_signed(row: Consent, _reading: Reading) -> papers.Provenance:
    return papers.Provenance(
        id=made_of(row.pk, SIGNED),
        targets=(f"Consent/{row.pk}",),
        at=row.signed_at,
        activity=Concept("signed"),
        by_patient=row.patient_id,
        signed_name=row.signed_name,
        signed_at=row.signed_at,
    )


def _ending(row: Ending, reading: Reading) -> papers.Provenance:
    return papers.Provenance(
        id=row.pk,
        targets=(f"ServiceRequest/{row.course_id}",),
        at=row.written_at,
        activity=Concept("closed" if row.outcome else "reopened"),
        outcome=row.outcome,
        who=reading.member(row.written_by_id),
        reason=row.reason,
    )


def _restriction(row: Restriction, reading: Reading) -> papers.Provenance:
    return papers.Provenance(
        id=row.pk,
        targets=(f"Patient/{row.patient_id}",),
        at=row.written_at,
        activity=Concept("block-lifted" if row.lifted else "blocked"),
        who=reading.member(row.written_by_id),
        reason=row.reason,
    )


def _message(row: Message, reading: Reading) -> papers.Message:
    return papers.Message(
        id=row.pk,
        patient=row.patient_id,
        from_patient=row.from_patient,
        written_by=reading.member(row.written_by_id),
        sent_at=row.written_at,
        read_at=known(row.read_at),
        words=reading.opened.get(row.pk, _SEALED.say(reading.language)),
        state="completed",
    )


def _open(rows: Sequence[Message], reading: Reading) -> None:
    """Open the words of messages, all keys looked up at once; one by one where something does not open."""
    about = [(row.patient, bytes(row.sealed), name_of(row.pk)) for row in rows]
    texts: Sequence[bytes | None]
    try:
        texts = unseal_many(about)
    except (Erased, Unreadable):
        texts = [_opened(*one) for one in about]
    for row, text in zip(rows, texts, strict=True):
        if text is not None:
            reading.opened[row.pk] = text.decode("utf-8", "replace")


def _opened(patient: Patient, sealed: bytes, name: str) -> bytes | None:
    try:
        return unseal(patient, sealed, name)
    except (Erased, Unreadable):
        return None


def _entry(row: Any, reading: Reading) -> papers.AuditEntry:  # noqa: ANN401 (an entry with who did it)
    who = reading.member(row.who_id)
    words = action_words(row.action).en
    return papers.AuditEntry(
        id=of_number(reading.clinic.pk, row.number, TRAIL),
        clinic=reading.clinic.pk,
        number=row.number,
        at=row.at,
        who=who,
        by_patient=getattr(getattr(row.who, "patient", None), "pk", None) if who is None and row.who else None,
        action=Concept(row.action, words=words if words != row.action else ""),
        what=row.what,
        about=row.about,
        patient=row.patient,
        details=row.details,
        previous=row.previous,
        hash=row.hash,
    )


CONSENTS: Final = Source(
    Consent,
    (
        Made("consents", _consent, date="signed_at", identifiers={naming("consent-text-sha256"): "text_sha256"}),
        Made("provenances", _consent_signed, SIGNED, date="signed_at", is_final=True),
    ),
    patient="patient_id",
    related=("text", "superseded_by"),
    fetched=("withdrawals",),
    changed=("written_at", "withdrawals__written_at", "superseded_by__written_at"),
)
ENDINGS: Final = Source(
    Ending,
    (Made("provenances", _ending, date="written_at", is_final=True),),
    patient="course__patient_id",
    related=("course",),
    changed=("written_at",),
)
RESTRICTIONS: Final = Source(
    Restriction,
    (Made("provenances", _restriction, date="written_at", is_final=True),),
    patient="patient_id",
    changed=("written_at",),
)
MESSAGES: Final = Source(
    Message,
    (Made("messages", _message, date="written_at"),),
    patient="patient_id",
    related=("patient",),
    changed=("written_at", "read_at"),
    prepare=_open,
)
ENTRIES: Final = Source(
    AuditEntry,
    (Made("audit", _entry, TRAIL, code="action", date="at", is_final=True),),
    patient="patient",
    related=("who__patient",),
    changed=("at",),
    has_number=True,
)
