"""The time zones that a file speaks of: by IANA name, by Windows name, or by what its VTIMEZONE says."""

from __future__ import annotations

import datetime as dt
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final
from zoneinfo import ZoneInfo, available_timezones

from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from dermograph.core.errors import shown
from dermograph.core.text import Text
from dermograph.exchange.ical.content_lines import Component
from dermograph.exchange.ical.entry import UTC_NAMES
from dermograph.exchange.ical.property_values import NotUnderstoodError, moment_of, moments_of
from dermograph.exchange.ical.recurrence_days import days_of
from dermograph.exchange.ical.recurrence_rule import Budget, EndlessError, rule_of

Clock = Callable[[dt.datetime], dt.datetime]  # from a wall time to its instant in UTC

_LONGEST_NAME: Final = 200
_MOST_CHANGES: Final = 1_000  # of one zone of a file, in the years that are looked at
_A_DAY: Final = dt.timedelta(days=1)
_AROUND: Final = dt.timedelta(days=800)  # a change that came before the days that are looked at still holds on them
_OWN_NAMES: Final = ("X-LIC-LOCATION", "TZID-ALIAS-OF", "X-MICROSOFT-CDO-TZID")


@dataclass(slots=True)
class FileZones:
    """The zones of one calendar. Nothing of them is kept for another file.

    Attributes:
        components: Its VTIMEZONEs by their TZID.
        first, last: The days for which clocks may be asked (inclusive).
        budget: What their rules may still cost, of one file.
    """

    components: dict[str, Component]
    first: dt.date
    last: dt.date
    budget: Budget = field(default_factory=Budget)
    _clocks: dict[str, Clock | NotUnderstoodError] = field(default_factory=dict)

    def name_of(self, tzid: str) -> str | None:
        """The IANA name of a TZID; None where only its VTIMEZONE says what it is."""
        component = self.components.get(tzid)
        others = [component.value(name) for name in _OWN_NAMES] if component else []
        return next((found for one in (tzid, *others) if (found := iana_name(one.strip()))), None)

    def clock(self, tzid: str, number: int) -> Clock:
        """How to read wall times of a TZID.

        Raises:
            NotUnderstoodError: If nothing says what it is, or its VTIMEZONE cannot be read.
            EndlessError: If its rules would look at too many days.
        """
        if tzid not in self._clocks:
            try:
                self._clocks[tzid] = self._read(tzid, number)
            except NotUnderstoodError as error:
                self._clocks[tzid] = error  # it is not read again for each entry that names it
        found = self._clocks[tzid]
        if isinstance(found, NotUnderstoodError):
            raise NotUnderstoodError(found.why, found.line if tzid in self.components else number)
        return found

    def _read(self, tzid: str, number: int) -> Clock:
        name = self.name_of(tzid)
        component = self.components.get(tzid)
        if name is not None:
            return zone_clock(ZoneInfo(name))
        if component is not None:
            return _written_clock(component, self)
        why = Text(f"Its time zone {shown(tzid)} is not known.", f"Su zona horaria {shown(tzid)} no se conoce.")
        raise NotUnderstoodError(why, number)


def iana_name(tzid: str) -> str | None:
    """The IANA name that a TZID means; None if it is none of the known forms.

    Known are IANA names, the names of Windows, and either behind a prefix of the program that wrote it.

    >>> iana_name("/freeassociation.sourceforge.net/Europe/Madrid")
    'Europe/Madrid'
    """
    return _iana_name(tzid) if 0 < len(tzid) <= _LONGEST_NAME else None


@lru_cache(maxsize=512)
def _iana_name(tzid: str) -> str | None:
    if tzid in UTC_NAMES:
        return "UTC"
    known = zone_names()
    parts = tzid.strip("/").split("/")
    for begin in range(len(parts)):
        name = "/".join(parts[begin:])
        # A prefix ends where a name of two or three parts begins: "/…/GMT" alone could be a folder of anything.
        if name in known and (begin == 0 or "/" in name):
            return name
    return WINDOWS_TO_OLSON.get(tzid)


@lru_cache(maxsize=1)
def zone_names() -> frozenset[str]:
    """The IANA names that this machine knows."""
    return frozenset(available_timezones())


def zone_clock(zone: ZoneInfo) -> Clock:
    """How to read wall times of a zone (RFC 5545 3.3.5).

    One that comes twice means the first; one that is left out is read with the offset before the change.
    """

    def clock(wall: dt.datetime) -> dt.datetime:
        return wall.replace(tzinfo=zone, fold=0).astimezone(dt.UTC)

    return clock


def _written_clock(component: Component, zones: FileZones) -> Clock:
    """How to read wall times by a VTIMEZONE, to the same rules as ``zone_clock``."""
    changes = sorted(set(_written_changes(component, zones)))
    if not changes:
        why = Text("Its time zone says no times.", "Su zona horaria no dice ninguna hora.")
        raise NotUnderstoodError(why, component.number)
    instants = [instant for instant, _, _ in changes]

    def place_of(instant: dt.datetime) -> int:
        return bisect_right(instants, instant)

    def offset(place: int) -> dt.timedelta:
        return changes[place - 1][2] if place else changes[0][1]

    def clock(wall: dt.datetime) -> dt.datetime:
        # Offsets reach a day either way: every one that could hold then, the earlier first.
        places = range(place_of(wall - _A_DAY), place_of(wall + _A_DAY) + 1)
        for place in places:
            if place_of(wall - offset(place)) == place:
                return (wall - offset(place)).replace(tzinfo=dt.UTC)
        return (wall - offset(places[0])).replace(tzinfo=dt.UTC)  # left out: the offset before the change

    return clock


def _written_changes(
    component: Component, zones: FileZones
) -> Iterator[tuple[dt.datetime, dt.timedelta, dt.timedelta]]:
    """The changes of a VTIMEZONE around some days: the instant in UTC without a zone, the offsets before and after."""
    for part in component.parts:
        start = moment_of(part.value("DTSTART"), part.number, dt.date.min)  # programs of Microsoft begin in 1601
        before, after = (_offset(part, name) for name in ("TZOFFSETFROM", "TZOFFSETTO"))
        if not isinstance(start, dt.datetime) or start.tzinfo is not None:
            why = Text("Its time zone begins at no wall time.", "Su zona horaria no empieza a una hora local.")
            raise NotUnderstoodError(why, part.number)
        onsets = [
            start,
            *(one for line in part.all("RDATE") for one in moments_of(line) if isinstance(one, dt.datetime)),
        ]
        for line in part.all("RRULE"):
            onsets += _repeated(line.value, line.number, start, zones, before)
        if len(onsets) > _MOST_CHANGES:
            raise EndlessError(part.number)
        for onset in onsets:
            yield (onset if onset.tzinfo is None else onset.replace(tzinfo=None) + before) - before, before, after


def _repeated(value: str, number: int, start: dt.datetime, zones: FileZones, before: dt.timedelta) -> list[dt.datetime]:
    rule = rule_of(value, number, start)
    if rule.frequency != "YEARLY":
        why = Text("Its time zone changes by no yearly rule.", "Su zona horaria no cambia por una regla anual.")
        raise NotUnderstoodError(why, number)
    found = []
    first, last = max(start.date(), zones.first - _AROUND), zones.last + _AROUND
    for day in days_of(rule, start.date(), first, last, lambda days: zones.budget.spend(days, number)):
        onset = dt.datetime.combine(day, start.time())
        until = rule.until
        if isinstance(until, dt.datetime):
            ended = onset - before > until.replace(tzinfo=None) if until.tzinfo else onset > until
        else:
            ended = until is not None and day > until
        if ended:
            break
        found.append(onset)
        if len(found) > _MOST_CHANGES:
            raise EndlessError(number)
    return found


def _offset(part: Component, name: str) -> dt.timedelta:
    value = part.value(name).strip()
    sign, digits = value[:1], value[1:]
    well = sign in ("+", "-") and digits.isdecimal() and digits.isascii() and len(digits) in (4, 6)
    length = (
        dt.timedelta(hours=int(digits[:2]), minutes=int(digits[2:4]), seconds=int(digits[4:] or 0)) if well else None
    )
    if length is None or length >= dt.timedelta(days=1):
        why = Text(f"Its time zone has no {name}.", f"Su zona horaria no tiene {name}.")
        raise NotUnderstoodError(why, part.number)
    return length if sign == "+" else -length
