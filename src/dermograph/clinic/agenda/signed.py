"""What the signed assessment of a course, and the medical lead's override of it, mean for booking."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from dataclasses import dataclass, replace

from dermograph.care.reasons import Reason
from dermograph.clinic.entries import Answered
from dermograph.clinic.intake.known import Known, known_from
from dermograph.clinic.intake.models import Assessment
from dermograph.clinic.intake.selectors import InForce, current_assessment, in_force
from dermograph.clinic.people.models import Course

INCOMPLETE = "assessment-incomplete"  # the rule of the reason that open questions give


@dataclass(frozen=True, slots=True)
class Signed:
    """What the signed assessment in force amounts to, for a plan.

    Attributes:
        clears_from: The first day from which it clears a session; None if it clears none.
        overridden: Whether it clears by the medical lead's override.
        rules: The ids of the rules that the assessment rested on; only these an override sets aside.
        asked: The facts that it still asked for.
    """

    clears_from: dt.date | None
    overridden: bool
    rules: frozenset[str]
    asked: frozenset[str]

    def clears(self, day: dt.date) -> bool:
        """Whether a session on that day may be booked by it."""
        return self.clears_from is not None and self.clears_from <= day

    def sets_aside(self, reason: Reason) -> bool:
        """Whether the override sets a reason aside. What came up after it was written, it does not."""
        if not self.overridden:
            return False
        if reason.rule == INCOMPLETE:
            return set(reason.facts) <= self.asked
        return reason.grade not in ("plan", "review") and reason.rule in self.rules


def signed_of(course: Course, answers: Iterable[Answered], today: dt.date) -> Signed | None:
    """What the assessment in force amounts to; None while none is signed.

    A signed block with a date clears from the day on which it is over.

    Args:
        course: Fetched with its clinic, patient and area.
        answers: Those that stand, with whose they are: what the patient has changed since clears nothing.
        today: In the clinic's time zone.
    """
    assessment = current_assessment(course)
    if assessment is None:
        return None
    now = known_from(course, answers, today)
    found = _in_force(course, assessment, now)
    clears_from = today if found.clears else None
    not_before = assessment.not_before
    if not found.clears and not_before is not None and not_before > today:
        clears_from = not_before if _in_force(course, assessment, replace(now, on=not_before)).clears else None
    said = assessment.result["en"]
    return Signed(
        clears_from=clears_from,
        overridden=found.clears and found.override is not None,
        rules=frozenset(reason["rule"] for reason in said["reasons"]),
        asked=frozenset(question["fact"] for question in said["ask"]),
    )


def _in_force(course: Course, assessment: Assessment, now: Known) -> InForce:
    found = in_force(course, assessment=assessment, now=now)
    assert found is not None  # noqa: S101 (there is an assessment)
    return found
