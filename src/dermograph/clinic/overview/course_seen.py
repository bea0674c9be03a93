"""What a course line is made from, and the questions that its steps ask of it."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from dermograph.care.assess import AreaAssessment
from dermograph.care.verdict import Verdict
from dermograph.clinic.entries import Decided, Held
from dermograph.clinic.intake.selectors import InForce
from dermograph.clinic.overview.course_records import Rows, Taken
from dermograph.clinic.people.models import Course
from dermograph.protocols import Protocol

AGAIN = ("wait", "not_comparable")  # decisions after which the same session is reviewed once more


@dataclass(frozen=True, slots=True)
class Seen:
    """A course with everything that its line is made from.

    Attributes:
        in_force: What the signed assessment amounts to today; None if none is signed.
        assessed: What is known today and what that decides, signed or not.
    """

    course: Course
    rows: Rows
    in_force: InForce | None
    assessed: AreaAssessment
    protocol: Protocol

    @property
    def to_be_renewed(self) -> bool:
        """Whether the signed assessment no longer says what is known."""
        if self.in_force is None:
            return False
        signed, now = self.in_force.assessment.facts, self.rows.known.frozen()
        changed = any(signed.get(part, {}) != now[part] for part in ("facts", "missing"))
        return changed or self.in_force.outdated or self.in_force.verdict is Verdict.INCOMPLETE

    @property
    def standing_verdict(self) -> Verdict | None:
        """The verdict that stands against the course; None if none does, or if it has to be looked at again."""
        if self.in_force is None or self.to_be_renewed or self.in_force.clears:
            return None
        return self.in_force.verdict

    @property
    def last_review(self) -> Decided | None:
        """The last review after the last session; None while there is none."""
        if not self.rows.sessions:
            return None
        after = self.reviews_of(len(self.rows.sessions) - 1)
        return after[-1] if after else None

    def reviews_of(self, index: int) -> tuple[Decided, ...]:
        """The reviews that were signed between a session and the next one."""
        held = self.rows.sessions
        until = held[index + 1].on if index + 1 < len(held) else dt.date.max
        return tuple(review for review in self.rows.reviews if held[index].on < review.on <= until)

    @property
    def follow_ups(self) -> tuple[Taken, ...]:
        """The photographs that show what the last session did, and that no review has judged yet."""
        held, review = self.rows.sessions, self.last_review
        first = self.measure_from(held[-1]) if held else dt.date.max
        taken = tuple(one for one in self.rows.photographs if one.on >= first)
        if review is None:
            return taken
        # After "not comparable" a photograph is taken again, perhaps on the same day.
        again = review.decision == "not_comparable"
        return tuple(
            one
            for one in taken
            if one.on > review.on or (again and one.on == review.on and one.verdict != "not_comparable")
        )

    def measure_from(self, session: Held) -> dt.date:
        """The first day on which what a session did can be measured."""
        return self.protocol.review.measure_after.period.after(session.on)
