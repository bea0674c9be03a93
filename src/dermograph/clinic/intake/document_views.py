"""A signed assessment as a document, and the medical lead's decision against it."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.db.models import Prefetch, prefetch_related_objects
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from dermograph.care.explain import VERDICTS
from dermograph.clinic import facts
from dermograph.clinic.intake.changes import signed_facts, since
from dermograph.clinic.intake.known import known
from dermograph.clinic.intake.models import Assessment, Override
from dermograph.clinic.intake.posted import entry_of, id_of, language_of, words
from dermograph.clinic.intake.selectors import in_force, standing_override
from dermograph.clinic.intake.signing import CLEARING, OVERRIDES, SHORTEST_REASON, document_hash, override, still_open
from dermograph.clinic.middleware import ClinicRequest
from dermograph.clinic.people.models import Course
from dermograph.clinic.people.recent import require_sure
from dermograph.clinic.people.within import within
from dermograph.core.errors import InputError
from dermograph.core.text import Text

RELATED = ("course__patient", "course__area", "course__clinic", "clinic", "written_by")


@require_GET
def assessment_signed(request: ClinicRequest, assessment: uuid.UUID) -> HttpResponse:
    """The document."""
    return render(request, "intake/assessment_signed.html", _context(request, _found(request, assessment)))


@require_http_methods(["GET", "POST"])
def assessment_override(request: ClinicRequest, assessment: uuid.UUID) -> HttpResponse:
    """Go on against the verdict, with a written reason."""
    found = _found(request, assessment)
    given = {"verdict": "", "reason": ""}
    error: InputError | None = None
    if request.method == "POST":
        given = {name: words(request, name) for name in given}
        try:
            require_sure(request)
            override(
                assessment=found,
                who=request.user,
                verdict=given["verdict"],
                reason=given["reason"],
                entry=entry_of(request),
                supersedes=id_of(request, "supersedes"),
            )
        except InputError as problem:
            error = problem
        else:
            said = Text("The decision is recorded beside the verdict.", "La decisión consta junto al veredicto.")
            messages.success(request, said.say(language_of(request)))
            return redirect("assessment_signed", found.pk)
    context = _context(request, found)
    decision = context["decision"]
    unknown = still_open(found)
    holds = decision.verdict if decision else found.verdict
    context |= {
        "given": given,
        "error": error,
        "open": unknown,
        "choices": [
            (one.value, VERDICTS[one])
            for one in OVERRIDES
            if one.value != holds and (one not in CLEARING or not unknown or one.value == found.verdict)
        ],
        "entry": uuid.uuid4(),
        "shortest": SHORTEST_REASON,
    }
    return render(request, "intake/override.html", context, status=422 if error else 200)


def _found(request: ClinicRequest, pk: uuid.UUID) -> Assessment:
    return within(request.clinic, Assessment, pk, *RELATED)


def _context(request: ClinicRequest, found: Assessment) -> dict[str, Any]:
    course: Course = found.course
    language = language_of(request)
    now = known(course)
    patient, area = signed_facts(found)
    written = Override.objects.select_related("written_by").order_by("-written_at")
    prefetch_related_objects([found], Prefetch("overrides", queryset=written))
    overrides: list[Override] = list(found.overrides.all())
    reasons = found.result[language]["reasons"]
    # Only the latest can be in force; an older one is a document of its day.
    newer = Assessment.objects.filter(course=course, written_at__gt=found.written_at).order_by("-written_at").first()
    return {
        "course": course,
        "step": "assessment",
        "assessment": found,
        "protocol": facts.protocol_of(course),
        "about_patient": patient,
        "about_area": area,
        "rules": [reason for reason in reasons if reason["grade"] != "indication"],
        "indications": [reason for reason in reasons if reason["grade"] == "indication"],
        "ask": found.result[language]["ask"],
        "since": since(found, now),
        "in_force": None if newer else in_force(course, assessment=found, now=now),
        "newer": newer,
        "decision": standing_override(found),
        "overrides": overrides,
        "sha256": document_hash(found),
    }
