"""Recurrence rules as they are written (RFC 5545 3.3.10): what is translated, and what is said not to be."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final

from dermograph.core.errors import shown
from dermograph.core.text import Text
from dermograph.exchange.ical.property_values import NotUnderstoodError, moment_of

MOST_COUNTED: Final = 100_000  # 270 years of days
_DAYS: Final = {"MO": 0, "TU": 1, "WE": 2, "TH": 3, "FR": 4, "SA": 5, "SU": 6}
MOST_TIMES: Final = 20_000  # of one file
MOST_DAYS: Final = 500_000  # looked at for one file: about two seconds
MOST_NAMED: Final = 400  # in one list of a rule; a year has 366 days
_BY_DAY: Final = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)", re.ASCII)
_KNOWN: Final = frozenset(
    {"FREQ", "INTERVAL", "COUNT", "UNTIL", "WKST", "BYDAY", "BYMONTHDAY", "BYMONTH", "BYYEARDAY", "BYSETPOS"}
)
_LIMITS: Final = {"BYMONTHDAY": 31, "BYYEARDAY": 366, "BYSETPOS": 366, "BYMONTH": 12}
_OFTEN: Final = ("SECONDLY", "MINUTELY", "HOURLY")
_STARTS_AT: Final = ("BYHOUR", "BYMINUTE", "BYSECOND")


class EndlessError(Exception):
    """A rule that would fill a calendar: many times a day without an end, or more often than anybody can mean.

    Attributes:
        line: 1-based line of the file.
    """

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


@dataclass(slots=True)
class Budget:
    """What reading one file may still cost.

    Attributes:
        days: That rules may look at.
        times: That entries may have.
    """

    days: int = MOST_DAYS
    times: int = MOST_TIMES

    def spend(self, days: int, number: int) -> None:
        """Count days that a rule looks at.

        Args:
            days: How many.
            number: The line of the rule.

        Raises:
            EndlessError: If they are too many.
        """
        self.days -= days
        if self.days < 0:
            raise EndlessError(number)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule that repeats by days, weeks, months or years; an occurrence has the start's time of day.

    Attributes:
        frequency: DAILY, WEEKLY, MONTHLY or YEARLY.
        count: How many in all; None for any.
        until: The last moment (inclusive), as written: a day, an aware instant, or a wall time; None without an end.
        week_starts: 0 for Monday.
        by_day: Weekdays (0 for Monday), each with which of the month or year, counted from its end where negative;
            0 for every one.
        by_position: Which of a period's days.
    """

    frequency: str
    interval: int = 1
    count: int | None = None
    until: dt.date | dt.datetime | None = None
    week_starts: int = 0
    by_day: frozenset[tuple[int, int]] = frozenset()
    by_month_day: frozenset[int] = frozenset()
    by_month: frozenset[int] = frozenset()
    by_year_day: frozenset[int] = frozenset()
    by_position: frozenset[int] = frozenset()


def rule_of(value: str, number: int, start: dt.date | dt.datetime) -> Rule:
    """A rule from its text.

    Args:
        value: Such as ``FREQ=WEEKLY;BYDAY=MO``.
        number: The line that it stands on.
        start: Of the entry.

    Raises:
        NotUnderstoodError: If it cannot be read, or says what is not translated.
        EndlessError: If it is absurd.
    """
    parts = _parts(value, number)
    frequency = parts.get("FREQ", "")
    count = _count(parts, number)
    if frequency in _OFTEN:
        if "UNTIL" not in parts and count is None:
            raise EndlessError(number)
        raise _unread(f"FREQ={frequency}", number)
    for name in _STARTS_AT:
        # Some programs repeat the start's own time of day; anything else is more than one time a day.
        own = getattr(start, name[2:].lower(), None)
        if name in parts and (own is None or parts.pop(name).lstrip("0") != str(own or "")):
            raise _unread(f"{name}", number)
    for name in parts:
        if name not in _KNOWN:
            raise _unread(name, number)
    if frequency not in ("DAILY", "WEEKLY", "MONTHLY", "YEARLY"):
        raise _unread(f"FREQ={frequency}", number)
    rule = Rule(
        frequency=frequency,
        interval=_whole(parts.get("INTERVAL", "1"), 1, 10_000, number),
        count=count,
        until=moment_of(parts["UNTIL"], number) if "UNTIL" in parts else None,
        week_starts=_DAYS.get(parts.get("WKST", "MO"), -1),
        by_day=_by_day(parts.get("BYDAY", ""), number),
        by_month_day=_numbers("BYMONTHDAY", parts, number),
        by_month=_numbers("BYMONTH", parts, number),
        by_year_day=_numbers("BYYEARDAY", parts, number),
        by_position=_numbers("BYSETPOS", parts, number),
    )
    _check(rule, value, number)
    return rule


def _parts(value: str, number: int) -> dict[str, str]:
    parts: dict[str, str] = {}
    for one in value.strip().strip(";").split(";"):
        name, sign, said = one.strip().upper().partition("=")
        if not sign or not said or name in parts:
            raise _unread(value, number)
        parts[name] = said
    return parts


def _count(parts: dict[str, str], number: int) -> int | None:
    if "COUNT" not in parts:
        return None
    if parts["COUNT"].isdecimal() and int(parts["COUNT"][:9]) > MOST_COUNTED:
        raise EndlessError(number)
    return _whole(parts["COUNT"], 1, MOST_COUNTED, number)


def _check(rule: Rule, value: str, number: int) -> None:
    """Combinations that the table of 3.3.10 forbids, and those without a meaning."""
    ordinals = any(which for _, which in rule.by_day)
    wrong = (
        (rule.count is not None and rule.until is not None)
        or rule.week_starts < 0
        or (rule.frequency == "WEEKLY" and rule.by_month_day)
        or (rule.frequency != "YEARLY" and rule.by_year_day)
        or (rule.frequency in ("DAILY", "WEEKLY") and ordinals)
        or (rule.by_position and not (rule.by_day or rule.by_month_day or rule.by_month or rule.by_year_day))
    )
    if wrong:
        raise _unread(value, number)


def _by_day(value: str, number: int) -> frozenset[tuple[int, int]]:
    found = set()
    for one in _listed("BYDAY", value, number) if value else ():
        match = _BY_DAY.fullmatch(one.strip())
        which = int(match.group(1) or 0) if match else 0
        if match is None or abs(which) > 53 or (match.group(1) and which == 0):
            raise _unread(f"BYDAY={value}", number)
        found.add((_DAYS[match.group(2)], which))
    return frozenset(found)


def _numbers(name: str, parts: dict[str, str], number: int) -> frozenset[int]:
    if name not in parts:
        return frozenset()
    most = _LIMITS[name]
    found = frozenset(_whole(one.strip(), -most, most, number) for one in _listed(name, parts[name], number))
    if 0 in found or (name == "BYMONTH" and min(found) < 0):
        raise _unread(f"{name}={parts[name]}", number)
    return found


def _listed(name: str, value: str, number: int) -> list[str]:
    """The parts of a list; each day that is looked at is held against them, so there are not any number of them."""
    found = value.split(",", MOST_NAMED)
    if len(found) > MOST_NAMED:
        raise _unread(f"{name}={value}", number)
    return found


def _whole(text: str, least: int, most: int, number: int) -> int:
    if not re.fullmatch(r"[+-]?\d{1,9}", text, re.ASCII) or not least <= int(text) <= most:
        raise _unread(text, number)
    return int(text)


def _unread(what: str, number: int) -> NotUnderstoodError:
    why = Text(
        f"It repeats by a rule that is not understood: {shown(what)}.",
        f"Se repite según una regla que no se entiende: {shown(what)}.",
    )
    return NotUnderstoodError(why, number)
