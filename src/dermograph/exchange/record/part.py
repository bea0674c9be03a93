"""What every part of a record has in common: its id, its origin, and, of entries, who wrote it and what it corrects."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, TypeAlias

from dermograph.exchange.record.unknown import UNWRITTEN, Unknown

Json: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a part came from, if not from this clinic.

    Attributes:
        source: The URI of the system that sent it; empty if it did not say.
        original: What it sent, as JSON: everything that we do not model stands there.
        at: When it was received, aware; None where that is not known.
    """

    source: str
    original: Json
    at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class Concept:
    """A coded word.

    Attributes:
        code: Empty where there are only words.
        system: The URI of the code system; empty for a word of Dermograph's own vocabulary, or without a code.
        words: What people read; empty where nothing was written.
    """

    code: str = ""
    system: str = ""
    words: str = ""


#: No word at all.
NO_CONCEPT: Final = Concept()


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of a record.

    Attributes:
        id: Its id, which pages and other systems name.
        origin: Where it came from; None for what was written here. It decides nothing of what is equal.
    """

    id: uuid.UUID
    origin: Origin | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry(Part):
    """A clinical entry: written once; a correction is another one that supersedes it.

    Attributes:
        written_at: When it was written down, with its zone.
        written_by: The practitioner who wrote it; None for what the patient sent, or where it is not known.
        supersedes: The entry that this one corrects.
        correction_reason: Why, in words; empty for none.
    """

    written_at: dt.datetime | Unknown = UNWRITTEN
    written_by: uuid.UUID | None = None
    supersedes: uuid.UUID | None = None
    correction_reason: str = ""


@dataclass(frozen=True, slots=True)
class Measured:
    """A measured value.

    Attributes:
        value: Finite.
        u: Its standard uncertainty in the same unit; Unknown where none was given, which is not zero.
        unit: As the measure names it, such as ``delta_e00``; empty for a number without one.
    """

    value: float
    u: float | Unknown = UNWRITTEN
    unit: str = ""


#: A measured value, or why there is none.
SomeMeasured: TypeAlias = Measured | Unknown
