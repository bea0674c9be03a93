"""What was decided: assessments with their reasons, overrides, reviews."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass, field

from dermograph.exchange.record.part import Entry, Json, Part
from dermograph.exchange.record.partial import SomeDay, SomeTime
from dermograph.exchange.record.unknown import UNWRITTEN, Unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Assessment(Entry):
    """A signed assessment of a course, pinned to the protocol that decided it.

    Attributes:
        protocol: The id of the protocol.
        plan: The plan of the course; None where none is known.
        verdict, worst_case: As the protocol decided; words of ``care.verdict``.
        not_before: The first day on which all dated blocks are over; unknown where no day can be known.
        facts: What it was made from, as it was stored.
        result: The whole assessment with reasons and sources, as it was stored, in both languages.
    """

    patient: uuid.UUID | None = None
    course: uuid.UUID | None = None
    plan: uuid.UUID | None = None
    assessed_on: SomeDay = UNWRITTEN
    verdict: str = ""
    worst_case: str = ""
    not_before: SomeDay = UNWRITTEN
    facts: Json = field(default_factory=dict)
    result: Json = field(default_factory=dict)
    protocol: str = ""
    protocol_version: str = ""
    protocol_hash: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue(Part):
    """One reason of an assessment against a treatment, or a condition of it.

    Attributes:
        assessment: Whose reason it is.
        area: The area of skin that was assessed.
        name: As the clinic calls the area.
        at: When the assessment was signed.
        rule: The id of the statement behind it.
        grade, effect: As the protocol grades it, and the verdict that it leads to; words of ``care``.
        words, words_es: What people read, in English and in Spanish.
        until: The first day on which it is over; unknown where no day can be known.
        asked_of, asked_of_es: Whose word is asked for, in both languages; empty for nobody's.
        places: The places in the sources that say so, in words.
        facts: The facts that decide it.
        answers: The answers that said so.
    """

    patient: uuid.UUID | None = None
    assessment: uuid.UUID | None = None
    area: uuid.UUID | None = None
    name: str = ""
    at: SomeTime = UNWRITTEN
    rule: str = ""
    grade: str = ""
    effect: str = ""
    words: str = ""
    words_es: str = ""
    until: SomeDay = UNWRITTEN
    asked_of: str = ""
    asked_of_es: str = ""
    places: tuple[str, ...] = ()
    facts: tuple[str, ...] = ()
    answers: tuple[uuid.UUID, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Override(Entry):
    """The medical lead's decision to go on against a verdict, with the reason."""

    patient: uuid.UUID | None = None
    assessment: uuid.UUID | None = None
    verdict: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review(Entry):
    """A signed review.

    Attributes:
        proposed, decision: What was proposed, and what the person decided.
        reason: Why, where the two differ.
        proposal, facts: As they were stored.
    """

    patient: uuid.UUID | None = None
    course: uuid.UUID | None = None
    reviewed_on: SomeDay = UNWRITTEN
    proposed: str = ""
    decision: str = ""
    reason: str = ""
    proposal: Json = field(default_factory=dict)
    facts: Json = field(default_factory=dict)
    signed_name: str = ""
    signed_at: dt.datetime | Unknown = UNWRITTEN
    protocol_version: str = ""
    protocol_hash: str = ""
