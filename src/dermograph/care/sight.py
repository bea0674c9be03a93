"""What a judge of a review sees, and what it decides."""

from __future__ import annotations

import datetime as dt
import enum
from dataclasses import dataclass

from dermograph.care.assess import AreaAssessment
from dermograph.care.case import Area, session_day
from dermograph.care.reasons import Reason
from dermograph.care.responses import Response, Target
from dermograph.core.text import Text
from dermograph.protocols.model import Protocol, Statement


class Decision(enum.Enum):
    """What is proposed after a session."""

    ANOTHER_SESSION = "another_session"
    WAIT = "wait"
    STOP_GOAL_MET = "stop_goal_met"
    STOP_PLATEAU = "stop_plateau"
    REFER = "refer"
    MAINTAIN = "maintain"
    NOT_COMPARABLE = "not_comparable"


@dataclass(frozen=True, slots=True)
class Sight:
    """Everything that a judge sees of one area.

    Attributes:
        on: The day of the review.
        history: The comparable measurements that count, by day.
        assessment: The assessment on the day of the review.
    """

    area: Area
    on: dt.date
    protocol: Protocol
    assessment: AreaAssessment
    history: tuple[Response, ...]
    target: Target

    @property
    def answers(self) -> tuple[Response, ...]:
        """The latest measurement for each number of sessions, ascending."""
        latest = {response.sessions: response for response in self.history}
        return tuple(latest[count] for count in sorted(latest))

    @property
    def last_session(self) -> dt.date:
        """The day of the last session."""
        return session_day(self.area.sessions[-1])

    def because(self, statement: Statement, decision: Decision, says: Text | None = None) -> Reason:
        """A reason of this review that a statement of the protocol carries."""
        words = says.typeset() if says else None
        return Reason.of_statement(statement, self.protocol, grade="review", effect=decision.value, says=words)


@dataclass(frozen=True, slots=True)
class Ruling:
    """What a judge decides.

    Attributes:
        until: For ``wait``: the first day on which to look again; None if no day can be known.
    """

    decision: Decision
    reasons: tuple[Reason, ...]
    until: dt.date | None = None
