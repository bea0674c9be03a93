"""What the API answers and takes, as frozen values.

Written by ``tools/client_shapes.py`` from the API's own OpenAPI document; never edited by hand.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerNew:
    """One answer: a value, or why there is none.

    Attributes:
        value: A day is written 2026-11-21.
        missing: not_asked takes an answer back.
        supersedes: The answer that was read; 409 if another one stands by now.
    """

    fact: str
    value: bool | int | str | None = None
    missing: str | None = None
    supersedes: uuid.UUID | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentMove:
    """Another time for an appointment.

    Attributes:
        minutes: Null keeps its length.
    """

    practitioner: uuid.UUID
    room: uuid.UUID
    starts_at: dt.datetime
    minutes: int | None = None
    sequence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentNew:
    """An appointment to book, or to hold.

    Attributes:
        minutes: Null takes the length that the rules give.
        hold: Only hold it, while an assessment is pending.
    """

    purpose: str
    practitioner: uuid.UUID
    room: uuid.UUID
    starts_at: dt.datetime
    minutes: int | None = None
    note: str = ""
    hold: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentState:
    """What became of an appointment.

    Attributes:
        reason: Needed to cancel.
    """

    state: str
    reason: str = ""
    sequence: int


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaNew:
    """An area to add."""

    name: str
    view: str
    side: str = ""
    x: float | None = None
    y: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Pairs:
    """The same points in both photographs, pixels of the originals."""

    before: list[list[float]]
    after: list[list[float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparisonNew:
    """A comparison to ask for. The same photographs, outline and landmarks are measured once.

    Attributes:
        before: The baseline.
    """

    before: uuid.UUID
    after: uuid.UUID
    outline: uuid.UUID
    landmarks: Pairs | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseAgain:
    """Why a course is opened again."""

    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseEnd:
    """The end of a course."""

    outcome: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseNew:
    """A course to open."""

    treatment: str
    lead: uuid.UUID | None = None
    goal_delta_e00: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class HappeningNew:
    """Something dated to write down.

    Attributes:
        last: Inclusive; null: one day.
        everywhere: Whether it concerns all areas of the patient.
    """

    what: str
    first: dt.date
    last: dt.date | None = None
    everywhere: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlineShape:
    """A lesion, in pixels of the original: one polygon, or several."""

    lesion: list[list[float] | list[list[float]]]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutlineNew:
    """An outline to keep.

    Attributes:
        supersedes: The outline that it was drawn from; 409 if another stands by now.
    """

    shape: OutlineShape
    supersedes: uuid.UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientChange:
    """A correction of a patient's details; what is not named stays.

    Attributes:
        version: Of the record that was read.
    """

    version: int
    given_names: str | None = None
    family_names: str | None = None
    birth_date: dt.date | None = None
    phone: str | None = None
    email: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientNew:
    """A patient to register.

    Attributes:
        language: Null takes the clinic's.
    """

    given_names: str
    family_names: str = ""
    birth_date: dt.date | None = None
    phone: str = ""
    email: str = ""
    language: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Zone:
    """Settings in one zone. A figure that was not recorded is null. The needle setting is not the depth reached."""

    name: str
    needle_setting_mm: float | None = None
    needles: int | None = None
    speed_hz: float | None = None
    passes: int | None = None
    seconds: int | None = None
    cm2: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionNew:
    """A session to record. The decision to hold one against a check is a person's, and cannot be sent.

    Attributes:
        lots: Ids of every lot used.
        label_handed_at: Needed with a pigment, before the needles.
        dots: Dots that were set, on a scalp; left out where nobody counted them.
    """

    performed_by: uuid.UUID
    started_at: dt.datetime
    ended_at: dt.datetime
    device: str
    zones: list[Zone]
    lots: list[uuid.UUID]
    anaesthesia: str
    anaesthesia_minutes: int | None = None
    label_handed_at: dt.datetime | None = None
    no_actives: bool = False
    dots: int | None = None
    movements: list[str] = field(default_factory=list)
    reaction: str = ""
    notes: str = ""
    price_cents: int | None = None
    appointment: uuid.UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class SymptomNew:
    """A sign to write down."""

    sign: str
    reported_on: dt.date
    gone_on: dt.date | None = None
    words: str = ""
