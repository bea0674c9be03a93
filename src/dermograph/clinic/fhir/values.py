"""The values of parameters: references to a patient, instants, days, numbers (R4, search, 3.1.1.4)."""

from __future__ import annotations

import datetime as dt
import re
import uuid
from typing import Final

from dermograph.clinic.fhir.asking import key_of
from dermograph.clinic.fhir.refusals import FhirError, refuse
from dermograph.core.errors import printable

MOST_NUMBER: Final = 10_000_000
_PREFIXED: Final = re.compile(r"(eq|ne|gt|lt|ge|le|sa|eb|ap)?(.*)", re.DOTALL)
_DAY: Final = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)
_ONE_DAY: Final = dt.timedelta(days=1)
_MONTHS: Final = 12
_FIRST: Final = 1900
_LAST: Final = 2999


def patient_of(name: str, value: str, base: str) -> uuid.UUID | None:
    """The patient whom a reference means; None for what cannot be one of ours.

    Raises:
        FhirError: 400 if it names several.
    """
    if "," in value:
        raise wrong(name, "Ask for one patient at a time.", "Pregunte por un solo paciente.")
    bare = value.removeprefix(f"{base}/")
    kind, slash, logical = bare.rpartition("/")
    return key_of(logical) if not slash or kind == "Patient" else None


def since_of(name: str, value: str) -> dt.datetime:
    """After which instant.

    Raises:
        FhirError: 400 if it is none, or if it says anything but "from then on".
    """
    prefix, written = _prefixed(value)
    if name == "_lastUpdated" and prefix not in ("ge", "gt", "sa"):
        raise wrong(name, "Only ge and gt are understood.", "Solo se entienden ge y gt.")
    at = _instant(written.replace(" ", "+"))  # "+" in an address means a space
    if at is None or not _FIRST <= at.year <= _LAST:
        raise wrong(name, "An instant is written 2026-11-22T10:00:00Z.", "Un instante se escribe 2026-11-22T10:00:00Z.")
    # What changed after an instant is given: "from it on" begins just before.
    return at - dt.timedelta(microseconds=1 if prefix == "ge" else 0)


def _instant(written: str) -> dt.datetime | None:
    """An instant, or the beginning of a day, in UTC; None for what is neither, or has no time zone."""
    try:
        at = dt.datetime.fromisoformat(written)
        at = at.replace(tzinfo=dt.UTC) if len(written) == len("2026-11-22") else at
        return None if at.tzinfo is None else at.astimezone(dt.UTC)
    except (ValueError, OverflowError):
        return None


def days(name: str, value: str) -> tuple[dt.date | None, dt.date | None]:
    """From which to which day a date may be, both inclusive; None where it is open.

    Raises:
        FhirError: 400 if it is no day, month or year, or compares otherwise.
    """
    prefix, written = _prefixed(value)
    first, last = _span(name, written)
    if prefix == "eq":
        return first, last
    if prefix in ("ge", "gt", "sa"):
        return (first if prefix == "ge" else last + _ONE_DAY), None
    if prefix in ("le", "lt", "eb"):
        return None, (last if prefix == "le" else first - _ONE_DAY)
    raise wrong(name, f"{prefix} is not understood.", f"No se entiende {prefix}.")


def _span(name: str, written: str) -> tuple[dt.date, dt.date]:
    found = _DAY.fullmatch(written)
    first = _day(found[1], found[2] or "01", found[3] or "01") if found else None
    if found is None or first is None:
        raise wrong(
            name, "A day is written 2026-11-22, 2026-11 or 2026.", "Un día se escribe 2026-11-22, 2026-11 o 2026."
        )
    if found[3]:
        return first, first
    is_last_month = not found[2] or first.month == _MONTHS
    after = dt.date(first.year + 1, 1, 1) if is_last_month else first.replace(month=first.month + 1)
    return first, after - _ONE_DAY


def _day(year: str, month: str, day: str) -> dt.date | None:
    try:
        return dt.date(int(year), int(month), int(day)) if _FIRST <= int(year) <= _LAST else None
    except ValueError:
        return None


def birth_date(name: str, value: str) -> str:
    """A day, a month or a year of birth, as it was written.

    Raises:
        FhirError: 400 if it is none.
    """
    prefix, written = _prefixed(value)
    if prefix != "eq":
        raise wrong(name, f"{prefix} is not understood.", f"No se entiende {prefix}.")
    _span(name, written)
    return written


def _prefixed(value: str) -> tuple[str, str]:
    found = _PREFIXED.fullmatch(value)
    return (found[1] or "eq", found[2]) if found else ("eq", value)


def number(name: str, value: str) -> int:
    """A whole number from 0 to ``MOST_NUMBER``.

    Raises:
        FhirError: 400 if it is none.
    """
    if not re.fullmatch(r"\d{1,8}", value, re.ASCII) or int(value) > MOST_NUMBER:
        raise wrong(name, "A whole number from 0 on belongs here.", "Aquí va un número entero desde 0.")
    return int(value)


def later(one: dt.date | None, other: dt.date | None) -> dt.date | None:
    """The later of two days; None is no limit."""
    return max(one, other) if one and other else one or other


def earlier(one: dt.date | None, other: dt.date | None) -> dt.date | None:
    """The earlier of two days; None is no limit."""
    return min(one, other) if one and other else one or other


def wrong(name: str, en: str, es: str) -> FhirError:
    """That the value of a parameter is not understood."""
    short = printable(name)
    return refuse(400, "invalid", f"{short}: {en}", f"{short}: {es}", f"http.{short}" if short.isidentifier() else "")
