"""What the clinic looks at of what its patients wrote, and did to appointments by themselves, until somebody did."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import CharField, DateTimeField, F, Q, QuerySet, UUIDField, Value
from django.utils import timezone

from dermograph.clinic.agenda.models import State
from dermograph.clinic.agenda.placing import HOLD_ENDED
from dermograph.clinic.audit.record import record
from dermograph.clinic.people.models import Clinic, Patient, User
from dermograph.clinic.portal.models import Change, Done, Message
from dermograph.core.text import Text

MOST = 200  # rows that one list looks through
DONE: dict[str, Text] = {
    Done.ASKED: Text("asked for a time", "ha pedido una hora"),
    Done.BOOKED: Text("booked a time", "ha reservado una hora"),
    Done.MOVED: Text("moved their appointment", "ha cambiado su cita"),
    Done.CANCELLED: Text("cancelled their appointment", "ha anulado su cita"),
    Done.RESTORED: Text("took their cancellation back", "ha deshecho su anulación"),
}
_TO_CONFIRM = Text("asked for a time: confirm it or decline", "ha pedido una hora: confírmela o rechácela")
_RAN_OUT = Text(
    "asked for a time that nobody confirmed: it is free again", "pidió una hora que nadie confirmó: está libre"
)
# A time that was asked for and that somebody here has settled since needs no looking at.
_SETTLED = Q(done=Done.ASKED) & ~Q(appointment__state=State.HELD) & ~Q(appointment__reason=HOLD_ENDED)
_WAITING = Q(seen_at=None) & ~_SETTLED


@dataclass(frozen=True, slots=True)
class Told:
    """A change as the clinic reads it.

    Attributes:
        says: What the patient did, in words.
        waits: Whether the patient waits for an answer: it cannot be put aside as seen.
        moved_from: When the appointment was before it was moved; None if it was not.
        reason: Of a cancellation, with the patient's words if there are any; empty else.
    """

    pk: uuid.UUID
    patient: uuid.UUID
    name: str
    appointment: uuid.UUID
    starts_at: dt.datetime
    at: dt.datetime
    says: Text
    waits: bool
    moved_from: dt.datetime | None
    reason: str
    area: str
    practitioner: str


@dataclass(frozen=True, slots=True)
class Writer:
    """A patient who waits for an answer.

    Attributes:
        count: Of how many messages.
        since: When the first of them was written.
    """

    patient: uuid.UUID
    name: str
    count: int
    since: dt.datetime


def waiting_in(clinic: Clinic, now: dt.datetime) -> tuple[list[Writer], list[Told]]:
    """What waits for a clinic, in one query.

    Returns:
        Who wrote and has no answer, the longest waiting first; and what patients changed that nobody has looked at, the
        nearest appointment first.
    """
    changes = _changes(now).filter(clinic=clinic, patient__restricted_at=None)
    written = Message.objects.filter(clinic=clinic, written_by=None, read_at=None, patient__restricted_at=None)
    rows = list(_columns(changes).union(_as_columns(written), all=True).order_by("moment")[:MOST])
    return _writers(row for row in rows if not row["done"]), _told((row for row in rows if row["done"]), now)


def changes_of(patient: Patient, now: dt.datetime) -> list[Told]:
    """What one patient changed that nobody has looked at, the nearest appointment first."""
    return _told(_columns(_changes(now).filter(patient=patient)).order_by("moment")[:MOST], now)


def put_aside(*, patient: Patient, change: uuid.UUID, who: User) -> bool:
    """Say that a change was looked at, with those of the same appointment before it; False if there was nothing to do.

    A time that still waits to be confirmed is not put aside by looking at it.
    """
    now = timezone.now()
    with transaction.atomic():
        row = Change.objects.filter(pk=change, patient=patient, seen_at=None).select_related("appointment").first()
        if row is None or _waits(row.appointment.state, row.appointment.held_until, now):
            return False
        same = Change.objects.filter(appointment=row.appointment_id, at__lte=row.at, seen_at=None)
        same.update(seen_at=now, seen_by=who)
        record("change.seen", clinic=patient.clinic, who=who, about=row, details={"done": row.done})
    return True


def _changes(now: dt.datetime) -> QuerySet[Change]:
    return Change.objects.filter(_WAITING, appointment__starts_at__gte=now)


def _columns(rows: QuerySet[Change]) -> QuerySet[Any, Any]:
    return rows.order_by().values(
        "done",
        "was_at",
        row=F("pk"),
        moment=F("at"),
        who=F("patient_id"),
        given=F("patient__given_names"),
        family=F("patient__family_names"),
        about=F("appointment_id"),
        starts=F("appointment__starts_at"),
        state=F("appointment__state"),
        until=F("appointment__held_until"),
        reason=F("appointment__reason"),
        area=F("appointment__course__area__name"),
        practitioner=F("appointment__practitioner__user__name"),
    )


def _as_columns(rows: QuerySet[Message]) -> QuerySet[Any, Any]:
    """Messages with the same columns, those of an appointment empty."""
    moment, text = Value(None, output_field=DateTimeField()), Value("", output_field=CharField())
    return rows.order_by().values(
        done=text,
        was_at=moment,
        row=F("pk"),
        moment=F("written_at"),
        who=F("patient_id"),
        given=F("patient__given_names"),
        family=F("patient__family_names"),
        about=Value(None, output_field=UUIDField()),
        starts=moment,
        state=text,
        until=moment,
        reason=text,
        area=text,
        practitioner=text,
    )


def _writers(rows: Iterable[dict[str, Any]]) -> list[Writer]:
    found: dict[uuid.UUID, list[dict[str, Any]]] = {}
    for row in rows:
        found.setdefault(row["who"], []).append(row)
    return [Writer(who, _name(some[0]), len(some), some[0]["moment"]) for who, some in found.items()]


def _told(rows: Iterable[dict[str, Any]], now: dt.datetime) -> list[Told]:
    """Of each appointment the latest change."""
    latest = {row["about"]: row for row in rows}  # in the order of time
    return sorted((_as_told(row, now) for row in latest.values()), key=lambda one: one.starts_at)


def _as_told(row: dict[str, Any], now: dt.datetime) -> Told:
    waits, says = _waits(row["state"], row["until"], now), DONE[row["done"]]
    if waits:
        says = _TO_CONFIRM
    elif row["state"] == State.HELD or row["reason"] == HOLD_ENDED:
        says = _RAN_OUT
    return Told(
        pk=row["row"],
        patient=row["who"],
        name=_name(row),
        appointment=row["about"],
        starts_at=row["starts"],
        at=row["moment"],
        says=says,
        waits=waits,
        moved_from=row["was_at"] if row["done"] == Done.MOVED else None,
        reason=row["reason"] if row["done"] == Done.CANCELLED else "",
        area=row["area"] or "",
        practitioner=row["practitioner"],
    )


def _waits(state: str, until: dt.datetime | None, now: dt.datetime) -> bool:
    return state == State.HELD and (until is None or until > now)


def _name(row: dict[str, Any]) -> str:
    return f"{row['given']} {row['family']}".strip()
