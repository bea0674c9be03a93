"""What others say of our calendars: libical's restriction check and ical.js, with the instants that each computes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from zoneinfo import ZoneInfo, available_timezones

import icalendar
import pytest
from hypothesis import given, settings

from dermograph.exchange.ical.tell import told
from dermograph.exchange.ical.values import Calendar, CareAs, Method, Status
from dermograph.exchange.ical.write import calendar_bytes, calendar_objects
from tests.exchange.ical.calendars import ZONES, any_calendar, appointment, care, edged, edges, every_kind, seen
from tests.exchange.ical.judges import Judgement, by_ical_js, by_libical

Judge = Callable[[Iterable[bytes]], list[Judgement]]
JUDGES = pytest.mark.parametrize("judge", [by_libical, by_ical_js], ids=["libical", "ical.js"])


def check_judged(judge: Judge, calendars: list[Calendar]) -> int:
    """Each calendar is without fault, and each entry where and what it should be; how many entries that were."""
    judgements = judge(calendar_bytes(calendar) for calendar in calendars)
    for calendar, judgement in zip(calendars, judgements, strict=True):
        assert judgement.errors == ()
        assert list(judgement.entries) == [seen(entry) for entry in told(calendar).entries]
    return sum(len(calendar.entries) for calendar in calendars)


@JUDGES
def test_every_edge_of_every_zone_is_the_instant_that_was_meant(judge: Judge) -> None:
    assert check_judged(judge, [edged(zone) for zone in ZONES]) > 700


@JUDGES
def test_every_kind_of_entry_is_without_fault_in_every_zone(judge: Judge) -> None:
    assert check_judged(judge, [every_kind(zone, care_as) for zone in ZONES for care_as in CareAs])


@JUDGES
def test_a_calendar_without_entries_is_one_still(judge: Judge) -> None:
    (judgement,) = judge([calendar_bytes(Calendar("Aurora", ()))])
    assert judgement == Judgement((), ())


@JUDGES
def test_what_a_caldav_server_stores_is_without_fault(judge: Judge) -> None:
    objects = [data for zone in ZONES for _, data in calendar_objects(every_kind(zone))]
    judgements = judge(objects)
    assert not [judgement for judgement in judgements if judgement.errors or len(judgement.entries) != 1]


@JUDGES
def test_what_is_sent_by_mail_keeps_the_rules_of_its_method(judge: Judge) -> None:
    noon = dt.datetime(2027, 3, 28, 10, tzinfo=dt.UTC)
    sent = [
        Calendar("", (appointment(noon),), zone="Europe/Madrid", method=Method.PUBLISH, organizer="a@clinic.example"),
        Calendar(
            "",
            (appointment(noon, status=Status.CANCELLED, sequence=1),),
            zone="Europe/Madrid",
            method=Method.CANCEL,
            organizer="a@clinic.example",
        ),
        Calendar(
            "",
            (care(noon, noon + dt.timedelta(2)), care(noon.date(), None, "2@dermograph")),
            care_as=CareAs.TO_DO,
            method=Method.PUBLISH,
            organizer="a@clinic.example",
        ),
    ]
    assert check_judged(judge, sent) == 4


@JUDGES
def test_a_judge_does_find_fault(judge: Judge) -> None:
    assert judge([b"BEGIN:VCALENDAR\r\nno line\r\nEND:VCALENDAR\r\n"])[0].errors


def test_libical_refuses_what_the_package_would_add_for_a_zone() -> None:
    """The trap that our own VTIMEZONE avoids: should this fail one day, the package may be used."""
    whole = icalendar.Calendar.from_ical(calendar_bytes(edged("Europe/Madrid")))
    whole.subcomponents = [part for part in whole.subcomponents if part.name != "VTIMEZONE"]
    whole.add_missing_timezones()
    (judgement,) = by_libical([whole.to_ical()])
    assert "COMMENT" in judgement.errors[0]


def test_all_three_engines_agree_on_every_clock_that_there_is() -> None:
    moments = [dt.datetime(2027, 1, 5, 12, tzinfo=dt.UTC) + dt.timedelta(days=10 * number) for number in range(36)]
    moments += [dt.datetime(2060, month, 15, 12, tzinfo=dt.UTC) for month in (1, 4, 7, 10)]
    alike = {}  # the zones of one clock are tried once
    for zone in sorted(available_timezones() - {"localtime", "Factory"}):
        clock = ZoneInfo(zone)
        alike[tuple(at.astimezone(clock).utcoffset() for at in moments)] = zone
    assert len(alike) > 50
    rows = tuple(appointment(at, f"{number}@x") for number, at in enumerate(moments))
    calendars = [Calendar("", rows, zone=zone) for zone in alike.values()]
    for judge in (by_libical, by_ical_js):
        assert check_judged(judge, calendars)


@JUDGES
def test_a_rule_of_today_is_not_mixed_with_one_of_before(judge: Judge) -> None:
    """The British summer ended on the fourth Sunday of October until 1995, on the last one since."""
    years = (1990, 1994, 1995, 1996, 2026, 2055)
    moments = [dt.datetime(year, 10, day, 23, 45, tzinfo=dt.UTC) for year in years for day in (20, 21, 22, 26, 28, 31)]
    rows = tuple(appointment(at, f"{number}@x") for number, at in enumerate(moments))
    assert check_judged(judge, [Calendar("", rows, zone=zone) for zone in ("Europe/London", "Europe/Dublin")])


def test_any_calendar_is_without_fault() -> None:
    found: list[Calendar] = []

    @settings(max_examples=40, database=None)
    @given(any_calendar())
    def collect(calendar: Calendar) -> None:
        found.append(calendar)

    collect()
    for judge in (by_libical, by_ical_js):
        assert check_judged(judge, found)


def test_an_hour_that_comes_twice_is_written_as_an_instant() -> None:
    madrid = ZoneInfo("Europe/Madrid")
    twice = [at for at in edges("Europe/Madrid") if at.astimezone(madrid).fold]
    assert twice
    data = calendar_bytes(
        Calendar("", tuple(appointment(at, f"{at:%Y%m%dT%H%M}@x") for at in twice), zone="Europe/Madrid")
    )
    assert data.count(b"\r\nDTSTART:") == len(twice)
