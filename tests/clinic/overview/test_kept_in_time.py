"""What is kept of each course is kept up by the clock and by every start; a page works out so much and no more."""

from __future__ import annotations

import datetime as dt
import threading
import uuid
from collections.abc import Callable
from typing import Any

import pytest
from django.db import DatabaseError, OperationalError, connection
from django.urls import reverse
from django.utils import timezone

from dermograph.clinic.overview import standings as kept
from dermograph.clinic.overview.models import CourseStanding, Touched
from dermograph.clinic.overview.standings import basis_of, standings
from dermograph.clinic.overview.touching import PREFIX, is_watched, unwatch, watch
from dermograph.clinic.people.models import Area, Clinic, Course, Membership, Patient
from dermograph.clinic.reminders import clock
from dermograph.clinic.serve import ready
from dermograph.clinic.upkeep import daily
from dermograph.core.errors import InputError
from dermograph.core.text import Text
from tests.clinic.conftest import signed_in
from tests.clinic.overview import rows
from tests.clinic.overview.judge import wrong

NOW = dt.datetime(2026, 3, 2, 12, tzinfo=dt.UTC)


def many_courses(course: Course, many: int) -> None:
    patients = Patient.objects.bulk_create(
        Patient(clinic=course.clinic, number=number, given_names="A", family_names="B")
        for number in range(10, 10 + many)
    )
    areas = Area.objects.bulk_create(Area(patient=one, name="arm", view="front") for one in patients)
    Course.objects.bulk_create(
        Course(clinic=course.clinic, patient=one.patient, area=one, treatment="scalp") for one in areas
    )


def drop_one_trigger() -> None:
    catalogue = {
        "sqlite": "SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname, tgrelid::regclass::text FROM pg_trigger WHERE NOT tgisinternal",
    }
    with connection.cursor() as cursor:
        cursor.execute(catalogue[connection.vendor])
        name, table = next(one for one in cursor.fetchall() if one[0].startswith(f"{PREFIX}treatment_session_insert"))
        cursor.execute(f"DROP TRIGGER {name}" + (f" ON {table}" if connection.vendor == "postgresql" else ""))


@pytest.mark.parametrize("lose", [drop_one_trigger, lambda: unwatch(connection)], ids=["one", "all"])
@pytest.mark.django_db(transaction=True)
def test_every_start_puts_back_the_triggers_that_are_missing(course: Course, lose: Callable[[], None]) -> None:
    standings(course.clinic)
    lose()
    rows.held(course, rows.day(-30))
    assert not Touched.objects.exists(), "nobody would ever know"
    said: list[Text] = []
    ready._migrate(said.append)  # noqa: SLF001 (of a start, what comes first; no migration is to be made)
    assert is_watched(connection)
    assert "worked out anew" in said[0].en
    assert wrong(course.clinic) == {}
    assert CourseStanding.objects.get().sessions == 1
    ready._migrate(said.append)  # noqa: SLF001 (the same)
    assert len(said) == 1
    assert not Touched.objects.exists()


@pytest.mark.django_db
def test_triggers_come_back_with_all_notes_or_not_at_all(course: Course) -> None:
    standings(course.clinic)
    unwatch(connection)
    rows.held(course, rows.day(-30))

    def full(execute: Any, sql: str, *more: Any) -> Any:  # noqa: ANN401 (Django's)
        if sql.startswith("INSERT INTO overview_touched"):
            raise DatabaseError("database or disk is full")
        return execute(sql, *more)

    with connection.execute_wrapper(full), pytest.raises(DatabaseError, match="full"):
        watch(connection)
    assert not is_watched(connection)
    assert watch(connection)
    assert wrong(course.clinic) == {}


@pytest.mark.django_db
def test_a_course_of_which_nothing_is_known_is_found_at_the_next_start(course: Course) -> None:
    rows.held(course, rows.day(-30))
    rows.another_course(course, 7)
    standings(course.clinic)
    CourseStanding.objects.filter(pk=course.pk).delete()
    assert not Touched.objects.exists()
    assert not watch(connection)
    assert list(Touched.objects.values_list("course", flat=True)) == [course.pk]
    assert wrong(course.clinic) == {}


@pytest.mark.django_db
def test_the_clock_works_out_what_was_touched(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    daily.register()
    rows.held(course, rows.day(-30))
    stop = threading.Event()
    stop.set()
    clock.ROUNDS["standings"](NOW, stop)
    assert not CourseStanding.objects.exists()
    monkeypatch.setattr(daily, "WORK_OUT_S", -1.0)
    clock.ROUNDS["standings"](NOW, None)
    assert not CourseStanding.objects.exists(), "no longer than it may"
    monkeypatch.undo()
    clock.ROUNDS["standings"](NOW, None)
    assert CourseStanding.objects.get().sessions == 1
    assert not Touched.objects.exists()


@pytest.mark.parametrize("why", ["touched", "the clinic's time zone was changed"])
@pytest.mark.django_db
def test_a_page_works_out_so_much_and_keeps_it_and_asks_for_patience(
    course: Course, practitioner: Membership, monkeypatch: pytest.MonkeyPatch, why: str
) -> None:
    many_courses(course, 6)
    if why != "touched":
        standings(course.clinic)
        Clinic.objects.update(time_zone="Pacific/Auckland")
    monkeypatch.setattr(kept, "AT_ONCE", 2)
    monkeypatch.setattr(kept, "MOST_FOR_A_PAGE", 4)
    client = signed_in(practitioner)
    answer = client.get(reverse("reviews"))
    assert (answer.status_code, answer["Retry-After"]) == (503, "60")
    assert "being worked out" in answer.content.decode()
    clinic = Clinic.objects.get(pk=course.clinic_id)
    assert CourseStanding.objects.filter(basis=basis_of(clinic)).count() == 4
    assert client.get(reverse("reviews")).status_code == 200
    assert wrong(clinic) == {}


@pytest.mark.django_db
def test_however_many_courses_are_stale_no_query_names_them_all(
    course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("only SQLite limits the variables of a query")
    import sqlite3

    many_courses(course, 1_300)
    Touched.objects.all().delete()
    CourseStanding.objects.bulk_create(
        CourseStanding(course=one, clinic=course.clinic, basis="before", treatment="scalp", opened_at=timezone.now())
        for one in Course.objects.all()
    )
    monkeypatch.setattr(kept, "MOST_FOR_A_PAGE", 10_000)
    raw = connection.connection
    usual = raw.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, 1_000)
    try:
        assert standings(course.clinic).fresh == []
    finally:
        raw.setlimit(sqlite3.SQLITE_LIMIT_VARIABLE_NUMBER, usual)
    assert not CourseStanding.objects.filter(basis="before").exists()
    assert not Touched.objects.exists()


@pytest.mark.django_db
def test_a_note_of_a_course_that_is_gone_holds_up_no_busy_page(course: Course, monkeypatch: pytest.MonkeyPatch) -> None:
    standings(course.clinic)
    Touched.objects.create(clinic=course.clinic_id, course=uuid.uuid4())
    tried: list[object] = []

    def busy(*given: object) -> None:
        tried.append(given)
        raise OperationalError("database is locked")

    monkeypatch.setattr(kept, "_keep", busy)
    assert standings(course.clinic).fresh == []
    assert len(tried) == 1
    monkeypatch.undo()
    assert wrong(course.clinic) == {}


@pytest.mark.django_db
def test_every_page_bears_as_many_unkept_courses_as_it_may_work_out(
    course: Course, practitioner: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    many_courses(course, kept.MOST_FOR_A_PAGE - 1)

    def busy(*_: object) -> None:
        raise OperationalError("database is locked")

    monkeypatch.setattr(kept, "_keep", busy)
    client = signed_in(practitioner)
    for name in ("today", "reviews", "outcomes"):
        assert client.get(reverse(name)).status_code == 200, name
    rows.another_course(course, 5)
    with pytest.raises(InputError, match="being worked out"):
        standings(course.clinic)
