"""Pages of areas and courses: placing, opening, closing, opening again."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from dermograph.clinic.people.body_figures import FIGURES
from dermograph.clinic.people.forms import AreaForm, CloseForm, CourseForm, ReasonForm
from dermograph.clinic.people.models import Area, Course, Patient
from dermograph.clinic.people.request import ClinicRequest
from dermograph.clinic.people.selectors import practising
from dermograph.clinic.people.services import add_area, close_course, open_course, reopen_course
from dermograph.clinic.people.within import within
from dermograph.clinic.people.words import said
from dermograph.core.errors import InputError
from dermograph.core.text import Text
from dermograph.protocols import load_library

AT_COURSE = ("patient", "area", "clinic")


@require_http_methods(["GET", "POST"])
def area_new(request: ClinicRequest, patient: uuid.UUID) -> HttpResponse:
    """Place a new area on the body map."""
    found = within(request.clinic, Patient, patient, "clinic")
    form = AreaForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        region, x, y = form.cleaned_data["place"]
        try:
            area = add_area(
                patient=found,
                who=request.user,
                name=form.cleaned_data["name"],
                view=region.view,
                x=x,
                y=y,
                side=region.side,
                entry=form.cleaned_data["entry"],
            )
        except InputError as error:
            form.refused(error)
        else:
            return redirect("course_new", area.pk)
    chosen = str(form["view"].value() or "front")
    context = {
        "form": form,
        "patient": found,
        "figures": list(FIGURES.values()),
        "chosen": chosen if chosen in FIGURES else "front",
        "areas": list(found.areas.order_by("name")),
    }
    return render(request, "people/area_new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def course_new(request: ClinicRequest, area: uuid.UUID) -> HttpResponse:
    """Open a course of a treatment on an area."""
    found = within(request.clinic, Area, area, "patient__clinic")
    library = load_library()
    open_already = set(found.courses.filter(closed_at=None).values_list("treatment", flat=True))
    usual = "scalp" if found.view == "scalp" and "scalp" in {*library.treatments} - open_already else ""
    own = request.membership
    form = CourseForm(
        request.POST or None,
        leads=practising(request.clinic),
        initial={"treatment": usual, "lead": str(own.pk) if own.treatments else ""},
    )
    if request.method == "POST" and form.is_valid():
        try:
            course = open_course(
                area=found,
                treatment=form.cleaned_data["treatment"],
                who=request.user,
                lead=form.cleaned_data["lead"],
                goal_delta_e00=form.cleaned_data["goal"],
                entry=form.cleaned_data["entry"],
            )
        except InputError as error:
            form.refused(error)
        else:
            return redirect("course", course.pk)
    protocols = [(library.protocol(name), name) for name in library.treatments]
    context = {
        "form": form,
        "area": found,
        "patient": found.patient,
        "chosen": form["treatment"].value(),
        "treatments": [
            {"name": name, "title": one.title, "summary": one.summary, "is_open": name in open_already}
            for one, name in protocols
        ],
    }
    return render(request, "people/course_new.html", context, status=422 if form.errors else 200)


@require_POST
def course_close(request: ClinicRequest, course: uuid.UUID) -> HttpResponse:
    """Close a course, with its outcome and the reason."""
    found = within(request.clinic, Course, course, *AT_COURSE)
    form = CloseForm(request.POST)
    if form.is_valid():
        try:
            close_course(course=found, who=request.user, **form.cleaned_data)
        except InputError as error:
            form.refused(error)
        else:
            messages.success(request, said(Text("The course is closed.", "El curso está cerrado.")))
            return redirect("course", found.pk)
    return _asked_again(request, found, form, is_closing=True)


@require_POST
def course_reopen(request: ClinicRequest, course: uuid.UUID) -> HttpResponse:
    """Open a closed course again, with the reason."""
    found = within(request.clinic, Course, course, *AT_COURSE)
    form = ReasonForm(request.POST)
    if form.is_valid():
        try:
            reopen_course(course=found, who=request.user, **form.cleaned_data)
        except InputError as error:
            form.refused(error)
        else:
            messages.success(request, said(Text("The course is open again.", "El curso vuelve a estar abierto.")))
            return redirect("course", found.pk)
    return _asked_again(request, found, form, is_closing=False)


def _asked_again(request: ClinicRequest, course: Course, form: ReasonForm, *, is_closing: bool) -> HttpResponse:
    context = {"form": form, "course": course, "patient": course.patient, "is_closing": is_closing}
    return render(request, "people/course_ending.html", context, status=422)
