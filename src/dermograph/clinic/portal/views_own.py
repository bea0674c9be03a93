"""What a patient looks at: today, the timeline, measures and photographs."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_GET

from dermograph.clinic.gallery.photograph_views import picture
from dermograph.clinic.gallery.shown import OUTCOMES
from dermograph.clinic.gallery.shown_comparison import ShownComparison, shown_comparison
from dermograph.clinic.gallery.words import language_of_page
from dermograph.clinic.people.request import PatientRequest
from dermograph.clinic.portal.mine import my_courses
from dermograph.clinic.portal.own_measures import measures_of_course, verdict_of
from dermograph.clinic.portal.own_photographs import (
    COMPARED,
    SMALL,
    albums_of,
    comparison_of,
    is_first,
    neighbours,
    photograph_of,
)
from dermograph.clinic.portal.own_timeline import story_of
from dermograph.clinic.portal.own_today import today_of
from dermograph.clinic.portal.own_words import seen_by_eye
from dermograph.core.text import Text

_SIDES = (Text("At the start", "Al principio"), Text("Later", "Después"))


@require_GET
def me(request: PatientRequest) -> HttpResponse:
    """What matters today."""
    found = today_of(request.patient, language_of_page())
    page = {"today": found, "patient": request.patient, "several": len(found.standings) > 1}
    return render(request, "portal/home.html", page)


@require_GET
def me_timeline(request: PatientRequest) -> HttpResponse:
    """Everything that was and what is to come."""
    return render(request, "portal/timeline.html", {"story": story_of(request.patient, language_of_page())})


@require_GET
def me_measures(request: PatientRequest, course: uuid.UUID) -> HttpResponse:
    """What the photographs of a course showed, with the errors."""
    own = get_object_or_404(my_courses(request.patient), pk=course)
    measures = measures_of_course(own)
    page = {"course": own, "main": measures[0] if measures else None, "others": measures[1:], "outcomes": OUTCOMES}
    return render(request, "portal/measures.html", page)


@require_GET
def me_photographs(request: PatientRequest) -> HttpResponse:
    """The patient's own photographs, by course."""
    return render(request, "portal/photographs.html", {"albums": albums_of(request.patient)})


@require_GET
def me_photograph(request: PatientRequest, photograph: uuid.UUID) -> HttpResponse:
    """One photograph, and what changed since the first one."""
    row = photograph_of(request.patient, photograph)
    comparison = comparison_of(row)
    shown = shown_comparison(comparison) if comparison else None
    before, after = neighbours(row)
    page = {
        "photograph": row,
        "course": row.course,
        "from_home": row.from_home,
        "is_first": comparison is None and is_first(row),
        "comparison": comparison,
        "shown": shown,
        "captions": _captions(shown) if shown else [],
        "says": verdict_of(comparison.result) if comparison else None,
        "also": seen_by_eye(shown.contrast.change) if shown and shown.contrast else None,
        "earlier": before,
        "later": after,
    }
    return render(request, "portal/photograph.html", page)


def _captions(shown: ShownComparison) -> list[dict[str, Any]]:
    """What stands under each of the two, without what only staff look at."""
    language = language_of_page()
    titles = [words.say(language) for words in _SIDES]
    found = zip(titles, shown.captions(language), strict=True)
    return [{**one, "title": title, "alt": f"{title}, {one['alt']}", "quality": ""} for title, one in found]


@require_GET
def me_picture(request: PatientRequest, photograph: uuid.UUID, size: str) -> HttpResponse:
    """A picture of a photograph: ``preview``, ``thumbnail``, or ``before`` and ``after`` of its comparison."""
    if size not in (*SMALL, *COMPARED):
        raise Http404
    row = photograph_of(request.patient, photograph)
    if size in SMALL:
        return picture(row.course.patient, row.preview if size == "preview" else row.thumbnail)
    comparison = comparison_of(row)
    if comparison is None or size not in comparison.pictures:
        raise Http404
    return picture(row.course.patient, comparison.pictures[size])
