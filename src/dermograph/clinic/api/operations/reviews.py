"""Reviews: what is proposed, and what persons signed. Signing cannot be done by token."""

from __future__ import annotations

import uuid

from ninja import Router

from dermograph.clinic.api.gate import ApiRequest
from dermograph.clinic.api.pages import After, Limit, Page, page
from dermograph.clinic.api.problems import ProblemError, language
from dermograph.clinic.api.seen import opened, opened_course
from dermograph.clinic.api.shapes import Json
from dermograph.clinic.api.shapes_clinical import ProposalOut, ReviewOut
from dermograph.clinic.api.site import operation
from dermograph.clinic.facts import today
from dermograph.clinic.people.within import within
from dermograph.clinic.treatment.models import Review
from dermograph.clinic.treatment.proposal import proposal_for
from dermograph.core.text import Text

router = Router(tags=["reviews"])
READ = "clinical:read"


@operation(
    router,
    "get",
    "/courses/{uuid:course}/proposal",
    out=ProposalOut,
    scope=READ,
    like="review",
    refuses=(409,),
)
def get_proposal(request: ApiRequest, course: uuid.UUID) -> Json:
    """What is proposed for a course today.

    Another session, wait, stop, refer or maintain, by rule, with its reasons and their sources, and a forecast that is
    silent until there is evidence. 409 before the first session: there is nothing to review yet.
    """
    row = opened_course(request, course)
    found = proposal_for(row, today(row))
    if found is None:
        raise ProblemError(
            409,
            "no-session",
            Text("No session was held yet: there is nothing to review.", "Aún no hay sesiones: nada que revisar."),
        )
    said = found.json[language()]
    return {
        "course": row.pk,
        "on": found.on,
        "protocol": found.protocol.to_json(),
        "last_session": found.last_session,
        "decision": said["decision"],
        "first": said["from"],
        "last": said["to"],
        "late": said["late"],
        "reasons": said["reasons"],
        "forecast": said["forecast"],
    }


@operation(router, "get", "/courses/{uuid:course}/reviews", out=Page[ReviewOut], scope=READ, like="review_signed")
def list_reviews(request: ApiRequest, course: uuid.UUID, after: After = None, limit: Limit = 50) -> Json:
    """The signed reviews of a course that stand, the oldest first."""
    row = opened_course(request, course)
    rows = Review.objects.standing().filter(course=row).select_related("course")
    return page(rows, _shown, by="written_at", after=after, limit=limit)


@operation(router, "get", "/reviews/{uuid:review}", out=ReviewOut, scope=READ, like="review_signed")
def get_review(request: ApiRequest, review: uuid.UUID) -> Json:
    """A signed review."""
    row = within(request.clinic, Review, review, "course")
    opened(request, row.course.patient_id)
    return _shown(row)


def _shown(row: Review) -> Json:
    return {
        "id": row.pk,
        "course": row.course_id,
        "reviewed_on": row.reviewed_on,
        "proposed": row.proposed,
        "decision": row.decision,
        "reason": row.reason,
        "signed_name": row.signed_name,
        "signed_at": row.signed_at,
        "protocol": {"id": row.course.treatment, "version": row.protocol_version, "hash": row.protocol_hash},
        "proposal": row.proposal.get(language(), {}),
    }
