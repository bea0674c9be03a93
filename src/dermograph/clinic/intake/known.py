"""What is known of a course on one day, with the entries that say so."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.db.models import Q

from dermograph.care.assess import AreaAssessment, assess_area
from dermograph.clinic import facts
from dermograph.clinic.entries import Answered
from dermograph.clinic.intake.models import Answer
from dermograph.clinic.people.models import Course
from dermograph.protocols import Protocol, load_library
from dermograph.protocols.vocabulary import FactValue, Missing

BIRTH = "birth_date"


@dataclass(frozen=True, slots=True)
class Known:
    """The facts of a course on one day: the same as in ``facts.case_of``, with their history.

    Attributes:
        facts: What is known, of the patient and of the area; the date of birth comes from the patient's record.
        missing: Why a fact is not known, where somebody said so.
        standing: The answer that stands, by fact.
        history: All answers by fact, the latest first; empty where only the standing ones were read.
    """

    on: dt.date
    facts: Mapping[str, FactValue]
    missing: Mapping[str, Missing]
    standing: Mapping[str, Answer | Answered]
    history: Mapping[str, tuple[Answer, ...]]

    def frozen(self) -> dict[str, Any]:
        """As an assessment stores it: ``{"facts", "missing", "answers"}``, the last with the id of each answer."""
        return {
            "facts": {name: facts.stored_value(value) for name, value in sorted(self.facts.items())},
            "missing": {name: value.why for name, value in sorted(self.missing.items())},
            "answers": {name: str(answer.pk) for name, answer in sorted(self.standing.items())},
        }

    def digest(self, protocol: Protocol) -> str:
        """SHA-256 of what a page shows, so that nobody signs what they have not seen."""
        said = {**self.frozen(), "on": self.on.isoformat(), "protocol": protocol.hash}
        return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()

    def assess(self, course: Course, protocol: Protocol) -> AreaAssessment:
        """What it decides."""
        return assess_area(course.area.name, self.facts, self.on, protocol, self.missing)


def known(course: Course, on: dt.date | None = None) -> Known:
    """What is known of a course, with the history of every answer, in one query.

    Args:
        course: Best fetched with its clinic, patient and area.
        on: The day that is decided for; None for today in the clinic.
    """
    day = on or facts.today(course)
    kinds = load_library().vocabulary.facts
    written = list(
        Answer.objects.filter(Q(course=None) | Q(course=course), patient=course.patient_id)
        .select_related("written_by")
        .order_by("written_at")
    )
    superseded = {answer.supersedes_id for answer in written}
    history: dict[str, tuple[Answer, ...]] = {}
    for answer in written:
        if answer.fact in kinds:
            history[answer.fact] = (answer, *history.get(answer.fact, ()))
    return replace(known_from(course, (one for one in written if one.pk not in superseded), day), history=history)


def known_from(course: Course, answers: Iterable[Answer | Answered], on: dt.date) -> Known:
    """The same without the history, from answers that are there already.

    Args:
        course: Fetched with its patient.
        answers: Those that stand, of the course and of the whole patient, by when they were written down.
        on: The day that is decided for.
    """
    vocabulary = load_library().vocabulary
    values: dict[str, FactValue] = {}
    missing: dict[str, Missing] = {}
    standing: dict[str, Answer | Answered] = {}
    born = course.patient.birth_date
    if born is not None and born <= on:
        values[BIRTH] = born
    for answer in answers:
        fact = vocabulary.facts.get(answer.fact)
        if fact is None or answer.answered_on > on:
            continue
        standing[fact.id] = answer
        if answer.missing:
            missing[fact.id] = Missing(answer.missing)
        else:
            values[fact.id] = facts.read_value(fact, answer.value)
    return Known(on, values, {name: why for name, why in missing.items() if name not in values}, standing, {})


def thawed(stored: Mapping[str, Any]) -> tuple[dict[str, FactValue], dict[str, Missing]]:
    """The facts and the missing ones of a signed assessment; what the vocabulary no longer knows is left out."""
    vocabulary = load_library().vocabulary
    values = {
        name: facts.read_value(vocabulary.facts[name], value)
        for name, value in stored["facts"].items()
        if name in vocabulary.facts
    }
    return values, {name: Missing(why) for name, why in stored["missing"].items() if name in vocabulary.facts}
