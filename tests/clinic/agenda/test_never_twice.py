"""Nobody is booked twice: fifty at once, and whatever is done in whatever order."""

from __future__ import annotations

import datetime as dt
import itertools
import os
import uuid
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from dermograph.clinic.agenda.models import Appointment, Occupied
from dermograph.clinic.agenda.occupy import grid
from dermograph.clinic.agenda.services import book, expire_holds, hold, move, set_state
from dermograph.clinic.agenda.slots import ACTIVE
from dermograph.clinic.people.models import Clinic
from dermograph.core.errors import InputError
from tests.clinic.agenda.fifty import AT_ONCE, ask_at_once
from tests.clinic.agenda.opened import another_course, at, monday, open_up
from tests.clinic.at_once import run_apart
from tests.clinic.conftest import member

EXPECTED = {
    "codes": [302, *[409] * (AT_ONCE - 1)],
    "told": AT_ONCE - 1,
    "offered": AT_ONCE - 1,
    "appointments": 1,
    "occupied": 36,
    "broken_at": None,
}


@pytest.mark.skipif("DATABASE_URL" in os.environ, reason="on PostgreSQL the next test does it")
def test_fifty_people_at_once_get_one_appointment(tmp_path: Path) -> None:
    assert run_apart("tests.clinic.agenda.fifty", tmp_path) == EXPECTED


@pytest.mark.skipif("DATABASE_URL" not in os.environ, reason="on SQLite the test before does it")
@pytest.mark.django_db(transaction=True)
def test_fifty_people_at_once_get_one_appointment_on_postgresql() -> None:
    assert ask_at_once() == EXPECTED


class Bookings(RuleBasedStateMachine):
    """Booking, holding, moving, cancelling and time passing, in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.made: list[Appointment] = []
        self.refused: list[str] = []
        self.now = dt.datetime.now(tz=dt.UTC)

    @initialize()
    def open_a_clinic(self) -> None:
        name = uuid.uuid4().hex
        self.clinic = Clinic.objects.create(name=name, slug=name, time_zone="Europe/Madrid")
        self.people = [member(self.clinic, "practitioner", f"{letter}na X", ("paramedical",)) for letter in "AB"]
        self.rooms = open_up(self.clinic)
        self.courses = [another_course(self.clinic, number, self.people[0]) for number in (1, 2, 3)]

    @rule(
        course=st.integers(0, 2),
        person=st.integers(0, 1),
        room=st.integers(0, 1),
        step=st.integers(-2, 30),
        minutes=st.sampled_from([5, 30, 60, 95]),
        held=st.booleans(),
    )
    def book_one(self, course: int, person: int, room: int, step: int, minutes: int, *, held: bool) -> None:
        make = hold if held else book
        try:
            self.made.append(
                make(
                    course=self.courses[course],
                    purpose="review",
                    practitioner=self.people[person],
                    who=None,
                    room=self.rooms[room],
                    starts_at=self.moment(step),
                    minutes=minutes,
                    now=self.now,
                )
            )
        except InputError as error:
            self.refused.append(error.say("es"))

    @rule(which=st.integers(0, 30), person=st.integers(0, 1), room=st.integers(0, 1), step=st.integers(-2, 30))
    def move_one(self, which: int, person: int, room: int, step: int) -> None:
        if self.made:
            self.attempt(
                move,
                appointment=self.made[which % len(self.made)],
                practitioner=self.people[person],
                room=self.rooms[room],
                starts_at=self.moment(step),
            )

    @rule(
        which=st.integers(0, 30), state=st.sampled_from(["held", "booked", "arrived", "done", "cancelled", "no_show"])
    )
    def change_one(self, which: int, state: str) -> None:
        if self.made:
            self.attempt(set_state, appointment=self.made[which % len(self.made)], state=state, reason="so")

    @rule(hours=st.integers(1, 60))
    def time_passes(self, hours: int) -> None:
        self.now += dt.timedelta(hours=hours)

    @rule()
    def holds_end(self) -> None:
        expire_holds(self.clinic, self.now)

    @invariant()
    def what_is_occupied_is_what_is_active(self) -> None:
        if not hasattr(self, "clinic"):
            return
        active = Appointment.objects.filter(clinic=self.clinic, state__in=ACTIVE)
        expected = sorted(
            (str(resource), moment)
            for one in active
            for resource in (one.practitioner_id, one.room_id, one.patient_id)
            for moment in grid(one.starts_at, one.ends_at)
        )
        found = Occupied.objects.filter(appointment__clinic=self.clinic).values_list("resource", "starts_at")
        assert sorted((str(resource), moment) for resource, moment in found) == expected
        assert all(self.refused)
        for one, other in itertools.combinations(active, 2):
            if one.practitioner_id == other.practitioner_id or one.room_id == other.room_id:
                assert one.ends_at <= other.starts_at or other.ends_at <= one.starts_at

    def moment(self, step: int) -> dt.datetime:
        return at(self.clinic, monday(), 9) + dt.timedelta(minutes=20 * step)

    def attempt(self, change: object, **fields: object) -> None:
        try:
            change(**fields, who=None, now=self.now)  # type: ignore[operator]  # fields as a test gives them
        except InputError as error:
            self.refused.append(error.say("en"))


@pytest.mark.django_db
def test_whatever_is_done_no_two_active_appointments_overlap() -> None:
    run_state_machine_as_test(
        Bookings,
        settings=settings(
            max_examples=15, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck)
        ),
    )
