"""When the clocks of a zone change, and by which rule they will go on changing."""

from __future__ import annotations

import calendar
import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo

#: A rule is believed if it holds for each year to here: a generation past what any table lists one by one (2087).
LAST_YEAR: Final = 2120
FIRST_YEAR: Final = 1969
_STEP: Final = dt.timedelta(days=7)  # nowhere have clocks changed there and back within this since 1970
_NONE: Final = dt.timedelta()
_SECOND: Final = dt.timedelta(seconds=1)
_YEARS: Final = 28  # in which each day of a year falls on each day of the week
_DAYS: Final = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_WEEK: Final = 7
_DAY: Final = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Change:
    """One change of the clocks.

    Attributes:
        at: The instant, in UTC.
        before, after: How far the clock is ahead of UTC.
        name: What the time is called from then on, such as CEST.
        is_summer: Whether it begins summer time.
    """

    at: dt.datetime
    before: dt.timedelta
    after: dt.timedelta
    name: str
    is_summer: bool

    @property
    def onset(self) -> dt.datetime:
        """What the clock shows when it is changed, without a zone (RFC 5545 3.6.5: the offset before counts)."""
        return (self.at + self.before).replace(tzinfo=None)


@dataclass(frozen=True, slots=True)
class YearlyRule:
    """A change that comes every year.

    Attributes:
        first: Its first one that is written.
        rules: RRULE values that together give all of them: one, or one for each of two months that the days fall in,
            each with the first onset that it gives.
    """

    first: Change
    rules: tuple[tuple[dt.datetime, str], ...]


@dataclass(frozen=True, slots=True)
class ZoneChanges:
    """The changes of a zone from a year on.

    Attributes:
        base: What holds when that year begins.
        single: The changes that no rule gives.
        rules: Those that go on for ever; empty in a zone that changes no more, or by a table (Morocco).
    """

    base: Change
    single: tuple[Change, ...]
    rules: tuple[YearlyRule, ...]


def zone_changes(zone: str, first_year: int, last_year: int) -> ZoneChanges:
    """What changes in a zone.

    Args:
        zone: IANA name.
        first_year: From its first instant on that clock on; at least ``FIRST_YEAR``.
        last_year: Inclusive; where there is no rule, changes are listed up to its end.

    Raises:
        ZoneInfoNotFoundError: If there is no such zone.
    """
    clock = ZoneInfo(zone)
    first_year = min(first_year, LAST_YEAR - _YEARS)  # so that there are enough of them to see a rule
    begin = dt.datetime(first_year, 1, 1, tzinfo=clock).astimezone(dt.UTC)
    changes = [one for one in _changes(zone) if one.at >= begin]
    local = begin.astimezone(clock)
    offset = local.utcoffset() or _NONE
    base = Change(begin, offset, offset, local.tzname() or zone, bool(local.dst()))
    since = _rule_from(changes, first_year)
    if since is None or since > last_year:
        end = dt.datetime(last_year + 1, 1, 1, tzinfo=dt.UTC)
        return ZoneChanges(base, tuple(one for one in changes if one.at < end), ())
    lasting = [one for one in changes if one.onset.year >= since]
    single = tuple(one for one in changes if one.onset.year < since)
    return ZoneChanges(base, single, tuple(_rule(group) for group in _groups(lasting)))


@lru_cache(maxsize=64)
def _changes(zone: str) -> tuple[Change, ...]:
    """All of them in the years that are looked at; about 15 ms the first time."""
    clock = ZoneInfo(zone)
    found: list[Change] = []
    here = dt.datetime(FIRST_YEAR, 1, 1, tzinfo=clock).astimezone(dt.UTC)
    end = dt.datetime(LAST_YEAR + 1, 1, 1, tzinfo=clock).astimezone(dt.UTC)
    offset = _offset(clock, here)
    while here < end:
        there = here + _STEP
        if (then := _offset(clock, there)) != offset:
            low, high = here, there
            while high - low > _SECOND:
                middle = (low + (high - low) / 2).replace(microsecond=0)
                low, high = (low, middle) if _offset(clock, middle) != offset else (middle, high)
            before, after = low.astimezone(clock), high.astimezone(clock)
            # Ireland and Morocco count what is left out in winter or Ramadan as negative summer time.
            is_summer = (after.dst() or _NONE) > _NONE or (before.dst() or _NONE) < _NONE
            found.append(Change(high, offset, then, after.tzname() or clock.key, is_summer))
            offset = then
        here = there
    return tuple(found)


def _offset(clock: ZoneInfo, at: dt.datetime) -> dt.timedelta:
    return at.astimezone(clock).utcoffset() or _NONE


def _groups(changes: list[Change]) -> list[list[Change]]:
    """Changes by what they do to the clock."""
    groups: defaultdict[tuple[dt.timedelta, dt.timedelta], list[Change]] = defaultdict(list)
    for one in changes:
        groups[one.before, one.after].append(one)
    return list(groups.values())


def _rule_from(changes: list[Change], first_year: int) -> int | None:
    """The first year from which on the same changes come every year, on one weekday of one week, at one time."""
    by_year: defaultdict[int, list[Change]] = defaultdict(list)
    for one in changes:
        by_year[one.onset.year].append(one)
    last = by_year[LAST_YEAR]
    if not last or len({(one.before, one.after) for one in last}) < len(last):
        return None
    year, days = LAST_YEAR, [(day, day) for day in map(_day, last)]
    while year >= first_year and _is_like(by_year[year], last):
        spans = _spans(by_year[year], days)
        if any(latest - earliest >= _WEEK * _DAY for earliest, latest in spans):
            break  # of more than seven days two would fall on the weekday in some years
        year, days = year - 1, spans
    # One year might agree by chance; a rule is what the tables' end leaves to rules.
    return year + 1 if year + 1 <= LAST_YEAR - _YEARS else None


def _is_like(some: list[Change], last: list[Change]) -> bool:
    if len(some) != len(last):
        return False
    for one, like in zip(some, last, strict=True):
        day, model = one.onset, like.onset
        same = (one.before, one.after, day.time(), day.weekday()) == (
            like.before,
            like.after,
            model.time(),
            model.weekday(),
        )
        if not same:
            return False
    return True


def _day(change: Change) -> dt.date:
    """Its day in one year for all."""
    return change.onset.date().replace(year=2000)


def _spans(some: list[Change], days: list[tuple[dt.date, dt.date]]) -> list[tuple[dt.date, dt.date]]:
    """The earliest and the latest day of each, with another year's."""
    return [(min(first, _day(one)), max(last, _day(one))) for one, (first, last) in zip(some, days, strict=True)]


def _rule(group: list[Change]) -> YearlyRule:
    """The rule of changes of which one comes every year."""
    onsets = [one.onset for one in group]
    months = sorted({one.month for one in onsets})
    weekday = _DAYS[onsets[0].weekday()]
    rules = []
    for month in months:
        here = [one for one in onsets if one.month == month]
        days = sorted({one.day for one in here})
        rules.append((here[0], f"FREQ=YEARLY;BYMONTH={month};{_by_days(days, month, weekday, alone=len(months) == 1)}"))
    return YearlyRule(group[0], tuple(rules))


def _by_days(days: list[int], month: int, weekday: str, *, alone: bool) -> str:
    """Which of the month's weekdays: the n-th or the last, or the one that falls on any of seven days."""
    length = calendar.monthrange(2001, month)[1]
    if alone and days[-1] - days[0] == _WEEK - 1:
        if days[-1] == length:
            return f"BYDAY=-1{weekday}"
        if days[-1] % _WEEK == 0:
            return f"BYDAY={days[-1] // _WEEK}{weekday}"
    return f"BYDAY={weekday};BYMONTHDAY={','.join(map(str, range(days[0], days[-1] + 1)))}"
