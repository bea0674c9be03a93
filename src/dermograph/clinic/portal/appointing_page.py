"""What the patient's pages of appointments show, in words for patients."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict

from dermograph.clinic.agenda.models import Appointment, Purpose, State
from dermograph.clinic.agenda.month import Look, bounds_of, month_of
from dermograph.clinic.agenda.picker import read_day
from dermograph.clinic.agenda.selectors import has_ended
from dermograph.clinic.agenda.slots import Slot
from dermograph.clinic.agenda.timetable import WEEKDAYS
from dermograph.clinic.agenda.wall import clock
from dermograph.clinic.people.models import Course, Patient
from dermograph.clinic.portal.appointing_days import Desk, desk_of, the_other
from dermograph.clinic.portal.appointing_refusals import may_restore, why_not_cancel, why_not_move
from dermograph.clinic.portal.models import Change, PortalLimits
from dermograph.core.dates import add_months
from dermograph.core.errors import InputError
from dermograph.core.text import Language, Text

PURPOSES: Mapping[str, Text] = {
    Purpose.ASSESSMENT: Text("Assessment", "Valoración"),
    Purpose.SESSION: Text("Session", "Sesión"),
    Purpose.REVIEW: Text("Look at the result", "Revisión del resultado"),
    Purpose.MAINTENANCE: Text("Upkeep session", "Sesión de mantenimiento"),
}
_STATES: Mapping[str, Text] = {
    State.HELD: Text("kept for you, not confirmed yet", "guardada para usted, sin confirmar"),
    State.BOOKED: Text("confirmed", "confirmada"),
    State.ARRIVED: Text("you are at the clinic", "está en la clínica"),
    State.DONE: Text("took place", "realizada"),
    State.CANCELLED: Text("cancelled", "anulada"),
    State.NO_SHOW: Text("did not take place", "no se realizó"),
}
_RAN_OUT = Text("was not confirmed, and is free again", "no se confirmó y vuelve a estar libre")
_HALVES, _NOON = (Text("Morning", "Mañana"), Text("Afternoon", "Tarde")), 12
PAST_SHOWN = 12


@dataclass(frozen=True, slots=True)
class Shown:
    """An appointment as its patient reads it.

    Attributes:
        kept_until: Until when an unconfirmed time is kept; None where that is not so.
        moves, cancels, restores: What the patient can do with it here, now.
        waits: What is said where it can neither be moved nor cancelled; None where it can, or is over.
    """

    row: Appointment
    purpose: Text
    weekday: Text
    begins: str
    ends: str
    state: Text
    kept_until: dt.datetime | None
    moves: bool
    cancels: bool
    restores: bool
    waits: InputError | None


def listed(patient: Patient, limits: PortalLimits, now: dt.datetime) -> dict[str, Any]:
    """The appointments of a patient, those to come and the last ones that were."""
    rows = Appointment.objects.filter(patient=patient).select_related("clinic", "course__area", "practitioner__user")
    to_come = list(rows.filter(ends_at__gte=now).order_by("starts_at", "pk"))
    past = list(rows.filter(ends_at__lt=now).order_by("-starts_at", "pk")[:PAST_SHOWN])
    last = _last_changes(to_come)
    shown = [one_shown(row, limits, now, last.get(row.pk)) for row in to_come]
    over = (State.CANCELLED, State.NO_SHOW)
    return {
        "coming": [one for one in shown if one.row.state not in over and not has_ended(one.row, now)],
        "gone": [one for one in shown if one.row.state in over or has_ended(one.row, now)],
        "past": [one_shown(row, limits, now) for row in past],
    }


def one_shown(row: Appointment, limits: PortalLimits, now: dt.datetime, last: Change | None = None) -> Shown:
    """One appointment.

    Args:
        row: With its clinic, course and practitioner.
        limits: Of the clinic.
        now: The moment that counts as now.
        last: What the patient did last to it.
    """
    zone, ended = row.clinic.zone, has_ended(row, now)
    stays, keeps = why_not_move(row, limits, now), why_not_cancel(row, limits, now)
    open_yet = row.state in (State.HELD, State.BOOKED) and not ended and row.starts_at > now
    return Shown(
        row=row,
        purpose=PURPOSES[row.purpose],
        weekday=_heading(row.starts_at.astimezone(zone).weekday()),
        begins=clock(row.starts_at, zone),
        ends=clock(row.ends_at, zone),
        state=_RAN_OUT if ended else _STATES[row.state],
        kept_until=row.held_until if row.state == State.HELD and not ended else None,
        moves=stays is None,
        cancels=keeps is None,
        restores=may_restore(row, last, now) and limits.open,
        waits=keeps or stays if open_yet else None,
    )


def choosing(
    course: Course,
    limits: PortalLimits,
    now: dt.datetime,
    query: QueryDict,
    language: Language,
    *,
    moving: Appointment | None = None,
    around: dt.datetime | None = None,
) -> dict[str, Any]:
    """The month, the free times of the picked day, and what may be asked for.

    Args:
        course: With its clinic, patient and area.
        limits: Of the clinic.
        now: The moment that counts as now.
        query: ``purpose``, ``month`` and ``day`` as the address or the form has them; what cannot be read is left out.
        language: Of the page.
        moving: The appointment that is moved.
        around: The time that somebody else has taken: what is free near it is shown.
    """
    desk = desk_of(course, limits, now, purpose=query.get("purpose", ""), moving=moving)
    day, first = _picked(query, desk)
    begin, last = bounds_of(first)
    busy = desk.busy(begin, last)
    look = Look(
        language=language,
        picked=day,
        booked=frozenset(one.starts_at.astimezone(desk.table.zone).date() for one in desk.others if one.ends_at > now),
        address=lambda one: f"?{urlencode({'purpose': desk.purpose, 'day': one.isoformat()})}#times",
    )
    standing = desk.days.on(day) if day else None
    times = desk.times(day, busy) if day else []
    return {
        "purpose": desk.purpose,
        "purposes": [(one, PURPOSES[one]) for one in desk.offered],
        "month": month_of(first, desk.days, desk.table, busy, desk.wanted, look),
        "earlier": _step(desk, first, -1) if first > desk.days.today.replace(day=1) else "",
        "later": _step(desk, first, 1) if add_months(first, 1) <= desk.days.last else "",
        "day": day,
        "standing": standing,
        "closure": desk.table.closure(day) if day else None,
        "times": _by_half(times, desk),
        "with_whom": times[0].practitioner_name if len({one.practitioner for one in times}) == 1 else "",
        "nearest": _timed(desk, desk.nearest(around) if around else []),
        "minutes": desk.wanted.minutes,
        "other": None if moving else the_other(desk),
        "is_kept": not limits.books or (standing is not None and standing.kind == "pending"),
        "entry": uuid.uuid4(),
    }


def _timed(desk: Desk, slots: list[Slot]) -> list[dict[str, Any]]:
    return [{"slot": slot, "value": desk.value(slot)} for slot in slots]


def _by_half(slots: list[Slot], desk: Desk) -> list[tuple[Text, list[dict[str, Any]]]]:
    """The times of a day, those before and those after noon."""
    halves: tuple[list[Slot], list[Slot]] = ([], [])
    for slot in slots:
        halves[slot.starts_at.astimezone(desk.table.zone).hour >= _NOON].append(slot)
    return [(label, _timed(desk, half)) for label, half in zip(_HALVES, halves, strict=True) if half]


def _heading(weekday: int) -> Text:
    """The name of a weekday before a day, as a heading begins with it."""
    name = WEEKDAYS[weekday]
    return Text(f"{name.en},", f"{name.es.capitalize()},")


def _picked(query: QueryDict, desk: Desk) -> tuple[dt.date | None, dt.date]:
    """The picked day, and the first of the month that is shown: within reach, else where the first open day is."""
    day, month = _day(query.get("day", "")), _day(f"{query.get('month', '')}-01")
    here, end = desk.days.today.replace(day=1), desk.days.last
    if month is None and day is not None:
        month = day.replace(day=1)
    if month is None:
        first = desk.days.first_open(end)
        month = first.replace(day=1) if first else here
    shown = min(max(month, here), max(end, desk.days.today).replace(day=1))
    return (day if day is not None and day.replace(day=1) == shown else None), shown


def _day(written: str) -> dt.date | None:
    try:
        return read_day(written, "day")
    except InputError:
        return None


def _step(desk: Desk, first: dt.date, by: int) -> str:
    return urlencode({"purpose": desk.purpose, "month": f"{add_months(first, by):%Y-%m}"})


def _last_changes(rows: list[Appointment]) -> dict[uuid.UUID, Change]:
    cancelled = [row.pk for row in rows if row.state == State.CANCELLED]
    if not cancelled:
        return {}
    return {one.appointment_id: one for one in Change.objects.filter(appointment__in=cancelled).order_by("at", "pk")}
