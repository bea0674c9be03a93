"""Three-valued truth: true, false, and not known.

The connectives are Kleene's strong ones, written out as tables so that they can be checked by eye.
A truth value has no ``bool()``: whoever branches on it has to say what happens when it is not known.
"""

from __future__ import annotations

import enum
from collections.abc import Iterable


class Truth(enum.Enum):
    """True, false or unknown.

    The order is ``FALSE < UNKNOWN < TRUE``; "and" is the least of its parts and "or" the greatest.

    >>> Truth.TRUE & Truth.UNKNOWN
    <Truth.UNKNOWN: 0>
    >>> Truth.FALSE & Truth.UNKNOWN
    <Truth.FALSE: -1>

    Source: S. C. Kleene, Introduction to Metamathematics (1952), section 64.
    """

    FALSE = -1
    UNKNOWN = 0
    TRUE = 1

    def __bool__(self) -> bool:
        """Refuse to be taken as a plain boolean.

        Raises:
            TypeError: Always. Compare with ``is Truth.TRUE`` instead.
        """
        msg = "a three-valued truth has no bool(): compare it with Truth.TRUE, Truth.FALSE or Truth.UNKNOWN"
        raise TypeError(msg)

    def __invert__(self) -> Truth:
        return NOT[self]

    def __and__(self, other: Truth) -> Truth:
        return AND[self, other]

    def __or__(self, other: Truth) -> Truth:
        return OR[self, other]

    @classmethod
    def of(cls, value: bool | None, /) -> Truth:  # noqa: FBT001 (what it is about)
        """The truth of a boolean; None is unknown."""
        return cls.UNKNOWN if value is None else cls.TRUE if value else cls.FALSE


T, U, F = Truth.TRUE, Truth.UNKNOWN, Truth.FALSE

NOT: dict[Truth, Truth] = {T: F, U: U, F: T}

# fmt: off
AND: dict[tuple[Truth, Truth], Truth] = {
    (T, T): T, (T, U): U, (T, F): F,
    (U, T): U, (U, U): U, (U, F): F,
    (F, T): F, (F, U): F, (F, F): F,
}
OR: dict[tuple[Truth, Truth], Truth] = {
    (T, T): T, (T, U): T, (T, F): T,
    (U, T): T, (U, U): U, (U, F): U,
    (F, T): T, (F, U): U, (F, F): F,
}
# fmt: on


def all_of(values: Iterable[Truth]) -> Truth:
    """Kleene conjunction; true for no values."""
    result = T
    for value in values:
        result = AND[result, value]
    return result


def any_of(values: Iterable[Truth]) -> Truth:
    """Kleene disjunction; false for no values."""
    result = F
    for value in values:
        result = OR[result, value]
    return result
