"""What a calendar says, and what it does not say."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfoNotFoundError

import pytest

from dermograph.core.text import Text
from dermograph.exchange.ical.content_lines import Component, calendars_of
from dermograph.exchange.ical.property_values import text_of
from dermograph.exchange.ical.values import Appointment, Calendar, CareAs, CareStep, Method, Status
from dermograph.exchange.ical.write import calendar_bytes, calendar_objects
from tests.clinic.portal.icalendar_read import events_of
from tests.exchange.ical.calendars import HOUR, NOISE, NOW, appointment, care

NOON = dt.datetime(2027, 3, 29, 10, tzinfo=dt.UTC)
DAY = dt.date(2027, 3, 29)
WHAT = Text("Scar camouflage: session", "Camuflaje de cicatriz: sesión")


def part(calendar: Calendar, place: int = -1) -> Component:
    """One component of what is written, the last by default."""
    return calendars_of(calendar_bytes(calendar))[0].parts[place]


@pytest.mark.parametrize(
    ("language", "detailed", "summary", "description"),
    [
        ("en", False, "Appointment", ""),
        ("es", False, "Cita", ""),
        ("en", True, "Scar camouflage: session", "With Dr. Example"),
        ("es", True, "Camuflaje de cicatriz: sesión", "Con Dr. Example"),
    ],
)
def test_a_title_says_nothing_clinical_unless_it_is_asked_to(
    language: str,
    detailed: bool,  # noqa: FBT001 (a column)
    summary: str,
    description: str,
) -> None:
    row = appointment(NOON, what=WHAT, who="Dr. Example", place="Aurora")
    event = part(Calendar("Aurora", (row,), language, detailed))  # type: ignore[arg-type]  # both are languages
    assert text_of(event.value("SUMMARY")) == summary
    assert text_of(event.value("DESCRIPTION")) == description
    assert text_of(event.value("LOCATION")) == "Aurora"
    assert event.value("CLASS") == "PRIVATE"


@pytest.mark.parametrize("care_as", CareAs)
def test_aftercare_says_nothing_clinical_unless_it_is_asked_to(care_as: CareAs) -> None:
    plain = part(Calendar("", (care(DAY, None),), care_as=care_as))
    detailed = part(Calendar("", (care(DAY, None),), detailed=True, care_as=care_as))
    assert plain.value("SUMMARY") == "Cuidados"
    assert "sol" not in str(plain)
    assert detailed.value("SUMMARY") == "Mantenga la zona al abrigo del sol"
    assert detailed.parts[0].value("DESCRIPTION") == detailed.value("SUMMARY")


@pytest.mark.parametrize("what", ["", " ", "\x00"])
def test_a_detailed_appointment_without_a_purpose_is_an_appointment(what: str) -> None:
    event = part(Calendar("", (appointment(NOON, what=Text(what, what)),), "en", detailed=True))
    assert event.value("SUMMARY") == "Appointment"
    assert event.first("DESCRIPTION") is None
    assert event.first("LOCATION") is None


def test_a_zone_is_written_with_its_rules_and_nothing_that_libical_refuses() -> None:
    data = calendar_bytes(Calendar("Aurora", (appointment(NOON),), zone="Europe/Madrid")).decode()
    assert (
        "BEGIN:VTIMEZONE\r\nTZID:Europe/Madrid\r\n"
        "BEGIN:DAYLIGHT\r\nDTSTART:20260329T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nTZNAME:CEST\r\n"
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\r\nEND:DAYLIGHT\r\n"
        "BEGIN:STANDARD\r\nDTSTART:20261025T030000\r\nTZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nTZNAME:CET\r\n"
        "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n"
    ) in data
    assert "DTSTART;TZID=Europe/Madrid:20270329T120000\r\n" in data
    assert "COMMENT" not in data


def test_a_calendar_in_utc_writes_instants_and_no_zone() -> None:
    data = calendar_bytes(Calendar("Aurora", (appointment(NOON),)))
    (event,) = events_of(data)  # the reader that the clinic's own feed is tested with
    assert (event["DTSTART"], event["DTEND"]) == ("20270329T100000Z", "20270329T110000Z")
    assert b"VTIMEZONE" not in data


def test_every_program_is_told_the_name_the_colour_and_when_to_come_back() -> None:
    calendar = Calendar("Aurora, Piel", (), colour="teal", refresh=dt.timedelta(hours=6))
    (whole,) = calendars_of(calendar_bytes(calendar))
    names = ("NAME", "X-WR-CALNAME", "COLOR", "REFRESH-INTERVAL", "X-PUBLISHED-TTL", "VERSION", "CALSCALE", "METHOD")
    values = [whole.value(name) for name in names]
    assert values == ["Aurora\\, Piel", "Aurora\\, Piel", "teal", "PT6H", "PT6H", "2.0", "GREGORIAN", ""]
    assert [one.name for one in whole.parts] == ["VTIMEZONE"]


@pytest.mark.parametrize(
    ("status", "transparency"),
    [(Status.TENTATIVE, "OPAQUE"), (Status.CONFIRMED, "OPAQUE"), (Status.CANCELLED, "TRANSPARENT")],
)
def test_a_status_is_written_and_what_is_cancelled_takes_up_no_time(status: Status, transparency: str) -> None:
    event = part(Calendar("", (appointment(NOON, status=status, sequence=3),)))
    assert (event.value("STATUS"), event.value("TRANSP"), event.value("SEQUENCE")) == (status.value, transparency, "3")


def test_a_change_keeps_the_uid_and_raises_the_number() -> None:
    first, second = (part(Calendar("", (appointment(NOON + n * HOUR, sequence=n),))) for n in (0, 1))
    assert first.value("UID") == second.value("UID") == "1@dermograph"
    assert int(second.value("SEQUENCE")) > int(first.value("SEQUENCE"))
    assert first.value("DTSTAMP") == first.value("LAST-MODIFIED") == "20261122T200000Z"


def test_whole_days_float_and_end_on_the_day_after() -> None:
    step = care(DAY, dt.date(2027, 4, 12))
    event = part(Calendar("", (step,), zone="Europe/Madrid"))
    to_do = part(Calendar("", (step,), zone="Europe/Madrid", care_as=CareAs.TO_DO))
    for one, end in ((event, "DTEND"), (to_do, "DUE")):
        assert one.first("DTSTART").parameters == {"VALUE": "DATE"}  # type: ignore[union-attr]  # it is there
        assert (one.value("DTSTART"), one.value(end)) == ("20270329", "20270412")
    assert event.value("TRANSP") == "TRANSPARENT"
    assert to_do.value("STATUS") == "NEEDS-ACTION"
    assert [alarm.value("TRIGGER") for alarm in to_do.parts] == ["PT9H"]


def test_care_without_a_figure_stands_on_its_day_with_its_reminder_where_it_was() -> None:
    step = CareStep("1", NOW, NOON, None, Text("Wash", "Lave"), (dt.timedelta(hours=2),))
    event = part(Calendar("", (step,), zone="Europe/Madrid"))
    to_do = part(Calendar("", (step,), zone="Europe/Madrid", care_as=CareAs.TO_DO), -1)
    assert event.value("DTSTART") == "20270329"
    assert event.parts[0].value("TRIGGER") == "PT14H"  # two hours after noon in Madrid
    assert to_do.value("DTSTART") == "20270329T120000"
    assert to_do.parts[0].value("TRIGGER") == "PT2H"
    assert to_do.first("DUE") is None


def test_a_step_that_is_cancelled_reminds_of_nothing() -> None:
    to_do = part(Calendar("", (care(DAY, None, cancelled=True),), care_as=CareAs.TO_DO))
    assert to_do.value("STATUS") == "CANCELLED"
    assert to_do.parts == []


def test_no_words_become_lines_of_their_own() -> None:
    data = calendar_bytes(Calendar(NOISE, (appointment(NOON, what=Text(NOISE, NOISE), place=NOISE),), detailed=True))
    assert data.count(b"\r\nBEGIN:VEVENT") == data.count(b"\r\nEND:VCALENDAR") == 1
    assert "\N{PERSON WITH BALL}".encode() in data.replace(b"\r\n ", b"")
    assert all(len(line) <= 75 for line in data.split(b"\r\n"))


def test_what_a_server_stores_is_named_by_its_uid_and_has_no_method() -> None:
    rows = (appointment(NOON, "a/b ?@dermograph", status=Status.CANCELLED), care(DAY, None))
    calendar = Calendar("Aurora", rows, method=Method.CANCEL, organizer="desk@clinic.example")
    (first, data), _ = calendar_objects(calendar)
    assert first == "a%2Fb%20%3F@dermograph.ics"
    assert [word for word in (b"METHOD", b"NAME:Aurora", b"REFRESH") if word in data] == []


@pytest.mark.parametrize(
    ("rows", "method", "organizer"),
    [
        ((appointment(NOON),), Method.PUBLISH, ""),
        ((appointment(NOON),), Method.PUBLISH, "desk"),
        ((appointment(NOON),), Method.PUBLISH, "a@b\r\nX:1"),
        ((appointment(NOON),), Method.CANCEL, "desk@clinic.example"),
        ((), Method.PUBLISH, "desk@clinic.example"),
        ((appointment(NOON), care(DAY, None)), Method.PUBLISH, "desk@clinic.example"),
    ],
    ids=["no organizer", "no address", "injected", "not cancelled", "nothing", "mixed"],
)
def test_a_mail_that_breaks_the_rules_of_its_method_is_not_written(
    rows: tuple[Appointment | CareStep, ...], method: Method, organizer: str
) -> None:
    calendar = Calendar("", rows, method=method, organizer=organizer, care_as=CareAs.TO_DO)
    with pytest.raises(ValueError, match="method"):
        calendar_bytes(calendar)


def test_a_zone_that_there_is_not_is_an_error_and_no_guess() -> None:
    with pytest.raises(ZoneInfoNotFoundError):
        calendar_bytes(Calendar("", (appointment(NOON),), zone="Europe/Nowhere"))


@pytest.mark.parametrize(
    "fields",
    [
        {"uid": ""},
        {"uid": " a"},
        {"uid": "a\nb"},
        {"sequence": -1},
        {"changed_at": NOW.replace(tzinfo=None)},
        {"starts_at": NOON.replace(tzinfo=None)},
        {"ends_at": NOON},
        {"ends_at": NOON - HOUR},
        {"ends_at": NOON + dt.timedelta(microseconds=9)},
        {"ends_at": DAY},
    ],
    ids=["no uid", "space", "break", "number", "when", "naive", "no length", "backwards", "split second", "a day"],
)
def test_an_appointment_that_cannot_be_meant_is_not_made(fields: dict[str, object]) -> None:
    known: dict[str, object] = {"uid": "1", "changed_at": NOW, "starts_at": NOON, "ends_at": NOON + HOUR}
    with pytest.raises(ValueError, match=r"uid|end|time zone|days"):
        Appointment(**(known | fields))  # type: ignore[arg-type]  # that is what is tried


def test_two_entries_of_one_uid_are_not_made_a_calendar() -> None:
    with pytest.raises(ValueError, match="one uid"):
        Calendar("", (appointment(NOON), appointment(NOON + HOUR)))


def test_the_values_say_themselves_in_json() -> None:
    rows = (appointment(NOON, what=WHAT), care(DAY, None))
    said = Calendar("Aurora", rows, "es").to_json()
    assert [entry["uid"] for entry in said["entries"]] == ["1@dermograph", "care@dermograph"]
    assert said["entries"][0]["what"] == WHAT.es
    assert said["entries"][1]["until"] is None
    assert said["entries"][1]["remind_minutes"] == [540]
