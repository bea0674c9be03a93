"""The whole course on one page."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from dermograph.clinic.facts import protocol_of
from dermograph.clinic.middleware import ClinicRequest
from dermograph.clinic.people.models import Course
from dermograph.clinic.people.within import within
from dermograph.clinic.treatment.chronicle import KINDS, chronicle


@require_GET
def timeline(request: ClinicRequest, course: uuid.UUID) -> HttpResponse:
    """Everything of a course, newest first or (``?order=oldest``) oldest first; ``?kind=`` shows some kinds only."""
    found = within(request.clinic, Course, course, "patient", "area", "clinic")
    chosen = [kind for kind in KINDS if kind in request.GET.getlist("kind")]
    oldest = request.GET.get("order") == "oldest"
    items = chronicle(found, protocol_of(found), frozenset(chosen or KINDS))
    context = {
        "course": found,
        "step": "timeline",
        "items": items[::-1] if oldest else items,
        "oldest": oldest,
        "kinds": [(kind, label, kind in chosen) for kind, (label, _icon) in KINDS.items()],
        "chosen": chosen,
    }
    return render(request, "treatment/timeline.html", context)
