"""The agenda by day and by week, and one appointment."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_POST

from dermograph.clinic.agenda import services
from dermograph.clinic.agenda.blocks import Column, Grid, block_of, column_of, grid_of
from dermograph.clinic.agenda.booking_views import APPOINTMENT, language_of, sequence_of
from dermograph.clinic.agenda.models import Appointment, State
from dermograph.clinic.agenda.picker import read_day
from dermograph.clinic.agenda.rules import rules_of
from dermograph.clinic.agenda.selectors import appointments_between, has_ended, misfits, sessions_of
from dermograph.clinic.agenda.slots import ACTIVE
from dermograph.clinic.agenda.states import hindrances, is_late, possible_steps
from dermograph.clinic.agenda.taken import TakenError
from dermograph.clinic.agenda.timetable import WEEKDAYS, Timetable, timetable_of
from dermograph.clinic.agenda.wall import clock
from dermograph.clinic.agenda.words import ACTIONS, MONTHS, PURPOSES, STATE_ICONS, STATES, STEPS_BACK, STEPS_IN_WORDS
from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.middleware import ClinicRequest
from dermograph.clinic.people.within import within
from dermograph.core.errors import InputError
from dermograph.core.text import Language, Text

WEEK = 7


@require_GET
def agenda(request: ClinicRequest) -> HttpResponse:
    """A day, a column a practitioner; or a week, a column a day."""
    now = timezone.now()
    today = timezone.localtime(now, request.clinic.zone).date()
    day = read_day(request.GET.get("day", ""), "day") or today
    weekly = request.GET.get("view") == "week"
    first = day - dt.timedelta(days=day.weekday()) if weekly else day
    last = first + dt.timedelta(days=WEEK - 1) if weekly else day
    table = timetable_of(request.clinic)
    found = list(appointments_between(request.clinic, first, last))
    days = [first + dt.timedelta(days=offset) for offset in range((last - first).days + 1)]
    grid = grid_of(rules_of(request.clinic), table, days, found)
    language = language_of()

    def of_day(one: dt.date) -> list[Appointment]:
        return [each for each in found if each.starts_at.astimezone(table.zone).date() == one]

    if weekly:
        shown = [one for one in days if of_day(one) or any(stretch.weekday == one.weekday() for stretch in table.hours)]
        columns = [column_of(_day_title(one, language), one, of_day(one), grid, table, now) for one in shown or days]
    else:
        columns = _columns_by_person(day, found, grid, table, now)
    step = dt.timedelta(days=WEEK if weekly else 1)
    gone = [one for one in found if one.state not in ACTIVE or has_ended(one, now)]
    context = {
        "day": day,
        "today": today,
        "first": first,
        "last": last,
        "weekly": weekly,
        "columns": columns,
        "grid": grid,
        "earlier": day - step,
        "later": day + step,
        "closure": None if weekly else table.closure(day),
        "title": _title(first, last),
        "weekday": WEEKDAYS[day.weekday()],
        "gone": [block_of(one, grid, table, now) for one in gone],
        "count": sum(len(column.blocks) for column in columns),
        "clock": clock(now, table.zone),
        "misfits": misfits(request.clinic, table, now),
        "rooms": table.open_rooms(),
        "hours": table.hours,
    }
    return render(request, "agenda/agenda.html", context)


@require_GET
def appointment(request: ClinicRequest, appointment: uuid.UUID) -> HttpResponse:
    """One appointment: what it is, what may become of it, and what was done to it."""
    found = within(request.clinic, Appointment, appointment, *APPOINTMENT)
    return render(request, "agenda/appointment.html", _appointment(found))


@require_POST
def appointment_state(request: ClinicRequest, appointment: uuid.UUID) -> HttpResponse:
    """Take an appointment to another state."""
    found = within(request.clinic, Appointment, appointment, *APPOINTMENT)
    try:
        changed = services.set_state(
            appointment=found,
            state=request.POST.get("state", ""),
            reason=request.POST.get("reason", ""),
            who=request.user,
            sequence=sequence_of(request),
        )
    except InputError as error:
        found = within(request.clinic, Appointment, appointment, *APPOINTMENT)
        reason = request.POST.get("reason", "")[:300].replace("\x00", "")
        context = {**_appointment(found), "error": error, "reason": reason}
        status = 409 if isinstance(error, TakenError) or error.place.field == "sequence" else 400
        return render(request, "agenda/appointment.html", context, status=status)
    word = STATES[changed.state]
    told = Text(f"The appointment is now: {word.en}.", f"La cita está ahora: {word.es}.")
    messages.success(request, told.say(language_of()))
    return redirect("appointment", found.pk)


def _appointment(found: Appointment) -> dict[str, Any]:
    now, zone = timezone.now(), found.clinic.zone
    # By the patient, whom each entry about an appointment names: the trail of a clinic is long.
    told = AuditEntry.objects.filter(patient=found.patient_id, about=found.pk)
    entries = told.select_related("who").order_by("number")
    before, possible = State(found.state), possible_steps(found, now)
    hindered = hindrances(found, possible, now) if possible else {}
    steps = [
        {
            "state": state.value,
            "says": STEPS_BACK.get((before, state), STEPS_IN_WORDS[state]),
            "icon": STATE_ICONS[state],
            "back": (before, state) in STEPS_BACK,
        }
        for state in possible
        if state is not State.CANCELLED and state not in hindered
    ]
    return {
        "appointment": found,
        "steps": steps,
        "hindered": list(dict.fromkeys(hindered.values())),
        "cancels": State.CANCELLED in possible,
        "late": is_late(found, now) and found.starts_at > now,
        "late_hours": rules_of(found.clinic).cancellation_hours,
        "moves": found.state in (State.HELD, State.BOOKED) and not has_ended(found, now),
        "ended": has_ended(found, now),
        "begins": clock(found.starts_at, zone),
        "ends": clock(found.ends_at, zone),
        "minutes": round((found.ends_at - found.starts_at).total_seconds() / 60),
        "weekday": WEEKDAYS[found.starts_at.astimezone(zone).weekday()],
        "state": STATES[found.state],
        "icon": STATE_ICONS[found.state],
        "purpose": PURPOSES[found.purpose],
        "history": [_told(entry, found) for entry in entries],
        "active": found.state in ACTIVE,
        "sessions": sessions_of(found),
    }


def _told(entry: AuditEntry, found: Appointment) -> dict[str, Any]:
    moved = entry.details.get("from") if entry.action == "appointment.moved" else None
    return {
        "at": entry.at,
        "who": entry.who.name if entry.who else "",
        "by_patient": entry.who_id is not None and entry.who_id == found.patient.user_id,
        "says": ACTIONS.get(entry.action, Text(entry.action, entry.action)),
        "late": bool(entry.details.get("late")),
        "moved_from": dt.datetime.fromisoformat(moved) if moved else None,
    }


def _columns_by_person(
    day: dt.date, found: list[Appointment], grid: Grid, table: Timetable, now: dt.datetime
) -> list[Column]:
    """A column for everybody who treats patients and works there, or has an appointment that day."""
    columns = []
    for person in table.people:
        mine = [one for one in found if one.practitioner_id == person.id]
        if person.active or mine:
            columns.append(column_of(person.name, day, mine, grid, table, now, who=person.id))
    known = {person.id for person in table.people}
    for one in found:
        if one.practitioner_id not in known:
            known.add(one.practitioner_id)
            mine = [each for each in found if each.practitioner_id == one.practitioner_id]
            name = one.practitioner.user.name
            columns.append(column_of(name, day, mine, grid, table, now, who=one.practitioner_id))
    return columns


def _day_title(day: dt.date, language: Language) -> str:
    return f"{WEEKDAYS[day.weekday()].say(language)} {day.day}"


def _title(first: dt.date, last: dt.date) -> Text:
    begin, end = MONTHS[first.month - 1], MONTHS[last.month - 1]
    if first == last:
        return Text(f"{first.day} {begin.en} {first.year}", f"{first.day} de {begin.es} de {first.year}")
    if first.month == last.month:
        return Text(
            f"{first.day}–{last.day} {end.en} {last.year}", f"{first.day}–{last.day} de {end.es} de {last.year}"
        )
    return Text(
        f"{first.day} {begin.en} – {last.day} {end.en} {last.year}",
        f"{first.day} de {begin.es} – {last.day} de {end.es} de {last.year}",
    )
