"""Dates of which only a part may be known. What was written is kept as it was written."""

from __future__ import annotations

import calendar
import datetime as dt
import re
from dataclasses import dataclass
from typing import TypeAlias

from dermograph.exchange.record.unknown import Unknown

_WRITTEN = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class PartialDate:
    """A year, a month of a year, or a day: ``2026``, ``2026-11`` or ``2026-11-22``.

    Two are equal if they were written alike: a year is not its first of January.

    Attributes:
        written: As it was written.

    Raises:
        ValueError: If it is none of the three, or the calendar has no such day.
    """

    written: str

    def __post_init__(self) -> None:
        found = _WRITTEN.fullmatch(self.written)
        if not found:
            msg = f"a date is written 2026, 2026-11 or 2026-11-22, not {self.written[:20]!r}"
            raise ValueError(msg)
        dt.date(int(found[1]), int(found[2] or 1), int(found[3] or 1))

    @property
    def precision(self) -> str:
        """``year``, ``month`` or ``day``."""
        return {4: "year", 7: "month"}.get(len(self.written), "day")

    @property
    def first(self) -> dt.date:
        """The first day that it may mean."""
        parts = [int(part) for part in self.written.split("-")]
        return dt.date(*[*parts, 1, 1][:3])

    @property
    def last(self) -> dt.date:
        """The last day that it may mean."""
        first = self.first
        if self.precision == "year":
            return first.replace(month=12, day=31)
        if self.precision == "month":
            return first.replace(day=calendar.monthrange(first.year, first.month)[1])
        return first

    @property
    def day(self) -> dt.date | Unknown:
        """The day, where a day is known."""
        return self.first if self.precision == "day" else Unknown("not_known")

    @classmethod
    def of(cls, day: dt.date) -> PartialDate:
        """A whole day."""
        return cls(f"{day.year:04d}-{day.month:02d}-{day.day:02d}")

    def to_json(self) -> str:
        """As it was written."""
        return self.written


#: A date of which a part may be known, or none.
SomeDay: TypeAlias = PartialDate | Unknown
#: An instant with its zone, a date of which a part may be known, or none.
SomeTime: TypeAlias = dt.datetime | PartialDate | Unknown
