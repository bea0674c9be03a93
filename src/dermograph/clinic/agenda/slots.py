"""Free slots: when a trained practitioner, a room and the patient are all free while the clinic is open."""

from __future__ import annotations

import datetime as dt
import functools
import uuid
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from django.db.models import BooleanField, ExpressionWrapper, Q, TextField
from django.db.models.functions import Cast

from dermograph.clinic.agenda.models import Appointment, State
from dermograph.clinic.agenda.timetable import Interval, Timetable
from dermograph.clinic.agenda.wall import clock, day_bounds, write_instant
from dermograph.clinic.people.models import Clinic

ACTIVE = (State.HELD, State.BOOKED, State.ARRIVED, State.DONE)  # these take time; the others have given it back
Busy = Mapping[uuid.UUID, list[Interval]]
LONGER_THAN_ANY: Final = dt.timedelta(days=1)  # than any appointment, see ``rules.LONGEST_MINUTES``


@dataclass(frozen=True, slots=True)
class Slot:
    """A time at which somebody is free, in a room that is free.

    Attributes:
        starts_at: In UTC.
        clock: As people of the clinic read it.
        value: What a form posts: instant, practitioner, room.
    """

    starts_at: dt.datetime
    practitioner: uuid.UUID
    practitioner_name: str
    room: uuid.UUID
    room_name: str
    clock: str
    value: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is looked for.

    Attributes:
        treatment: The id of the protocol that the practitioner is trained for.
        minutes: How long.
        step: Minutes between two offers.
        patient: Who is free as well; None for anybody.
        practitioner, room: Only these; None for any.
        now: Nothing begins before it.
    """

    treatment: str
    minutes: int
    step: int
    now: dt.datetime
    patient: uuid.UUID | None = None
    practitioner: uuid.UUID | None = None
    room: uuid.UUID | None = None


def taking_time(clinic: Clinic, now: dt.datetime) -> Q:
    """The appointments of a clinic that take time: not those that were cancelled, and no hold that has ended."""
    return Q(clinic=clinic) & takes_time(now)


def takes_time(now: dt.datetime) -> Q:
    """The same of any appointments: those of one course or patient are sooner found without their clinic."""
    return Q(state__in=ACTIVE) & ~Q(state=State.HELD, held_until__lte=now)


def busy_times(
    clinic: Clinic,
    first: dt.date,
    last: dt.date,
    now: dt.datetime,
    *,
    patient: uuid.UUID | None,
    but: uuid.UUID | None = None,
) -> Busy:
    """When each practitioner, each room and one patient is taken, from one day to another, both inclusive.

    Args:
        clinic: Whose appointments.
        first: A day in the clinic's time zone.
        last: The same, inclusive.
        now: Holds that have ended by then take no time.
        patient: Whose times are told besides; None for nobody's.
        but: An appointment that does not count, since it is being moved.
    """
    begin, end = day_bounds(first, clinic.zone)[0], day_bounds(last, clinic.zone)[1]
    earliest = begin - LONGER_THAN_ANY  # so that the index of their beginnings suffices
    found = Appointment.objects.filter(taking_time(clinic, now), starts_at__gte=earliest, starts_at__lt=end)
    found = found.filter(ends_at__gt=begin)
    if but is not None:
        found = found.exclude(pk=but)
    taken: dict[uuid.UUID, list[Interval]] = defaultdict(list)
    # As texts, each read once: a large clinic's month has thousands of rows of few people, rooms and beginnings.
    texts = (Cast(column, TextField()) for column in ("practitioner_id", "room_id", "starts_at", "ends_at"))
    rows = found.order_by("starts_at").values_list(*texts, ExpressionWrapper(Q(patient=patient), BooleanField()))
    key, moment = functools.cache(uuid.UUID), functools.cache(_stored_instant)
    for practitioner, room, starts_at, ends_at, is_patient in rows:
        interval = moment(starts_at), moment(ends_at)
        taken[key(practitioner)].append(interval)
        taken[key(room)].append(interval)
        if is_patient and patient is not None:
            taken[patient].append(interval)
    return taken


def _stored_instant(written: str) -> dt.datetime:
    """An instant as a database tells it as a text, in UTC."""
    found = dt.datetime.fromisoformat(written)
    return found.replace(tzinfo=dt.UTC) if found.tzinfo is None else found.astimezone(dt.UTC)


def slots_of(day: dt.date, wanted: Wanted, table: Timetable, busy: Busy) -> Iterator[Slot]:
    """Every free slot of a day by time, then by practitioner; of several free rooms the first."""
    people = [
        one
        for one in table.trained_for(wanted.treatment)
        if wanted.practitioner in (None, one.id) and table.away(one.id, day) is None
    ]
    rooms = [room for room in table.open_rooms() if wanted.room in (None, room.id)]
    length = dt.timedelta(minutes=wanted.minutes)
    for starts_at in _starts(day, wanted, table):
        ends_at = starts_at + length
        if wanted.patient and _meets(busy.get(wanted.patient, ()), starts_at, ends_at):
            continue
        room = next((room for room in rooms if not _meets(busy.get(room.id, ()), starts_at, ends_at)), None)
        if room is None:
            continue
        for one in people:
            if not _meets(busy.get(one.id, ()), starts_at, ends_at):
                value = f"{write_instant(starts_at, table.zone)}|{one.id}|{room.id}"
                yield Slot(starts_at, one.id, one.name, room.id, room.name, clock(starts_at, table.zone), value)


def nearest_slots(
    wanted: Wanted, around: dt.datetime, clinic: Clinic, table: Timetable, days: Iterable[dt.date], *, count: int = 3
) -> list[Slot]:
    """The free slots nearest to a time, in the order of time.

    Args:
        wanted: What is looked for.
        around: The time that was wanted.
        clinic: Where.
        table: Its timetable.
        days: Those that are looked at; the first few that have any are enough.
        count: How many, at most.
    """
    candidates = sorted(days, key=lambda day: abs(day - around.astimezone(table.zone).date()))
    if not candidates:
        return []
    busy = busy_times(clinic, min(candidates), max(candidates), wanted.now, patient=wanted.patient)
    found: dict[dt.datetime, Slot] = {}
    for day in candidates:
        for slot in slots_of(day, wanted, table, busy):
            found.setdefault(slot.starts_at, slot)
        if len(found) >= count:
            break
    nearest = sorted(found.values(), key=lambda slot: abs(slot.starts_at - around))[:count]
    return sorted(nearest, key=lambda slot: slot.starts_at)


def _starts(day: dt.date, wanted: Wanted, table: Timetable) -> Iterator[dt.datetime]:
    """Every offered start of a day, in UTC, on the clinic's step counted from each opening."""
    length, step = dt.timedelta(minutes=wanted.minutes), dt.timedelta(minutes=wanted.step)
    for opens, closes in table.open_on(day):
        starts_at = opens
        while starts_at + length <= closes:
            if starts_at >= wanted.now:
                yield starts_at
            starts_at += step


def _meets(taken: Iterable[Interval], starts_at: dt.datetime, ends_at: dt.datetime) -> bool:
    return any(begin < ends_at and starts_at < end for begin, end in taken)
