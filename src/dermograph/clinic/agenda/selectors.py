"""What other parts ask of the agenda."""

from __future__ import annotations

import datetime as dt
import functools
import operator
import uuid
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from dermograph.clinic.agenda.models import Appointment, Purpose, State
from dermograph.clinic.agenda.slots import takes_time, taking_time
from dermograph.clinic.agenda.timetable import Away, Timetable
from dermograph.clinic.agenda.wall import day_bounds
from dermograph.clinic.people.models import Clinic, Course
from dermograph.core.text import Text

MOST_TERMS = 200  # of a condition: SQLite takes expressions 1,000 deep
SHOWN = ("patient", "practitioner__user", "room", "course__area")


def appointments_between(clinic: Clinic, first: dt.date, last: dt.date) -> QuerySet[Appointment]:
    """All appointments of a clinic that begin on these days, both inclusive, whatever became of them.

    Those of blocked records are left out: what was still to come was cancelled with the block.
    """
    begin, end = day_bounds(first, clinic.zone)[0], day_bounds(last, clinic.zone)[1]
    found = Appointment.objects.filter(clinic=clinic, starts_at__gte=begin, starts_at__lt=end)
    return found.filter(patient__restricted_at=None).select_related(*SHOWN)


def next_appointment(course: Course, now: dt.datetime | None = None) -> Appointment | None:
    """The next appointment of a course that is held or booked; None if there is none."""
    now = now or timezone.now()
    waiting = (State.HELD, State.BOOKED, State.ARRIVED)
    found = Appointment.objects.filter(takes_time(now), course=course, state__in=waiting)
    return found.filter(ends_at__gte=now).select_related(*SHOWN).order_by("starts_at").first()


def sessions_of(appointment: Appointment) -> list[Any]:
    """The standing sessions that were recorded for an appointment, or on its day for its course without naming any.

    They are of ``treatment``, which stands above this part.
    """
    if appointment.course is None:
        return []
    recorded = Q(appointment=appointment)
    if appointment.purpose in (Purpose.SESSION, Purpose.MAINTENANCE):
        zone = appointment.clinic.zone
        begin, end = day_bounds(appointment.starts_at.astimezone(zone).date(), zone)
        recorded |= Q(appointment=None, started_at__gte=begin, started_at__lt=end)
    standing = appointment.course.sessions.filter(recorded, superseded_by__isnull=True)
    return list(standing.order_by("started_at"))


def has_ended(appointment: Appointment, now: dt.datetime) -> bool:
    """Whether it is a hold that has ended: anybody may take its time."""
    until = appointment.held_until
    return appointment.state == State.HELD and until is not None and until <= now


def misfits(clinic: Clinic, table: Timetable, now: dt.datetime) -> list[tuple[Appointment, Text]]:
    """The coming appointments that no longer fit the clinic's rooms, hours and absences, each with the reason."""
    coming = Appointment.objects.filter(
        taking_time(clinic, now), state__in=(State.HELD, State.BOOKED), starts_at__gte=now
    )
    # There are many, and most of them fit: asked are the few times and pairs of people and rooms that there are.
    fits = _Fits(table)
    light = coming.filter(fits.suspects(coming, now)).order_by("starts_at").values_list("pk", *_FITS)
    judged = {pk: why for pk, *one in light if (why := fits.not_since(*one)) is not None}
    rows = Appointment.objects.select_related(*SHOWN).in_bulk(list(judged))
    return [(rows[pk], why) for pk, why in judged.items() if pk in rows]


_FITS = ("starts_at", "ends_at", "practitioner_id", "room_id", "course__treatment")


class _Fits:
    """A timetable that is asked of thousands of appointments: what it says of a day it is asked once."""

    def __init__(self, table: Timetable) -> None:
        self.zone = table.zone
        self.people = {one.id: one for one in table.people}
        self.rooms = {one.id: one for one in table.rooms}
        self.absences: dict[uuid.UUID, list[Away]] = {}
        for one in table.absences:
            if one.person is not None:
                self.absences.setdefault(one.person, []).append(one)
        self.closure = functools.cache(table.closure)
        self.open_on = functools.cache(table.open_on)
        self.away = functools.cache(self._away)

    def suspects(self, coming: QuerySet[Appointment], now: dt.datetime) -> Q:
        """Of which appointments some may not fit: all others do. Where it takes too many words to say, of all."""
        times = coming.order_by().values_list("starts_at", "ends_at").distinct()
        terms = [Q(starts_at__in={begins for begins, ends in times if self._when(begins, ends) is not None})]
        pairs = coming.order_by().values_list("practitioner_id", "room_id", "course__treatment").distinct()
        for person, room, treatment in pairs:
            if self._who(person, treatment) is not None or self._where(room) is not None:
                terms.append(Q(practitioner_id=person, room_id=room, course__treatment=treatment))
        for person, away in self.absences.items():
            for one in away:
                begin, end = day_bounds(one.first, self.zone)[0], day_bounds(one.last, self.zone)[1]
                if end > now:
                    terms.append(Q(practitioner_id=person, starts_at__gte=begin, starts_at__lt=end))
        return functools.reduce(operator.or_, terms) if len(terms) <= MOST_TERMS else Q()

    def not_since(
        self,
        starts_at: dt.datetime,
        ends_at: dt.datetime,
        practitioner: uuid.UUID,
        room: uuid.UUID,
        treatment: str | None,
    ) -> Text | None:
        """Why an appointment does not fit; None if it does."""
        away = self.away(practitioner, starts_at.astimezone(self.zone).date())
        return self._when(starts_at, ends_at) or self._who(practitioner, treatment, away=away) or self._where(room)

    def _away(self, person: uuid.UUID, day: dt.date) -> bool:
        return any(day in one for one in self.absences.get(person, ()))

    def _when(self, starts_at: dt.datetime, ends_at: dt.datetime) -> Text | None:
        day = starts_at.astimezone(self.zone).date()
        closure = self.closure(day)
        if closure is not None:
            return closure
        if not any(opens <= starts_at and ends_at <= closes for opens, closes in self.open_on(day)):
            return Text("Outside the opening hours.", "Fuera del horario.")
        return None

    def _who(self, practitioner: uuid.UUID, treatment: str | None, *, away: bool = False) -> Text | None:
        person = self.people.get(practitioner)
        if person is None or not person.active:
            return Text("The practitioner no longer works here.", "El profesional ya no trabaja aquí.")
        if away:
            return Text(f"{person.name} is away.", f"{person.name} no está.")
        if treatment is not None and treatment not in person.treatments:
            return Text(f"{person.name} is not trained for it.", f"{person.name} no tiene formación para ello.")
        return None

    def _where(self, room: uuid.UUID) -> Text | None:
        place = self.rooms.get(room)
        if place is None or not place.active:
            return Text("The room is not in use.", "La sala no está en uso.")
        return None
