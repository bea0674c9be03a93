"""What the API answers and takes, as frozen values.

Written by ``tools/client_shapes.py`` from the API's own OpenAPI document; never edited by hand.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Pinned:
    """What pins a decision to a protocol."""

    id: str
    version: str
    hash: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """A place in a source.

    Attributes:
        source: The key of the source, see list_sources.
        at: The place in it.
        basis: clinic, literature or assumption: whose word it is.
    """

    source: str
    at: str
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side of a disagreement.

    Attributes:
        source: The key of the source, see list_sources.
        at: The place in it.
        basis: clinic, literature or assumption: whose word it is.
        fate: What became of the claim: used, disputed, rejected …
    """

    source: str
    at: str
    basis: str
    says: str
    fate: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """A place where sources disagree, and what the protocol does about it."""

    conflict: str
    topic: str
    sides: list[Side]
    treatment: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Original:
    """What a clinic's own rule replaced."""

    says: str
    cite: list[Cited]


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """A reason: the rule behind it, what it says, and its place in the sources.

    Attributes:
        effect: The verdict or decision that it leads to; none if it only informs.
        facts: The facts that decide it.
        until: The first day on which it is over; null if no day can be known.
        to: Who is asked, for a clearance.
        disputed: The other side, where sources disagree.
    """

    rule: str
    grade: str
    effect: str
    facts: list[str]
    until: dt.date | None
    says: str
    cite: list[Cited]
    to: str | None = None
    disputed: Dispute | None = None
    replaces: Original | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """A measured change, with the smallest one that could be told from the error.

    Attributes:
        what: What was measured, in words.
        value: Null where it was not measured: unknown, not zero.
        u: Its standard uncertainty, in the same unit.
        low: The lower end of its 95 % interval.
        high: The upper end.
        smallest_detectable: What is less than this is no detectable change.
        verdict: improved, worsened, changed, no_detectable_change or not_comparable.
    """

    what: str
    value: float | None
    u: float | None
    unit: str
    low: float | None
    high: float | None
    smallest_detectable: float | None
    verdict: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A measured value. It never stands without its uncertainty, its unit and what it is.

    Attributes:
        what: What was measured, in words.
        value: Null where it was not measured: unknown, not zero.
        u: Its standard uncertainty, in the same unit.
    """

    what: str
    value: float | None
    u: float | None
    unit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wrong:
    """One thing that is wrong with a request.

    Attributes:
        place: Where in the request, such as zones.0.name.
        what: What is wrong, in the language of the answer.
    """

    place: str
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """What went wrong (RFC 9457).

    Attributes:
        type: What kind of problem, urn:dermograph:problem:….
        title: The kind in words.
        status: The status of the answer.
        detail: What is wrong and what to do, in one text.
        instance: The path that was asked for.
        what: What is wrong.
        place: Where; empty where that says nothing.
        todo: What to do about it; empty where what says so.
        errors: Each thing that is wrong, where there are several.
    """

    type: str
    title: str
    status: int
    detail: str
    instance: str
    what: str
    place: str
    todo: str
    errors: list[Wrong] = field(default_factory=list)
