"""A VTIMEZONE (RFC 5545 3.6.5) that says no more than a calendar needs, and goes on past its last entry.

Of our own making, for the one that the package ``icalendar`` adds holds a COMMENT, which the standard does not allow
there and libical refuses, and ends in 2038.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from icalendar import Timezone, TimezoneDaylight, TimezoneStandard
from icalendar.prop import vDatetime, vRecur, vText, vUTCOffset

from dermograph.exchange.ical.zone_changes import Change, ZoneChanges, zone_changes

_Part = TimezoneStandard | TimezoneDaylight


def vtimezone(zone: str, first: dt.datetime, last: dt.datetime) -> Timezone:
    """The component of a zone.

    Args:
        zone: IANA name.
        first: The earliest instant that a calendar holds.
        last: The latest. Where clocks change by a rule, the component holds after it as well.
    """
    changes = zone_changes(zone, first.year - 1, last.year + 1)
    component = Timezone()
    component.add("tzid", vText(zone))
    for part in _parts(changes, first):
        component.add_component(part)
    return component


def utc_zone() -> Timezone:
    """UTC as a component: what stands in a calendar without entries, which must hold one component (3.6)."""
    component = Timezone()
    component.add("tzid", vText("Etc/UTC"))
    epoch = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)
    component.add_component(_part(Change(epoch, dt.timedelta(), dt.timedelta(), "UTC", is_summer=False)))
    return component


def _parts(changes: ZoneChanges, first: dt.datetime) -> Iterator[_Part]:
    known = [*changes.single, *(rule.first for rule in changes.rules)]
    if not any(one.at <= first for one in known):
        yield _part(changes.base)
    # One component each and no RDATE: of a list ical.js takes the first only, and beside it not even DTSTART.
    yield from map(_part, changes.single)
    for rule in changes.rules:
        for onset, text in rule.rules:
            part = _part(rule.first, onset)
            part.add("rrule", vRecur.from_ical(text))
            yield part


def _part(change: Change, onset: dt.datetime | None = None) -> _Part:
    part: _Part = TimezoneDaylight() if change.is_summer else TimezoneStandard()
    part.add("dtstart", vDatetime(onset or change.onset))
    part.add("tzoffsetfrom", vUTCOffset(change.before))
    part.add("tzoffsetto", vUTCOffset(change.after))
    part.add("tzname", vText(change.name))
    return part
