"""Values of properties as they are written (RFC 5545 3.3): moments, durations, periods, texts."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final

from dermograph.core.dates import FIRST_DAY, LAST_DAY
from dermograph.core.errors import shown
from dermograph.core.text import Text
from dermograph.exchange.ical.content_lines import Line
from dermograph.exchange.ical.entry import clean

_DATE: Final = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_DATE_TIME: Final = re.compile(r"(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})(Z?)", re.ASCII)
_DURATION: Final = re.compile(
    r"([+-]?)P(?:(\d{1,4})W|(?:(\d{1,5})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,7})M)?(?:(\d{1,8})S)?)?)", re.ASCII
)
_ESCAPE: Final = re.compile(r"\\(.)", re.DOTALL)
_LEAP_SECOND: Final = 60


class NotUnderstoodError(Exception):
    """What one entry says cannot be translated; the rest of the file can.

    Attributes:
        why: In both languages.
        line: 1-based line of the file.
    """

    def __init__(self, why: Text, line: int) -> None:
        super().__init__(why.en)
        self.why = why
        self.line = line


def moment_of(value: str, number: int, first: dt.date = FIRST_DAY) -> dt.date | dt.datetime:
    """A DATE or a DATE-TIME. An instant in UTC is aware, any other wall time naive.

    Args:
        value: As it stands.
        number: The line that it stands on.
        first: The earliest day that is understood.

    Raises:
        NotUnderstoodError: If it is none, or lies outside the years of the clinic.
    """
    moment = _moment(value)
    if moment is None:
        why = Text(f"{shown(value)} is no date or time.", f"{shown(value)} no es una fecha ni una hora.")
        raise NotUnderstoodError(why, number)
    if not first <= _day(moment) <= LAST_DAY:
        why = Text(f"{shown(value)} lies too far away.", f"{shown(value)} queda demasiado lejos.")
        raise NotUnderstoodError(why, number)
    return moment


@dataclass(frozen=True, slots=True)
class Length:
    """How long something lasts.

    Attributes:
        wall: What the clock on the wall goes on by: days, which a change of the clocks makes longer or shorter.
        passed: Time that passes after that.
    """

    wall: dt.timedelta
    passed: dt.timedelta

    @property
    def whole(self) -> dt.timedelta:
        """Both, where clocks do not change."""
        return self.wall + self.passed


def duration_of(value: str, number: int) -> Length:
    """A DURATION: its days are days of the calendar, its hours pass (3.3.6).

    Raises:
        NotUnderstoodError: If it is none.
    """
    found = _DURATION.fullmatch(value)
    if found is None or not any(found.groups()[1:]):
        why = Text(f"{shown(value)} is no duration.", f"{shown(value)} no es una duración.")
        raise NotUnderstoodError(why, number)
    weeks, days, hours, minutes, seconds = (int(part or 0) for part in found.groups()[1:])
    sign = -1 if found.group(1) == "-" else 1
    passed = dt.timedelta(hours=hours, minutes=minutes, seconds=seconds)
    return Length(sign * dt.timedelta(weeks=weeks, days=days), sign * passed)


def text_of(value: str) -> str:
    """A TEXT as it was meant, cleaned."""
    return clean(_ESCAPE.sub(lambda found: "\n" if found.group(1) in "nN" else found.group(1), value))


def moments_of(line: Line) -> list[dt.date | dt.datetime]:
    """The dates or times of a line that lists them.

    Raises:
        NotUnderstoodError: If one is none.
    """
    return [moment_of(one.strip(), line.number) for one in line.value.split(",")]


def _moment(value: str) -> dt.date | dt.datetime | None:
    day, instant = _DATE.fullmatch(value), _DATE_TIME.fullmatch(value)
    try:
        if day:
            return dt.date(*map(int, day.groups()))
        if instant:
            year, month, date, hour, minute, second = map(int, instant.groups()[:6])
            second -= second == _LEAP_SECOND  # 3.3.12: who knows no leap seconds takes it for the second before
            return dt.datetime(year, month, date, hour, minute, second, tzinfo=dt.UTC if instant.group(7) else None)
    except ValueError:
        return None
    return None


def _day(moment: dt.date | dt.datetime) -> dt.date:
    return moment.date() if isinstance(moment, dt.datetime) else moment
