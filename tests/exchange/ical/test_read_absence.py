"""A calendar read as an absence: the right days on the reader's clock, and nothing lost without a word."""

from __future__ import annotations

import datetime as dt

import pytest

from dermograph.core.errors import InputError
from dermograph.core.text import LANGUAGES
from dermograph.exchange.ical.absence import Presence
from dermograph.exchange.ical.read_absence import LONGEST_WINDOW, read_absence
from dermograph.exchange.ical.values import Calendar
from dermograph.exchange.ical.write import calendar_bytes
from tests.exchange.ical.calendars import appointment
from tests.exchange.ical.written import FIRST, LAST, ZONE, calendar, clocks, days, event, read, reasons


def test_whole_days_are_days_and_the_end_of_the_standard_is_the_day_after() -> None:
    absence = read(*event("DTSTART;VALUE=DATE:20270301", "DTEND;VALUE=DATE:20270308"))
    (span,) = absence.spans
    assert days(absence) == [("2027-03-01", "2027-03-07")]
    assert (span.starts_at, span.ends_at, span.presence, span.title) == (None, None, Presence.BUSY, "Away")
    assert absence.unread == absence.left_out == ()


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        (("DTSTART;VALUE=DATE:20270301",), ("2027-03-01", "2027-03-01")),
        (("DTSTART;VALUE=DATE:20270301", "DURATION:P2W"), ("2027-03-01", "2027-03-14")),
        (("DTSTART:20270301T230000Z", "DTEND:20270302T050000Z"), ("2027-03-02", "2027-03-02")),
        (("DTSTART:20270301T120000Z", "DTEND:20270301T230000Z"), ("2027-03-01", "2027-03-01")),
        (("DTSTART:20270301T120000Z", "DTEND:20270301T230001Z"), ("2027-03-01", "2027-03-02")),
        (("DTSTART;TZID=America/New_York:20270301T200000", "DURATION:PT2H"), ("2027-03-02", "2027-03-02")),
        (("DTSTART:20270301T220000", "DURATION:PT4H"), ("2027-03-01", "2027-03-02")),
    ],
    ids=["one day", "weeks", "utc", "to midnight", "past midnight", "abroad", "floating"],
)
def test_the_days_are_those_of_the_readers_clock(lines: tuple[str, ...], expected: tuple[str, str]) -> None:
    assert days(read(*event(*lines))) == [expected]


@pytest.mark.parametrize(
    ("start", "inside"),
    [("20261129", False), ("20261130", False), ("20261201", True), ("20270430", True), ("20270501", False)],
)
def test_what_does_not_touch_the_window_is_not_in_it(start: str, inside: bool) -> None:  # noqa: FBT001 (a column)
    assert bool(read(*event(f"DTSTART;VALUE=DATE:{start}")).spans) is inside


def test_what_began_before_the_window_and_lasts_into_it_is_in_it() -> None:
    assert days(read(*event("DTSTART;VALUE=DATE:20261101", "DTEND;VALUE=DATE:20261202"))) == [
        ("2026-11-01", "2026-12-01")
    ]
    weekly = event("DTSTART;VALUE=DATE:20200101", "DURATION:P10D", "RRULE:FREQ=YEARLY;BYMONTH=11;BYMONTHDAY=25")
    assert days(read(*weekly)) == [("2026-11-25", "2026-12-04")]


def test_a_rule_keeps_the_time_of_day_across_a_change_of_the_clocks() -> None:
    absence = read(*event("DTSTART;TZID=Europe/Madrid:20270320T090000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=3"))
    assert clocks(absence) == [
        "2027-03-20T09:00+0100/2027-03-20T10:00+0100",
        "2027-03-27T09:00+0100/2027-03-27T10:00+0100",
        "2027-04-03T09:00+0200/2027-04-03T10:00+0200",
    ]


def test_hours_pass_and_days_of_a_duration_are_days_of_the_calendar() -> None:
    night = "DTSTART;TZID=Europe/Madrid:20270327T220000"
    assert clocks(read(*event(night, "DURATION:PT24H"))) == ["2027-03-27T22:00+0100/2027-03-28T23:00+0200"]
    assert clocks(read(*event(night, "DURATION:P1D"))) == ["2027-03-27T22:00+0100/2027-03-28T22:00+0200"]
    assert clocks(read(*event(night, "DTEND;TZID=Europe/Madrid:20270328T060000"))) == [
        "2027-03-27T22:00+0100/2027-03-28T06:00+0200"
    ]


def test_a_flight_ends_on_the_clock_of_where_it_lands() -> None:
    flight = event("DTSTART;TZID=Europe/Madrid:20270301T120000", "DTEND;TZID=America/New_York:20270301T140000")
    assert clocks(read(*flight)) == ["2027-03-01T12:00+0100/2027-03-01T20:00+0100"]


def test_further_and_excepted_dates_are_obeyed_however_they_are_written() -> None:
    absence = read(
        *event(
            "DTSTART;TZID=Europe/Madrid:20270301T090000",
            "DTEND;TZID=Europe/Madrid:20270301T100000",
            "RRULE:FREQ=DAILY;COUNT=6",
            "EXDATE;TZID=Europe/Madrid:20270302T090000",
            "EXDATE:20270303T080000Z",
            "EXDATE;VALUE=DATE:20270304",
            "RDATE;TZID=Europe/Madrid:20270310T110000,20270311T110000",
            "RDATE;VALUE=PERIOD:20270312T100000Z/PT3H,20270313T100000Z/20270313T120000Z",
        )
    )
    assert [one[:16] for one in clocks(absence)] == [
        "2027-03-01T09:00",
        "2027-03-05T09:00",
        "2027-03-06T09:00",
        "2027-03-10T11:00",
        "2027-03-11T11:00",
        "2027-03-12T11:00",
        "2027-03-13T11:00",
    ]
    assert clocks(absence)[-1].endswith("T13:00+0100")


def test_a_time_that_was_moved_stands_where_it_was_moved_to_and_no_longer_where_it_was() -> None:
    series = event("DTSTART;VALUE=DATE:20270301", "RRULE:FREQ=WEEKLY;COUNT=4")
    moved = event("RECURRENCE-ID;VALUE=DATE:20270308", "DTSTART;VALUE=DATE:20270310")
    off = event("RECURRENCE-ID;VALUE=DATE:20270315", "DTSTART;VALUE=DATE:20270315", "STATUS:CANCELLED")
    absence = read(*series, *moved, *off)
    assert [first for first, _ in days(absence)] == ["2027-03-01", "2027-03-10", "2027-03-22"]
    assert [entry.why.en for entry in absence.left_out] == ["It is cancelled."]


def test_what_is_moved_into_the_window_from_outside_is_in_it() -> None:
    series = event("DTSTART;VALUE=DATE:20250301", "RRULE:FREQ=WEEKLY;COUNT=4")
    moved = event("RECURRENCE-ID;VALUE=DATE:20250308", "DTSTART;VALUE=DATE:20270310")
    assert days(read(*series, *moved)) == [("2027-03-10", "2027-03-10")]


def test_a_change_of_all_that_follow_is_said_and_none_of_them_is_guessed() -> None:
    series = event("DTSTART;VALUE=DATE:20270301", "RRULE:FREQ=WEEKLY;COUNT=4")
    changed = event("RECURRENCE-ID;VALUE=DATE;RANGE=THISANDFUTURE:20270315", "DTSTART;VALUE=DATE:20270316")
    absence = read(*series, *changed)
    assert [first for first, _ in days(absence)] == ["2027-03-01", "2027-03-08"]
    assert reasons(absence) == ["It changes this time and all that follow: none of them is read."]


def test_of_two_versions_the_newer_counts_and_the_older_is_named() -> None:
    new = event("SEQUENCE:2", "DTSTART;VALUE=DATE:20270310")
    old = event("SEQUENCE:1", "DTSTART;VALUE=DATE:20270301")
    for lines in ((*new, *old), (*old, *new)):
        absence = read(*lines)
        assert days(absence) == [("2027-03-10", "2027-03-10")]
        assert len(absence.left_out) == 1


@pytest.mark.parametrize(
    ("line", "presence"),
    [
        ("STATUS:CONFIRMED", Presence.BUSY),
        ("STATUS:TENTATIVE", Presence.TENTATIVE),
        ("TRANSP:OPAQUE", Presence.BUSY),
        ("X-MICROSOFT-CDO-BUSYSTATUS:OOF", Presence.AWAY),
        ("X-MICROSOFT-CDO-BUSYSTATUS:BUSY", Presence.BUSY),
        ("X-MICROSOFT-CDO-BUSYSTATUS:FREE", None),
        ("TRANSP:TRANSPARENT", None),
        ("STATUS:CANCELLED", None),
    ],
)
def test_what_a_program_says_of_a_time_is_kept(line: str, presence: Presence | None) -> None:
    absence = read(*event("DTSTART;VALUE=DATE:20270301", line))
    assert [span.presence for span in absence.spans] == ([presence] if presence else [])
    assert len(absence.left_out) == (presence is None)


def test_free_and_busy_times_without_entries_are_read() -> None:
    lines = (
        "BEGIN:VFREEBUSY",
        "UID:f",
        "FREEBUSY:20270301T080000Z/PT2H,20270302T080000Z/20270302T090000Z",
        "FREEBUSY;FBTYPE=BUSY-UNAVAILABLE:20270303T080000Z/P1D",
        "FREEBUSY;FBTYPE=BUSY-TENTATIVE:20270305T080000Z/PT1H",
        "FREEBUSY;FBTYPE=FREE:20270306T080000Z/PT1H",
        "FREEBUSY;FBTYPE=X-OWN:20270307T080000Z/PT1H",
        "FREEBUSY:20270308T080000Z/never",
        "END:VFREEBUSY",
    )
    absence = read(*lines)
    presences = [span.presence.value for span in absence.spans]
    assert presences == ["busy", "busy", "away", "tentative", "busy"]
    assert reasons(absence) == ["'never' is no date or time."]


@pytest.mark.parametrize(
    ("lines", "why"),
    [
        (("SUMMARY:No start",), "It has no start."),
        (("DTSTART:soon",), "'soon' is no date or time."),
        (("DTSTART:20270230",), "'20270230' is no date or time."),
        (("DTSTART:18991231",), "'18991231' lies too far away."),
        (("DTSTART:22000101",), "'22000101' lies too far away."),
        (("DTSTART;TZID=Nowhere:20270301T090000", "DURATION:PT1H"), "Its time zone 'Nowhere' is not known."),
        (("DTSTART;VALUE=DATE:20270301", "DTEND;VALUE=DATE:20270301"), "It does not end after its start."),
        (("DTSTART:20270301T090000Z", "DTEND:20270301T080000Z"), "It does not end after its start."),
        (("DTSTART;VALUE=DATE:20270301", "DURATION:PT5H"), "It does not end after its start."),
        (
            ("DTSTART:20270301T090000Z", "DTEND;VALUE=DATE:20270302"),
            "Of its start and its end, one is a day and one a time.",
        ),
        (("DTSTART:20270301T090000Z", "DURATION:1 hour"), "'1 hour' is no duration."),
        (("DTSTART:20270301T090000Z", "DURATION:P"), "'P' is no duration."),
        (("DTSTART;VALUE=DATE:20200301", "DURATION:P9999D"), "It lasts longer than five years."),
        (
            ("DTSTART;VALUE=DATE:20270301", "RRULE:FREQ=YEARLY;BYWEEKNO=20"),
            "It repeats by a rule that is not understood: 'BYWEEKNO'.",
        ),
        (
            ("DTSTART;VALUE=DATE:20270301", "EXRULE:FREQ=DAILY"),
            "It excepts by a rule, which RFC 5545 dropped.",
        ),
        (("DTSTART;VALUE=DATE:20270301", "EXDATE:never"), "'never' is no date or time."),
        (
            ("DTSTART;VALUE=DATE:20270301", "RDATE:20270302T090000Z"),
            "A further date is of another kind than its start.",
        ),
        (("DTSTART;VALUE=DATE:20270301", "RDATE;VALUE=PERIOD:20270301/P1D"), "It is no period of time."),
    ],
)
def test_what_is_not_understood_is_reported_with_its_line_and_title(lines: tuple[str, ...], why: str) -> None:
    absence = read(*event("DTSTART;VALUE=DATE:20270401", uid="0"), *event(*lines))
    assert days(absence) == [("2027-04-01", "2027-04-01")]  # the others are read
    (unread,) = absence.unread
    assert (unread.why.en, unread.uid, unread.title) == (why, "1", "Away")
    assert unread.line > 9
    assert unread.why.es != unread.why.en


def test_what_takes_up_no_time_is_named() -> None:
    absence = read(
        *event("DTSTART:20270301T090000Z"),
        "BEGIN:VTODO",
        "UID:t",
        "SUMMARY:Pack",
        "END:VTODO",
        "BEGIN:VJOURNAL",
        "UID:j",
        "END:VJOURNAL",
        "BEGIN:VAVAILABILITY",
        "UID:a",
        "END:VAVAILABILITY",
    )
    assert absence.spans == ()
    assert [entry.uid for entry in absence.left_out] == ["t", "j", "1"]
    assert reasons(absence) == ["'VAVAILABILITY' is not understood."]


@pytest.mark.parametrize(
    ("method", "spans", "left_out", "unread"),
    [("PUBLISH", 1, 0, 0), ("CANCEL", 0, 1, 0), ("REPLY", 0, 0, 1), ("COUNTER", 0, 0, 1)],
)
def test_the_method_of_a_mail_is_obeyed(method: str, spans: int, left_out: int, unread: int) -> None:
    absence = read(f"METHOD:{method}", *event("DTSTART;VALUE=DATE:20270301"))
    assert (len(absence.spans), len(absence.left_out), len(absence.unread)) == (spans, left_out, unread)


@pytest.mark.parametrize(
    ("lines", "on"),
    [
        (("DTSTART;VALUE=DATE:20270309",), dt.date(2027, 3, 9)),
        (("DTSTART:20270309T230000",), dt.date(2027, 3, 9)),
        (("DTSTART:20270309T225959Z",), dt.date(2027, 3, 9)),
        (("DTSTART:20270309T230000Z",), dt.date(2027, 3, 10)),
        (("DTSTART;TZID=America/Santiago:20270309T200000",), dt.date(2027, 3, 10)),
        (("DTSTART;TZID=Nowhere/At_all:20270309T200000",), None),
        (("DTSTART;VALUE=DATE:20270309", "RRULE:FREQ=YEARLY"), None),
        (("DTSTART;VALUE=DATE:20270309", "RDATE;VALUE=DATE:20270401"), None),
        (("DTSTART:99991231T235959Z",), None),
        (("DTSTART:soon",), None),
        ((), None),
    ],
    ids=["day", "local", "last_second", "midnight", "elsewhere", "no_zone", "rule", "dates", "far", "no_date", "none"],
)
def test_what_was_not_taken_is_told_by_the_readers_day_or_none(lines: tuple[str, ...], on: dt.date | None) -> None:
    absence = read(*event(*lines, "TRANSP:TRANSPARENT"))
    assert [one.on for one in absence.left_out] == [on]


def test_a_period_that_is_not_understood_is_not_told_by_the_day_of_its_window() -> None:
    window = ("BEGIN:VFREEBUSY", "DTSTART:20270101T000000Z", "DTEND:20270601T000000Z")
    absence = read(*window, "FREEBUSY:20270405T100000Z/oops", "END:VFREEBUSY")
    assert [one.on for one in absence.unread] == [None]


def test_our_own_calendars_are_read_like_any_other() -> None:
    at = dt.datetime(2027, 3, 28, 10, tzinfo=dt.UTC)
    data = calendar_bytes(Calendar("Aurora", (appointment(at),), zone="America/Santiago"))
    absence = read_absence(data, first_on=FIRST, last_on=LAST, zone=ZONE)
    assert clocks(absence) == ["2027-03-28T12:00+0200/2027-03-28T13:00+0200"]


def test_folded_lines_quoted_parameters_and_old_line_ends_are_read() -> None:
    text = calendar(*event('DTSTART;X-A="a:b;c";TZID="Europe/Madrid":20270301T090000', "DURATION:PT1H")).decode()
    folded = text.replace("SUMMARY:Away", "SUMMARY:Vaca\r\n ciones\\, en\r\n\t el mar").replace("\r\n", "\n")
    absence = read_absence(f"\ufeff{folded}\n\n".encode(), first_on=FIRST, last_on=LAST, zone=ZONE)
    assert absence.spans[0].title == "Vacaciones, en el mar"


def test_several_calendars_in_one_file_are_all_read() -> None:
    data = calendar(*event("DTSTART;VALUE=DATE:20270301")) + calendar(*event("DTSTART;VALUE=DATE:20270302"))
    assert len(read_absence(data, first_on=FIRST, last_on=LAST, zone=ZONE).spans) == 2


def test_the_same_is_said_in_json_in_both_languages() -> None:
    absence = read(*event("DTSTART;VALUE=DATE:20270301"), *event("TRANSP:TRANSPARENT", uid="2"), *event(uid="3"))
    said = {language: absence.to_json(language) for language in LANGUAGES}
    assert said["en"]["spans"] == said["es"]["spans"] == [absence.spans[0].to_json()]
    assert said["en"]["unread"][0]["why"] == "It has no start."
    assert said["es"]["unread"][0]["why"] == "No tiene inicio."
    assert said["es"]["left_out"][0]["why"] == "No ocupa tiempo: está marcada como libre."


@pytest.mark.parametrize(
    ("first", "last", "zone"),
    [
        (LAST, FIRST, ZONE),
        (dt.date(1800, 1, 1), dt.date(1800, 1, 2), ZONE),
        (FIRST, FIRST + dt.timedelta(days=LONGEST_WINDOW), ZONE),
        (FIRST, LAST, "Madrid"),
        (FIRST, LAST, ""),
    ],
)
def test_a_window_or_a_zone_that_makes_no_sense_is_refused(first: dt.date, last: dt.date, zone: str) -> None:
    with pytest.raises(InputError):
        read(*event("DTSTART;VALUE=DATE:20270301"), first=first, last=last, zone=zone)


def test_the_longest_window_is_read() -> None:
    last = FIRST + dt.timedelta(days=LONGEST_WINDOW - 1)
    assert len(read(*event("DTSTART;VALUE=DATE:20270301", "RRULE:FREQ=DAILY"), last=last).spans) > 1700


def test_a_reader_in_utc_is_a_reader() -> None:
    assert days(read(*event("DTSTART;VALUE=DATE:20270301"), zone="Etc/UTC")) == [("2027-03-01", "2027-03-01")]


def test_a_rule_of_rare_kind_gives_no_time_at_all() -> None:
    absence = read(*event("DTSTART;VALUE=DATE:20270301", "RRULE:FREQ=HOURLY;COUNT=3"))
    assert absence.spans == ()
    assert len(absence.unread) == 1


def test_a_sequence_of_ten_digits_is_a_number_as_any_other() -> None:
    newer = event("SEQUENCE:1700000000", "DTSTART;VALUE=DATE:20270310")
    older = event("SEQUENCE:3", "DTSTART;VALUE=DATE:20270301")
    assert days(read(*newer, *older)) == days(read(*older, *newer)) == [("2027-03-10", "2027-03-10")]


@pytest.mark.parametrize("end", [b"\r\n ", b"\n\t", b"\r "], ids=["crlf", "lf", "cr"])
def test_a_letter_that_was_folded_in_its_midst_is_read(end: bytes) -> None:
    lines = event("DTSTART;VALUE=DATE:20270301")
    whole = calendar(*(line.replace("Away", "Está en el norte 🏔") for line in lines))
    for letter in ("á", "🏔"):
        first, rest = letter.encode()[:1], letter.encode()[1:]
        folded = whole.replace(letter.encode(), first + end + rest)
        each = whole.replace(letter.encode(), end.join(bytes([one]) for one in letter.encode()))
        for sent in (folded, each):
            (span,) = read_absence(sent, first_on=FIRST, last_on=LAST, zone=ZONE).spans
            assert span.title == "Está en el norte 🏔"


@pytest.mark.parametrize(
    "lines",
    [
        ("DTSTART;VALUE=DATE:20270301", "DTEND;VALUE=DATE:20270303", "DTEND;VALUE=DATE:20270313"),
        ("DTSTART;VALUE=DATE:20270301", "DTSTART;VALUE=DATE:20270302"),
        ("DTSTART;VALUE=DATE:20270301", "DTEND;VALUE=DATE:20270303", "DURATION:P9D"),
    ],
    ids=["two-ends", "two-starts", "end-and-length"],
)
def test_what_says_twice_when_it_is_is_not_guessed_at(lines: tuple[str, ...]) -> None:
    absence = read(*event(*lines))
    assert (absence.spans, reasons(absence)) == ((), ["It says twice when it starts or ends."])
