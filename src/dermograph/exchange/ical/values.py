"""What a calendar tells: appointments and steps of aftercare, as values that no later change touches."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from enum import Enum
from typing import Any, Final

from dermograph.core.text import Language, Text

Moment = dt.date | dt.datetime

#: What an appointment and a step of aftercare are called where nothing clinical may be read over a shoulder.
APPOINTMENT: Final = Text("Appointment", "Cita")
AFTERCARE: Final = Text("Aftercare", "Cuidados")
_NOTHING: Final = Text("", "")
_FOUR_HOURS: Final = dt.timedelta(hours=4)


class Status(Enum):
    """Where an appointment stands, as RFC 5545 3.8.1.11 names it."""

    TENTATIVE = "TENTATIVE"
    CONFIRMED = "CONFIRMED"
    CANCELLED = "CANCELLED"


class CareAs(Enum):
    """How a step of aftercare is written.

    ``EVENT`` for addresses that a calendar program subscribes to: several of the most used show no to-do from there.
    ``TO_DO`` for CalDAV, whose clients list to-dos apart, let the patient tick them off and ring their alarms.
    """

    EVENT = "event"
    TO_DO = "to-do"


class Method(Enum):
    """What a calendar that is sent by mail asks for (RFC 5546). Feeds and CalDAV have none."""

    PUBLISH = "PUBLISH"
    CANCEL = "CANCEL"


@dataclass(frozen=True, slots=True)
class Appointment:
    """A time that a patient has at the clinic.

    Attributes:
        uid: The same for ever.
        changed_at: When it was changed last; aware.
        starts_at: Aware, before ``ends_at``, which is the first instant after it.
        sequence: Raised with every change, at least 0.
        what: What it is for; told only in a detailed calendar. Empty says no more than that it is an appointment.
        who: With whom; told only in a detailed calendar. Empty leaves it out.
        place: Where; empty leaves it out.
    """

    uid: str
    changed_at: dt.datetime
    starts_at: dt.datetime
    ends_at: dt.datetime
    sequence: int = 0
    status: Status = Status.CONFIRMED
    what: Text = _NOTHING
    who: str = ""
    place: str = ""

    def __post_init__(self) -> None:
        _check_origin(self.uid, self.sequence, self.changed_at)
        _check_span(self.starts_at, self.ends_at)

    def to_json(self, language: Language = "en") -> dict[str, Any]:
        """All of it, in one language."""
        return {
            "uid": self.uid,
            "changed_at": self.changed_at.isoformat(),
            "starts_at": self.starts_at.isoformat(),
            "ends_at": self.ends_at.isoformat(),
            "sequence": self.sequence,
            "status": self.status.value,
            "what": self.what.say(language),
            "who": self.who,
            "place": self.place,
        }


@dataclass(frozen=True, slots=True)
class CareStep:
    """One piece of aftercare: what holds from a session on, and how long.

    Attributes:
        uid: The same for ever.
        changed_at: When it was changed last; aware.
        starts: A day, or an aware instant.
        until: When it no longer holds (exclusive), of the same kind as ``starts`` and later; None where the source
            gives no figure: then it stands on its first day only.
        says: The care in words; told only in a detailed calendar.
        remind: When to remind, counted from the start; of a day, from its midnight, so that 9 hours are 09:00. Empty
            reminds of nothing.
        sequence: Raised with every change, at least 0.
        cancelled: Whether it no longer applies, such as when the session was not held.
    """

    uid: str
    changed_at: dt.datetime
    starts: Moment
    until: Moment | None
    says: Text
    remind: tuple[dt.timedelta, ...] = ()
    sequence: int = 0
    cancelled: bool = False

    def __post_init__(self) -> None:
        _check_origin(self.uid, self.sequence, self.changed_at)
        _check_span(self.starts, self.until)

    def to_json(self, language: Language = "en") -> dict[str, Any]:
        """All of it, in one language; reminders in minutes from the start."""
        return {
            "uid": self.uid,
            "changed_at": self.changed_at.isoformat(),
            "starts": self.starts.isoformat(),
            "until": self.until.isoformat() if self.until else None,
            "says": self.says.say(language),
            "remind_minutes": [round(one / dt.timedelta(minutes=1)) for one in self.remind],
            "sequence": self.sequence,
            "cancelled": self.cancelled,
        }


@dataclass(frozen=True, slots=True)
class Calendar:
    """A whole calendar, and how much of it is told to whom.

    Attributes:
        name: What calendar programs call it.
        entries: In any order; no two with one ``uid``.
        language: The reader's.
        detailed: Whether treatment, care and practitioner are named; else titles say nothing clinical.
        zone: The clinic's, by its IANA name: times are written on its clock with its rules. ``UTC`` writes instants.
        care_as: How steps of aftercare are written.
        colour: A CSS3 colour name (RFC 7986 5.9); empty leaves it to the program.
        refresh: How often to fetch it again; None says nothing of it.
        method: For what is sent by mail; then ``organizer`` is needed.
        organizer: The clinic's mail address.
    """

    name: str
    entries: tuple[Appointment | CareStep, ...]
    language: Language = "es"
    detailed: bool = False
    zone: str = "UTC"
    care_as: CareAs = CareAs.EVENT
    colour: str = ""
    refresh: dt.timedelta | None = _FOUR_HOURS
    method: Method | None = None
    organizer: str = ""

    def __post_init__(self) -> None:
        if len({entry.uid for entry in self.entries}) < len(self.entries):
            msg = "two entries of a calendar have one uid"
            raise ValueError(msg)

    def to_json(self) -> dict[str, Any]:
        """All of it, in the reader's language."""
        return {
            "schema": "dermograph.calendar/1",
            "name": self.name,
            "language": self.language,
            "detailed": self.detailed,
            "zone": self.zone,
            "entries": [entry.to_json(self.language) for entry in self.entries],
        }


def _check_origin(uid: str, sequence: int, changed_at: dt.datetime) -> None:
    if not uid.strip() or uid.strip() != uid or not uid.isprintable() or sequence < 0 or changed_at.tzinfo is None:
        msg = "an entry has a printable uid, a sequence of at least 0, and was changed at an aware instant"
        raise ValueError(msg)


def _check_span(starts: Moment, ends: Moment | None) -> None:
    """Both days, or both aware instants, the second later."""
    for moment in (starts, ends):
        if isinstance(moment, dt.datetime) and moment.tzinfo is None:
            msg = f"an instant needs a time zone: {moment}"
            raise ValueError(msg)
    if ends is None:
        return
    if isinstance(starts, dt.datetime) and isinstance(ends, dt.datetime):
        # In UTC: within one zone Python compares wall times, and one hour of autumn comes twice. In whole seconds: a
        # calendar has no others.
        first, last = (one.astimezone(dt.UTC).replace(microsecond=0) for one in (starts, ends))
        later = last > first
    elif isinstance(starts, dt.datetime) or isinstance(ends, dt.datetime):
        msg = "start and end are both days or both instants"
        raise ValueError(msg)  # noqa: TRY004 (a value of a type that is allowed, beside one that it does not go with)
    else:
        later = ends > starts
    if not later:
        msg = f"the end {ends} is not after the start {starts}"
        raise ValueError(msg)
