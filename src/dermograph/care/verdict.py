"""Verdicts: how severe each is, and what rules add up to."""

from __future__ import annotations

import datetime as dt
import enum
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dermograph.core.truth import Truth
from dermograph.protocols.conditions import Facts, Finding
from dermograph.protocols.model import Grade, Rule


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
class Found:
    """A rule, its severity, and what it is found to be."""

    severity: int
    rule: Rule
    finding: Finding


@dataclass(frozen=True, slots=True)
class Weighed:
    """What some rules add up to.

    Attributes:
        applying: The rules that apply.
        open: The rules of which it is not known.
        decided: The severity of the worst that applies, 0 if none does.
        worst: The severity of the worst that applies or could.
        not_before: The first day on which all dated blocks are over; None if a block has no date, or if it is not known
            whether something blocks.
    """

    applying: tuple[Found, ...]
    open: tuple[Found, ...]
    decided: int
    worst: int
    not_before: dt.date | None

    @property
    def verdict(self) -> Verdict:
        """The verdict: incomplete where what applies does not block and something worse is open."""
        if self.decided < DEFERRED and self.worst > self.decided:
            return Verdict.INCOMPLETE
        return BY_SEVERITY[self.decided]


def evaluate(rules: Iterable[Rule], facts: Facts, on: dt.date) -> list[Found]:
    """Every rule on one day."""
    return [Found(GRADE_SEVERITY[rule.grade], rule, rule.applies.evaluate(facts, on)) for rule in rules]


def weigh(found: Iterable[Found], on: dt.date) -> Weighed:
    """What rules add up to: the most severe one decides."""
    applying: list[Found] = []
    still_open: list[Found] = []
    for one in found:
        if one.finding.truth is Truth.TRUE:
            applying.append(one)
        elif one.finding.truth is Truth.UNKNOWN:
            still_open.append(one)
    decided = max((one.severity for one in applying), default=0)
    worst = max((one.severity for one in still_open), default=0)
    ends = [one.finding.until for one in applying if one.severity >= DEFERRED]
    dated = [end for end in ends if end is not None]
    incomplete = decided < DEFERRED and worst > decided
    not_before = None if incomplete or len(dated) < len(ends) else max(dated, default=on)
    return Weighed(tuple(applying), tuple(still_open), decided, max(worst, decided), not_before)
