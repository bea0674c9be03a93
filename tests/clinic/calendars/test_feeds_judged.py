"""The clinic's real feeds before others: libical, ical.js, and a CalDAV server with its client."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable
from email.message import Message
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from dermograph.clinic.agenda.calendar_entry import enclosed
from dermograph.clinic.agenda.models import Appointment, State
from dermograph.clinic.people.models import Clinic, Course, Membership, Patient
from dermograph.exchange.ical.read_absence import read_absence
from tests.clinic.conftest import signed_in
from tests.clinic.overview.rows import booked, day, held
from tests.clinic.portal.people import signed_in_patient
from tests.exchange.ical.caldav_server import DATA, Collection, collection, server, uid_of  # noqa: F401 (fixtures)
from tests.exchange.ical.judges import Judgement, by_ical_js, by_libical

Judge = Callable[[Iterable[bytes]], list[Judgement]]
JUDGES = pytest.mark.parametrize("judge", [by_libical, by_ical_js], ids=["libical", "ical.js"])
NAME = "Aurora; Piel, Salud\\Norte \N{PERSON WITH BALL}\u202eñ"


@pytest.fixture
def rows(course: Course, practitioner: Membership) -> list[Appointment]:
    """Appointments of each state, one in each hour around the next change of the clocks."""
    Clinic.objects.filter(pk=course.clinic_id).update(name=NAME, address="Calle 1\r\nBEGIN:VEVENT")
    change = _next_change()
    states: list[dict[str, Any]] = [
        {},
        {"state": State.HELD, "held_until": timezone.now() + dt.timedelta(hours=3)},
        {"state": State.HELD, "held_until": timezone.now() - dt.timedelta(hours=3)},
        {"state": State.CANCELLED, "sequence": 4},
        {"state": State.NO_SHOW, "sequence": 1},
        {"state": State.DONE},
    ]
    return [
        booked(course, practitioner, change + dt.timedelta(hours=number - 3), **more)
        for number, more in enumerate(states)
    ]


def _next_change() -> dt.datetime:
    """When the clocks of Madrid change next, in UTC."""
    zone, at = ZoneInfo("Europe/Madrid"), timezone.now().replace(minute=0, second=0, microsecond=0)
    while at.astimezone(zone).utcoffset() == (at + dt.timedelta(hours=1)).astimezone(zone).utcoffset():
        at += dt.timedelta(hours=1)
    return at + dt.timedelta(hours=1)


def feed(client: Client, page: str, **fields: str) -> bytes:
    """What the address gives that a page makes."""
    made = client.post(reverse(page), {"act": "make", **fields}).content.decode()
    (address,) = re.findall(r'value="http://testserver(/calendar/[^"]+\.ics)"', made)
    return Client().get(address).content


@JUDGES
@pytest.mark.parametrize("detailed", ["no", "yes"])
@pytest.mark.parametrize("language", ["en", "es"])
def test_a_patients_feed_is_without_fault(
    course: Course, rows: list[Appointment], judge: Judge, detailed: str, language: str
) -> None:
    sessions = [held(course, day(-3)), held(course, day(-60))]
    Patient.objects.update(language=language)
    (judgement,) = judge([feed(signed_in_patient(course.patient), "me_calendar", detailed=detailed, aftercare="yes")])
    assert judgement.errors == ()
    seen = {one.uid: one for one in judgement.entries}
    for row in rows:
        one = seen[f"{row.pk}@dermograph"]
        assert (one.starts, one.ends) == (str(int(row.starts_at.timestamp())), str(int(row.ends_at.timestamp())))
    statuses = [seen[f"{row.pk}@dermograph"].status for row in rows]
    assert statuses == ["CONFIRMED", "TENTATIVE", "CANCELLED", "CANCELLED", "CONFIRMED", "CONFIRMED"]
    cares = [one for one in judgement.entries if one.uid.startswith(tuple(str(session.pk) for session in sessions))]
    assert len(cares) == 2 if detailed == "no" else len(cares) > 6


@JUDGES
def test_a_practitioners_feed_is_without_fault(practitioner: Membership, rows: list[Appointment], judge: Judge) -> None:
    (judgement,) = judge([feed(signed_in(practitioner), "work_calendar")])
    assert judgement.errors == ()
    assert {one.uid for one in judgement.entries} == {f"{row.pk}.work@dermograph" for row in rows}
    assert {one.summary for one in judgement.entries} == {"Appointment"}


@JUDGES
def test_what_e_mails_carry_is_without_fault(rows: list[Appointment], judge: Judge) -> None:
    parts = [part for row in rows if (part := enclosed(row, timezone.now(), "es")) is not None]
    data = [_payload(part) for part in parts]
    assert [judgement.errors for judgement in judge(data)] == [()] * len(rows)


def test_our_own_feed_is_read_in_as_it_was_written(
    practitioner: Membership, course: Course, rows: list[Appointment]
) -> None:
    data = feed(signed_in(practitioner), "work_calendar")
    first, last = rows[0].starts_at.date(), rows[-1].ends_at.date()
    absence = read_absence(data, first_on=first, last_on=last, zone="Europe/Madrid")
    assert absence.unread == ()
    busy = [row for row in rows if row.state not in (State.CANCELLED, State.HELD)]
    found = [span.starts_at for span in absence.spans if span.presence.value == "busy"]
    assert found == [row.starts_at for row in busy]


def _payload(part: Message) -> bytes:
    data = part.get_payload(decode=True)
    assert isinstance(data, bytes)
    return data


@pytest.mark.xdist_group("radicale")
def test_a_caldav_server_takes_a_whole_feed_and_its_client_reads_it(
    course: Course,
    rows: list[Appointment],
    collection: Collection,
) -> None:
    held(course, day(-3))
    data = feed(signed_in_patient(course.patient), "me_calendar", detailed="yes", aftercare="yes")
    assert collection.client.put(str(collection.url), data.decode(), DATA).status in (200, 201)
    found = {uid_of(one): one.icalendar_component for one in collection.events()}
    assert len(found) == data.count(b"\r\nBEGIN:VEVENT\r\n")
    for row in rows:
        one = found[f"{row.pk}@dermograph"]
        assert (one["DTSTART"].dt, one["DTEND"].dt) == (row.starts_at, row.ends_at)
        assert int(one["SEQUENCE"]) >= row.sequence
