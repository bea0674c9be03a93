"""A practitioner's absence from a calendar of theirs: looked at first, taken over once, taken back."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from dermograph.clinic.agenda.models import Absence
from dermograph.clinic.agenda.timetable import timetable_of
from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.calendars.models import Reading, Taken
from dermograph.clinic.calendars.offered import LONGEST_DAYS, MOST_OFFERED
from dermograph.clinic.people.models import Clinic, Membership, Role
from tests.clinic.calendars.reading import ReadingPage, away, on
from tests.clinic.conftest import member, signed_in
from tests.exchange.ical.written import event


@pytest.fixture
def page(lead: Membership, practitioner: Membership) -> ReadingPage:
    return ReadingPage(signed_in(lead), reverse("absence_calendar"), person=str(practitioner.pk))


def absences() -> list[tuple[dt.date, dt.date]]:
    return list(Absence.objects.order_by("first").values_list("first", "last"))


def test_nothing_is_entered_before_it_is_confirmed_and_then_the_agenda_knows_it(
    page: ReadingPage, practitioner: Membership
) -> None:
    shown = page.read(*away(10, 14))
    assert "Away" in shown
    assert absences() == []
    assert "Taken over: 1." in page.confirm(shown)
    assert absences() == [(on(10), on(14))]
    table = timetable_of(practitioner.clinic)
    assert table.away(practitioner.pk, on(14)) is not None
    assert table.away(practitioner.pk, on(15)) is None


def test_neither_the_title_nor_the_uid_is_kept(page: ReadingPage) -> None:
    page.take_over(*away(10, 14, "ana@private.example"))
    assert Absence.objects.get().reason == ""
    with connection.cursor() as cursor:
        for table in ("calendars_reading", "calendars_taken", "agenda_absence", "audit_auditentry"):
            cursor.execute(f"SELECT * FROM {table}")  # noqa: S608 (names of this test)
            rows = str(cursor.fetchall())
            assert "Away" not in rows
            assert "private.example" not in rows


def test_the_same_calendar_a_second_time_adds_nothing(page: ReadingPage) -> None:
    page.take_over(*away(10, 14))
    shown = page.read(*away(10, 14))
    assert "There is nothing new to take over." in shown
    assert "1 time is entered already" in shown
    assert Reading.objects.count() == 1


def test_a_form_that_is_sent_twice_adds_nothing_the_second_time(page: ReadingPage) -> None:
    shown = page.read(*away(10, 14))
    page.confirm(shown)
    assert "nothing was changed" in page.confirm(shown)
    assert absences() == [(on(10), on(14))]


def test_what_was_moved_in_the_calendar_moves_here(page: ReadingPage) -> None:
    page.take_over(*away(10, 14), *away(30, 31, "2"))
    said = page.confirm(page.read(*away(11, 15)))
    assert "Taken over: 1. Taken away: 1." in said
    assert absences() == [(on(11), on(15)), (on(30), on(31))], "what the file does not name stays"


def test_what_was_cancelled_in_the_calendar_goes_here(page: ReadingPage) -> None:
    page.take_over(*away(10, 14))
    page.confirm(page.read(*away(10, 14, "1", "STATUS:CANCELLED")))
    assert absences() == []


def test_taking_it_back_restores_what_was_there_before(page: ReadingPage) -> None:
    page.take_over(*away(10, 14))
    page.confirm(page.read(*away(11, 15)))
    second = Reading.objects.order_by("-read_at")[0]
    assert "It is taken back." in page.undo(second.pk)
    assert absences() == [(on(10), on(14))]
    assert "It was taken back before." in page.undo(second.pk)
    page.undo(Reading.objects.order_by("read_at")[0].pk)
    assert absences() == []
    actions = AuditEntry.objects.filter(action__startswith="calendar.").values_list("action", flat=True)
    assert list(actions) == ["calendar.taken_over"] * 2 + ["calendar.undone"] * 2


def test_after_it_was_taken_back_it_can_be_taken_over_again(page: ReadingPage) -> None:
    page.take_over(*away(10, 14))
    page.undo(Reading.objects.get().pk)
    page.confirm(page.read(*away(10, 14)))
    assert absences() == [(on(10), on(14))]


def test_what_somebody_removed_by_hand_is_offered_and_not_ticked(page: ReadingPage) -> None:
    page.take_over(*away(10, 14))
    Absence.objects.all().delete()
    shown = page.read(*away(10, 14))
    assert "removed before" in shown
    assert page.ticked(shown) == [False]


@pytest.mark.parametrize(
    ("lines", "ticked"),
    [
        ((), True),
        (("STATUS:TENTATIVE",), False),
        (("X-MICROSOFT-CDO-BUSYSTATUS:OOF",), True),
    ],
    ids=["busy", "tentative", "away"],
)
def test_whole_days_that_are_certain_are_ticked(page: ReadingPage, lines: tuple[str, ...], *, ticked: bool) -> None:
    assert page.ticked(page.read(*away(10, 14, "1", *lines))) == [ticked]


def test_hours_count_as_whole_days_only_where_somebody_ticks_them(page: ReadingPage) -> None:
    at = f"{on(10):%Y%m%d}"
    shown = page.read(*event(f"DTSTART;TZID=Europe/Madrid:{at}T090000", f"DTEND;TZID=Europe/Madrid:{at}T110000"))
    assert "09:00–11:00" in shown
    assert "closes the whole day" in shown
    assert "nothing was changed" in page.confirm(shown)
    page.confirm(shown, every=True)
    assert absences() == [(on(10), on(10))]


def test_from_midnight_to_midnight_is_a_whole_day(page: ReadingPage) -> None:
    hours = f"DTSTART;TZID=Europe/Madrid:{on(10):%Y%m%d}T000000", f"DTEND;TZID=Europe/Madrid:{on(12):%Y%m%d}T000000"
    page.confirm(page.read(*event(*hours)))
    assert absences() == [(on(10), on(11))]


def test_what_is_left_out_and_what_is_not_understood_is_said_with_its_reason(page: ReadingPage) -> None:
    free = away(10, 14, "free", "TRANSP:TRANSPARENT")
    odd = away(20, 20, "odd", "RRULE:FREQ=YEARLY;BYWEEKNO=20")
    shown = page.read(*free, *odd)
    assert "1 entry was left out" in shown
    assert "marked as free" in shown
    assert "Not understood. These may be absences" in shown
    assert re.search(r"Line \d+ · ", shown)
    both = page.read(*away(10, 14, "2"), *odd)
    assert both.index("Not understood.") < both.index("Take over what is ticked"), "read before it is decided"


@pytest.mark.parametrize(("days", "offered"), [(LONGEST_DAYS, True), (LONGEST_DAYS + 1, False)], ids=["at", "above"])
def test_longer_than_the_agenda_takes_is_left_out_in_words(page: ReadingPage, days: int, *, offered: bool) -> None:
    shown = page.read(*away(10, 10 + days))
    assert ("longer than two years" in shown) is not offered
    assert len(page.ticked(shown)) == offered


@pytest.mark.parametrize(("count", "status"), [(MOST_OFFERED, 200), (MOST_OFFERED + 1, 400)], ids=["at", "above"])
def test_a_calendar_of_everything_is_too_much(page: ReadingPage, count: int, status: int) -> None:
    page.read(*away(1, 1, "1", f"RRULE:FREQ=DAILY;COUNT={count}"))
    assert page.status == status


@pytest.mark.parametrize(
    "data",
    [b"", b"not a calendar", b"\xff\xfe\x00", b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", b"x" * 6_000_000],
    ids=["empty", "words", "bytes", "cut", "large"],
)
def test_what_is_no_calendar_is_refused_in_words_and_changes_nothing(page: ReadingPage, data: bytes) -> None:
    shown = page.read(data=data)
    assert page.status == 400
    assert 'role="alert"' in shown
    assert not Reading.objects.exists()


def test_a_form_of_one_person_is_none_of_another(page: ReadingPage, lead: Membership) -> None:
    shown = page.read(*away(10, 14))
    page.fields = {"person": str(lead.pk)}
    assert "too old, or was changed" in page.confirm(shown)
    assert page.status == 400
    assert absences() == []


@pytest.mark.parametrize("field", ["payload", "take", "gone", "person", "act"])
def test_what_is_made_up_in_a_form_changes_nothing(page: ReadingPage, field: str) -> None:
    fields = {**page.fields, "act": "confirm", "payload": "x", "take": "0", "gone": "x"}
    for noise in ("", "\x00", "9" * 400, "á;--", "00000000-0000-0000-0000-000000000000"):
        assert page.client.post(page.address, {**fields, field: noise}).status_code in (400, 404)
    assert not Taken.objects.exists()


def test_another_clinics_people_and_readings_are_unknown(page: ReadingPage, practitioner: Membership) -> None:
    page.take_over(*away(10, 14))
    other = Clinic.objects.create(name="Otra", slug="otra")
    stranger = member(other, Role.MEDICAL_LEAD, "Sara Otra")
    theirs = member(other, Role.PRACTITIONER, "Mateo Otra")
    foreign = ReadingPage(signed_in(stranger), page.address, person=str(theirs.pk))
    foreign.undo(Reading.objects.get().pk)
    assert foreign.status == 404
    foreign.fields = {"person": str(practitioner.pk)}
    foreign.read(*away(10, 14))
    assert foreign.status == 400
    assert absences() == [(on(10), on(14))]


def test_the_page_costs_few_queries(page: ReadingPage, practitioner: Membership) -> None:
    for number in range(7):
        page.take_over(*away(10 + 10 * number, 12 + 10 * number, str(number)))
    with CaptureQueriesContext(
        connection,
    ) as asked:
        page.client.get(page.address, {"person": str(practitioner.pk)})
    assert len(asked) <= 12
    with CaptureQueriesContext(connection) as asked:
        page.read(*away(200, 203, "new"))
    assert len(asked) <= 12


def test_without_anybody_who_treats_the_page_says_so(admin: Membership) -> None:
    assert "Nobody here treats patients yet." in signed_in(admin).get(reverse("absence_calendar")).content.decode()


def test_a_practitioner_does_not_set_the_agenda(practitioner: Membership) -> None:
    assert signed_in(practitioner).get(reverse("absence_calendar")).status_code == 403
    assert Client().get(reverse("absence_calendar")).status_code == 302
