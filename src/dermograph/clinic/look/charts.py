"""One measure over time, drawn on the server: points with their 95 % intervals, the detectable limit as a band."""

from __future__ import annotations

import datetime as dt
import itertools
import math
from collections.abc import Mapping, Sequence
from typing import Any

from dermograph.clinic.look.glyphs import plain, shown_digits, typeset
from dermograph.core.dates import add_months, day_in_words
from dermograph.core.quantity import COVERAGE_95
from dermograph.core.text import Language, Text

WIDTH, HEIGHT = 720.0, 300.0
LEFT, RIGHT, TOP, BOTTOM = 52.0, 118.0, 34.0, 34.0
TICKS_AT_MOST = 6
_GOAL = Text("goal", "objetivo")
SESSION_WIDTH = 66.0  # of the word and the number above a session's line
MONTHS_SHORT: Mapping[Language, str] = {
    "en": "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec",
    "es": "ene feb mar abr may jun jul ago sep oct nov dic",
}


def chart_parts(series: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """Everything that the chart's template draws, in units of a picture of 720 × 300.

    Args:
        series: What is drawn::

            {
                "name": "Contrast",            # what is measured: words, or {"en", "es"}, or a Text
                "unit": "ΔE",
                "digits": 1,                   # after the point; left out: as many as the uncertainty carries
                "points": [                    # by day; the first one that was measured is the baseline
                    {"day": date, "value": 12.3, "u": 0.4, "label": "baseline", "href": "…"},
                    # "detectable": what its own comparison with the baseline said, instead of what the limit says
                    {"day": date, "value": 9.1, "u": 0.5, "detectable": True},
                    {"day": date, "value": None, "why": "the card was not found"},  # drawn as an unknown, never as 0
                ],
                "sessions": [date, …],         # drawn as lines from top to bottom
                "limit": 1.1,                  # detectable change against the baseline: a band of ± that around it
                "goal": 3.0,                   # a line; left out or None for none
                "goal_label": "limit",         # what the line is called; left out: goal
                "finding": "…",                # the sentence that the picture states; left out: made from the points
            }

            Only ``name`` and ``points`` are needed. Values and uncertainties are in ``unit``; u is a standard
            uncertainty, and bars reach 1.96 u to each side.
        language: Of the page.

    Returns:
        ``empty`` alone is True where nothing was measured.
    """
    name, unit = _words(series.get("name"), language), str(series.get("unit") or "")
    points = sorted(series.get("points") or (), key=lambda point: point["day"])
    known = [point for point in points if _is_known(point)]
    table = {"name": name, "unit": unit, "rows": [_row(point, series, language) for point in points]}
    if not known:
        return {**table, "empty": True}
    limit, goal = series.get("limit"), series.get("goal")
    base = float(known[0]["value"])
    levels = _levels(known, base if limit else None, limit, goal)
    days = [point["day"] for point in points] + list(series.get("sessions") or ())
    across, up = _Days(min(days), max(days)), _Values(levels)
    drawn = [_point(point, across, up, series, language) for point in known]
    for point, shown in zip(known[1:], drawn[1:], strict=True):
        shown["hollow"] = _is_detectable(point, base, limit) is False
    for shown, later in itertools.pairwise(drawn):
        shown["below"] = later["y"] < shown["y"]  # the curve rises from here: the figure stands under it
    finding = _words(series.get("finding"), language) or _finding(name, unit, known, series, language)
    picture = {
        "empty": False,
        "finding": finding,
        "line": " ".join(f"{point['x']},{point['y']}" for point in drawn),
        "points": drawn,
        "gaps": [{"x": across(point["day"]), "why": point.get("why") or ""} for point in points if point not in known],
        "sessions": _sessions(across, series.get("sessions") or (), language),
        "ticks": [
            {"y": up(level), "label": typeset(level, _tick_digits(levels), language), "top": level == levels[-1]}
            for level in levels
        ],
        "days": _day_ticks(across, language),
        "band": _band(base, limit, up, language),
        "goal": None if goal is None else {"y": up(goal), "label": _words(series.get("goal_label") or _GOAL, language)},
        "right": WIDTH - RIGHT,
        "bottom": HEIGHT - BOTTOM,
    }
    return {**table, **plain(picture)}


def _sessions(across: _Days, days: Sequence[dt.date], language: Language) -> list[dict[str, Any]]:
    """A line for each session; only its number where words would run into each other."""
    places = [across(day) for day in sorted(days)]
    crowded = any(after - before < SESSION_WIDTH for before, after in itertools.pairwise(places))
    word = "" if crowded else Text("session ", "sesión ").say(language)
    return [
        {"x": x, "label_x": max(x, LEFT + 4 + len(word) * 3.5), "label": f"{word}{n}"}
        for n, x in enumerate(places, start=1)
    ]


class _Days:
    """From a day to its place from left to right."""

    def __init__(self, first: dt.date, last: dt.date) -> None:
        self.first, self.last = first, last
        self.span = max(1, (last - first).days)

    def __call__(self, day: dt.date) -> float:
        inner = WIDTH - LEFT - RIGHT - 24
        return round(LEFT + 12 + inner * (day - self.first).days / self.span, 1)


class _Values:
    """From a value to its place from top to bottom."""

    def __init__(self, levels: Sequence[float]) -> None:
        self.low, self.high = levels[0], levels[-1]

    def __call__(self, value: float) -> float:
        share = (value - self.low) / ((self.high - self.low) or 1)
        return round(HEIGHT - BOTTOM - share * (HEIGHT - TOP - BOTTOM), 1)


def _is_known(point: Mapping[str, Any]) -> bool:
    value, u = point.get("value"), point.get("u")
    return value is not None and u is not None and math.isfinite(value) and math.isfinite(u)


def _is_detectable(point: Mapping[str, Any], base: float, limit: float | None) -> bool | None:
    """Whether a point differs from the baseline by more than its error; None where nobody said."""
    own = point.get("detectable")
    if own is not None:
        return bool(own)
    return abs(point["value"] - base) > limit if limit else None


def _levels(
    known: Sequence[Mapping[str, Any]], base: float | None, limit: float | None, goal: float | None
) -> list[float]:
    """Round values from below the lowest thing drawn to above the highest; from 0 where nothing is below it."""
    reach = [point["value"] + side * COVERAGE_95 * point["u"] for point in known for side in (-1, 1)]
    if base is not None and limit is not None:
        reach += [base - limit, base + limit]
    reach += [] if goal is None else [goal]
    low, high = min(reach), max(reach)
    if low >= 0 and low < 0.6 * high:
        low = 0.0
    if high <= low:
        low, high = low - 1, high + 1
    step = _round_step((high - low) / (TICKS_AT_MOST - 1))
    first, last = math.floor(low / step), math.ceil(high / step)
    return [round(number * step, 10) for number in range(first, last + 1)]


def _round_step(least: float) -> float:
    """The smallest of 1, 2, 5 times a power of ten that is at least ``least``."""
    power = 10.0 ** math.floor(math.log10(least))
    return next(float(factor * power) for factor in (1, 2, 5, 10) if factor * power >= least * 0.999)


def _tick_digits(levels: Sequence[float]) -> int:
    step = levels[1] - levels[0]
    return max(0, min(3, -math.floor(math.log10(step)))) if step < 1 else 0


def _point(
    point: Mapping[str, Any], across: _Days, up: _Values, series: Mapping[str, Any], language: Language
) -> dict[str, Any]:
    half = COVERAGE_95 * point["u"]
    x = across(point["day"])
    return {
        "x": x,
        "y": up(point["value"]),
        "low": up(point["value"] - half),
        "high": up(point["value"] + half),
        "left": round(x - 4, 1),
        "right": round(x + 4, 1),
        "figure": typeset(point["value"], _digits(series, point), language),
        "href": point.get("href"),
        "label": _words(point.get("label"), language),
    }


def _digits(series: Mapping[str, Any], point: Mapping[str, Any]) -> int:
    given = series.get("digits")
    return int(given) if given is not None else shown_digits(point["u"])


def _row(point: Mapping[str, Any], series: Mapping[str, Any], language: Language) -> dict[str, Any]:
    row = {"day": point["day"], "label": _words(point.get("label"), language), "why": point.get("why") or ""}
    if not _is_known(point):
        return {**row, "value": ""}
    digits, half = _digits(series, point), COVERAGE_95 * point["u"]
    value, u, low, high = (
        typeset(number, digits, language)
        for number in (point["value"], point["u"], point["value"] - half, point["value"] + half)
    )
    return {**row, "value": value, "u": u, "low": low, "high": high}


def _band(base: float, limit: float | None, up: _Values, language: Language) -> dict[str, Any] | None:
    if not limit:
        return None
    top, bottom = up(base + limit), up(base - limit)
    label = Text("not detectable", "no detectable").say(language)
    return {"y": top, "height": round(bottom - top, 1), "middle": round((top + bottom) / 2 + 4, 1), "label": label}


def _day_ticks(across: _Days, language: Language) -> list[dict[str, Any]]:
    """The first of each month, or of every few months where there are many; the two ends of a short series."""
    months = (across.last.year - across.first.year) * 12 + across.last.month - across.first.month
    step = max(1, math.ceil(months / 7))
    names = MONTHS_SHORT[language].split()
    if months == 0:
        found = sorted({across.first, across.last})
        return [{"x": across(day), "label": f"{day.day} {names[day.month - 1]}"} for day in found]
    starts = [add_months(across.first.replace(day=1), number) for number in range(step, months + 1, step)]
    return [
        {
            "x": across(day),
            "label": names[day.month - 1] + (f" {day.year}" if day.month <= step or day == starts[0] else ""),
        }
        for day in starts
    ]


def _finding(
    name: str, unit: str, known: Sequence[Mapping[str, Any]], series: Mapping[str, Any], language: Language
) -> str:
    """What the points say, no more: from where to where, and whether the difference can be told from error."""
    first, last = known[0], known[-1]
    start, end = (f"{typeset(p['value'], _digits(series, p), language)} {unit}".strip() for p in (first, last))
    on = day_in_words(last["day"], language)
    if first is last:
        return Text(f"{name}: {start} on {on}, measured once.", f"{name}: {start} el {on}, una medida.").say(language)
    detectable = _is_detectable(last, first["value"], series.get("limit"))
    says = Text(f"{name}: from {start} to {end} on {on}", f"{name}: de {start} a {end} el {on}").say(language)
    if detectable is None:
        return f"{says}."
    if not detectable:
        return says + Text(": no detectable change.", ": sin cambio detectable.").say(language)
    return says + Text(": a detectable change.", ": un cambio detectable.").say(language)


def _words(text: Any, language: Language) -> str:  # noqa: ANN401 (words come in three ways)
    if isinstance(text, Text):
        return text.say(language)
    return str(text.get(language, "")) if isinstance(text, Mapping) else str(text or "")
