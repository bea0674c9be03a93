"""What the API answers and takes, as frozen values.

Written by ``tools/client_shapes.py`` from the API's own OpenAPI document; never edited by hand.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from dermograph.client.shapes.figures import Cited, Dispute, Original


@dataclass(frozen=True, slots=True, kw_only=True)
class Amount:
    """A number as a source gives it: exact, with its unit and without an uncertainty."""

    value: float
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaOut:
    """A skin area of a patient, with one lesion.

    Attributes:
        view: The view of the body map.
        x: Its place from the left, 0 to 1 of the view; null if not placed.
        y: The same from the top.
    """

    id: uuid.UUID
    patient: uuid.UUID
    name: str
    view: str
    side: str
    x: float | None
    y: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClinicOut:
    """The clinic that a token belongs to.

    Attributes:
        time_zone: IANA name; days of the API are days in it.
    """

    id: uuid.UUID
    name: str
    time_zone: str
    language: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CourseOut:
    """A course of one treatment on one area.

    Attributes:
        lead: The practitioner in charge; null while nobody is.
        goal_delta_e00: The contrast agreed as the goal, ΔE00; null: no longer visible.
        outcome: How it ended; empty while it is open.
    """

    id: uuid.UUID
    patient: uuid.UUID
    area: uuid.UUID
    area_name: str
    treatment: str
    lead: uuid.UUID | None
    lead_name: str | None
    goal_delta_e00: float | None
    opened_at: dt.datetime
    closed_at: dt.datetime | None
    outcome: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FactOut:
    """What can be answered about a patient or an area.

    Attributes:
        scope: patient or area.
        type: boolean, choice, integer, date or date_or_word.
        values: Of a choice: its words, and what people read for them.
        words: Of date_or_word: the words that may stand for a date.
    """

    id: str
    scope: str
    type: str
    label: str
    question: str
    help: str
    values: dict[str, str]
    words: dict[str, str]
    low: int | None
    high: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Me:
    """Who a token is: what it may do, for whom, until when."""

    name: str
    prefix: str
    scopes: list[str]
    expires_at: dt.datetime
    member: uuid.UUID
    member_name: str
    role: str
    clinic: ClinicOut


@dataclass(frozen=True, slots=True, kw_only=True)
class PatientOut:
    """A patient of the clinic.

    Attributes:
        number: The clinic's record number.
        birth_date: Null while it is not known.
        synthetic: Made up for a demonstration.
        version: Raised with every change; send it back to change the patient.
    """

    id: uuid.UUID
    number: int
    given_names: str
    family_names: str
    birth_date: dt.date | None
    phone: str
    email: str
    language: str
    synthetic: bool
    since: dt.datetime
    version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementOut:
    """One thing that a protocol states, with its place in the sources.

    Attributes:
        part: The part of the protocol that it stands in.
        grade: Of a rule.
        to: Who is asked, for a clearance.
        period: How long, in words; null where the source gives no figure.
        worry: When to worry, of a side effect.
    """

    part: str
    id: str
    says: str
    cite: list[Cited]
    disputed: Dispute | None = None
    replaces: Original | None = None
    grade: str | None = None
    to: str | None = None
    period: str | None = None
    low: Amount | None = None
    high: Amount | None = None
    question: str | None = None
    worry: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ProtocolOut:
    """A whole protocol: every statement with its source, and every disagreement.

    Attributes:
        hash: Of everything that decides: the protocol, the vocabulary, the registers.
    """

    id: str
    title: str
    summary: str
    version: str
    hash: str
    statements: list[StatementOut]


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceOut:
    """A source that statements cite."""

    key: str
    title: str
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TreatmentOut:
    """A treatment and the version of its protocol.

    Attributes:
        hash: Of everything that decides: the protocol, the vocabulary, the registers.
    """

    id: str
    title: str
    summary: str
    version: str
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WordOut:
    """A word that can be sent, and what people read for it."""

    id: str
    label: str
