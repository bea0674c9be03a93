"""A practitioner's own calendar: an address that nobody guesses, that ends when told, and names no patient."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dermograph.clinic.agenda.models import State
from dermograph.clinic.agenda.services import set_state
from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.audit.record import ORDER_OF_LOCKS
from dermograph.clinic.calendars.models import WorkFeed
from dermograph.clinic.calendars.work_feed import end_feed, make_feed
from dermograph.clinic.overview.services import change_place, set_active
from dermograph.clinic.people.models import Course, Membership, Role
from dermograph.clinic.people.recent import SURE_AT
from tests.clinic.conftest import signed_in
from tests.clinic.locks import watched
from tests.clinic.overview.rows import booked
from tests.clinic.portal.icalendar_read import events_of
from tests.clinic.rights.held import sure


@pytest.fixture
def soon() -> dt.datetime:
    return timezone.now().replace(minute=0, second=0, microsecond=0) + dt.timedelta(days=9)


def made(who: Membership) -> str:
    page = sure(who).post(reverse("work_calendar"), {"act": "make"}).content.decode()
    found = re.search(r'value="http://testserver(/calendar/staff/[^"]+\.ics)"', page)
    assert found, page[:2000]
    return found.group(1)


def fetched(address: str) -> list[dict[str, str]]:
    answer = Client().get(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/calendar; charset=utf-8"
    return events_of(answer.content)


def test_it_says_when_and_where_and_names_no_patient(
    course: Course, practitioner: Membership, lead: Membership, soon: dt.datetime
) -> None:
    row = booked(course, practitioner, soon, note="a note")
    booked(course, lead, soon + dt.timedelta(hours=2))
    address = made(practitioner)
    (event,) = fetched(address)
    assert event["SUMMARY"] == "Appointment"
    assert event["LOCATION"] == "Room 1"
    assert event["DTSTART"] == soon.strftime("%Y%m%dT%H%M%SZ")
    assert event["UID"] == f"{row.pk}.work@dermograph"
    assert "DESCRIPTION" not in event
    data = Client().get(address).content.decode()
    for word in ("Lucía", "Ferrer", "abdomen", "paramedical", "session", "note"):
        assert word not in data


def test_it_speaks_the_language_of_its_owner(course: Course, practitioner: Membership, soon: dt.datetime) -> None:
    booked(course, practitioner, soon)
    practitioner.user.language = "es"
    practitioner.user.save()
    assert fetched(made(practitioner))[0]["SUMMARY"] == "Cita"


def test_what_is_cancelled_stays_with_a_higher_number(
    course: Course, practitioner: Membership, soon: dt.datetime
) -> None:
    row = booked(course, practitioner, soon)
    address = made(practitioner)
    (before,) = fetched(address)
    set_state(appointment=row, state=State.CANCELLED, reason="why", who=None)
    (after,) = fetched(address)
    assert after["UID"] == before["UID"]
    assert (after["STATUS"], after["TRANSP"]) == ("CANCELLED", "TRANSPARENT")
    assert int(after["SEQUENCE"]) > int(before["SEQUENCE"])
    assert after["LAST-MODIFIED"] >= before["LAST-MODIFIED"]


def test_only_the_hash_of_the_address_is_kept_and_each_step_is_in_the_trail(practitioner: Membership) -> None:
    old = made(practitioner)
    new = made(practitioner)
    token = new.rsplit("/", 1)[1].removesuffix(".ics")
    assert len(token) >= 43
    browser = signed_in(practitioner)
    assert token not in browser.get(reverse("work_calendar")).content.decode()
    assert token not in str(WorkFeed.objects.values())
    assert Client().get(old).status_code == 404
    assert Client().get(new).status_code == 200
    browser.post(reverse("work_calendar"), {"act": "end"})
    assert Client().get(new).status_code == 404
    actions = AuditEntry.objects.filter(action__startswith="calendar.").values_list("action", flat=True)
    assert list(actions) == ["calendar.made", "calendar.made", "calendar.ended"]


@pytest.mark.parametrize("why", ["left", "locked", "desk"])
def test_it_ends_with_the_work(practitioner: Membership, why: str) -> None:
    address = made(practitioner)
    if why == "left":
        Membership.objects.update(active=False)
    if why == "locked":
        practitioner.user.is_active = False
        practitioner.user.save()
    if why == "desk":
        Membership.objects.update(role=Role.FRONT_DESK)
    with CaptureQueriesContext(connection) as asked:
        answer = Client().get(address)
    assert len(asked) == 1
    assert answer.status_code == 404
    assert answer.content == Client().get("/calendar/staff/guess.ics").content


@pytest.mark.parametrize("why", ["left", "role"])
def test_an_address_that_ended_with_the_work_stays_dead_when_somebody_comes_back(
    practitioner: Membership, admin: Membership, why: str
) -> None:
    address = made(practitioner)
    if why == "left":
        set_active(who=admin, place=practitioner, active=False)
        assert not WorkFeed.objects.exists()
        set_active(who=admin, place=practitioner, active=True)
    else:
        for role in (Role.FRONT_DESK, Role.PRACTITIONER):
            practitioner.role = role
            practitioner.save()
    assert Client().get(address).status_code == 404
    assert not WorkFeed.objects.exists()
    entry = AuditEntry.objects.get(action="calendar.ended")
    assert (entry.who, entry.clinic) == (None, practitioner.clinic)


def test_an_address_of_before_does_not_come_alive_with_who_comes_back(
    practitioner: Membership, admin: Membership
) -> None:
    address = made(practitioner)
    Membership.objects.filter(pk=practitioner.pk).update(active=False)  # as an older version left it
    practitioner.refresh_from_db()
    set_active(who=admin, place=practitioner, active=True)
    assert Client().get(address).status_code == 404


def test_the_clinic_is_locked_before_a_calendar_by_everybody(
    practitioner: Membership, lead: Membership, admin: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    ways: dict[str, Callable[[], object]] = {
        "made": lambda: make_feed(membership=practitioner),
        "renewed": lambda: make_feed(membership=practitioner),
        "ended": lambda: end_feed(membership=practitioner, who=practitioner.user),
        "left": lambda: set_active(who=admin, place=practitioner, active=False),
        "other work": lambda: change_place(who=admin, place=lead, role=Role.FRONT_DESK, treatments=[]),
    }
    lead.role = Role.PRACTITIONER
    lead.save()
    make_feed(membership=lead)
    for name, way in ways.items():
        if name == "left":
            make_feed(membership=practitioner)
        with watched(monkeypatch) as found:
            way()
        order = ["people.Clinic", "calendars.WorkFeed"]
        assert [[one for one in taken if one in order] for taken in found] == [order], name
    assert ORDER_OF_LOCKS.index("people.Clinic") < ORDER_OF_LOCKS.index("calendars.WorkFeed")
    assert not WorkFeed.objects.exists()


def test_who_has_no_calendar_ends_none_and_locks_nothing(
    front_desk: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    with watched(monkeypatch) as found:
        assert not end_feed(membership=front_desk, who=None)
    assert found == []


def test_what_else_changes_about_somebody_leaves_their_calendar_alone(
    practitioner: Membership, lead: Membership
) -> None:
    address = made(practitioner)
    practitioner.colour = 3
    practitioner.save(update_fields=["colour"])
    practitioner.save()
    change_place(who=lead, place=practitioner, role=Role.MEDICAL_LEAD, treatments=[])
    assert Client().get(address).status_code == 200


def test_an_address_is_made_only_for_who_has_just_shown_who_they_are(practitioner: Membership) -> None:
    browser = signed_in(practitioner)
    session = browser.session
    session[SURE_AT] = 0
    session.save()
    answer = browser.post(reverse("work_calendar"), {"act": "make"})
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_reauthenticate"))
    assert not WorkFeed.objects.exists()
    made(practitioner)
    assert browser.post(reverse("work_calendar"), {"act": "end"}).status_code == 302
    assert not WorkFeed.objects.exists()  # switching off needs no password


def test_it_can_only_be_read_and_what_is_posted_beside_the_buttons_changes_nothing(practitioner: Membership) -> None:
    assert Client().post(made(practitioner)).status_code == 405
    assert signed_in(practitioner).post(reverse("work_calendar"), {"act": "\x00" * 9}).status_code == 302
    assert WorkFeed.objects.count() == 1


def test_a_year_of_work_costs_few_queries(course: Course, practitioner: Membership, soon: dt.datetime) -> None:
    for days in range(30):
        booked(course, practitioner, soon + dt.timedelta(days=days))
    address = made(practitioner)
    with CaptureQueriesContext(connection) as asked:
        assert len(fetched(address)) == 30
    assert len(asked) <= 4


def test_who_treats_nobody_has_none(front_desk: Membership, admin: Membership) -> None:
    for who in (front_desk, admin):
        assert signed_in(who).get(reverse("work_calendar")).status_code == 403
