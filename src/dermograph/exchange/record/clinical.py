"""What is known of the patient, what was seen after sessions, and what went wrong."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from typing import TypeAlias

from dermograph.exchange.record.part import NO_CONCEPT, Concept, Entry, Measured, Part
from dermograph.exchange.record.partial import PartialDate, SomeDay, SomeTime
from dermograph.exchange.record.unknown import UNWRITTEN, Unknown

#: What an answer may be: yes or no, a number, a word of the vocabulary, words, a day; or why there is none.
Said: TypeAlias = bool | int | Measured | Concept | str | PartialDate | dt.datetime | Unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer(Entry):
    """One fact as somebody answered it, or why it is not known.

    Attributes:
        course: The course whose area it is about; None for a fact of the patient.
        fact: Its id in the vocabulary.
        value: What was answered, or why nothing was.
        answered_on: The day from which it holds.
        response: The answers that were given together, of which it is one; None where that is not known.
    """

    patient: uuid.UUID | None = None
    course: uuid.UUID | None = None
    fact: str = ""
    value: Said = UNWRITTEN
    answered_on: SomeDay = UNWRITTEN
    response: uuid.UUID | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One question of a questionnaire with its answer, or why it has none.

    Attributes:
        link: Its linkId.
        value: What was answered; of a word its code in the questionnaire.
    """

    link: str
    value: Said = UNWRITTEN


@dataclass(frozen=True, slots=True, kw_only=True)
class Response(Part):
    """Answers that one person gave or wrote down on one day: about one course, or about the patient.

    Attributes:
        course: The course whose area they are about; None where they are about the patient.
        protocol: The id of the protocol whose questions they answer; empty where that is not known.
        author: The practitioner who wrote them down; None where the patient did, or it is not known.
        by_patient: Whether the patient gave them without anybody of the clinic.
        answered_at: When the last of them was written down, or the day from which they hold.
        changed_at: When one of them was written down or replaced last; unknown where nobody says so.
        state: ``completed``, ``amended`` where one of them was replaced since, or ``entered-in-error`` where all were
            taken back.
    """

    patient: uuid.UUID | None = None
    course: uuid.UUID | None = None
    protocol: str = ""
    author: uuid.UUID | None = None
    by_patient: bool = False
    answered_at: SomeTime = UNWRITTEN
    changed_at: dt.datetime | Unknown = UNWRITTEN
    state: str = ""
    items: tuple[Item, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening(Entry):
    """Something dated that rules speak of, such as sun on the area.

    Attributes:
        course: None if it concerns all areas.
        first, last: Its days, both inclusive.
        cancelled: That a correction says it did not happen.
    """

    patient: uuid.UUID | None = None
    course: uuid.UUID | None = None
    what: str = ""
    first: SomeDay = UNWRITTEN
    last: SomeDay = UNWRITTEN
    cancelled: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Symptom(Entry):
    """A sign that was seen or reported after a session.

    Attributes:
        sign: Its id in the vocabulary.
        reported_on: The day on which it was told.
        began_on, gone_on: Since when, and on which day it was gone; unknown while that was not told.
        first_told_at: When it was told first, where this entry corrects that one.
        seen_at, seen_by: When somebody of the clinic looked at it, and who; unknown and None while it is an open alert.
    """

    patient: uuid.UUID | None = None
    course: uuid.UUID | None = None
    sign: str = ""
    reported_on: SomeDay = UNWRITTEN
    began_on: SomeDay = UNWRITTEN
    gone_on: SomeDay = UNWRITTEN
    words: str = ""
    first_told_at: dt.datetime | Unknown = UNWRITTEN
    by_patient: bool = False
    seen_at: dt.datetime | Unknown = UNWRITTEN
    seen_by: uuid.UUID | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AdverseEvent(Part):
    """Something that went wrong, or might have.

    Attributes:
        kind: What happened.
        happened: Whether it did (``actual``) or might have (``potential``).
        at, noticed_at, recorded_at: When it was, was noticed and was written down.
        serious, severity, outcome: As they were judged, in codes of the standard (``mild``, ``resolved`` …); without
            a code where nobody judged.
        suspects: Lots, sessions or substances that may have caused it, each a reference such as ``Procedure/…``.
    """

    patient: uuid.UUID | None = None
    kind: Concept = NO_CONCEPT
    happened: str = ""
    at: SomeTime = UNWRITTEN
    noticed_at: SomeTime = UNWRITTEN
    recorded_at: SomeTime = UNWRITTEN
    serious: Concept = NO_CONCEPT
    severity: Concept = NO_CONCEPT
    outcome: Concept = NO_CONCEPT
    recorded_by: uuid.UUID | None = None
    suspects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding(Part):
    """What another system observed: a value with its method and its error, or why there is none.

    Attributes:
        what: What was observed.
        value: What came of it.
        method: How; without code and words where that was not said.
        state: ``final``, ``preliminary``, ``amended`` …
    """

    patient: uuid.UUID | None = None
    what: Concept = NO_CONCEPT
    value: Said = UNWRITTEN
    at: SomeTime = UNWRITTEN
    method: Concept = NO_CONCEPT
    state: str = ""
