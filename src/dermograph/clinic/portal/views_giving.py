"""What is asked of the patient, and the questions of one course."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from dermograph.clinic.intake.models import Consent
from dermograph.clinic.intake.posted import entry_of, id_of, language_of, words
from dermograph.clinic.intake.questionnaire import Attempt
from dermograph.clinic.people.models import Course
from dermograph.clinic.people.request import PatientRequest
from dermograph.clinic.portal.giving import CONSENT_WORDS, asked_of
from dermograph.clinic.portal.giving_form import answer, asking, refused
from dermograph.clinic.portal.mine import mine
from dermograph.core.errors import InputError

LONGEST_NAME = 60


@require_safe
def me_forms(request: PatientRequest) -> HttpResponse:
    """What is asked of the patient in each open course, and every consent that they signed."""
    signed = Consent.objects.filter(patient=request.patient).select_related("text", "course__area")
    context = {
        "asked": [{"one": one, "consent": CONSENT_WORDS[one.consent]} for one in asked_of(request.patient)],
        "signed": list(signed.order_by("-signed_at")[:50]),
    }
    return render(request, "portal/giving/forms.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def me_form(request: PatientRequest, course: uuid.UUID) -> HttpResponse:
    """One question; ``?change=`` asks again one that was answered. An answer leads to the next."""
    found = my_course(request, course)
    if request.method != "POST":
        return _form(request, found, change=request.GET.get("change", "")[:LONGEST_NAME])
    name, missing, raw = words(request, "fact"), words(request, "missing"), words(request, "value")
    try:
        answer(
            course=found,
            account=request.user,
            fact=name,
            raw=raw,
            missing=missing,
            entry=entry_of(request),
            supersedes=id_of(request, "supersedes"),
        )
    except InputError as error:
        return _form(request, found, attempt=refused(found, name, raw, missing, error))
    return redirect(f"{reverse('me_form', args=[found.pk])}#question")


def my_course(request: PatientRequest, pk: uuid.UUID) -> Course:
    """A course of the patient who asks, with all that its pages show.

    Raises:
        Http404: If there is none, or it is somebody else's.
    """
    rows = Course.objects.select_related("patient", "area", "clinic", "lead__user")
    return mine(request.patient, rows, pk, path="patient")


def _form(request: PatientRequest, course: Course, *, change: str = "", attempt: Attempt | None = None) -> HttpResponse:
    page = asking(course, language_of(request), change, attempt)
    shown = page.row is not None and attempt is not None and page.row.fact.id == attempt.fact
    context: dict[str, Any] = {
        "course": course,
        "page": page,
        "row": page.row,
        "is_change": bool(change) and page.row is not None and page.row.fact.id == change,
        # An error that no question on the page carries stands above them all.
        "error": attempt.error if attempt and not shown else None,
        "own": [one for one in page.told if not one.by_clinic],
        "by_clinic": [one for one in page.told if one.by_clinic],
    }
    return render(request, "portal/giving/form.html", context, status=422 if attempt else 200)
