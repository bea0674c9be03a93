"""Drawing the outline of a lesion on a photograph."""

from __future__ import annotations

import json
import uuid

from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from dermograph.clinic.gallery.draw_words import outline_words
from dermograph.clinic.gallery.drawing import drawn_on, parts_of, refined, shape_in
from dermograph.clinic.gallery.models import Outline, Photograph
from dermograph.clinic.gallery.posted import id_in, readable, said
from dermograph.clinic.gallery.selectors import baseline, current_outline
from dermograph.clinic.gallery.services import draw_outline
from dermograph.clinic.gallery.words import language_of_page
from dermograph.clinic.middleware import ClinicRequest
from dermograph.clinic.people.within import within
from dermograph.clinic.vault.store import get
from dermograph.core.errors import InputError
from dermograph.core.text import Text
from dermograph.photo.finding import Refusal

SHOWN_VERSIONS = 20
_PERCENT = 100
_CONFLICT = Text(
    "Somebody saved another outline of this photograph while you were drawing. Yours is still here: compare both, then"
    " save to put yours in its place, or leave it.",
    "Alguien guardó otro contorno de esta fotografía mientras usted dibujaba. El suyo sigue aquí: compare ambos y"
    " guarde para sustituirlo, o déjelo como está.",
)
_NO_JSON = Text("The outline is sent as JSON.", "El contorno se envía como JSON.")


@require_http_methods(["GET", "HEAD", "POST"])
def outline(request: ClinicRequest, photograph: uuid.UUID) -> HttpResponse:
    """Draw or correct the outline of the lesion; every save is a new version."""
    photo = within(
        request.clinic,
        Photograph,
        photograph,
        "course__patient",
        "course__area",
        "course__clinic",
        "course__lead__user",
    )
    current = current_outline(photo)
    if request.method != "POST":
        return _outline_page(request, photo, current)
    entry = id_in(request.POST.get("entry")) or uuid.uuid4()
    if Outline.objects.filter(pk=entry, photograph__course=photo.course).exists():
        return redirect("photograph", photograph=photo.pk)
    text = request.POST.get("shape", "")
    if current is not None and str(current.pk) != request.POST.get("supersedes", ""):
        return _outline_page(request, photo, current, text=text, error=_CONFLICT, status=409)
    try:
        shape = shape_in(text, photo)
        draw_outline(photograph=photo, shape=shape, who=request.user, entry=entry, supersedes=current)
    except InputError as error:
        return _outline_page(request, photo, current_outline(photo), text=text, error=said(error), status=422)
    messages.success(request, Text("The outline is saved.", "El contorno está guardado.").say(language_of_page()))
    return redirect("photograph", photograph=photo.pk)


@require_POST
def outline_refine(request: ClinicRequest, photograph: uuid.UUID) -> JsonResponse:
    """A rough outline drawn to the visible border, for the person to take or not; nothing is stored.

    The body is a shape as JSON. The answer holds ``shape`` and ``says``, or ``says`` alone where there is none.
    """
    photo = within(request.clinic, Photograph, photograph, "course__patient")
    if request.content_type not in ("application/json", ""):  # of a form the body was read already
        return JsonResponse({"says": _NO_JSON.say(language_of_page())}, status=415)
    try:
        text = request.body.decode("utf-8", "replace")
        shape_in(text, photo)  # before the file is opened: what cannot be used is answered at once
        found = refined(photo, get(photo.course.patient, photo.file), text)
    except InputError as error:
        return JsonResponse({"says": said(error).say(language_of_page())}, status=422)
    if isinstance(found, Refusal):
        return JsonResponse(
            {"says": f"{found.says.say(language_of_page())} {found.todo.say(language_of_page())}".strip()}
        )
    refined_shape, confidence = found
    says = Text(
        "The dashed outline follows the visible border; a distinct step is seen along {share} % of it.",
        "El contorno discontinuo sigue el borde visible; se ve un escalón nítido en el {share} % de su longitud.",
    ).format(share=round(_PERCENT * confidence))
    return JsonResponse({"shape": refined_shape, "says": says.say(language_of_page()), "confidence": confidence})


def _outline_page(
    request: ClinicRequest,
    photo: Photograph,
    current: Outline | None,
    *,
    text: str | None = None,
    error: Text | None = None,
    status: int = 200,
) -> HttpResponse:
    """The editor, with what was posted if that could not be saved."""
    language = language_of_page()
    versions = list(
        Outline.objects.filter(photograph__course=photo.course, photograph__sha256=photo.sha256)
        .select_related("written_by")
        .order_by("-written_at")[:SHOWN_VERSIONS]
    )
    stored = current.shape if current else None
    posted = readable(text)
    parts = parts_of(posted if posted is not None else stored)
    return render(
        request,
        "gallery/outline.html",
        {
            "course": photo.course,
            "step": "photographs",
            "photograph": photo,
            "current": current,
            "versions": [(one, len(parts_of(one.shape))) for one in versions],
            "error": error,
            "conflict": error is _CONFLICT,
            "first": _other_baseline(photo),
            "entry": uuid.uuid4(),
            "text": text if text is not None else json.dumps(stored) if stored else "",
            "settings": {
                "width": photo.width,
                "height": photo.height,
                "image": reverse("photograph_image", args=[photo.pk, "preview"]),
                "refine": reverse("outline_refine", args=[photo.pk]),
                "parts": parts,
                "unsaved": text is not None,
                "judged": not photo.is_under_way,
                "versions": [{"id": str(one.pk), "parts": parts_of(one.shape)} for one in versions],
                **drawn_on(photo),
                "language": language,
                "words": outline_words(language),
            },
        },
        status=status,
    )


def _other_baseline(photo: Photograph) -> Photograph | None:
    """The baseline of the course, if the photograph is another one: only the outline on that one is measured with."""
    first = baseline(photo.course)
    return first if first is not None and first.sha256 != photo.sha256 else None
