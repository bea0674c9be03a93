"""Components as the standard has them: one event or to-do, and the file that they stand in."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import Enum
from typing import Final

from dermograph.exchange.ical.values import Moment, Status

_JOINERS: Final = "\u200c\u200d"  # within words of Persian and within emoji
UTC_NAMES: Final = frozenset(
    {"UTC", "Etc/UTC", "Z", "Zulu", "Etc/Zulu", "Etc/UCT", "UCT", "Universal", "Etc/Universal"}
)


class Kind(Enum):
    """Which component an entry is."""

    EVENT = "VEVENT"
    TO_DO = "VTODO"


@dataclass(frozen=True, slots=True)
class Entry:
    """One event or to-do with the words that are read. Its text is cleaned when it is made: see ``clean``.

    Attributes:
        starts: A day (without a zone: it is that day wherever one is), or an instant in UTC.
        ends: The first moment after it, of the same kind; of a to-do its due moment; None where it has none.
        zone: The IANA zone whose clock an instant is written on; ``UTC`` for a day.
        sequence: Raised with every change.
        busy: Whether it takes up time.
        alarms: When it rings, counted from its start.
    """

    kind: Kind
    uid: str
    changed_at: dt.datetime
    starts: Moment
    ends: Moment | None
    zone: str
    sequence: int
    status: Status
    summary: str
    description: str = ""
    location: str = ""
    busy: bool = True
    alarms: tuple[dt.timedelta, ...] = ()

    def __post_init__(self) -> None:
        for name in ("uid", "summary", "description", "location"):
            object.__setattr__(self, name, clean(getattr(self, name)))


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """What stands in one file.

    Attributes:
        name: What programs call it; empty in what is stored on a CalDAV server.
        method: The iTIP method; empty in feeds and on servers.
        organizer: A mail address; empty without a method.
        refresh: How often to fetch it again; None says nothing of it.
    """

    name: str
    entries: tuple[Entry, ...]
    colour: str = ""
    refresh: dt.timedelta | None = None
    method: str = ""
    organizer: str = ""

    def __post_init__(self) -> None:
        for name in ("name", "colour"):
            object.__setattr__(self, name, clean(getattr(self, name)))


def clean(text: str) -> str:
    r"""Text without what does not print; line breaks and spaces of any kind as one kind; what joins letters stays.

    Nor with space around it, which readers take away.

    >>> clean("Clínica\N{NO-BREAK SPACE}Vidal\N{NULL}")
    'Clínica Vidal'
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    kept = (" " if char.isspace() and char != "\n" else char for char in text)
    return "".join(char for char in kept if char.isprintable() or char == "\n" or char in _JOINERS).strip()
