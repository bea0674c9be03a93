"""Taking a photograph in the browser, with the quality gate while it is framed."""

from __future__ import annotations

import time
import uuid
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from dermograph.clinic.facts import today
from dermograph.clinic.gallery.draw_words import CAMERA, in_language
from dermograph.clinic.gallery.framing import framed, how_it_was
from dermograph.clinic.gallery.rules import may_keep_photographs
from dermograph.clinic.gallery.selectors import baseline
from dermograph.clinic.gallery.words import language_of_page
from dermograph.clinic.middleware import ClinicRequest
from dermograph.clinic.people.models import Course
from dermograph.clinic.people.within import within
from dermograph.core.errors import InputError

EVERY_MS = 700
LARGEST_SIDE_PX = 20_000
_FRAME_TYPE = "image/jpeg"


def clock_of(course: Course) -> dict[str, Any]:
    """By what the page tells the day of a photograph: the instant at which it was made, ms, and the clinic's zone."""
    return {"now": round(time.time() * 1000), "zone": course.clinic.time_zone}


@require_safe
def camera(request: ClinicRequest, course: uuid.UUID) -> HttpResponse:
    """The camera, with the first photograph laid over it."""
    found = within(request.clinic, Course, course, "patient", "area", "clinic", "lead__user")
    first, language, day = baseline(found), language_of_page(), today(found)
    sessions = [
        session
        for session in found.sessions.filter(superseded_by__isnull=True).order_by("-started_at")[:3]
        if session.started_at.astimezone(found.clinic.zone).date() == day
    ]
    return render(
        request,
        "gallery/camera.html",
        {
            "course": found,
            "step": "photographs",
            "baseline": first,
            "today": day,
            "sessions": sessions,
            "may_keep": may_keep_photographs(found),
            "entry": uuid.uuid4(),
            "settings": {
                "check": reverse("camera_check", args=[found.pk]),
                "upload": reverse("photograph_upload", args=[found.pk]),
                "gallery": reverse("gallery", args=[found.pk]),
                "every": EVERY_MS,
                **clock_of(found),
                "name": f"camera-{day.isoformat()}",
                "language": language,
                "words": in_language(CAMERA, language),
            },
        },
    )


@require_POST
def camera_check(request: ClinicRequest, course: uuid.UUID) -> JsonResponse:
    """Judge one frame. The frame is the body itself, so that it is never written to a file of an upload.

    ``?still=`` is the longer side, px, of the photograph that the camera will take.
    """
    found = within(request.clinic, Course, course, "clinic")
    language = language_of_page()
    still = request.GET.get("still", "")
    still_px = min(int(still), LARGEST_SIDE_PX) if still.isascii() and still.isdigit() and len(still) < 6 else 0
    if request.content_type != _FRAME_TYPE:
        return JsonResponse({"say": "", "error": "type"}, status=415)
    try:
        answer = framed(request.body, still_px, how_it_was(baseline(found)))
    except RequestDataTooBig:
        return JsonResponse({"say": "", "error": "size"}, status=413)
    except InputError as error:
        return JsonResponse({"say": error.what.say(language), "error": "frame"}, status=422)
    return JsonResponse(answer.to_json(language))
