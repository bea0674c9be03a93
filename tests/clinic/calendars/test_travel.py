"""A patient's travel from a calendar of their own: the days they choose, as travel and nothing else."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dermograph.clinic.agenda.course_days import days_of
from dermograph.clinic.calendars.models import Reading
from dermograph.clinic.intake.models import Happening
from dermograph.clinic.people.models import Clinic, Course, Patient
from tests.clinic.calendars.reading import ReadingPage, away, on
from tests.clinic.portal.people import another_course, another_patient, signed_in_patient


@pytest.fixture
def page(course: Course) -> ReadingPage:
    return ReadingPage(signed_in_patient(course.patient), reverse("me_away"))


def travels() -> list[tuple[str, dt.date, dt.date]]:
    rows = Happening.objects.standing().filter(cancelled=False)
    return list(rows.order_by("first").values_list("what", "first", "last"))


def test_days_are_taken_over_as_travel_whatever_they_are_called(page: ReadingPage, course: Course) -> None:
    lines = [line.replace("SUMMARY:Away", "SUMMARY:A week of sun at the beach") for line in away(40, 44)]
    page.take_over(*lines)
    assert travels() == [("travel", on(40), on(44))]
    assert Happening.objects.get().course is None, "all areas of the patient"
    standing = days_of(course, "session").on(on(42))
    assert standing.kind == "closed"
    assert "beach" not in str(Happening.objects.values())


def test_nothing_is_ticked_but_what_the_calendar_itself_calls_away(page: ReadingPage) -> None:
    shown = page.read(*away(10, 14), *away(20, 21, "2", "X-MICROSOFT-CDO-BUSYSTATUS:OOF"))
    assert page.ticked(shown) == [False, True]


def test_what_is_not_understood_is_told_to_a_patient_by_its_day(page: ReadingPage) -> None:
    shown = page.read(*away(20, 20, "odd", "EXRULE:FREQ=YEARLY"))
    notes = shown.split("Not understood.")[1].split("</ul>")[0]
    assert f"{on(20).day} {on(20):%B %Y}" in notes
    assert "Line" not in notes


def test_of_what_repeats_and_is_not_understood_no_day_is_told(page: ReadingPage) -> None:
    shown = page.read(*away(20, 20, "odd", "RRULE:FREQ=YEARLY;BYWEEKNO=20"))
    notes = shown.split("Not understood.")[1].split("</ul>")[0]
    assert f"{on(20):%B %Y}" not in notes
    assert "Line" in notes


def test_the_same_calendar_again_adds_nothing_and_a_moved_trip_moves(page: ReadingPage) -> None:
    page.take_over(*away(10, 14))
    assert "There is nothing new to take over." in page.read(*away(10, 14))
    page.take_over(*away(12, 16))
    assert travels() == [("travel", on(12), on(16))]


def test_taking_it_back_leaves_entries_that_say_so(page: ReadingPage) -> None:
    page.take_over(*away(10, 14))
    page.undo(Reading.objects.get().pk)
    assert travels() == []
    assert Happening.objects.count() == 2, "nothing clinical is deleted"


def test_without_a_course_there_is_nothing_to_plan(page: ReadingPage, course: Course) -> None:
    Course.objects.update(closed_at=timezone.now())
    assert "No treatment of yours goes on" in page.client.get(page.address).content.decode()
    page.read(*away(10, 14))
    assert page.status == 400


def test_a_reading_of_somebody_else_is_unknown(page: ReadingPage, clinic: Clinic, patient: Patient) -> None:
    page.take_over(*away(10, 14))
    stranger = another_patient(clinic)
    another_course(stranger)
    other = ReadingPage(signed_in_patient(stranger), page.address)
    other.undo(Reading.objects.get().pk)
    assert other.status == 404
    assert travels() == [("travel", on(10), on(14))]


def test_the_page_says_it_in_spanish_too(page: ReadingPage, patient: Patient) -> None:
    patient.refresh_from_db()
    assert patient.user is not None
    patient.user.language = "es"
    patient.user.save()
    assert "¿En cuáles de estos días está fuera?" in page.read(*away(10, 14))


def test_the_page_costs_few_queries(page: ReadingPage) -> None:
    page.take_over(*away(10, 14), *away(20, 21, "2"))
    with CaptureQueriesContext(connection) as asked:
        page.read(*away(30, 31, "3"))
    assert len(asked) <= 12
