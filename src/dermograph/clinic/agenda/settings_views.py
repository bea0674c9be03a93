"""Rooms, opening hours, absences and the clinic's figures, on one page."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from dermograph.clinic.agenda import premises
from dermograph.clinic.agenda.booking_views import language_of
from dermograph.clinic.agenda.models import Absence, OpeningHours, Room
from dermograph.clinic.agenda.picker import read_day
from dermograph.clinic.agenda.rules import FIGURES, read, rules_of
from dermograph.clinic.agenda.selectors import misfits
from dermograph.clinic.agenda.timetable import WEEKDAYS, timetable_of
from dermograph.clinic.middleware import ClinicRequest
from dermograph.clinic.people.models import Membership
from dermograph.clinic.people.within import within
from dermograph.core.errors import InputError, Place, shown
from dermograph.core.text import Text

MOST_DIGITS = 6


@require_http_methods(["GET", "HEAD", "POST"])
def agenda_settings(request: ClinicRequest) -> HttpResponse:
    """Show and change when and where appointments can be."""
    if request.method != "POST":
        return render(request, "agenda/settings.html", _context(request))
    act = ACTS.get(request.POST.get("act", ""))
    if act is None:
        raise InputError(
            Text(
                "This form is incomplete. Nothing was changed.",
                "Este formulario está incompleto. No se ha cambiado nada.",
            ),
            todo=Text("Open the page again.", "Abra de nuevo la página."),
        )
    try:
        told = act(request)
    except InputError as error:
        kept = {name: request.POST.get(name, "")[:200].replace("\x00", "") for name in request.POST}
        context = {**_context(request), "error": error, "act": request.POST["act"], "kept": kept}
        return render(request, "agenda/settings.html", context, status=400)
    messages.success(request, told.say(language_of()))
    return redirect("agenda_settings")


def _context(request: ClinicRequest) -> dict[str, Any]:
    table = timetable_of(request.clinic)
    now = timezone.now()
    today = timezone.localtime(now, table.zone).date()
    broken = None
    try:
        rules = rules_of(request.clinic)
    except InputError as error:  # so that it can be mended here
        rules, broken = read({}), error
    return {
        "broken": broken,
        "table": table,
        "week": [
            (number, name, [one for one in table.hours if one.weekday == number])
            for number, name in enumerate(WEEKDAYS)
        ],
        "absences": [
            (one, table.person(one.person)) if one.person else (one, None)
            for one in table.absences
            if one.last >= today
        ],
        "figures": [(one, getattr(rules, one.key), one.key in request.clinic.rules) for one in FIGURES],
        "misfits": misfits(request.clinic, table, now),
        "kept": {},
        "act": "",
    }


def _room_add(request: ClinicRequest) -> Text:
    room = premises.add_room(clinic=request.clinic, name=request.POST.get("name", ""), who=request.user)
    return Text(f"Room {room.name} is added.", f"Se ha añadido la sala {room.name}.")


def _room_rename(request: ClinicRequest) -> Text:
    room = within(request.clinic, Room, _id(request), "clinic")
    premises.rename_room(room=room, name=request.POST.get("name", ""), who=request.user)
    return Text(f"The room is now called {room.name}.", f"La sala se llama ahora {room.name}.")


def _room_retire(request: ClinicRequest) -> Text:
    room = premises.use_room(room=within(request.clinic, Room, _id(request), "clinic"), active=False, who=request.user)
    return Text(f"Room {room.name} takes no new appointments.", f"La sala {room.name} no admite citas nuevas.")


def _room_reopen(request: ClinicRequest) -> Text:
    room = premises.use_room(room=within(request.clinic, Room, _id(request), "clinic"), active=True, who=request.user)
    return Text(f"Room {room.name} is in use again.", f"La sala {room.name} vuelve a usarse.")


def _hours_add(request: ClinicRequest) -> Text:
    weekday = request.POST.get("weekday", "")
    premises.add_hours(
        clinic=request.clinic,
        weekday=int(weekday) if weekday in {"0", "1", "2", "3", "4", "5", "6"} else -1,
        opens=_time(request, "opens"),
        closes=_time(request, "closes"),
        who=request.user,
    )
    return Text("The opening hours are saved.", "El horario está guardado.")


def _hours_remove(request: ClinicRequest) -> Text:
    premises.remove_hours(stretch=within(request.clinic, OpeningHours, _id(request), "clinic"), who=request.user)
    return Text("The opening hours are saved.", "El horario está guardado.")


def _absence_add(request: ClinicRequest) -> Text:
    person = request.POST.get("person", "")
    membership = within(request.clinic, Membership, _id(request, "person")) if person else None
    first = read_day(request.POST.get("first", ""), "first")
    last = read_day(request.POST.get("last", ""), "last") or first
    if first is None or last is None:
        raise InputError(
            Text("An absence needs a first day.", "Una ausencia necesita un primer día."),
            Place(field="first"),
            Text("Choose one.", "Elija uno."),
        )
    premises.add_absence(
        clinic=request.clinic,
        membership=membership,
        first=first,
        last=last,
        reason=request.POST.get("reason", ""),
        who=request.user,
    )
    return Text("The absence is saved.", "La ausencia está guardada.")


def _absence_remove(request: ClinicRequest) -> Text:
    premises.remove_absence(absence=within(request.clinic, Absence, _id(request), "clinic"), who=request.user)
    return Text("The absence is removed.", "La ausencia se ha quitado.")


def _figures(request: ClinicRequest) -> Text:
    values: dict[str, int | None] = {}
    for figure in FIGURES:
        written = request.POST.get(figure.key, "").strip()
        if not written:
            values[figure.key] = None
        elif written.isascii() and written.isdigit() and len(written) <= MOST_DIGITS:
            values[figure.key] = int(written)
        else:
            raise InputError(
                Text(
                    f"{figure.label.en}: {shown(written)} is not a whole number.",
                    f"{figure.label.es}: {shown(written)} no es un número entero.",
                ),
                Place(field=figure.key),
            )
    premises.set_figures(clinic=request.clinic, values=values, who=request.user)
    return Text("The figures are saved.", "Las cifras están guardadas.")


def _id(request: ClinicRequest, name: str = "id") -> uuid.UUID:
    try:
        return uuid.UUID(request.POST.get(name, ""))
    except ValueError:
        raise Http404 from None


def _time(request: ClinicRequest, name: str) -> dt.time:
    written = request.POST.get(name, "")
    try:
        found = dt.time.fromisoformat(written[:8])
    except ValueError:
        raise InputError(
            Text(f"{shown(written)} is no time of day.", f"{shown(written)} no es una hora."),
            Place(field=name),
            Text("Write it as 09:00.", "Escríbala como 09:00."),
        ) from None
    return found.replace(tzinfo=None)


ACTS: Mapping[str, Callable[[ClinicRequest], Text]] = {
    "room_add": _room_add,
    "room_rename": _room_rename,
    "room_retire": _room_retire,
    "room_reopen": _room_reopen,
    "hours_add": _hours_add,
    "hours_remove": _hours_remove,
    "absence_add": _absence_add,
    "absence_remove": _absence_remove,
    "figures": _figures,
}
