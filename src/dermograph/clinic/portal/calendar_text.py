"""iCalendar as RFC 5545 has it: content lines of at most 75 octets, CRLF, text escaped, instants in UTC."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

PRODUCT: Final = "-//Dermograph//Patient portal//EN"
_OCTETS: Final = 75  # of a line, its break not counted
_JOINERS: Final = "\u200c\u200d"  # within words of Persian and within emoji
#: A calendar holds at least one component: what stands in one without appointments.
_ZONE: Final = (
    "BEGIN:VTIMEZONE",
    "TZID:Etc/UTC",
    "BEGIN:STANDARD",
    "DTSTART:19700101T000000",
    "TZOFFSETFROM:+0000",
    "TZOFFSETTO:+0000",
    "END:STANDARD",
    "END:VTIMEZONE",
)


@dataclass(frozen=True, slots=True)
class Event:
    """One appointment for a calendar.

    Attributes:
        uid: The same for ever.
        changed_at: When it was changed last.
        sequence: Raised with every change.
        status: ``CONFIRMED``, ``TENTATIVE`` or ``CANCELLED``.
        summary, description, location: Text; empty leaves it out.
    """

    uid: str
    changed_at: dt.datetime
    starts_at: dt.datetime
    ends_at: dt.datetime
    sequence: int
    status: str
    summary: str
    description: str = ""
    location: str = ""


def calendar_text(name: str, events: Iterable[Event]) -> bytes:
    """A whole calendar.

    Args:
        name: What calendar programs call it.
        events: In any order.

    Returns:
        UTF-8.
    """
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{PRODUCT}", "CALSCALE:GREGORIAN"]
    lines += [f"NAME:{escaped(name)}", f"X-WR-CALNAME:{escaped(name)}"]
    lines += ["REFRESH-INTERVAL;VALUE=DURATION:PT4H", "X-PUBLISHED-TTL:PT4H"]
    shown = [line for event in events for line in _lines(event)]
    lines += shown or _ZONE
    lines.append("END:VCALENDAR")
    return b"".join(folded(line) for line in lines)


def escaped(text: str) -> str:
    """A TEXT value: backslash, semicolon, comma and line breaks escaped.

    What does not print is left out, but for spaces of any kind, which become one, and what joins letters.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = (" " if char.isspace() and char != "\n" else char for char in text)
    text = "".join(char for char in kept if char.isprintable() or char == "\n" or char in _JOINERS)
    return text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,").replace("\n", "\\n")


def folded(line: str) -> bytes:
    """A content line in UTF-8 with its breaks: no part is longer than 75 octets, and no letter is cut in two."""
    parts: list[bytes] = [b""]
    for char in line:
        octets = char.encode()
        if len(parts[-1]) + len(octets) > _OCTETS:
            parts.append(b" ")  # a following line begins with a space, which counts
        parts[-1] += octets
    return b"\r\n".join(parts) + b"\r\n"


def instant(moment: dt.datetime) -> str:
    """An instant in UTC, such as 20261125T101500Z."""
    return moment.astimezone(dt.UTC).strftime("%Y%m%dT%H%M%SZ")


def _lines(event: Event) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{escaped(event.uid)}"
    yield f"DTSTAMP:{instant(event.changed_at)}"
    yield f"LAST-MODIFIED:{instant(event.changed_at)}"
    yield f"DTSTART:{instant(event.starts_at)}"
    yield f"DTEND:{instant(event.ends_at)}"
    yield f"SEQUENCE:{event.sequence}"
    yield f"STATUS:{event.status}"
    yield f"TRANSP:{'TRANSPARENT' if event.status == 'CANCELLED' else 'OPAQUE'}"
    yield "CLASS:PRIVATE"
    for name, text in (("SUMMARY", event.summary), ("DESCRIPTION", event.description), ("LOCATION", event.location)):
        if text:
            yield f"{name}:{escaped(text)}"
    yield "END:VEVENT"
