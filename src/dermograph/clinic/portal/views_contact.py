"""The patient's appointments: the list, a new one, moving, cancelling, and taking a cancellation back."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from dermograph.clinic.agenda.models import Appointment, State
from dermograph.clinic.intake.posted import entry_of, language_of, words
from dermograph.clinic.middleware import PatientRequest
from dermograph.clinic.people.models import Course
from dermograph.clinic.portal import appointing
from dermograph.clinic.portal.appointing_page import choosing, listed, one_shown
from dermograph.clinic.portal.appointing_refusals import TooLateError, why_not_cancel, why_not_move
from dermograph.clinic.portal.limits import limits_of
from dermograph.clinic.portal.mine import mine, my_courses
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text

_ROW = ("clinic__portal_limits", "patient", "course__clinic", "course__patient", "course__area", "practitioner__user")


@require_GET
def me_appointments(request: PatientRequest) -> HttpResponse:
    """The appointments to come and those that were, and asking for another."""
    limits, now = limits_of(request.clinic), timezone.now()
    courses = [one for one in my_courses(request.patient) if one.closed_at is None]
    page = {**listed(request.patient, limits, now), "courses": courses, "limits": limits}
    return render(request, "portal/appointments.html", page)


@require_http_methods(["GET", "HEAD", "POST"])
def me_appointment_new(request: PatientRequest, course: uuid.UUID) -> HttpResponse:
    """Choose a free time of an open day, for one course."""
    found = _course(request, course)
    if request.method != "POST":
        return _choose(request, found)
    try:
        made = appointing.choose(
            course=found,
            purpose=words(request, "purpose"),
            slot=words(request, "slot"),
            who=request.user,
            entry=entry_of(request),
        )
    except InputError as error:
        return _choose(request, found, error=error)
    told = Text("Your appointment is booked.", "Su cita está reservada.")
    if made.state == State.HELD:
        told = Text(
            "The time is kept for you. The clinic still has to confirm it.",
            "Le guardamos la hora. La clínica aún tiene que confirmarla.",
        )
    messages.success(request, told.say(language_of(request)))
    return redirect("me_appointments")


@require_http_methods(["GET", "HEAD", "POST"])
def me_appointment_move(request: PatientRequest, appointment: uuid.UUID) -> HttpResponse:
    """Choose another time for an appointment; too late for that, whom to call."""
    found = mine(request.patient, Appointment.objects.select_related(*_ROW), appointment, "patient")
    if request.method == "POST":
        try:
            appointing.move(
                appointment=found, slot=words(request, "slot"), who=request.user, sequence=_sequence(request)
            )
        except InputError as error:
            found.refresh_from_db()
            return _move(request, found, error)
        told = Text("Your appointment is moved.", "Su cita se ha cambiado.")
        messages.success(request, told.say(language_of(request)))
        return redirect("me_appointments")
    return _move(request, found)


@require_http_methods(["GET", "HEAD", "POST"])
def me_appointment_cancel(request: PatientRequest, appointment: uuid.UUID) -> HttpResponse:
    """What cancelling does, then doing it; within the hour it can be taken back."""
    found = mine(request.patient, Appointment.objects.select_related(*_ROW), appointment, "patient")
    error: InputError | None = None
    if request.method == "POST":
        try:
            _cancel_or_restore(request, found)
        except InputError as problem:
            error = problem
            found.refresh_from_db()
        else:
            return redirect("me_appointments")
    limits, now = limits_of(found.clinic), timezone.now()
    page = {
        "one": one_shown(found, limits, now),
        "refused": why_not_cancel(found, limits, now),
        "error": error,
        "words": words(request, "words")[: appointing.LONGEST_WORDS] if error else "",
        "longest": appointing.LONGEST_WORDS,
    }
    return render(request, "portal/appointment_cancel.html", page, status=_status(error))


def _cancel_or_restore(request: PatientRequest, found: Appointment) -> None:
    sequence = _sequence(request)
    if words(request, "act") == "restore":
        appointing.restore(appointment=found, who=request.user, sequence=sequence)
        told = Text("Your appointment stands again.", "Su cita vuelve a estar en pie.")
    else:
        appointing.cancel(appointment=found, words=words(request, "words"), who=request.user, sequence=sequence)
        told = Text("Your appointment is cancelled.", "Su cita está anulada.")
    messages.success(request, told.say(language_of(request)))


def _choose(request: PatientRequest, course: Course, error: InputError | None = None) -> HttpResponse:
    """The page to choose a time from, with what went wrong."""
    limits, now = limits_of(course.clinic), timezone.now()
    page: dict[str, Any] = {"course": course, "limits": limits, "error": error}
    if limits.open and course.closed_at is None:
        query = request.POST if request.method == "POST" else request.GET
        page |= choosing(course, limits, now, query, language_of(request), around=_around(error))
    page["address"] = reverse("me_appointment_new", args=[course.pk])
    return render(request, "portal/appointment_new.html", page, status=_status(error))


def _move(request: PatientRequest, found: Appointment, error: InputError | None = None) -> HttpResponse:
    limits, now = limits_of(found.clinic), timezone.now()
    refused = why_not_move(found, limits, now)
    page: dict[str, Any] = {
        "one": one_shown(found, limits, now),
        "course": found.course,
        "limits": limits,
        "refused": refused,
        "error": error,
        "address": reverse("me_appointment_move", args=[found.pk]),
    }
    if refused is None and found.course is not None:
        query = request.POST if request.method == "POST" else request.GET
        around = _around(error)
        page |= choosing(found.course, limits, now, query, language_of(request), moving=found, around=around)
    return render(request, "portal/appointment_move.html", page, status=_status(error))


def _course(request: PatientRequest, pk: uuid.UUID) -> Course:
    courses = Course.objects.select_related("clinic__portal_limits", "patient", "area", "lead__user")
    return mine(request.patient, courses, pk, "patient")


def _around(error: InputError | None) -> dt.datetime | None:
    return error.around if isinstance(error, TooLateError) else None


def _status(error: InputError | None) -> int:
    if error is None:
        return 200
    return 409 if isinstance(error, TooLateError) or error.place.field == "sequence" else 422


def _sequence(request: PatientRequest) -> int:
    written = words(request, "sequence")
    if not written.isascii() or not written.isdigit() or len(written) > 9:
        raise InputError(
            Text("This form is incomplete.", "Este formulario está incompleto."),
            Place(field="form"),
            Text("Open the appointment again.", "Abra la cita de nuevo."),
        )
    return int(written)
