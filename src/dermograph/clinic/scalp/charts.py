"""Dots and pigment over time, as ``look`` draws it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from dermograph.clinic.gallery.words import language_of_page
from dermograph.clinic.scalp.shown import ShownVisit
from dermograph.core.text import Text

Json = dict[str, Any]
_DENSITY = Text("Dots per cm²", "Puntos por cm²")
_OF_EACH = Text(
    "Dots per cm² of the skin that each photograph shows", "Puntos por cm² de la piel que muestra cada fotografía"
)
_STILL = Text("Dots still there", "Puntos que siguen")
_LEFT = Text("Pigment left in all", "Pigmento que queda en total")
_BY_DEFINITION = Text("{note}; 100 % by definition", "{note}; 100 % por definición")
_LIMIT = Text("clinic's limit", "límite propio")


def charts_of(visits: Sequence[ShownVisit], sessions: Sequence[dt.date], limit: float, settled: Any) -> list[Json]:  # noqa: ANN401 (an id)
    """The charts, each ``{"id", "label", "series"}``; none before dots were found in two photographs.

    Args:
        visits: By their day.
        sessions: The days of all sessions.
        limit: The pigment that the clinic wants to be left at least, per cent.
        settled: The id of the reading of the settled look; None without one.
    """
    density = [_point(one, one.per_cm2) for one in visits if one.step is None and not one.has_none]
    if sum(one["value"] is not None for one in density) < 2:  # a single point is no course of things
        return []
    found = [_chart("density", _DENSITY, "", density, sessions)]
    found[0]["series"] |= {"finding": _OF_EACH}
    look = next((one for one in visits if one.reading.pk == settled), None)
    later = [one for one in visits if look is not None and one.change and one.change.before_id == settled]
    if look is None or not later:
        return found
    label = Text(_BY_DEFINITION.en.format(note=look.note.en), _BY_DEFINITION.es.format(note=look.note.es))
    whole = {"day": look.on, "value": 100.0, "u": 0.0, "label": label}
    # No session follows the last settled look.
    found.append(_chart("still", _STILL, "%", [whole, *(_point(one, one.survived) for one in later)], ()))
    left = _chart("left", _LEFT, "%", [whole, *(_point(one, one.left) for one in later)], ())
    left["series"] |= {"goal": limit, "goal_label": _LIMIT}
    return [*found, left]


def _chart(name: str, label: Text, unit: str, points: list[Json], sessions: Sequence[dt.date]) -> Json:
    series = {"name": label, "unit": unit, "points": points, "sessions": list(sessions)}
    return {"id": name, "label": label, "series": series}


def _point(one: ShownVisit, value: Json | None) -> Json:
    point: Json = {"day": one.on, "value": None, "u": None, "label": one.note}
    if value is None:
        return {**point, "why": (one.why or Text("", "")).say(language_of_page())}
    return {**point, "value": value["value"], "u": value["u"]}
