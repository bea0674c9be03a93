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
#: How far a clock elsewhere may be ahead of ours.
_AHEAD: Final = dt.timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class EffectiveTime:
    """An instant, a day of a place that nobody names, a time within which it was, or nothing that tells.

    Attributes:
        span: The first and the last moment that it may have been, in UTC, both the same for an instant; None where
            nothing tells.
        is_day: Whether it is a day, and not an instant of one.
    """

    span: tuple[dt.datetime, dt.datetime] | None = None
    is_day: bool = False

    def is_before(self, other: EffectiveTime) -> bool:
        """Whether it is certainly earlier than another: two days by the calendar, all else on whatever clock."""
        if self.span is None or other.span is None:
            return False
        if self.is_day and other.is_day:
            return self.span[0] < other.span[0]
        return self.span[1] < other.span[0]

    def known_at(self, now: dt.datetime) -> EffectiveTime:
        """The same, or nothing that tells where it lies wholly in the future: nothing was said then yet."""
        return EffectiveTime() if self.span is not None and self.span[0] > now + _AHEAD else self

    def not_before(self, first: dt.datetime) -> EffectiveTime:
        """Of an instant at which something was said at the latest: the time from another instant until then."""
        if self.span is None or self.is_day:
            return self
        return EffectiveTime((min(first, self.span[0]), self.span[1]))


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
            return EffectiveTime((midnight - _EARLIER, midnight + dt.timedelta(days=1) + _LATER - _MOMENT), is_day=True)
        stated = dt.datetime.fromisoformat(text) if "T" in text else None
        if stated is None or stated.tzinfo is None:
            return EffectiveTime()
        return EffectiveTime((stated.astimezone(dt.UTC),) * 2)
    except (ValueError, OverflowError):  # a leap second, the first and the last days of the calendar
        return EffectiveTime()


Said = TypeVar("Said")


def ends(said: Iterable[tuple[EffectiveTime, Said]]) -> list[tuple[EffectiveTime, Said]]:
    """Of days the last, of other times that which begins and that which ends last, of no time the first.

    What is later than these is later than all of them, and what is earlier than any is earlier than one of these.
    """
    found: dict[str, tuple[EffectiveTime, Said]] = {}
    for one in said:
        span = one[0].span
        if span is None:
            found.setdefault("none", one)
            continue
        for name, bound in (("day", 0),) if one[0].is_day else (("begins", 0), ("ends", 1)):
            there = found[name][0].span if name in found else None
            if there is None or there[bound] < span[bound]:
                found[name] = one
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
