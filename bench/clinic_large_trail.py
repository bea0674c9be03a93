"""The audit trail of a large clinic, told from its rows in the order in which they were written."""

from __future__ import annotations

import json
from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from bench.clinic_large_making import Place
from bench.clinic_large_stores import Store

# Action, the name of the record, its table, its instant, and by whom: all of it as the services of the apps record it.
_TOLD = (
    ("patient.registered", "Patient", "people_patient", "since", None),
    ("course.opened", "Course", "people_course", "opened_at", None),
    ("course.closed", "Course", "people_ending", "written_at", "written_by_id"),
    ("answer.written", "Answer", "intake_answer", "written_at", "written_by_id"),
    ("assessment.signed", "Assessment", "intake_assessment", "written_at", "written_by_id"),
    ("consent.signed", "Consent", "intake_consent", "written_at", "written_by_id"),
    ("appointment.booked", "Appointment", "agenda_appointment", "made_at", None),
    ("patient.opened", "", "agenda_appointment", "starts_at", None),
    ("session.recorded", "Session", "treatment_session", "written_at", "written_by_id"),
    ("review.signed", "Review", "treatment_review", "written_at", "written_by_id"),
    ("symptom.reported", "SymptomReport", "treatment_symptomreport", "written_at", "written_by_id"),
    ("payment.taken", "Payment", "ledger_payment", "written_at", "written_by_id"),
    ("photograph.added", "Photograph", "gallery_photograph", "written_at", "written_by_id"),
    ("outline.drawn", "Outline", "gallery_outline", "written_at", "written_by_id"),
    ("comparison.asked", "Comparison", "gallery_comparison", "written_at", None),
)
_DETAILS = {
    "answer.written": {"fact": "diabetes"},
    "payment.taken": {"cents": 12000, "method": "card"},
    "session.recorded": {"lots": 2, "by_lead": False},
    "course.opened": {"treatment": "paramedical"},
    "review.signed": {"decision": "another_session", "proposed": "another_session"},
}
_AT_ONCE = 50_000


def write_trail(store: Store, place: Place) -> None:
    """Chain an entry for each thing that was done in a clinic; with each appointment, that the record was opened."""
    part = f"{place.id}-trail"
    if store.is_there(part):
        return
    rows: list[dict[str, Any]] = []
    for row in _chained(store, place):
        rows.append(row)
        if len(rows) == _AT_ONCE:
            store.add("audit_auditentry", rows)
            rows.clear()
    store.add("audit_auditentry", rows)
    store.commit(part)


def _chained(store: Store, place: Place) -> Iterator[dict[str, Any]]:
    from dermograph.clinic.upkeep.chain import writer

    write, previous = writer(place.id), "0" * 64
    details = {action: json.dumps(said) for action, said in _DETAILS.items()}
    for number, (at, what, about, who, patient) in enumerate(_done(store, place), start=1):
        action, kind = _TOLD[what][:2]
        row = (number, at, who or place.lead[1], action, kind, about, patient, details.get(action, "{}"), previous, "")
        previous = sha256(write(row).encode()).hexdigest()
        yield {
            "clinic_id": place.id,
            "number": number,
            "at": at,
            "who_id": row[2],
            "action": action,
            "what": kind,
            "about": about,
            "patient": patient,
            "details": row[7],
            "previous": row[8],
            "hash": previous,
        }


def _done(store: Store, place: Place) -> Iterator[tuple[Any, ...]]:
    """Everything that was done, by its time: when, the place in ``_TOLD``, the record, by whom, and whose."""
    plain = "replace(CAST({} AS text), '-', '')" if store.vendor == "postgresql" else "{}"
    at = "to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS')" if store.vendor == "postgresql" else "{}"
    patients = {"people_patient": "t.id", "agenda_appointment": "t.patient_id", "people_course": "t.patient_id"}
    parts = []
    for place_in, (_action, kind, table, instant, who) in enumerate(_TOLD):
        about = plain.format("t.id") if kind else "NULL"
        patient = patients.get(table, "t.patient_id" if table in ("intake_answer", "intake_consent") else "NULL")
        parts.append(
            f"SELECT {at.format(f't.{instant}')} AS at, {place_in} AS what, {about} AS about, "  # noqa: S608 (our own words)
            f"{plain.format(f't.{who}') if who else 'NULL'} AS who, {plain.format(patient)} AS patient "
            f"FROM {table} t WHERE t.clinic_id = ?"
        )
    query = " UNION ALL ".join(parts) + " ORDER BY 1, 2"
    return store.rows(query, [place.id] * len(parts))
