"""Busy times that a system gives out in place of entries (RFC 5545 3.6.4)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Final

from dermograph.exchange.ical.absence import Presence
from dermograph.exchange.ical.collected import Collected
from dermograph.exchange.ical.content_lines import Component, Line
from dermograph.exchange.ical.property_values import NotUnderstoodError
from dermograph.exchange.ical.recurrence_rule import EndlessError
from dermograph.exchange.ical.series import Reading, period_length, when_of

_FREE_BUSY: Final = {
    "BUSY": Presence.BUSY,
    "BUSY-UNAVAILABLE": Presence.AWAY,
    "BUSY-TENTATIVE": Presence.TENTATIVE,
}


def read_free_busy(part: Component, reading: Reading, found: Collected) -> None:
    """Take the times of a VFREEBUSY, which other systems give out in place of entries (RFC 5545 3.6.4)."""
    for line in part.all("FREEBUSY"):
        kind = line.parameters.get("FBTYPE", "BUSY").upper()
        if kind == "FREE":
            continue
        for first, after in _periods(line, part, reading, found):
            # 3.2.9: a type that is not known counts as busy.
            found.add(part, line.number, (first, after), _FREE_BUSY.get(kind, Presence.BUSY), reading)


def _periods(
    line: Line, part: Component, reading: Reading, found: Collected
) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    for value in line.value.split(","):
        reading.budget.times -= 1
        if reading.budget.times < 0:
            raise EndlessError(line.number)
        begins, _, ends = value.partition("/")
        try:
            start = when_of(begins, line, reading)
            length = period_length(start, ends, line, reading)
        except NotUnderstoodError as error:
            found.leave_unread(part, error.line, error.why, reading)
            continue
        if isinstance(start.wall, dt.datetime):
            yield start.clock(start.wall), start.clock(start.wall + length.wall) + length.passed
