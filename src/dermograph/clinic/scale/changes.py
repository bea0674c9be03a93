"""What a new method changed: each comparison held against the one that it superseded."""

from __future__ import annotations

import math
import statistics
import uuid
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from dermograph.clinic.gallery.comparing import METHOD
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
        largest_u_at: The comparison in which it is.
        largest: The largest difference, in ``unit``; None without any.
        largest_at: The comparison in which that is.
    """

    unit: str
    both: int = 0
    appeared: int = 0
    gone: int = 0
    differences: list[float] = field(default_factory=list)
    largest_u: float | None = None
    largest_u_at: str = ""
    largest: float | None = None
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
        if self.largest is None or abs(difference) > self.largest:
            self.largest, self.largest_at = abs(difference), at
        u = former.get("u")
        if u and (self.largest_u is None or abs(difference) / u > self.largest_u):
            self.largest_u, self.largest_u_at = abs(difference) / u, at

    def to_json(self) -> Json:
        """For other programs."""
        return {
            "unit": self.unit,
            "both": self.both,
            "appeared": self.appeared,
            "gone": self.gone,
            "median": statistics.median(self.differences) if self.differences else None,
            "largest": self.largest,
            "largest_in": self.largest_at or None,
            "largest_over_u": self.largest_u,
            "largest_over_u_in": self.largest_u_at or None,
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
    """What stands for something by the method of today, with the last figures of another method of the same things."""
    standing: Comparisons = Comparison.objects.from_baseline()
    rows = standing.filter(method=METHOD, stage=Stage.DONE).exclude(supersedes=None)
    if clinic is not None:
        rows = rows.filter(clinic=clinic)
    told = ("pk", "result", "supersedes", "outline", "landmarks")
    for pk, new, before, outline, landmarks in rows.values_list(*told).iterator(chunk_size=200):
        former = _former(before, outline, landmarks)
        if former and new:
            yield str(pk), former, new


def _former(pk: uuid.UUID | None, outline: uuid.UUID, landmarks: Json) -> Json | None:
    while pk is not None:
        told = ("result", "stage", "method", "supersedes", "outline", "landmarks")
        result, stage, method, pk, drawn, clicked = Comparison.objects.values_list(*told).get(pk=pk)
        if (drawn, clicked) != (outline, landmarks):
            return None
        if stage == Stage.DONE and method != METHOD:
            found: Json | None = result
            return found
    return None


def _figures(result: Json) -> dict[str, Json]:
    return {one["name"]: one for one in result.get("measures", [])}


def _change(measure: Json | None) -> Json | None:
    """A change that has a figure."""
    change = (measure or {}).get("change") or {}
    value = change.get("value")
    return change if isinstance(value, int | float) and math.isfinite(value) else None
