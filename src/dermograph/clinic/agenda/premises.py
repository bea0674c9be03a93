"""Rooms, opening hours, absences and figures: what the clinic sets. What is booked already stays, and is listed."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from django.db import IntegrityError, transaction

from dermograph.clinic.agenda import rules
from dermograph.clinic.agenda.models import Absence, OpeningHours, Room
from dermograph.clinic.agenda.placing import clean
from dermograph.clinic.agenda.timetable import WEEKDAYS
from dermograph.clinic.audit.record import record
from dermograph.clinic.people.models import Clinic, Membership, User
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text

LONGEST_NAME, LONGEST_REASON = 60, 120
FARTHEST_DAYS = 366 * 2  # of an absence


def add_room(*, clinic: Clinic, name: str, who: User | None) -> Room:
    """A new room.

    Raises:
        InputError: If the name is empty, too long, or taken.
    """
    room = Room(clinic=clinic, name=_name(name))
    return _saved_room(room, "room.added", who)


def rename_room(*, room: Room, name: str, who: User | None) -> Room:
    """Another name for a room; its appointments stay in it.

    Raises:
        InputError: As ``add_room``.
    """
    room.name = _name(name)
    return _saved_room(room, "room.renamed", who)


def use_room(*, room: Room, active: bool, who: User | None) -> Room:
    """Take a room out of use, or into use again. What is booked in it stays, and is listed as not fitting."""
    with transaction.atomic():
        room.active = active
        room.save(update_fields=["active"])
        record("room.reopened" if active else "room.retired", clinic=room.clinic, who=who, about=room)
    return room


def add_hours(*, clinic: Clinic, weekday: int, opens: dt.time, closes: dt.time, who: User | None) -> OpeningHours:
    """One more stretch of opening on a weekday, in wall time.

    Raises:
        InputError: If it ends before it begins, is not on five minutes, or overlaps another one of that weekday.
    """
    if not 0 <= weekday < len(WEEKDAYS):
        raise InputError(Text("There is no such weekday.", "No existe ese día de la semana."), Place(field="weekday"))
    if closes <= opens:
        raise InputError(
            Text("The clinic would close before it opens.", "La clínica cerraría antes de abrir."),
            Place(field="closes"),
            Text("Enter a later closing time.", "Indique una hora de cierre posterior."),
        )
    if any(time.minute % rules.GRID_MINUTES or time.second or time.microsecond for time in (opens, closes)):
        raise InputError(
            Text("Opening hours are on full five minutes.", "El horario va de cinco en cinco minutos."),
            Place(field="opens"),
        )
    with transaction.atomic():
        Clinic.objects.select_for_update(no_key=True).get(pk=clinic.pk)
        for other in OpeningHours.objects.filter(clinic=clinic, weekday=weekday, opens__lt=closes, closes__gt=opens):
            day, span = WEEKDAYS[weekday], f"{other.opens:%H:%M}–{other.closes:%H:%M}"
            raise InputError(
                Text(f"On {day.en} this overlaps {span}.", f"El {day.es} se solapa con {span}."),
                Place(field="opens"),
                Text(
                    "Remove that stretch first, or choose other times.", "Quite antes ese tramo, o elija otras horas."
                ),
            )
        new = OpeningHours.objects.create(clinic=clinic, weekday=weekday, opens=opens, closes=closes)
        details = {"weekday": weekday, "opens": f"{opens:%H:%M}", "closes": f"{closes:%H:%M}"}
        record("hours.added", clinic=clinic, who=who, about=new, details=details)
    return new


def remove_hours(*, stretch: OpeningHours, who: User | None) -> None:
    """Close the clinic for a stretch. What is booked in it stays, and is listed as not fitting."""
    with transaction.atomic():
        details = {"weekday": stretch.weekday, "opens": f"{stretch.opens:%H:%M}", "closes": f"{stretch.closes:%H:%M}"}
        record("hours.removed", clinic=stretch.clinic, who=who, about=stretch, details=details)
        stretch.delete()


def add_absence(
    *, clinic: Clinic, membership: Membership | None, first: dt.date, last: dt.date, reason: str, who: User | None
) -> Absence:
    """Days on which somebody is away, or the clinic is closed.

    Args:
        clinic: Where.
        membership: Who is away; None closes the clinic.
        first: The first day.
        last: The last day, inclusive.
        reason: A word for colleagues, at most 120 characters; may be empty.
        who: Who says so.

    Raises:
        InputError: If it ends before it begins, is longer than two years, or the person is another clinic's.
    """
    if last < first:
        raise InputError(
            Text("The last day lies before the first.", "El último día es anterior al primero."),
            Place(field="last"),
            Text("Enter a later last day.", "Indique un último día posterior."),
        )
    if (last - first).days > FARTHEST_DAYS:
        raise InputError(
            Text("An absence is at most two years long.", "Una ausencia dura como mucho dos años."), Place(field="last")
        )
    if membership is not None and membership.clinic_id != clinic.pk:
        raise InputError(Text("This person does not work here.", "Esta persona no trabaja aquí."))
    reason = _short(clean(reason, "reason"), LONGEST_REASON, "reason")
    with transaction.atomic():
        new = Absence.objects.create(clinic=clinic, membership=membership, first=first, last=last, reason=reason)
        details = {"first": first.isoformat(), "last": last.isoformat()}
        record("absence.added", clinic=clinic, who=who, about=new, details=details)
    return new


def remove_absence(*, absence: Absence, who: User | None) -> None:
    """They are there after all."""
    with transaction.atomic():
        details = {"first": absence.first.isoformat(), "last": absence.last.isoformat()}
        record("absence.removed", clinic=absence.clinic, who=who, about=absence, details=details)
        absence.delete()


def set_figures(*, clinic: Clinic, values: Mapping[str, int | None], who: User | None) -> Clinic:
    """The clinic's own figures; None takes one back to its default. Figures of other parts stay.

    Raises:
        InputError: If one is not possible.
    """
    with transaction.atomic():
        row = Clinic.objects.select_for_update(no_key=True).get(pk=clinic.pk)
        new = dict(row.rules)
        for key, value in values.items():
            if key not in rules.BY_KEY:
                continue
            new.pop(key, None)
            if value is not None:
                new[key] = rules.checked(key, value)
        rules.read(new)
        if new != row.rules:
            row.rules = new
            row.save(update_fields=["rules"])
            record("clinic.changed", clinic=row, who=who, about=row, details={"figures": sorted(values)})
    clinic.rules = row.rules
    return row


def _saved_room(room: Room, action: str, who: User | None) -> Room:
    try:
        with transaction.atomic():
            room.save()
            record(action, clinic=room.clinic, who=who, about=room)
    except IntegrityError:
        raise InputError(
            Text(f"There is a room called {room.name} already.", f"Ya hay una sala llamada {room.name}."),
            Place(field="name"),
            Text(
                "Choose another name, or take that room into use again.", "Elija otro nombre, o vuelva a usar esa sala."
            ),
        ) from None
    return room


def _name(name: str) -> str:
    name = _short(clean(name, "name"), LONGEST_NAME, "name")
    if not name:
        raise InputError(
            Text("A room needs a name.", "Una sala necesita un nombre."),
            Place(field="name"),
            Text("Enter one that people see on its door.", "Escriba el que se ve en su puerta."),
        )
    return name


def _short(words: str, longest: int, field: str) -> str:
    if len(words) > longest:
        raise InputError(
            Text(f"This is longer than {longest} characters.", f"Supera los {longest} caracteres."),
            Place(field=field),
            Text("Shorten it.", "Acórtelo."),
        )
    return words
