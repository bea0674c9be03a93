"""When a course is due for review, and what stands between."""

from __future__ import annotations

import pytest

from dermograph.clinic.overview.at_work import courses_at_work
from dermograph.clinic.overview.due import Due, reviews_due
from dermograph.clinic.overview.listed import A_PAGE
from dermograph.clinic.people.models import Course, Membership
from tests.clinic.conftest import signed_in
from tests.clinic.overview.rows import another_course, compared, day, held, photographed, reviewed


def due(course: Course) -> list[Due]:
    return reviews_due(courses_at_work(course.clinic), day(0))


def test_without_a_session_nothing_is_due(course: Course) -> None:
    assert due(course) == []


@pytest.mark.parametrize(("ago", "is_due"), [(20, False), (21, True), (22, True)])
def test_a_paramedical_course_is_due_from_the_day_its_follow_up_can_be_measured(
    course: Course, ago: int, *, is_due: bool
) -> None:
    held(course, day(-ago))
    found = due(course)
    assert bool(found) is is_due
    if found:
        assert found[0].state == "photograph"
        assert found[0].since == day(21 - ago)


def test_a_scalp_is_due_before_its_colour_can_be_judged_since_the_next_session_may_come_sooner(course: Course) -> None:
    scalp = another_course(course, 2, "scalp")
    held(scalp, day(-12))
    assert [one.state for one in due(course)] == ["unmeasured"]


def test_what_stands_between_is_said(course: Course) -> None:
    held(course, day(-30))
    photographed(course, day(-60))
    photographed(course, day(-3))
    assert due(course)[0].state == "outline"
    waiting = compared(course, day(-2), None, stage="waiting")
    assert due(course)[0].state == "measuring"
    waiting.stage = "failed"
    waiting.save(update_fields=["stage"])
    assert due(course)[0].state == "failed"
    compared(course, day(-1), None)
    assert due(course)[0].state == "not_comparable"
    compared(course, day(0), -3.0)
    assert due(course)[0].state == "measured"


def test_a_photograph_before_the_skin_has_settled_does_not_count(course: Course) -> None:
    held(course, day(-30))
    compared(course, day(-20), -3.0)
    assert due(course)[0].state == "photograph"
    assert "settled" in due(course)[0].why.en


def test_a_signed_review_settles_it_until_the_next_session(course: Course) -> None:
    held(course, day(-60))
    compared(course, day(-32), -3.0)
    reviewed(course, day(-31), "another_session")
    assert due(course) == []
    held(course, day(-30))
    assert due(course)[0].since == day(-9)


def test_a_review_on_the_day_of_the_session_is_not_the_answer_to_it(course: Course) -> None:
    held(course, day(-60))
    held(course, day(-30))
    reviewed(course, day(-30), "another_session")
    assert len(due(course)) == 1


def test_a_review_that_said_wait_comes_back_on_the_day_that_it_named(course: Course) -> None:
    held(course, day(-40))
    reviewed(course, day(-15), "wait", day(1))
    assert due(course) == []
    reviewed(course, day(-14), "wait", day(0))
    assert due(course)[0].since == day(0)


def test_a_review_that_could_not_compare_stays_until_there_is_a_new_photograph(course: Course) -> None:
    held(course, day(-40))
    compared(course, day(-10), None)
    reviewed(course, day(-10), "not_comparable")
    assert due(course)[0].state == "photograph"
    compared(course, day(-1), -2.0)
    assert due(course)[0].state == "measured"


def test_a_closed_course_is_not_due(course: Course) -> None:
    held(course, day(-40))
    course.closed_at = course.opened_at
    course.save()
    assert due(course) == []


def test_the_reviews_come_in_pages_with_their_numbers_by_state(course: Course, practitioner: Membership) -> None:
    for number in range(2, A_PAGE + 5):
        held(another_course(course, number), day(-20 - number))
    compared(Course.objects.get(patient__number=7), day(-1), None, stage="failed")
    client = signed_in(practitioner)
    first, last = (client.get("/reviews/", {"page": page}).context for page in ("1", "2"))
    assert (len(first["due"]), len(last["due"]), first["total"]) == (A_PAGE, 3, A_PAGE + 3)
    since = [one.since for one in (*first["due"], *last["due"])]
    assert since == sorted(since)
    assert {key: n for key, _, n in first["states"]} == {"photograph": A_PAGE + 2, "failed": 1}
    only = client.get("/reviews/", {"state": "failed"})
    assert [one.at.course.patient.number for one in only.context["due"]] == [7]
    for asked in ({"page": "0"}, {"page": "9" * 40}, {"page": "²"}, {"state": "x"}, {"state": "measured"}):
        assert client.get("/reviews/", asked).status_code == 200
    today = client.get("/").content.decode()
    assert today.count('data-href="/courses/') == 8
    assert f'<span class="count">{A_PAGE + 3}</span>' in today


def test_a_course_that_is_to_be_maintained_waits_until_its_next_session(course: Course, lead: Membership) -> None:
    for number in range(2, 13):
        waiting = another_course(course, number)
        held(waiting, day(-400))
        reviewed(waiting, day(-300 + number), "maintain")
    page = signed_in(lead).get("/").context
    assert (page["counts"]["maintain"], len(page["maintenance"])) == (11, 8)
    assert [at.course.patient.number for at in page["maintenance"]] == list(range(2, 10))
    held(Course.objects.get(patient__number=2), day(-290))
    page = signed_in(lead).get("/").context
    assert page["counts"]["maintain"] == 10
    assert page["maintenance"][0].course.patient.number == 3
