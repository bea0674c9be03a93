"""A protocol as frozen, typed values. Every rule and every number in it cites its source.

Statements are compared by identity: one of a clinic and the one that it replaces are never the same, whatever they say.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from dermograph.core.dates import Period
from dermograph.core.text import Text
from dermograph.protocols.citations import Cite, Conflict, Source
from dermograph.protocols.conditions import Condition, Facts, facts_of
from dermograph.protocols.vocabulary import Fact, Vocabulary

Grade = Literal["absolute", "until_date", "until_condition", "clearance", "caution", "info"]
Frequency = Literal["common", "uncommon", "unstated"]
GRADES: tuple[Grade, ...] = ("absolute", "until_date", "until_condition", "clearance", "caution", "info")


@dataclass(frozen=True, slots=True)
class Amount:
    """A number as a source gives it: exact, with a unit, without an uncertainty."""

    value: float
    unit: str

    def __str__(self) -> str:
        return f"{self.value:g} {self.unit}"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Statement:
    """Something a protocol states.

    Attributes:
        id: Unique among the statements of its kind.
        says: What a person reads.
        cite: Where it comes from, at least one place.
        conflict: The id of the conflict between sources that it belongs to; None if they agree.
        replaces: Where a clinic has overridden it, the original; else None.
        override: Why the clinic did, and who decided; None if nobody did.
    """

    id: str
    says: Text
    cite: tuple[Cite, ...]
    conflict: str | None = None
    replaces: Statement | None = None
    override: Override | None = None


@dataclass(frozen=True, slots=True)
class Override:
    """The clinic's own decision to replace a statement."""

    reason: Text
    decided_by: str
    protocol: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Indication(Statement):
    """What the sources treat."""

    when: Condition


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rule(Statement):
    """What speaks against a treatment, or has to be minded.

    Attributes:
        when: The condition as written.
        applies: The condition less what rules that override this one take from it; this is what is evaluated.
        to: For a clearance: who is asked.
        overrides: The ids of the rules that are silent where this one applies.
    """

    grade: Grade
    when: Condition
    applies: Condition
    to: Text | None = None
    overrides: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Preparation(Statement):
    """What goes before a session.

    Attributes:
        avoid: The kind of event to avoid; None for advice that closes no day.
        period: For how long before the session.
    """

    avoid: str | None = None
    period: Period | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Parameter(Statement):
    """How a session is done.

    Attributes:
        low, high: The stated range, both inclusive; None where the source gives no figure.
        required: Kinds of lots that have to be recorded.
    """

    low: Amount | None = None
    high: Amount | None = None
    required: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spacing(Statement):
    """Time between two sessions.

    Attributes:
        at_least: Binding: the next session is not sooner.
        usually_at_most: Not binding: a later session is late, not forbidden; None where the source gives no figure.
    """

    at_least: Period
    usually_at_most: Period | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PublishedSessions(Statement):
    """How many sessions the source reports. A published figure, never a plan for one patient.

    Attributes:
        seen: The counts that the source names, ascending.
        is_range: Whether everything between the first and the last is meant too.
    """

    seen: tuple[int, ...]
    is_range: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Timed(Statement):
    """A statement about a period after a session."""

    period: Period


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Aftercare(Statement):
    """What holds after a session.

    Attributes:
        avoid: The kind of event that it forbids; None where it forbids none.
        period: Until it is over, counted from the session; None where the source gives no figure.
        shortest: The lower end, where the source gives a range.
    """

    avoid: str | None = None
    period: Period | None = None
    shortest: Period | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SideEffect(Statement):
    """What may happen after a session, and when to worry.

    Attributes:
        shortest, longest: For how long it usually lasts; None where the source gives no figure.
    """

    frequency: Frequency
    worry: Text
    shortest: Period | None = None
    longest: Period | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Maintenance(Statement):
    """What goes on once the treatment has ended.

    Attributes:
        every: After how long somebody looks again; None for what has no interval.
    """

    every: Period | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Price(Statement):
    """What a session costs."""

    amount: Amount
    per: str


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Answer(Statement):
    """A patient's question; ``says`` is the answer."""

    question: Text


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SignRule(Statement):
    """What a sign reported after a session leads to.

    Attributes:
        sign: Its id in the vocabulary.
        decision: What follows.
        usual_for: For how long after the session the sign is usual: until then the review waits.
    """

    sign: str
    decision: Literal["refer", "wait"]
    usual_for: Period | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Goal(Statement):
    """When a contrast is no longer visible.

    Attributes:
        light, dark: The visible difference on light and on dark skin, ΔE00.
        dark_from_phototype: The first phototype taken as dark.
        dark_below_ita: Skin with an ITA at or below this, in degrees, is taken as dark; it goes before the phototype.
        confidence: The chance, from 0 to 1, with which the contrast has to be at the goal.
    """

    light: float
    dark: float
    dark_from_phototype: int
    dark_below_ita: float
    confidence: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Plateau(Statement):
    """After how many sessions in a row without a detectable change the treatment has reached its plateau."""

    sessions: int


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReviewRules:
    """How the answer of the skin is judged."""

    measure_after: Timed
    signs: tuple[SignRule, ...]
    goal: Goal
    plateau: Plateau
    maintain: Statement | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Course:
    """How sessions follow each other."""

    spacing: Spacing
    published_sessions: PublishedSessions
    review_before_next: Statement
    settled_after: Timed


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Protocol:
    """One treatment, complete.

    Attributes:
        hash: ``sha256:`` of everything that decides: the protocol, the vocabulary, the registers, the overrides.
        rules: All rules, the one for lesions outside the indications first.
        sources: All registers of sources, by their keys.
        conflicts: The register of conflicts, by their ids.
        vocabulary: What a case may hold.
        base: The id of the protocol that a clinic's own one extends; None for an original.
    """

    id: str
    version: str
    hash: str
    title: Text
    summary: Text
    indications: tuple[Indication, ...]
    rules: tuple[Rule, ...]
    preparation: tuple[Preparation, ...]
    session: tuple[Parameter, ...]
    course: Course
    aftercare: tuple[Aftercare, ...]
    side_effects: tuple[SideEffect, ...]
    results: tuple[Statement, ...]
    maintenance: tuple[Maintenance, ...]
    price: Price | None
    answers: tuple[Answer, ...]
    review: ReviewRules
    sources: Mapping[str, Source]
    conflicts: Mapping[str, Conflict]
    vocabulary: Vocabulary
    base: str | None = None

    def silent_on(self, facts: Facts) -> list[Fact]:
        """The facts of concern among some known ones that no rule of this protocol names, in the vocabulary's order."""
        named = _named(self)
        known = [self.vocabulary.facts[name] for name in facts if name not in named]
        concerning = [fact for fact in known if facts[fact.id] in fact.concern]
        return sorted(concerning, key=lambda fact: list(self.vocabulary.facts).index(fact.id)) if concerning else []

    def parameter(self, name: str) -> Parameter | None:
        """A session parameter by its id; None where the source does not speak of it."""
        return next((parameter for parameter in self.session if parameter.id == name), None)

    def to_json(self) -> dict[str, str]:
        """What pins a verdict to this protocol."""
        return {"id": self.id, "version": self.version, "hash": self.hash}


@functools.lru_cache(maxsize=64)
def _named(protocol: Protocol) -> frozenset[str]:
    """The facts that any rule of a protocol names."""
    return frozenset(name for rule in protocol.rules for name in facts_of(rule.applies))
