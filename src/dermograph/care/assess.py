"""Assessment: what the known facts decide, the worst that the unknown ones could make of it, and what to ask."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dermograph.care.case import Case
from dermograph.care.reasons import Reason
from dermograph.core.text import Language
from dermograph.core.truth import Truth
from dermograph.protocols.citations import Cite
from dermograph.protocols.conditions import Facts, Finding
from dermograph.protocols.model import Grade, Protocol, Rule
from dermograph.protocols.vocabulary import Fact


class Verdict(enum.Enum):
    """The answer for one area.

    ``severity`` orders them from ``suitable`` (0) to ``excluded`` (4); ``incomplete`` is not a severity but an open
    question, and has None.
    """

    SUITABLE = "suitable"
    CONDITIONAL = "conditional"
    DEFERRED = "deferred"
    REFERRED = "referred"
    EXCLUDED = "excluded"
    INCOMPLETE = "incomplete"

    @property
    def severity(self) -> int | None:
        """0 for suitable to 4 for excluded; None for incomplete."""
        return SEVERITY.get(self)

    @property
    def blocks(self) -> bool:
        """Whether no session may be held."""
        return self in (Verdict.DEFERRED, Verdict.REFERRED, Verdict.EXCLUDED)


BY_SEVERITY = (Verdict.SUITABLE, Verdict.CONDITIONAL, Verdict.DEFERRED, Verdict.REFERRED, Verdict.EXCLUDED)
SEVERITY = {verdict: severity for severity, verdict in enumerate(BY_SEVERITY)}

EFFECT: Mapping[Grade, Verdict] = {
    "absolute": Verdict.EXCLUDED,
    "clearance": Verdict.REFERRED,
    "until_date": Verdict.DEFERRED,
    "until_condition": Verdict.DEFERRED,
    "caution": Verdict.CONDITIONAL,
    "info": Verdict.SUITABLE,
}
GRADE_SEVERITY: Mapping[Grade, int] = {grade: SEVERITY[verdict] for grade, verdict in EFFECT.items()}
CONDITIONAL, DEFERRED = SEVERITY[Verdict.CONDITIONAL], SEVERITY[Verdict.DEFERRED]


@dataclass(frozen=True, slots=True)
class Question:
    """A fact that could still change the verdict, its date or its conditions.

    Attributes:
        could_become: The worst verdict that its answer could lead to.
        deciding: The size of the smallest set of unknown facts, this one among them, that would settle a rule.
        rules: The rules that ask for it, the most severe first.
    """

    fact: Fact
    could_become: Verdict
    deciding: int
    rules: tuple[Rule, ...]

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
            "rules": [rule.id for rule in self.rules],
            "cite": [cite.to_json() for cite in self.cite],
        }


@dataclass(frozen=True, slots=True)
class AreaAssessment:
    """The assessment of one area.

    Attributes:
        verdict: The worst of what the known facts decide; ``incomplete`` where they do not block, but an unknown could
            block, or could add a condition where none is known.
        worst_case: The worst verdict that the unknown facts leave possible.
        not_before: The first day on which all dated blocks are over, the day of assessment if nothing blocks; None if
            a block has no date, or if it is not known whether something blocks.
        reasons: Every rule that applies, worst first, then the indications that hold.
        ask: The questions between the verdict and the worst case, smallest deciding set first.
    """

    name: str
    verdict: Verdict
    worst_case: Verdict
    not_before: dt.date | None
    reasons: tuple[Reason, ...]
    ask: tuple[Question, ...]

    def to_json(self, language: Language = "en") -> dict[str, Any]:
        """As the contract has it, texts in one language."""
        return {
            "name": self.name,
            "verdict": self.verdict.value,
            "worst_case": self.worst_case.value,
            "not_before": self.not_before.isoformat() if self.not_before else None,
            "reasons": [reason.to_json(language) for reason in self.reasons],
            "ask": [question.to_json(language) for question in self.ask],
        }


@dataclass(frozen=True, slots=True)
class Assessment:
    """The assessment of a case, pinned to the protocol that decided it."""

    treatment: str
    assessed_on: dt.date
    protocol: Protocol
    areas: tuple[AreaAssessment, ...]

    def area(self, name: str) -> AreaAssessment:
        """The assessment of the area of that name.

        Raises:
            KeyError: If there is none.
        """
        for area in self.areas:
            if area.name == name:
                return area
        raise KeyError(name)

    def to_json(self, language: Language = "en") -> dict[str, Any]:
        """One object, as the contract has it."""
        return {
            "schema": "dermograph.assessment/1",
            "treatment": self.treatment,
            "protocol": self.protocol.to_json(),
            "assessed_on": self.assessed_on.isoformat(),
            "areas": [area.to_json(language) for area in self.areas],
        }


def assess(case: Case, protocol: Protocol) -> Assessment:
    """Assess every area of a case.

    Each rule is evaluated in three-valued logic; the most severe one that applies decides, and all that apply are
    kept as reasons. A missing fact never counts as "no".

    >>> from dermograph import read_case
    >>> from dermograph.protocols import load_library
    >>> library = load_library()
    >>> text = "{treatment: scalp, assessed_on: 2026-11-21, areas: [{name: crown, lesion: alopecia}]}"
    >>> assess(read_case(text, library.vocabulary), library.protocol("scalp")).area("crown").verdict
    <Verdict.INCOMPLETE: 'incomplete'>
    """
    areas = tuple(assess_area(area.name, area.facts, case.assessed_on, protocol) for area in case.areas)
    return Assessment(case.treatment, case.assessed_on, protocol, areas)


def assess_area(name: str, facts: Facts, on: dt.date, protocol: Protocol) -> AreaAssessment:
    """Assess one area on one day, from the known facts of the patient and of the area."""
    applying: list[tuple[int, Rule, Finding]] = []
    open_rules: list[tuple[int, Rule, Finding]] = []
    for rule in protocol.rules:
        finding = rule.applies.evaluate(facts, on)
        if finding.truth is Truth.TRUE:
            applying.append((GRADE_SEVERITY[rule.grade], rule, finding))
        elif finding.truth is Truth.UNKNOWN:
            open_rules.append((GRADE_SEVERITY[rule.grade], rule, finding))
    decided = max((severity for severity, _, _ in applying), default=0)
    worst = max((severity for severity, _, _ in open_rules), default=0)
    worst = max(worst, decided)
    verdict = BY_SEVERITY[decided]
    if decided < DEFERRED and worst > decided:
        verdict = Verdict.INCOMPLETE
    not_before = _not_before(verdict, applying, on)
    relevant = [
        (severity, rule, finding)
        for severity, rule, finding in open_rules
        if _matters(severity, finding, decided, not_before)
    ]
    applying.sort(key=lambda entry: -entry[0])  # stable: rules of one severity keep the protocol's order
    reasons = [Reason.of_rule(rule, EFFECT[rule.grade].value, finding, protocol) for _, rule, finding in applying]
    for indication in protocol.indications:
        finding = indication.when.evaluate(facts, on)
        if finding.truth is Truth.TRUE:
            reasons.append(Reason.of_indication(indication, finding, protocol))
    ask = _questions(relevant, protocol)
    return AreaAssessment(name, verdict, BY_SEVERITY[worst], not_before, tuple(reasons), ask)


def _not_before(verdict: Verdict, applying: list[tuple[int, Rule, Finding]], on: dt.date) -> dt.date | None:
    if verdict is Verdict.INCOMPLETE:
        return None
    ends = [finding.until for severity, _, finding in applying if severity >= DEFERRED]
    dated = [end for end in ends if end is not None]
    if len(dated) < len(ends):
        return None
    return max(dated, default=on)


def _matters(severity: int, finding: Finding, decided: int, not_before: dt.date | None) -> bool:
    """Whether a rule that is still open could change the verdict, its date, or the conditions it comes with."""
    if decided < DEFERRED:
        return severity >= CONDITIONAL
    if severity != decided:
        return severity > decided
    return not_before is not None and (finding.until is None or finding.until > not_before)


def _questions(open_rules: list[tuple[int, Rule, Finding]], protocol: Protocol) -> tuple[Question, ...]:
    worst: dict[str, int] = {}
    smallest: dict[str, int] = {}
    asking: dict[str, list[Rule]] = {}
    for severity, rule, finding in sorted(open_rules, key=lambda entry: -entry[0]):
        for fact in finding.facts:
            worst[fact] = max(worst.get(fact, 0), severity)
            smallest[fact] = min(smallest.get(fact, len(finding.facts)), len(finding.facts))
            asking.setdefault(fact, []).append(rule)
    order = list(protocol.vocabulary.facts)
    ranked = sorted(worst, key=lambda fact: (smallest[fact], -worst[fact], order.index(fact)))
    facts = protocol.vocabulary.facts
    return tuple(
        Question(facts[fact], BY_SEVERITY[worst[fact]], smallest[fact], tuple(asking[fact])) for fact in ranked
    )
