"""Where dots, whiskers and bars of the outcomes stand on the page; the template only draws them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dermograph.clinic.overview.outcomes import Group, Outcome

WIDTH, LEFT, RIGHT, ROW, TOP = 680, 130, 44, 24, 28


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
        "low_percent": round(100 * low),
        "high_percent": round(100 * high),
    }
