"""Files that would hurt: refused in words, in both languages, before they cost anything."""

from __future__ import annotations

import gzip
import time
import tracemalloc

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dermograph.core.errors import InputError
from dermograph.core.text import LANGUAGES
from dermograph.exchange.ical.absence import Absence
from dermograph.exchange.ical.content_lines import DEEPEST, LARGEST_MB, MOST_LINES
from dermograph.exchange.ical.read_absence import read_absence
from dermograph.exchange.ical.recurrence_rule import MOST_NAMED, MOST_TIMES
from tests.exchange.ical.written import FIRST, LAST, ZONE, calendar, event, read

SECONDS = 8.0  # of the processor; far more than any of them takes, for not every machine is quick


def check_refused(data: bytes, words: str = "", *, weighed: bool = True) -> InputError:
    """It is refused, soon, with few bytes, and in both languages; the error. Weighing makes it several times slower."""
    if weighed:
        tracemalloc.start()
    began = time.process_time()
    with pytest.raises(InputError) as refused:
        read_absence(data, first_on=FIRST, last_on=LAST, zone=ZONE, file="theirs.ics")
    assert time.process_time() - began < SECONDS
    if weighed:
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert most < 40 * len(data) + 20 * 2**20
    said = {language: refused.value.say(language) for language in LANGUAGES}
    assert said["en"] != said["es"]
    assert words in said["en"]
    return refused.value


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=SECONDLY",
        "FREQ=MINUTELY;BYHOUR=1",
        "FREQ=HOURLY;INTERVAL=2",
        "FREQ=DAILY;COUNT=1000000000",
        "FREQ=SECONDLY;UNTIL=20270101T000000Z;COUNT=1000000000",
    ],
)
def test_a_rule_that_would_fill_a_calendar_is_refused_with_its_line(rule: str) -> None:
    error = check_refused(calendar(*event("DTSTART:20200101T090000Z", f"RRULE:{rule}")), "repeats without end")
    assert error.place.line == 9
    assert error.todo.es


def test_a_rule_without_an_end_ends_with_the_window() -> None:
    absence = read(*event("DTSTART;VALUE=DATE:19000101", "RRULE:FREQ=DAILY"))
    assert len(absence.spans) == (LAST - FIRST).days + 1


def test_rules_that_nothing_matches_cost_nothing() -> None:
    began = time.monotonic()
    lines = [
        line
        for number in range(200)
        for line in event("DTSTART;VALUE=DATE:19000101", "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", uid=str(number))
    ]
    assert read(*lines).spans == ()
    assert time.monotonic() - began < SECONDS


def test_many_rules_that_each_look_harmless_are_refused_together() -> None:
    rule = "RRULE:FREQ=DAILY;BYMONTH=1,2,3,4,5,6,7,8,9;COUNT=100000"
    lines = [line for number in range(200) for line in event("DTSTART;VALUE=DATE:19000101", rule, uid=str(number))]
    check_refused(calendar(*lines), "repeats without end", weighed=False)


LISTS = {"BYDAY": "TU", "BYMONTHDAY": "30", "BYMONTH": "2", "BYYEARDAY": "60", "BYSETPOS": "7"}


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("more", [-1, 0, 1])
def test_a_list_of_a_rule_holds_at_most_what_a_year_has(name: str, more: int) -> None:
    listed = ",".join([LISTS[name]] * (MOST_NAMED + more))
    beside = ";BYDAY=MO" if name == "BYSETPOS" else ""
    absence = read(*event("DTSTART;VALUE=DATE:20270301", f"RRULE:FREQ=YEARLY;{name}={listed}{beside}"))
    assert bool(absence.unread) == (more > 0)
    assert bool(absence.spans) == (more <= 0)


@pytest.mark.parametrize("name", LISTS)
def test_a_list_that_fills_the_file_costs_no_more_than_reading_it(name: str) -> None:
    listed = ",".join([LISTS[name]] * 1_000_000)
    beside = ";BYDAY=MO" if name == "BYSETPOS" else ""
    began = time.process_time()
    rule = f"RRULE:FREQ=YEARLY;COUNT=90000;{name}={listed}{beside}"
    assert len(read(*event("DTSTART;VALUE=DATE:19000101", rule)).unread) == 1
    assert time.process_time() - began < SECONDS


def test_the_longest_lists_that_are_read_cost_little() -> None:
    ordinals = ",".join(f"{which}{day}" for day in ("MO", "TU", "WE") for which in range(-53, 54) if which)
    days = ",".join(str(day) for day in range(-150, 250) if day)
    began = time.process_time()
    for rule in (f"BYDAY={ordinals}", f"BYYEARDAY={days}", f"BYYEARDAY=1,2;BYSETPOS={days}"):
        lines = event("DTSTART;VALUE=DATE:19000101", f"RRULE:FREQ=YEARLY;COUNT=90000;{rule}")
        assert read(*lines).unread == ()
    assert time.process_time() - began < SECONDS


@pytest.mark.parametrize("apart", [False, True], ids=["one_calendar", "many_calendars"])
def test_zones_whose_rules_match_nothing_are_refused_together(apart: bool) -> None:  # noqa: FBT001 (a case)
    rule = "RRULE:FREQ=YEARLY;COUNT=100000;BYMONTH=2;BYMONTHDAY=30"
    part = ("BEGIN:STANDARD", "DTSTART:16010101T000000", *[rule] * 9, "TZOFFSETFROM:+0000", "TZOFFSETTO:+0100")
    lines: list[str] = []
    for number in range(60):
        lines += ["BEGIN:VTIMEZONE", f"TZID:Bomb{number}", *part, "END:STANDARD", "END:VTIMEZONE"]
        lines += event(f"DTSTART;TZID=Bomb{number}:20270301T090000", "DURATION:PT1H", uid=str(number))
        lines += ["END:VCALENDAR", "BEGIN:VCALENDAR"] if apart else []
    check_refused(calendar(*lines), "repeats without end", weighed=False)


def test_a_zone_that_cannot_be_read_is_read_once() -> None:
    dates = ",".join(["20200101T000000"] * 3_000 + ["x"])
    zone: tuple[str, ...] = (
        "BEGIN:VTIMEZONE",
        "TZID:Bad",
        "BEGIN:STANDARD",
        "DTSTART:20200101T000000",
        f"RDATE:{dates}",
    )
    zone = (*zone, "TZOFFSETFROM:+0000", "TZOFFSETTO:+0100", "END:STANDARD", "END:VTIMEZONE")
    lines = [
        line
        for number in range(5_000)
        for line in event("DTSTART;TZID=Bad:20270301T090000", "DURATION:PT1H", uid=str(number))
    ]
    began = time.process_time()
    absence = read(*zone, *lines)
    assert time.process_time() - began < SECONDS
    assert len(absence.unread) == 5_000
    assert {one.line for one in absence.unread} == {8}


@pytest.mark.parametrize(("more", "refused"), [(-1, False), (0, False), (1, True)])
def test_more_times_than_a_calendar_shows_are_refused(more: int, refused: bool) -> None:  # noqa: FBT001 (a column)
    dates = ",".join(["20270301T090000Z"] * (MOST_TIMES + more))
    data = calendar(*event("DTSTART:20270301T090000Z", "DURATION:PT1H", f"RDATE:{dates}"))
    if refused:
        check_refused(data, "repeats without end")
    else:
        assert len(read_absence(data, first_on=FIRST, last_on=LAST, zone=ZONE).spans) == 1


def test_a_zone_that_changes_its_clocks_every_minute_is_refused() -> None:
    zone = ("BEGIN:VTIMEZONE", "TZID:Bomb", "BEGIN:STANDARD", "DTSTART:20200101T000000", "RRULE:FREQ=MINUTELY")
    offsets = ("TZOFFSETFROM:+0000", "TZOFFSETTO:+0100", "END:STANDARD", "END:VTIMEZONE")
    check_refused(calendar(*zone, *offsets, *event("DTSTART;TZID=Bomb:20270301T090000", "DURATION:PT1H")), "repeats")


@pytest.mark.parametrize(("more", "refused"), [(-1, False), (0, False), (1, True)])
def test_a_nesting_past_all_use_is_refused(more: int, refused: bool) -> None:  # noqa: FBT001 (a column)
    depth = DEEPEST - 1 + more
    data = calendar(*["BEGIN:X-BOX"] * depth, *["END:X-BOX"] * depth)
    if refused:
        check_refused(data, "deep")
    else:
        assert read_absence(data, first_on=FIRST, last_on=LAST, zone=ZONE).spans == ()


def test_a_nesting_without_bottom_is_refused_where_it_becomes_too_deep() -> None:
    assert check_refused(calendar(*["BEGIN:VEVENT"] * 100_000), "deep").place.line == DEEPEST + 3


@pytest.mark.parametrize(("more", "refused"), [(-1, False), (0, False), (1, True)])
def test_a_file_is_read_up_to_its_largest_size(more: int, refused: bool) -> None:  # noqa: FBT001 (a column)
    plain = calendar(*event("DTSTART;VALUE=DATE:20270301", "DESCRIPTION:"))
    padding = b"x" * (LARGEST_MB * 2**20 + more - len(plain))
    data = plain.replace(b"DESCRIPTION:", b"DESCRIPTION:" + padding)
    if refused:
        check_refused(data, "larger")
    else:
        assert len(read_absence(data, first_on=FIRST, last_on=LAST, zone=ZONE).spans) == 1


@pytest.mark.parametrize(("more", "refused"), [(-1, False), (0, False), (1, True)])
def test_a_file_is_read_up_to_its_most_lines(more: int, refused: bool) -> None:  # noqa: FBT001 (a column)
    data = calendar(*["X:"] * (MOST_LINES + more - 4))
    if refused:
        check_refused(data, "lines")
    else:
        assert read_absence(data, first_on=FIRST, last_on=LAST, zone=ZONE).spans == ()


def test_a_line_of_a_million_folds_is_put_together_in_time() -> None:
    began = time.monotonic()
    folded = "SUMMARY:" + "\r\n x" * 150_000
    absence = read(*event("DTSTART;VALUE=DATE:20270301", folded))
    assert absence.spans
    assert time.monotonic() - began < SECONDS


def test_a_parameter_made_to_be_tried_in_every_way_is_refused_in_time() -> None:
    check_refused(calendar(*event("DTSTART" + ';A="b' * 50_000)), "no line")
    check_refused(calendar(*event("DTSTART;A=" + "b," * 200_000)), "no line")
    check_refused(calendar(*event("DTSTART" + ";" * 200_000)), "no line")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        pytest.param(b"", "not a calendar", id="nothing"),
        pytest.param(b"\r\n\r\n", "not a calendar", id="empty_lines"),
        pytest.param(b"<html></html>", "no line", id="html"),
        pytest.param(b"PK\x03\x04" + b"\x00" * 99, "control character", id="zip"),
        pytest.param(gzip.compress(calendar(), mtime=0), "UTF-8", id="gzip"),
        pytest.param(calendar().decode().encode("utf-16"), "UTF-8", id="utf_16"),
        pytest.param(calendar(*event("SUMMARY:ñ")).decode().encode("latin-1"), "UTF-8", id="latin_1"),
        pytest.param(calendar(*event("SUMMARY:a\x00b")), "control character", id="nul"),
        pytest.param(calendar(*event("SUMMARY:a\x1bb")), "control character", id="escape"),
        pytest.param(calendar().replace(b"END:VCALENDAR", b""), "ends within", id="unfinished"),
        pytest.param(calendar("END:VEVENT"), "does not end here", id="end_of_what_never_began"),
        pytest.param(calendar("BEGIN:VEVENT"), "does not end here", id="event_without_end"),
        pytest.param(calendar() + b"X:1\r\n", "not a calendar", id="after_the_end"),
        pytest.param(b"BEGIN:VCARD\r\nEND:VCARD\r\n", "not a calendar", id="vcard"),
        pytest.param(calendar("no colon"), "no line", id="line_without_colon"),
        pytest.param(calendar("ÑAME:1"), "no line", id="name_beyond_ascii"),
    ],
)
def test_what_is_no_calendar_is_refused_in_words(data: bytes, words: str) -> None:
    check_refused(data, words)


def read_or_refused(data: bytes) -> Absence | str:
    """What is read of a file, or the words in which it is refused."""
    try:
        return read_absence(data, first_on=FIRST, last_on=LAST, zone=ZONE)
    except InputError as error:
        return error.say("es")


@settings(max_examples=150)
@given(st.binary(max_size=400))
def test_no_bytes_give_a_traceback(noise: bytes) -> None:
    for data in (noise, calendar(*event("DTSTART;VALUE=DATE:20270301")).replace(b"Away", noise)):
        assert read_or_refused(data)


_NAMES = st.sampled_from(
    [
        "DTSTART",
        "DTEND",
        "DURATION",
        "RRULE",
        "RDATE",
        "EXDATE",
        "EXRULE",
        "RECURRENCE-ID",
        "UID",
        "SEQUENCE",
        "STATUS",
        "TRANSP",
    ]
)
_PARAMETERS = st.sampled_from(
    ["", ";VALUE=DATE", ";TZID=Europe/Madrid", ";TZID=X", ";VALUE=PERIOD", ";RANGE=THISANDFUTURE"]
)
_VALUES = st.sampled_from(
    [
        "20270301",
        "20270301T090000",
        "20270301T090000Z",
        "20270328T023000",
        "P1D",
        "PT1H",
        "-PT1H",
        "P9W",
        "FREQ=DAILY",
        "FREQ=WEEKLY;BYDAY=MO",
        "FREQ=MONTHLY;BYDAY=-1FR;COUNT=9",
        "FREQ=YEARLY",
        "20270301T090000Z/PT1H",
        "20270301/P1D",
        "3",
        "x",
        "21991231",
        "19000101",
    ]
) | st.text(max_size=20)


@settings(max_examples=250)
@given(st.lists(st.tuples(_NAMES, _PARAMETERS, _VALUES).map(lambda one: f"{one[0]}{one[1]}:{one[2]}"), max_size=9))
def test_no_mixture_of_properties_gives_a_traceback_or_is_lost(lines: list[str]) -> None:
    absence = read_or_refused(calendar(*event(*lines, uid="other"), *event("DTSTART;VALUE=DATE:20270401", uid="plain")))
    if isinstance(absence, str):
        assert absence
        return
    assert {"plain"} <= {span.uid for span in absence.spans} | {entry.uid for entry in absence.left_out}
