"""One photograph: looked at and corrected. How one leaves the clinic stands in ``rights``."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.db.models import Model
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dermograph.clinic.gallery.elsewhere import ELSEWHERE
from dermograph.clinic.gallery.forms import CorrectionForm
from dermograph.clinic.gallery.judging import judge_again
from dermograph.clinic.gallery.models import Photograph
from dermograph.clinic.gallery.selectors import baseline, current_outline
from dermograph.clinic.gallery.services import correct_photograph
from dermograph.clinic.gallery.shown import shown_photograph, work_of
from dermograph.clinic.gallery.words import language_of_page
from dermograph.clinic.middleware import ClinicRequest
from dermograph.clinic.people.within import within
from dermograph.clinic.vault import store
from dermograph.core.errors import InputError
from dermograph.core.text import Text

_SIZES = ("preview", "thumbnail")
_TAKEN_OUT = Text("The photograph was taken out of the course.", "La fotografía se retiró del curso.")
_CORRECTED = Text("Corrected. The former entry stays readable.", "Corregida. La anotación anterior se conserva.")
_ASKED = Text("It is being judged again.", "Se está juzgando de nuevo.")
_RELATED = ("course__patient", "course__area", "course__clinic")


@require_GET
def photograph(request: ClinicRequest, photograph: uuid.UUID) -> HttpResponse:
    """One photograph with everything that was found in it."""
    row = within(request.clinic, Photograph, photograph, *_RELATED, "session", "written_by", "supersedes__written_by")
    first = baseline(row.course)
    is_baseline = first is not None and first.pk == row.pk
    step, percent = work_of(row)
    context = {
        "course": row.course,
        "step": "photographs",
        "photograph": row,
        "shown": shown_photograph(row),
        "newer": Photograph.objects.filter(supersedes=row).select_related("written_by").first(),
        "is_baseline": is_baseline,
        "outline": current_outline(row) if is_baseline else None,
        "elsewhere": ELSEWHERE.get(row.course.treatment),
        "step_words": step,
        "percent": percent,
    }
    if request.htmx and row.is_under_way:
        return render(request, "gallery/parts/judging.html", context)
    if request.htmx:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return render(request, "gallery/photograph.html", context)


@require_GET
def photograph_image(request: ClinicRequest, photograph: uuid.UUID, size: str) -> HttpResponse:
    """A preview or a thumbnail, opened while it is sent."""
    if size not in _SIZES:
        raise Http404
    row = within(request.clinic, Photograph, photograph, "course__patient")
    return picture(row.course.patient, row.preview if size == "preview" else row.thumbnail)


def picture(patient: Model, name: str) -> HttpResponse:
    """A JPEG of the vault that our own pages show; no browser or proxy keeps it.

    Raises:
        Http404: If it is not in the vault any more.
    """
    try:
        data = store.get(patient, name)
    except store.Missing:
        raise Http404 from None
    answer = HttpResponse(data, content_type="image/jpeg")
    answer["Cache-Control"] = "private, no-store"
    answer["X-Content-Type-Options"] = "nosniff"
    answer["Content-Disposition"] = "inline"
    return answer


@require_http_methods(["GET", "POST"])
def photograph_correct(request: ClinicRequest, photograph: uuid.UUID) -> HttpResponse:
    """Correct the day, the session or the note, or take the photograph out of the course."""
    row = within(request.clinic, Photograph, photograph, *_RELATED, "session")
    language = language_of_page()
    given = {"taken_on": row.taken_on, "session": row.session_id, "note": row.note}
    form = CorrectionForm(request.POST or None, initial=given, course=row.course, language=language)
    error: InputError | None = None
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            new = correct_photograph(photograph=row, who=request.user, **said)
        except InputError as refused:
            error = refused
        else:
            messages.success(request, (_TAKEN_OUT if new.withdrawn else _CORRECTED).say(language))
            return redirect(
                reverse("gallery", args=[row.course_id]) if new.withdrawn else reverse("photograph", args=[new.pk])
            )
    newer = Photograph.objects.filter(supersedes=row).select_related("written_by").first()
    context = {
        "course": row.course,
        "step": "photographs",
        "photograph": row,
        "form": form,
        "newer": newer,
        "error": error.say(language) if error else "",
    }
    return render(request, "gallery/correct.html", context, status=422 if request.method == "POST" else 200)


@require_POST
def photograph_again(request: ClinicRequest, photograph: uuid.UUID) -> HttpResponse:
    """Have a photograph judged again whose judging failed."""
    row = within(request.clinic, Photograph, photograph, *_RELATED)
    judge_again(row, who=request.user)
    messages.success(request, _ASKED.say(language_of_page()))
    return redirect("photograph", photograph=row.pk)
