"""Conditions of rules: a small closed set of frozen nodes, checked when they are built.

A condition is evaluated on facts, some of which may be missing, and on a day. It never guesses: what it cannot know is
unknown. What it finds carries the facts that decided it and the first day on which it would cease to hold.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import ClassVar

from dermograph.core.dates import Period
from dermograph.core.truth import Truth, all_of, any_of
from dermograph.protocols.vocabulary import FactValue

Facts = Mapping[str, FactValue]  # known facts only; what is not in it is unknown


@dataclass(frozen=True, slots=True)
class Finding:
    """What a condition is found to be.

    Attributes:
        truth: True, false or unknown.
        facts: The ids of the facts that decide it; when unknown, the missing ones that would.
        until: If true, the first day on which time alone makes it false; None if time does not. If unknown, the latest
            such day that the missing facts leave possible.
    """

    truth: Truth
    facts: tuple[str, ...] = ()
    until: dt.date | None = None


def _merge(findings: list[Finding], truth: Truth) -> tuple[str, ...]:
    return tuple(dict.fromkeys(fact for finding in findings if finding.truth is truth for fact in finding.facts))


@dataclass(frozen=True, slots=True)
class All:
    """True if all parts are; each part is a condition."""

    parts: tuple[Condition, ...]

    def evaluate(self, facts: Facts, on: dt.date) -> Finding:
        """Kleene's "and". It ends with the first part that ends."""
        findings = [part.evaluate(facts, on) for part in self.parts]
        truth = all_of(finding.truth for finding in findings)
        ends = [finding.until for finding in findings if finding.until is not None]
        until = min(ends) if ends and truth is not Truth.FALSE else None
        return Finding(truth, _merge(findings, truth), until)


@dataclass(frozen=True, slots=True)
class AnyOf:
    """True if any part is; each part is a condition without ``Within`` (two waits are two rules)."""

    parts: tuple[Condition, ...]

    def evaluate(self, facts: Facts, on: dt.date) -> Finding:
        """Kleene's "or"."""
        findings = [part.evaluate(facts, on) for part in self.parts]
        truth = any_of(finding.truth for finding in findings)
        return Finding(truth, _merge(findings, truth))


@dataclass(frozen=True, slots=True)
class Not:
    """True if its part is false. Never stands over ``Within``: it would begin to hold by the mere passing of time."""

    part: Condition

    def evaluate(self, facts: Facts, on: dt.date) -> Finding:
        """Kleene's "not"."""
        finding = self.part.evaluate(facts, on)
        return Finding(~finding.truth, finding.facts)


@dataclass(frozen=True, slots=True)
class Compare:
    """A known fact compared with a value; unknown while the fact is missing.

    Attributes:
        operator: A key of ``OPERATORS``.
        value: A single value, or for ``one_of`` the values.
    """

    fact: str
    operator: str
    value: FactValue | tuple[FactValue, ...]

    OPERATORS: ClassVar[Mapping[str, Callable[[FactValue, FactValue | tuple[FactValue, ...]], bool]]] = {
        "is": lambda known, value: known == value,
        "one_of": lambda known, value: known in value,  # type: ignore[operator]  # the loader gives it a tuple
        "at_least": lambda known, value: known >= value,  # type: ignore[operator]  # the loader admits integers only
        "more_than": lambda known, value: known > value,  # type: ignore[operator]  # the same
        "at_most": lambda known, value: known <= value,  # type: ignore[operator]  # the same
        "less_than": lambda known, value: known < value,  # type: ignore[operator]  # the same
    }

    def evaluate(self, facts: Facts, on: dt.date) -> Finding:  # noqa: ARG002 (every node is asked in one way)
        """The comparison, where the fact is known."""
        known = facts.get(self.fact)
        if known is None:
            return Finding(Truth.UNKNOWN, (self.fact,))
        return Finding(Truth.of(self.OPERATORS[self.operator](known, self.value)), (self.fact,))


@dataclass(frozen=True, slots=True)
class Known:
    """Whether a fact is known at all; never unknown itself."""

    fact: str
    known: bool

    def evaluate(self, facts: Facts, on: dt.date) -> Finding:  # noqa: ARG002 (the same)
        """True or false, whatever the fact's value."""
        return Finding(Truth.of((self.fact in facts) is self.known), (self.fact,))


@dataclass(frozen=True, slots=True)
class Within:
    """The period after a date is not over: the day of evaluation lies before date + period.

    Attributes:
        never: Words that may stand for the date and make it false.
        ongoing: Words that make it true without an end.
    """

    fact: str
    period: Period
    never: frozenset[str] = frozenset()
    ongoing: frozenset[str] = frozenset()

    def evaluate(self, facts: Facts, on: dt.date) -> Finding:
        """True until the period is over; the day on which it is over is already outside it."""
        known = facts.get(self.fact)
        if known is None:
            return Finding(Truth.UNKNOWN, (self.fact,), None if self.ongoing else self.period.after(on))
        if isinstance(known, dt.date):
            until = self.period.after(known)
            return Finding(Truth.of(on < until), (self.fact,), until if on < until else None)
        return Finding(Truth.of(known in self.ongoing), (self.fact,))


Condition = All | AnyOf | Not | Compare | Known | Within


def leaves(condition: Condition) -> Iterator[Compare | Known | Within]:
    """The comparisons of a condition, from left to right."""
    if isinstance(condition, All | AnyOf):
        for part in condition.parts:
            yield from leaves(part)
    elif isinstance(condition, Not):
        yield from leaves(condition.part)
    else:
        yield condition


def facts_of(condition: Condition) -> tuple[str, ...]:
    """The ids of all facts that a condition names, in order, each once."""
    return tuple(dict.fromkeys(leaf.fact for leaf in leaves(condition)))
