"""What is written comes back as it was, whatever it says."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dermograph.core.errors import InputError
from dermograph.exchange.ical.content_lines import calendars_of
from dermograph.exchange.ical.entry import clean
from dermograph.exchange.ical.read_back import file_of
from dermograph.exchange.ical.tell import told
from dermograph.exchange.ical.values import Calendar, Method, Status
from dermograph.exchange.ical.write import calendar_bytes, calendar_objects
from tests.clinic.portal.icalendar_read import lines_of, text_of
from tests.exchange.ical.calendars import ZONES, any_calendar, appointment, edged, every_kind

NOON = dt.datetime(2027, 3, 28, 10, tzinfo=dt.UTC)


@given(any_calendar())
def test_a_calendar_comes_back_as_it_was_told(calendar: Calendar) -> None:
    assert file_of(calendar_bytes(calendar)) == told(calendar)


@given(any_calendar())
@settings(max_examples=40)
def test_what_a_server_stores_comes_back_entry_by_entry(calendar: Calendar) -> None:
    stored = [file_of(data).entries for _, data in calendar_objects(calendar)]
    assert stored == [(entry,) for entry in told(calendar).entries]
    assert len({name for name, _ in calendar_objects(calendar)}) == len(calendar.entries)


@pytest.mark.parametrize("zone", ZONES)
def test_every_edge_of_a_zone_comes_back(zone: str) -> None:
    assert file_of(calendar_bytes(edged(zone))) == told(edged(zone))


@given(any_calendar())
@settings(max_examples=60)
def test_no_line_is_too_long_and_no_letter_is_cut(calendar: Calendar) -> None:
    assert lines_of(calendar_bytes(calendar))  # a strict reader of its own, which fails on either


@given(st.text(max_size=300))
def test_any_words_come_back_and_none_break_out(words: str) -> None:
    data = calendar_bytes(Calendar(words, (appointment(NOON, who=words, place=words),), detailed=True))
    (calendar,) = calendars_of(data)
    assert [part.name for part in calendar.parts] == ["VEVENT"]
    assert text_of(calendar.value("NAME")) == clean(words)
    assert text_of(calendar.parts[0].value("LOCATION")) == clean(words)
    named = {line.name for line in calendar.parts[0].lines}
    assert named <= WRITTEN


WRITTEN = frozenset(
    [
        "UID",
        "DTSTAMP",
        "LAST-MODIFIED",
        "SEQUENCE",
        "DTSTART",
        "DTEND",
        "STATUS",
        "TRANSP",
        "CLASS",
        "SUMMARY",
        "DESCRIPTION",
        "LOCATION",
    ]
)


def test_every_kind_of_entry_comes_back() -> None:
    assert file_of(calendar_bytes(every_kind("America/Santiago"))) == told(every_kind("America/Santiago"))


def test_a_cancelling_mail_comes_back_with_its_method() -> None:
    cancelled = appointment(NOON, status=Status.CANCELLED, sequence=4)
    calendar = Calendar("", (cancelled,), method=Method.CANCEL, organizer="desk@clinic.example")
    read = file_of(calendar_bytes(calendar))
    assert (read.method, read.organizer) == ("CANCEL", "desk@clinic.example")
    assert read == told(calendar)


@pytest.mark.parametrize("line", ["SEQUENCE:x", "STATUS:DRAFT", "DTSTART:2027", "DTSTAMP:20270101"])
def test_a_calendar_that_is_not_ours_is_no_half_calendar(line: str) -> None:
    name = line.split(":", maxsplit=1)[0].encode()
    lines = calendar_bytes(Calendar("", (appointment(NOON),))).split(b"\r\n")
    data = b"\r\n".join(line.encode() if one.startswith(name) else one for one in lines)
    with pytest.raises(InputError) as refused:
        file_of(data, "ours.ics")
    assert refused.value.say("es").startswith("ours.ics, línea ")
