"""A patient's travel or a practitioner's absence, from a calendar of theirs (RFC 5545)."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from typing import Final
from zoneinfo import ZoneInfo

from dermograph.core.dates import FIRST_DAY, LAST_DAY
from dermograph.core.errors import InputError, Place, shown
from dermograph.core.text import Text
from dermograph.exchange.ical.absence import Absence, Presence, Span
from dermograph.exchange.ical.collected import Collected
from dermograph.exchange.ical.content_lines import Component, calendars_of
from dermograph.exchange.ical.file_zones import FileZones, zone_clock, zone_names
from dermograph.exchange.ical.property_values import NotUnderstoodError
from dermograph.exchange.ical.read_free_busy import read_free_busy
from dermograph.exchange.ical.recurrence_rule import Budget, EndlessError
from dermograph.exchange.ical.series import Reading, Time, When, times_of, when_of

LONGEST_WINDOW: Final = 5 * 366  # days
_ANSWERS: Final = frozenset({"REPLY", "COUNTER", "DECLINECOUNTER", "REFRESH"})  # of an invitation (RFC 5546)
_SEQUENCE_DIGITS: Final = 10  # of an integer (RFC 5545, 3.3.8)
_CANCELLED: Final = Text("It is cancelled.", "Está cancelada.")
_FREE: Final = Text("It takes up no time: it is marked as free.", "No ocupa tiempo: está marcada como libre.")
_MOMENT: Final = Text("It takes up no time: it has no length.", "No ocupa tiempo: no tiene duración.")
_OLDER: Final = Text("A newer version of it stands in the file.", "En el archivo hay una versión más nueva.")
_NO_ABSENCE: Final = {
    "VTODO": Text("A to-do takes up no time.", "Una tarea no ocupa tiempo."),
    "VJOURNAL": Text("A journal entry takes up no time.", "Una nota no ocupa tiempo."),
}


def read_absence(data: bytes, *, first_on: dt.date, last_on: dt.date, zone: str, file: str | None = None) -> Absence:
    """The times that a calendar takes up in a window.

    Args:
        data: The file.
        first_on: The window's first day.
        last_on: Its last, inclusive; at most five years from the first.
        zone: The reader's IANA zone: whose days count, and whose clock times without a zone are on.
        file: Its name, for messages.

    Raises:
        InputError: If it is no calendar, or repeats without reason; nothing of it is used then. An entry that is not
            understood is no error: it stands in ``unread``.
    """
    _check_window(first_on, last_on, zone)
    found = Collected(ZoneInfo(zone))
    budget, of_zones = Budget(), Budget()
    try:
        for calendar in calendars_of(data, file):
            zones = {one.value("TZID").strip(): one for one in calendar.parts if one.name == "VTIMEZONE"}
            file_zones = FileZones(zones, first_on, last_on, of_zones)
            _read(calendar, Reading(file_zones, first_on, last_on, zone_clock(found.zone), budget), found)
    except EndlessError as error:
        raise InputError(
            Text(
                "This repeats without end, or more often than a calendar can show.",
                "Esto se repite sin fin, o más veces de las que un calendario puede mostrar.",
            ),
            Place(file, error.line),
            Text(
                "Delete that entry, and export the calendar again.",
                "Borre esa entrada y vuelva a exportar el calendario.",
            ),
        ) from None
    spans = sorted(
        found.spans, key=lambda span: (span.first_on, span.starts_at or _midnight(span, found.zone), span.line)
    )
    return Absence(first_on, last_on, zone, tuple(spans), tuple(found.left_out), tuple(found.unread))


def _midnight(span: Span, zone: ZoneInfo) -> dt.datetime:
    return dt.datetime.combine(span.first_on, dt.time(), zone)


def _check_window(first_on: dt.date, last_on: dt.date, zone: str) -> None:
    if zone not in zone_names():
        raise InputError(
            Text(f"The time zone {shown(zone)} is not known.", f"La zona horaria {shown(zone)} no se conoce.")
        )
    if not FIRST_DAY <= first_on <= last_on <= LAST_DAY or (last_on - first_on).days >= LONGEST_WINDOW:
        raise InputError(
            Text(
                "The days to look at run from a first to a last, at most five years apart.",
                "Los días que se miran van de un primero a un último, como mucho a cinco años.",
            )
        )


def _read(calendar: Component, reading: Reading, found: Collected) -> None:
    method = calendar.value("METHOD").strip().upper()
    series: defaultdict[str, list[Component]] = defaultdict(list)
    for number, part in enumerate(calendar.parts):
        if method in _ANSWERS and part.name != "VTIMEZONE":
            why = Text(f"It answers an invitation ({method}).", f"Responde a una invitación ({method}).")
            found.leave_unread(part, part.number, why, reading)
        elif part.name == "VEVENT":
            series[part.value("UID").strip() or f"#{number}"].append(part)
        elif part.name == "VFREEBUSY":
            read_free_busy(part, reading, found)
        elif part.name in _NO_ABSENCE:
            found.leave_out(part, part.number, _NO_ABSENCE[part.name], reading)
        elif part.name != "VTIMEZONE":
            why = Text(f"{shown(part.name)} is not understood.", f"{shown(part.name)} no se entiende.")
            found.leave_unread(part, part.number, why, reading)
    for entries in series.values():
        _read_series(entries, reading, found, cancelled=method == "CANCEL")


def _read_series(entries: list[Component], reading: Reading, found: Collected, *, cancelled: bool) -> None:
    """The entries of one UID: the newest one that repeats or not, and those that change single times of it."""
    masters = [one for one in entries if one.first("RECURRENCE-ID") is None]
    masters.sort(key=_version)
    for older in masters[:-1]:
        found.leave_out(older, older.number, _OLDER, reading)
    changed: dict[dt.date | dt.datetime, Component] = {}
    following: When | None = None
    for one in sorted((one for one in entries if one.first("RECURRENCE-ID")), key=_version):
        try:
            line = one.first("RECURRENCE-ID") or one.lines[0]
            when = when_of(line.value, line, reading)
        except NotUnderstoodError as error:
            found.leave_unread(one, error.line, error.why, reading)
            continue
        if line.parameters.get("RANGE", ""):
            following = when if following is None or _is_before(when, following) else following
            why = Text(
                "It changes this time and all that follow: none of them is read.",
                "Cambia esta vez y todas las siguientes: no se lee ninguna de ellas.",
            )
            found.leave_unread(one, line.number, why, reading)
            continue
        if when.key in changed:
            found.leave_out(changed[when.key], changed[when.key].number, _OLDER, reading)
        changed[when.key] = one
    for master in masters[-1:]:
        for time in _times(master, reading, found, cancelled=cancelled):
            is_changed = time.start.key in changed or time.start.day in changed
            if not is_changed and (following is None or _is_before(time.start, following)):
                _add(master, time, reading, found)
    for one in changed.values():
        for time in _times(one, reading, found, cancelled=cancelled):
            _add(one, time, reading, found)


def _times(entry: Component, reading: Reading, found: Collected, *, cancelled: bool) -> list[Time]:
    """The times of an entry that take up time; else what is said of it is added to what was found."""
    microsoft = entry.value("X-MICROSOFT-CDO-BUSYSTATUS").strip().upper()
    transparency = entry.value("TRANSP").strip().upper()
    if cancelled or entry.value("STATUS").strip().upper() == "CANCELLED":
        found.leave_out(entry, entry.number, _CANCELLED, reading)
        return []
    if transparency == "TRANSPARENT" or (not transparency and microsoft == "FREE"):
        found.leave_out(entry, entry.number, _FREE, reading)
        return []
    try:
        times = times_of(entry, reading)
    except NotUnderstoodError as error:
        found.leave_unread(entry, error.line, error.why, reading)
        return []
    if any(time.starts == time.ends for time in times):
        found.leave_out(entry, entry.number, _MOMENT, reading)
        return [time for time in times if time.starts != time.ends]
    return times


def _add(entry: Component, time: Time, reading: Reading, found: Collected) -> None:
    found.add(entry, entry.number, (time.starts, time.ends), _presence(entry), reading)


def _presence(entry: Component) -> Presence:
    if entry.value("X-MICROSOFT-CDO-BUSYSTATUS").strip().upper() == "OOF":
        return Presence.AWAY
    return Presence.TENTATIVE if entry.value("STATUS").strip().upper() == "TENTATIVE" else Presence.BUSY


def _version(entry: Component) -> tuple[int, str]:
    sequence = entry.value("SEQUENCE").strip()
    is_number = sequence.isdecimal() and len(sequence) <= _SEQUENCE_DIGITS
    return int(sequence) if is_number else 0, entry.value("DTSTAMP")


def _is_before(one: When, other: When) -> bool:
    first, second = one.key, other.key
    if isinstance(first, dt.datetime) and isinstance(second, dt.datetime):
        return first < second
    return one.day < other.day
