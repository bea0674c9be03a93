"""The pages of the agenda: who may, what they show in both languages, how much they ask of the database."""

from __future__ import annotations

import datetime as dt
import uuid
from html.parser import HTMLParser

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dermograph.clinic.agenda.models import Appointment, OpeningHours, Room
from dermograph.clinic.agenda.services import book, set_state
from dermograph.clinic.agenda.wall import write_instant
from dermograph.clinic.people.models import Clinic, Course, Membership
from dermograph.clinic.treatment.models import Session
from tests.clinic.agenda.opened import another_course, at, cleared, monday, open_up, rooms
from tests.clinic.conftest import member, signed_in

pytestmark = pytest.mark.django_db
__all__ = ["rooms"]
MOST_QUERIES, MOST_OF_A_CASE = 12, 15


class Ids(HTMLParser):
    """The ids, the style attributes and the inline handlers of a page."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.forbidden: list[str] = []
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            if name == "style" or name.startswith(("on", "hx-on")):
                self.forbidden.append(f"{tag} {name}")
        if tag == "style":
            self.forbidden.append(tag)


def page(client: Client, address: str, **query: object) -> str:
    values = {name: str(value) for name, value in query.items()}
    answer = client.get(address, values)
    assert answer.status_code == 200, answer.content[:2000]
    body = answer.content.decode()
    read = Ids(body)
    assert not read.forbidden
    assert len(read.ids) == len(set(read.ids))
    return body


def slot(clinic: Clinic, person: Membership, room: Room, day: dt.date, hour: int) -> str:
    return f"{write_instant(at(clinic, day, hour), clinic.zone)}|{person.pk}|{room.pk}"


def made(course: Course, person: Membership, room: Room, *, hour: int = 10, day: dt.date | None = None) -> Appointment:
    start = at(course.clinic, day or monday(), hour)
    return book(course=course, purpose="review", practitioner=person, room=room, starts_at=start, who=person.user)


def test_the_month_says_why_days_are_closed_and_where_that_stands(
    course: Course, practitioner: Membership, rooms: list[Room]
) -> None:
    body = page(signed_in(practitioner), reverse("booking", args=[course.pk]))
    assert "The assessment is not complete" in body
    assert "can only be held" in body
    cleared(course, practitioner)
    body = page(signed_in(practitioner), reverse("booking", args=[course.pk]), month=f"{monday():%Y-%m}")
    assert "Next session: from" in body
    assert "Provisional: no review" in body
    assert "The clinic is closed on Saturdays." in body
    assert "No day between two sessions at the usual spacing allows this" in body
    assert "60 to 120 minutes" in body


def test_picking_a_day_shows_its_times_by_practitioner(
    course: Course, practitioner: Membership, lead: Membership, rooms: list[Room]
) -> None:
    cleared(course, practitioner)
    made(another_course(course.clinic, 2, lead), practitioner, rooms[0], hour=9)
    body = page(signed_in(practitioner), reverse("booking", args=[course.pk]), day=monday())
    assert body.index("<legend>Nuria Vidal</legend>") < body.index("<legend>Teresa Mora</legend>")
    times = [reverse_part.split("T")[1][:5] for reverse_part in body.split('name="slot" value="')[1:]]
    assert times[0] == "09:30"  # the review takes her until half past nine
    assert "17:15" not in times
    assert "Book this time" in body


def test_htmx_gets_the_part_alone(course: Course, practitioner: Membership, rooms: list[Room]) -> None:
    client = signed_in(practitioner)
    for address in (reverse("booking_slots", args=[course.pk]), reverse("booking", args=[course.pk])):
        answer = client.get(address, {"purpose": "review", "day": str(monday())}, headers={"HX-Request": "true"})
        assert answer.content.decode().lstrip().startswith('<div id="choose"')


def test_a_time_is_booked_moved_and_cancelled_by_forms(
    course: Course, practitioner: Membership, front_desk: Membership, rooms: list[Room]
) -> None:
    cleared(course, practitioner)
    client, clinic = signed_in(front_desk), course.clinic
    answer = client.post(
        reverse("appointment_new", args=[course.pk]),
        {
            "purpose": "session",
            "slot": slot(clinic, practitioner, rooms[0], monday(), 10),
            "note": "brings a friend",
            "entry": str(uuid.uuid4()),
        },
    )
    one = Appointment.objects.get()
    assert answer.headers["Location"] == reverse("appointment", args=[one.pk])
    body = page(client, reverse("appointment", args=[one.pk]))
    assert "brings a friend" in body
    assert "Patient has arrived" not in body  # its day has not come
    move = reverse("appointment_move", args=[one.pk])
    assert "Move to this time" in page(client, move, day=monday())
    answer = client.post(move, {"slot": slot(clinic, practitioner, rooms[1], monday(), 15), "sequence": "0"})
    assert answer.status_code == 302
    body = page(client, reverse("appointment", args=[one.pk]))
    assert "15:00–17:00" in body
    assert "(was " in body
    state = reverse("appointment_state", args=[one.pk])
    assert client.post(state, {"state": "cancelled", "sequence": "1"}).status_code == 400
    assert client.post(state, {"state": "cancelled", "reason": "ill", "sequence": "0"}).status_code == 409
    assert client.post(state, {"state": "cancelled", "reason": "ill", "sequence": "1"}).status_code == 302
    assert "Undo the cancellation" in page(client, reverse("appointment", args=[one.pk]))


def test_a_pending_day_offers_to_hold(course: Course, practitioner: Membership, rooms: list[Room]) -> None:
    client = signed_in(practitioner)
    assert "Hold this time" in page(client, reverse("booking", args=[course.pk]), day=monday())
    form = {"purpose": "session", "slot": slot(course.clinic, practitioner, rooms[0], monday(), 10)}
    new = reverse("appointment_new", args=[course.pk])
    refused = client.post(new, {**form, "entry": str(uuid.uuid4())})
    assert refused.status_code == 400
    assert "Hold the slot until the assessment is signed." in refused.content.decode()
    assert client.post(new, {**form, "entry": str(uuid.uuid4()), "hold": "1"}).status_code == 302
    assert Appointment.objects.get().state == "held"


def test_who_comes_too_late_is_told_and_offered_what_is_free(
    course: Course, practitioner: Membership, rooms: list[Room]
) -> None:
    made(another_course(course.clinic, 2, practitioner), practitioner, rooms[0])
    answer = signed_in(practitioner).post(
        reverse("appointment_new", args=[course.pk]),
        {
            "purpose": "review",
            "slot": slot(course.clinic, practitioner, rooms[0], monday(), 10),
            "note": "kept",
            "entry": str(uuid.uuid4()),
        },
    )
    body = answer.content.decode()
    assert answer.status_code == 409
    assert "Nuria Vidal and room Room 1 are taken" in body
    assert "<legend>Nearest free</legend>" in body
    assert 'value="kept"' in body


@pytest.mark.parametrize("view", ["day", "week"])
def test_the_agenda_shows_what_is_booked_and_says_when_nothing_is(
    view: str, course: Course, practitioner: Membership, rooms: list[Room]
) -> None:
    client = signed_in(practitioner)
    empty = page(client, reverse("agenda"), day=monday(), view=view)
    assert "An appointment is made from a patient" in empty
    one = made(course, practitioner, rooms[0])
    body = page(client, reverse("agenda"), day=monday(), view=view)
    assert 'class="block r-25 s-6 l-0 is-booked short"' in body  # two hours after eight, for half an hour
    assert "Lucía Ferrer Campos" in body
    set_state(appointment=one, state="cancelled", reason="ill", who=None)
    body = page(client, reverse("agenda"), day=monday(), view=view)
    assert "Did not take place" in body
    assert "is-cancelled" not in body


def test_today_has_its_line_of_the_present(course: Course, practitioner: Membership) -> None:
    open_up(course.clinic, weekdays=range(7), opens=0, closes=23)
    OpeningHours.objects.filter(clinic=course.clinic).update(closes=dt.time(23, 55))
    body = page(signed_in(practitioner), reverse("agenda"))
    assert 'class="now r-' in body
    assert 'class="now r-' not in page(signed_in(practitioner), reverse("agenda"), day=monday())


def test_spanish_pages_are_spanish(course: Course, practitioner: Membership, rooms: list[Room]) -> None:
    cleared(course, practitioner)
    practitioner.user.language = "es"
    practitioner.user.save(update_fields=["language"])
    client = signed_in(practitioner)
    body = page(client, reverse("booking", args=[course.pk]), day=monday())
    assert "Próxima sesión: desde el" in body
    assert "Reservar esta hora" in body
    one = made(course, practitioner, rooms[0])
    body = page(client, reverse("appointment", args=[one.pk]))
    assert "Motivo de la cancelación" in body
    assert "reservada" in body
    assert "Semana" in page(client, reverse("agenda"), day=monday())


@pytest.mark.parametrize("role", ["front_desk", "practitioner", "medical_lead", "admin", "patient"])
def test_who_may_open_what(role: str, course: Course, practitioner: Membership, rooms: list[Room]) -> None:
    one = made(course, practitioner, rooms[0])
    client = signed_in(member(course.clinic, role, "Zoe Sanz"))
    booking = {"front_desk", "practitioner", "medical_lead"}
    expected = {
        reverse("agenda"): role in booking,
        reverse("booking", args=[course.pk]): role in booking,
        reverse("appointment", args=[one.pk]): role in booking,
        reverse("appointment_move", args=[one.pk]): role in booking,
        reverse("agenda_settings"): role in {"medical_lead", "admin"},
    }
    for address, may in expected.items():
        assert client.get(address).status_code == (200 if may else 403), address
    assert Client().get(reverse("agenda")).status_code == 302


def test_another_clinics_records_are_unknown(course: Course, practitioner: Membership, rooms: list[Room]) -> None:
    one = made(course, practitioner, rooms[0])
    other = Clinic.objects.create(name="Otra", slug="otra")
    stranger = member(other, "medical_lead", "Berta Gil", ("paramedical",))
    client = signed_in(stranger)
    for address in (
        reverse("booking", args=[course.pk]),
        reverse("booking_slots", args=[course.pk]),
        reverse("appointment", args=[one.pk]),
        reverse("appointment_move", args=[one.pk]),
    ):
        assert client.get(address).status_code == 404
    assert client.post(reverse("appointment_state", args=[one.pk]), {"state": "cancelled"}).status_code == 404
    ours = signed_in(practitioner)
    room = Room.objects.create(clinic=other, name="Theirs")
    for person, place in ((stranger, rooms[0]), (practitioner, room)):
        form = {
            "purpose": "review",
            "slot": slot(course.clinic, person, place, monday(), 12),
            "entry": str(uuid.uuid4()),
        }
        assert ours.post(reverse("appointment_new", args=[course.pk]), form).status_code == 404
    lead = signed_in(member(course.clinic, "medical_lead", "Teresa Mora"))
    answer = lead.post(reverse("agenda_settings"), {"act": "room_retire", "id": str(room.pk)})
    assert answer.status_code == 404
    assert Room.objects.get(pk=room.pk).active


def queries(client: Client, address: str, **query: object) -> int:
    with CaptureQueriesContext(
        connection,
    ) as found:
        assert client.get(address, {name: str(value) for name, value in query.items()}).status_code == 200
    return len(found)


def test_pages_ask_little_of_the_database(course: Course, practitioner: Membership, rooms: list[Room]) -> None:
    cleared(course, practitioner)
    client = signed_in(practitioner)
    one = made(course, practitioner, rooms[0], hour=17)
    for hour in (9, 11, 13, 15):
        made(another_course(course.clinic, hour, practitioner), practitioner, rooms[0], hour=hour)
    assert queries(client, reverse("agenda"), day=monday()) <= MOST_QUERIES
    assert queries(client, reverse("agenda"), day=monday(), view="week") <= MOST_QUERIES
    assert queries(client, reverse("appointment", args=[one.pk])) <= MOST_QUERIES
    # The case takes 6, the assessment in force 2, the course line above the page its own.
    assert queries(client, reverse("booking_slots", args=[course.pk]), day=monday()) <= MOST_OF_A_CASE
    assert queries(client, reverse("appointment_move", args=[one.pk]), day=monday()) <= MOST_OF_A_CASE


def test_a_review_says_from_when_photographs_can_be_measured(
    course: Course, practitioner: Membership, rooms: list[Room]
) -> None:
    client, address = signed_in(practitioner), reverse("booking", args=[course.pk])
    assert "can be measured from" not in page(client, address, purpose="review")
    held = dt.datetime.now(tz=dt.UTC) - dt.timedelta(days=2)
    Session.objects.create(
        clinic=course.clinic,
        course=course,
        performed_by=practitioner,
        started_at=held,
        ended_at=held,
        device="Dermograph",
        anaesthesia="cream",
    )
    assert "Photographs can be measured from" in page(client, address, purpose="review")
