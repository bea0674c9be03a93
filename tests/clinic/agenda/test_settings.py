"""The clinic's figures, hours, rooms and absences, and what they do to what is booked."""

from __future__ import annotations

import datetime as dt
import random
import uuid

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dermograph.clinic.agenda.models import Absence, Appointment, OpeningHours, Room
from dermograph.clinic.agenda.premises import add_absence, add_hours, remove_hours, set_figures, use_room
from dermograph.clinic.agenda.rules import duration, read, rules_of
from dermograph.clinic.agenda.selectors import MOST_TERMS, misfits
from dermograph.clinic.agenda.services import book
from dermograph.clinic.agenda.timetable import Timetable, timetable_of
from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.people.models import Clinic, Course, Membership
from dermograph.core.errors import InputError
from dermograph.protocols import load_library
from tests.clinic.agenda.opened import at, monday, rooms
from tests.clinic.conftest import member, signed_in

pytestmark = pytest.mark.django_db
__all__ = ["rooms"]


def test_a_session_takes_the_upper_end_that_the_source_gives_and_cites_it(clinic: Clinic) -> None:
    found = duration(clinic, load_library().protocol("paramedical"), "session")
    assert (found.minutes, found.basis) == (120, "protocol")
    assert found.cite[0].source == "paramedical-micropigmentation"
    assert duration(clinic, load_library().protocol("microneedling"), "session").minutes == 60


def test_what_no_source_says_is_an_assumption_until_the_clinic_sets_it(clinic: Clinic) -> None:
    scalp = load_library().protocol("scalp")
    assert duration(clinic, scalp, "session").basis == "assumption"
    assert duration(clinic, scalp, "review").minutes == 30
    assert duration(clinic, scalp, "assessment").minutes == 60
    clinic.rules = {"session_minutes": 150}
    found = duration(clinic, scalp, "session")
    assert (found.minutes, found.basis) == (150, "clinic")
    assert duration(clinic, scalp, "session", 90).basis == "estimate"


@pytest.mark.parametrize(
    "values",
    [
        {"hold_minutes": "60"},
        {"hold_minutes": True},
        {"hold_minutes": 0},
        {"hold_minutes": 10**9},
        {"booking_step_minutes": 7},
        {"first_hour": 24},
        {"first_hour": 12, "last_hour": 12},
        {"review_minutes": 31.0},
    ],
)
def test_a_figure_that_cannot_be_is_refused(values: dict[str, object]) -> None:
    with pytest.raises(InputError):
        read(values)


def test_other_parts_figures_stay(clinic: Clinic, lead: Membership) -> None:
    clinic.rules = {"something_else": "x", "hold_minutes": 60}
    clinic.save()
    set_figures(clinic=clinic, values={"hold_minutes": None, "review_minutes": 45}, who=lead.user)
    clinic.refresh_from_db()
    assert clinic.rules == {"something_else": "x", "review_minutes": 45}
    assert rules_of(clinic).hold_minutes == 2880


def test_overlapping_hours_are_refused_and_touching_ones_are_one_stretch(clinic: Clinic, lead: Membership) -> None:
    def hours(opens: int, closes: int, weekday: int = 0) -> OpeningHours:
        return add_hours(clinic=clinic, weekday=weekday, opens=dt.time(opens), closes=dt.time(closes), who=lead.user)

    hours(9, 14)
    with pytest.raises(InputError, match="overlaps 09:00–14:00"):
        hours(13, 16)
    with pytest.raises(InputError, match="before it opens"):
        hours(16, 15)
    hours(14, 19)
    hours(13, 16, weekday=1)
    table = timetable_of(clinic)
    assert len(table.open_on(monday())) == 1
    assert table.is_open(at(clinic, monday(), 13), at(clinic, monday(), 15))
    assert "Wednesdays" in str(table.closure(monday() + dt.timedelta(days=2)))


def test_changes_list_the_appointments_that_no_longer_fit(
    course: Course, practitioner: Membership, lead: Membership, rooms: list[Room]
) -> None:
    clinic, now = course.clinic, dt.datetime.now(tz=dt.UTC)

    def why() -> list[str]:
        return [text.en for _, text in misfits(clinic, timetable_of(clinic), now)]

    book(
        course=course,
        purpose="review",
        practitioner=practitioner,
        room=rooms[0],
        starts_at=at(clinic, monday(), 10),
        who=None,
    )
    assert why() == []
    use_room(room=rooms[0], active=False, who=lead.user)
    assert why() == ["The room is not in use."]
    use_room(room=rooms[0], active=True, who=lead.user)
    away = add_absence(clinic=clinic, membership=practitioner, first=monday(), last=monday(), reason="", who=lead.user)
    assert why() == ["Nuria Vidal is away."]
    away.delete()
    remove_hours(stretch=OpeningHours.objects.get(clinic=clinic, weekday=0), who=lead.user)
    assert why() == ["The clinic is closed on Mondays."]
    body = signed_in(lead).get(reverse("agenda_settings")).content.decode()
    assert "Appointments that no longer fit" in body
    assert "Lucía Ferrer Campos" in body
    assert AuditEntry.objects.filter(clinic=clinic, action="room.retired").exists()


def test_among_many_appointments_those_are_told_that_do_not_fit_one_by_one(
    course: Course, practitioner: Membership, lead: Membership, rooms: list[Room]
) -> None:
    clinic, now, chance = course.clinic, dt.datetime.now(tz=dt.UTC), random.Random(7)
    untrained = member(clinic, "practitioner", "Una Untrained")
    untrained.treatments = []
    untrained.save()
    use_room(room=rooms[1], active=False, who=lead.user)
    add_absence(clinic=clinic, membership=practitioner, first=monday(), last=monday(3), reason="", who=lead.user)
    add_absence(clinic=clinic, membership=None, first=monday(5), last=monday(5), reason="", who=lead.user)
    for number in range(120):
        begins = at(
            clinic, monday(chance.randrange(2, 7)) + dt.timedelta(days=chance.randrange(7)), chance.randrange(7, 21)
        )
        Appointment.objects.create(
            clinic=clinic,
            patient=course.patient,
            course=chance.choice((course, None)),
            purpose="review",
            practitioner=chance.choice((practitioner, lead, untrained)),
            room=chance.choice(rooms[:2]),
            starts_at=begins + dt.timedelta(minutes=number % 4),
            ends_at=begins + dt.timedelta(minutes=30),
            state="booked",
        )
    table = timetable_of(clinic)
    each = Appointment.objects.order_by("starts_at").select_related("course")
    reasons = {
        one.pk: why
        for one in each
        if (why := why_not(table, one.starts_at, one.ends_at, one.practitioner_id, one.room_id, one.course)) is not None
    }
    found = {one.pk: why.en for one, why in misfits(clinic, table, now)}
    assert found == reasons
    assert 0 < len(found) < len(each)
    assert len(set(found.values())) >= 5


@pytest.mark.parametrize("more", [0, 1, 1000], ids=["at", "above", "deeper-than-sqlite"])
def test_however_many_absences_are_to_come_those_are_told_that_do_not_fit(
    course: Course,
    practitioner: Membership,
    lead: Membership,
    rooms: list[Room],
    more: int,
) -> None:
    clinic, now = course.clinic, dt.datetime.now(tz=dt.UTC)
    number = MOST_TERMS - 1 + more  # one term is of the hours
    days = [monday(2), *(monday(10) + dt.timedelta(days=day) for day in range(number - 1))]
    Absence.objects.bulk_create(Absence(clinic=clinic, membership=practitioner, first=day, last=day) for day in days)
    booked = [
        Appointment.objects.create(
            clinic=clinic,
            patient=course.patient,
            course=course,
            purpose="review",
            practitioner=practitioner,
            room=rooms[0],
            starts_at=at(clinic, monday(weeks), 10),
            ends_at=at(clinic, monday(weeks), 11),
            state="booked",
        )
        for weeks in (2, 3)
    ]
    with CaptureQueriesContext(connection) as asked:
        found = misfits(clinic, timetable_of(clinic), now)
    assert [(one.pk, why.en) for one, why in found] == [(booked[0].pk, "Nuria Vidal is away.")]
    assert any(query["sql"].count('"practitioner_id" =') == number for query in asked) is (more == 0)
    page = signed_in(lead).get(reverse("agenda_settings"))
    assert page.status_code == 200
    assert "Nuria Vidal is away." in page.content.decode()


def why_not(
    table: Timetable, begins: dt.datetime, ends: dt.datetime, who: uuid.UUID, room: uuid.UUID, course: Course | None
) -> str | None:
    """What stands against one appointment, asked of the timetable itself."""
    day, person, place = begins.astimezone(table.zone).date(), table.person(who), table.room(room)
    if closed := table.closure(day):
        return closed.en
    if not table.is_open(begins, ends):
        return "Outside the opening hours."
    assert person is not None
    if table.away(who, day):
        return f"{person.name} is away."
    if course is not None and course.treatment not in person.treatments:
        return f"{person.name} is not trained for it."
    return None if place is not None and place.active else "The room is not in use."


def test_the_page_adds_renames_and_removes(clinic: Clinic, lead: Membership) -> None:
    client, address = signed_in(lead), reverse("agenda_settings")

    def post(**form: object) -> int:
        return client.post(address, form).status_code

    assert post(act="room_add", name="  Sala   azul ") == 302
    room = Room.objects.get()
    assert room.name == "Sala azul"
    assert post(act="room_add", name="Sala azul") == 400
    assert post(act="room_rename", id=room.pk, name="Sala verde") == 302
    assert post(act="hours_add", weekday=4, opens="09:00", closes="13:30") == 302
    assert post(act="hours_add", weekday=4, opens="13:00", closes="14:00") == 400
    assert post(act="hours_remove", id=OpeningHours.objects.get().pk) == 302
    assert post(act="absence_add", person="", first="2026-12-24", last="2026-12-20") == 400
    assert post(act="absence_add", person=lead.pk, first="2099-12-24", last="", reason="leave") == 302
    assert Absence.objects.get().last == dt.date(2099, 12, 24)
    assert post(act="absence_remove", id=Absence.objects.get().pk) == 302
    assert post(act="figures", hold_minutes="120", first_hour="7") == 302
    clinic.refresh_from_db()
    assert clinic.rules == {"hold_minutes": 120, "first_hour": 7}


def test_a_broken_figure_is_told_and_can_be_mended(clinic: Clinic, lead: Membership, course: Course) -> None:
    Clinic.objects.filter(pk=clinic.pk).update(rules={"hold_minutes": "soon"})
    client = signed_in(lead)
    assert client.get(reverse("booking", args=[course.pk])).status_code == 400
    assert "is not a whole number" in client.get(reverse("agenda_settings")).content.decode()
    assert client.post(reverse("agenda_settings"), {"act": "figures", "hold_minutes": "60"}).status_code == 302
    assert client.get(reverse("booking", args=[course.pk])).status_code == 200
