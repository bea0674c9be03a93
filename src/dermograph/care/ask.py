"""What to ask: the unknown facts that could still change the verdict, its date, or the conditions it comes with."""

from __future__ import annotations

import datetime as dt
import functools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from dermograph.care.verdict import BY_SEVERITY, CONDITIONAL, DEFERRED, GRADE_SEVERITY, Found, Verdict, Weighed, weigh
from dermograph.core.text import Language
from dermograph.protocols.citations import Cite
from dermograph.protocols.conditions import Compare, Facts, facts_of, leaves
from dermograph.protocols.model import Rule
from dermograph.protocols.vocabulary import Fact, FactValue, Missing, Vocabulary


@dataclass(frozen=True, slots=True)
class Question:
    """A fact that could still change the verdict, its date or its conditions.

    Attributes:
        could_become: The worst verdict that its answer could lead to.
        deciding: The size of the smallest set of unknown facts, this one among them, that would settle a rule.
        rules: The rules that ask for it, the most severe first.
        missing: Why it is not known: a key of ``MISSING``.
    """

    fact: Fact
    could_become: Verdict
    deciding: int
    rules: tuple[Rule, ...]
    missing: str

    @property
    def cite(self) -> tuple[Cite, ...]:
        """Where the sources ask for it, in the order of the rules."""
        return tuple(dict.fromkeys(cite for rule in self.rules for cite in rule.cite))

    def to_json(self, language: Language) -> dict[str, Any]:
        """As the contract has it, the question in one language."""
        return {
            "fact": self.fact.id,
            "scope": self.fact.scope,
            "question": self.fact.question.say(language),
            "could_become": self.could_become.value,
            "missing": self.missing,
            "rules": [rule.id for rule in self.rules],
            "cite": [cite.to_json() for cite in self.cite],
        }


_FEW_VALUES = ("boolean", "choice", "integer")


@dataclass(slots=True)
class _Weight:
    """How much a question weighs: the smallest deciding set that it is in, its worst outcome, the rules that ask it."""

    size: int
    severity: int
    rules: list[Rule]

    def add(self, size: int, severity: int, rule: Rule) -> None:
        """Let one more rule ask."""
        self.size = min(self.size, size)
        self.severity = max(self.severity, severity)
        if rule not in self.rules:
            self.rules.append(rule)


def questions(
    weighed: Weighed, facts: Facts, missing: Mapping[str, Missing], on: dt.date, vocabulary: Vocabulary
) -> tuple[Question, ...]:
    """The questions between what is decided and the worst case: smallest deciding set first, then the most severe."""
    weights = _Search(weighed, on, vocabulary).run(facts)
    order = list(vocabulary.facts)
    ranked = sorted(weights, key=lambda fact: (weights[fact].size, -weights[fact].severity, order.index(fact)))
    return tuple(
        Question(
            vocabulary.facts[fact],
            BY_SEVERITY[weights[fact].severity],
            weights[fact].size,
            tuple(sorted(weights[fact].rules, key=lambda rule: -GRADE_SEVERITY[rule.grade])),
            missing.get(fact, Missing()).why,
        )
        for fact in ranked
    )


class _Search:
    """Finds the facts that matter.

    A rule that waits for a fact of its own matters by itself. Where rules share what they wait for, what matters
    depends on how that turns out, so each of its values is tried: of burns alone it matters whether they have healed.
    """

    def __init__(self, weighed: Weighed, on: dt.date, vocabulary: Vocabulary) -> None:
        self.weighed = weighed
        self.on = on
        self.vocabulary = vocabulary
        self.sizes = {one.rule: len(one.finding.facts) for one in weighed.open}
        self.weights: dict[str, _Weight] = {}
        self.tried: set[str] = set()
        self.ends: list[Weighed] = []

    def run(self, facts: Facts) -> dict[str, _Weight]:
        """The weight of every fact that matters."""
        self._follow(self.weighed, facts)
        states = {(end.decided, end.not_before): end for end in self.ends}.values()
        for one in self.weighed.open:
            if self._stands_alone(one) and any(_matters(one, state) for state in states):
                self._add(one)
        for end in self.ends:
            for one in end.open:
                if not self._stands_alone(one) and _matters(one, end):
                    self._add(one)
        return self.weights

    def _follow(self, here: Weighed, known: Facts) -> None:
        """Try every value of what is shared, until nothing is."""
        relevant = [one for one in here.open if _matters(one, here)]
        pivot = _pivot(relevant, self.vocabulary)
        if pivot is None:
            self.ends.append(here)
            return
        self.tried.add(pivot)
        for one in relevant:
            if pivot in one.finding.facts:
                self._add(one, only=pivot)
        for value in _values(self.vocabulary.facts[pivot], here.open):
            further = {**known, pivot: value}
            self._follow(weigh(self._found(here, pivot, further), self.on), further)

    def _found(self, here: Weighed, pivot: str, further: Facts) -> Iterator[Found]:
        for one in (*here.applying, *here.open):
            if pivot in _facts_of(one.rule):
                yield Found(one.severity, one.rule, one.rule.applies.evaluate(further, self.on))
            else:
                yield one

    def _stands_alone(self, one: Found) -> bool:
        return self.tried.isdisjoint(_facts_of(one.rule))

    def _add(self, one: Found, *, only: str | None = None) -> None:
        size = self.sizes[one.rule]
        for fact in (only,) if only else one.finding.facts:
            self.weights.setdefault(fact, _Weight(size, one.severity, [])).add(size, one.severity, one.rule)


def _matters(one: Found, weighed: Weighed) -> bool:
    """Whether a rule that is still open could change the verdict, its date, or the conditions it comes with."""
    if weighed.decided < DEFERRED:
        return one.severity >= CONDITIONAL
    if one.severity != weighed.decided:
        return one.severity > weighed.decided
    until, not_before = one.finding.until, weighed.not_before
    return not_before is not None and (until is None or until > not_before)


def _pivot(relevant: list[Found], vocabulary: Vocabulary) -> str | None:
    """The fact on which most rules wait, if some wait for it together with others or several wait for it.

    None if every rule waits for one fact of its own, or if only dates are left.
    """
    waiting: Counter[str] = Counter()
    shared: set[str] = set()
    for one in relevant:
        names = [fact for fact in one.finding.facts if vocabulary.facts[fact].type in _FEW_VALUES]
        waiting.update(names)
        shared |= {fact for fact in names if len(one.finding.facts) > 1 or waiting[fact] > 1}
    return max(shared, key=lambda fact: (waiting[fact], fact), default=None)


def _values(fact: Fact, open_rules: Iterable[Found]) -> list[FactValue]:
    """One value from every class of values that the open rules tell apart."""
    if fact.type == "boolean":
        return [False, True]
    comparisons = {leaf for one in open_rules for leaf in _comparisons(one.rule, fact.id)}
    classes: dict[tuple[bool, ...], FactValue] = {}
    for value in fact.values if fact.type == "choice" else range(fact.low, fact.high + 1):
        answers = tuple(leaf.OPERATORS[leaf.operator](value, leaf.value) for leaf in comparisons)
        classes.setdefault(answers, value)
    return list(classes.values())


@functools.lru_cache(maxsize=1024)
def _facts_of(rule: Rule) -> frozenset[str]:
    return frozenset(facts_of(rule.applies))


@functools.lru_cache(maxsize=4096)
def _comparisons(rule: Rule, fact: str) -> tuple[Compare, ...]:
    """Where a rule compares a fact."""
    return tuple(leaf for leaf in leaves(rule.applies) if isinstance(leaf, Compare) and leaf.fact == fact)
