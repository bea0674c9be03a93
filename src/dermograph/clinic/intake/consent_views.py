"""Consents: what stands, signing one, reading it again, and taking it back."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from dermograph.clinic.intake.consent_page import (
    NOTHING_GIVEN,
    document_of,
    given_in,
    purposes_of,
    shown_again,
    signature_in,
    taken_back_in,
    text_of,
)
from dermograph.clinic.intake.consenting import sign_consent, withdraw
from dermograph.clinic.intake.happening_views import course_of
from dermograph.clinic.intake.models import Consent, Withdrawal
from dermograph.clinic.intake.posted import entry_of, language_of, words
from dermograph.clinic.intake.purposes import EVERYTHING
from dermograph.clinic.intake.reach import Reach, reach_of
from dermograph.clinic.intake.wording import blocks
from dermograph.clinic.middleware import ClinicRequest
from dermograph.clinic.people.within import within
from dermograph.core.errors import InputError
from dermograph.core.text import Text


@require_GET
def consents(request: ClinicRequest, course: uuid.UUID) -> HttpResponse:
    """The consents of a course, the one that stands first."""
    found = course_of(request, course)
    signed = list(
        Consent.objects.filter(course=found)
        .select_related("text", "witness", "superseded_by")
        .prefetch_related("withdrawals__written_by")
        .order_by("-signed_at")
    )
    standing = next((one for one in signed if one.stands), None)
    text = text_of(found, standing.text.language if standing else found.patient.language)
    context = {
        "course": found,
        "step": "consent",
        "standing": standing,
        "purposes": purposes_of(standing) if standing else [],
        "signed": signed,
        "text": text,
        "newer_text": bool(standing and text and standing.text_id != text.pk),
    }
    return render(request, "intake/consents.html", context)


@require_http_methods(["GET", "POST"])
def consent_sign(request: ClinicRequest, course: uuid.UUID) -> HttpResponse:
    """Read the words and sign them, in the language of the patient."""
    found = course_of(request, course)
    error: InputError | None = None
    given = NOTHING_GIVEN
    language = request.GET.get("language", "")
    if request.method == "POST":
        given = given_in(request)
        try:
            signed = sign_consent(
                course=found, who=request.user, entry=entry_of(request), **signature_in(request, found)
            )
        except InputError as problem:
            error = problem
            language = words(request, "language")
        else:
            said = Text("The consent is signed.", "El consentimiento está firmado.")
            messages.success(request, said.say(language_of(request)))
            return redirect("consent_signed", signed.pk)
    text = text_of(found, language if language in ("en", "es") else found.patient.language)
    before = Consent.objects.filter(course=found).standing().first()
    context = {
        "course": found,
        "step": "consent",
        "text": text,
        "blocks": blocks(text.body) if text else [],
        "given": shown_again(given, error),
        "error": error,
        "place": error.place.field if error else "",
        "before": before,
        "entry": uuid.uuid4(),
        "other": "en" if text and text.language == "es" else "es",
    }
    return render(request, "intake/consent_sign.html", context, status=422 if error else 200)


@require_GET
def consent_signed(request: ClinicRequest, consent: uuid.UUID) -> HttpResponse:
    """A signed consent as a document."""
    return render(request, "intake/consent_signed.html", _signed(_found(request, consent)))


@require_http_methods(["GET", "POST"])
def consent_withdraw(request: ClinicRequest, consent: uuid.UUID) -> HttpResponse:
    """Take it back, for one purpose or for all; the page says what follows."""
    found = _found(request, consent)
    error: InputError | None = None
    if request.method == "POST":
        try:
            withdraw(
                consent=found,
                who=request.user,
                purpose=taken_back_in(request),
                reason=words(request, "reason"),
                entry=entry_of(request),
            )
        except InputError as problem:
            error = problem
        else:
            said = Text("The consent has been taken back.", "El consentimiento se ha retirado.")
            messages.success(request, said.say(language_of(request)))
            return redirect("consent_signed", found.pk)
    reach = reach_of(found)
    context = _signed(found) | {
        "error": error,
        "reaches": [{**one, "reach": reach.get(one["id"], Reach())} for one in purposes_of(found)],
        "reach_of_all": reach.get(EVERYTHING, Reach()),
        "entry": uuid.uuid4(),
        "chosen": words(request, "purpose") if request.method == "POST" else request.GET.get("purpose", "")[:40],
        "reason": words(request, "reason"),
    }
    return render(request, "intake/consent_withdraw.html", context, status=422 if error else 200)


def _found(request: ClinicRequest, pk: uuid.UUID) -> Consent:
    found = within(
        request.clinic, Consent, pk, "course__patient", "course__area", "course__clinic", "patient", "text", "witness"
    )
    written = Withdrawal.objects.select_related("written_by").order_by("written_at")
    prefetch_related_objects([found], Prefetch("withdrawals", queryset=written))
    return found


def _signed(consent: Consent) -> dict[str, Any]:
    course = consent.course or consent.patient.courses.select_related("patient", "area", "clinic").first()
    return {"course": course, "step": "consent"} | document_of(consent)
