"""Consents: read and signed at home, read again, and taken back."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from dermograph.clinic.intake.consent_page import (
    NOTHING_GIVEN,
    document_of,
    given_in,
    shown_again,
    signature_in,
    taken_back_in,
    text_of,
)
from dermograph.clinic.intake.models import Consent, Withdrawal
from dermograph.clinic.intake.posted import entry_of, language_of, words
from dermograph.clinic.intake.purposes import EVERYTHING
from dermograph.clinic.intake.reach import Reach, reach_of
from dermograph.clinic.intake.selectors import agreed
from dermograph.clinic.intake.services import sign_consent, withdraw
from dermograph.clinic.intake.wording import blocks
from dermograph.clinic.people.models import Course
from dermograph.clinic.people.recent import is_sure, require_sure
from dermograph.clinic.people.request import PatientRequest
from dermograph.clinic.portal.giving import refuse_ended, refuse_more_than
from dermograph.clinic.portal.mine import mine
from dermograph.clinic.portal.views_giving import my_course
from dermograph.core.errors import InputError
from dermograph.core.text import LANGUAGES, Text

MOST_A_DAY = 10  # consents of a patient in 24 h


@require_http_methods(["GET", "HEAD", "POST"])
def me_consent(request: PatientRequest, course: uuid.UUID) -> HttpResponse:
    """The words to read and sign; where they are signed already, what was agreed to."""
    found = my_course(request, course)
    given = NOTHING_GIVEN
    error: InputError | None = None
    language = request.GET.get("language", "")
    if request.method == "POST":
        language = words(request, "language")
        given = given_in(request)
        try:
            signed = _sign(request, found)
        except InputError as problem:
            error = problem
        else:
            said = Text("It is signed, and this is your copy.", "Queda firmado y esta es su copia.")
            messages.success(request, said.say(language_of(request)))
            return redirect("me_consent_signed", signed.pk)
    context = _to_sign(request, found, given, error, language if language in LANGUAGES else language_of(request))
    return render(request, "portal/giving/consent.html", context, status=422 if error else 200)


@require_http_methods(["GET", "HEAD", "POST"])
def me_consent_signed(request: PatientRequest, consent: uuid.UUID) -> HttpResponse:
    """A signed consent to read and print; sent here, it is taken back, for one purpose or for all."""
    rows = Consent.objects.select_related("course__patient", "course__area", "course__clinic", "patient", "text")
    found = mine(request.patient, rows, consent, path="patient")
    prefetch_related_objects([found], Prefetch("withdrawals", queryset=Withdrawal.objects.order_by("written_at")))
    error: InputError | None = None
    if request.method == "POST":
        # As easy as agreeing: neither a password nor a reason is asked for (GDPR art. 7.3).
        try:
            withdraw(
                consent=found,
                who=None,
                account=request.user,
                purpose=taken_back_in(request),
                reason=words(request, "reason"),
                entry=entry_of(request),
            )
        except InputError as problem:
            error = problem
        else:
            said = Text("It has been taken back, from now on.", "Se ha retirado, desde ahora.")
            messages.success(request, said.say(language_of(request)))
            return redirect("me_consent_signed", found.pk)
    context = _document(found) | {
        "error": error,
        "chosen": words(request, "purpose") if request.method == "POST" else "",
        "reason": words(request, "reason"),
        "entry": uuid.uuid4(),
    }
    return render(request, "portal/giving/consent_signed.html", context, status=422 if error else 200)


def _to_sign(
    request: PatientRequest, course: Course, given: dict[str, Any], error: InputError | None, language: str
) -> dict[str, Any]:
    standing = (
        Consent.objects.filter(course=course).standing().select_related("text").prefetch_related("withdrawals").first()
    )
    text = text_of(course, language)
    stands = agreed(standing) if standing else set()
    same = standing is not None and text is not None and standing.text.version == text.version
    return {
        "course": course,
        "text": text,
        "blocks": blocks(text.body) if text else [],
        "given": shown_again(given, error),
        "error": error,
        "place": error.place.field if error else "",
        "standing": standing,
        "purposes": [one for one in standing.text.purposes if one["id"] in stands] if standing else [],
        "is_newer": bool(stands) and not same,
        "signs": course.closed_at is None and (not stands or not same or bool(error) or "again" in request.GET),
        "entry": uuid.uuid4(),
        "other": "en" if text and text.language == "es" else "es",
        "is_sure": is_sure(request),
    }


def _sign(request: PatientRequest, course: Course) -> Consent:
    """Write down the signature of a form.

    Raises:
        InputError: If anything in it is missing or wrong, too many were signed, or the password is asked for.
    """
    refuse_ended(course)
    signature, entry = signature_in(request, course), entry_of(request)
    require_sure(request)
    with transaction.atomic():
        signed = Consent.objects.filter(patient=course.patient_id, written_by=None)
        refuse_more_than(MOST_A_DAY, signed, course, entry)
        return sign_consent(course=course, who=None, account=request.user, entry=entry, **signature)


def _document(consent: Consent) -> dict[str, Any]:
    reach, document = reach_of(consent), document_of(consent)
    purposes = [{**one, "reach": reach.get(one["id"], Reach())} for one in document["purposes"]]
    return document | {
        "course": consent.course,
        "purposes": purposes,
        "may_withdraw": bool(agreed(consent)) and document["later"] is None,
        "reach_of_all": reach.get(EVERYTHING, Reach()),
    }
