"""Writers of sessions, symptoms and reviews."""

from dermograph.clinic.treatment.services.reviews import ChangedSinceShownError, sign_review
from dermograph.clinic.treatment.services.sessions import SessionRecord, correct_session, record_session
from dermograph.clinic.treatment.services.symptoms import mark_gone, mark_seen, report_symptom

__all__ = [
    "ChangedSinceShownError",
    "SessionRecord",
    "correct_session",
    "mark_gone",
    "mark_seen",
    "record_session",
    "report_symptom",
    "sign_review",
]
