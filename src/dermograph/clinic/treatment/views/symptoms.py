"""Signs after a session: reported, seen, gone."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from dermograph.clinic.facts import protocol_of
from dermograph.clinic.intake.meanwhile import ChangedMeanwhileError
from dermograph.clinic.ledger.words import current_language
from dermograph.clinic.middleware import ClinicRequest
from dermograph.clinic.people.models import Course
from dermograph.clinic.people.within import within
from dermograph.clinic.treatment.forms.symptom import GoneForm, SymptomForm
from dermograph.clinic.treatment.models import SymptomReport
from dermograph.clinic.treatment.selectors import RELATED, side_effects, symptoms_of
from dermograph.clinic.treatment.services import mark_gone, mark_seen, report_symptom
from dermograph.core.errors import InputError
from dermograph.core.text import Text
from dermograph.protocols import load_library

UNPROCESSABLE = 422


@require_http_methods(["GET", "POST"])
def symptom_new(request: ClinicRequest, course: uuid.UUID) -> HttpResponse:
    """Report a sign; what was reported before and what the protocol expects stand beside."""
    found = within(request.clinic, Course, course, "patient", "area", "clinic")
    form = SymptomForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        said = form.cleaned_data
        try:
            report_symptom(
                course=found,
                who=request.membership,
                sign=said["sign"],
                reported_on=said["reported_on"],
                gone_on=said["gone_on"],
                words=said["said"],
                entry=said["entry"],
            )
        except InputError as error:
            form.tell(error)
        else:
            return redirect("symptom_new", course=found.pk)
    return _page(request, found, form)


@require_POST
def symptom_seen(request: ClinicRequest, symptom: uuid.UUID) -> HttpResponse:
    """Say that somebody has looked at a report."""
    found = within(request.clinic, SymptomReport, symptom, *RELATED)
    mark_seen(report=found, who=request.membership)
    return redirect("symptom_new", course=found.course_id)


@require_http_methods(["GET", "POST"])
def symptom_gone(request: ClinicRequest, symptom: uuid.UUID) -> HttpResponse:
    """Say on which day a sign was gone."""
    found = within(request.clinic, SymptomReport, symptom, *RELATED)
    form = GoneForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            mark_gone(
                report=found,
                who=request.membership,
                gone_on=form.cleaned_data["gone_on"],
                entry=form.cleaned_data["entry"],
            )
        except ChangedMeanwhileError as error:
            messages.warning(request, error.say(current_language()))
            return redirect("symptom_new", course=found.course_id)
        except InputError as error:
            form.tell(error)
        else:
            return redirect("symptom_new", course=found.course_id)
    return _page(request, found.course, SymptomForm(), gone=form, of=found)


def _page(
    request: ClinicRequest,
    course: Course,
    form: SymptomForm,
    *,
    gone: GoneForm | None = None,
    of: SymptomReport | None = None,
) -> HttpResponse:
    language, protocol = current_language(), protocol_of(course)
    signs = load_library().vocabulary.signs
    context: dict[str, Any] = {
        "course": course,
        "step": "review",
        "form": form,
        "gone": gone,
        "of": of,
        "of_label": signs.get(of.sign) if of else None,
        "reports": [
            {"row": one, "label": signs.get(one.sign) or Text(one.sign, one.sign), "state": state_of(one)}
            for one in symptoms_of(course)
        ],
        "effects": side_effects(protocol, language),
    }
    wrong = (form.is_bound and form.errors) or (gone is not None and gone.errors)
    return render(request, "treatment/symptoms.html", context, status=UNPROCESSABLE if wrong else 200)


def state_of(report: SymptomReport) -> str:
    """``alert`` while nobody has seen it, ``gone``, or ``open`` while it is not known to be gone."""
    if report.seen_at is None:
        return "alert"
    return "gone" if report.gone_on else "open"
