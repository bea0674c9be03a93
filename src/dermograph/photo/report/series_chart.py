"""One measure over many visits, drawn as SVG."""

from __future__ import annotations

import datetime as dt
import math
from dataclasses import dataclass

from dermograph.core.quantity import Quantity
from dermograph.core.text import Language, Text
from dermograph.photo.measure.values import Kind
from dermograph.photo.report.charts import Scale, drawing, interval
from dermograph.photo.report.figures import day, number, plus_minus, ticks, unit_after, unit_before
from dermograph.photo.report.markup import Markup, tag

_WIDTH, _HEIGHT, _LEFT, _TOP, _BOTTOM = 360, 220, 44, 34, 172
_APART = 58  # units between two labels at least, so that they do not run into each other


@dataclass(frozen=True, slots=True)
class SeriesPoint:
    """One measure at one visit.

    Attributes:
        label: Of the visit, such as ``baseline`` or ``after session 2``.
        on: The day of the photograph; None if it is not known.
        value: What was measured; None if nothing was.
        u: Its standard uncertainty; None exactly where ``value`` is.
        comparable: Whether it may be compared with the baseline. One that may not is drawn as a question.
    """

    label: str
    on: dt.date | None
    value: float | None
    u: float | None
    comparable: bool

    def quantity(self, unit: str) -> Quantity | None:
        """The value with its uncertainty; None unless it was measured and may be compared."""
        if not self.comparable or self.value is None or self.u is None:
            return None
        return Quantity(self.value, self.u, unit)


def series_chart(kind: Kind, points: list[SeriesPoint], language: Language) -> Markup:
    """A measure over visits with its 95 % intervals; days true to scale where every day is known."""
    known = [one for point in points if (one := point.quantity(kind.unit)) is not None]
    xs = _across(points)
    parts: list[Markup] = []
    scale = None
    if known:
        ends = Scale.holding([end for one in known for end in interval(one)])
        scale = Scale(ends.low, ends.high, _BOTTOM, _TOP)
        parts.append(_axis(scale, kind.unit, language))
        parts += [tag("polyline", points=line, class_="course-line") for line in _lines(xs, points, kind.unit, scale)]
    parts.append(tag("line", class_="axis", x1=_LEFT, x2=_WIDTH - 8, y1=_BOTTOM, y2=_BOTTOM))
    for x, point in zip(xs, points, strict=True):
        one = point.quantity(kind.unit)
        parts.append(_unknown(x) if one is None or scale is None else _dot(x, one, scale))
    parts += [_labels(xs, points, language), _ends(xs, points, kind.unit, scale, language)]
    return drawing(parts, _HEIGHT, series_sentence(kind, points, language), _WIDTH)


def series_sentence(kind: Kind, points: list[SeriesPoint], language: Language) -> str:
    """What the chart of a series shows."""
    label = kind.label.say(language)
    known = [(point, one) for point in points if (one := point.quantity(kind.unit)) is not None]
    asked = len(points) - len(known)
    if not known:
        return Text(
            f"{label}: not comparable at any of {len(points)} visits.",
            f"{label}: no comparable en ninguna de {len(points)} visitas.",
        ).say(language)
    (first, start), (last, end) = known[0], known[-1]
    at_first, at_last = plus_minus(start, language), plus_minus(end, language)
    course = f"{label}: {at_first} ({_when(first, language)}), {at_last} ({_when(last, language)})"
    text = Text(
        f"{course}, over {len(known)} visits.",
        f"{course}, en {len(known)} visitas.",
    ).say(language)
    if asked:
        text += Text(
            f" Not comparable at {asked} of {len(points)} visits.",
            f" No comparable en {asked} de {len(points)} visitas.",
        ).say(language)
    return text


def is_true_to_scale(points: list[SeriesPoint]) -> bool:
    """Whether the days of all visits are known and not all the same."""
    days = [point.on for point in points if point.on is not None]
    return len(days) == len(points) and len(set(days)) > 1


def _when(point: SeriesPoint, language: Language) -> str:
    return ", ".join(part for part in (point.label, day(point.on, language)) if part)


def _across(points: list[SeriesPoint]) -> list[float]:
    """Where the visits stand from left to right."""
    left, right = _LEFT + 18.0, _WIDTH - 26.0
    if is_true_to_scale(points):
        days = [point.on.toordinal() for point in points if point.on is not None]
        span = max(days) - min(days)
        return [round(left + (one - min(days)) / span * (right - left), 1) for one in days]
    gap = (right - left) / max(len(points) - 1, 1)
    return [round(left + index * gap, 1) for index in range(len(points))]


def _axis(scale: Scale, unit: str, language: Language) -> Markup:
    values = ticks(scale.low, scale.high)
    places = max(0, -math.floor(math.log10(values[1] - values[0]) + 1e-9)) if len(values) > 1 else 1
    sign = (unit_before(unit) + unit_after(unit)).strip()
    parts = [tag("text", sign, class_="small", x=0, y=_TOP - 16)] if sign else []
    for value in values:
        y = scale.at(value)
        parts += [
            tag("line", class_="axis", x1=_LEFT - 4, x2=_LEFT, y1=y, y2=y),
            tag("text", number(value, places, language), class_="small", x=_LEFT - 8, y=y + 4, text_anchor="end"),
        ]
    return tag("g", parts, tag("line", class_="axis", x1=_LEFT, x2=_LEFT, y1=_TOP, y2=_BOTTOM))


def _dot(x: float, one: Quantity, scale: Scale) -> Markup:
    low, high = (scale.at(end) for end in interval(one))
    return tag(
        "g",
        tag("line", class_="whisker", x1=x, x2=x, y1=low, y2=high),
        *(tag("line", class_="whisker", x1=x - 4, x2=x + 4, y1=y, y2=y) for y in (low, high)),
        tag("circle", class_="dot", cx=x, cy=scale.at(one.value), r=4.5),
    )


def _lines(xs: list[float], points: list[SeriesPoint], unit: str, scale: Scale) -> list[str]:
    """The course in pieces: no line leads past a visit of which nothing is known."""
    pieces: list[list[str]] = [[]]
    for x, point in zip(xs, points, strict=True):
        one = point.quantity(unit)
        if one is None:
            pieces.append([])
        else:
            pieces[-1].append(f"{x},{scale.at(one.value)}")
    return [" ".join(piece) for piece in pieces if len(piece) > 1]


def _unknown(x: float) -> Markup:
    y = _BOTTOM - 16
    return tag(
        "g",
        tag("circle", class_="unknown-mark", cx=x, cy=y, r=9),
        tag("text", "?", class_="small", x=x, y=y + 4, text_anchor="middle"),
    )


def _labels(xs: list[float], points: list[SeriesPoint], language: Language) -> Markup:
    """The day, or else the name, under each visit for which there is room; the last one always."""
    parts = []
    shown_at = math.inf
    for x, point in reversed(list(zip(xs, points, strict=True))):
        parts.append(tag("line", class_="axis", x1=x, x2=x, y1=_BOTTOM, y2=_BOTTOM + 4))
        if shown_at - x < _APART:
            continue
        shown_at = x
        text = _short(point.on, language) if point.on else str(points.index(point) + 1)
        parts.append(tag("text", text, class_="small", x=x, y=_BOTTOM + 18, text_anchor="middle"))
    if not is_true_to_scale(points):
        says = Text("Visits in order, not true to time.", "Visitas en orden, sin escala de tiempo.").say(language)
        parts.append(tag("text", says, class_="small", x=_LEFT, y=_BOTTOM + 38))
    return tag("g", parts)


def _short(on: dt.date, language: Language) -> str:
    month = (day(on, language) or "").replace(" de ", " ").split()[1][:3]
    return f"{on.day} {month} {on.year % 100:02d}"


def _ends(xs: list[float], points: list[SeriesPoint], unit: str, scale: Scale | None, language: Language) -> Markup:
    """The figures of the first and the last visit, at their dots."""
    known = [(x, one) for x, point in zip(xs, points, strict=True) if (one := point.quantity(unit)) is not None]
    if scale is None or not known:
        return Markup()
    ends = [known[0]] if len(known) == 1 else [known[0], known[-1]]
    parts = []
    for index, (x, one) in enumerate(ends):
        y = scale.at(interval(one)[1]) - 8
        anchor = "end" if index else "start"
        at = min(x + 26, _WIDTH) if index else max(x - 18, _LEFT + 2)
        parts.append(tag("text", plus_minus(one, language), class_="figure", x=at, y=y, text_anchor=anchor))
    return tag("g", parts)
