"""What is known of the courses of the dashboard today, and whether it clears a session: one query each."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from dermograph.care.verdict import Verdict
from dermograph.clinic.intake.known import Known, known_from
from dermograph.clinic.intake.models import Answer, Assessment
from dermograph.clinic.intake.selectors import in_force, with_overrides
from dermograph.clinic.overview.at_work import AtWork


def known_of(courses: Sequence[AtWork], today: dt.date) -> dict[uuid.UUID, Known]:
    """What is known of each course on a day, by their ids."""
    if not courses:
        return {}
    answers: dict[uuid.UUID, list[Any]] = {}
    patients = {at.course.patient_id for at in courses}
    for answer in Answer.objects.standing().filter(patient__in=patients).order_by("written_at"):
        answers.setdefault(answer.patient_id, []).append(answer)
    found = {}
    for at in courses:
        own = [one for one in answers.get(at.course.patient_id, ()) if one.course_id in (None, at.course.pk)]
        found[at.course.pk] = known_from(at.course, own, today)
    return found


def verdicts_of(courses: Sequence[AtWork], known: Mapping[uuid.UUID, Known]) -> dict[uuid.UUID, Verdict]:
    """The verdict that holds today for each course with a signed assessment, by their ids.

    Args:
        courses: Which.
        known: What is known today, at least of these.
    """
    signed = [at for at in courses if at.verdict]
    if not signed:
        return {}
    rows = Assessment.objects.standing().filter(course__in=[at.course.pk for at in signed]).order_by("written_at")
    latest = {one.course_id: one for one in with_overrides(rows)}
    return {at.course.pk: _verdict(at, latest[at.course.pk], known[at.course.pk]) for at in signed}


def _verdict(at: AtWork, assessment: Assessment, known: Known) -> Verdict:
    force = in_force(at.course, assessment=assessment, now=known)
    assert force is not None  # noqa: S101 (there is an assessment)
    return force.verdict
