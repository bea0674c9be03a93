"""A real CalDAV server (Radicale) and client (caldav): what we write is stored, changed, cancelled and read back."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import Any

import pytest

from dermograph.exchange.ical.read_back import file_of
from dermograph.exchange.ical.tell import told
from dermograph.exchange.ical.values import Calendar, CareAs, Status
from dermograph.exchange.ical.write import calendar_objects
from tests.exchange.ical.caldav_server import DATA, Collection, uid_of
from tests.exchange.ical.calendars import HOUR, appointment, care, every_kind

pytestmark = pytest.mark.xdist_group("radicale")
NOON = dt.datetime(2027, 3, 28, 10, tzinfo=dt.UTC)


def put(collection: Collection, calendar: Calendar) -> list[int]:
    """Store each entry under its name; the answers' statuses."""
    client = collection.client
    objects = calendar_objects(calendar)
    return [client.put(f"{collection.url}{name}", data.decode(), DATA).status for name, data in objects]


def stored(collection: Collection, uid: str) -> bytes:
    """What the server holds of a uid, found by the client's own search.

    Fetched as it stands: what the search brings along, the client has read and written again, and a backslash before
    an N has become a line break.
    """
    found: str = collection.client.request(str(_by_uid(collection, uid).url)).raw
    return found.replace("\r\n", "\n").replace("\n", "\r\n").encode()


def _by_uid(collection: Collection, uid: str) -> Any:  # noqa: ANN401 (the client comes without types)
    """The event or to-do of a uid."""
    listed = [*collection.events(), *collection.todos(include_completed=True)]
    (found,) = [one for one in listed if uid_of(one) == uid]
    return found


@pytest.mark.parametrize("care_as", CareAs)
@pytest.mark.parametrize("zone", ["Europe/Madrid", "America/Santiago", "Africa/Casablanca", "Asia/Kathmandu", "UTC"])
def test_every_kind_of_entry_is_stored_and_comes_back(collection: Collection, zone: str, care_as: CareAs) -> None:
    calendar = every_kind(zone, care_as)
    assert set(put(collection, calendar)) == {201}
    for entry in told(calendar).entries:
        assert file_of(stored(collection, entry.uid)).entries == (entry,)
    to_dos = collection.todos(include_completed=True)
    assert len(to_dos) == (5 if care_as is CareAs.TO_DO else 0)


def test_a_change_and_a_cancellation_take_the_place_of_what_was_there(collection: Collection) -> None:
    first = appointment(NOON)
    moved = replace(first, starts_at=NOON + HOUR, ends_at=NOON + 2 * HOUR, sequence=1)
    cancelled = replace(moved, status=Status.CANCELLED, sequence=2)
    seen = []
    for row in (first, moved, cancelled):
        assert put(collection, Calendar("", (row,), zone="Europe/Madrid"))[0] in (201, 204)
        (event,) = collection.events()
        part = event.icalendar_component
        seen.append((part["DTSTART"].dt.astimezone(dt.UTC), int(part["SEQUENCE"]), str(part["STATUS"])))
        assert uid_of(event) == first.uid
    assert seen == [(NOON, 0, "CONFIRMED"), (NOON + HOUR, 1, "CONFIRMED"), (NOON + HOUR, 2, "CANCELLED")]


def test_the_server_finds_an_appointment_by_its_hour_around_a_change_of_the_clocks(collection: Collection) -> None:
    change = dt.datetime(2027, 10, 31, 1, tzinfo=dt.UTC)
    rows = tuple(appointment(change + hours * HOUR, f"{hours}@dermograph") for hours in range(-3, 4))
    put(collection, Calendar("", rows, zone="Europe/Madrid"))
    for row in rows:
        found = collection.search(start=row.starts_at, end=row.ends_at, event=True, expand=False)
        assert [uid_of(event) for event in found] == [row.uid]


def test_a_to_do_that_is_cancelled_is_open_no_more(collection: Collection) -> None:
    step = care(dt.date(2027, 3, 28), dt.date(2027, 4, 11))
    put(collection, Calendar("", (step,), care_as=CareAs.TO_DO))
    assert [uid_of(one) for one in collection.todos()] == [step.uid]
    put(collection, Calendar("", (replace(step, cancelled=True, sequence=1),), care_as=CareAs.TO_DO))
    assert collection.todos() == []


def test_the_server_refuses_what_is_no_calendar(collection: Collection) -> None:
    answer = collection.client.put(f"{collection.url}x.ics", "BEGIN:VCALENDAR\r\nno line\r\n", DATA)
    assert answer.status >= 400
