"""What a new method changed: each comparison held against the one that it superseded."""

from __future__ import annotations

import math
import statistics
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from dermograph.clinic.gallery.comparing import BY_ANOTHER_METHOD, METHOD
from dermograph.clinic.gallery.models import Comparison, Comparisons, Stage
from dermograph.clinic.people.models import Clinic

Json = dict[str, Any]
_SCHEMA = "dermograph.measured-again/1"


@dataclass(slots=True)
class Moved:
    """How far one measure moved.

    Attributes:
        unit: Of the measure.
        both: Comparisons that have a figure of both methods.
        appeared, gone: Those that have one of only the new, or only the former method.
        differences: New less former change, in ``unit``.
        largest_u: The largest difference over the standard uncertainty that the former figure was stated with; None
            where none was stated.
        largest_at: The comparison in which it is.
    """

    unit: str
    both: int = 0
    appeared: int = 0
    gone: int = 0
    differences: list[float] = field(default_factory=list)
    largest_u: float | None = None
    largest_at: str = ""

    def add(self, at: str, former: Json | None, new: Json | None) -> None:
        """Count one comparison."""
        if former is None or new is None:
            self.gone += former is not None
            self.appeared += new is not None
            return
        self.both += 1
        difference = new["value"] - former["value"]
        self.differences.append(difference)
        u = former.get("u")
        if u and (self.largest_u is None or abs(difference) / u > self.largest_u):
            self.largest_u, self.largest_at = abs(difference) / u, at

    def to_json(self) -> Json:
        """For other programs."""
        moves = [abs(one) for one in self.differences]
        return {
            "unit": self.unit,
            "both": self.both,
            "appeared": self.appeared,
            "gone": self.gone,
            "median": statistics.median(self.differences) if moves else None,
            "largest": max(moves, default=None),
            "largest_over_u": self.largest_u,
            "largest_in": self.largest_at or None,
        }


@dataclass(slots=True)
class Changes:
    """What changed in all.

    Attributes:
        compared: Comparisons that were measured by both methods.
        verdicts: How often a verdict became which other one.
        measures: By name.
    """

    compared: int = 0
    verdicts: Counter[tuple[str, str]] = field(default_factory=Counter)
    measures: dict[str, Moved] = field(default_factory=dict)

    @property
    def other_verdicts(self) -> int:
        """How many verdicts differ."""
        return sum(n for (former, new), n in self.verdicts.items() if former != new)

    def to_json(self) -> Json:
        """For other programs."""
        return {
            "schema": _SCHEMA,
            "method": METHOD,
            "compared": self.compared,
            "other_verdicts": self.other_verdicts,
            "verdicts": [{"former": a, "new": b, "n": n} for (a, b), n in sorted(self.verdicts.items())],
            "measures": {name: one.to_json() for name, one in self.measures.items()},
        }


def changes(clinic: Clinic | None = None) -> Changes:
    """Hold what stands by the method of today against what it superseded.

    Args:
        clinic: This one alone; None takes all.
    """
    found = Changes()
    for pk, former, new in _pairs(clinic):
        found.compared += 1
        found.verdicts[str(former.get("verdict")), str(new.get("verdict"))] += 1
        old, now = _figures(former), _figures(new)
        for name in {**old, **now}:
            unit = (now.get(name) or old[name])["unit"]
            moved = found.measures.setdefault(name, Moved(unit))
            moved.add(pk, _change(old.get(name)), _change(now.get(name)))
    return found


def _pairs(clinic: Clinic | None) -> Iterator[tuple[str, Json, Json]]:
    standing: Comparisons = Comparison.objects.standing()
    rows = standing.filter(method=METHOD, stage=Stage.DONE, correction_reason=BY_ANOTHER_METHOD)
    if clinic is not None:
        rows = rows.filter(clinic=clinic)
    for pk, former, new in rows.values_list("pk", "supersedes__result", "result").iterator(chunk_size=200):
        if former and new:
            yield str(pk), former, new


def _figures(result: Json) -> dict[str, Json]:
    return {one["name"]: one for one in result.get("measures", [])}


def _change(measure: Json | None) -> Json | None:
    """A change that has a figure."""
    change = (measure or {}).get("change") or {}
    value = change.get("value")
    return change if isinstance(value, int | float) and math.isfinite(value) else None
