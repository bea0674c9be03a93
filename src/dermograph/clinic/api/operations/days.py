"""On which days a course may have an appointment, why not on the others, and what is free."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Annotated

from django.utils import timezone
from ninja import Query, Router

from dermograph.care.reasons import Reason
from dermograph.clinic.agenda.course_days import appointments_of, days_of
from dermograph.clinic.agenda.models import Room
from dermograph.clinic.agenda.rules import duration, rules_of
from dermograph.clinic.agenda.slots import Wanted, busy_times, slots_of
from dermograph.clinic.agenda.timetable import timetable_of
from dermograph.clinic.api.gate import ApiRequest
from dermograph.clinic.api.pages import Page, whole
from dermograph.clinic.api.problems import ProblemError, language
from dermograph.clinic.api.seen import course_of
from dermograph.clinic.api.shapes import Day, Id, Json
from dermograph.clinic.api.shapes_places import DaysOut, PractitionerOut, Purpose, RoomOut, SlotsOut
from dermograph.clinic.api.site import operation
from dermograph.clinic.facts import protocol_of
from dermograph.clinic.people.selectors import practising
from dermograph.core.text import Text

router = Router(tags=["agenda"])
READ = "agenda:read"
MOST_DAYS = 400
MOST_SLOTS = 400
ForWhat = Annotated[Purpose, Query("session", description="What the appointment is for.")]


@operation(router, "get", "/rooms", out=Page[RoomOut], scope=READ, like="agenda")
def list_rooms(request: ApiRequest) -> Json:
    """The rooms of the clinic."""
    rooms = Room.objects.filter(clinic=request.clinic)
    return whole([{"id": one.pk, "name": one.name, "active": one.active} for one in rooms])


@operation(router, "get", "/practitioners", out=Page[PractitionerOut], scope=READ, like="agenda")
def list_practitioners(request: ApiRequest) -> Json:
    """Who treats in the clinic."""
    return whole(
        [
            {"id": one.pk, "name": one.user.name, "role": one.role, "treatments": one.treatments}
            for one in practising(request.clinic)
        ]
    )


@operation(router, "get", "/courses/{uuid:course}/days", out=DaysOut, scope=READ, like="booking")
def get_days(
    request: ApiRequest,
    course: uuid.UUID,
    first: Annotated[Day, Query(..., description="The first day that is asked about.")],
    last: Annotated[Day, Query(..., description="The last one, at most 400 days later.")],
    purpose: ForWhat = "session",
) -> Json:
    """Which days are open to a course, which can be held, and which are closed and why.

    Every closed day says which rule closes it, and where that stands in the sources. That a day is open says nothing of
    free times.
    """
    if not first <= last <= first + dt.timedelta(days=MOST_DAYS):
        raise _no_span()
    row = course_of(request, course)
    days = days_of(row, purpose)
    return {
        "course": row.pk,
        "purpose": purpose,
        "today": days.today,
        "first_open": days.first_open(last),
        "runs": [
            {"first": begin, "last": end, "kind": standing.kind, "because": [_why(one) for one in standing.because]}
            for begin, end, standing in days.runs(first, last)
        ],
    }


@operation(router, "get", "/courses/{uuid:course}/slots", out=SlotsOut, scope=READ, like="booking_slots")
def get_slots(
    request: ApiRequest,
    course: uuid.UUID,
    day: Annotated[Day, Query(..., description="The day that is asked about.")],
    purpose: ForWhat = "session",
    minutes: Annotated[int | None, Query(None, ge=5, le=480, multiple_of=5, description="How long.")] = None,
    practitioner: Annotated[Id | None, Query(None, description="Only with this person.")] = None,
    room: Annotated[Id | None, Query(None, description="Only in this room.")] = None,
) -> Json:
    """The free times of a day: a trained practitioner, a room and the patient are free, and the clinic is open."""
    row, said, now = course_of(request, course), language(), timezone.now()
    clinic = row.clinic
    days = days_of(row, purpose, now=now, others=appointments_of(row, now))
    length = duration(clinic, protocol_of(row), purpose, minutes)
    standing = days.on(day)
    wanted = Wanted(
        row.treatment,
        length.minutes,
        rules_of(clinic).booking_step_minutes,
        now,
        row.patient_id,
        practitioner,
        room,
    )
    free = []
    if standing.kind != "closed":
        busy = busy_times(clinic, day, day, now, patient=row.patient_id)
        free = list(slots_of(day, wanted, timetable_of(clinic), busy))[:MOST_SLOTS]
    return {
        "course": row.pk,
        "day": day,
        "kind": standing.kind,
        "because": [_why(one) for one in standing.because],
        "length": {
            "minutes": length.minutes,
            "basis": length.basis,
            "says": length.says.say(said),
            "cite": [cite.to_json() for cite in length.cite],
        },
        "slots": [
            {
                "starts_at": one.starts_at,
                "ends_at": one.starts_at + dt.timedelta(minutes=length.minutes),
                "practitioner": one.practitioner,
                "practitioner_name": one.practitioner_name,
                "room": one.room,
                "room_name": one.room_name,
            }
            for one in free
        ],
    }


def _why(reason: Reason) -> Json:
    return reason.to_json(language())


def _no_span() -> ProblemError:
    return ProblemError(
        422,
        "span",
        Text(
            f"The last day comes after the first, at most {MOST_DAYS} days later.",
            f"El último día viene después del primero, como mucho {MOST_DAYS} días más tarde.",
        ),
    )
