"""What the API answers and takes, as frozen values.

Written by ``tools/client_shapes.py`` from the API's own OpenAPI document; never edited by hand.
"""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import Any

from dermograph.client.shapes.figures import Cited, Pinned, Why


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerOut:
    """An answer that stands. Without a value it is unknown, which is never “no”.

    Attributes:
        value: Null if it is not known.
        missing: Why it is not known; empty if it is.
        reads: What people read.
    """

    id: uuid.UUID
    fact: str
    scope: str
    label: str
    value: bool | int | str | None
    missing: str
    reads: str
    answered_on: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class QuestionOut:
    """A question that could change the verdict.

    Attributes:
        could_become: The worst verdict that its answer leaves possible.
        missing: Why it is not known.
        rules: The rules that ask for it.
    """

    fact: str
    scope: str
    question: str
    could_become: str
    missing: str
    rules: list[str]
    cite: list[Cited]


@dataclass(frozen=True, slots=True, kw_only=True)
class InForceOut:
    """What the signed assessment amounts to today.

    Attributes:
        verdict: What holds: decided today from what was signed, or the override.
        outdated: What is known now goes beyond what was signed: nothing is cleared.
        clears: Whether a session may be held.
    """

    assessment: uuid.UUID
    verdict: str
    signed_verdict: str
    overridden: bool
    outdated: bool
    clears: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class AssessmentNow:
    """What is known of a course today, and what it decides. Nothing of it is signed.

    Attributes:
        verdict: suitable, conditional, deferred, referred, excluded or incomplete.
        worst_case: The worst verdict that the unknown facts leave possible.
        not_before: When all dated blocks are over; null if that is not known.
        reasons: Every rule that applies, the worst first.
        ask: What is still to ask.
        in_force: Null while nothing is signed.
    """

    course: uuid.UUID
    on: dt.date
    protocol: Pinned
    verdict: str
    worst_case: str
    not_before: dt.date | None
    says: str
    reasons: list[Why]
    ask: list[QuestionOut]
    answers: list[AnswerOut]
    in_force: InForceOut | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckOut:
    """One thing that was looked at before the needles.

    Attributes:
        state: clear, said, lead (only the medical lead goes on) or blocked.
    """

    what: str
    state: str
    says: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawalOut:
    """A consent taken back.

    Attributes:
        purpose: Empty: all purposes.
    """

    purpose: str
    at: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsentOut:
    """A consent that was signed.

    Attributes:
        course: Null: for all courses.
        stands_for: The purposes agreed to and not taken back.
        agreed: Those that were agreed to when it was signed.
    """

    id: uuid.UUID
    course: uuid.UUID | None
    title: str
    version: str
    language: str
    text_sha256: str
    stands_for: list[str]
    agreed: list[str]
    refused: list[str]
    signed_name: str
    signed_at: dt.datetime
    withdrawals: list[WithdrawalOut]


@dataclass(frozen=True, slots=True, kw_only=True)
class HappeningOut:
    """Something dated that rules speak of, such as sun on the area.

    Attributes:
        course: Null if it concerns all areas.
    """

    id: uuid.UUID
    course: uuid.UUID | None
    what: str
    label: str
    first: dt.date
    last: dt.date


@dataclass(frozen=True, slots=True, kw_only=True)
class LotUsed:
    """A lot that was used."""

    id: uuid.UUID
    kind: str
    name: str
    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalOut:
    """What is proposed for a course today. It is a proposal: only a person signs, in the clinic.

    Attributes:
        first: From when; null if no day can be known.
        forecast: Silent, with the reason, until there is evidence; then with intervals.
    """

    course: uuid.UUID
    on: dt.date
    protocol: Pinned
    last_session: dt.date
    decision: str
    first: dt.date | None
    last: dt.date | None
    late: bool
    reasons: list[Why]
    forecast: dict[str, Any] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewOut:
    """A review that a person signed.

    Attributes:
        reason: Why it is not what was proposed; empty if it is.
        proposal: What was proposed, as it stood when it was signed.
    """

    id: uuid.UUID
    course: uuid.UUID
    reviewed_on: dt.date
    proposed: str
    decision: str
    reason: str
    signed_name: str
    signed_at: dt.datetime
    protocol: Pinned
    proposal: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class ZoneOut:
    """The same, as it is kept."""

    name: str
    needle_setting_mm: float | None
    needles: int | None
    speed_hz: float | None
    passes: int | None
    seconds: int | None
    cm2: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionOut:
    """A session as it was held.

    Attributes:
        dots: Dots that were set, on a scalp; null where nobody wrote them down.
        price_cents: Euro cents agreed; null if nothing was.
        by_lead: Held by the medical lead's decision although a check stood against it.
    """

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
    dots: int | None
    reaction: str
    notes: str
    price_cents: int | None
    checks: list[CheckOut]
    by_lead: bool
    written_at: dt.datetime
    supersedes: uuid.UUID | None
    correction_reason: str
    stands: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class SignedOut:
    """A signed assessment, as it was signed.

    Attributes:
        stands: Whether nothing has superseded it.
        facts: The facts that it was made from, and why the missing ones were.
        result: The whole assessment: verdict, reasons with their sources, questions.
    """

    id: uuid.UUID
    course: uuid.UUID
    assessed_on: dt.date
    verdict: str
    worst_case: str
    not_before: dt.date | None
    signed_by: str
    signed_at: dt.datetime
    protocol: Pinned
    stands: bool
    facts: dict[str, Any]
    result: dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class SymptomOut:
    """A sign that was seen or reported after a session.

    Attributes:
        gone_on: Null while that is not known.
        seen_at: Null: an open alert, which nobody has looked at.
    """

    id: uuid.UUID
    course: uuid.UUID
    sign: str
    label: str
    reported_on: dt.date
    gone_on: dt.date | None
    words: str
    by_patient: bool
    seen_at: dt.datetime | None
    written_at: dt.datetime
