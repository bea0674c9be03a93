"""Drawing a design on a photograph, and drawing one anew."""

from __future__ import annotations

import json
import uuid
from collections.abc import Sequence
from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from dermograph.clinic.gallery.drawing import drawn_on
from dermograph.clinic.gallery.models import Photograph
from dermograph.clinic.gallery.posted import id_in
from dermograph.clinic.gallery.selectors import frame_mm, photographs
from dermograph.clinic.gallery.words import language_of_page
from dermograph.clinic.middleware import ClinicRequest
from dermograph.clinic.people.models import Course
from dermograph.clinic.scalp.course import scalp_course
from dermograph.clinic.scalp.design_forms import ASKED, LAYERS, LINE, DesignForm, wished
from dermograph.clinic.scalp.design_words import FIELDS, NOT_OF_COURSE, script_words
from dermograph.clinic.scalp.design_words import LAYERS as LAYER_WORDS
from dermograph.clinic.scalp.models import ScalpDesign
from dermograph.clinic.scalp.selectors import choice
from dermograph.clinic.scalp.services import ask_for_design
from dermograph.core.errors import InputError

Json = dict[str, Any]


@require_http_methods(["GET", "HEAD", "POST"])
def scalp_design_new(request: ClinicRequest, course: uuid.UUID) -> HttpResponse:
    """Draw a design on one of the photographs of a course; ``?from=`` begins with what another design has."""
    found = scalp_course(request.clinic, course)
    usable = [one for one in photographs(found).filter(usable=True).reverse() if frame_mm(one)]
    if request.method == "POST":
        return _asked(request, found, usable)
    former = _former(found, request.GET.get("from"))
    chosen = _chosen(usable, request.GET.get("photograph"), former)
    form = DesignForm(language=language_of_page(), initial=_beginning(found, chosen, former))
    return _page(request, found, usable, chosen, former, form)


def _asked(request: ClinicRequest, course: Course, usable: Sequence[Photograph]) -> HttpResponse:
    """Ask for the design that was sent, or show what is wrong with it."""
    entry = id_in(request.POST.get("entry"))
    if entry is not None and ScalpDesign.objects.filter(pk=entry, course=course).exists():  # the form was sent twice
        return redirect("scalp_design", design=entry)
    former = _former(course, request.POST.get("supersedes"))
    form = DesignForm(request.POST, language=language_of_page(), initial=wished(course.clinic, former))
    chosen = next((one for one in usable if str(one.pk) == request.POST.get("photograph")), None)
    if chosen is None:
        form.add_error(None, NOT_OF_COURSE.say(language_of_page()))
    elif form.is_valid():
        try:
            made = ask_for_design(
                photograph=chosen,
                shapes=form.shapes(),
                wish=form.wish(),
                who=request.user,
                entry=form.cleaned_data["entry"],
                supersedes=former,
            )
        except InputError as error:
            form.refuse(error)
        else:
            return redirect("scalp_design", design=made.pk)
    return _page(request, course, usable, chosen or _chosen(usable, None, former), former, form, status=422)


def _former(course: Course, given: str | None) -> ScalpDesign | None:
    """The design in whose place the new one will be; None for none.

    Raises:
        Http404: If the course has none of that id.
    """
    if not given:
        return None
    pk = id_in(given)
    rows = ScalpDesign.objects.filter(course=course).select_related("photograph")
    found: ScalpDesign | None = rows.filter(pk=pk).first() if pk is not None else None
    if found is None:
        raise Http404
    return found


def _chosen(usable: Sequence[Photograph], given: str | None, former: ScalpDesign | None) -> Photograph | None:
    """The photograph to draw on: the one that was asked for, else the former design's, else the latest.

    Raises:
        Http404: If the one that was asked for cannot be drawn on.
    """
    if given:
        found = next((one for one in usable if one.pk == id_in(given)), None)
        if found is None:
            raise Http404
        return found
    same = (one for one in usable if former is not None and one.sha256 == former.photograph.sha256)
    return next(same, usable[0] if usable else None)


def _beginning(course: Course, chosen: Photograph | None, former: ScalpDesign | None) -> Json:
    """What the form begins with. Shapes are kept only on the photograph that they were drawn on."""
    found = wished(course.clinic, former)
    found |= {"photograph": chosen and chosen.pk, "supersedes": former and former.pk}
    if former is not None and chosen is not None and chosen.sha256 == former.photograph.sha256:
        for name in LAYERS:
            shape = former.shapes.get(name)
            drawn = shape if name == LINE or not shape else shape["lesion"]
            found[name] = json.dumps(drawn) if drawn else ""
    return found


def _page(
    request: ClinicRequest,
    course: Course,
    usable: Sequence[Photograph],
    chosen: Photograph | None,
    former: ScalpDesign | None,
    form: DesignForm,
    status: int = 200,
) -> HttpResponse:
    """The photograph to draw on and the figures to fill in."""
    language = language_of_page()
    standing = choice(course) if former else None
    context: Json = {
        "course": course,
        "step": "scalp",
        "usable": usable,
        "photograph": chosen,
        "former": former,
        "former_is_chosen": standing is not None and former is not None and standing.design_id == former.pk,
        "is_other_photograph": former and chosen and chosen.sha256 != former.photograph.sha256,
        "form": form,
        "figures": [(form[name], FIELDS[name].unit.say(language)) for name in ASKED],
        "layers": [(name, *LAYER_WORDS[name], form[name]) for name in LAYERS],
    }
    if chosen is not None:
        context["settings"] = {
            "width": chosen.width,
            "height": chosen.height,
            "image": reverse("photograph_image", args=[chosen.pk, "preview"]),
            "plane": drawn_on(chosen)["plane"],
            "layers": form.layers(),
            "unsaved": form.is_bound,
            "language": language,
            "words": script_words(language),
        }
    return render(request, "scalp/design_new.html", context, status=status)
