"""Assessments that still have open questions: the engine asks, with the answers of all courses fetched at once."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from dermograph.care.assess import AreaAssessment, assess_area
from dermograph.clinic.facts import read_value
from dermograph.clinic.intake.models import Answer
from dermograph.clinic.overview.at_work import AtWork
from dermograph.protocols import load_library
from dermograph.protocols.vocabulary import FactValue, Missing


@dataclass(frozen=True, slots=True)
class Open:
    """A course whose assessment is not complete.

    Attributes:
        answered: How many answers there are.
        assessment: As it would be today.
    """

    at: AtWork
    answered: int
    assessment: AreaAssessment


def open_assessments(courses: Sequence[AtWork], today: dt.date) -> list[Open]:
    """The courses without a session whose verdict could still change by an answer, the fewest questions first."""
    waiting = [at for at in courses if not at.sessions and at.verdict in ("", "incomplete")]
    if not waiting:
        return []
    patients = {at.course.patient_id for at in waiting}
    answers: dict[Any, list[Answer]] = {}
    for answer in Answer.objects.standing().filter(patient__in=patients).order_by("written_at"):
        answers.setdefault(answer.patient_id, []).append(answer)
    found = [_open(at, answers.get(at.course.patient_id, []), today) for at in waiting]
    return sorted((one for one in found if one.assessment.ask), key=lambda one: len(one.assessment.ask))


def _open(at: AtWork, answers: Iterable[Answer], today: dt.date) -> Open:
    """One course with what its answers say today, read as ``facts.case_of`` reads them."""
    vocabulary = load_library().vocabulary
    facts: dict[str, FactValue] = {}
    missing: dict[str, Missing] = {}
    count = 0
    born = at.course.patient.birth_date
    if born is not None and born <= today:
        facts["birth_date"] = born
    for answer in answers:
        fact = vocabulary.facts.get(answer.fact)
        if fact is None or answer.answered_on > today or answer.course_id not in (None, at.course.pk):
            continue
        count += 1
        if answer.missing:
            missing[fact.id] = Missing(answer.missing)
        else:
            facts[fact.id] = read_value(fact, answer.value)
    unknown = {name: why for name, why in missing.items() if name not in facts}
    return Open(at, count, assess_area(at.course.area.name, facts, today, at.protocol, unknown))
