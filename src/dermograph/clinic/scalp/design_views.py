"""One design: how far it is, what it shows, and whether the sessions follow it."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from dermograph.clinic.gallery.words import language_of_page
from dermograph.clinic.middleware import ClinicRequest
from dermograph.clinic.people.within import within
from dermograph.clinic.scalp.models import ScalpDesign
from dermograph.clinic.scalp.selectors import choice
from dermograph.clinic.scalp.shown_design import shown_design
from dermograph.core.errors import InputError

_RELATED = ("course__patient", "course__area", "course__clinic", "photograph", "written_by")


@require_GET
def scalp_design(request: ClinicRequest, design: uuid.UUID) -> HttpResponse:
    """A design with its scenes, its sessions and its files, or why there is none."""
    return design_page(request, within(request.clinic, ScalpDesign, design, *_RELATED))


@require_GET
def scalp_design_status(request: ClinicRequest, design: uuid.UUID) -> HttpResponse:
    """How far it is, as a part of a page; when it is over, the page is told to load itself again."""
    row = within(request.clinic, ScalpDesign, design, "course", "photograph")
    if not row.is_under_way and request.htmx:
        return HttpResponse(headers={"HX-Refresh": "true"})
    shown = shown_design(row, request.clinic, language_of_page())
    return render(request, "scalp/parts/design_status.html", {"design": row, "shown": shown})


def design_page(request: ClinicRequest, design: ScalpDesign, error: InputError | None = None) -> HttpResponse:
    """The page of a design.

    Args:
        request: Whose page it is; ``?scene=`` names the scene that is shown first.
        design: With course, patient, area, clinic, photograph and who asked for it.
        error: Why the form on it was refused.
    """
    newer = ScalpDesign.objects.filter(supersedes=design).only("pk").first()
    standing = choice(design.course)
    context = {
        "course": design.course,
        "step": "scalp",
        "design": design,
        "shown": shown_design(design, request.clinic, language_of_page(), request.GET.get("scene", "")),
        "newer": newer,
        "choice": standing,
        "is_chosen": standing is not None and standing.design_id == design.pk,
        "entry": uuid.uuid4(),
        "entry_back": uuid.uuid4(),
        "error": error,
    }
    return render(request, "scalp/design.html", context, status=422 if error else 200)
