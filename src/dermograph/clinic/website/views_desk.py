"""The requests from the public site, at the front desk and at the practitioner's."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dermograph.clinic.agenda.timetable import WEEKDAYS
from dermograph.clinic.intake.posted import id_of, words
from dermograph.clinic.middleware import ClinicRequest
from dermograph.clinic.people.forms import PatientForm
from dermograph.clinic.people.models import Course, Patient
from dermograph.clinic.people.selectors import found_patients, similar_patients
from dermograph.clinic.people.within import within
from dermograph.clinic.people.words import said
from dermograph.clinic.permissions import CLINICAL
from dermograph.clinic.website.desk import (
    BIRTH,
    decline,
    likely_patients,
    link_to,
    offered_answers,
    register_from,
    take_over,
    told_on,
)
from dermograph.clinic.website.endings import readings
from dermograph.clinic.website.forms import TIMES
from dermograph.clinic.website.models import AppointmentRequest, RequestState
from dermograph.clinic.website.origins import many_today
from dermograph.clinic.website.requesting import DAYS_SETTLED, answers_of, erase_old
from dermograph.core.errors import InputError
from dermograph.core.text import Text
from dermograph.protocols import Protocol, load_library

PAGE = 100
FOUND = 8
LONGEST_SEARCH = 100


@require_GET
def requests(request: ClinicRequest) -> HttpResponse:
    """What is to be answered, and what was."""
    erase_old(request.clinic)
    all_of_them = AppointmentRequest.objects.filter(clinic=request.clinic).select_related("settled_by")
    context = {
        "waiting": list(all_of_them.filter(state=RequestState.NEW).order_by("asked_at")[:PAGE]),
        "settled": list(all_of_them.exclude(state=RequestState.NEW).order_by("-settled_at")[:PAGE]),
        "kept": DAYS_SETTLED,
        "many": many_today(request.clinic),
    }
    return render(request, "website/requests.html", context)


@require_GET
def asked(request: ClinicRequest, asked: uuid.UUID) -> HttpResponse:
    """One request, with what can be done about it; ``?q=`` looks for the patient that it may come from."""
    return _shown(request, _found(request, asked))


@require_http_methods(["GET", "POST"])
def asked_register(request: ClinicRequest, asked: uuid.UUID) -> HttpResponse:
    """Register who asked: the form is filled in with what they wrote; who may be the same person is shown first."""
    found = _found(request, asked)
    if request.method != "POST" and found.state != RequestState.NEW:
        return redirect("asked", found.pk)
    form = PatientForm(request.POST or None, initial=_prefilled(found, is_clinical=request.role in CLINICAL))
    similar: list[Patient] = []
    if request.method == "POST" and form.is_valid():
        fields = form.columns()
        if "anyway" not in request.POST and found.state == RequestState.NEW:
            names = f"{fields['family_names']} {fields['given_names']}"
            similar = similar_patients(request.clinic, names, fields["birth_date"])
        if not similar:
            try:
                entry = form.cleaned_data["entry"] or uuid.uuid4()
                patient = register_from(asked=found, who=request.user, entry=entry, fields=fields)
            except InputError as error:
                form.refused(error)
            else:
                messages.success(request, said(Text("Registered.", "Paciente dado de alta.")))
                return redirect("patient", patient.pk)
    context = {"form": form, "similar": similar, "asked": found}
    return render(request, "website/register.html", context, status=422 if form.errors else 200)


@require_POST
def asked_link(request: ClinicRequest, asked: uuid.UUID) -> HttpResponse:
    """Say that who asked is a patient who is there."""
    found = _found(request, asked)
    try:
        wanted = id_of(request, "patient") or uuid.UUID(int=0)  # nobody's: not found, as any other unknown one
        link_to(asked=found, patient=within(request.clinic, Patient, wanted), who=request.user)
    except InputError as error:
        return _shown(request, found, error=error)
    messages.success(request, said(Text("Linked to the patient.", "Vinculada al paciente.")))
    return redirect("asked", found.pk)


@require_POST
def asked_decline(request: ClinicRequest, asked: uuid.UUID) -> HttpResponse:
    """Decline it, with the reason."""
    found = _found(request, asked)
    reason = words(request, "reason")
    try:
        decline(asked=found, reason=reason, who=request.user)
    except InputError as error:
        return _shown(request, found, error=error, reason=reason)
    messages.success(request, said(Text("Declined. The answers are erased.", "Rechazada. Las respuestas se borran.")))
    return redirect("requests")


@require_http_methods(["GET", "POST"])
def asked_answers(request: ClinicRequest, asked: uuid.UUID) -> HttpResponse:
    """The answers that were handed over, for who treats: gone through, and taken over into the patient's record."""
    found = _found(request, asked)
    protocol = _protocol(found)
    told = answers_of(found, protocol) if protocol else None
    if protocol is None or told is None:
        return redirect("asked", found.pk)
    courses = _courses(found)
    course = _chosen_course(request, courses)
    error: InputError | None = None
    if request.method == "POST" and course is not None:
        try:
            seen = {name: id_of(request, f"seen-{name}") for name in told.answers}
            chosen = request.POST.getlist("fact")
            take_over(asked=found, course=course, told=told, chosen=chosen, seen=seen, who=request.user)
        except InputError as refused:
            error = refused
        else:
            done = Text("Taken over as the patient's answers.", "Guardadas como respuestas del paciente.")
            messages.success(request, said(done))
            return redirect("assessment", course.pk)
    born, on = _born(told.answers.get(BIRTH)), told_on(found)
    context = {
        "asked": found,
        "told": readings(told, protocol),
        "told_on": on,
        "days_ago": (timezone.localdate() - on).days,
        "courses": courses,
        "course": course,
        "rows": offered_answers(told, course, protocol, on) if course else [],
        "born": born,
        "is_born_otherwise": bool(born and found.patient and born != found.patient.birth_date),
        "error": error,
    }
    return render(request, "website/answers.html", context, status=422 if error else 200)


def _found(request: ClinicRequest, pk: uuid.UUID) -> AppointmentRequest:
    return within(request.clinic, AppointmentRequest, pk, "patient", "settled_by", "clinic")


def _shown(
    request: ClinicRequest, found: AppointmentRequest, *, error: InputError | None = None, reason: str = ""
) -> HttpResponse:
    looked_for = request.GET.get("q", "").replace("\0", "")[:LONGEST_SEARCH].strip()
    is_new = found.state == RequestState.NEW
    context: dict[str, Any] = {
        "asked": found,
        "days": [WEEKDAYS[day] for day in found.days if day in range(len(WEEKDAYS))],
        "times": [TIMES[one] for one in found.times if one in TIMES],
        "likely": likely_patients(found, None) if is_new else [],
        "looked_for": looked_for,
        "found": found_patients(request.clinic, looked_for, limit=FOUND).patients if looked_for and is_new else (),
        "is_new": is_new,
        "has_answers": bool(found.answers),
        "is_clinical": request.role in CLINICAL,
        "error": error,
        "reason": reason,
        "kept": DAYS_SETTLED,
    }
    return render(request, "website/asked.html", context, status=422 if error else 200)


def _prefilled(found: AppointmentRequest, *, is_clinical: bool) -> dict[str, Any]:
    """What they wrote; the date of birth is one of the answers, which the form promises to practitioners alone."""
    protocol = _protocol(found) if is_clinical else None
    told = answers_of(found, protocol) if protocol else None
    return {
        "given_names": found.given_names,
        "family_names": found.family_names,
        "phone": found.phone,
        "email": found.email,
        "language": found.language,
        "birth_date": _born(told.answers.get(BIRTH)) if told else None,
    }


def _born(value: object) -> dt.date | None:
    return value if isinstance(value, dt.date) else None


def _protocol(found: AppointmentRequest) -> Protocol | None:
    library = load_library()
    return library.protocol(found.treatment) if found.treatment in library.treatments else None


def _courses(found: AppointmentRequest) -> list[Course]:
    if found.patient is None:
        return []
    courses = Course.objects.filter(patient=found.patient, treatment=found.treatment, closed_at=None)
    return list(courses.select_related("area", "patient", "clinic"))


def _chosen_course(request: ClinicRequest, courses: list[Course]) -> Course | None:
    """The course that the page is about: the one named, else the latest."""
    named = request.POST.get("course") or request.GET.get("course", "")
    if named:
        return next((one for one in courses if str(one.pk) == named), None)
    return courses[0] if courses else None
