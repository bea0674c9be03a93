"""Dates that are given without a day or a month: what they can mean, and whether it matters which.

A partial date is never completed by guessing. It counts as known only where every day that it can mean leads every rule
to the same finding: the same truth, and the same day on which that ends.
"""

from __future__ import annotations

import calendar
import datetime as dt
import re

from dermograph.protocols.conditions import Compare, Known, Within, leaves
from dermograph.protocols.model import Protocol

#: R4, 2.24.0.1, date: year, year and month, or all three.
DATE = re.compile(r"([0-9]{4})(?:-(0[1-9]|1[0-2])(?:-(0[1-9]|[12][0-9]|3[01]))?)?")


def meant(text: str) -> tuple[dt.date, dt.date] | None:
    """The first and the last day that a FHIR date can mean, both inclusive; None if it is no date."""
    match = DATE.fullmatch(text)
    if match is None or match[1] == "0000":
        return None
    year, month, day = int(match[1]), match[2], match[3]
    if month is None:
        return dt.date(year, 1, 1), dt.date(year, 12, 31)
    last = calendar.monthrange(year, int(month))[1]
    if day is None:
        return dt.date(year, int(month), 1), dt.date(year, int(month), last)
    if int(day) > last:
        return None
    whole = dt.date(year, int(month), int(day))
    return whole, whole


def agreed(fact: str, first: dt.date, last: dt.date, protocol: Protocol, on: dt.date) -> bool:
    """Whether every day from ``first`` to ``last`` means the same to every rule of a protocol on a day.

    A wait that is over for the last day is over for all of them. One that is not ends on another day for each, but for
    those that a month's end joins. A rule that names a single day tells it from the others.
    """
    for rule in protocol.rules:
        for leaf in leaves(rule.applies):
            if leaf.fact != fact or isinstance(leaf, Known):
                continue
            if isinstance(leaf, Within):
                ends = leaf.period.after(first), leaf.period.after(last)
                if ends[1] > on and ends[0] != ends[1]:
                    return False
            elif _named_within(leaf, first, last):
                return False
    return True


def _named_within(leaf: Compare, first: dt.date, last: dt.date) -> bool:
    values = leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
    return any(isinstance(value, dt.date) and first <= value <= last for value in values)
