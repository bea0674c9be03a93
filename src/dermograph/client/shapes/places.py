"""What the API answers and takes, as frozen values.

Written by ``tools/client_shapes.py`` from the API's own OpenAPI document; never edited by hand.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from dermograph.client.shapes.figures import Change, Cited, Why


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentOut:
    """Time of a practitioner, in a room, for a course.

    Attributes:
        held_until: Until when it is only held; null once booked.
        sequence: Raised with every change; send it back to move or change it.
    """

    id: uuid.UUID
    patient: uuid.UUID
    course: uuid.UUID | None
    purpose: str
    practitioner: uuid.UUID
    practitioner_name: str
    room: uuid.UUID
    room_name: str
    starts_at: dt.datetime
    ends_at: dt.datetime
    state: str
    held_until: dt.datetime | None
    note: str
    reason: str
    sequence: int
    made_at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOut:
    """Days in a row that stand alike.

    Attributes:
        kind: open; pending (can be held until an assessment is signed); closed.
        because: What closes them, or keeps them pending.
    """

    first: dt.date
    last: dt.date
    kind: str
    because: list[Why]


@dataclass(frozen=True, slots=True, kw_only=True)
class DaysOut:
    """On which days a course may have an appointment, and why not on the others.

    Attributes:
        first_open: The first day that is open or can be held; null: none in range.
    """

    course: uuid.UUID
    purpose: str
    today: dt.date
    first_open: dt.date | None
    runs: list[RunOut]


@dataclass(frozen=True, slots=True, kw_only=True)
class LengthOut:
    """How long an appointment is booked for, and whose figure that is.

    Attributes:
        basis: protocol, clinic, estimate or assumption.
    """

    minutes: int
    basis: str
    says: str
    cite: list[Cited]


@dataclass(frozen=True, slots=True, kw_only=True)
class LotOut:
    """A batch of needles, pigment, anaesthetic or active ingredient.

    Attributes:
        number: The maker's batch number.
        expires_on: The last day on which it may be used.
        label: What a pigment's label says: ingredients and warnings.
        state: good, soon (expires soon), expired or withdrawn, today.
    """

    id: uuid.UUID
    kind: str
    name: str
    maker: str
    supplier: str
    number: str
    expires_on: dt.date
    received_on: dt.date | None
    label: str
    state: str
    withdrawn_at: dt.datetime | None
    withdrawn_reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeCourse:
    """What came of one course, without a name.

    Attributes:
        change: Null where it was not measured, or cannot be compared.
    """

    course: uuid.UUID
    treatment: str
    version: str
    hash: str
    sessions: int
    ended: str
    change: Change | None
    follow_ups: int
    not_comparable: bool
    unexpected_signs: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ShareOut:
    """A share with its 95 % interval (Wilson)."""

    what: str
    count: int
    of: int
    low: float
    high: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionsNeeded:
    """How many courses met their goal after so many sessions."""

    sessions: int
    courses: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeGroup:
    """What came of the courses of one treatment under one protocol. Never pooled over two protocols.

    Attributes:
        mixed: Courses that another protocol decided earlier on.
        is_few: Too few for shares to say much.
    """

    treatment: str
    version: str
    hash: str
    is_current: bool
    courses: int
    open: int
    met_goal: int
    measured: int
    not_comparable: int
    unmeasured: int
    mixed: int
    is_few: bool
    improved: ShareOut
    adverse: ShareOut
    sessions_to_goal: list[SessionsNeeded]


@dataclass(frozen=True, slots=True, kw_only=True)
class PractitionerOut:
    """A person who treats.

    Attributes:
        treatments: Those that they are trained for; only these are booked with them.
    """

    id: uuid.UUID
    name: str
    role: str
    treatments: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class RoomOut:
    """A room that takes one appointment at a time."""

    id: uuid.UUID
    name: str
    active: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotOut:
    """A time at which somebody trained is free, in a room that is free."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    practitioner: uuid.UUID
    practitioner_name: str
    room: uuid.UUID
    room_name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotsOut:
    """The free times of a day.

    Attributes:
        kind: How the day stands: open, pending or closed.
        slots: At most 400, the earliest.
    """

    course: uuid.UUID
    day: dt.date
    kind: str
    because: list[Why]
    length: LengthOut
    slots: list[SlotOut]
