"""The questions of a course as the patient is asked them: one at a time, in plain words, without any verdict.

An answer holds as the patient's own; the practitioner sees who gave it and when. What a practitioner has found on the
skin is neither shown here nor changed from here.
"""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Final

from django.db import transaction

from dermograph.clinic import facts
from dermograph.clinic.intake.answering import answer_fact, fact_named, value_from_form
from dermograph.clinic.intake.known import Known, known
from dermograph.clinic.intake.meanwhile import ChangedMeanwhileError
from dermograph.clinic.intake.models import Answer
from dermograph.clinic.intake.plain_questions import HELPS, NOT_KNOWN, QUESTIONS, REFUSED
from dermograph.clinic.intake.questionnaire import Attempt, questionnaire
from dermograph.clinic.intake.questions import Choice, Row, read_try
from dermograph.clinic.people.models import Course, User
from dermograph.clinic.portal.giving import refuse_ended, refuse_more_than
from dermograph.core.errors import InputError
from dermograph.core.text import Language, Text
from dermograph.protocols.vocabulary import Fact

#: Judged by eye and touch, or by a doctor: once the clinic has written one down, the patient does not correct it.
JUDGED: Final = frozenset(
    {
        *("lesion", "stage", "scar_type", "degree", "reversible", "graft_candidate", "phototype"),
        *("infection", "herpes", "acne", "tanned", "vitiligo_active", "keloid_tendency", "healed"),
    }
)
MOST_A_DAY: Final = 150  # answers of a patient in 24 h; the longest questionnaire asks for a third of that
MISSING_HERE: Final = ("not_known", "refused")  # what a patient's buttons can say in place of an answer
_PLAIN_MISSING: Final = {
    "not_known": Text("you do not know yet", "aún no lo sabe"),
    "refused": Text("you would rather not say", "prefiere no decirlo"),
    "not_asked": Text("not answered", "sin responder"),
    "not_applicable": Text("does not apply to you", "no procede en su caso"),
}


@dataclass(frozen=True, slots=True)
class Told:
    """One answer that stands, as the patient reads it.

    Attributes:
        by_clinic: Whether somebody of the clinic wrote it down.
        known: Whether it is an answer, and not why there is none.
    """

    fact: Fact
    question: Text
    reads: Text
    answer: Answer
    by_clinic: bool
    known: bool


@dataclass(frozen=True, slots=True)
class Asking:
    """What the page shows.

    Attributes:
        row: The question that is asked now; None if none is left.
        buttons: Its large buttons.
        now: How it was answered until now; None if it was not.
        left: How many are still open, this one among them.
        told: What was answered, the patient's own first, each in the vocabulary's order.
        needs_birth: Whether the date of birth is missing from the patient's record.
    """

    row: Row | None
    question: Text | None
    help: Text | None
    buttons: tuple[Choice, ...]
    now: Text | None
    left: int
    told: tuple[Told, ...]
    needs_birth: bool

    @property
    def is_changed_meanwhile(self) -> bool:
        """Whether somebody answered it since the page was opened."""
        return self.row is not None and isinstance(self.row.error, ChangedMeanwhileError)


def asking(course: Course, language: Language, change: str = "", attempt: Attempt | None = None) -> Asking:
    """The next question of a course, or the one that is to be answered again; one query.

    Args:
        course: With its patient, area and clinic.
        language: Of the page.
        change: The fact whose answer is to be changed; empty for the next question.
        attempt: The answer that was just refused.
    """
    protocol, now = facts.protocol_of(course), known(course)
    area = now.assess(course, protocol)
    every = questionnaire(now, area, protocol, language, change=change, attempt=attempt)
    rows = [*every.to_ask, *every.unknown, *every.patient, *every.area, *every.rest]
    by_fact = {row.fact.id: row for row in rows}
    wanted = by_fact.get(attempt.fact if attempt else change)
    if wanted is not None and not may_answer(wanted.fact, now):
        wanted = None
    row = wanted or next(iter(every.to_ask), None)
    if course.closed_at is not None:
        row = None
    told = [_told(one) for one in rows if one.answer is not None and one.answer.answer.missing != "not_asked"]
    return Asking(
        row=row,
        question=plain_question(row.fact) if row else None,
        help=HELPS.get(row.fact.id, row.fact.help) if row else None,
        buttons=_buttons(row) if row else (),
        now=_reading(row) if row and row.answer else None,
        left=len(every.to_ask),
        told=tuple(sorted((one for one in told if not _is_hidden(one)), key=lambda one: one.by_clinic)),
        needs_birth=every.birth is not None,
    )


def answer(
    *,
    course: Course,
    account: User,
    fact: str,
    raw: str,
    missing: str,
    entry: uuid.UUID,
    supersedes: uuid.UUID | None,
) -> Answer:
    """Write down what the patient answered.

    Args:
        course: Theirs, with its patient and clinic.
        account: Theirs.
        fact: Its id in the vocabulary.
        raw: What the form sends as its value.
        missing: Why there is none, one of ``MISSING_HERE``; empty with a value.
        entry: The id of the new entry; a replay finds what is there.
        supersedes: The answer that the patient saw; None if there was none.

    Raises:
        ChangedMeanwhileError: If another answer stands than the one that the patient saw.
        InputError: If it cannot be answered so, or not here.
    """
    refuse_ended(course)
    asked = fact_named(fact)
    if missing and missing not in MISSING_HERE:
        raise InputError(
            Text("That cannot be answered here.", "Eso no se puede responder aquí."),
            todo=Text("Choose one of the buttons.", "Elija uno de los botones."),
        )
    if asked.id in JUDGED and not may_answer(asked, known(course)):
        raise InputError(
            Text("The clinic has looked at this itself.", "Esto lo ha valorado la propia clínica."),
            todo=Text("If it has changed, write to the clinic.", "Si ha cambiado, escriba a la clínica."),
        )
    with transaction.atomic():
        refuse_more_than(MOST_A_DAY, Answer.objects.filter(patient=course.patient_id, written_by=None), course, entry)
        return answer_fact(
            course=course,
            who=None,
            account=account,
            fact=asked.id,
            value=value_from_form(asked, raw),
            missing=missing,
            entry=entry,
            supersedes=supersedes,
        )


def refused(course: Course, fact: str, raw: str, missing: str, error: InputError) -> Attempt:
    """An answer that was refused, as the page shows it again."""
    there = facts.protocol_of(course).vocabulary.facts.get(fact)
    return Attempt(fact, error, read_try(there, raw, missing) if there else None)


def may_answer(fact: Fact, now: Known) -> bool:
    """Whether the patient may answer: not what somebody of the clinic has judged."""
    standing = now.history.get(fact.id, ())
    return fact.id not in JUDGED or not standing or standing[0].written_by_id is None or bool(standing[0].missing)


def plain_question(fact: Fact) -> Text:
    """How a patient is asked."""
    return QUESTIONS.get(fact.id, fact.question)


def _is_hidden(told: Told) -> bool:
    return told.by_clinic and told.fact.id in JUDGED


def _told(row: Row) -> Told:
    past = row.answer
    assert past is not None  # noqa: S101 (only rows with an answer come here)
    by_clinic = past.answer.written_by_id is not None
    return Told(row.fact, plain_question(row.fact), _reading(row), past.answer, by_clinic, past.known)


def _reading(row: Row) -> Text:
    past = row.answer
    assert past is not None  # noqa: S101 (the same)
    return past.reads if past.known else _PLAIN_MISSING.get(past.answer.missing, past.reads)


def _buttons(row: Row) -> tuple[Choice, ...]:
    values = tuple(one for one in row.choices if one.name == "value")
    missing = row.answer.answer.missing if row.answer else ""
    return (
        *values,
        Choice("missing", "not_known", NOT_KNOWN, chosen=missing == "not_known"),
        Choice("missing", "refused", REFUSED, chosen=missing == "refused"),
    )
