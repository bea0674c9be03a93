"""What a reviewer is shown, as one value: the proposal, what it was made from, and a digest of both."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from dermograph.care.case import Area, session_day
from dermograph.care.review import AreaReview, review
from dermograph.clinic.entries import Entries, entries_of
from dermograph.clinic.facts import case_of, protocol_of
from dermograph.clinic.people.models import Course
from dermograph.clinic.treatment.case_file import case_file
from dermograph.core.text import LANGUAGES
from dermograph.protocols.model import Protocol


@dataclass(frozen=True)
class Proposal:
    """The proposal for one course on one day.

    Attributes:
        area: Everything that it was made from.
        proposed: What ``care`` proposes.
        facts: The same as ``area``, as a case file.
        entries: What stands of the course, whatever the day.
    """

    on: dt.date
    protocol: Protocol
    area: Area
    proposed: AreaReview
    facts: dict[str, Any]
    entries: Entries

    @cached_property
    def json(self) -> dict[str, Any]:
        """The proposal in both languages."""
        return {language: self.proposed.to_json(language) for language in LANGUAGES}

    @cached_property
    def digest(self) -> str:
        """SHA-256 of what is shown and of what it was made from, so that nobody signs what they have not seen."""
        said = {"proposal": self.json, "facts": self.facts, "protocol": self.protocol.hash}
        return hashlib.sha256(json.dumps(said, sort_keys=True, ensure_ascii=False).encode()).hexdigest()

    @property
    def last_session(self) -> dt.date:
        """The day of the last session."""
        return session_day(self.area.sessions[-1])


def proposal_for(course: Course, on: dt.date) -> Proposal | None:
    """What is proposed for a course on a day; None where no session was held by then.

    Args:
        course: Fetched with its clinic, patient and area.
        on: The day of the review.
    """
    entries = entries_of([course])[course.pk]
    case = case_of(course, on, entries)
    area = case.areas[0]
    if not area.sessions:
        return None
    protocol = protocol_of(course)
    proposed = review(case, protocol, on=on).areas[0]
    return Proposal(on, protocol, area, proposed, case_file(case, protocol.vocabulary, reviewed_on=on), entries)
