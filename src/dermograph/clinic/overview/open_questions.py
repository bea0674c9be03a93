"""Assessments that still have open questions: the engine asks, from what is known of each course."""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from dermograph.care.assess import AreaAssessment
from dermograph.clinic.intake.known import Known
from dermograph.clinic.overview.at_work import AtWork

#: The engine is asked about so many of the courses that wait, the ones that were opened last.
LOOKED_AT: Final = 12


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


def open_assessments(waiting: Sequence[AtWork], known: Mapping[uuid.UUID, Known]) -> list[Open]:
    """Those of some courses whose verdict could still change by an answer, the fewest questions first.

    Args:
        waiting: Courses without a session and without a complete assessment.
        known: What is known today, at least of these.
    """
    found = [_open(at, known[at.course.pk]) for at in waiting]
    return sorted((one for one in found if one.assessment.ask), key=lambda one: len(one.assessment.ask))


def _open(at: AtWork, known: Known) -> Open:
    return Open(at, len(known.standing), known.assess(at.course, at.protocol))
