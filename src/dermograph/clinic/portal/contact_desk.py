"""What the clinic looks at of what its patients wrote, and did to appointments by themselves, until somebody did."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import (
    CharField,
    Count,
    DateTimeField,
    Exists,
    F,
    IntegerField,
    Min,
    OuterRef,
    Q,
    QuerySet,
    UUIDField,
    Value,
    Window,
)
from django.db.models.functions import Cast, RowNumber
from django.utils import timezone

from dermograph.clinic.agenda.models import State
from dermograph.clinic.agenda.placing import HOLD_ENDED
from dermograph.clinic.audit.record import record
from dermograph.clinic.people.models import Clinic, Patient, User
from dermograph.clinic.portal.models import Change, Done, Message
from dermograph.core.text import Text

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
_COLUMNS: tuple[str, ...] = (
    *("done", "was_at", "row", "who", "given", "family", "about", "starts", "state", "until", "reason", "area"),
    *("practitioner", "moment", "number", "rank", "total"),
)
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


@dataclass(frozen=True, slots=True)
class Some:
    """A part of a list.

    Attributes:
        total: How many there are in all.
    """

    rows: list[Any]
    total: int

    @property
    def more(self) -> int:
        """How many are not in the part."""
        return self.total - len(self.rows)


def writers_in(clinic: Clinic, first: int, count: int) -> Some:
    """Who wrote and has no answer, each patient once, the longest waiting first; in one query.

    Args:
        clinic: Where.
        first: How many are left out before.
        count: At most so many.
    """
    found = list(_each(_writers(clinic), first, count))
    return Some([_as_writer(row) for row in found], found[0]["total"] if found else 0)


def changes_in(clinic: Clinic, now: dt.datetime, first: int, count: int) -> Some:
    """What patients changed that nobody has looked at, each appointment once, the nearest first; in one query."""
    found = list(_each(_changes_of_clinic(clinic, now), first, count))
    return Some([_as_told(row, now) for row in found], found[0]["total"] if found else 0)


def waiting_in(clinic: Clinic, now: dt.datetime, count: int) -> tuple[Some, Some]:
    """The beginning of both lists, with how long each is; in one query.

    Args:
        clinic: Where.
        now: The moment that counts as now.
        count: Of each at most so many.
    """
    each = (_each(rows, 0, count) for rows in (_changes_of_clinic(clinic, now), _writers(clinic)))
    changed, wrote = each
    both = list(changed.union(wrote, all=True).order_by("rank"))
    writers, changes = [row for row in both if not row["done"]], [row for row in both if row["done"]]
    return (
        Some([_as_writer(row) for row in writers], writers[0]["total"] if writers else 0),
        Some([_as_told(row, now) for row in changes], changes[0]["total"] if changes else 0),
    )


def changes_of(patient: Patient, now: dt.datetime) -> list[Told]:
    """What one patient changed that nobody has looked at, each appointment once, the nearest first."""
    rows = _columns(_changes(now).filter(patient=patient)).order_by("starts", "about")
    return [_as_told(row, now) for row in rows]


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
    """Of each appointment to come the latest change that waits."""
    later = Change.objects.filter(_WAITING, appointment=OuterRef("appointment"), at__gt=OuterRef("at"))
    return Change.objects.filter(_WAITING, ~Exists(later), appointment__starts_at__gte=now)


def _changes_of_clinic(clinic: Clinic, now: dt.datetime) -> QuerySet[Any, Any]:
    rows = _columns(_changes(now).filter(clinic=clinic, patient__restricted_at=None))
    ranked: QuerySet[Any, Any] = rows.annotate(rank=Window(RowNumber(), order_by=["starts", "about"]))
    return ranked


def _writers(clinic: Clinic) -> QuerySet[Any, Any]:
    """Messages that wait, a row for each patient, with the same columns; those of an appointment are empty."""
    written = Message.objects.filter(clinic=clinic, written_by=None, read_at=None, patient__restricted_at=None)
    # PostgreSQL takes an empty value of a part of a union for text, unless it is told what it is.
    moment, nobody = Cast(Value(None), DateTimeField()), Cast(Value(None), UUIDField())
    text = Value("", output_field=CharField())
    rows = written.order_by().values(
        done=text,
        was_at=moment,
        row=nobody,
        who=F("patient_id"),
        given=F("patient__given_names"),
        family=F("patient__family_names"),
        about=nobody,
        starts=moment,
        state=text,
        until=moment,
        reason=text,
        area=text,
        practitioner=text,
    )
    each = rows.annotate(moment=Min("written_at"), number=Count("pk"))
    return each.annotate(rank=Window(RowNumber(), order_by=[Min("written_at"), "patient_id"]))


def _each(rows: QuerySet[Any, Any], first: int, count: int) -> QuerySet[Any, Any]:
    """A part of a list, with how long it is; cut by the rank, since a part of a union has no limit of its own."""
    counted = rows.annotate(total=Window(Count("*"))).order_by()
    part: QuerySet[Any, Any] = counted.filter(rank__gt=first, rank__lte=first + count).values(*_COLUMNS)
    return part


def _columns(rows: QuerySet[Change]) -> QuerySet[Any, Any]:
    return rows.order_by().values(
        "done",
        "was_at",
        row=F("pk"),
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
        moment=F("at"),
        number=Value(1, output_field=IntegerField()),
    )


def _as_writer(row: dict[str, Any]) -> Writer:
    return Writer(row["who"], _name(row), row["number"], row["moment"])


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
