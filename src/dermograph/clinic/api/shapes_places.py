"""Shapes of the agenda, the stock and the outcomes."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Annotated, Literal

from pydantic import Field

from dermograph.clinic.api.shapes import LARGEST, Change, Cited, Given, Id, Instant, Line, Shape, Why

Purpose = Literal["assessment", "session", "review", "maintenance"]
Minutes = Annotated[int, Field(ge=5, le=480, multiple_of=5)]
Sequence = Annotated[int, Field(ge=0, le=LARGEST)]


class RoomOut(Shape):
    """A room that takes one appointment at a time."""

    id: uuid.UUID
    name: str
    active: bool


class PractitionerOut(Shape):
    """A person who treats."""

    id: uuid.UUID
    name: str
    role: str
    treatments: list[str] = Field(description="Those that they are trained for; only these are booked with them.")


class RunOut(Shape):
    """Days in a row that stand alike."""

    first: dt.date
    last: dt.date
    kind: str = Field(description="open; pending (can be held until an assessment is signed); closed.")
    because: list[Why] = Field(description="What closes them, or keeps them pending.")


class DaysOut(Shape):
    """On which days a course may have an appointment, and why not on the others."""

    course: uuid.UUID
    purpose: str
    today: dt.date
    first_open: dt.date | None = Field(description="The first day that is open or can be held; null: none in range.")
    runs: list[RunOut]


class LengthOut(Shape):
    """How long an appointment is booked for, and whose figure that is."""

    minutes: int
    basis: str = Field(description="protocol, clinic, estimate or assumption.")
    says: str
    cite: list[Cited]


class SlotOut(Shape):
    """A time at which somebody trained is free, in a room that is free."""

    starts_at: dt.datetime
    ends_at: dt.datetime
    practitioner: uuid.UUID
    practitioner_name: str
    room: uuid.UUID
    room_name: str


class SlotsOut(Shape):
    """The free times of a day."""

    course: uuid.UUID
    day: dt.date
    kind: str = Field(description="How the day stands: open, pending or closed.")
    because: list[Why]
    length: LengthOut
    slots: list[SlotOut] = Field(description="At most 400, the earliest.")


class AppointmentOut(Shape):
    """Time of a practitioner, in a room, for a course."""

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
    held_until: dt.datetime | None = Field(description="Until when it is only held; null once booked.")
    note: str
    reason: str
    sequence: int = Field(description="Raised with every change; send it back to move or change it.")
    made_at: dt.datetime


class AppointmentNew(Given):
    """An appointment to book, or to hold."""

    purpose: Purpose
    practitioner: Id
    room: Id
    starts_at: Instant
    minutes: Minutes | None = Field(None, description="Null takes the length that the rules give.")
    note: Line = ""
    hold: bool = Field(default=False, description="Only hold it, while an assessment is pending.")


class AppointmentMove(Given):
    """Another time for an appointment."""

    practitioner: Id
    room: Id
    starts_at: Instant
    minutes: Minutes | None = Field(None, description="Null keeps its length.")
    sequence: Sequence


class AppointmentState(Given):
    """What became of an appointment."""

    state: Literal["held", "booked", "arrived", "done", "cancelled", "no_show"]
    reason: Line = Field("", description="Needed to cancel.")
    sequence: Sequence


class LotOut(Shape):
    """A batch of needles, pigment, anaesthetic or active ingredient."""

    id: uuid.UUID
    kind: str
    name: str
    maker: str
    supplier: str
    number: str = Field(description="The maker's batch number.")
    expires_on: dt.date = Field(description="The last day on which it may be used.")
    received_on: dt.date | None
    label: str = Field(description="What a pigment's label says: ingredients and warnings.")
    state: str = Field(description="good, soon (expires soon), expired or withdrawn, today.")
    withdrawn_at: dt.datetime | None
    withdrawn_reason: str


class ShareOut(Shape):
    """A share with its 95 % interval (Wilson)."""

    what: str
    count: int
    of: int
    low: float
    high: float


class SessionsNeeded(Shape):
    """How many courses met their goal after so many sessions."""

    sessions: int
    courses: int


class OutcomeGroup(Shape):
    """What came of the courses of one treatment under one protocol. Never pooled over two protocols."""

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
    mixed: int = Field(description="Courses that another protocol decided earlier on.")
    is_few: bool = Field(description="Too few for shares to say much.")
    improved: ShareOut
    adverse: ShareOut
    sessions_to_goal: list[SessionsNeeded]


class OutcomeCourse(Shape):
    """What came of one course, without a name."""

    course: uuid.UUID
    treatment: str
    version: str
    hash: str
    sessions: int
    ended: str
    change: Change | None = Field(description="Null where it was not measured, or cannot be compared.")
    follow_ups: int
    not_comparable: bool
    unexpected_signs: int
