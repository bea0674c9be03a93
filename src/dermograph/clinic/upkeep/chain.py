"""The audit trail's chain, walked fast: each entry's text is written directly as ``audit.record.digest`` would.

``digest`` stays the reference. Here an entry only counts as whole if the same hash comes out; whatever looks odd is
handed on as it lies in the database, and ``judge`` decides with the reference. Imports no Django: it runs in processes
of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from hashlib import sha256
from json import JSONEncoder, loads
from json.encoder import encode_basestring
from typing import Any, NamedTuple

MOST_ODD = 10_000  # of one stretch; what is broken beyond repair need not be told entry by entry
_REMEMBERED = 20_000
_DETAILS = JSONEncoder(sort_keys=True, ensure_ascii=False).encode
_WHOLE_SECOND, _INSTANT, _ID, _HASH = 19, 26, 32, 64
_SPACE, _T = " ", "T"


class Row(NamedTuple):
    """An entry as SQLite keeps it, whatever somebody may have put there: ids without dashes, instants in UTC."""

    number: Any
    at: Any
    who: Any
    action: Any
    what: Any
    about: Any
    patient: Any
    details: Any
    previous: Any
    hash: Any


@dataclass(slots=True)
class Stretch:
    """What was found between two numbers of one clinic.

    Attributes:
        count: Entries that were read.
        first, last: The outermost entries; None if there was none. The first one is not judged here.
        odd: Entries that do not follow the one before them or have another hash, each with the one before.
        more_odd: How many of those were left out.
    """

    count: int = 0
    first: Row | None = None
    last: Row | None = None
    odd: list[tuple[Row, Row]] = field(default_factory=list)
    more_odd: int = 0


def writer(clinic: str) -> Callable[[tuple[Any, ...]], str]:
    """What writes entries of one clinic as the text that is hashed, remembering what comes again and again.

    The text is exactly ``json.dumps(…, sort_keys=True, ensure_ascii=False)`` of what ``digest`` hashes. Where a column
    does not hold what the clinic writes there, a ValueError or TypeError is raised instead.
    """
    middle = f'+00:00", "clinic": "{dashed(clinic)}", "details": '
    words, known, ids = _Words(), _Details(), _Ids()

    def text(row: tuple[Any, ...]) -> str:
        number, at, who, action, what, about, patient, details, previous, _hash = row
        length = len(at)
        # Lengths are held to, so that no text of one column can be read as the next one's beginning.
        if length == _WHOLE_SECOND:
            at += ".000000"
        elif length != _INSTANT:
            raise ValueError
        if len(previous) != _HASH:
            raise ValueError
        if about is None:
            about = "null"
        elif len(about) == _ID:
            about = f'"{about[:8]}-{about[8:12]}-{about[12:16]}-{about[16:20]}-{about[20:]}"'
        else:
            raise ValueError
        return (
            f'{{"about": {about}, "action": {words[action]}, "at": "{at.replace(_SPACE, _T)}{middle}{known[details]}, '
            f'"number": {number}, "patient": {ids[patient]}, "previous": "{previous}", "what": {words[what]}, '
            f'"who": {ids[who]}}}'
        )

    return text


class _Words(dict[str, str]):
    """Words as JSON writes them."""

    def __missing__(self, word: str) -> str:
        if type(word) is not str:
            raise TypeError
        return _kept(self, word, encode_basestring(word))


class _Details(dict[str, str]):
    """Details, sorted, for those that the database keeps as they came."""

    def __missing__(self, details: str) -> str:
        return _kept(self, details, _DETAILS(loads(details)))


class _Ids(dict[str | None, str]):
    """Ids with their dashes; ``null`` for none."""

    def __missing__(self, one: str | None) -> str:
        if one is not None and len(one) != _ID:
            raise ValueError
        return _kept(self, one, "null" if one is None else f'"{dashed(one)}"')


def _kept(known: dict[Any, str], key: object, said: str) -> str:
    if len(known) > _REMEMBERED:
        known.clear()
    known[key] = said
    return said


def dashed(one: str) -> str:
    """An id of 32 letters as it is written for people."""
    return f"{one[:8]}-{one[8:12]}-{one[12:16]}-{one[16:20]}-{one[20:]}"


def walk(clinic: str, rows: Iterable[tuple[Any, ...]]) -> Stretch:
    """Walk entries of one clinic that are sorted by their number.

    Args:
        clinic: Its id without dashes.
        rows: In the columns of ``Row``.
    """
    found = Stretch()
    write = writer(clinic)
    before: tuple[Any, ...] | None = None
    count, last, following = 0, "", 0
    for row in rows:
        count += 1
        if before is None:
            found.first = Row(*row)
        else:
            try:
                whole = row[0] == following and row[8] == last and sha256(write(row).encode()).hexdigest() == row[9]
            except (ValueError, TypeError, IndexError, RecursionError):
                whole = False
            if not whole:
                _note(found, before, row)
        before = row
        last = row[9]
        following = row[0] + 1 if type(row[0]) is int else -1
    found.count = count
    found.last = Row(*before) if before is not None else None
    return found


def _note(found: Stretch, before: tuple[Any, ...], row: tuple[Any, ...]) -> None:
    if len(found.odd) < MOST_ODD:
        found.odd.append((Row(*before), Row(*row)))
    else:
        found.more_odd += 1
