"""The course line: every step of a course from the assessment to the outcome, where it stands, and what to do next.

What it says follows from rows alone. A step is done only where a row says so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dermograph.care.assess import AreaAssessment
from dermograph.clinic import facts
from dermograph.clinic.entries import Entries
from dermograph.clinic.intake.selectors import InForce, in_force
from dermograph.clinic.overview.course_actions import action_for
from dermograph.clinic.overview.course_records import Rows
from dermograph.clinic.overview.course_rows import rows_of
from dermograph.clinic.overview.course_seen import Seen
from dermograph.clinic.overview.course_step import Action, Step
from dermograph.clinic.overview.course_steps import steps_of
from dermograph.clinic.people.models import Course
from dermograph.protocols import Protocol

__all__ = ["Action", "Line", "Step", "line_of", "lines_of", "next_action", "steps"]


@dataclass(frozen=True, slots=True)
class Line:
    """A course as its page shows it.

    Attributes:
        in_force: What the signed assessment amounts to today; None if none is signed.
        assessed: What is known today and what that decides, signed or not.
    """

    course: Course
    steps: tuple[Step, ...]
    action: Action
    rows: Rows
    in_force: InForce | None
    assessed: AreaAssessment
    protocol: Protocol

    @property
    def present(self) -> Step:
        """The step at which the course stands."""
        return next(step for step in self.steps if step.is_present)


def steps(course: Course) -> tuple[Step, ...]:
    """The steps of a course, in order; exactly one of them is where it stands.

    Args:
        course: Fetched with its clinic, patient and area.
    """
    return line_of(course).steps


def next_action(course: Course) -> Action:
    """The next right thing to do in a course."""
    return line_of(course).action


def line_of(course: Course, rows: Rows | None = None, entries: Entries | None = None) -> Line:
    """The steps and the next action of one course.

    Args:
        course: Fetched with its clinic, patient and area.
        rows: Where they are there already.
        entries: The same.
    """
    rows = rows or rows_of([course], entries={course.pk: entries} if entries else None)[course.pk]
    protocol = facts.protocol_of(course)
    force = in_force(course, on=rows.today, assessment=rows.assessment, now=rows.known) if rows.assessment else None
    assessed = rows.known.assess(course, protocol)
    seen = Seen(course, rows, force, assessed, protocol)
    found = steps_of(seen)
    return Line(course, found, action_for(seen, found), rows, force, assessed, protocol)


def lines_of(courses: Sequence[Course]) -> list[Line]:
    """The same of several courses, with hardly more queries than for one."""
    rows = rows_of(courses)
    return [line_of(course, rows[course.pk]) for course in courses]
