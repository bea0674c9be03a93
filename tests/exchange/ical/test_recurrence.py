"""Our days of a rule are those of python-dateutil for any rule, and those of ical.js for the rules that people use."""

from __future__ import annotations

import datetime as dt

import pytest
from dateutil.rrule import rrulestr  # type: ignore[import-untyped]  # comes without types
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dermograph.exchange.ical.property_values import NotUnderstoodError
from dermograph.exchange.ical.read_absence import read_absence
from dermograph.exchange.ical.recurrence_days import days_of
from dermograph.exchange.ical.recurrence_rule import MOST_COUNTED, EndlessError, rule_of
from tests.exchange.ical.judges import times_by_ical_js

DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


def ours(rule: str, start: dt.date, first: dt.date, last: dt.date) -> list[dt.date]:
    """The days from ``first`` to ``last`` without the start, which a rule of dateutil's does not give of itself."""
    found = days_of(rule_of(rule, 1, start), start, first, last, lambda _: None)
    return [day for day in found if day != start]


def theirs(rule: str, start: dt.date, first: dt.date, last: dt.date) -> list[dt.date]:
    """The same by dateutil."""
    whole = rrulestr(rule, dtstart=dt.datetime.combine(start, dt.time()))
    found = whole.between(dt.datetime.combine(first, dt.time()), dt.datetime.combine(last, dt.time()), inc=True)
    return [day.date() for day in found if day.date() != start]


def _list(values: st.SearchStrategy[object]) -> st.SearchStrategy[str]:
    return st.lists(values.map(str), min_size=1, max_size=4, unique=True).map(",".join)


_MONTH_DAYS = _list(st.integers(1, 28) | st.integers(-28, -1) | st.sampled_from([29, 30, 31, -31]))
_MONTHS = _list(st.integers(1, 12))
_WEEKDAYS = _list(st.sampled_from(DAYS))
_NTH = _list(
    st.tuples(st.integers(1, 5) | st.integers(-5, -1), st.sampled_from(DAYS)).map(lambda one: f"{one[0]}{one[1]}")
)
_YEAR_DAYS = _list(st.integers(1, 366) | st.integers(-366, -1))
_PARTS = {
    "DAILY": {"BYMONTH": _MONTHS, "BYMONTHDAY": _MONTH_DAYS, "BYDAY": _WEEKDAYS},
    "WEEKLY": {"BYMONTH": _MONTHS, "BYDAY": _WEEKDAYS},
    "MONTHLY": {"BYMONTH": _MONTHS, "BYMONTHDAY": _MONTH_DAYS, "BYDAY": _WEEKDAYS | _NTH},
    "YEARLY": {"BYMONTH": _MONTHS, "BYMONTHDAY": _MONTH_DAYS, "BYDAY": _WEEKDAYS | _NTH, "BYYEARDAY": _YEAR_DAYS},
}


@st.composite
def rules(draw: st.DrawFn) -> str:
    """Any rule of those that are translated."""
    frequency = draw(st.sampled_from(sorted(_PARTS)))
    parts = {"FREQ": frequency, "INTERVAL": str(draw(st.sampled_from([1, 1, 2, 3, 5, 13])))}
    chosen = draw(st.lists(st.sampled_from(sorted(_PARTS[frequency])), unique=True, max_size=3))
    for name in chosen:
        parts[name] = draw(_PARTS[frequency][name])
    positioned = draw(st.booleans())
    if chosen and positioned:
        parts["BYSETPOS"] = draw(_list(st.sampled_from([1, 2, -1, -2])))
    if draw(st.booleans()):
        parts["WKST"] = draw(st.sampled_from(DAYS))
    return ";".join(f"{name}={value}" for name, value in parts.items())


@settings(max_examples=120)
@given(rules(), st.dates(dt.date(1990, 1, 1), dt.date(2030, 1, 1)), st.integers(0, 1500), st.integers(0, 900))
def test_the_days_of_any_rule_are_those_of_dateutil(rule: str, start: dt.date, after: int, length: int) -> None:
    first = start + dt.timedelta(days=after)
    last = first + dt.timedelta(days=length)
    # Dateutil looks at the end of a rule only where a day matches: without one it goes on for 8,000 years.
    assume(ours(rule, start, last + dt.timedelta(days=1), last + dt.timedelta(days=4000)))
    assert ours(rule, start, first, last) == theirs(f"{rule};UNTIL={last:%Y%m%d}", start, first, last)


@settings(max_examples=120)
@given(rules(), st.dates(dt.date(2000, 1, 1), dt.date(2030, 1, 1)), st.integers(1, 40), st.integers(0, 900))
def test_a_count_counts_the_start_and_what_lies_before_the_window(
    rule: str, start: dt.date, count: int, after: int
) -> None:
    first, last = start + dt.timedelta(days=after), start + dt.timedelta(days=4000)
    uncounted = [start, *ours(rule, start, start, last)]
    counted = [day for day in uncounted[:count] if day >= first and day != start]
    assert ours(f"{rule};COUNT={count}", start, first, last) == counted


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY",
        "FREQ=DAILY;INTERVAL=3;COUNT=20",
        "FREQ=WEEKLY;BYDAY=MO,WE,FR",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=MO",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU;WKST=SU",
        "FREQ=MONTHLY;BYDAY=1MO",
        "FREQ=MONTHLY;BYDAY=-1FR;INTERVAL=2",
        "FREQ=MONTHLY;BYMONTHDAY=31",
        "FREQ=MONTHLY;BYMONTHDAY=-1",
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
        "FREQ=YEARLY",
        "FREQ=YEARLY;BYMONTH=8;BYMONTHDAY=15",
        "FREQ=YEARLY;BYMONTH=11;BYDAY=4TH",
        "FREQ=WEEKLY;UNTIL=20280101T080000Z",
    ],
)
@pytest.mark.parametrize("zone", ["Europe/Madrid", "America/Santiago"])
def test_the_rules_that_people_use_give_the_instants_of_ical_js(rule: str, zone: str) -> None:
    wall = dt.datetime.combine(_first_of(rule), dt.time(9, 30))
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Test//EN", *ZONE_LINES[zone], "BEGIN:VEVENT", "UID:1"]
    lines += ["DTSTAMP:20260101T000000Z", f"DTSTART;TZID={zone}:{wall:%Y%m%dT%H%M%S}", "DURATION:PT1H"]
    data = "\r\n".join([*lines, f"RRULE:{rule}", "END:VEVENT", "END:VCALENDAR", ""]).encode()
    first, last = dt.date(2026, 6, 1), dt.date(2029, 5, 31)
    spans = read_absence(data, first_on=first, last_on=last, zone=zone).spans
    begin, end = (int(dt.datetime.combine(day, dt.time(12), dt.UTC).timestamp()) for day in (first, last))
    found = [int(span.starts_at.timestamp()) for span in spans if span.starts_at]
    assert [at for at in found if begin <= at < end] == times_by_ical_js(data, begin, end)


def _first_of(rule: str) -> dt.date:
    """A start that the rule matches: the standard leaves open what any other means."""
    day = dt.date(2026, 1, 1)
    return next(
        one for one in theirs(rule.partition(";UNTIL")[0].partition(";COUNT")[0], day, day, dt.date(2027, 12, 31))
    )


ZONE_LINES = {
    "Europe/Madrid": [
        "BEGIN:VTIMEZONE",
        "TZID:Europe/Madrid",
        "BEGIN:DAYLIGHT",
        "DTSTART:20200329T020000",
        "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
        "TZOFFSETFROM:+0100",
        "TZOFFSETTO:+0200",
        "END:DAYLIGHT",
        "BEGIN:STANDARD",
        "DTSTART:20201025T030000",
        "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
        "TZOFFSETFROM:+0200",
        "TZOFFSETTO:+0100",
        "END:STANDARD",
        "END:VTIMEZONE",
    ],
    "America/Santiago": [
        "BEGIN:VTIMEZONE",
        "TZID:America/Santiago",
        "BEGIN:STANDARD",
        "DTSTART:20230402T000000",
        "RRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=SU;BYMONTHDAY=2,3,4,5,6,7,8",
        "TZOFFSETFROM:-0300",
        "TZOFFSETTO:-0400",
        "END:STANDARD",
        "BEGIN:DAYLIGHT",
        "DTSTART:20230903T000000",
        "RRULE:FREQ=YEARLY;BYMONTH=9;BYDAY=SU;BYMONTHDAY=2,3,4,5,6,7,8",
        "TZOFFSETFROM:-0400",
        "TZOFFSETTO:-0300",
        "END:DAYLIGHT",
        "END:VTIMEZONE",
    ],
}


def test_a_rule_that_nothing_matches_ends_with_the_window() -> None:
    looked_at: list[int] = []
    rule = rule_of("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30", 1, dt.date(2026, 1, 1))
    start, last = dt.date(2026, 1, 1), dt.date(2027, 1, 1)
    assert list(days_of(rule, start, start, last, looked_at.append)) == [start]
    assert sum(looked_at) < 400


def test_what_lies_before_the_window_is_skipped_and_not_gone_through() -> None:
    looked_at: list[int] = []
    rule = rule_of("FREQ=DAILY;INTERVAL=2", 1, dt.date(1900, 1, 1))
    days = list(days_of(rule, dt.date(1900, 1, 1), dt.date(2199, 1, 1), dt.date(2199, 1, 4), looked_at.append))
    assert len(days) == 2
    assert sum(looked_at) < 10


@pytest.mark.parametrize(
    "rule",
    [
        "",
        "FREQ=DAILY;",
        "FREQ=DAILY;FREQ=DAILY",
        "FREQ=FORTNIGHTLY",
        "INTERVAL=2",
        "FREQ=DAILY;INTERVAL=0",
        "FREQ=DAILY;COUNT=0",
        "FREQ=DAILY;COUNT=-1",
        "FREQ=DAILY;COUNT=2;UNTIL=20270101",
        "FREQ=DAILY;UNTIL=2027",
        "FREQ=DAILY;BYDAY=1MO",
        "FREQ=WEEKLY;BYMONTHDAY=1",
        "FREQ=MONTHLY;BYYEARDAY=1",
        "FREQ=MONTHLY;BYMONTHDAY=0",
        "FREQ=MONTHLY;BYMONTHDAY=32",
        "FREQ=YEARLY;BYMONTH=13",
        "FREQ=YEARLY;BYMONTH=-1",
        "FREQ=YEARLY;BYDAY=54MO",
        "FREQ=YEARLY;BYDAY=0MO",
        "FREQ=YEARLY;BYDAY=XX",
        "FREQ=YEARLY;BYWEEKNO=20",
        "FREQ=DAILY;BYHOUR=9,10",
        "FREQ=DAILY;BYSETPOS=1",
        "FREQ=DAILY;WKST=XX",
        "FREQ=YEARLY;RSCALE=CHINESE",
        "FREQ=HOURLY;COUNT=3",
        "FREQ=DAILY;BYDAY=" + "MO," * 9,
        "FREQ=DAILY;INTERVAL=٣",
    ],
)
def test_a_rule_that_is_not_translated_is_said_and_not_guessed(rule: str) -> None:
    if rule == "FREQ=DAILY;":
        assert rule_of(rule, 7, dt.date(2026, 1, 1)).frequency == "DAILY"  # an end that programs do write
        return
    with pytest.raises(NotUnderstoodError) as said:
        rule_of(rule, 7, dt.datetime(2026, 1, 1, 9))  # noqa: DTZ001 (a wall time)
    assert said.value.line == 7
    assert said.value.why.en
    assert said.value.why.es


@pytest.mark.parametrize("rule", ["FREQ=SECONDLY", "FREQ=MINUTELY;INTERVAL=5", "FREQ=HOURLY;BYDAY=MO"])
def test_many_times_a_day_without_an_end_is_refused(rule: str) -> None:
    with pytest.raises(EndlessError):
        rule_of(rule, 1, dt.date(2026, 1, 1))


@pytest.mark.parametrize(
    ("count", "refused"),
    [(MOST_COUNTED - 1, False), (MOST_COUNTED, False), (MOST_COUNTED + 1, True), (10**9, True), (10**30, True)],
)
def test_a_count_past_all_sense_is_refused(count: int, refused: bool) -> None:  # noqa: FBT001 (a column of the table)
    if not refused:
        assert rule_of(f"FREQ=DAILY;COUNT={count}", 1, dt.date(2026, 1, 1)).count == count
        return
    with pytest.raises(EndlessError):
        rule_of(f"FREQ=DAILY;COUNT={count}", 1, dt.date(2026, 1, 1))


def test_the_starts_own_time_of_day_may_be_repeated() -> None:
    start = dt.datetime(2026, 1, 1, 9, 0)  # noqa: DTZ001 (a wall time)
    assert rule_of("FREQ=DAILY;BYHOUR=9;BYMINUTE=0;BYSECOND=0", 1, start).frequency == "DAILY"
    with pytest.raises(NotUnderstoodError):
        rule_of("FREQ=DAILY;BYHOUR=10", 1, start)
