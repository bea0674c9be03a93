"""A chain of provisional sessions: the first and the last possible day of each."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from dermograph.core.days import Days
from dermograph.protocols.model import Protocol


@dataclass(frozen=True, slots=True)
class ChainedSession:
    """One session of a chain. Always provisional: how many there will be is not known.

    Attributes:
        number: 1 for the next session.
        first: The first possible day, if every earlier one is held on its first; None if it cannot be held.
        last: The last possible day that leaves room for those that follow before the deadline; None without one, or if
            it cannot be held.
        fits: Whether it can be held; with a deadline, whether the whole chain then fits before it.
    """

    number: int
    first: dt.date | None
    last: dt.date | None
    fits: bool

    def to_json(self) -> dict[str, Any]:
        """Plain values; ``provisional`` is always true."""
        return {
            "number": self.number,
            "first": self.first.isoformat() if self.first else None,
            "last": self.last.isoformat() if self.last else None,
            "fits": self.fits,
            "provisional": True,
        }


def chain(
    open_days: Days, begin: dt.date, protocol: Protocol, count: int, *, deadline: dt.date | None
) -> tuple[ChainedSession, ...]:
    """A chain of ``count`` sessions from ``begin`` on.

    Forwards, each session goes to the first open day after the binding spacing; since that day never moves earlier when
    the one before moves later, these are the first possible days of all. Backwards from a deadline likewise.
    """
    spacing = protocol.course.spacing.at_least
    firsts: list[dt.date | None] = [open_days.first_from(begin)]
    while len(firsts) < count:
        previous = firsts[-1]
        firsts.append(open_days.first_from(spacing.after(previous)) if previous else None)
    lasts: list[dt.date | None] = [None] * count
    if deadline is not None:
        lasts[-1] = open_days.last_until(deadline)
        for index in range(count - 2, -1, -1):
            following = lasts[index + 1]
            lasts[index] = open_days.last_until(spacing.last_start(following)) if following else None
    sessions = []
    for number, (first, last) in enumerate(zip(firsts, lasts, strict=True), start=1):
        fits = first is not None and (deadline is None or (last is not None and first <= last))
        sessions.append(ChainedSession(number, first, last if fits else None, fits))
    return tuple(sessions)
