"""Primitive values (R4, 2.24.0.1 Primitive Types): which JSON they are, how they are written, and real dates."""

from __future__ import annotations

import base64
import binascii
import datetime as dt
import re
from collections.abc import Callable, Mapping
from typing import Final

_DAY = r"[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?"
_CLOCK = r"([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)(\.[0-9]{1,12})?"
_ZONE = r"(Z|[+-]((0[0-9]|1[0-3]):[0-5][0-9]|14:00))"
_FULL_DAY = r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])"
_PATTERNS: Final[Mapping[str, re.Pattern[str]]] = {
    name: re.compile(pattern, re.ASCII)
    for name, pattern in {
        "id": r"[A-Za-z0-9.-]{1,64}",
        "code": r"\S+( \S+)*",
        "uri": r"\S+",
        "url": r"\S+",
        "canonical": r"\S+",
        "oid": r"urn:oid:[0-2](\.(0|[1-9][0-9]*))+",
        "uuid": r"urn:uuid:[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}",
        "date": _DAY,
        "dateTime": f"({_DAY}|{_FULL_DAY}T{_CLOCK}{_ZONE})",
        "instant": f"{_FULL_DAY}T{_CLOCK}{_ZONE}",
        "time": _CLOCK,
    }.items()
}
#: What no text may hold: control characters other than tab and line breaks, and halves of characters.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
_LARGEST: Final = 2**31
_UNSAFE = re.compile(r"<!(?!--)|<script|<iframe|<object|javascript:|<[^<>]*\son[a-z]+\s*=", re.IGNORECASE)


def is_valid(kind: str, value: object) -> bool:
    """Whether a JSON value is one of a primitive type.

    Args:
        kind: The name of the type, such as ``dateTime``.
        value: Any JSON value but null.
    """
    check = _CHECKS.get(kind)
    if check is not None:
        return check(value)
    if not isinstance(value, str) or not value or _UNPRINTABLE.search(value):
        return False
    pattern = _PATTERNS.get(kind)
    if pattern is None:
        return True
    if not pattern.fullmatch(value):
        return False
    return kind not in {"date", "dateTime", "instant"} or _is_in_calendar(value)


def _is_in_calendar(value: str) -> bool:
    parts = [int(part) for part in value[:10].split("-")]
    try:
        dt.date(*[*parts, 1, 1][:3])
    except ValueError:
        return False
    return True


def _is_integer(value: object, low: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and low <= value < _LARGEST


def _is_base64(value: object) -> bool:
    if not isinstance(value, str) or not value:
        return False
    try:
        base64.b64decode("".join(value.split()), validate=True)
    except (binascii.Error, ValueError):
        return False
    return True


def _is_xhtml(value: object) -> bool:
    """A narrative: one div, without anything that runs or that stands for something else."""
    return (
        isinstance(value, str)
        and value.lstrip()[:4] == "<div"
        and not _UNSAFE.search(value)
        and not _UNPRINTABLE.search(value)
    )


_CHECKS: Final[Mapping[str, Callable[[object], bool]]] = {
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: _is_integer(value, -_LARGEST),
    "unsignedInt": lambda value: _is_integer(value, 0),
    "positiveInt": lambda value: _is_integer(value, 1),
    "decimal": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "base64Binary": _is_base64,
    "xhtml": _is_xhtml,
}
