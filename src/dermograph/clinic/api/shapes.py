"""What goes in and out: the kinds of values that every shape is made of, and what a problem looks like."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import Annotated, Any, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema

LARGEST = 2_147_483_647
Json: TypeAlias = dict[str, Any]


class Shape(BaseModel):
    """A part of an answer. What it does not name is not there."""

    model_config = ConfigDict(extra="forbid")


class Given(BaseModel):
    """A body that is sent. What it does not name is refused, and no value is taken for another kind."""

    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


def _day(value: object) -> object:
    """A day as 2026-11-21, and nothing else: a number of seconds would be a day to some readers."""
    if isinstance(value, str) and re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", value):
        value = dt.date.fromisoformat(value)
    if isinstance(value, dt.date) and not isinstance(value, dt.datetime) and 1900 <= value.year <= 2199:
        return value
    msg = "a day is written 2026-11-21"
    raise ValueError(msg)


def _instant(value: object) -> object:
    """An instant with its offset, in UTC."""
    if isinstance(value, str) and len(value) <= 40 and "T" in value.upper():
        value = dt.datetime.fromisoformat(value)
    if isinstance(value, dt.datetime) and value.tzinfo is not None and 1990 <= value.year <= 2199:
        return value.astimezone(dt.UTC)
    msg = "an instant is written 2026-11-21T10:00:00+01:00"
    raise ValueError(msg)


def _id(value: object) -> object:
    if isinstance(value, uuid.UUID):
        return value
    if isinstance(value, str) and re.fullmatch(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}", value):
        return uuid.UUID(value)
    msg = "an id is a UUID"
    raise ValueError(msg)


Day: TypeAlias = Annotated[dt.date, BeforeValidator(_day), WithJsonSchema({"type": "string", "format": "date"})]
Instant: TypeAlias = Annotated[
    dt.datetime, BeforeValidator(_instant), WithJsonSchema({"type": "string", "format": "date-time"})
]
Id: TypeAlias = Annotated[uuid.UUID, BeforeValidator(_id), WithJsonSchema({"type": "string", "format": "uuid"})]
Line: TypeAlias = Annotated[str, Field(max_length=300)]
Words: TypeAlias = Annotated[str, Field(max_length=4000)]
Name: TypeAlias = Annotated[str, Field(max_length=60, pattern=r"^[a-z0-9_-]+$")]


class Wrong(Shape):
    """One thing that is wrong with a request."""

    place: str = Field(description="Where in the request, such as `zones.0.name`.")
    what: str = Field(description="What is wrong, in the language of the answer.")


class Problem(BaseModel):
    """What went wrong (RFC 9457)."""

    model_config = ConfigDict(extra="allow")

    type: str = Field(description="What kind of problem, `urn:dermograph:problem:…`.")
    title: str = Field(description="The kind in words.")
    status: int = Field(ge=400, le=599, description="The status of the answer.")
    detail: str = Field(description="What is wrong and what to do, in one text.")
    instance: str = Field(description="The path that was asked for.")
    what: str = Field(description="What is wrong.")
    place: str = Field(description="Where; empty where that says nothing.")
    todo: str = Field(description="What to do about it; empty where `what` says so.")
    errors: list[Wrong] = Field([], description="Each thing that is wrong, where there are several.")


class Cited(Shape):
    """A place in a source."""

    source: str = Field(description="The key of the source, see `list_sources`.")
    at: str = Field(description="The place in it.")
    basis: str = Field(description="`clinic`, `literature` or `assumption`: whose word it is.")


class Side(Cited):
    """One side of a disagreement."""

    says: str
    fate: str = Field(description="What became of the claim: used, disputed, rejected …")


class Dispute(Shape):
    """A place where sources disagree, and what the protocol does about it."""

    conflict: str
    topic: str
    sides: list[Side]
    treatment: str


class Original(Shape):
    """What a clinic's own rule replaced."""

    says: str
    cite: list[Cited]


class Why(Shape):
    """A reason: the rule behind it, what it says, and its place in the sources."""

    rule: str
    grade: str
    effect: str = Field(description="The verdict or decision that it leads to; `none` if it only informs.")
    facts: list[str] = Field(description="The facts that decide it.")
    until: dt.date | None = Field(description="The first day on which it is over; null if no day can be known.")
    says: str
    cite: list[Cited]
    to: str | None = Field(None, description="Who is asked, for a clearance.")
    disputed: Dispute | None = Field(None, description="The other side, where sources disagree.")
    replaces: Original | None = None


class Pinned(Shape):
    """What pins a decision to a protocol."""

    id: str
    version: str
    hash: str


class Figure(Shape):
    """A measured value. It never stands without its uncertainty, its unit and what it is."""

    what: str = Field(description="What was measured, in words.")
    value: float | None = Field(description="Null where it was not measured: unknown, not zero.")
    u: float | None = Field(description="Its standard uncertainty, in the same unit.")
    unit: str


class Change(Figure):
    """A measured change, with the smallest one that could be told from the error."""

    low: float | None = Field(description="The lower end of its 95 % interval.")
    high: float | None = Field(description="The upper end.")
    smallest_detectable: float | None = Field(description="What is less than this is no detectable change.")
    verdict: str = Field(description="improved, worsened, changed, no_detectable_change or not_comparable.")
