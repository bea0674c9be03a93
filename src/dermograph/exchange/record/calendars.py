"""Appointments, and the times at which somebody is there."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from dermograph.exchange.record.part import NO_CONCEPT, Concept, Part
from dermograph.exchange.record.partial import SomeTime
from dermograph.exchange.record.unknown import UNWRITTEN, Unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment(Part):
    """Time of a practitioner, in a room, for a course of the patient.

    Attributes:
        purpose: ``assessment``, ``session``, ``review`` or ``maintenance``.
        state: ``held``, ``booked``, ``arrived``, ``done``, ``cancelled``, ``no_show``; another system's word where it
            is none of them.
        held_until: Until when it is only held; unknown once it is booked.
        note, reason: In words; the second says why it was cancelled.
        sequence: Raised with every change; None where the sender does not count.
    """

    patient: uuid.UUID | None = None
    course: uuid.UUID | None = None
    purpose: Concept = NO_CONCEPT
    practitioner: uuid.UUID | None = None
    room: uuid.UUID | None = None
    starts_at: dt.datetime | Unknown = UNWRITTEN
    ends_at: dt.datetime | Unknown = UNWRITTEN
    state: str = ""
    held_until: dt.datetime | Unknown = UNWRITTEN
    note: str = ""
    reason: str = ""
    sequence: int | None = None
    made_at: SomeTime = UNWRITTEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule(Part):
    """The calendar of a practitioner or of a room.

    Attributes:
        practitioner, room: Whose; None where it is not theirs.
        first, last: What it covers.
        active: Whether it is in use.
    """

    practitioner: uuid.UUID | None = None
    room: uuid.UUID | None = None
    first: SomeTime = UNWRITTEN
    last: SomeTime = UNWRITTEN
    words: str = ""
    active: bool | Unknown = UNWRITTEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot(Part):
    """A time in a schedule.

    Attributes:
        state: ``free``, ``busy`` …; empty where not said.
    """

    schedule: uuid.UUID | None = None
    starts_at: dt.datetime | Unknown = UNWRITTEN
    ends_at: dt.datetime | Unknown = UNWRITTEN
    state: str = ""
    words: str = ""
