"""One comparison: how far it is, what it says, and its pictures. How its report leaves stands in ``rights``."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_POST

from dermograph.clinic.gallery.again import IN_VAIN
from dermograph.clinic.gallery.comparing import guard_standing
from dermograph.clinic.gallery.models import Comparison, Stage
from dermograph.clinic.gallery.photograph_views import picture
from dermograph.clinic.gallery.selectors import current_outline
from dermograph.clinic.gallery.services import METHOD, ask_for_comparison
from dermograph.clinic.gallery.shown_comparison import shown_comparison
from dermograph.clinic.gallery.words import language_of_page
from dermograph.clinic.middleware import ClinicRequest
from dermograph.clinic.people.within import within
from dermograph.core.text import Text

_PICTURES = ("before", "after", "heat")
_RELATED = (
    "course__patient",
    "course__area",
    "course__clinic",
    "before",
    "after",
    "outline__written_by",
    "written_by",
)
_SAME = Text(
    "Nothing has changed since: the same photographs, outline, points and method give the same figures.",
    "Nada ha cambiado: las mismas fotografías, contorno, puntos y método dan las mismas cifras.",
)
_ASKED = Text("It is being measured again.", "Se está midiendo de nuevo.")


@require_GET
def comparison(request: ClinicRequest, comparison: uuid.UUID) -> HttpResponse:
    """What changed between the baseline and a follow-up, or why that cannot be known."""
    row = within(request.clinic, Comparison, comparison, *_RELATED, "supersedes")
    shown = shown_comparison(row)
    newer = Comparison.objects.filter(supersedes=row).only("pk").first()
    outline = current_outline(row.before)
    context = {
        "course": row.course,
        "step": "photographs",
        "comparison": row,
        "shown": shown,
        "captions": shown.captions(language_of_page()),
        "newer": newer,
        "outline_is_newer": outline is not None and outline.pk != row.outline_id,
        "in_vain": row.correction_reason == IN_VAIN,
        "method_is_newer": row.stage == Stage.DONE and row.method != METHOD,
    }
    return render(request, "gallery/comparison.html", context)


@require_GET
def comparison_status(request: ClinicRequest, comparison: uuid.UUID) -> HttpResponse:
    """How far it is, as a part of a page; when it is over, the page is told to load itself again."""
    row = within(request.clinic, Comparison, comparison, "course")
    if not row.is_under_way and request.htmx:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "gallery/parts/status.html", {"comparison": row, "shown": shown_comparison(row)})


@require_GET
def comparison_picture(request: ClinicRequest, comparison: uuid.UUID, kind: str) -> HttpResponse:
    """A picture of a comparison: ``before``, ``after`` or ``heat``."""
    row = within(request.clinic, Comparison, comparison, "course__patient")
    if kind not in _PICTURES or kind not in row.pictures:
        raise Http404
    return picture(row.course.patient, row.pictures[kind])


@require_POST
def comparison_again(request: ClinicRequest, comparison: uuid.UUID) -> HttpResponse:
    """Measure again: with the outline as it is now, by the method as it is now, or after a failure."""
    row = within(request.clinic, Comparison, comparison, *_RELATED)
    guard_standing(row)
    new = ask_for_comparison(
        course=row.course,
        before=row.before,
        after=row.after,
        outline=current_outline(row.before) or row.outline,
        landmarks=row.landmarks,
        who=request.user,
    )
    language = language_of_page()
    if new.pk == row.pk and not row.is_under_way:
        messages.info(request, _SAME.say(language))
    else:
        messages.success(request, _ASKED.say(language))
    return redirect("comparison", comparison=new.pk)
