"""Sets of days as sorted, disjoint, closed spans; either end may be open."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_MIN, _MAX = dt.date.min.toordinal(), dt.date.max.toordinal()


@dataclass(frozen=True, slots=True)
class Span:
    """Days from ``first`` to ``last``, both inclusive; None means that this end is open."""

    first: dt.date | None
    last: dt.date | None

    def __contains__(self, day: dt.date) -> bool:
        return (self.first is None or self.first <= day) and (self.last is None or day <= self.last)


def _ordinal(day: dt.date | None, open_end: int) -> int:
    return open_end if day is None else day.toordinal()


def _day(ordinal: int, open_end: int) -> dt.date | None:
    return None if ordinal == open_end else dt.date.fromordinal(ordinal)


@dataclass(frozen=True, slots=True)
class Days:
    """A set of days.

    ``bounds`` holds pairs of ordinals, inclusive, sorted, neither touching nor overlapping.

    >>> week = Days.span(dt.date(2026, 11, 1), dt.date(2026, 11, 7))
    >>> (~week).first_from(dt.date(2026, 11, 3))
    datetime.date(2026, 11, 8)
    """

    bounds: tuple[tuple[int, int], ...] = ()

    @classmethod
    def span(cls, first: dt.date | None, last: dt.date | None) -> Days:
        """The days from ``first`` to ``last``, both inclusive, None for an open end; empty the wrong way round."""
        low, high = _ordinal(first, _MIN), _ordinal(last, _MAX)
        return cls(((low, high),)) if low <= high else cls()

    @classmethod
    def every(cls) -> Days:
        """All days."""
        return cls(((_MIN, _MAX),))

    @classmethod
    def union(cls, sets: Iterable[Days]) -> Days:
        """The days that are in any of ``sets``."""
        merged: list[tuple[int, int]] = []
        for low, high in sorted(pair for days in sets for pair in days.bounds):
            if merged and low <= merged[-1][1] + 1:
                merged[-1] = (merged[-1][0], max(merged[-1][1], high))
            else:
                merged.append((low, high))
        return cls(tuple(merged))

    def __or__(self, other: Days) -> Days:
        return Days.union((self, other))

    def __invert__(self) -> Days:
        gaps: list[tuple[int, int]] = []
        start = _MIN
        for low, high in self.bounds:
            if start < low:
                gaps.append((start, low - 1))
            start = high + 1
        if start <= _MAX:
            gaps.append((start, _MAX))
        return Days(tuple(gaps))

    def __and__(self, other: Days) -> Days:
        return ~(~self | ~other)

    def __sub__(self, other: Days) -> Days:
        return self & ~other

    def __contains__(self, day: dt.date) -> bool:
        ordinal = day.toordinal()
        return any(low <= ordinal <= high for low, high in self.bounds)

    def __iter__(self) -> Iterator[Span]:
        return (Span(_day(low, _MIN), _day(high, _MAX)) for low, high in self.bounds)

    @property
    def is_empty(self) -> bool:
        """Whether no day is in the set."""
        return not self.bounds

    def first_from(self, day: dt.date) -> dt.date | None:
        """The first day of the set on or after ``day``; None if there is none."""
        ordinal = day.toordinal()
        for low, high in self.bounds:
            if high >= ordinal:
                return dt.date.fromordinal(max(low, ordinal))
        return None

    def last_until(self, day: dt.date) -> dt.date | None:
        """The last day of the set on or before ``day``; None if there is none."""
        ordinal = day.toordinal()
        for low, high in reversed(self.bounds):
            if low <= ordinal:
                return dt.date.fromordinal(min(high, ordinal))
        return None
