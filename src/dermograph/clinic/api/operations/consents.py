"""Consents, to read: a patient signs them in the clinic or in their portal, never a program."""

from __future__ import annotations

import uuid

from ninja import Router

from dermograph.clinic.api.gate import ApiRequest
from dermograph.clinic.api.pages import Page, whole
from dermograph.clinic.api.seen import opened, opened_course
from dermograph.clinic.api.shapes import Json
from dermograph.clinic.api.shapes_clinical import ConsentOut
from dermograph.clinic.api.site import operation
from dermograph.clinic.intake.models import Consent
from dermograph.clinic.intake.selectors import agreed, standing_consents
from dermograph.clinic.people.within import within

router = Router(tags=["consents"])


@operation(
    router, "get", "/courses/{uuid:course}/consents", out=Page[ConsentOut], scope="clinical:read", like="consents"
)
def list_consents(request: ApiRequest, course: uuid.UUID) -> Json:
    """The consents that stand for a course, the latest first.

    Also those of the patient that name no course. What was taken back is left in, and says so.
    """
    row = opened_course(request, course)
    found = standing_consents(row.patient)
    return whole([_shown(one) for one in found if one.course_id in (None, row.pk)])


@operation(router, "get", "/consents/{uuid:consent}", out=ConsentOut, scope="clinical:read", like="consent_signed")
def get_consent(request: ApiRequest, consent: uuid.UUID) -> Json:
    """A consent."""
    row = within(request.clinic, Consent, consent, "text")
    opened(request, row.patient_id)
    return _shown(row)


def _shown(row: Consent) -> Json:
    return {
        "id": row.pk,
        "course": row.course_id,
        "title": row.text.title,
        "version": row.text.version,
        "language": row.text.language,
        "text_sha256": row.text_sha256,
        "stands_for": sorted(agreed(row)),
        "agreed": row.purposes,
        "refused": row.refused,
        "signed_name": row.signed_name,
        "signed_at": row.signed_at,
        "withdrawals": [{"purpose": one.purpose, "at": one.written_at} for one in row.withdrawals.all()],
    }
