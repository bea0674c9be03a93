"""The aftercare timeline of a session, and the events that break it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from dermograph.care.case import Area, Event, Session, session_day
from dermograph.core.text import Language
from dermograph.protocols.model import Aftercare, Protocol

Moment = dt.date | dt.datetime


def written(moment: Moment | None) -> str | None:
    """A day as 2026-11-21, an instant as 2026-11-21T10:00; None stays None."""
    if isinstance(moment, dt.datetime):
        return moment.isoformat(timespec="minutes")
    return moment.isoformat() if moment else None


@dataclass(frozen=True, slots=True)
class Care:
    """One piece of aftercare of one session.

    Attributes:
        until: The last moment at which it holds: an instant where the source gives hours and the session has a time of
            day, else a day; None where the source gives no figure.
    """

    statement: Aftercare
    until: Moment | None

    def to_json(self, language: Language) -> dict[str, Any]:
        """As the contract has it."""
        return {
            "what": self.statement.id,
            "until": written(self.until),
            "says": self.statement.says.say(language),
            "cite": [cite.to_json() for cite in self.statement.cite],
        }


@dataclass(frozen=True, slots=True)
class Broken:
    """An event that breaks the aftercare of a session already held."""

    event: Event
    session: Session
    care: Care

    def to_json(self, language: Language) -> dict[str, Any]:
        """As the contract has it, with the event's days."""
        return {
            "event": self.event.what,
            "session": written(self.session),
            "rule": self.care.statement.id,
            "from": self.event.first.isoformat(),
            "to": self.event.last.isoformat(),
            "until": written(self.care.until),
            "says": self.care.statement.says.say(language),
            "cite": [cite.to_json() for cite in self.care.statement.cite],
        }


def timeline(session: Session, protocol: Protocol) -> tuple[Care, ...]:
    """The aftercare of a session: what has an end first, in the order of its end; then what has none."""
    cares = [Care(statement, _until(statement, session)) for statement in protocol.aftercare]
    dated = [care for care in cares if care.until is not None]
    dated.sort(key=lambda care: _sortable(care.until))
    return (*dated, *(care for care in cares if care.until is None))


def _until(statement: Aftercare, session: Session) -> Moment | None:
    if statement.period is None:
        return None
    if isinstance(session, dt.datetime) and statement.period.has_clock:
        return statement.period.after_instant(session)
    return statement.period.after(session_day(session))


def _sortable(moment: Moment | None) -> tuple[dt.date, dt.time]:
    if isinstance(moment, dt.datetime):
        return moment.date(), moment.time()
    return moment or dt.date.max, dt.time.min


def broken(area: Area, protocol: Protocol) -> Iterator[Broken]:
    """Every event of an area that breaks a restriction of a session already held, sessions in order."""
    for session in area.sessions:
        for care in timeline(session, protocol):
            if care.statement.avoid is None or care.statement.period is None:
                continue
            for event in area.events:
                same_kind = protocol.vocabulary.is_kind(event.what, care.statement.avoid)
                if same_kind and _falls_within(event, session, care):
                    yield Broken(event, session, care)


def _falls_within(event: Event, session: Session, care: Care) -> bool:
    """Whether an event lies after a session and before the end of a restriction.

    Instants are compared where both are known; else days are, 48 hours counting as two days. An event on the day of the
    session counts where it is not known which came first.
    """
    day = session_day(session)
    period = care.statement.period
    if event.at is not None and isinstance(session, dt.datetime):
        ends = care.until if isinstance(care.until, dt.datetime) else None
        order = _in_order(session, event.at, ends)
        if order is not None and (ends is not None or not order):
            return order
    return period is not None and event.last >= day and event.first < period.after(day)


def _in_order(session: dt.datetime, at: dt.datetime, ends: dt.datetime | None) -> bool | None:
    """Whether ``at`` lies from the session on and before its end; None if one has a time zone and the other none."""
    moments = [moment for moment in (session, at, ends) if moment is not None]
    if len({moment.tzinfo is None for moment in moments}) > 1:
        return None
    # In UTC: within one zone Python compares wall times, and one hour of autumn comes twice.
    first, then, *last = (moment.astimezone(dt.UTC) if moment.tzinfo else moment for moment in moments)
    return first <= then and not (last and then >= last[0])
