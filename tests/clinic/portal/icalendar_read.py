"""A strict reader of iCalendar for tests, written after RFC 5545 and not after what writes it."""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

Property = tuple[str, dict[str, str], str]
_NAME = re.compile(r"[A-Z0-9-]+")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ONCE = ("UID", "DTSTAMP", "DTSTART", "DTEND", "SEQUENCE", "STATUS", "SUMMARY", "LOCATION", "DESCRIPTION", "CLASS")
_NEEDED = ("UID", "DTSTAMP", "DTSTART")
_MOMENTS = ("DTSTAMP", "DTSTART", "DTEND", "LAST-MODIFIED")


def lines_of(data: bytes) -> list[str]:
    """The content lines, unfolded.

    Raises:
        AssertionError: If a line is too long, a break is not CRLF, a letter is cut, or a control character is in.
    """
    assert data.endswith(b"\r\n")
    whole = data.replace(b"\r\n", b"")
    assert b"\r" not in whole
    assert b"\n" not in whole
    for physical in data.split(b"\r\n"):
        assert len(physical) <= 75, physical
        physical.decode("utf-8")  # no letter is cut in two
    text = data.decode("utf-8").replace("\r\n ", "").replace("\r\n\t", "")
    assert not re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", text)
    return text.split("\r\n")[:-1]


def property_of(line: str) -> Property:
    """Name, parameters, and value as it stands."""
    head, _, value = line.partition(":")
    name, *parameters = head.split(";")
    assert _NAME.fullmatch(name), line
    return name, {key: text for key, _, text in (one.partition("=") for one in parameters)}, value


def moment_of(line: Property) -> str:
    """A day as it stands; an instant in UTC, such as 20261125T101500Z, whatever clock it is written on."""
    _, parameters, value = line
    if parameters.get("VALUE") == "DATE":
        assert re.fullmatch(r"\d{8}", value)
        return value
    if "TZID" not in parameters:
        assert re.fullmatch(r"\d{8}T\d{6}Z", value)
        return value
    assert re.fullmatch(r"\d{8}T\d{6}", value)
    wall = dt.datetime.strptime(value, "%Y%m%dT%H%M%S").replace(tzinfo=ZoneInfo(parameters["TZID"]))
    return wall.astimezone(dt.UTC).strftime("%Y%m%dT%H%M%SZ")


def text_of(value: str) -> str:
    """A TEXT value as it was meant.

    Raises:
        AssertionError: If something in it should have been escaped.
    """
    assert not re.search(r"(?<!\\)(?:\\\\)*[;,]", value), value
    for escape in _ESCAPE.finditer(value):
        assert escape.group(1) in "\\;,nN", value
    return _ESCAPE.sub(lambda found: "\n" if found.group(1) in "nN" else found.group(1), value)


def events_of(data: bytes) -> list[dict[str, str]]:
    """The events of a calendar, each with the values as they stand, instants in UTC.

    Raises:
        AssertionError: If the calendar breaks a rule.
    """
    found: list[dict[str, str]] = []
    opened: list[str] = []
    calendar: list[str] = []
    components = 0
    for line in lines_of(data):
        name, _, value = found_line = property_of(line)
        if name == "BEGIN":
            opened.append(value)
            components += value != "VCALENDAR"
            if value == "VEVENT":
                found.append({})
        elif name == "END":
            assert opened.pop() == value
        elif opened == ["VCALENDAR", "VEVENT"]:
            assert name not in _ONCE or name not in found[-1], f"{name} twice"
            found[-1][name] = moment_of(found_line) if name in _MOMENTS else value
        elif opened == ["VCALENDAR"]:
            calendar.append(name)
    assert not opened
    assert components
    assert calendar.count("VERSION") == calendar.count("PRODID") == 1
    for event in found:
        assert all(name in event for name in _NEEDED)
        assert "DTEND" not in event or event["DTEND"] > event["DTSTART"]
        assert event["STATUS"] in ("TENTATIVE", "CONFIRMED", "CANCELLED")
    assert len({event["UID"] for event in found}) == len(found)
    return found
