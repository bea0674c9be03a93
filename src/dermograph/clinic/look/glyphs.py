"""The small interval glyph beside a measured value: a dot, whiskers, the detectable limit as a tick."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from dermograph.core.quantity import COVERAGE_95
from dermograph.core.text import Language, Text

WIDTH = 96.0
MARGIN = 6.0


def interval_glyph(value: float, u: float, limit: float | None) -> dict[str, Any]:
    """Where the parts of the glyph stand.

    Args:
        value: In any unit.
        u: Its standard uncertainty; the whiskers are the 95 % interval, 1.96 u to each side.
        limit: The detectable limit around 0, in the same unit; None where the value is not a change.

    Returns:
        ``at``, ``low``, ``high``, ``zero`` and ``ticks``: places from 0 to 96; ``hollow``: whether the value
        lies within the limit.
    """
    half = COVERAGE_95 * u
    if limit is None:
        # From 0, so that the length of the whiskers beside the value is how well it is known.
        first, last = min(0.0, value - half), max(0.0, value + half)
        if first == last:
            last = 1.0
    else:
        reach = max(abs(value) + half, limit) * 1.08 or 1.0
        first, last = -reach, reach
    scale = (WIDTH - 2 * MARGIN) / (last - first)

    def place(where: float) -> float:
        return round(MARGIN + (where - first) * scale, 1)

    return {
        "at": place(value),
        "low": place(value - half),
        "high": place(value + half),
        "zero": place(0),
        "ticks": [] if not limit else [place(-limit), place(limit)],
        "hollow": limit is not None and abs(value) <= limit,
    }


def measured_parts(
    measured: Mapping[str, Any] | None, unit: str, limit: float | None, digits: int | None, language: Language
) -> dict[str, Any]:
    """What the mark of a measured value shows.

    Args:
        measured: ``{"value", "u"}``; None, or a value of None or one that is not finite, is "not measured".
        unit: After the figure.
        limit: As in ``interval_glyph``; ``measured["mdc95"]`` where it has one and nothing else is given.
        digits: After the point; None for as many as the uncertainty carries, see ``shown_digits``.
        language: Of the page.
    """
    value, u = (measured or {}).get("value"), (measured or {}).get("u")
    if value is None or u is None or not (math.isfinite(value) and math.isfinite(u)):
        return {"value": "", "unit": unit}
    if limit is None:
        limit = (measured or {}).get("mdc95")
    places = digits if digits is not None else shown_digits(u)
    figure, error = (typeset(one, places, language) for one in (value, u))
    glyph = interval_glyph(value, u, limit)
    low, high = (typeset(value + side * COVERAGE_95 * u, places, language) for side in (-1, 1))
    says = Text(f"95 % interval from {low} to {high}", f"intervalo del 95 % de {low} a {high}").say(language)
    if limit is not None:
        edge = typeset(limit, places, language)
        inside = Text("no detectable change", "sin cambio detectable")
        outside = Text("a detectable change", "un cambio detectable")
        word = (inside if glyph["hollow"] else outside).say(language)
        says += Text(f"; detectable from {edge}: {word}", f"; detectable desde {edge}: {word}").say(language)
    return {"value": figure, "u": error, "unit": unit, "sentence": says, **plain(glyph)}


def plain(drawing: Any) -> Any:  # noqa: ANN401 (any nesting of lists and mappings)
    """The same with its places as text: a template would write 12,3 in Spanish, which no picture understands."""
    if isinstance(drawing, float):
        return f"{drawing:.1f}"
    if isinstance(drawing, Mapping):
        return {name: plain(part) for name, part in drawing.items()}
    return [plain(part) for part in drawing] if isinstance(drawing, list) else drawing


def typeset(value: float, digits: int, language: Language) -> str:
    """A number as people read it."""
    words = f"{value:.{digits}f}"
    if float(words) == 0:
        words = words.removeprefix("-")  # a minus before 0.0 is only rounding
    return Text(words, words).typeset().say(language)


_NOUGHT_AT_3 = 5e-4  # below it three digits read ± 0.000


def shown_digits(u: float) -> int:
    """How many digits after the point an uncertainty carries: its first that counts, two where that is 1 or 2.

    At least 1; none from 10 up. More than 3 only where they would show an error of nought.

    >>> [shown_digits(u) for u in (12, 4.2, 0.4, 0.04, 0.012, 0.0004, 0)]
    [0, 1, 1, 2, 3, 4, 1]
    """
    if u <= 0:
        return 1
    place = -math.floor(math.log10(u))
    if u < 3 * 10.0**-place:
        place += 1
    if u < _NOUGHT_AT_3:
        return min(9, -math.floor(math.log10(u)))
    return min(3, max(0 if u >= 10 else 1, place))
