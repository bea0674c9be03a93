"""Many visits of one area: every measure over time with its error, all registered to the baseline.

A visit is kept as what ``compare --json`` says of it, so that a series that was stopped goes on where it ended, and so
that a hundred photographs need the memory of two.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from dermograph.photo.card.references import References
from dermograph.photo.comparison import Side
from dermograph.photo.measure.values import Measure
from dermograph.photo.outline.outline import Outline

SCHEMA = "dermograph.series/1"
METHOD = "1"  # raised when a photograph would be measured differently, so that kept visits are measured again
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Point:
    """One measure at one visit.

    Attributes:
        file: The photograph.
        on: Its day by the camera's clock; None where the camera wrote none.
        value: None if it was not measured there.
        u: Standard uncertainty of ``value``; None with it.
        change: The change from the baseline as ``compare --json`` has it; None at the baseline itself.
    """

    file: str
    on: dt.date | None
    value: float | None
    u: float | None
    change: Json | None

    def to_json(self) -> Json:
        """The point with its day as ISO text."""
        on = self.on.isoformat() if self.on else None
        return {"file": self.file, "on": on, "value": self.value, "u": self.u, "change": self.change}


@dataclass(frozen=True, slots=True)
class Series:
    """The visits of one area.

    Attributes:
        baseline: The first photograph and what was measured in it, plain values.
        visits: What ``compare --json`` says of each later photograph against the baseline, in the order given.
    """

    baseline: Json
    visits: tuple[Json, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The measures, in their order."""
        return tuple(one["name"] for one in self.baseline["measures"])

    def points(self, name: str) -> tuple[Point, ...]:
        """One measure over time, the baseline first."""
        first = _named(self.baseline["measures"], name)
        value = (first or {}).get("before") or {}
        found = [Point(self.baseline["file"], _day(self.baseline), value.get("value"), value.get("u"), None)]
        for visit in self.visits:
            measure = _named(visit["measures"], name) or {}
            after = measure.get("after") or {}
            photo = visit["after"]
            found.append(
                Point(photo["file"], _day(photo), after.get("value"), after.get("u"), measure.get("change") or None)
            )
        return tuple(found)

    def to_json(self) -> Json:
        """The whole series, each measure over time first."""
        measures = [
            {
                **{key: one[key] for key in ("name", "unit", "label", "caveat")},
                "points": [point.to_json() for point in self.points(one["name"])],
            }
            for one in self.baseline["measures"]
        ]
        return {"schema": SCHEMA, "measures": measures, "baseline": self.baseline, "visits": list(self.visits)}


def baseline_of(side: Side, measures: Sequence[Measure]) -> Json:
    """The baseline of a series as plain values."""
    return {**side.to_json(), "measures": [one.to_json() for one in measures]}


def key_of(before: Side, after_sha256: str, outline: Outline, references: References | None) -> str:
    """What a kept visit depends on, as one hash: both files, the outline, the card's colours, and the method."""
    colours = {} if references is None else {"values": dict(references.values), "u": dict(references.u)}
    parts = [METHOD, before.photo.sha256, after_sha256, outline.to_json(), colours]
    return hashlib.sha256(json.dumps(parts, sort_keys=True).encode()).hexdigest()


def _named(measures: Sequence[Json], name: str) -> Json | None:
    return next((one for one in measures if one["name"] == name), None)


def _day(photo: Mapping[str, Any]) -> dt.date | None:
    return dt.datetime.fromisoformat(photo["taken_at"]).date() if photo["taken_at"] else None
