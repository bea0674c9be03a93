"""Time zones: those that we write hold what they promise, and those of others are known or said not to be."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from dermograph.exchange.ical.content_lines import calendars_of
from dermograph.exchange.ical.file_zones import FileZones, iana_name, zone_clock
from dermograph.exchange.ical.values import Calendar
from dermograph.exchange.ical.write import calendar_bytes
from dermograph.exchange.ical.zone_changes import zone_changes
from tests.exchange.ical.calendars import HOUR, ZONES, appointment, edges
from tests.exchange.ical.written import clocks, event, read, reasons

#: The times of a zone of which no name is known.
CUSTOM = (
    "BEGIN:VTIMEZONE",
    "TZID:Our own",
    "BEGIN:STANDARD",
    "DTSTART:16011028T030000",
    "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
    "TZOFFSETFROM:+0200",
    "TZOFFSETTO:+0100",
    "END:STANDARD",
    "BEGIN:DAYLIGHT",
    "DTSTART:16010325T020000",
    "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
    "TZOFFSETFROM:+0100",
    "TZOFFSETTO:+0200",
    "END:DAYLIGHT",
    "END:VTIMEZONE",
)


@pytest.mark.parametrize("zone", [zone for zone in ZONES if zone != "Etc/UTC"])
def test_a_zone_that_we_write_reads_every_wall_time_as_the_tables_do(zone: str) -> None:
    """Read by what the component says alone, its name hidden; gaps and hours that come twice included."""
    moments = edges(zone)
    data = calendar_bytes(Calendar("", (appointment(moments[0]), appointment(moments[-1], "2")), zone=zone))
    (component,) = [part for part in calendars_of(data)[0].parts if part.name == "VTIMEZONE"]
    written = FileZones({"hidden": component}, moments[0].date(), moments[-1].date()).clock("hidden", 1)
    tables = zone_clock(ZoneInfo(zone))
    tried = 0
    for moment in moments:
        for minutes in range(-90, 91, 15):
            wall = (moment + dt.timedelta(minutes=minutes)).astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0)
            for near in (wall, wall + HOUR, wall - HOUR):
                assert written(near) == tables(near), near
                tried += 1
    assert tried > 100


@pytest.mark.parametrize(
    ("zone", "rules", "single"),
    [
        ("Europe/Madrid", ["BYMONTH=3;BYDAY=-1SU", "BYMONTH=10;BYDAY=-1SU"], 0),
        ("America/New_York", ["BYMONTH=3;BYDAY=2SU", "BYMONTH=11;BYDAY=1SU"], 0),
        (
            "America/Santiago",
            ["BYMONTH=4;BYDAY=SU;BYMONTHDAY=2,3,4,5,6,7,8", "BYMONTH=9;BYDAY=SU;BYMONTHDAY=2,3,4,5,6,7,8"],
            0,
        ),
        ("Asia/Kathmandu", [], 0),
        ("Pacific/Apia", [], 0),
    ],
)
def test_a_rule_is_seen_where_there_is_one(zone: str, rules: list[str], single: int) -> None:
    changes = zone_changes(zone, 2026, 2028)
    assert [text.removeprefix("FREQ=YEARLY;") for rule in changes.rules for _, text in rule.rules] == rules
    assert len(changes.single) == single


def test_a_change_at_midnight_of_the_last_thursday_is_a_rule_of_two_months() -> None:
    (_, autumn) = zone_changes("Africa/Cairo", 2026, 2028).rules
    assert [text for _, text in autumn.rules] == [
        "FREQ=YEARLY;BYMONTH=10;BYDAY=FR;BYMONTHDAY=26,27,28,29,30,31",
        "FREQ=YEARLY;BYMONTH=11;BYDAY=FR;BYMONTHDAY=1",
    ]


def test_a_zone_that_follows_a_table_is_listed_and_no_rule_is_made_up() -> None:
    changes = zone_changes("Africa/Casablanca", 2026, 2028)
    assert changes.rules == ()
    assert len(changes.single) == 6
    assert all(change.at.year <= 2028 for change in changes.single)


@pytest.mark.parametrize(
    ("tzid", "name"),
    [
        ("Europe/Madrid", "Europe/Madrid"),
        ("America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ("Romance Standard Time", "Europe/Paris"),
        ("Pacific SA Standard Time", "America/Santiago"),
        ("Nepal Standard Time", "Asia/Katmandu"),
        ("/freeassociation.sourceforge.net/Europe/Madrid", "Europe/Madrid"),
        ("/mozilla.org/20050126_1/America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ("/citadel.org/20210210_1/America/Santiago", "America/Santiago"),
        ("UTC", "UTC"),
        ("Z", "UTC"),
        ("", None),
        ("Madrid", None),
        ("(UTC+01:00) Brussels, Copenhagen, Madrid, Paris", None),
        ("../../etc/passwd", None),
        ("x" * 100_000, None),
    ],
)
def test_a_name_of_a_zone_is_known_in_the_forms_that_programs_write(tzid: str, name: str | None) -> None:
    found = iana_name(tzid)
    assert found == name or (found and name and ZoneInfo(found).utcoffset(NOON) == ZoneInfo(name).utcoffset(NOON))


NOON = dt.datetime(2027, 1, 1, 12)  # noqa: DTZ001 (a wall time)


def test_a_zone_without_a_known_name_is_read_by_what_the_file_says_of_it() -> None:
    winter = event("DTSTART;TZID=Our own:20270115T090000", "DURATION:PT1H")
    summer = event("DTSTART;TZID=Our own:20270415T090000", "DURATION:PT1H", uid="2")
    assert clocks(read(*CUSTOM, *winter, *summer)) == [
        "2027-01-15T09:00+0100/2027-01-15T10:00+0100",
        "2027-04-15T09:00+0200/2027-04-15T10:00+0200",
    ]


def test_a_zone_of_one_file_is_unknown_in_the_next() -> None:
    lines = event("DTSTART;TZID=Our own:20270115T090000", "DURATION:PT1H")
    assert read(*CUSTOM, *lines).spans
    absence = read(*lines)
    assert absence.spans == ()
    assert reasons(absence) == ["Its time zone 'Our own' is not known."]


def test_another_name_in_the_component_is_enough() -> None:
    named = ("BEGIN:VTIMEZONE", "TZID:Custom 1", "X-LIC-LOCATION:Asia/Kathmandu", "END:VTIMEZONE")
    absence = read(*named, *event("DTSTART;TZID=Custom 1:20270115T090000", "DURATION:PT1H"))
    assert clocks(absence) == ["2027-01-15T04:15+0100/2027-01-15T05:15+0100"]


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        ((), "Its time zone says no times."),
        (("BEGIN:STANDARD", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0100", "END:STANDARD"), "'' is no date or time."),
        (("BEGIN:STANDARD", "DTSTART:20200101T000000", "END:STANDARD"), "Its time zone has no TZOFFSETFROM."),
        (
            ("BEGIN:STANDARD", "DTSTART:20200101T000000", "TZOFFSETFROM:+0100", "TZOFFSETTO:99", "END:STANDARD"),
            "Its time zone has no TZOFFSETTO.",
        ),
        (
            (
                "BEGIN:STANDARD",
                "DTSTART:20200101T000000",
                "TZOFFSETFROM:+0100",
                "TZOFFSETTO:+0000",
                "RRULE:FREQ=WEEKLY",
                "END:STANDARD",
            ),
            "Its time zone changes by no yearly rule.",
        ),
    ],
)
def test_a_zone_that_says_nonsense_is_said_to_be_nonsense(lines: tuple[str, ...], why: str) -> None:
    zone = ("BEGIN:VTIMEZONE", "TZID:Odd", *lines, "END:VTIMEZONE")
    absence = read(*zone, *event("DTSTART;TZID=Odd:20270115T090000", "DURATION:PT1H"))
    assert reasons(absence) == [why]
