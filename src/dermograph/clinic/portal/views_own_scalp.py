"""A patient's own scalp: how it heals, the shared design, and what was counted."""

from __future__ import annotations

import uuid

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.views.decorators.http import require_GET

from dermograph.clinic.entries import entries_of
from dermograph.clinic.gallery.photograph_views import picture
from dermograph.clinic.gallery.words import language_of_page
from dermograph.clinic.people.request import PatientRequest
from dermograph.clinic.portal.mine import mine, my_courses
from dermograph.clinic.portal.own_dots import counted_of
from dermograph.clinic.portal.own_healing import healing_of
from dermograph.clinic.portal.own_scalp import (
    BEFORE,
    Preview,
    picture_name,
    preview_of,
    scenes_of,
    shared_design,
)
from dermograph.clinic.scalp.course import SCALP
from dermograph.clinic.scalp.models import ScalpDesign
from dermograph.core.text import Text

_BEFORE = Text("Your photograph", "Su fotografía")
_SIMULATION = Text("Simulation", "Simulación")


@require_GET
def me_scalp(request: PatientRequest, course: uuid.UUID) -> HttpResponse:
    """How the scalp of a course heals, what the clinic shares of its design, and what was counted."""
    own = get_object_or_404(my_courses(request.patient), pk=course, treatment=SCALP)
    language, entries = language_of_page(), entries_of([own])[own.pk]
    today = timezone.now().astimezone(own.clinic.zone).date()
    counted = counted_of(own, entries)
    preview = preview_of(own, entries, request.GET.get("scene", ""), language)
    page = {
        "course": own,
        "healing": healing_of(own, entries, today, language) if own.closed_at is None else None,
        "preview": preview,
        "captions": _captions(preview) if preview else [],
        "counted": counted,
        "caveat": next((one.caveat for one in counted if one.caveat), None),
    }
    return render(request, "portal/scalp.html", page)


def _captions(preview: Preview) -> list[dict[str, object]]:
    """What stands under the two pictures."""
    language = language_of_page()
    before, simulation = _BEFORE.say(language), _SIMULATION.say(language)
    says = preview.scene.title.say(language)
    return [
        {"title": before, "day": preview.design.photograph.taken_on, "alt": before},
        {"title": simulation, "day": None, "calibration": says, "alt": says},
    ]


@require_GET
def me_scalp_picture(request: PatientRequest, design: uuid.UUID, kind: str) -> HttpResponse:
    """A picture of the shared design: ``before``, or the name of a scene."""
    row = mine(request.patient, ScalpDesign.objects.select_related("course__patient", "course__clinic"), design)
    language = language_of_page()
    shared = shared_design(row.course, entries_of([row.course])[row.course_id])
    if shared is None or shared.pk != row.pk or kind not in {BEFORE, *(one.name for one in scenes_of(row, language))}:
        raise Http404
    name = picture_name(row, kind, language)
    if name is None:
        raise Http404
    return picture(row.course.patient, name)
