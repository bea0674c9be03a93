"""Shapes of assessments, consents, sessions, symptoms and reviews."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Annotated, Literal

from pydantic import Field

from dermograph.clinic.api.shapes import Cited, Day, Given, Id, Instant, Json, Name, Pinned, Shape, Why, Words

Missing = Literal["not_asked", "not_known", "refused", "not_applicable"]
Value = bool | int | str
GivenValue = bool | Annotated[int, Field(ge=-1000, le=100_000)] | Annotated[str, Field(max_length=60)]


class QuestionOut(Shape):
    """A question that could change the verdict."""

    fact: str
    scope: str
    question: str
    could_become: str = Field(description="The worst verdict that its answer leaves possible.")
    missing: str = Field(description="Why it is not known.")
    rules: list[str] = Field(description="The rules that ask for it.")
    cite: list[Cited]


class AnswerOut(Shape):
    """An answer that stands. Without a value it is unknown, which is never “no”."""

    id: uuid.UUID
    fact: str
    scope: str
    label: str
    value: Value | None = Field(description="Null if it is not known.")
    missing: str = Field(description="Why it is not known; empty if it is.")
    reads: str = Field(description="What people read.")
    answered_on: dt.date


class InForceOut(Shape):
    """What the signed assessment amounts to today."""

    assessment: uuid.UUID
    verdict: str = Field(description="What holds: decided today from what was signed, or the override.")
    signed_verdict: str
    overridden: bool
    outdated: bool = Field(description="What is known now goes beyond what was signed: nothing is cleared.")
    clears: bool = Field(description="Whether a session may be held.")


class AssessmentNow(Shape):
    """What is known of a course today, and what it decides. Nothing of it is signed."""

    course: uuid.UUID
    on: dt.date
    protocol: Pinned
    verdict: str = Field(description="suitable, conditional, deferred, referred, excluded or incomplete.")
    worst_case: str = Field(description="The worst verdict that the unknown facts leave possible.")
    not_before: dt.date | None = Field(description="When all dated blocks are over; null if that is not known.")
    says: str
    reasons: list[Why] = Field(description="Every rule that applies, the worst first.")
    ask: list[QuestionOut] = Field(description="What is still to ask.")
    answers: list[AnswerOut]
    in_force: InForceOut | None = Field(description="Null while nothing is signed.")


class AnswerNew(Given):
    """One answer: a value, or why there is none."""

    fact: Name
    value: GivenValue | None = Field(None, description="A day is written 2026-11-21.")
    missing: Missing | None = Field(None, description="`not_asked` takes an answer back.")
    supersedes: Id | None = Field(None, description="The answer that was read; 409 if another one stands by now.")
    reason: Annotated[str, Field(max_length=2000)] = ""


class SignedOut(Shape):
    """A signed assessment, as it was signed."""

    id: uuid.UUID
    course: uuid.UUID
    assessed_on: dt.date
    verdict: str
    worst_case: str
    not_before: dt.date | None
    signed_by: str
    signed_at: dt.datetime
    protocol: Pinned
    stands: bool = Field(description="Whether nothing has superseded it.")
    facts: Json = Field(description="The facts that it was made from, and why the missing ones were.")
    result: Json = Field(description="The whole assessment: verdict, reasons with their sources, questions.")


class HappeningOut(Shape):
    """Something dated that rules speak of, such as sun on the area."""

    id: uuid.UUID
    course: uuid.UUID | None = Field(description="Null if it concerns all areas.")
    what: str
    label: str
    first: dt.date
    last: dt.date


class HappeningNew(Given):
    """Something dated to write down."""

    what: Name
    first: Day
    last: Day | None = Field(None, description="Inclusive; null: one day.")
    everywhere: bool = Field(default=False, description="Whether it concerns all areas of the patient.")


class WithdrawalOut(Shape):
    """A consent taken back."""

    purpose: str = Field(description="Empty: all purposes.")
    at: dt.datetime


class ConsentOut(Shape):
    """A consent that was signed."""

    id: uuid.UUID
    course: uuid.UUID | None = Field(description="Null: for all courses.")
    title: str
    version: str
    language: str
    text_sha256: str
    stands_for: list[str] = Field(description="The purposes agreed to and not taken back.")
    agreed: list[str] = Field(description="Those that were agreed to when it was signed.")
    refused: list[str]
    signed_name: str
    signed_at: dt.datetime
    withdrawals: list[WithdrawalOut]


class Zone(Given):
    """Settings in one zone. A figure that was not recorded is null. The needle setting is not the depth reached."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    needle_setting_mm: Annotated[float, Field(ge=0, le=10)] | None = None
    needles: Annotated[int, Field(ge=1, le=1000)] | None = None
    speed_hz: Annotated[float, Field(ge=0, le=1000)] | None = None
    passes: Annotated[int, Field(ge=1, le=1000)] | None = None
    seconds: Annotated[int, Field(ge=0, le=86_400)] | None = None
    cm2: Annotated[float, Field(ge=0, le=20_000)] | None = None


class ZoneOut(Shape):
    """The same, as it is kept."""

    name: str
    needle_setting_mm: float | None
    needles: int | None
    speed_hz: float | None
    passes: int | None
    seconds: int | None
    cm2: float | None


class LotUsed(Shape):
    """A lot that was used."""

    id: uuid.UUID
    kind: str
    name: str
    number: str


class CheckOut(Shape):
    """One thing that was looked at before the needles."""

    what: str
    state: str = Field(description="clear, said, lead (only the medical lead goes on) or blocked.")
    says: str


class SessionOut(Shape):
    """A session as it was held."""

    id: uuid.UUID
    course: uuid.UUID
    appointment: uuid.UUID | None
    performed_by: uuid.UUID
    performed_by_name: str
    started_at: dt.datetime
    ended_at: dt.datetime
    device: str
    anaesthesia: str
    anaesthesia_minutes: int | None
    zones: list[ZoneOut]
    lots: list[LotUsed]
    no_actives: bool
    movements: list[str]
    label_handed_at: dt.datetime | None
    dots: int | None = Field(description="Dots that were set, on a scalp; null where nobody wrote them down.")
    reaction: str
    notes: str
    price_cents: int | None = Field(description="Euro cents agreed; null if nothing was.")
    checks: list[CheckOut]
    by_lead: bool = Field(description="Held by the medical lead's decision although a check stood against it.")
    written_at: dt.datetime
    supersedes: uuid.UUID | None
    correction_reason: str
    stands: bool


class SessionNew(Given):
    """A session to record. The decision to hold one against a check is a person's, and cannot be sent."""

    performed_by: Id
    started_at: Instant
    ended_at: Instant
    device: Annotated[str, Field(max_length=120)]
    zones: Annotated[list[Zone], Field(min_length=1, max_length=20)]
    lots: Annotated[list[Id], Field(min_length=1, max_length=30)] = Field(description="Ids of every lot used.")
    anaesthesia: Literal["cream", "injection", "other", "none"]
    anaesthesia_minutes: Annotated[int, Field(ge=0, le=600)] | None = None
    label_handed_at: Instant | None = Field(None, description="Needed with a pigment, before the needles.")
    no_actives: bool = False
    dots: Annotated[int, Field(ge=1, le=2_000_000)] | None = Field(
        None, description="Dots that were set, on a scalp; left out where nobody counted them."
    )
    movements: Annotated[list[Annotated[str, Field(max_length=120)]], Field(max_length=20)] = []
    reaction: Annotated[str, Field(max_length=2000)] = ""
    notes: Words = ""
    price_cents: Annotated[int, Field(ge=0, le=10_000_000)] | None = None
    appointment: Id | None = None


class SymptomOut(Shape):
    """A sign that was seen or reported after a session."""

    id: uuid.UUID
    course: uuid.UUID
    sign: str
    label: str
    reported_on: dt.date
    gone_on: dt.date | None = Field(description="Null while that is not known.")
    words: str
    by_patient: bool
    seen_at: dt.datetime | None = Field(description="Null: an open alert, which nobody has looked at.")
    written_at: dt.datetime


class SymptomNew(Given):
    """A sign to write down."""

    sign: Name
    reported_on: Day
    gone_on: Day | None = None
    words: Annotated[str, Field(max_length=2000)] = ""


class ProposalOut(Shape):
    """What is proposed for a course today. It is a proposal: only a person signs, in the clinic."""

    course: uuid.UUID
    on: dt.date
    protocol: Pinned
    last_session: dt.date
    decision: str
    first: dt.date | None = Field(description="From when; null if no day can be known.")
    last: dt.date | None
    late: bool
    reasons: list[Why]
    forecast: Json | None = Field(description="Silent, with the reason, until there is evidence; then with intervals.")


class ReviewOut(Shape):
    """A review that a person signed."""

    id: uuid.UUID
    course: uuid.UUID
    reviewed_on: dt.date
    proposed: str
    decision: str
    reason: str = Field(description="Why it is not what was proposed; empty if it is.")
    signed_name: str
    signed_at: dt.datetime
    protocol: Pinned
    proposal: Json = Field(description="What was proposed, as it stood when it was signed.")
