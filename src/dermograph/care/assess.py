"""Assessment: what the known facts decide, the worst that the unknown ones could make of it, and what to ask."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from dermograph.care.ask import Question, questions
from dermograph.care.case import Case
from dermograph.care.reasons import Reason
from dermograph.care.verdict import BY_SEVERITY, EFFECT, Verdict, evaluate, weigh
from dermograph.core.text import Language
from dermograph.core.truth import Truth
from dermograph.protocols.conditions import Facts
from dermograph.protocols.model import Protocol
from dermograph.protocols.vocabulary import Missing

_NONE_MISSING: Mapping[str, Missing] = MappingProxyType({})


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
    areas = tuple(assess_area(area.name, area.facts, case.assessed_on, protocol, area.missing) for area in case.areas)
    return Assessment(case.treatment, case.assessed_on, protocol, areas)


def assess_area(
    name: str, facts: Facts, on: dt.date, protocol: Protocol, missing: Mapping[str, Missing] = _NONE_MISSING
) -> AreaAssessment:
    """Assess one area on one day.

    Args:
        name: As the clinic calls it.
        facts: The known facts of the patient and of the area.
        on: The day.
        protocol: What to assess by.
        missing: Why facts are not known, where somebody said so; it changes no verdict.
    """
    weighed = weigh(evaluate(protocol.rules, facts, on), on)
    applying = sorted(weighed.applying, key=lambda found: -found.severity)  # stable: else in the protocol's order
    reasons = [
        Reason.of_rule(found.rule, EFFECT[found.rule.grade].value, found.finding, protocol) for found in applying
    ]
    for indication in protocol.indications:
        finding = indication.when.evaluate(facts, on)
        if finding.truth is Truth.TRUE:
            reasons.append(Reason.of_indication(indication, finding, protocol))
    reasons += [Reason.of_silence(fact, facts[fact.id], protocol) for fact in protocol.silent_on(facts)]
    ask = questions(weighed, facts, missing, on, protocol.vocabulary)
    return AreaAssessment(name, weighed.verdict, BY_SEVERITY[weighed.worst], weighed.not_before, tuple(reasons), ask)
