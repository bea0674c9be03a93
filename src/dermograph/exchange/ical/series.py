"""One entry of a calendar with all its times: its rule, its further and its excepted dates (RFC 5545 3.8.5)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final
from zoneinfo import ZoneInfo

from dermograph.core.text import Text
from dermograph.exchange.ical.content_lines import Component, Line
from dermograph.exchange.ical.file_zones import Clock, FileZones, zone_clock
from dermograph.exchange.ical.property_values import Length, NotUnderstoodError, duration_of, moment_of
from dermograph.exchange.ical.recurrence_days import days_of
from dermograph.exchange.ical.recurrence_rule import Budget, EndlessError, Rule, rule_of

_LONGEST: Final = dt.timedelta(days=5 * 366)
_MARGIN: Final = dt.timedelta(days=2)  # between a day here and the same day elsewhere, and some
_NO_TIME: Final = dt.timedelta()
_UTC_CLOCK: Final = zone_clock(ZoneInfo("UTC"))


@dataclass(frozen=True, slots=True)
class Reading:
    """What an entry is read with.

    Attributes:
        first_on, last_on: The window, inclusive.
        clock: The reader's, for times that have no zone.
    """

    zones: FileZones
    first_on: dt.date
    last_on: dt.date
    clock: Clock
    budget: Budget


@dataclass(frozen=True, slots=True)
class When:
    """A moment as it is written.

    Attributes:
        wall: A day, or what a clock on the wall shows.
        clock: How to read that clock.
        tzid: Which clock it is; empty for the reader's.
    """

    wall: dt.date | dt.datetime
    clock: Clock
    tzid: str

    @property
    def key(self) -> dt.date | dt.datetime:
        """What two writings of one moment have in common: the day, or the instant."""
        return self.clock(self.wall) if isinstance(self.wall, dt.datetime) else self.wall

    @property
    def day(self) -> dt.date:
        """Its day on its own clock."""
        return self.wall.date() if isinstance(self.wall, dt.datetime) else self.wall


@dataclass(frozen=True, slots=True)
class Time:
    """One occurrence.

    Attributes:
        start: As the rule gives it: what a RECURRENCE-ID names.
        starts, ends: Two days, or two instants in UTC; the second exclusive.
    """

    start: When
    starts: dt.date | dt.datetime
    ends: dt.date | dt.datetime


def when_of(value: str, line: Line, reading: Reading) -> When:
    """A moment of a line.

    Raises:
        NotUnderstoodError: If it is none, or its time zone is unknown.
    """
    moment = moment_of(value.strip(), line.number)
    if not isinstance(moment, dt.datetime):
        return When(moment, reading.clock, "")
    if moment.tzinfo is not None:
        return When(moment.replace(tzinfo=None), _UTC_CLOCK, "UTC")
    tzid = line.parameters.get("TZID", "")
    return When(moment, reading.zones.clock(tzid, line.number) if tzid else reading.clock, tzid)


def times_of(entry: Component, reading: Reading) -> list[Time]:
    """The occurrences of an entry around the window; more are possible just outside it.

    Raises:
        NotUnderstoodError: If a part of the entry cannot be translated: then none of it is.
        EndlessError: If there would be too many.
    """
    line = entry.first("DTSTART")
    if line is None:
        raise NotUnderstoodError(Text("It has no start.", "No tiene inicio."), entry.number)
    for names in (("DTSTART",), ("DTEND", "DURATION")):  # 3.6.1: at most one of each, and one of the two
        if len(said := [one for one in entry.lines if one.name in names]) > 1:
            why = Text("It says twice when it starts or ends.", "Dice dos veces cuándo empieza o termina.")
            raise NotUnderstoodError(why, said[1].number)
    start = when_of(line.value, line, reading)
    length = _length(entry, start, reading)
    if excluding := entry.first("EXRULE"):
        why = Text("It excepts by a rule, which RFC 5545 dropped.", "Exceptúa según una regla, que RFC 5545 retiró.")
        raise NotUnderstoodError(why, excluding.number)
    found = {time.start.key: time for time in _repeated(entry, start, length, reading)}
    if not entry.first("RRULE") or reading.first_on <= start.day <= reading.last_on:
        found.setdefault(start.key, _time(start, length))
    for time in _further(entry, start, length, reading):
        found[time.start.key] = time
    excepted = {when_of(value, one, reading).key for one in entry.all("EXDATE") for value in one.value.split(",")}
    # Some programs except a day where the entry has a time of day.
    return [time for key, time in found.items() if key not in excepted and time.start.day not in excepted]


def _length(entry: Component, start: When, reading: Reading) -> Length:
    ends, lasts = entry.first("DTEND"), entry.first("DURATION")
    is_day = not isinstance(start.wall, dt.datetime)
    if ends is not None:
        length = _between(start, when_of(ends.value, ends, reading), ends.number)
    elif lasts is not None:
        length = duration_of(lasts.value.strip(), lasts.number)
    else:
        return Length(dt.timedelta(days=1) if is_day else _NO_TIME, _NO_TIME)  # 3.6.1
    number = (ends or lasts or entry).number
    if length.whole < _NO_TIME or (is_day and (length.passed or length.whole == _NO_TIME)):
        raise NotUnderstoodError(Text("It does not end after its start.", "No termina después de su inicio."), number)
    if length.whole > _LONGEST:
        raise NotUnderstoodError(Text("It lasts longer than five years.", "Dura más de cinco años."), number)
    return length


def _between(start: When, end: When, number: int) -> Length:
    if isinstance(start.wall, dt.datetime) and isinstance(end.wall, dt.datetime):
        if start.tzid == end.tzid:
            return Length(end.wall - start.wall, _NO_TIME)
        return Length(_NO_TIME, end.clock(end.wall) - start.clock(start.wall))
    if isinstance(start.wall, dt.datetime) or isinstance(end.wall, dt.datetime):
        why = Text(
            "Of its start and its end, one is a day and one a time.",
            "De su inicio y su fin, uno es un día y otro una hora.",
        )
        raise NotUnderstoodError(why, number)
    return Length(end.wall - start.wall, _NO_TIME)


def _time(start: When, length: Length) -> Time:
    if isinstance(start.wall, dt.datetime):
        return Time(start, start.clock(start.wall), start.clock(start.wall + length.wall) + length.passed)
    return Time(start, start.wall, start.wall + length.wall)


def _repeated(entry: Component, start: When, length: Length, reading: Reading) -> Iterator[Time]:
    for line in entry.all("RRULE"):
        rule = rule_of(line.value, line.number, start.wall)
        for day in _days(rule, start, length, reading, line.number):
            wall = dt.datetime.combine(day, start.wall.time()) if isinstance(start.wall, dt.datetime) else day
            here = When(wall, start.clock, start.tzid)
            if _is_over(rule, here):
                break
            reading.budget.times -= 1
            if reading.budget.times < 0:
                raise EndlessError(line.number)
            yield _time(here, length)


def _days(rule: Rule, start: When, length: Length, reading: Reading, number: int) -> Iterator[dt.date]:
    first, last = reading.first_on - _MARGIN - length.whole, reading.last_on + _MARGIN
    return days_of(rule, start.day, first, last, lambda days: reading.budget.spend(days, number))


def _is_over(rule: Rule, here: When) -> bool:
    """Whether a moment lies after the last that a rule allows, written as a day, an instant, or a wall time."""
    until = rule.until
    if until is None:
        return False
    if not isinstance(until, dt.datetime):
        return here.day > until
    if not isinstance(here.wall, dt.datetime):
        return here.wall > until.date()
    return here.clock(here.wall) > until if until.tzinfo else here.wall > until


def _further(entry: Component, start: When, length: Length, reading: Reading) -> Iterator[Time]:
    for line in entry.all("RDATE"):
        for value in line.value.split(","):
            reading.budget.times -= 1
            if reading.budget.times < 0:
                raise EndlessError(line.number)
            begins, _, ends = value.partition("/")
            here = when_of(begins, line, reading)
            own = period_length(here, ends, line, reading) if ends else length
            if isinstance(here.wall, dt.datetime) != isinstance(start.wall, dt.datetime) and not ends:
                why = Text(
                    "A further date is of another kind than its start.",
                    "Una fecha añadida es de otra clase que su inicio.",
                )
                raise NotUnderstoodError(why, line.number)
            yield _time(here, own)


def period_length(start: When, ends: str, line: Line, reading: Reading) -> Length:
    """The length of a PERIOD from what follows its slash: an end, or a duration.

    Raises:
        NotUnderstoodError: If it is neither, or none is positive.
    """
    if ends.strip().startswith(("P", "+P", "-P")):
        length = duration_of(ends.strip(), line.number)
    else:
        length = _between(start, when_of(ends, line, reading), line.number)
    if not _NO_TIME < length.whole <= _LONGEST or not isinstance(start.wall, dt.datetime):
        raise NotUnderstoodError(Text("It is no period of time.", "No es un periodo de tiempo."), line.number)
    return length
