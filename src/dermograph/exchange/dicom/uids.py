"""Unique identifiers that come out the same each time, made of UUIDs as PS3.5 annex B.2 says."""

from __future__ import annotations

import re
import uuid

from dermograph.core.errors import InputError, Place, shown
from dermograph.core.text import Text

_ROOT = "2.25."
_LONGEST = 64
_FORM = re.compile(r"(0|[1-9][0-9]*)(\.(0|[1-9][0-9]*))+", re.ASCII)
#: The name space of everything that is derived here.
_OURS = uuid.UUID("6f0c5a4e-0d83-5d5c-9a45-3c1f4be0a7d2")


def uid_of(one: uuid.UUID) -> str:
    """The UID of something that has a UUID.

    >>> uid_of(uuid.UUID("f81d4fae-7dec-11d0-a765-00a0c91e6bf6"))
    '2.25.329800735698586629295641978511506172918'
    """
    return f"{_ROOT}{one.int}"


def derived_uid(kind: str, *names: str) -> str:
    """The UID of something that is known by its names, such as the series of an area at a visit.

    Args:
        kind: What it is, so that a study and a series of the same names differ.
        names: What tells it from others of its kind, in order.
    """
    return uid_of(uuid.uuid5(_OURS, "\x1f".join((kind, *names))))


def checked_uid(uid: str, field: str) -> str:
    """The same UID.

    Raises:
        InputError: If it is none (PS3.5, 9.1).
    """
    if len(uid) > _LONGEST or not _FORM.fullmatch(uid):
        raise InputError(
            Text(f"{shown(uid)} is not a DICOM UID.", f"{shown(uid)} no es un UID de DICOM."), Place(field=field)
        )
    return uid
