"""From a calendar to its bytes: RFC 5545 with the properties of RFC 7986."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import replace
from typing import Final
from urllib.parse import quote
from zoneinfo import ZoneInfo

import icalendar
from icalendar.prop import vCalAddress, vDatetime, vDDDTypes, vDuration, vInt, vText

from dermograph.exchange.ical.entry import UTC_NAMES, CalendarFile, Entry, Kind
from dermograph.exchange.ical.tell import told
from dermograph.exchange.ical.values import Calendar, Moment, Status
from dermograph.exchange.ical.write_zone import utc_zone, vtimezone

PRODUCT: Final = "-//Dermograph//Calendar//EN"

_Component = icalendar.Event | icalendar.Todo


class _Words(vText):
    """A TEXT value (RFC 5545 3.3.11). The package's own reads a backslash before N as a line break."""

    def to_ical(self) -> bytes:
        escaped = str(self).replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")
        return escaped.encode()


def calendar_bytes(calendar: Calendar) -> bytes:
    """A whole calendar, as a feed gives it or a mail carries it.

    Returns:
        UTF-8, lines of at most 75 octets, each ended by CRLF.

    Raises:
        ValueError: If it has a method, and not what that needs.
        ZoneInfoNotFoundError: If its zone is none.
    """
    return file_bytes(told(calendar))


def calendar_objects(calendar: Calendar) -> Iterator[tuple[str, bytes]]:
    """Each entry as what a CalDAV server stores (RFC 4791 4.1): one uid a resource, no method, no name of a calendar.

    Yields:
        The name of the resource, which follows from the uid alone, and its bytes.
    """
    for entry in told(replace(calendar, method=None)).entries:
        yield f"{quote(entry.uid, safe='@')}.ics", file_bytes(CalendarFile("", (entry,)))


def file_bytes(file: CalendarFile) -> bytes:
    """What ``calendar_bytes`` gives, of words that are chosen already."""
    whole = icalendar.Calendar()
    whole.add("version", vText("2.0"))
    whole.add("prodid", vText(PRODUCT))
    whole.add("calscale", vText("GREGORIAN"))
    if file.method:
        whole.add("method", vText(file.method))
    if file.name:
        whole.add("name", _Words(file.name))
        whole.add("x-wr-calname", _Words(file.name))  # read by programs that came before RFC 7986
    if file.colour:
        whole.add("color", vText(file.colour))
    if file.refresh is not None:
        whole.add("refresh-interval", vDuration(file.refresh), parameters={"VALUE": "DURATION"})
        whole.add("x-published-ttl", vDuration(file.refresh))
    for zone, first, last in _zones(file.entries):
        whole.add_component(vtimezone(zone, first, last))
    for entry in file.entries:
        whole.add_component(_component(entry, file.organizer))
    if not file.entries:
        whole.add_component(utc_zone())
    return bytes(whole.to_ical(sorted=False))


def _zones(entries: tuple[Entry, ...]) -> Iterator[tuple[str, dt.datetime, dt.datetime]]:
    """Each zone that instants are written in, and the first and last of those."""
    held: dict[str, list[dt.datetime]] = {}
    for entry in entries:
        for moment in (entry.starts, entry.ends):
            if isinstance(moment, dt.datetime) and entry.zone not in UTC_NAMES:
                held.setdefault(entry.zone, []).append(moment)
    for zone, moments in held.items():
        yield zone, min(moments), max(moments)


def _component(entry: Entry, organizer: str) -> _Component:
    is_event = entry.kind is Kind.EVENT
    part: _Component = icalendar.Event() if is_event else icalendar.Todo()
    part.add("uid", _Words(entry.uid))
    part.add("dtstamp", vDatetime(entry.changed_at))
    part.add("last-modified", vDatetime(entry.changed_at))
    part.add("sequence", vInt(entry.sequence))
    part.add("dtstart", _moment(entry.starts, entry.zone))
    if entry.ends is not None:
        part.add("dtend" if is_event else "due", _moment(entry.ends, entry.zone))
    part.add("status", vText(_status(entry)))
    if is_event:
        part.add("transp", vText("OPAQUE" if entry.busy else "TRANSPARENT"))
    part.add("class", vText("PRIVATE"))
    if organizer:
        part.add("organizer", vCalAddress(f"mailto:{organizer}"))
        if not is_event:
            part.add("priority", vInt(0))  # undefined, but a to-do that is sent has to say so (RFC 5546 3.4.1)
    texts = (("summary", entry.summary), ("description", entry.description), ("location", entry.location))
    for name, text in texts:
        if text:
            part.add(name, _Words(text))
    for before in entry.alarms:
        part.add_component(_alarm(before, entry.summary))
    return part


def _moment(moment: Moment, zone: str) -> vDDDTypes:
    if not isinstance(moment, dt.datetime) or zone in UTC_NAMES:
        return vDDDTypes(moment)
    return vDDDTypes(moment.astimezone(ZoneInfo(zone)))


def _status(entry: Entry) -> str:
    """A to-do has words of its own (3.8.1.11)."""
    if entry.kind is Kind.TO_DO and entry.status is not Status.CANCELLED:
        return "NEEDS-ACTION"
    return entry.status.value


def _alarm(before: dt.timedelta, words: str) -> icalendar.Alarm:
    alarm = icalendar.Alarm()
    alarm.add("action", vText("DISPLAY"))
    alarm.add("trigger", vDuration(before))
    alarm.add("description", _Words(words or "·"))  # needed (3.6.6)
    return alarm
