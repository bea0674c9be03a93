"""The dashboard: what each role sees, in few queries, and what a new clinic is taught."""

from __future__ import annotations

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from dermograph.clinic.agenda.models import Appointment
from dermograph.clinic.overview.selectors import AT_A_GLANCE, at_a_glance
from dermograph.clinic.people.models import Clinic, Course, Membership
from tests.clinic.conftest import signed_in
from tests.clinic.overview.rows import another_course, booked, compared, day, held, lot, noon, reported, reviewed

MOST_QUERIES = 12


@pytest.fixture
def busy(course: Course, practitioner: Membership) -> Course:
    """A clinic in which everything that the dashboard shows is there."""
    now = noon(day(0)) - dt.timedelta(hours=1)
    booked(course, practitioner, now)
    booked(
        course,
        practitioner,
        now + dt.timedelta(days=2),
        state="held",
        held_until=timezone.now() + dt.timedelta(hours=3),
    )
    held(course, day(-30))
    for number in range(2, 8):
        other = another_course(course, number)
        held(other, day(-30 - number))
        if number % 2:
            compared(other, day(-2), -2.0 if number == 3 else None)
        reported(other, "infection", day(-1))
    for number in range(8, 12):
        another_course(course, number)
    done = another_course(course, 20, "scalp")
    held(done, day(-300))
    reviewed(done, day(-10), "maintain")
    lot(course, "L-7", day(5))
    return course


def test_the_practitioner_sees_everything_in_few_queries(busy: Course, practitioner: Membership) -> None:
    client = signed_in(practitioner)
    client.get("/")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        page = client.get("/")
    text = page.content.decode()
    assert page.status_code == 200
    assert len(queries) <= MOST_QUERIES, [query["sql"][:90] for query in queries]
    for words in (
        "Appointments",
        "Reviews due",
        "Nobody has looked at these yet",
        "Assessments with open questions",
        "could not be compared",
        "Maintenance",
        "Lots near their expiry",
        "Held slots",
    ):
        assert words in text, words
    assert "No card was found." in text
    assert "L-7" in text


def test_the_front_desk_sees_the_agenda_and_nothing_clinical(busy: Course, front_desk: Membership) -> None:
    client = signed_in(front_desk)
    with CaptureQueriesContext(connection) as queries:
        page = client.get("/")
    text = page.content.decode()
    assert len(queries) <= MOST_QUERIES
    assert "Lucía Ferrer Campos" in text
    for words in ("Reviews due", "Nobody has looked", "open questions", "compared", "infection", "abdomen", "L-7"):
        assert words not in text, words


def test_the_administrator_sees_times_and_stock_but_no_names(busy: Course, admin: Membership) -> None:
    text = signed_in(admin).get("/").content.decode()
    assert "L-7" in text
    assert "Lucía" not in text
    assert "abdomen" not in text


def test_the_most_worrying_sign_stands_first_with_its_reason(course: Course, practitioner: Membership) -> None:
    held(course, day(-3))
    reported(course, "scabs", day(-2))
    reported(course, "infection", day(-1))
    text = signed_in(practitioner).get("/").content.decode()
    assert text.index("signs of infection") < text.index("scabs or crusts")
    assert "A doctor sees the area first" in text


def test_a_sign_that_somebody_has_seen_is_no_alert(course: Course, practitioner: Membership) -> None:
    held(course, day(-3))
    reported(course, "infection", day(-1), seen_at=timezone.now(), seen_by=practitioner)
    assert "Nobody has looked" not in signed_in(practitioner).get("/").content.decode()


@pytest.mark.parametrize("role", ["practitioner", "lead", "front_desk", "admin"])
def test_a_new_clinic_is_taught_its_first_steps(role: str, clinic: Clinic, request: pytest.FixtureRequest) -> None:
    page = signed_in(request.getfixturevalue(role)).get("/").content.decode()
    assert "The first steps" in page
    assert "Register the first patient" in page
    assert ('href="/settings/staff/"' in page) is (role in ("lead", "admin"))


@pytest.mark.parametrize(
    ("hour", "shown"),
    [
        (7, [8, 9, 10]),
        (10, [9, 10, 11]),  # what began within the hour still counts as coming
        (12, [9, 11, 12]),  # who is here stays in sight
        (15, [9, 13, 14]),
        (23, [9, 13, 14]),
    ],
)
def test_of_a_full_day_what_matters_now_is_shown(hour: int, shown: list[int]) -> None:
    begins = {hour: noon(day(0)).replace(hour=hour) for hour in range(8, 15)}
    rows = [Appointment(starts_at=at, state="arrived" if hour == 9 else "booked") for hour, at in begins.items()]
    now = noon(day(0)).replace(hour=hour, minute=30 if hour == 10 else 0)
    assert [one.starts_at.hour for one in at_a_glance(rows, now, 3)] == shown
    assert at_a_glance(rows, now, len(rows)) == rows
    assert [one.starts_at.hour for one in at_a_glance(rows, now, 0)] == [9]


def test_all_of_a_full_day_is_a_click_away(course: Course, practitioner: Membership) -> None:
    for number in range(AT_A_GLANCE + 1):
        booked(course, practitioner, noon(day(0)) + dt.timedelta(minutes=number))
    client = signed_in(practitioner)
    page = client.get("/")
    assert len(page.context["slots"]) == AT_A_GLANCE
    assert f"All {AT_A_GLANCE + 1} of today" in page.content.decode()
    every = client.get("/?all=1")
    assert len(every.context["slots"]) == AT_A_GLANCE + 1
    assert "of today</a>" not in every.content.decode()


def test_another_clinics_day_is_not_shown(busy: Course, practitioner: Membership) -> None:
    other = Clinic.objects.create(name="Other", slug="other")
    place = Membership.objects.create(clinic=other, user=practitioner.user, role="practitioner")
    client = signed_in(practitioner)
    assert client.post(f"/clinics/{other.pk}/switch").status_code == 302
    assert "Lucía" not in client.get("/").content.decode()
    place.active = False
    place.save()
    assert client.post(f"/clinics/{other.pk}/switch").status_code == 404
    assert "Lucía" in client.get("/").content.decode()


def test_the_page_speaks_spanish(busy: Course, practitioner: Membership) -> None:
    practitioner.user.language = "es"
    practitioner.user.save()
    text = signed_in(practitioner).get("/").content.decode()
    assert "Revisiones pendientes" in text
    assert "Sin tarjeta." in text
    assert "Reviews due" not in text
