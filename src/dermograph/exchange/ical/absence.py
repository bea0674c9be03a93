"""When somebody is not there, by a calendar of theirs: what was read, what was left out, what was not understood."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import Enum
from typing import Any

from dermograph.core.text import Language, Text


class Presence(Enum):
    """What a calendar says of a time."""

    AWAY = "away"  # the program that wrote it says "out of office" or "unavailable"
    BUSY = "busy"
    TENTATIVE = "tentative"


@dataclass(frozen=True, slots=True)
class Span:
    """One time that somebody is not there.

    Attributes:
        first_on, last_on: Its days on the reader's clock, both inclusive.
        starts_at, ends_at: Its instants on that clock, the second exclusive; both None for whole days.
        uid, title: As the file has them; what the title means is for a person to say.
        line: Where it stands, 1-based.
    """

    first_on: dt.date
    last_on: dt.date
    starts_at: dt.datetime | None
    ends_at: dt.datetime | None
    presence: Presence
    uid: str
    title: str
    line: int

    def to_json(self) -> dict[str, Any]:
        """All of it."""
        return {
            "first_on": self.first_on.isoformat(),
            "last_on": self.last_on.isoformat(),
            "starts_at": self.starts_at.isoformat() if self.starts_at else None,
            "ends_at": self.ends_at.isoformat() if self.ends_at else None,
            "presence": self.presence.value,
            "uid": self.uid,
            "title": self.title,
            "line": self.line,
        }


@dataclass(frozen=True, slots=True)
class Unused:
    """An entry, or a part of one, of which no time was taken.

    Attributes:
        line: Where it stands, 1-based.
        on: The day on which it begins on the reader's clock; None where it repeats, or says none that can be read.
    """

    line: int
    uid: str
    title: str
    why: Text
    on: dt.date | None = None

    def to_json(self, language: Language = "en") -> dict[str, Any]:
        """All of it, the reason in one language."""
        return {"line": self.line, "uid": self.uid, "title": self.title, "why": self.why.say(language)}


@dataclass(frozen=True, slots=True)
class Absence:
    """What a calendar says of a window of days.

    Attributes:
        first_on, last_on: The window, both inclusive.
        zone: The reader's IANA zone.
        spans: By their start. Each overlaps the window, and may reach beyond it.
        left_out: What takes up no time, and why: cancelled, free, a to-do.
        unread: What was not understood, and why. A person has to look at these: they may be absences.
    """

    first_on: dt.date
    last_on: dt.date
    zone: str
    spans: tuple[Span, ...]
    left_out: tuple[Unused, ...]
    unread: tuple[Unused, ...]

    def to_json(self, language: Language = "en") -> dict[str, Any]:
        """One object."""
        return {
            "schema": "dermograph.absence/1",
            "first_on": self.first_on.isoformat(),
            "last_on": self.last_on.isoformat(),
            "zone": self.zone,
            "spans": [span.to_json() for span in self.spans],
            "left_out": [entry.to_json(language) for entry in self.left_out],
            "unread": [entry.to_json(language) for entry in self.unread],
        }
