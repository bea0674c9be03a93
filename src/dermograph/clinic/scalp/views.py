"""The page of a scalp: its dots over time, what of them is left, how long it lasts, and its designs."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.db.models import Exists, OuterRef, Q, Subquery
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dermograph.care.reasons import Reason
from dermograph.clinic import facts
from dermograph.clinic.agenda.looks import looks_after
from dermograph.clinic.gallery.drawing import drawn_on
from dermograph.clinic.gallery.models import Photograph, Stage
from dermograph.clinic.gallery.posted import id_in, said
from dermograph.clinic.gallery.selectors import failed_checks, photographs
from dermograph.clinic.gallery.words import language_of_page
from dermograph.clinic.middleware import ClinicRequest
from dermograph.clinic.people.models import Course
from dermograph.clinic.people.within import within
from dermograph.clinic.scalp.area_form import AREA_WORDS, AreaForm, area_words
from dermograph.clinic.scalp.charts import charts_of
from dermograph.clinic.scalp.course import SCALP, scalp_course
from dermograph.clinic.scalp.models import DesignChoice, ScalpChange, ScalpDesign, ScalpReading
from dermograph.clinic.scalp.rules import figures
from dermograph.clinic.scalp.selectors import designs, has_figures, refusal_of, standing
from dermograph.clinic.scalp.services import ask_for_reading
from dermograph.clinic.scalp.shown import (
    ShownVisit,
    no_fading_yet,
    shown_fading,
    shown_visits,
    too_early_until,
    work_of,
)
from dermograph.clinic.scalp.words import step_in_words
from dermograph.core.errors import InputError
from dermograph.core.text import Text
from dermograph.photo.scalp.dots import CAVEAT

Json = dict[str, Any]
_SAME = Text(
    "Nothing has changed since: the same photograph, area and method give the same figures.",
    "Nada ha cambiado: la misma fotografía, zona y método dan las mismas cifras.",
)
_ASKED = Text("The dots are being counted.", "Se están contando los puntos.")


@require_GET
def scalp(request: ClinicRequest, course: uuid.UUID) -> HttpResponse:
    """The scalp of a course; asked by htmx, only how far the work is, or that the page is to load itself again."""
    found = scalp_course(request.clinic, course)
    stands = standing(found)
    days = _session_days(found)
    visits = shown_visits(stands, days)
    step, percent = work_of(visits)
    uncounted = _uncounted(found)
    judging = next((one for one in uncounted if one["step"] is not None), None)
    if step is None and judging is not None:
        step, percent = judging["step"], judging["percent"]
    under_way = stands.under_way or judging is not None
    if request.htmx:
        if not under_way:
            return HttpResponse(headers={"HX-Refresh": "true"})
        return render(request, "scalp/parts/progress.html", {"course": found, "words": step, "percent": percent})
    today, language = facts.today(found), language_of_page()
    until = too_early_until(days, today)
    protocol = facts.protocol_of(found)
    looks = looks_after(found.clinic, protocol, days[-1], today, language) if days else []
    context = {
        "course": found,
        "step": "scalp",
        "standing": stands,
        "visits": visits,
        "uncounted": uncounted,
        "picked": _picked(visits, request.GET.get("photograph")),
        "under_way": under_way,
        "words": step,
        "percent": percent,
        "until": until,
        "too_early": _too_early(found, until) if until else None,
        "fading": shown_fading(stands, visits),
        "no_fading": no_fading_yet(stands, until),
        "limit": figures(found.clinic).limit_percent,
        "charts": charts_of(visits, days, figures(found.clinic).limit_percent, stands.settled and stands.settled.pk),
        "designs": _designs(found),
        "looks": [one for one in looks if one.last is not None],
        "is_check_due": stands.next_check is not None and stands.next_check <= today,
        "caveat": CAVEAT,
        "language": language,
    }
    return render(request, "scalp/course.html", context)


@require_POST
def scalp_read(request: ClinicRequest, photograph: uuid.UUID) -> HttpResponse:
    """Have the dots of a photograph counted, for the first time or again, where they were looked for before."""
    photo = _photograph(request, photograph)
    former = _former(photo)
    failed = ScalpChange.objects.standing().filter(Q(before=former) | Q(after=former), stage=Stage.FAILED)
    is_retried = former is not None and failed.exists()
    asked = ask_for_reading(
        photograph=photo,
        who=request.user,
        entry=id_in(request.POST.get("entry")),
        area=former.area if former else None,
        hair=former.hair if former else None,
    )
    is_same = former is not None and asked.pk == former.pk and not asked.is_under_way
    if is_same and not is_retried:
        messages.info(request, _SAME.say(language_of_page()))
    else:
        messages.success(request, _ASKED.say(language_of_page()))
    return redirect("scalp", course=photo.course_id)


@require_http_methods(["GET", "HEAD", "POST"])
def scalp_area(request: ClinicRequest, photograph: uuid.UUID) -> HttpResponse:
    """Draw where dots are looked for in a photograph, and where the patient's own hair stands."""
    photo, language = _photograph(request, photograph), language_of_page()
    former = _former(photo)
    form = AreaForm(request.POST or None, former=former, language=language)
    if request.method == "POST" and form.is_valid():
        try:
            ask_for_reading(photograph=photo, who=request.user, entry=form.cleaned_data["entry"], **form.shapes())
        except InputError as error:
            name = error.place.field
            form.add_error(name if name in form.fields else None, said(error).say(language))
        else:
            messages.success(request, _ASKED.say(language))
            return redirect("scalp", course=photo.course_id)
    context = {
        "course": photo.course,
        "step": "scalp",
        "photograph": photo,
        "form": form,
        "layers": [(name, *AREA_WORDS[name], form[name]) for name in AREA_WORDS],
        "settings": {
            "width": photo.width,
            "height": photo.height,
            "image": reverse("photograph_image", args=[photo.pk, "preview"]),
            "plane": drawn_on(photo)["plane"],
            "layers": form.layers(),
            "unsaved": form.is_bound,
            "language": language,
            "words": area_words(language),
        },
    }
    return render(request, "scalp/area.html", context, status=422 if request.method == "POST" else 200)


def _photograph(request: ClinicRequest, photograph: uuid.UUID) -> Photograph:
    """A photograph of a course of a scalp.

    Raises:
        Http404: If there is none of that id in the clinic, or it is another treatment's.
    """
    found = within(request.clinic, Photograph, photograph, "course__patient", "course__area", "course__clinic")
    if found.course.treatment != SCALP:
        raise Http404
    return found


def _former(photo: Photograph) -> ScalpReading | None:
    found: ScalpReading | None = ScalpReading.objects.standing().filter(photograph=photo).first()
    return found


def _session_days(course: Course) -> list[dt.date]:
    """The days with a session, the earliest first."""
    held = course.sessions.filter(superseded_by__isnull=True).values_list("started_at", flat=True)
    return sorted({at.astimezone(course.clinic.zone).date() for at in held})


def _designs(course: Course) -> list[Json]:
    """The designs, the latest first: each with whether sessions follow it, and whether the patient sees it.

    The one that is followed is among them where another was drawn in its place: sessions set its dots all the same.
    """
    chosen = DesignChoice.objects.standing().filter(design=OuterRef("pk")).values("shown_to_patient")
    later = ScalpDesign.objects.filter(supersedes=OuterRef("pk"))
    rows = designs(course, or_followed=True).annotate(is_shown=Subquery(chosen[:1]), is_replaced=Exists(later))
    return [
        {
            "row": one,
            "is_chosen": one.is_shown is not None,
            "is_replaced": one.is_replaced,
            "is_shown": one.is_shown,
            "refusal": refusal_of(one),
        }
        for one in rows.reverse()
    ]


def _uncounted(course: Course) -> list[Json]:
    """Photographs without a reading: still being judged, not usable, or from before dots were counted by themselves.

    Returns:
        Of each ``photograph`` what is done at it (``step``, ``percent``) and why it cannot be measured (``findings``).
    """
    read = ScalpReading.objects.standing().filter(photograph=OuterRef("pk"))
    return [
        {
            "photograph": one,
            "step": step_in_words(one.step) if one.is_under_way else None,
            "percent": round(100 * one.progress),
            "findings": [check for check in failed_checks(one) if check["blocks"]],
        }
        for one in photographs(course).filter(~Exists(read))
    ]


def _picked(visits: list[ShownVisit], asked: str | None) -> ShownVisit | None:
    """The photograph whose pictures are shown: the one that was asked for, else the latest that was counted."""
    counted = [one for one in visits if has_figures(one.reading)]
    named = (one for one in counted if str(one.reading.photograph_id) == asked)
    return next(named, counted[-1] if counted else None)


def _too_early(course: Course, until: dt.date) -> Json:
    """Why no verdict on colour is given yet, with its source."""
    protocol = facts.protocol_of(course)
    after = protocol.review.measure_after
    return Reason.of_statement(after, protocol, grade="review", until=until).to_json(language_of_page())
