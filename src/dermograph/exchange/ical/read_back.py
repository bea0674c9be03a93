"""Our own calendars read back, every value as it was written: for what comes home from a CalDAV server, and for tests.

What somebody else wrote is read by ``read_absence``: here a file that is not of our kind is an error.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from dermograph.core.dates import FIRST_DAY, LAST_DAY
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text
from dermograph.exchange.ical.content_lines import Component, calendars_of
from dermograph.exchange.ical.entry import CalendarFile, Entry, Kind
from dermograph.exchange.ical.file_zones import FileZones
from dermograph.exchange.ical.property_values import NotUnderstoodError, duration_of, moment_of, text_of
from dermograph.exchange.ical.recurrence_rule import Budget
from dermograph.exchange.ical.values import Moment, Status

_MOST_DAYS: Final = 20_000_000  # of zones over all years; a file of our own holds one


def file_of(data: bytes, file: str | None = None) -> CalendarFile:
    """A calendar that ``file_bytes`` wrote.

    Raises:
        InputError: If it is no calendar, or not one of ours.
    """
    whole = calendars_of(data, file)
    calendar = whole[0]
    parts = {one.value("TZID"): one for one in calendar.parts if one.name == "VTIMEZONE"}
    zones = FileZones(parts, FIRST_DAY, LAST_DAY, Budget(_MOST_DAYS))
    try:
        entries = tuple(_entry(part, zones) for part in calendar.parts if part.name != "VTIMEZONE")
        refresh = calendar.first("REFRESH-INTERVAL")
        return CalendarFile(
            name=text_of(calendar.value("NAME")),
            entries=entries,
            colour=text_of(calendar.value("COLOR")),
            refresh=duration_of(refresh.value, refresh.number).whole if refresh else None,
            method=calendar.value("METHOD"),
            organizer=_organizer(calendar),
        )
    except NotUnderstoodError as error:
        raise InputError(error.why, Place(file, error.line)) from None


def _organizer(calendar: Component) -> str:
    return next(
        (part.value("ORGANIZER").removeprefix("mailto:") for part in calendar.parts if part.value("ORGANIZER")), ""
    )


def _entry(part: Component, zones: FileZones) -> Entry:
    if part.name not in {kind.value for kind in Kind}:
        raise NotUnderstoodError(Text("This is no entry of ours.", "Esta entrada no es nuestra."), part.number)
    kind = Kind(part.name)
    starts, zone = _moment(part, "DTSTART", zones)
    end = "DTEND" if kind is Kind.EVENT else "DUE"
    changed_at = _moment(part, "DTSTAMP", zones)[0]
    status, sequence = part.value("STATUS"), part.value("SEQUENCE")
    known = {one.value for one in Status}
    if not isinstance(changed_at, dt.datetime) or not sequence.isdecimal() or status not in {*known, "NEEDS-ACTION"}:
        raise NotUnderstoodError(Text("This is no entry of ours.", "Esta entrada no es nuestra."), part.number)
    return Entry(
        kind=kind,
        uid=text_of(part.value("UID")),
        changed_at=changed_at,
        starts=starts,
        ends=_moment(part, end, zones)[0] if part.first(end) else None,
        zone=zone,
        sequence=int(sequence),
        status=Status(status) if status in known else Status.CONFIRMED,
        summary=text_of(part.value("SUMMARY")),
        description=text_of(part.value("DESCRIPTION")),
        location=text_of(part.value("LOCATION")),
        busy=kind is Kind.EVENT and part.value("TRANSP") != "TRANSPARENT",
        alarms=tuple(
            duration_of(line.value, line.number).whole for alarm in part.parts for line in alarm.all("TRIGGER")
        ),
    )


def _moment(part: Component, name: str, zones: FileZones) -> tuple[Moment, str]:
    """A moment, instants in UTC, and the zone that it is written in."""
    line = part.first(name)
    moment = moment_of(line.value, line.number) if line else None
    if line is None or moment is None:
        raise NotUnderstoodError(Text(f"There is no {name}.", f"Falta {name}."), part.number)
    if not isinstance(moment, dt.datetime) or moment.tzinfo is not None:
        return moment, "UTC"
    tzid = line.parameters.get("TZID", "")
    return zones.clock(tzid, line.number)(moment), tzid
