"""From values to the words of a calendar: in the reader's language, and no more of them than may be read."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

from dermograph.core.text import Language, Text
from dermograph.exchange.ical.entry import UTC_NAMES, CalendarFile, Entry, Kind, clean
from dermograph.exchange.ical.values import (
    AFTERCARE,
    APPOINTMENT,
    Appointment,
    Calendar,
    CareAs,
    CareStep,
    Moment,
    Status,
)
from dermograph.exchange.ical.zone_changes import FIRST_YEAR


def told(calendar: Calendar) -> CalendarFile:
    """The file of a calendar.

    Raises:
        ValueError: If it has a method (RFC 5546 3.2) and no organizer, events beside to-dos, nothing at all, or cancels
            what is not cancelled.
    """
    entries = tuple(
        _appointment(entry, calendar) if isinstance(entry, Appointment) else _care(entry, calendar)
        for entry in calendar.entries
    )
    method = calendar.method.value if calendar.method else ""
    if method and ("@" not in calendar.organizer or not calendar.organizer.isprintable()):
        msg = "a calendar with a method names its organizer, by a mail address"
        raise ValueError(msg)
    if method and len({entry.kind for entry in entries}) != 1:
        msg = "a calendar with a method holds events or to-dos"
        raise ValueError(msg)
    if method == "CANCEL" and any(entry.status is not Status.CANCELLED for entry in entries):
        msg = "the method CANCEL is for entries that are cancelled"
        raise ValueError(msg)
    organizer = calendar.organizer if method else ""
    return CalendarFile(calendar.name, entries, calendar.colour, calendar.refresh, method, organizer)


def zone_for(zone: str, *moments: Moment | None) -> str:
    """The zone to write instants in: the one that is wanted, or UTC where its clock shows one of them twice.

    RFC 5545 3.3.5 has a time that comes twice mean the first of the two, so the second could not be written at all;
    and programs differ on the first. Times from before the tables that are looked at are written in UTC as well.
    """
    clock = ZoneInfo(zone)
    walls = [moment.astimezone(clock) for moment in moments if isinstance(moment, dt.datetime)]
    twice = any(wall.replace(fold=0).utcoffset() != wall.replace(fold=1).utcoffset() for wall in walls)
    early = any(wall.year <= FIRST_YEAR for wall in walls)
    return "UTC" if zone in UTC_NAMES or twice or early else zone


def _appointment(row: Appointment, calendar: Calendar) -> Entry:
    language = calendar.language
    what = clean(row.what.say(language) if calendar.detailed else "") or APPOINTMENT.say(language)
    return Entry(
        kind=Kind.EVENT,
        uid=row.uid,
        changed_at=_instant(row.changed_at),
        starts=_instant(row.starts_at),
        ends=_instant(row.ends_at),
        zone=zone_for(calendar.zone, row.starts_at, row.ends_at),
        sequence=row.sequence,
        status=row.status,
        summary=what,
        description=_with(row.who, language) if calendar.detailed else "",
        location=row.place,
        busy=row.status is not Status.CANCELLED,
    )


def _care(step: CareStep, calendar: Calendar) -> Entry:
    title = clean(step.says.say(calendar.language) if calendar.detailed else "") or AFTERCARE.say(calendar.language)
    kind = Kind.TO_DO if calendar.care_as is CareAs.TO_DO else Kind.EVENT
    starts, alarms = _second(step.starts), step.remind
    if kind is Kind.EVENT and step.until is None and isinstance(starts, dt.datetime):
        # An event without an end would last no time at all: it stands on its day, its reminders where they were.
        clock = ZoneInfo(calendar.zone)
        wall = [(starts + before).astimezone(clock).replace(tzinfo=None) for before in alarms]
        starts = starts.astimezone(clock).date()
        alarms = tuple(one - dt.datetime.combine(starts, dt.time()) for one in wall)
    return Entry(
        kind=kind,
        uid=step.uid,
        changed_at=_instant(step.changed_at),
        starts=starts,
        ends=None if step.until is None else _second(step.until),
        zone=zone_for(calendar.zone, starts, step.until) if isinstance(starts, dt.datetime) else "UTC",
        sequence=step.sequence,
        status=Status.CANCELLED if step.cancelled else Status.CONFIRMED,
        summary=title,
        busy=False,  # one may do other things while a cream is kept on
        alarms=() if step.cancelled else alarms,
    )


def _with(who: str, language: Language) -> str:
    return Text(f"With {who}", f"Con {who}").say(language) if who else ""


def _second(moment: Moment) -> Moment:
    return _instant(moment) if isinstance(moment, dt.datetime) else moment


def _instant(moment: dt.datetime) -> dt.datetime:
    """In UTC, without what iCalendar cannot write: parts of a second."""
    return moment.astimezone(dt.UTC).replace(microsecond=0)
