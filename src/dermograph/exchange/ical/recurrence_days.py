"""The days of a recurrence rule (RFC 5545 3.3.10), between two days and never outside them.

Of our own making: ``python-dateutil``, on which the known packages build, looks at a rule's end only when something
matches it, so that a rule that nothing matches (each 30 February) is followed through 8,000 years, for seconds.
"""

from __future__ import annotations

import calendar
import datetime as dt
from collections.abc import Callable, Iterator
from typing import Final

from dermograph.core.dates import MONTHS_A_YEAR
from dermograph.exchange.ical.recurrence_rule import Rule

_COST: Final = {"DAILY": 1, "WEEKLY": 7, "MONTHLY": 31, "YEARLY": 366}  # days that a period has
_WEEK: Final = 7


def days_of(
    rule: Rule, start: dt.date, first: dt.date, last: dt.date, spend: Callable[[int], None]
) -> Iterator[dt.date]:
    """The days of a rule in their order.

    Args:
        rule: Its count is obeyed; its end is not, for it may be an instant, which the caller compares.
        start: The first of them (RFC 5545 3.8.5.3), whether or not the rule matches it.
        first: Days before it are skipped; with a count, gone through first.
        last: Inclusive.
        spend: Told how many days are looked at before they are; raises to stop.
    """
    if first <= start <= last:
        yield start
    skipped = _skipped(rule, start, first)
    given = max(1, skipped)
    index = skipped * rule.interval
    while rule.count is None or given < rule.count:
        spend(_COST[rule.frequency])
        begins, days = _period(rule, start, index)
        if begins is None or begins > last:
            return
        for day in _chosen(rule, days):
            if day <= start or (rule.count is not None and given >= rule.count):
                continue
            given += 1
            if first <= day <= last:
                yield day
        index += rule.interval


def _period(rule: Rule, start: dt.date, index: int) -> tuple[dt.date | None, list[dt.date]]:
    """The ``index``-th day, week, month or year from the start's on: its first day, and its days that match."""
    try:
        if rule.frequency == "DAILY":
            first = start + dt.timedelta(days=index)
            span = 1
        elif rule.frequency == "WEEKLY":
            first = start - dt.timedelta(days=(start.weekday() - rule.week_starts) % _WEEK) + dt.timedelta(weeks=index)
            span = _WEEK
        elif rule.frequency == "MONTHLY":
            months = start.year * MONTHS_A_YEAR + start.month - 1 + index
            first = dt.date(months // MONTHS_A_YEAR, months % MONTHS_A_YEAR + 1, 1)
            span = calendar.monthrange(first.year, first.month)[1]
        else:
            first = dt.date(start.year + index, 1, 1)
            span = 365 + calendar.isleap(first.year)
    except (OverflowError, ValueError):
        return None, []
    return first, [day for day in _candidates(rule, start, first, span) if _matches(rule, start, day)]


def _candidates(rule: Rule, start: dt.date, first: dt.date, span: int) -> Iterator[dt.date]:
    """The days of a period that can match at all: cheaper than looking at each day of a year."""
    months = rule.by_month if rule.frequency == "YEARLY" else frozenset[int]()
    if rule.frequency == "YEARLY" and not (months or rule.by_year_day or rule.by_month_day or rule.by_day):
        months = frozenset({start.month})
    if months and not rule.by_year_day:
        for month in sorted(months):
            for day in range(1, calendar.monthrange(first.year, month)[1] + 1):
                yield dt.date(first.year, month, day)
        return
    for offset in range(span):
        yield first + dt.timedelta(days=offset)


def _matches(rule: Rule, start: dt.date, day: dt.date) -> bool:
    if rule.by_month and day.month not in rule.by_month:
        return False
    if rule.by_month_day and day.day not in rule.by_month_day:
        length = calendar.monthrange(day.year, day.month)[1]
        if day.day - length - 1 not in rule.by_month_day:
            return False
    if rule.by_year_day:
        of_year, whole = day.timetuple().tm_yday, 365 + calendar.isleap(day.year)
        if of_year not in rule.by_year_day and of_year - whole - 1 not in rule.by_year_day:
            return False
    if rule.by_day:
        weekday = day.weekday()
        return (weekday, 0) in rule.by_day or any((weekday, which) in rule.by_day for which in _which(rule, day))
    return _is_like_start(rule, start, day)


def _which(rule: Rule, day: dt.date) -> tuple[int, int]:
    """Which of its weekday a day is, in its month or year: counted from the beginning, and from the end."""
    if rule.frequency == "MONTHLY" or rule.by_month:
        place, whole = day.day, calendar.monthrange(day.year, day.month)[1]
    else:
        place, whole = day.timetuple().tm_yday, 365 + calendar.isleap(day.year)
    return (place - 1) // _WEEK + 1, -((whole - place) // _WEEK + 1)


def _is_like_start(rule: Rule, start: dt.date, day: dt.date) -> bool:
    """What a rule leaves open it takes from the start (3.3.10)."""
    if rule.frequency == "DAILY" or rule.by_month_day or rule.by_year_day:
        return True
    if rule.frequency == "WEEKLY":
        return day.weekday() == start.weekday()
    return day.day == start.day and (rule.frequency == "MONTHLY" or bool(rule.by_month) or day.month == start.month)


def _chosen(rule: Rule, days: list[dt.date]) -> list[dt.date]:
    if not rule.by_position:
        return days
    count, wanted = len(days), rule.by_position
    return [day for place, day in enumerate(days) if place + 1 in wanted or place - count in wanted]


def _skipped(rule: Rule, start: dt.date, first: dt.date) -> int:
    """How many intervals can be left out without missing a day from ``first`` on.

    With a count only those of a rule that gives one day each, which need not be gone through to be counted.
    """
    one_each = rule.frequency in ("DAILY", "WEEKLY") and not (rule.by_day or rule.by_month or rule.by_month_day)
    if first <= start or (rule.count is not None and not one_each):
        return 0
    days = (first - start).days
    periods = {"DAILY": days, "WEEKLY": days // _WEEK, "MONTHLY": days // 31, "YEARLY": days // 366}[rule.frequency]
    return max(0, periods // rule.interval - 1)
