"""Ids of what is made from a row: each can be traced back to the row, and no two resources share one."""

from __future__ import annotations

import functools
import hashlib
import uuid

_PLAIN_BITS = ~(0xF << 76 | 0x3 << 62) & (1 << 128) - 1  # a UUID's version and variant stay what they are
_NUMBER_BITS = 48


def made_of(row: uuid.UUID, what: str) -> uuid.UUID:
    """The id of something that is made from a row beside its own part, the same every time.

    Args:
        row: The row's id.
        what: What it is, such as ``goal``; empty for the row's own part, which has the row's id.

    >>> made_of(made_of(uuid.UUID(int=5), "goal"), "goal")
    UUID('00000000-0000-0000-0000-000000000005')
    """
    return uuid.UUID(int=row.int ^ _mask(what)) if what else row


def of_number(clinic: uuid.UUID, number: int, what: str) -> uuid.UUID:
    """The id of something that has only a number within its clinic.

    Args:
        clinic: Whose.
        number: 0 to 2⁴⁸ - 1.
        what: What it is.
    """
    return uuid.UUID(int=made_of(clinic, what).int ^ number)


def number_of(clinic: uuid.UUID, key: uuid.UUID, what: str) -> int | None:
    """The number that ``of_number`` was given; None for the id of anything else."""
    number = made_of(clinic, what).int ^ key.int
    return number if number >> _NUMBER_BITS == 0 else None


@functools.cache
def _mask(what: str) -> int:
    return int.from_bytes(hashlib.sha256(f"dermograph/made of/{what}".encode()).digest()[:16]) & _PLAIN_BITS
