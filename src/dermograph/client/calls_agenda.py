"""Open days, free times and appointments."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterator

from dermograph.client.asking import Client, operation
from dermograph.client.shapes import (
    AppointmentMove,
    AppointmentNew,
    AppointmentOut,
    AppointmentState,
    DaysOut,
    PractitionerOut,
    RoomOut,
    SlotsOut,
)


class AgendaCalls(Client):
    """Calls about time."""

    @operation("list_rooms")
    def list_rooms(self) -> Iterator[RoomOut]:
        """The rooms of the clinic."""
        return self._list("/rooms", RoomOut)

    @operation("list_practitioners")
    def list_practitioners(self) -> Iterator[PractitionerOut]:
        """Who treats in the clinic."""
        return self._list("/practitioners", PractitionerOut)

    @operation("get_days")
    def get_days(self, course: uuid.UUID, first: dt.date, last: dt.date, *, purpose: str = "session") -> DaysOut:
        """Which days are open to a course, and why the others are not."""
        return self._get(f"/courses/{course}/days", DaysOut, first=first, last=last, purpose=purpose)

    @operation("get_slots")
    def get_slots(
        self,
        course: uuid.UUID,
        day: dt.date,
        *,
        purpose: str = "session",
        minutes: int | None = None,
        practitioner: uuid.UUID | None = None,
        room: uuid.UUID | None = None,
    ) -> SlotsOut:
        """The free times of a day."""
        asked = {"day": day, "purpose": purpose, "minutes": minutes, "practitioner": practitioner, "room": room}
        return self._get(f"/courses/{course}/slots", SlotsOut, **asked)

    @operation("list_appointments")
    def list_appointments(
        self,
        *,
        first: dt.date | None = None,
        last: dt.date | None = None,
        patient: uuid.UUID | None = None,
        course: uuid.UUID | None = None,
        state: str | None = None,
        limit: int = 100,
    ) -> Iterator[AppointmentOut]:
        """The appointments of the clinic, in the order in which they were made."""
        asked = {"first": first, "last": last, "patient": patient, "course": course, "state": state, "limit": limit}
        return self._list("/appointments", AppointmentOut, **asked)

    @operation("book_appointment")
    def book_appointment(self, course: uuid.UUID, given: AppointmentNew, *, key: str | None = None) -> AppointmentOut:
        """Book an appointment, or hold it.

        Raises:
            ConflictError: If the time is taken; ``problem["free"]`` has the nearest free ones.
            RefusedError: If a rule closes the day; ``problem["reasons"]`` has them with their sources.
        """
        return self._write("POST", f"/courses/{course}/appointments", AppointmentOut, given, key=key)

    @operation("get_appointment")
    def get_appointment(self, appointment: uuid.UUID) -> AppointmentOut:
        """An appointment."""
        return self._get(f"/appointments/{appointment}", AppointmentOut)

    @operation("move_appointment")
    def move_appointment(
        self, appointment: uuid.UUID, given: AppointmentMove, *, key: str | None = None
    ) -> AppointmentOut:
        """Move an appointment."""
        return self._write("POST", f"/appointments/{appointment}/move", AppointmentOut, given, key=key)

    @operation("set_appointment_state")
    def set_appointment_state(
        self, appointment: uuid.UUID, given: AppointmentState, *, key: str | None = None
    ) -> AppointmentOut:
        """Cancel an appointment, confirm one that is held, or say what became of it."""
        return self._write("POST", f"/appointments/{appointment}/state", AppointmentOut, given, key=key)
