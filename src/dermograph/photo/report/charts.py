"""Charts of a comparison, drawn here as SVG: each measure before and after, and its change."""

from __future__ import annotations

import math
from dataclasses import dataclass

from dermograph.core.quantity import COVERAGE_95, Quantity
from dermograph.core.text import Language, Text
from dermograph.photo.comparison import OUTCOMES
from dermograph.photo.measure.values import Change, Measure, Outcome
from dermograph.photo.report.figures import bare, decimals, number, plus_minus, ticks, unit_after, unit_before
from dermograph.photo.report.markup import Markup, tag

WIDTH = 340  # units: as wide as a narrow screen shows at full size, so that letters keep theirs
_LEFT, _RIGHT = 74, WIDTH - 14
BEFORE, AFTER = Text("before", "antes"), Text("after", "después")
CHANGE = Text("change", "cambio")


@dataclass(frozen=True, slots=True)
class Scale:
    """Values along an axis.

    Attributes:
        low: The value at ``start``.
        high: The value at ``end``; above ``low``.
        start: Where the axis starts, units of the drawing.
        end: Where it ends.
    """

    low: float
    high: float
    start: float = _LEFT
    end: float = _RIGHT

    def at(self, value: float) -> float:
        """Where a value lies, rounded to a tenth of a unit."""
        return round(self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start), 1)

    @classmethod
    def holding(cls, values: list[float], start: float = _LEFT, end: float = _RIGHT) -> Scale:
        """A scale with some air around values."""
        low, high = min(values), max(values)
        air = 0.12 * (high - low) or max(abs(high) * 0.1, 0.5)
        return cls(low - air, high + air, start, end)


def levels_chart(measure: Measure, language: Language) -> Markup | None:
    """A measure in both photographs, with its 95 % intervals; None unless it was measured and may be compared."""
    if measure.before is None or measure.after is None or measure.change is None:
        return None
    rows = ((BEFORE, measure.before), (AFTER, measure.after))
    scale = Scale.holding([end for _, one in rows for end in interval(one)])
    parts: list[Markup] = [_axis(scale, 92, measure.kind.unit, language)]
    for index, (word, one) in enumerate(rows):
        y = 34 + 38 * index
        parts += [
            tag("text", word.say(language), class_="label", x=0, y=y + 4),
            _whiskers(scale, one, y, "dot" if index else "dot first"),
            _beside(scale, one.value, y - 10, plus_minus(one, language)),
        ]
    return drawing(parts, 118, levels_sentence(measure, language))


def change_chart(measure: Measure, language: Language) -> Markup | None:
    """The change of a measure with its 95 % interval and the detectable limit; None if there is none."""
    change = measure.change
    if change is None:
        return None
    low, high = change.ci95
    scale = Scale.holding([low, high, -change.mdc95, change.mdc95])
    left, right = scale.at(-change.mdc95), scale.at(change.mdc95)
    limit = number(change.mdc95, decimals(change.value.u), language)
    word = Text(f"detectable beyond ±{limit}", f"detectable más allá de ±{limit}").say(language)
    parts = [
        tag("rect", class_="band", x=left, y=20, width=round(right - left, 1), height=56),
        *(tag("line", class_="limit", x1=x, x2=x, y1=20, y2=76) for x in (left, right)),
        tag("line", class_="zero", x1=scale.at(0), x2=scale.at(0), y1=16, y2=80),
        tag("text", word, class_="small", x=_within((left + right) / 2), y=12, text_anchor="middle"),
        _axis(scale, 92, measure.kind.unit, language, signed=True),
        tag("text", CHANGE.say(language), class_="label", x=0, y=56),
        _whiskers(scale, change.value, 52, dot_class(change)),
        _beside(scale, change.value.value, 40, plus_minus(change.value, language, signed=True)),
    ]
    return drawing(parts, 118, change_sentence(measure, language))


def levels_sentence(measure: Measure, language: Language) -> str:
    """What the chart of both photographs shows."""
    one, other = measure.before, measure.after
    label = measure.kind.label.say(language)
    if one is None or other is None:
        return Text(f"{label}: not known.", f"{label}: no se conoce.").say(language)
    first, second = plus_minus(one, language), plus_minus(other, language)
    return Text(
        f"{label}: {first} before, {second} after. The whiskers hold 95 %.",
        f"{label}: {first} antes, {second} después. Los bigotes abarcan el 95 %.",
    ).say(language)


def change_sentence(measure: Measure, language: Language) -> str:
    """What the chart of the change shows."""
    change, label = measure.change, measure.kind.label.say(language)
    if change is None:
        return Text(f"{label}: not comparable.", f"{label}: no comparable.").say(language)
    u, unit = change.value.u, measure.kind.unit
    value = plus_minus(change.value, language, signed=True)
    low, high = (bare(end, u, unit, language, signed=True) for end in change.ci95)
    limit = bare(change.mdc95, u, unit, language)
    word = OUTCOMES[change.outcome].say(language)
    return Text(
        f"{label}: {word}. Change {value}, 95 % interval from {low} to {high}; smallest detectable change {limit}.",
        f"{label}: {word}. Cambio {value}, intervalo del 95 % de {low} a {high}; menor cambio detectable {limit}.",
    ).say(language)


def dot_class(change: Change) -> str:
    """How the dot of a change is drawn: hollow below the limit, else in the colour of its verdict."""
    return "dot hollow" if change.outcome is Outcome.NO_DETECTABLE_CHANGE else f"dot {change.outcome.value}"


def interval(one: Quantity) -> tuple[float, float]:
    """The 95 % interval of a value."""
    return one.value - COVERAGE_95 * one.u, one.value + COVERAGE_95 * one.u


def drawing(parts: list[Markup], height: int, sentence: str, width: int = WIDTH) -> Markup:
    """A chart: a picture for those who see it, a sentence for those who listen."""
    return tag("svg", parts, class_="chart", viewBox=f"0 0 {width} {height}", role="img", aria_label=sentence)


def _axis(scale: Scale, y: float, unit: str, language: Language, *, signed: bool = False) -> Markup:
    values = ticks(scale.low, scale.high)
    places = max(0, -math.floor(math.log10(values[1] - values[0]) + 1e-9)) if len(values) > 1 else 1
    sign = (unit_before(unit) + unit_after(unit)).strip()
    parts = [
        tag("line", class_="axis", x1=scale.start, x2=scale.end, y1=y, y2=y),
        tag("text", sign, class_="small", x=0, y=y + 17) if sign else Markup(),
    ]
    for value in values:
        x, text = scale.at(value), number(value, places, language, signed=signed)
        parts += [
            tag("line", class_="axis", x1=x, x2=x, y1=y, y2=y + 4),
            tag("text", text, class_="small", x=x, y=y + 17, text_anchor="middle"),
        ]
    return tag("g", parts)


def _whiskers(scale: Scale, one: Quantity, y: float, dot: str) -> Markup:
    low, high = (scale.at(end) for end in interval(one))
    return tag(
        "g",
        tag("line", class_="whisker", x1=low, x2=high, y1=y, y2=y),
        *(tag("line", class_="whisker", x1=x, x2=x, y1=y - 4, y2=y + 4) for x in (low, high)),
        tag("circle", class_=dot, cx=scale.at(one.value), cy=y, r=5),
    )


def _beside(scale: Scale, value: float, y: float, text: str) -> Markup:
    return tag("text", text, class_="figure", x=_within(scale.at(value)), y=y, text_anchor="middle")


def _within(x: float) -> float:
    """Where the middle of a short text stands so that it stays in the drawing."""
    return round(min(max(x, _LEFT + 40.0), _RIGHT - 44.0), 1)
