"""Appointments, schedules and slots: Appointment, Schedule, Slot."""

from __future__ import annotations

from typing import Any, Final

from dermograph.exchange.fhir.elements import Element
from dermograph.exchange.fhir.map.codecs import INSTANT, PLAIN, TIME, WHOLE, to, words
from dermograph.exchange.fhir.map.keys import kind_of_reference
from dermograph.exchange.fhir.map.places import At, Known
from dermograph.exchange.fhir.map.shared_places import concept_at, in_list
from dermograph.exchange.fhir.map.steps import extended
from dermograph.exchange.fhir.map.table import Table
from dermograph.exchange.record.calendars import Appointment, Schedule, Slot

_STATES: Final = {"held": "pending", "done": "fulfilled", "no_show": "noshow"}


class _Participant:
    """The participant whose actor is of a type."""

    def __init__(self, kind: str) -> None:
        self._kind = kind

    def is_it(self, item: Any, number: int) -> bool:  # noqa: ANN401, ARG002 (of the protocol)
        return kind_of_reference(item.get("actor", {})) == self._kind

    def new(self) -> Element:
        return {"status": "accepted"}


def _actor(kind: str) -> At:
    return At(("participant", _Participant(kind), "actor"), to(kind), None)


APPOINTMENT: Final = Table(
    "Appointment",
    Appointment,
    {
        "patient": _actor("Patient"),
        "course": in_list("basedOn", "ServiceRequest"),
        "purpose": concept_at("appointmentType", "purposes"),
        "practitioner": _actor("Practitioner"),
        "room": _actor("Location"),
        "starts_at": Known(("start",), INSTANT),
        "ends_at": Known(("end",), INSTANT),
        "state": At(("status",), words(_STATES)),
        "held_until": Known(extended("held-until", "valueInstant"), INSTANT),
        "note": At(("comment",), PLAIN),
        "reason": At(extended("reason", "valueString"), PLAIN),
        "sequence": At(extended("sequence", "valueInteger"), WHOLE, None),
        "made_at": Known(("created",), TIME),
    },
    lambda appointment: {} if appointment.state else {"status": "proposed"},
)

SCHEDULE: Final = Table(
    "Schedule",
    Schedule,
    {
        "practitioner": in_list("actor", "Practitioner"),
        "room": in_list("actor", "Location"),
        "first": Known(("planningHorizon", "start"), TIME),
        "last": Known(("planningHorizon", "end"), TIME),
        "words": At(("comment",), PLAIN),
        "active": Known(("active",), PLAIN),
    },
    lambda _: {},
)

SLOT: Final = Table(
    "Slot",
    Slot,
    {
        "schedule": At(("schedule",), to("Schedule"), None),
        "starts_at": Known(("start",), INSTANT),
        "ends_at": Known(("end",), INSTANT),
        "state": At(("status",), PLAIN),
        "words": At(("comment",), PLAIN),
    },
    lambda slot: {} if slot.state else {"status": "busy-tentative"},
)
