"""Values as elements of a data set, each checked against its value representation (PS3.5, 6.2). Nothing is cut."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterable

from pydicom.dataset import Dataset
from pydicom.sequence import Sequence
from pydicom.valuerep import format_number_as_ds

from dermograph.core.errors import InputError, Place, shown
from dermograph.core.text import Text
from dermograph.exchange.dicom.values import Code, Moment

SHORT, LONG, TITLE = 16, 64, 64
_MINUTE = dt.timedelta(minutes=1)
#: Offsets from UTC that DICOM can hold (PS3.5, DT).
_WEST, _EAST = dt.timedelta(hours=-12), dt.timedelta(hours=14)


def words(text: str, field: str, longest: int | None = LONG, *, forbidden: str = "\\") -> str:
    """A text without the spaces around it, which DICOM does not keep.

    Args:
        text: What is to be written.
        field: Its name, for the error.
        longest: Characters that its representation takes; None for as many as one likes.
        forbidden: Characters that would end the value or split it.

    Raises:
        InputError: If it is too long, or has a character that the representation cannot hold.
    """
    value = text.strip()
    if longest is not None and len(value) > longest:
        raise InputError(
            Text(
                f"{shown(value)} has {len(value)} characters; DICOM takes {longest}.",
                f"{shown(value)} tiene {len(value)} caracteres; DICOM admite {longest}.",
            ),
            Place(field=field),
            Text("Shorten it.", "Acórtelo."),
        )
    wrong = [char for char in value if not (char.isprintable() or _may_break(char, longest))]
    wrong += [char for char in value if char in forbidden and longest is not None]  # a text without limit is one value
    if wrong:
        raise InputError(
            Text(
                f"{shown(value)} has a character that DICOM cannot hold here: {shown(wrong[0])}.",
                f"{shown(value)} tiene un carácter que DICOM no admite aquí: {shown(wrong[0])}.",
            ),
            Place(field=field),
        )
    return value


def _may_break(char: str, longest: int | None) -> bool:
    """Whether a line may end there: only in texts without a limit."""
    return longest is None and char == "\n"


def person_name(family: str, given: str) -> str:
    """A name as PN: family, given.

    The caret stands also after a family name alone: without one it would be the retired form of ACR-NEMA.

    Raises:
        InputError: If a part has a character that splits names.
    """
    parts = [words(part, "patient name", TITLE, forbidden="^=\\") for part in (family, given)]
    return words("^".join(parts), "patient name", TITLE) if any(parts) else ""


def decimal(value: float, field: str) -> str:
    """A number as DS: at most 16 characters, so that about 13 figures hold.

    Raises:
        InputError: If it is not finite.
    """
    if not math.isfinite(value):
        raise InputError(
            Text(f"{value} is no number that can be written.", f"{value} no es un número que se pueda escribir."),
            Place(field=field),
        )
    return format_number_as_ds(float(value))


def day_of(moment: Moment) -> str:
    """The day as DA."""
    return moment.strftime("%Y%m%d") if moment.year > 999 else f"{moment.year:04d}{moment:%m%d}"


def time_of(moment: Moment) -> str:
    """The time of day as TM; empty for a day."""
    return moment.strftime("%H%M%S.%f") if isinstance(moment, dt.datetime) else ""


def stamp(moment: Moment) -> str:
    """A day, or a time with its offset from UTC if that is known, as DT."""
    return f"{day_of(moment)}{time_of(moment)}{offset_of(moment)}"


def offset_of(moment: Moment) -> str:
    """The offset from UTC as ``+0100``; empty if the time has no zone."""
    offset = moment.utcoffset() if isinstance(moment, dt.datetime) else None
    if offset is None:
        return ""
    minutes = abs(offset) // _MINUTE
    return f"{'-' if offset < dt.timedelta(0) else '+'}{minutes // 60:02d}{minutes % 60:02d}"


def storable(moment: Moment) -> Moment:
    """The same instant with an offset that DICOM can hold: whole minutes from −12 to +14 hours, else UTC.

    Raises:
        InputError: If its instant lies beyond the calendar in UTC.
    """
    offset = moment.utcoffset() if isinstance(moment, dt.datetime) else None
    if not isinstance(moment, dt.datetime) or offset is None:
        return moment
    return in_zone(moment, dt.UTC) if offset % _MINUTE or not _WEST <= offset <= _EAST else moment


def in_zone(moment: dt.datetime, zone: dt.tzinfo) -> dt.datetime:
    """The same instant by the clock of a zone.

    Raises:
        InputError: If that lies beyond the calendar.
    """
    try:
        return moment.astimezone(zone)
    except OverflowError:
        raise InputError(Text("The time is beyond the calendar.", "La hora queda fuera del calendario.")) from None


def coded(code: Code) -> Dataset:
    """A code as an item of a sequence (PS3.3, 8.8).

    Raises:
        InputError: If a part is empty or too long.
    """
    item = Dataset()
    item.CodeValue = words(code.value, "code", SHORT)
    item.CodingSchemeDesignator = words(code.scheme, "coding scheme", SHORT)
    item.CodeMeaning = words(code.meaning, "code meaning", LONG)
    if not (item.CodeValue and item.CodingSchemeDesignator and item.CodeMeaning):
        raise InputError(Text("A code has an empty part.", "Un código tiene una parte vacía."), Place(field="code"))
    return item


def sequence(items: Iterable[Dataset]) -> Sequence:
    """Items as the value of an element."""
    return Sequence(list(items))
