"""Periods and calendar arithmetic.

A month is a calendar month: the same day of a later month, clipped to that month's end. A period that a
source gives in hours can be added to an instant; added to a day, it counts as whole days, rounded up.
"""

from __future__ import annotations

import calendar
import datetime as dt
import math
from dataclasses import dataclass

from dermograph.core.text import Language, Text

MONTHS_A_YEAR = 12
HOURS_A_DAY = 24
UNITS = ("minutes", "hours", "days", "weeks", "months", "years")
FIRST_DAY, LAST_DAY = dt.date(1900, 1, 1), dt.date(2199, 12, 31)  # what a case may hold; leaves room for arithmetic


def add_months(day: dt.date, months: int) -> dt.date:
    """The same day of the month ``months`` later (earlier if negative), clipped to the month's end.

    >>> add_months(dt.date(2024, 2, 29), 12)
    datetime.date(2025, 2, 28)
    """
    index = day.year * MONTHS_A_YEAR + day.month - 1 + months
    year, month = divmod(index, MONTHS_A_YEAR)
    last = calendar.monthrange(year, month + 1)[1]
    return day.replace(year=year, month=month + 1, day=min(day.day, last))


@dataclass(frozen=True, slots=True)
class Period:
    """A length of time in the unit that its source uses.

    Attributes:
        count: How many, at least 0.
        unit: One of ``minutes, hours, days, weeks, months, years``.
    """

    count: int
    unit: str

    def __post_init__(self) -> None:
        if self.unit not in UNITS or self.count < 0:
            msg = f"a period is a count of at least 0 and one of {', '.join(UNITS)}, not {self.count} {self.unit}"
            raise ValueError(msg)

    @property
    def has_clock(self) -> bool:
        """Whether the source gives it in hours or minutes, so that it ends at an instant."""
        return self.unit in ("minutes", "hours")

    @property
    def months(self) -> int:
        """Its part in calendar months, which is added first."""
        return self.count * {"months": 1, "years": MONTHS_A_YEAR}.get(self.unit, 0)

    @property
    def whole_days(self) -> int:
        """Its part in days; hours and minutes rounded up to whole days."""
        if self.unit == "minutes":
            return math.ceil(self.count / (60 * HOURS_A_DAY))
        if self.unit == "hours":
            return math.ceil(self.count / HOURS_A_DAY)
        return self.count * {"days": 1, "weeks": 7}.get(self.unit, 0)

    def after(self, day: dt.date) -> dt.date:
        """The day on which the period, begun on ``day``, is over.

        >>> Period(48, "hours").after(dt.date(2026, 11, 21))
        datetime.date(2026, 11, 23)
        """
        return add_months(day, self.months) + dt.timedelta(days=self.whole_days)

    def after_instant(self, moment: dt.datetime) -> dt.datetime:
        """The instant at which the period, begun at ``moment``, is over.

        Hours are hours that pass: across a change of the clock an aware ``moment`` keeps the elapsed time.
        Days and months keep the time of day. A naive ``moment`` is taken as wall time.
        """
        if not self.has_clock:
            return dt.datetime.combine(self.after(moment.date()), moment.timetz())
        passed = dt.timedelta(**{self.unit: self.count})
        if moment.tzinfo is None:
            return moment + passed
        return (moment.astimezone(dt.UTC) + passed).astimezone(moment.tzinfo)

    def last_start(self, day: dt.date) -> dt.date:
        """The last day from which the period is over by ``day`` (inclusive): the inverse of ``after``.

        >>> Period(1, "months").last_start(dt.date(2026, 2, 28))
        datetime.date(2026, 1, 31)
        """
        start = add_months(day - dt.timedelta(days=self.whole_days), -self.months)
        while self.after(start + dt.timedelta(days=1)) <= day:
            start += dt.timedelta(days=1)
        return start

    def say(self, language: Language) -> str:
        """The period in words, such as "4 weeks"."""
        words = _WORDS[self.unit]
        one, many = words[:2] if language == "en" else words[2:]
        return f"{self.count} {one if self.count == 1 else many}"


_WORDS = {
    "minutes": ("minute", "minutes", "minuto", "minutos"),
    "hours": ("hour", "hours", "hora", "horas"),
    "days": ("day", "days", "día", "días"),
    "weeks": ("week", "weeks", "semana", "semanas"),
    "months": ("month", "months", "mes", "meses"),
    "years": ("year", "years", "año", "años"),
}
_MONTHS = {
    "en": [
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ],
    "es": [
        "enero",
        "febrero",
        "marzo",
        "abril",
        "mayo",
        "junio",
        "julio",
        "agosto",
        "septiembre",
        "octubre",
        "noviembre",
        "diciembre",
    ],
}


def day_in_words(day: dt.date, language: Language) -> str:
    """A day as a person reads it, such as "21 November 2026" or "21 de noviembre de 2026"."""
    month = _MONTHS[language][day.month - 1]
    return f"{day.day} de {month} de {day.year}" if language == "es" else f"{day.day} {month} {day.year}"


def moment_in_words(moment: dt.date | dt.datetime, language: Language) -> str:
    """A day, or an instant with its time of day."""
    if isinstance(moment, dt.datetime):
        return f"{day_in_words(moment.date(), language)}, {moment:%H:%M}"
    return day_in_words(moment, language)


def day_text(day: dt.date) -> Text:
    """A day in words, in every language."""
    return Text(day_in_words(day, "en"), day_in_words(day, "es"))
