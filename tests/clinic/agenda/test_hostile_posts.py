"""Whatever is sent to the agenda: a clear refusal, nothing broken, nothing written."""

from __future__ import annotations

import uuid

import pytest
from django.urls import reverse

from dermograph.clinic.agenda.models import Absence, Appointment, OpeningHours, Room
from dermograph.clinic.people.models import Course, Membership
from tests.clinic.agenda.opened import monday, rooms
from tests.clinic.agenda.test_pages import made, slot
from tests.clinic.conftest import signed_in

pytestmark = pytest.mark.django_db
__all__ = ["rooms"]

HOSTILE = [
    "",
    "\x00",
    "x" * 5000,
    "-1",
    "9" * 400,
    "' OR 1=1 --",
    "<script>alert(1)</script>",
    "２０２６",
    "0001-01-01",
    "9999-12-31",
    "2026-02-30",
    "null",
    "|||",
    "2026-12-01T10:00:00+99:00|a|b",
]


@pytest.mark.parametrize("value", HOSTILE)
def test_whatever_is_posted_nothing_breaks_and_nothing_is_written(
    value: str, course: Course, practitioner: Membership, lead: Membership, rooms: list[Room]
) -> None:
    one = made(course, practitioner, rooms[0])
    client, before = signed_in(lead), Appointment.objects.get(pk=one.pk).__dict__
    good = {
        "purpose": "review",
        "slot": slot(course.clinic, practitioner, rooms[0], monday(), 12),
        "sequence": "0",
        "entry": str(uuid.uuid4()),
    }
    for field in ("purpose", "slot", "minutes", "entry", "sequence", "day", "room", "note"):
        form = {**good, field: value, "entry": value if field == "entry" else str(uuid.uuid4())}
        if field in ("purpose", "slot", "entry"):
            answer = client.post(reverse("appointment_new", args=[course.pk]), form)
            assert answer.status_code in (302, 400, 404) if value == "" else answer.status_code in (400, 404)
        if field != "note":
            answer = client.post(reverse("appointment_move", args=[one.pk]), {**form, "slot": value})
            assert answer.status_code in (400, 404)
    for field in ("month", "day", "minutes", "room", "practitioner", "purpose", "moving"):
        for name in ("booking", "booking_slots"):
            answer = client.get(reverse(name, args=[course.pk]), {field: value})
            assert answer.status_code in (200, 400, 404), (name, field)
            assert b"<script>alert" not in answer.content
    assert client.get(reverse("agenda"), {"day": value, "view": value}).status_code in (200, 400)
    for form in ({"state": value, "sequence": "0"}, {"state": "cancelled", "reason": "", "sequence": value}):
        assert client.post(reverse("appointment_state", args=[one.pk]), form).status_code in (400, 409)
    after = Appointment.objects.get(pk=one.pk).__dict__
    assert {name: v for name, v in after.items() if name != "_state"} == {
        name: v for name, v in before.items() if name != "_state"
    }


@pytest.mark.parametrize("value", HOSTILE)
def test_settings_refuse_what_cannot_be(value: str, course: Course, lead: Membership, rooms: list[Room]) -> None:
    client, address = signed_in(lead), reverse("agenda_settings")
    hours = {"act": "hours_add", "weekday": "0", "opens": "20:00", "closes": "21:00"}
    for form in (
        {"act": value},
        {"act": "room_add", "name": "" if value.isalnum() or len(value) < 60 else value},
        {"act": "room_rename", "id": value, "name": "x"},
        {**hours, "opens": value},
        {**hours, "closes": value},
        {**hours, "weekday": value},
        {"act": "absence_add", "first": "" if value in ("9999-12-31", "0001-01-01") else value, "last": value},
        {"act": "absence_remove", "id": value},
        {"act": "figures", "hold_minutes": value or "x"},
    ):
        assert client.post(address, form).status_code in (400, 404), form
    assert OpeningHours.objects.count() == 5
    assert Absence.objects.count() == 0
    assert Room.objects.count() == 2
