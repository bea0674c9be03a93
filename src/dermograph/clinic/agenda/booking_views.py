"""Choosing a time, booking it, and moving an appointment."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from dermograph.clinic.agenda import services
from dermograph.clinic.agenda.limits import ClosedDayError
from dermograph.clinic.agenda.models import Appointment, Room
from dermograph.clinic.agenda.picker import Ask, by_person, picker, read_ask
from dermograph.clinic.agenda.taken import TakenError
from dermograph.clinic.agenda.wall import read_instant
from dermograph.clinic.middleware import ClinicRequest
from dermograph.clinic.people.models import Clinic, Course, Membership
from dermograph.clinic.people.within import within
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Language, Text

COURSE = ("clinic", "patient", "area", "lead__user")
APPOINTMENT = ("clinic", "course__clinic", "course__patient", "course__area", "practitioner__user", "room", "patient")


@require_GET
def booking(request: ClinicRequest, course: uuid.UUID) -> HttpResponse:
    """The month, why days are closed, and the free slots of the picked day."""
    found = within(request.clinic, Course, course, *COURSE)
    return _page(request, picker(found, read_ask(request.GET), language_of()))


@require_GET
def booking_slots(request: ClinicRequest, course: uuid.UUID) -> HttpResponse:
    """The month and the slots alone, as htmx swaps them in."""
    found = within(request.clinic, Course, course, *COURSE)
    moving = _moving(request, found)
    context = picker(found, read_ask(request.GET, moving), language_of(), moving)
    return render(request, "agenda/parts/choose.html", context)


@require_POST
def appointment_new(request: ClinicRequest, course: uuid.UUID) -> HttpResponse:
    """Book or hold the chosen slot; whoever comes too late is told what is free."""
    found = within(request.clinic, Course, course, *COURSE)
    ask = Ask()
    try:
        ask = read_ask(request.POST)
        starts_at, practitioner, room = _slot(request, found.clinic)
        make = services.hold if request.POST.get("hold") else services.book
        made = make(
            course=found,
            purpose=ask.purpose,
            practitioner=practitioner,
            room=room,
            starts_at=starts_at,
            minutes=ask.minutes,
            note=request.POST.get("note", ""),
            who=request.user,
            entry=_entry(request),
        )
    except InputError as error:
        return _refused(request, found, ask, error)
    told = Text("The slot is held.", "El hueco queda reservado provisionalmente.")
    if made.held_until is None:
        told = Text("The appointment is booked.", "La cita está reservada.")
    messages.success(request, told.say(language_of()))
    return redirect("appointment", made.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def appointment_move(request: ClinicRequest, appointment: uuid.UUID) -> HttpResponse:
    """Choose another time for an appointment, and move it there."""
    found = within(request.clinic, Appointment, appointment, *APPOINTMENT)
    course = found.course
    if course is None:
        raise InputError(Text("This appointment belongs to no course.", "Esta cita no pertenece a ningún curso."))
    if request.method != "POST":
        return _page(request, picker(course, read_ask(request.GET, found), language_of(), found))
    ask = Ask(purpose=found.purpose)
    try:
        ask = read_ask(request.POST, found)
        starts_at, practitioner, room = _slot(request, found.clinic)
        services.move(
            appointment=found,
            practitioner=practitioner,
            room=room,
            starts_at=starts_at,
            minutes=ask.minutes,
            who=request.user,
            sequence=sequence_of(request),
        )
    except InputError as error:
        return _refused(request, course, ask, error, found)
    messages.success(request, Text("The appointment is moved.", "La cita se ha cambiado de hora.").say(language_of()))
    return redirect("appointment", found.pk)


def language_of() -> Language:
    """The language of the page."""
    return "es" if (get_language() or "en").startswith("es") else "en"


def sequence_of(request: ClinicRequest) -> int:
    """The number of the change that the person saw.

    Raises:
        InputError: If the form does not say it.
    """
    written = request.POST.get("sequence", "")
    if not written.isascii() or not written.isdigit() or len(written) > 9:
        raise InputError(
            Text("This form is incomplete.", "Este formulario está incompleto."),
            Place(field="sequence"),
            Text("Open the appointment again.", "Abra la cita de nuevo."),
        )
    return int(written)


def _page(request: ClinicRequest, context: dict[str, Any]) -> HttpResponse:
    """The whole page, or what htmx swaps in where a day was picked."""
    part = bool(getattr(request, "htmx", False))
    response = render(request, "agenda/parts/choose.html" if part else "agenda/booking.html", context)
    patch_vary_headers(response, ["HX-Request"])
    return response


def _moving(request: ClinicRequest, course: Course) -> Appointment | None:
    written = request.GET.get("moving", "")
    if not written:
        return None
    try:
        found = within(request.clinic, Appointment, uuid.UUID(written), *APPOINTMENT)
    except ValueError:
        raise _choose() from None
    return found if found.course_id == course.pk else None


def _slot(request: ClinicRequest, clinic: Clinic) -> tuple[dt.datetime, Membership, Room]:
    """The chosen slot: instant, practitioner, room."""
    parts = request.POST.get("slot", "").split("|")
    if len(parts) != 3:
        raise _choose()
    try:
        practitioner, room = uuid.UUID(parts[1]), uuid.UUID(parts[2])
    except ValueError:
        raise _choose() from None
    starts_at = read_instant(parts[0], clinic.zone)
    return starts_at, within(clinic, Membership, practitioner, "user"), within(clinic, Room, room)


def _entry(request: ClinicRequest) -> uuid.UUID:
    try:
        return uuid.UUID(request.POST.get("entry", ""))
    except ValueError:
        raise InputError(
            Text("This form is incomplete.", "Este formulario está incompleto."),
            Place(field="entry"),
            Text("Open the page again and choose once more.", "Abra de nuevo la página y elija otra vez."),
        ) from None


def _refused(
    request: ClinicRequest, course: Course, ask: Ask, error: InputError, moving: Appointment | None = None
) -> HttpResponse:
    """The page again with what went wrong, nothing lost, and what is free instead."""
    try:
        context = picker(course, ask, language_of(), moving)
    except InputError:
        context = picker(course, Ask(purpose=ask.purpose), language_of(), moving)
    context |= {"error": error, "note": request.POST.get("note", "")[:300].replace("\x00", "")}
    if isinstance(error, TakenError):
        context["nearest"] = by_person(list(error.free))
    if isinstance(error, ClosedDayError):
        context["because"] = [reason.to_json(language_of()) for reason in error.reasons]
    return render(request, "agenda/booking.html", context, status=409 if isinstance(error, TakenError) else 400)


def _choose() -> InputError:
    return InputError(
        Text("No time was chosen.", "No se ha elegido ninguna hora."),
        Place(field="slot"),
        Text("Choose one of the free slots.", "Elija uno de los huecos libres."),
    )
