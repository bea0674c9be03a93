"""Assessments that still have open questions: the engine asks, from what is known of each course."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dermograph.care.assess import AreaAssessment
from dermograph.clinic.intake.known import Known
from dermograph.clinic.overview.at_work import AtWork


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


def are_waiting(courses: Sequence[AtWork]) -> list[AtWork]:
    """The courses without a session whose verdict could still change by an answer."""
    return [at for at in courses if not at.sessions and at.verdict in ("", "incomplete")]


def open_assessments(courses: Sequence[AtWork], known: Mapping[uuid.UUID, Known]) -> list[Open]:
    """Those that wait for answers, the fewest questions first.

    Args:
        courses: The open courses of a clinic.
        known: What is known today, at least of those that wait.
    """
    found = [_open(at, known[at.course.pk]) for at in are_waiting(courses)]
    return sorted((one for one in found if one.assessment.ask), key=lambda one: len(one.assessment.ask))


def _open(at: AtWork, known: Known) -> Open:
    return Open(at, len(known.standing), known.assess(at.course, at.protocol))
