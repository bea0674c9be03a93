"""Landmarks, where a comparison could not be registered by itself."""

from __future__ import annotations

import json
import uuid

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from dermograph.clinic.gallery.comparing import guard_standing
from dermograph.clinic.gallery.draw_words import LANDMARKS, in_language
from dermograph.clinic.gallery.landmark_pairs import LEAST, pairs_in, residual_of
from dermograph.clinic.gallery.models import Comparison
from dermograph.clinic.gallery.posted import id_in, readable, said
from dermograph.clinic.gallery.selectors import current_outline
from dermograph.clinic.gallery.services import ask_for_comparison
from dermograph.clinic.gallery.words import language_of_page
from dermograph.clinic.middleware import ClinicRequest
from dermograph.clinic.people.within import within
from dermograph.core.errors import InputError
from dermograph.core.text import Text


@require_http_methods(["GET", "HEAD", "POST"])
def landmarks(request: ClinicRequest, comparison: uuid.UUID) -> HttpResponse:
    """Click the same points in both photographs, and ask for the comparison anew with them and today's outline."""
    asked = within(
        request.clinic,
        Comparison,
        comparison,
        "before",
        "after",
        "outline",
        "course__patient",
        "course__area",
        "course__clinic",
        "course__lead__user",
    )
    if request.method != "POST":
        return _landmarks_page(request, asked)
    outline = current_outline(asked.before) or asked.outline
    entry = id_in(request.POST.get("entry")) or uuid.uuid4()
    done = Comparison.objects.filter(pk=entry, course=asked.course).first()
    if done is not None:
        return redirect("comparison", comparison=done.pk)
    text = request.POST.get("landmarks", "")
    try:
        guard_standing(asked)
        found = ask_for_comparison(
            course=asked.course,
            before=asked.before,
            after=asked.after,
            outline=outline,
            landmarks=pairs_in(text, asked, outline),
            who=request.user,
            entry=entry,
        )
    except InputError as error:
        return _landmarks_page(request, asked, text=text, error=said(error), status=422)
    return redirect("comparison", comparison=found.pk)


def _landmarks_page(
    request: ClinicRequest, asked: Comparison, *, text: str | None = None, error: Text | None = None, status: int = 200
) -> HttpResponse:
    language = language_of_page()
    posted = readable(text) or {}
    drawn = current_outline(asked.before)
    kept = posted if {"before", "after"} <= set(posted) else asked.landmarks or {}
    sides = {
        name: {
            "width": photo.width,
            "height": photo.height,
            "image": reverse("photograph_image", args=[photo.pk, "preview"]),
            "points": kept.get(name) or [],
        }
        for name, photo in (("before", asked.before), ("after", asked.after))
    }
    return render(
        request,
        "gallery/landmarks.html",
        {
            "course": asked.course,
            "step": "photographs",
            "comparison": asked,
            "error": error,
            "entry": uuid.uuid4(),
            "text": text if text is not None else json.dumps(asked.landmarks) if asked.landmarks else "",
            "least": LEAST,
            "residual": residual_of(asked),
            "reason": _why_not(asked),
            "outline_is_newer": drawn is not None and drawn.pk != asked.outline_id,
            "settings": {
                **sides,
                "least": LEAST,
                "language": language,
                "unsaved": text is not None,
                "words": in_language(LANDMARKS, language),
            },
        },
        status=status,
    )


def _why_not(asked: Comparison) -> dict[str, str] | None:
    """Why the photographs could not be laid over each other, ``{"en", "es"}``; None if they could."""
    registration = (asked.result or {}).get("registration") or {}
    says = (registration.get("reason") or {}).get("says")
    return says if isinstance(says, dict) else None
