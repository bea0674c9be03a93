"""Assessments, consents, sessions, symptoms and reviews."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

from dermograph.client.asking import Client, operation
from dermograph.client.shapes import (
    AnswerNew,
    AssessmentNow,
    ConsentOut,
    HappeningNew,
    HappeningOut,
    ProposalOut,
    ReviewOut,
    SessionNew,
    SessionOut,
    SignedOut,
    SymptomNew,
    SymptomOut,
)


class ClinicalCalls(Client):
    """Calls about what is known of a course and what was done."""

    @operation("get_assessment_now")
    def get_assessment_now(self, course: uuid.UUID) -> AssessmentNow:
        """What is known of a course today, and what it decides."""
        return self._get(f"/courses/{course}/assessment", AssessmentNow)

    @operation("answer_question")
    def answer_question(self, course: uuid.UUID, given: AnswerNew, *, key: str | None = None) -> AssessmentNow:
        """Write down one answer, and read what it decides."""
        return self._write("POST", f"/courses/{course}/answers", AssessmentNow, given, key=key)

    @operation("list_signed_assessments")
    def list_signed_assessments(self, course: uuid.UUID, *, limit: int = 100) -> Iterator[SignedOut]:
        """The signed assessments of a course."""
        return self._list(f"/courses/{course}/assessments", SignedOut, limit=limit)

    @operation("get_signed_assessment")
    def get_signed_assessment(self, assessment: uuid.UUID) -> SignedOut:
        """A signed assessment."""
        return self._get(f"/assessments/{assessment}", SignedOut)

    @operation("list_happenings")
    def list_happenings(self, course: uuid.UUID) -> Iterator[HappeningOut]:
        """Dated things that rules speak of."""
        return self._list(f"/courses/{course}/happenings", HappeningOut)

    @operation("write_happening")
    def write_happening(self, course: uuid.UUID, given: HappeningNew, *, key: str | None = None) -> HappeningOut:
        """Write down something dated, such as sun on the area."""
        return self._write("POST", f"/courses/{course}/happenings", HappeningOut, given, key=key)

    @operation("list_consents")
    def list_consents(self, course: uuid.UUID) -> Iterator[ConsentOut]:
        """The consents that stand for a course."""
        return self._list(f"/courses/{course}/consents", ConsentOut)

    @operation("get_consent")
    def get_consent(self, consent: uuid.UUID) -> ConsentOut:
        """A consent."""
        return self._get(f"/consents/{consent}", ConsentOut)

    @operation("list_sessions")
    def list_sessions(self, course: uuid.UUID, *, limit: int = 100) -> Iterator[SessionOut]:
        """The sessions of a course, corrected ones too."""
        return self._list(f"/courses/{course}/sessions", SessionOut, limit=limit)

    @operation("get_session")
    def get_session(self, session: uuid.UUID) -> SessionOut:
        """A session."""
        return self._get(f"/sessions/{session}", SessionOut)

    @operation("record_held_session")
    def record_held_session(self, course: uuid.UUID, given: SessionNew, *, key: str | None = None) -> SessionOut:
        """Write down a session that was held."""
        return self._write("POST", f"/courses/{course}/sessions", SessionOut, given, key=key)

    @operation("list_symptoms")
    def list_symptoms(self, course: uuid.UUID, *, limit: int = 100) -> Iterator[SymptomOut]:
        """The signs that were reported in a course."""
        return self._list(f"/courses/{course}/symptoms", SymptomOut, limit=limit)

    @operation("report_sign")
    def report_sign(self, course: uuid.UUID, given: SymptomNew, *, key: str | None = None) -> SymptomOut:
        """Write down a sign that was seen."""
        return self._write("POST", f"/courses/{course}/symptoms", SymptomOut, given, key=key)

    @operation("get_proposal")
    def get_proposal(self, course: uuid.UUID) -> ProposalOut:
        """What is proposed for a course today; only a person signs it.

        Raises:
            ConflictError: Before the first session.
        """
        return self._get(f"/courses/{course}/proposal", ProposalOut)

    @operation("list_reviews")
    def list_reviews(self, course: uuid.UUID, *, limit: int = 100) -> Iterator[ReviewOut]:
        """The signed reviews of a course."""
        return self._list(f"/courses/{course}/reviews", ReviewOut, limit=limit)

    @operation("get_review")
    def get_review(self, review: uuid.UUID) -> ReviewOut:
        """A signed review."""
        return self._get(f"/reviews/{review}", ReviewOut)
