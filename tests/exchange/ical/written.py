"""Calendars as other programs write them, from the lines that matter."""

from __future__ import annotations

import datetime as dt

from dermograph.exchange.ical.absence import Absence
from dermograph.exchange.ical.read_absence import read_absence

FIRST, LAST = dt.date(2026, 12, 1), dt.date(2027, 4, 30)
ZONE = "Europe/Madrid"


def calendar(*lines: str) -> bytes:
    """A calendar of these lines."""
    head = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Test//EN")
    return "\r\n".join((*head, *lines, "END:VCALENDAR", "")).encode()


def event(*lines: str, uid: str = "1") -> tuple[str, ...]:
    """The lines of an event."""
    return "BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20261101T000000Z", "SUMMARY:Away", *lines, "END:VEVENT"


def read(*lines: str, zone: str = ZONE, first: dt.date = FIRST, last: dt.date = LAST) -> Absence:
    """What is read from a calendar of these lines."""
    return read_absence(calendar(*lines), first_on=first, last_on=last, zone=zone, file="theirs.ics")


def days(absence: Absence) -> list[tuple[str, str]]:
    """The days of its spans."""
    return [(span.first_on.isoformat(), span.last_on.isoformat()) for span in absence.spans]


def clocks(absence: Absence) -> list[str]:
    """When its spans begin and end, on the reader's clock."""
    return [
        f"{s.starts_at:%Y-%m-%dT%H:%M%z}/{s.ends_at:%Y-%m-%dT%H:%M%z}"
        for s in absence.spans
        if s.starts_at and s.ends_at
    ]


def reasons(absence: Absence) -> list[str]:
    """Why what was not understood was not."""
    return [entry.why.en for entry in absence.unread]
