"""The gallery of a course, its measures over time, and the card."""

from __future__ import annotations

import csv
import io
import uuid
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from dermograph.clinic import facts
from dermograph.clinic.audit.record import record
from dermograph.clinic.gallery.charts import charts_of
from dermograph.clinic.gallery.elsewhere import ELSEWHERE
from dermograph.clinic.gallery.forms import CardForm, PhotographForm
from dermograph.clinic.gallery.rules import may_keep_photographs
from dermograph.clinic.gallery.selectors import Album, album, measures_of
from dermograph.clinic.gallery.shown import shown_visits
from dermograph.clinic.gallery.words import language_of_page, next_action
from dermograph.clinic.middleware import ClinicRequest
from dermograph.clinic.people.models import Course
from dermograph.clinic.people.within import within
from dermograph.core.text import Text
from dermograph.photo.card.draw_pdf import pdf
from dermograph.photo.card.layout import LAYOUTS
from dermograph.photo.card.serial import LARGEST_SERIAL

_CSV = ("measure", "unit", "day", "value", "u", "change", "u_change", "change_low", "change_high", "mdc95", "verdict")


@require_GET
def gallery(request: ClinicRequest, course: uuid.UUID) -> HttpResponse:
    """The photographs of a course; asked by htmx, only what changes while work is under way."""
    found = within(request.clinic, Course, course, "patient", "area", "clinic")
    if request.htmx:
        context = gallery_context(found, album(found))
        return render(request, "gallery/parts/poll.html", context)
    return gallery_page(request, found)


def gallery_page(
    request: ClinicRequest,
    course: Course,
    form: PhotographForm | None = None,
    *,
    refused: Sequence[tuple[str, str]] = (),
    status: int = 200,
) -> HttpResponse:
    """The page with its form, and what was refused of the form that was just sent.

    Args:
        request: Who asks.
        course: With patient, area and clinic.
        form: As it was sent; None for an empty one.
        refused: What is said of each file that was not stored, ``(name, sentence)``.
        status: Of the answer.
    """
    found = album(course)
    context = gallery_context(course, found)
    # Before the first photograph there is no session to choose from: it is the baseline.
    context["form"] = form or PhotographForm(
        course=course, language=language_of_page(), sessions=bool(found.photographs)
    )
    context["refused"] = refused
    return render(request, "gallery/gallery.html", context, status=status)


def gallery_context(course: Course, found: Album) -> dict[str, Any]:
    """What the gallery's templates need."""
    # Where there are photographs somebody agreed; who took that back is told when one more is sent.
    consented = bool(found.photographs) or may_keep_photographs(course)
    return {
        "course": course,
        "step": "photographs",
        "album": found,
        "visits": shown_visits(found),
        "next": next_action(course, found, consented=consented),
        "consented": consented,
        "most_mb": settings.LARGEST_PHOTOGRAPH_MB,
        "today": facts.today(course),
        "elsewhere": ELSEWHERE.get(course.treatment),
    }


@require_GET
def measures(request: ClinicRequest, course: uuid.UUID) -> HttpResponse:
    """Each measure over time, as charts and tables; ``?format=csv`` as a file."""
    found = within(request.clinic, Course, course, "patient", "area", "clinic")
    photographs = album(found)
    if request.GET.get("format") == "csv":
        record("measures.exported", clinic=request.clinic, who=request.user, about=found, patient=found.patient_id)
        return _csv(found, measures_of(photographs.measured))
    context = {"course": found, "step": "photographs", "charts": charts_of(found, photographs)}
    return render(request, "gallery/measures.html", context)


@require_GET
def card(request: ClinicRequest) -> HttpResponse:
    """The card to print: how to print it, and the file."""
    language = language_of_page()
    asked = "serial" in request.GET
    form = CardForm(
        request.GET if asked else None, initial={"layout": "small", "serial": 1}, language=language, most=LARGEST_SERIAL
    )
    if not asked or not form.is_valid():
        return render(request, "gallery/card.html", {"form": form}, status=422 if asked else 200)
    layout, serial = LAYOUTS[form.cleaned_data["layout"]], form.cleaned_data["serial"]
    answer = HttpResponse(pdf(layout, serial, "a4", language), content_type="application/pdf")
    name = Text(f"card-{layout.name}-{serial}.pdf", f"tarjeta-{layout.name}-{serial}.pdf").say(language)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _csv(course: Course, every: list[dict[str, Any]]) -> HttpResponse:
    """One row a measure and day; figures unrounded, nothing where nothing is known."""
    text = io.StringIO(newline="")
    rows = csv.writer(text)
    rows.writerow(_CSV)
    for one in every:
        for point in one["points"]:
            change = point["change"] or {}
            low, high = change.get("ci95") or (None, None)
            verdict = change.get("verdict") or ("" if point["visit"] is None else "not_comparable")
            figures = (point["value"], point["u"], change.get("value"), change.get("u"), low, high, change.get("mdc95"))
            rows.writerow([one["name"], one["unit"], point["on"].isoformat(), *figures, verdict])
    answer = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = f'attachment; filename="measures-{course.pk}.csv"'
    return answer
