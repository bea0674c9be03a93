"""Booking, holding, moving, and what becomes of an appointment. That nobody is booked twice, the database ensures."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction
from django.utils import timezone

from dermograph.clinic.agenda.limits import Checked, checked_time
from dermograph.clinic.agenda.models import Appointment, Room, State
from dermograph.clinic.agenda.occupy import give_back, occupy, patiently
from dermograph.clinic.agenda.placing import clean, expire_holds, held_until, length, locked, place, refuse_closed_day
from dermograph.clinic.agenda.rules import possible_minutes
from dermograph.clinic.agenda.states import set_state
from dermograph.clinic.agenda.taken import at_place
from dermograph.clinic.audit.record import record
from dermograph.clinic.people.models import Course, Membership, User
from dermograph.core.errors import InputError
from dermograph.core.text import Text

__all__ = ["book", "expire_holds", "hold", "move", "set_state"]


def book(  # noqa: PLR0913 (what an appointment is made of)
    *,
    course: Course,
    purpose: str,
    practitioner: Membership,
    room: Room,
    starts_at: dt.datetime,
    who: User | None,
    minutes: int | None = None,
    note: str = "",
    entry: uuid.UUID | None = None,
    now: dt.datetime | None = None,
) -> Appointment:
    """Book an appointment.

    Args:
        course: Open, fetched with its clinic, patient and area.
        purpose: A value of ``Purpose``. A session is booked only on days that the plan allows.
        practitioner: Of the clinic, trained for the course's treatment.
        room: Of the clinic, in use.
        starts_at: Aware, on a full five minutes, not past.
        who: Who books; None for the system.
        minutes: How long; None for the length that ``rules.duration`` gives.
        note: For the agenda, at most 300 characters, nothing clinical.
        entry: The id of the new row; where it exists already, that one is returned.
        now: None for now; given by demonstrations.

    Raises:
        TakenError: If the practitioner, the room or the patient is taken; with the nearest free slots.
        InputError: If it cannot be booked for any other reason, with the source where a rule closes the day.
    """
    asked = Checked(course, purpose, practitioner, room, starts_at, length(course, purpose, minutes), clean(note))
    return place(asked, who, entry, now or timezone.now(), state=State.BOOKED)


def hold(  # noqa: PLR0913 (the same)
    *,
    course: Course,
    purpose: str,
    practitioner: Membership,
    room: Room,
    starts_at: dt.datetime,
    who: User | None,
    minutes: int | None = None,
    note: str = "",
    entry: uuid.UUID | None = None,
    now: dt.datetime | None = None,
) -> Appointment:
    """Hold a slot while an assessment is pending; it ends by itself at ``held_until``.

    Args and errors are those of ``book``; the day may also be one that only open questions or a missing signature
    keep from being booked.
    """
    asked = Checked(course, purpose, practitioner, room, starts_at, length(course, purpose, minutes), clean(note))
    return place(asked, who, entry, now or timezone.now(), state=State.HELD)


@patiently
def move(
    *,
    appointment: Appointment,
    practitioner: Membership,
    room: Room,
    starts_at: dt.datetime,
    who: User | None,
    minutes: int | None = None,
    sequence: int | None = None,
    now: dt.datetime | None = None,
) -> Appointment:
    """Move an appointment that is held or booked: its old time is given back and the new one taken, or neither.

    Args:
        appointment: Of a course.
        practitioner: Of the clinic, trained for the treatment.
        room: Of the clinic, in use.
        starts_at: As for ``book``.
        who: Who moves it.
        minutes: None keeps its length.
        sequence: The number of the change that the person saw; None does not look.
        now: None for now.

    Raises:
        TakenError, InputError: As ``book``; also if somebody changed the appointment meanwhile.
    """
    now = now or timezone.now()
    asked = _moved(appointment, practitioner, room, starts_at, minutes)
    checked_time(asked, now)
    with at_place(asked, now, but=appointment.pk), transaction.atomic():
        row = locked(appointment, sequence)
        held = row.state == State.HELD
        if row.state not in (State.HELD, State.BOOKED) or (held and row.held_until and row.held_until <= now):
            raise InputError(
                Text(
                    "Only an appointment that is held or booked can be moved.",
                    "Solo se puede mover una cita reservada.",
                ),
                todo=Text("Book a new one instead.", "Reserve una nueva."),
            )
        before = {"from": row.starts_at.isoformat(), "room": str(row.room_id), "with": str(row.practitioner_id)}
        expire_holds(row.clinic, now)
        give_back(row)
        row.practitioner, row.room = practitioner, room
        row.starts_at, row.ends_at = asked.starts_at, asked.ends_at
        if held:
            row.held_until = held_until(row.clinic, asked.starts_at, now)
        row.sequence += 1
        occupy(row)
        row.save()
        refuse_closed_day(asked, now, held=held, but=row.pk)
        details = {**before, "to": row.starts_at.isoformat()}
        record("appointment.moved", clinic=row.clinic, who=who, about=row, details=details)
    return row


def _moved(
    appointment: Appointment, practitioner: Membership, room: Room, starts_at: dt.datetime, minutes: int | None
) -> Checked:
    if appointment.course is None:
        raise InputError(Text("This appointment belongs to no course.", "Esta cita no pertenece a ningún curso."))
    if minutes is None:
        minutes = round((appointment.ends_at - appointment.starts_at).total_seconds() / 60)
    length = possible_minutes(minutes)
    return Checked(appointment.course, appointment.purpose, practitioner, room, starts_at, length, appointment.note)
