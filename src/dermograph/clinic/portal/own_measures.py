"""What was measured of a course, as its patient reads it: one sentence first, the figures behind it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from dermograph.clinic.gallery.charts import charts_of
from dermograph.clinic.gallery.selectors import album, measures_of
from dermograph.clinic.gallery.shown import measure
from dermograph.clinic.people.models import Course
from dermograph.clinic.portal.own_words import cannot, seen_by_eye, sentence
from dermograph.core.text import Text

Json = dict[str, Any]
MAIN = "contrast"
_WAITS = Text("Being measured.", "Midiéndose.")
_FAILED = Text("It could not be measured.", "No se pudo medir.")


@dataclass(frozen=True, slots=True)
class Said:
    """What one follow-up says.

    Attributes:
        outcome: As in ``gallery.shown.OUTCOMES``.
    """

    on: dt.date
    outcome: str
    says: Text


@dataclass(frozen=True, slots=True)
class Measured:
    """One measure over time.

    Attributes:
        says: The sentence of the latest follow-up.
        also: Whether the change would be seen by eye; None where that is not known.
        visits: The sentence of each follow-up, the latest first.
    """

    name: str
    label: Json
    caveat: Json
    series: Json
    says: Text
    outcome: str
    also: Text | None
    visits: tuple[Said, ...]


def measures_of_course(course: Course) -> list[Measured]:
    """Each measure of a course, the colour against the skin beside it first; empty while nothing is measured.

    Args:
        course: With its clinic.
    """
    found = album(course)
    every = {one["name"]: one for one in measures_of(found.measured)}
    drawn = charts_of(course, found)
    shown = [_measured(chart, every[chart["id"]]["points"]) for chart in drawn]
    return sorted(shown, key=lambda one: one.name != MAIN)


def verdict_of(result: Json | None) -> Text:
    """What a comparison says of the colour, in one sentence; of the whole where it cannot be compared."""
    one = measure(result, MAIN)
    if result is None or one is None or result.get("verdict") == "not_comparable":
        return cannot((result or {}).get("reason") or (one or {}).get("reason"))
    return sentence(MAIN, one["change"], one.get("reason"))


def _measured(chart: Json, points: list[Json]) -> Measured:
    later = [point for point in points if point["visit"] is not None]
    visits = tuple(
        Said(point["on"], _outcome(point), sentence(chart["id"], point["change"], point["reason"]))
        for point in reversed(later)
    )
    last = later[-1]
    return Measured(
        chart["id"],
        chart["label"],
        chart["caveat"],
        chart["series"],
        visits[0].says,
        visits[0].outcome,
        seen_by_eye(last["change"]),
        visits,
    )


def _outcome(point: Json) -> str:
    return str((point["change"] or {}).get("verdict") or "not_comparable")
