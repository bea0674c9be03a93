"""When something was said to be so, and which of two is certainly the later (FHIR R4, dateTime)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, TypeVar

_WHOLE_DAY: Final = len("2026-11-22")
#: How much earlier than in UTC a day begins anywhere on earth, and how much later it ends.
_EARLIER, _LATER = dt.timedelta(hours=14), dt.timedelta(hours=12)
_MOMENT: Final = dt.timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class EffectiveTime:
    """An instant, a day of a place that nobody names, or nothing that tells.

    Attributes:
        span: The first and the last moment that it may have been, in UTC, both the same for an instant; None where
            neither an instant nor a whole day is stated.
    """

    span: tuple[dt.datetime, dt.datetime] | None = None

    @property
    def is_day(self) -> bool:
        """Whether it is a day, and not an instant of one."""
        return self.span is not None and self.span[0] != self.span[1]

    def is_before(self, other: EffectiveTime) -> bool:
        """Whether it is certainly earlier than another: two days by the calendar, all else on whatever clock."""
        if self.span is None or other.span is None:
            return False
        if self.is_day and other.is_day:
            return self.span[0] < other.span[0]
        return self.span[1] < other.span[0]


def effective_time(text: object) -> EffectiveTime:
    """The time that a dateTime means.

    Args:
        text: As it was sent; anything that is no text, a year or a month alone and a time without an offset tell
            nothing.
    """
    if not isinstance(text, str):
        return EffectiveTime()
    try:
        if len(text) == _WHOLE_DAY:
            midnight = dt.datetime.combine(dt.date.fromisoformat(text), dt.time(), dt.UTC)
            return EffectiveTime((midnight - _EARLIER, midnight + dt.timedelta(days=1) + _LATER - _MOMENT))
        stated = dt.datetime.fromisoformat(text) if "T" in text else None
        if stated is None or stated.tzinfo is None:
            return EffectiveTime()
        return EffectiveTime((stated.astimezone(dt.UTC),) * 2)
    except (ValueError, OverflowError):  # a leap second, the first and the last days of the calendar
        return EffectiveTime()


Said = TypeVar("Said")


def ends(said: Iterable[tuple[EffectiveTime, Said]]) -> list[tuple[EffectiveTime, Said]]:
    """The last day, the last instant and the first of no time: what is later than these is later than all of them."""
    found: dict[tuple[bool, bool], tuple[EffectiveTime, Said]] = {}
    for one in said:
        kind = (one[0].span is None, one[0].is_day)
        if kind not in found or found[kind][0].is_before(one[0]):
            found[kind] = one
    return list(found.values())


def last_said(said: Sequence[tuple[EffectiveTime, Said]]) -> Said | None:
    """What was said certainly later than everything else that was said; None if no time tells.

    Args:
        said: With its time each; the same may be said several times.
    """
    for last, value in ends(said):
        if all(other == value or when.is_before(last) for when, other in said):
            return value
    return None
