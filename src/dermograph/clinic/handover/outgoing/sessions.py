"""Appointments, sessions, lots, and what was used of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from django.db.models import Q

from dermograph.clinic.agenda.models import Appointment, State
from dermograph.clinic.agenda.words import PURPOSES
from dermograph.clinic.handover.outgoing.keys import made_of
from dermograph.clinic.handover.outgoing.people import SCHEDULE, treatment
from dermograph.clinic.handover.outgoing.reading import Reading, day, known
from dermograph.clinic.handover.outgoing.source import Made, Source
from dermograph.clinic.ledger.models import Kind, Lot, LotUse
from dermograph.clinic.treatment import models
from dermograph.exchange.fhir.elements import naming
from dermograph.exchange.record import calendars, sessions
from dermograph.exchange.record.part import Concept
from dermograph.exchange.record.partial import PartialDate

SLOT: Final = "slot"


def _appointment(row: Appointment, _reading: Reading) -> calendars.Appointment:
    words = PURPOSES.get(row.purpose)
    return calendars.Appointment(
        id=row.pk,
        patient=row.patient_id,
        course=row.course_id,
        purpose=Concept(row.purpose, words=words.en if words else ""),
        practitioner=row.practitioner_id,
        room=row.room_id,
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        state=row.state,
        held_until=known(row.held_until),
        note=row.note,
        reason=row.reason,
        sequence=row.sequence,
        made_at=row.made_at,
    )


def _slot(row: Appointment, _reading: Reading) -> calendars.Slot:
    return calendars.Slot(
        id=made_of(row.pk, SLOT),
        schedule=made_of(row.practitioner_id, SCHEDULE),
        starts_at=row.starts_at,
        ends_at=row.ends_at,
        state="busy-tentative" if row.state == State.HELD else "busy",
    )


def _takes_time() -> Q:
    return ~Q(state=State.CANCELLED)


def _zone(zone: Mapping[str, Any]) -> sessions.Zone:
    figures = ("needle_setting_mm", "needles", "speed_hz", "passes", "seconds", "cm2")
    return sessions.Zone(name=zone.get("name") or "", **{one: known(zone.get(one)) for one in figures})


def _state(session: Any) -> str:  # noqa: ANN401 (a session with what corrected it)
    """A session that was corrected is told in its correction: whoever counts sessions must not count it twice."""
    return "completed" if getattr(session, "superseded_by", None) is None else "entered-in-error"


def _session(row: Any, reading: Reading) -> sessions.Session:  # noqa: ANN401 (a session with the lots that it used)
    used = sorted(row.lot_uses.all(), key=lambda one: str(one.pk))
    return sessions.Session(
        **reading.entry(row),
        patient=row.course.patient_id,
        course=row.course_id,
        appointment=row.appointment_id,
        treatment=treatment(row.course.treatment),
        state=_state(row),
        performed_by=row.performed_by_id,
        started_at=row.started_at,
        ended_at=row.ended_at,
        device=row.device,
        anaesthesia=row.anaesthesia,
        anaesthesia_minutes=known(row.anaesthesia_minutes),
        zones=tuple(_zone(one) for one in row.zones),
        lots=tuple(
            sessions.LotUsed(one.lot_id, one.lot.kind == Kind.NEEDLE, reading.member(one.late_by_id), one.late_reason)
            for one in used
        ),
        actives=tuple(sessions.Active(one.get("name") or "", one.get("lot") or "") for one in row.actives),
        no_actives=row.no_actives,
        movements=tuple(row.movements),
        label_handed_at=known(row.label_handed_at),
        dots=known(row.dots),
        reaction=row.reaction,
        notes=row.notes,
        cents=known(row.cents),
        before=row.before,
        cleared_by=row.cleared_by_id,
        clearance_reason=row.clearance_reason,
    )


def _lot(row: Lot, reading: Reading) -> dict[str, Any]:
    return {
        "id": row.pk,
        "clinic": reading.clinic.pk,
        "name": row.name,
        "maker": row.maker,
        "supplier": row.supplier,
        "number": row.number,
        "expires": PartialDate.of(row.expires_on),
        "received_on": day(row.received_on),
        "state": "active" if row.withdrawn_at is None else "inactive",
        "withdrawn_at": known(row.withdrawn_at),
        "withdrawn_reason": row.withdrawn_reason,
    }


def _needles(row: Lot, reading: Reading) -> sessions.Needles:
    return sessions.Needles(**_lot(row, reading))


def _supply(row: Lot, reading: Reading) -> sessions.Supply:
    return sessions.Supply(**_lot(row, reading), kind=Concept(row.kind), label=row.label)


def _device_use(row: LotUse, _reading: Reading) -> sessions.DeviceUse:
    return sessions.DeviceUse(
        id=row.pk,
        patient=row.session.course.patient_id,
        device=row.lot_id,
        session=row.session_id,
        at=row.session.started_at,
        state=_state(row.session),
    )


def _is_device() -> Q:
    return Q(kind=Kind.NEEDLE)


def _is_substance() -> Q:
    return ~Q(kind=Kind.NEEDLE)


def _used_device() -> Q:
    return Q(lot__kind=Kind.NEEDLE)


LOTS: Final = Source(
    Lot,
    (
        Made("needles", _needles, only=_is_device, code="=needle", name="name", identifiers={naming("lot"): "number"}),
        Made("supplies", _supply, only=_is_substance, code="kind", name="name", identifiers={naming("lot"): "number"}),
    ),
)
LOT_USES: Final = Source(
    LotUse,
    (Made("device_uses", _device_use, only=_used_device, date="session__started_at"),),
    clinic="session__clinic",
    patient="session__course__patient_id",
    related=("lot", "session__course", "session__superseded_by"),
    changed=("session__written_at", "session__superseded_by__written_at"),
)
APPOINTMENTS: Final = Source(
    Appointment,
    (Made("appointments", _appointment, code="purpose", date="starts_at"),),
    patient="patient_id",
    changed=("made_at",),
    is_followed=True,
)
SLOTS: Final = Source(
    Appointment,
    (Made("slots", _slot, SLOT, only=_takes_time, date="starts_at"),),
    patient="patient_id",
    changed=("made_at",),
    is_followed=True,
    says_nobody=True,
)
SESSIONS: Final = Source(
    models.Session,
    (Made("sessions", _session, code="course__treatment", date="started_at"),),
    patient="course__patient_id",
    related=("course", "superseded_by"),
    fetched=("lot_uses__lot",),
    changed=("written_at", "superseded_by__written_at"),
)
