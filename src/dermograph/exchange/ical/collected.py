"""What has been found in a file so far: times, and what none was taken of."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Final
from zoneinfo import ZoneInfo

from dermograph.core.text import Text
from dermograph.exchange.ical.absence import Presence, Span, Unused
from dermograph.exchange.ical.content_lines import Component
from dermograph.exchange.ical.property_values import NotUnderstoodError, text_of
from dermograph.exchange.ical.series import Reading, when_of

_SHOWN: Final = 200  # characters of a title or a uid
_OF_ONE_TIME: Final = ("VEVENT", "VTODO", "VJOURNAL")
_REPEATS: Final = ("RRULE", "RDATE")
_INSTANT: Final = dt.timedelta(microseconds=1)


@dataclass(slots=True)
class Collected:
    """Filled while a file is read.

    Attributes:
        zone: The reader's.
    """

    zone: ZoneInfo
    spans: list[Span] = field(default_factory=list)
    left_out: list[Unused] = field(default_factory=list)
    unread: list[Unused] = field(default_factory=list)

    def add(
        self,
        entry: Component,
        number: int,
        ends: tuple[dt.date | dt.datetime, dt.date | dt.datetime],
        presence: Presence,
        reading: Reading,
    ) -> None:
        """Add a time if it overlaps the window.

        Args:
            entry: Whose time it is.
            number: The line that says so.
            ends: Two days or two instants, the second exclusive.
            presence: What the entry says of it.
            reading: Knows the window.
        """
        first, after = ends
        starts_at = ends_at = None
        if isinstance(first, dt.datetime) and isinstance(after, dt.datetime):
            starts_at, ends_at = first.astimezone(self.zone), after.astimezone(self.zone)
            first_on, last_on = starts_at.date(), (after - _INSTANT).astimezone(self.zone).date()
        else:
            first_on, last_on = first, after - dt.timedelta(days=1)
        if first_on <= reading.last_on and last_on >= reading.first_on:
            uid, title = _named(entry)
            self.spans.append(Span(first_on, last_on, starts_at, ends_at, presence, uid, title, number))

    def leave_out(self, entry: Component, number: int, why: Text, reading: Reading) -> None:
        """Add an entry that takes up no time, and the line that says so."""
        self.left_out.append(self._unused(entry, number, why, reading))

    def leave_unread(self, entry: Component, number: int, why: Text, reading: Reading) -> None:
        """Add an entry, or a part of one, that was not understood, and the line that is the cause."""
        self.unread.append(self._unused(entry, number, why, reading))

    def _unused(self, entry: Component, number: int, why: Text, reading: Reading) -> Unused:
        uid, title = _named(entry)
        return Unused(number, uid, title, why, self._begins_on(entry, reading))

    def _begins_on(self, entry: Component, reading: Reading) -> dt.date | None:
        """The reader's day on which an entry of one time begins; None for any other, which is about several days."""
        line = entry.first("DTSTART")
        if line is None or entry.name not in _OF_ONE_TIME or any(entry.first(name) for name in _REPEATS):
            return None
        try:
            begins = when_of(line.value, line, reading).key
            return begins.astimezone(self.zone).date() if isinstance(begins, dt.datetime) else begins
        except (NotUnderstoodError, OverflowError):
            return None


def _named(entry: Component) -> tuple[str, str]:
    title = text_of(entry.value("SUMMARY")).replace("\n", " ").strip()
    return text_of(entry.value("UID"))[:_SHOWN], title[:_SHOWN]
