"""Shapes of the token, treatments, patients, areas and courses."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Annotated, Any, Literal

from pydantic import Field

from dermograph.clinic.api.shapes import LARGEST, Cited, Day, Dispute, Given, Id, Name, Original, Shape

LongName = Annotated[str, Field(max_length=120)]
View = Literal["front", "back", "face", "scalp"]
BodySide = Literal["left", "right", "middle", ""]


class ClinicOut(Shape):
    """The clinic that a token belongs to."""

    id: uuid.UUID
    name: str
    time_zone: str = Field(description="IANA name; days of the API are days in it.")
    language: str


class Me(Shape):
    """Who a token is: what it may do, for whom, until when."""

    name: str
    prefix: str
    scopes: list[str]
    expires_at: dt.datetime
    member: uuid.UUID
    member_name: str
    role: str
    clinic: ClinicOut


class Amount(Shape):
    """A number as a source gives it: exact, with its unit and without an uncertainty."""

    value: float
    unit: str


class StatementOut(Shape):
    """One thing that a protocol states, with its place in the sources."""

    part: str = Field(description="The part of the protocol that it stands in.")
    id: str
    says: str
    cite: list[Cited]
    disputed: Dispute | None = None
    replaces: Original | None = None
    grade: str | None = Field(None, description="Of a rule.")
    to: str | None = Field(None, description="Who is asked, for a clearance.")
    period: str | None = Field(None, description="How long, in words; null where the source gives no figure.")
    low: Amount | None = None
    high: Amount | None = None
    question: str | None = None
    worry: str | None = Field(None, description="When to worry, of a side effect.")


class TreatmentOut(Shape):
    """A treatment and the version of its protocol."""

    id: str
    title: str
    summary: str
    version: str
    hash: str = Field(description="Of everything that decides: the protocol, the vocabulary, the registers.")


class ProtocolOut(TreatmentOut):
    """A whole protocol: every statement with its source, and every disagreement."""

    statements: list[StatementOut]


class SourceOut(Shape):
    """A source that statements cite."""

    key: str
    title: str
    basis: str


class FactOut(Shape):
    """What can be answered about a patient or an area."""

    id: str
    scope: str = Field(description="patient or area.")
    type: str = Field(description="boolean, choice, integer, date or date_or_word.")
    label: str
    question: str
    help: str
    values: dict[str, str] = Field(description="Of a choice: its words, and what people read for them.")
    words: dict[str, str] = Field(description="Of date_or_word: the words that may stand for a date.")
    low: int | None
    high: int | None


class WordOut(Shape):
    """A word that can be sent, and what people read for it."""

    id: str
    label: str


class PatientOut(Shape):
    """A patient of the clinic."""

    id: uuid.UUID
    number: int = Field(description="The clinic's record number.")
    given_names: str
    family_names: str
    birth_date: dt.date | None = Field(description="Null while it is not known.")
    phone: str
    email: str
    language: str
    synthetic: bool = Field(description="Made up for a demonstration.")
    since: dt.datetime
    version: int = Field(description="Raised with every change; send it back to change the patient.")


class PatientNew(Given):
    """A patient to register."""

    given_names: LongName
    family_names: LongName = ""
    birth_date: Day | None = None
    phone: Annotated[str, Field(max_length=40)] = ""
    email: Annotated[str, Field(max_length=254)] = ""
    language: Literal["en", "es"] | None = Field(None, description="Null takes the clinic's.")


class PatientChange(Given):
    """A correction of a patient's details; what is not named stays."""

    version: Annotated[int, Field(ge=1, le=LARGEST)] = Field(description="Of the record that was read.")
    given_names: LongName | None = None
    family_names: LongName | None = None
    birth_date: Day | None = None
    phone: Annotated[str, Field(max_length=40)] | None = None
    email: Annotated[str, Field(max_length=254)] | None = None
    language: Literal["en", "es"] | None = None

    def changes(self) -> dict[str, Any]:
        """What was named. Only a birth date can be taken away; for the others null leaves them."""
        named = {name: getattr(self, name) for name in self.model_fields_set - {"version"}}
        return {name: value for name, value in named.items() if value is not None or name == "birth_date"}


class AreaOut(Shape):
    """A skin area of a patient, with one lesion."""

    id: uuid.UUID
    patient: uuid.UUID
    name: str
    view: str = Field(description="The view of the body map.")
    side: str
    x: float | None = Field(description="Its place from the left, 0 to 1 of the view; null if not placed.")
    y: float | None = Field(description="The same from the top.")


class AreaNew(Given):
    """An area to add."""

    name: Annotated[str, Field(max_length=80)]
    view: View
    side: BodySide = ""
    x: Annotated[float, Field(ge=0, le=1)] | None = None
    y: Annotated[float, Field(ge=0, le=1)] | None = None


class CourseOut(Shape):
    """A course of one treatment on one area."""

    id: uuid.UUID
    patient: uuid.UUID
    area: uuid.UUID
    area_name: str
    treatment: str
    lead: uuid.UUID | None = Field(description="The practitioner in charge; null while nobody is.")
    lead_name: str | None
    goal_delta_e00: float | None = Field(description="The contrast agreed as the goal, ΔE00; null: no longer visible.")
    opened_at: dt.datetime
    closed_at: dt.datetime | None
    outcome: str = Field(description="How it ended; empty while it is open.")


class CourseNew(Given):
    """A course to open."""

    treatment: Name
    lead: Id | None = None
    goal_delta_e00: Annotated[float, Field(gt=0, le=60)] | None = None


class CourseEnd(Given):
    """The end of a course."""

    outcome: Name
    reason: Annotated[str, Field(max_length=2000)]


class CourseAgain(Given):
    """Why a course is opened again."""

    reason: Annotated[str, Field(max_length=2000)]
