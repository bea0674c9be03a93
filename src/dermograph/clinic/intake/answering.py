"""Answers to the questionnaire: written once, corrected by another entry."""

from __future__ import annotations

import datetime as dt
import re
import uuid

from django.db import transaction

from dermograph.care.answer import answered
from dermograph.clinic import facts
from dermograph.clinic.audit.record import record
from dermograph.clinic.intake.guards import LONGEST_REASON, clean_words, refuse_closed, refuse_other_patient
from dermograph.clinic.intake.known import BIRTH
from dermograph.clinic.intake.meanwhile import ChangedMeanwhileError, Standing, refuse_if_changed
from dermograph.clinic.intake.models import Answer
from dermograph.clinic.people.models import Course, Patient, User
from dermograph.core.errors import InputError, Place, nearest, shown
from dermograph.core.text import Text
from dermograph.protocols import load_library
from dermograph.protocols.field import Field, Node
from dermograph.protocols.read_condition import read_fact_value
from dermograph.protocols.vocabulary import MISSING, Fact, FactValue, Missing

_WHOLE = re.compile(r"[0-9]{1,4}\Z")


def fact_named(name: str) -> Fact:
    """A fact that an answer can be given to.

    Raises:
        InputError: If the vocabulary has none of that name, or if it stands in the patient's record.
    """
    known = load_library().vocabulary.facts
    if name not in known:
        raise InputError(
            Text(f"Unknown fact {shown(name)}.", f"Dato desconocido {shown(name)}."), todo=nearest(name, known)
        )
    if name == BIRTH:
        raise InputError(
            Text("The date of birth stands in the patient's record.", "La fecha de nacimiento está en la ficha."),
            Place(field=BIRTH),
            Text("Change it there.", "Cámbiela allí."),
        )
    return known[name]


def value_from_form(fact: Fact, raw: str) -> bool | int | str:
    """What a form sends for a fact, as JSON would hold it; what cannot be one is left as it is, for the refusal."""
    if fact.type == "boolean":
        words: dict[str, bool | str] = {"true": True, "false": False}
        return words.get(raw, raw)
    if fact.type == "integer" and _WHOLE.match(raw):
        return int(raw)
    return raw


def read_answer(fact: Fact, value: object, missing: str) -> FactValue | Missing:
    """An answer as the engine takes it.

    Raises:
        InputError: If the fact cannot have that value, or there is no such reason for missing.
    """
    if missing:
        if missing not in MISSING or missing == "expired":
            raise InputError(Text(f"Unknown reason {shown(missing)}.", f"Motivo desconocido {shown(missing)}."))
        return Missing(missing)
    stored = value.isoformat() if isinstance(value, dt.date) else value
    if not isinstance(stored, bool | int | str):
        raise InputError(Text("The answer is missing.", "Falta la respuesta."), Place(field=fact.id))
    if stored == "" and fact.type in ("date", "date_or_word"):
        raise InputError(Text("The date is missing.", "Falta la fecha."), Place(field=fact.id))
    return read_fact_value(Field(Node(stored, 0), fact.id, ""), fact)


def answer_fact(  # noqa: PLR0913 (an answer with its course, its person, its form and its past; all are named)
    *,
    course: Course,
    who: User | None,
    fact: str,
    value: object = None,
    missing: str = "",
    entry: uuid.UUID | None = None,
    supersedes: uuid.UUID | Standing | None = "standing",
    reason: str = "",
    told_on: dt.date | None = None,
    account: User | None = None,
) -> Answer:
    """Write down one answer; where there is one already, it is superseded and stays readable.

    Args:
        course: The course that it was asked for; a fact of the patient then holds for all of their courses.
        who: Who wrote it down; None for the patient.
        fact: Its id in the vocabulary.
        value: As JSON holds it; a day may be a ``date``.
        missing: Why there is none, a key of ``MISSING``; ``not_asked`` takes an answer back.
        entry: The id of the new entry; where it exists already and says the same, that one is returned.
        supersedes: The answer that the person saw; ``"standing"`` corrects whatever stands.
        reason: Why it is corrected.
        told_on: The day on which the patient said it, where they said it elsewhere; the answer holds from then, and
            the reason, which says where, is kept of a first answer too. None for today.
        account: The patient's own, where they answered themselves: the audit trail names it.

    Raises:
        ChangedMeanwhileError: If another answer stands than the one that the person saw; also if the form was sent
            before with another answer.
        InputError: If the engine would refuse the answer, or the course is closed.
    """
    asked = fact_named(fact)
    answer = read_answer(asked, value, missing)
    about = None if asked.scope == "patient" else course
    with transaction.atomic():
        # The patient's row is the lock: two first answers to one question wait for each other.
        Patient.objects.select_for_update(no_key=True).get(pk=course.patient_id)
        refuse_closed(course)
        there: Answer | None = Answer.objects.filter(pk=entry).first() if entry else None
        if there is not None and _replayed(there, course, asked, answer):
            return there
        before: Answer | None = (
            Answer.objects.filter(patient=course.patient_id, course=about, fact=asked.id)
            .standing()
            .select_related("written_by")
            .order_by("written_at")
            .last()
        )
        if there is not None:
            raise ChangedMeanwhileError(before or there)
        refuse_if_changed(before, supersedes)
        on = told_on or facts.today(course)
        answered(facts.case_of(course, on), 0, asked, answer)
        new = Answer(
            pk=entry or uuid.uuid4(),
            clinic=course.clinic,
            written_by=who,
            patient=course.patient,
            course=about,
            fact=asked.id,
            value=None if isinstance(answer, Missing) else facts.stored_value(answer),
            missing=answer.why if isinstance(answer, Missing) else "",
            answered_on=on,
            supersedes=before,
            correction_reason=clean_words(reason, LONGEST_REASON) if before or told_on else "",
        )
        if before and (before.value, before.missing, before.answered_on) == (new.value, new.missing, on):
            return before
        new.save()
        action = "answer.corrected" if before else "answer.written"
        record(action, clinic=course.clinic, who=who or account, about=new, details={"fact": asked.id})
    return new


def _replayed(there: Answer, course: Course, fact: Fact, answer: FactValue | Missing) -> bool:
    """Whether the entry that a form has written before says what it says now.

    Raises:
        InputError: If the form was used for another question, course or patient.
    """
    refuse_other_patient(there, course)
    if there.fact != fact.id:
        raise InputError(Text("This form was used for another question.", "Este formulario se usó en otra pregunta."))
    if isinstance(answer, Missing):
        return there.missing == answer.why
    return not there.missing and bool(there.value == facts.stored_value(answer))
