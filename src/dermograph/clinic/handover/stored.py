"""What is asked of the shelf, and what it gives."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from dermograph.exchange.fhir.elements import Element
from dermograph.exchange.fhir.outcome import Issue

MOST: int = 1000
"""So many are given at once, whatever is asked."""


@dataclass(frozen=True, slots=True)
class Stored:
    """One resource of a clinic.

    Attributes:
        resource: As it would be sent now; nobody may change it in place.
        version: Another one whenever the resource says something else.
        changed_at: When it last changed, aware.
        patient: Whose record it belongs to; None for what belongs to the clinic.
        issues: What was told when it was written; nothing of what is only read.
    """

    resource: Element
    version: str
    changed_at: dt.datetime
    patient: uuid.UUID | None
    issues: tuple[Issue, ...] = ()


@dataclass(frozen=True, slots=True)
class Asked:
    """What is looked for. What is empty or None asks for nothing.

    Attributes:
        kind: The type of the resource.
        patient: Whose.
        ids: Any of these.
        identifier: A system and a value; an empty system means any.
        name: Every word of it begins a word of the name.
        birth_date: A day, a month or a year, as FHIR writes it.
        code: What the resource is of, with or without its system before a ``|``.
        dates: The clinic's days from and to which, both inclusive.
        since: What changed after that instant.
        offset: How many are passed over.
        count: How many are given, at most ``MOST``.
        beyond: Whether what was received about anybody is found, of types of which some are nobody's.
        reached: Whose is found where ``beyond`` is not; None for only what is nobody's.
    """

    kind: str
    patient: uuid.UUID | None = None
    ids: tuple[uuid.UUID, ...] = ()
    identifier: tuple[str, str] | None = None
    name: str = ""
    birth_date: str = ""
    code: str = ""
    dates: tuple[dt.date | None, dt.date | None] = (None, None)
    since: dt.datetime | None = None
    offset: int = 0
    count: int = 50
    beyond: bool = True
    reached: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """A page of what was found.

    Attributes:
        total: How many there are on all pages.
        is_whole: Whether everything was looked at; else what was received is sealed, and more may fit.
    """

    stored: tuple[Stored, ...]
    total: int
    is_whole: bool = True
