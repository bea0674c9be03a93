"""The page with every sign that nobody has looked at, and signs beside sessions of the same day."""

from __future__ import annotations

import datetime as dt
import re

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dermograph.clinic.overview import views
from dermograph.clinic.overview.outcomes import outcomes
from dermograph.clinic.people.models import Course, Membership
from tests.clinic.conftest import signed_in
from tests.clinic.overview.rows import another_course, day, held, noon, reported


def test_every_open_sign_stands_on_one_page_and_on_one_only(
    course: Course, practitioner: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(views, "A_PAGE", 3)
    monkeypatch.setattr(views, "_ROWS", 2)
    for number in range(2, 9):
        other = another_course(course, number)
        held(other, day(-3))
        reported(other, "infection" if number == 8 else "scabs", day(-2))
    client = signed_in(practitioner)
    assert 'href="/alerts/"' in client.get("/").content.decode()
    seen: list[str] = []
    for page in (1, 2, 3):
        with CaptureQueriesContext(connection) as queries:
            text = client.get("/alerts/", {"page": page}).content.decode()
        assert len(queries) <= 12
        seen.append(re.findall(r'href="/courses/([^/]+)/timeline', text))  # type: ignore[arg-type]  # flattened below
    assert [len(one) for one in seen] == [3, 3, 1]
    assert len({pk for page in seen for pk in page}) == 7
    assert "signs of infection" in client.get("/alerts/").content.decode()
    for odd in ("0", "99", "x", "9" * 30, "²"):
        assert client.get("/alerts/", {"page": odd}).status_code == 200


def test_the_page_teaches_where_nothing_is_open(course: Course, practitioner: Membership) -> None:
    assert course.pk is not None
    assert "Somebody has looked at every sign" in signed_in(practitioner).get("/alerts/").content.decode()


@pytest.mark.parametrize(("hours", "adverse"), [(-2, 1), (2, 0)])
def test_a_session_that_was_held_after_a_sign_was_told_does_not_make_it_usual(
    course: Course, hours: int, adverse: int
) -> None:
    held(course, day(-60))
    held(course, day(-10))
    reported(course, "erythema", day(-10), first_told_at=noon(day(-10)) + dt.timedelta(hours=hours))
    [found] = outcomes(course.clinic)
    assert found.adverse.count == adverse
