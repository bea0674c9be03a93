"""When a clinic is open, as its public page says it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from itertools import groupby

from dermograph.clinic.agenda.models import Absence, OpeningHours
from dermograph.clinic.agenda.timetable import WEEKDAYS
from dermograph.clinic.people.models import Clinic
from dermograph.core.text import Text

DAYS_AHEAD = 60
CLOSED = Text("closed", "cerrado")
_TO = Text("to", "a")
_SCHEMA_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Days:
    """Weekdays that follow each other and have the same hours.

    Attributes:
        first, last: 0 is Monday, both inclusive.
        spans: ``(opens, closes)`` in wall time; empty while it is closed.
    """

    first: int
    last: int
    spans: tuple[tuple[dt.time, dt.time], ...]

    @property
    def label(self) -> Text:
        """Such as "Monday to Friday"."""
        first, last = WEEKDAYS[self.first], WEEKDAYS[self.last]
        if self.first == self.last:
            return _capital(first)
        return _capital(Text(f"{first.en} {_TO.en} {last.en}", f"{first.es} {_TO.es} {last.es}"))

    @property
    def reads(self) -> Text:
        """Such as "09:00–14:00, 16:00–20:00"."""
        if not self.spans:
            return CLOSED
        words = ", ".join(f"{opens:%H:%M}–{closes:%H:%M}" for opens, closes in self.spans)
        return Text(words, words)


def week(clinic: Clinic) -> list[Days]:
    """The clinic's week, equal days that follow each other together; empty while it has set no hours."""
    rows = list(OpeningHours.objects.filter(clinic=clinic).order_by("weekday", "opens"))
    if not rows:
        return []
    spans = {day: tuple((row.opens, row.closes) for row in rows if row.weekday == day) for day in range(len(WEEKDAYS))}
    grouped = [[day for day, _ in group] for _, group in groupby(spans.items(), key=lambda one: one[1])]
    return [Days(days[0], days[-1], spans[days[0]]) for days in grouped]


def closed_days(clinic: Clinic, today: dt.date) -> list[tuple[dt.date, dt.date]]:
    """The days on which the whole clinic is closed in the next ``DAYS_AHEAD`` days."""
    rows = Absence.objects.filter(
        clinic=clinic, membership=None, last__gte=today, first__lte=today + dt.timedelta(days=DAYS_AHEAD)
    ).order_by("first")
    return [(row.first, row.last) for row in rows]


def for_machines(days: list[Days]) -> list[dict[str, object]]:
    """The same as schema.org has it."""
    return [
        {
            "@type": "OpeningHoursSpecification",
            "dayOfWeek": list(_SCHEMA_DAYS[one.first : one.last + 1]),
            "opens": f"{opens:%H:%M}",
            "closes": f"{closes:%H:%M}",
        }
        for one in days
        for opens, closes in one.spans
    ]


def _capital(text: Text) -> Text:
    return Text(text.en[:1].upper() + text.en[1:], text.es[:1].upper() + text.es[1:])
