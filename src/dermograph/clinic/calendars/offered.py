"""What a calendar that was read offers to take over, beside what was taken over of it before. Titles say nothing."""

from __future__ import annotations

import datetime as dt
import hashlib
import uuid
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from dermograph.core.errors import InputError
from dermograph.core.text import Text
from dermograph.exchange.ical.absence import Absence, Presence, Span, Unused

MOST_OFFERED: Final = 300  # runs of days on one page
LONGEST_DAYS: Final = 366 * 2  # of an absence in the agenda
SHOWN: Final = 80  # characters of a title
_LONG: Final = Text("It is longer than two years.", "Dura más de dos años.")


@dataclass(frozen=True, slots=True)
class Known:
    """Days that were taken over before.

    Attributes:
        entry: What stands for them; None where somebody has removed it since.
    """

    uid_sha256: str
    first: dt.date
    last: dt.date
    entry: uuid.UUID | None


@dataclass(frozen=True, slots=True)
class Offer:
    """One run of days that may be taken over.

    Attributes:
        first, last: Both inclusive.
        hours: From when to when, where the calendar has hours; the agenda knows whole days only.
        presence: What the calendar says of it.
        was_removed: Whether it was taken over before and somebody has removed it since.
    """

    uid_sha256: str
    first: dt.date
    last: dt.date
    title: str
    hours: str
    presence: str
    was_removed: bool = False

    def to_json(self) -> list[Any]:
        """Short, for the form that confirms it."""
        return [self.uid_sha256, self.first.isoformat(), self.last.isoformat()]


@dataclass(frozen=True, slots=True)
class Offered:
    """All that a calendar offers.

    Attributes:
        offers: By their first day.
        there: How many runs of days stand already.
        gone: What was taken over before, and the calendar no longer has on these days.
        left_out, unread: As ``Absence`` has them.
    """

    offers: tuple[Offer, ...]
    there: int
    gone: tuple[Known, ...]
    left_out: tuple[Unused, ...]
    unread: tuple[Unused, ...]


def offered(absence: Absence, known: Iterable[Known]) -> Offered:
    """What a calendar offers.

    Args:
        absence: What was read of it.
        known: What was taken over from calendars of this person before.

    Raises:
        InputError: If it is too much for one page.
    """
    before = list(known)
    standing = {(one.uid_sha256, one.first, one.last) for one in before if one.entry is not None}
    removed = {(one.uid_sha256, one.first, one.last) for one in before} - standing
    found: dict[tuple[str, dt.date, dt.date], Offer] = {}
    left_out = list(absence.left_out)
    for span in absence.spans:
        key = (named(span), span.first_on, span.last_on)
        if (span.last_on - span.first_on).days > LONGEST_DAYS:
            left_out.append(Unused(span.line, span.uid, span.title, _LONG, span.first_on))
        elif key not in found:
            found[key] = Offer(*key, _short(span.title), _hours(span), span.presence.value, key in removed)
    if len(found) > MOST_OFFERED:
        raise InputError(
            Text(
                f"There are more than {MOST_OFFERED} times in this calendar.",
                f"Este calendario tiene más de {MOST_OFFERED} ocupaciones.",
            ),
            todo=Text(
                "Export a calendar that holds the absences only.", "Exporte un calendario que solo tenga las ausencias."
            ),
        )
    named_there = {key[0] for key in found} | {hashed(one.uid) for one in absence.left_out if one.uid}
    return Offered(
        offers=tuple(one for key, one in found.items() if key not in standing),
        there=sum(key in standing for key in found),
        gone=tuple(_gone(before, found, named_there, absence)),
        left_out=tuple(left_out),
        unread=absence.unread,
    )


def named(span: Span) -> str:
    """By what a run of days is known again; without a uid, by what it is called and when it begins."""
    return hashed(span.uid or f"#{span.title}#{span.first_on}")


def hashed(uid: str) -> str:
    """SHA-256 of a uid, hexadecimal."""
    return hashlib.sha256(uid.encode("utf-8", "surrogatepass")).hexdigest()


def certain(offer: Offer) -> bool:
    """Whether the calendar says without doubt that these days are whole days away."""
    return not offer.hours and offer.presence != Presence.TENTATIVE.value and not offer.was_removed


def _gone(
    before: Iterable[Known], found: dict[tuple[str, dt.date, dt.date], Offer], named_there: set[str], absence: Absence
) -> Iterator[Known]:
    """Only of entries that the file still names, and within its window: a file may hold a part of a calendar."""
    for one in before:
        inside = one.last >= absence.first_on and one.first <= absence.last_on
        is_named = one.uid_sha256 in named_there
        if one.entry is not None and is_named and inside and (one.uid_sha256, one.first, one.last) not in found:
            yield one


def _hours(span: Span) -> str:
    """From when to when; empty for whole days, also where they are written as hours."""
    begins, ends = span.starts_at, span.ends_at
    if begins is None or ends is None or (begins.time() == dt.time() and ends.time() == dt.time()):
        return ""
    return f"{begins:%H:%M}–{ends:%H:%M}"


def _short(title: str) -> str:
    return title if len(title) <= SHOWN else f"{title[: SHOWN - 1].rstrip()}…"
