"""Where dots, whiskers and bars of the outcomes stand on the page; the template only draws them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dermograph.clinic.overview.outcome import Outcome
from dermograph.clinic.overview.outcomes import Bin, Group

WIDTH, LEFT, RIGHT, ROW, TOP = 680, 130, 44, 24, 28
_WIDEST = 48  # of a column of the distribution


@dataclass(frozen=True, slots=True)
class Dot:
    """One course: its change with its interval, px."""

    outcome: Outcome
    y: float
    x: float
    low: float
    high: float
    limit: float | None
    hollow: bool

    @property
    def top(self) -> float:
        """Upper end of the limit's tick."""
        return self.y - 6

    @property
    def foot(self) -> float:
        """Its lower end."""
        return self.y + 6


@dataclass(frozen=True, slots=True)
class Tick:
    """A label of the axis, px."""

    x: float
    value: int

    @property
    def shown(self) -> str:
        """Its value with a minus that is no hyphen."""
        return str(self.value).replace("-", "−")


@dataclass(frozen=True, slots=True)
class Forest:
    """One row a course, px; the unit of the axis is ΔE00.

    Attributes:
        zero: Where nothing has changed.
    """

    dots: tuple[Dot, ...]
    ticks: tuple[Tick, ...]
    zero: float
    width: int
    height: int
    bottom: int


def forest(rows: Sequence[Outcome]) -> Forest | None:
    """The picture of measured changes; None without any."""
    changes = [one.changed for one in rows if one.changed]
    if not changes:
        return None
    low = min(0.0, *(change.interval[0] for change in changes))
    high = max(0.0, *(change.interval[1] for change in changes))
    step = next(step for step in (1, 2, 5, 10, 20, 50, 100) if (high - low) / step <= 8)
    first, last = math.floor(low / step) * step, math.ceil(high / step) * step
    last = max(last, first + step)

    def across(value: float) -> float:
        return round(LEFT + (value - first) / (last - first) * (WIDTH - LEFT - RIGHT), 1)

    dots = []
    for number, one in enumerate(row for row in rows if row.changed):
        change = one.changed
        if change is None:
            continue
        edge = math.copysign(change.limit, change.value)
        limit = across(edge) if first <= edge <= last else None
        y = TOP + ROW * number + ROW / 2
        ends = change.interval
        dots.append(
            Dot(one, y, across(change.value), across(ends[0]), across(ends[1]), limit, not change.is_detectable)
        )
    bottom = TOP + ROW * len(dots)
    ticks = tuple(Tick(across(value), value) for value in range(first, last + 1, step))
    return Forest(tuple(dots), ticks, across(0), WIDTH, bottom + 34, bottom)


@dataclass(frozen=True, slots=True)
class Column:
    """The courses of one ΔE00, px: the detectable changes below, the others above them."""

    x: float
    solid: float
    solid_y: float
    hollow: float
    hollow_y: float


@dataclass(frozen=True, slots=True)
class Spread:
    """How many courses changed by how much, px; the unit of the lower axis is ΔE00, of the upright one courses.

    Attributes:
        zero: Where nothing has changed.
        column: How wide each is.
    """

    columns: tuple[Column, ...]
    ticks: tuple[Tick, ...]
    heights: tuple[Tick, ...]
    zero: float
    left: int
    right: int
    column: float
    width: int
    height: int
    bottom: int


def spread(bins: Sequence[Bin]) -> Spread | None:
    """The picture of very many measured changes; None without any."""
    if not bins:
        return None
    low, high = min(bins[0].low, 0), max(bins[-1].low + 1, 0)  # nothing has changed: always in the picture
    left, bottom = 56, TOP + 180
    wide = min((WIDTH - RIGHT - left) / (high - low), _WIDEST)
    right = round(left + (high - low) * wide)
    tallest = max(one.count for one in bins)
    step = _round_step(tallest / 4)
    top = max(step, math.ceil(tallest / step) * step)

    def up(count: float) -> float:
        return round((bottom - TOP) * count / top, 1)

    columns = []
    for one in bins:
        solid, whole = up(one.count - one.undetectable), up(one.count)
        hollow = round(whole - solid, 1)
        x = round(left + (one.low - low) * wide + 1, 1)
        columns.append(Column(x, solid, round(bottom - solid, 1), hollow, round(bottom - whole, 1)))
    every = _round_step((high - low) / 10)
    marks = [value for value in range(low, high + 1) if value % every == 0]
    ticks = tuple(Tick(round(left + (value - low) * wide, 1), value) for value in marks)
    heights = tuple(Tick(bottom - up(value), value) for value in range(0, top + 1, step))
    zero = round(left - low * wide, 1)
    return Spread(tuple(columns), ticks, heights, zero, left, right, round(wide - 2, 1), WIDTH, bottom + 34, bottom)


def _round_step(least: float) -> int:
    """The smallest of 1, 2, 5, 10, 20, 50 … that is not less."""
    step = 1
    while step < least:
        step = step * 5 // 2 if str(step)[0] == "2" else step * 2
    return step


@dataclass(frozen=True, slots=True)
class Bar:
    """How many courses took so many sessions, px."""

    sessions: int
    count: int
    x: int
    y: float
    height: float

    @property
    def above(self) -> float:
        """Where its number stands."""
        return self.y - 5


def bars(group: Group) -> tuple[Bar, ...]:
    """The bars of the sessions that a met goal took, one for each number up to the largest; empty without any."""
    if not group.sessions_to_goal:
        return ()
    counts = dict(group.sessions_to_goal)
    most, tallest = max(counts), max(counts.values())
    made = []
    for sessions in range(1, most + 1):
        count = counts.get(sessions, 0)
        height = round(80 * count / tallest, 1)
        made.append(Bar(sessions, count, 20 + 44 * (sessions - 1), 100 - height, height))
    return tuple(made)


def interval_bar(low: float, high: float, share: float | None, width: int = 200) -> dict[str, Any]:
    """A share with its interval on a line from 0 to 1, px."""
    return {
        "low": round(low * width, 1),
        "span": round(max((high - low) * width, 1.0), 1),
        "dot": None if share is None else round(share * width, 1),
        "width": width,
        "low_percent": math.floor(round(100 * low, 6)),  # outwards: of very many, "0 to 0 %" would be sure
        "high_percent": math.ceil(round(100 * high, 6)),
    }
