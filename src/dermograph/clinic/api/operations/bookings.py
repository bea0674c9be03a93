"""Appointments: read, booked, moved, cancelled."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Annotated, Literal

from ninja import Query, Router
from ninja.responses import Status

from dermograph.clinic.agenda import services
from dermograph.clinic.agenda.models import Appointment, Room
from dermograph.clinic.agenda.wall import day_bounds
from dermograph.clinic.api.gate import ApiRequest
from dermograph.clinic.api.pages import After, Limit, Page, page
from dermograph.clinic.api.seen import course_of, made, member_of
from dermograph.clinic.api.shapes import Day, Id, Json
from dermograph.clinic.api.shapes_places import AppointmentMove, AppointmentNew, AppointmentOut, AppointmentState
from dermograph.clinic.api.site import operation
from dermograph.clinic.people.within import within

router = Router(tags=["agenda"])
READ, WRITE = "agenda:read", "agenda:write"
_RELATED = ("clinic", "course__clinic", "course__patient", "course__area", "practitioner__user", "room", "patient")
State = Literal["held", "booked", "arrived", "done", "cancelled", "no_show"]


@operation(router, "get", "/appointments", out=Page[AppointmentOut], scope=READ, like="agenda")
def list_appointments(
    request: ApiRequest,
    first: Annotated[Day | None, Query(None, description="Only those that begin on this day or later.")] = None,
    last: Annotated[Day | None, Query(None, description="Only those that begin on this day or earlier.")] = None,
    patient: Annotated[Id | None, Query(None, description="Only of this patient.")] = None,
    course: Annotated[Id | None, Query(None, description="Only of this course.")] = None,
    state: Annotated[State | None, Query(None, description="Only in this state.")] = None,
    after: After = None,
    limit: Limit = 50,
) -> Json:
    """The appointments of the clinic, in the order in which they were made.

    Not by their time, which may change while a list is paged.
    """
    here = Appointment.objects.filter(clinic=request.clinic, patient__restricted_at=None)
    rows = here.select_related("practitioner__user", "room")
    zone = request.clinic.zone
    if first is not None:
        rows = rows.filter(starts_at__gte=day_bounds(first, zone)[0])
    if last is not None:
        rows = rows.filter(starts_at__lt=day_bounds(last, zone)[1])
    for name, value in (("patient", patient), ("course", course), ("state", state)):
        if value is not None:
            rows = rows.filter(**{name: value})
    return page(rows, shown_appointment, by="made_at", after=after, limit=limit)


@operation(
    router,
    "post",
    "/courses/{uuid:course}/appointments",
    out=AppointmentOut,
    scope=WRITE,
    like="appointment_new",
    takes="json",
    made=True,
    refuses=(409,),
)
def book_appointment(request: ApiRequest, course: uuid.UUID, given: AppointmentNew) -> Status[Json]:
    """Book an appointment, or hold it.

    A session is booked only on a day that the plan allows: a closed one is refused with the reasons and their sources
    (422). A time that is taken is refused with the nearest free ones (409).
    """
    make = services.hold if given.hold else services.book
    row = make(
        course=course_of(request, course),
        purpose=given.purpose,
        practitioner=member_of(request, given.practitioner),
        room=within(request.clinic, Room, given.room),
        starts_at=given.starts_at,
        minutes=given.minutes,
        note=given.note,
        who=request.person,
        entry=request.entry,
    )
    made(request, "appointments", row)
    return Status(201, shown_appointment(row))


@operation(router, "get", "/appointments/{uuid:appointment}", out=AppointmentOut, scope=READ, like="appointment")
def get_appointment(request: ApiRequest, appointment: uuid.UUID) -> Json:
    """An appointment."""
    return shown_appointment(within(request.clinic, Appointment, appointment, *_RELATED))


@operation(
    router,
    "post",
    "/appointments/{uuid:appointment}/move",
    out=AppointmentOut,
    scope=WRITE,
    like="appointment_move",
    takes="json",
    refuses=(409,),
)
def move_appointment(request: ApiRequest, appointment: uuid.UUID, given: AppointmentMove) -> Json:
    """Move an appointment: its old time is given back and the new one taken, or neither.

    `sequence` is that of the appointment that was read: 409 if somebody changed it since.
    """
    row = services.move(
        appointment=within(request.clinic, Appointment, appointment, *_RELATED),
        practitioner=member_of(request, given.practitioner),
        room=within(request.clinic, Room, given.room),
        starts_at=given.starts_at,
        minutes=given.minutes,
        sequence=given.sequence,
        who=request.person,
    )
    return shown_appointment(row)


@operation(
    router,
    "post",
    "/appointments/{uuid:appointment}/state",
    out=AppointmentOut,
    scope=WRITE,
    like="appointment_state",
    takes="json",
    refuses=(409,),
)
def set_appointment_state(request: ApiRequest, appointment: uuid.UUID, given: AppointmentState) -> Json:
    """Cancel an appointment, confirm one that is held, or say what became of it."""
    row = services.set_state(
        appointment=within(request.clinic, Appointment, appointment, *_RELATED),
        state=given.state,
        reason=given.reason,
        sequence=given.sequence,
        who=request.person,
    )
    return shown_appointment(row)


def shown_appointment(row: Appointment) -> Json:
    """What is shown of an appointment."""
    return {
        "id": row.pk,
        "patient": row.patient_id,
        "course": row.course_id,
        "purpose": row.purpose,
        "practitioner": row.practitioner_id,
        "practitioner_name": row.practitioner.user.name,
        "room": row.room_id,
        "room_name": row.room.name,
        "starts_at": row.starts_at.astimezone(dt.UTC),
        "ends_at": row.ends_at.astimezone(dt.UTC),
        "state": row.state,
        "held_until": row.held_until,
        "note": row.note,
        "reason": row.reason,
        "sequence": row.sequence,
        "made_at": row.made_at,
    }
