"""A response that names no course: of whose area it is, where courses have ended and begun since it was answered."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from dermograph.clinic.intake.services import answer_fact
from dermograph.clinic.people.models import Course, Membership
from dermograph.exchange.fhir.incoming import Incoming
from dermograph.exchange.fhir.protocol.answers import Answers
from tests.clinic.handover.test_received_answers import (
    OF_AREA,
    another_course,
    infections,
    response,
    standing,
    taken,
    words,
)

OTHERWISE = Answers({"pregnant": False, "infection": True}, {})
GONE = (None, "not_asked")


def lasted(course: Course, opened: str, closed: str | None = None) -> Course:
    """Let a course have been open from a day or instant until another; until now where it is None."""
    ended, outcome = (closed, "abandoned") if closed else (None, "")
    Course.objects.filter(pk=course.pk).update(opened_at=_at(opened), closed_at=ended and _at(ended), outcome=outcome)
    return course


def _at(when: str) -> str:
    return when if "T" in when else f"{when}T12:00:00Z"


def warnings(found: Incoming) -> list[str]:
    return [one.words.en for one in found.results[0].issues if one.severity == "warning"]


@pytest.fixture
def other(course: Course, lead: Membership) -> Course:
    """Another area's course of the same treatment, open since February; the first one was open on 1 to 20 January."""
    lasted(course, "2026-01-01")
    taken(course, lead, response(course, OF_AREA))
    assert infections() == {course.pk: (False, "")}
    lasted(course, "2026-01-01", "2026-01-20")
    return lasted(another_course(course), "2026-02-01")


# --- for the first time, authored on 9 January


@pytest.mark.parametrize(
    ("opened", "closed"),
    [
        ("2026-01-01", "2026-01-20"),
        ("2025-12-01", "2026-01-09"),
        ("2026-01-10", "2026-01-20"),
        ("2025-12-01", "2026-01-08"),
    ],
    ids=["open-on-the-day", "closed-on-the-day", "opened-after-it", "closed-before-it"],
)
def test_what_may_be_about_an_area_whose_course_is_closed_is_not_filed_with_the_open_course_of_another(
    course: Course, lead: Membership, opened: str, closed: str
) -> None:
    lasted(course, opened, closed)
    lasted(another_course(course), "2026-02-01")
    found = taken(course, lead, response(course, OF_AREA))
    assert standing() == {"pregnant": (False, "")}
    [warning] = warnings(found)
    assert "several courses here ask or asked this" in warning


def test_a_course_that_was_over_when_another_was_open_is_not_meant(course: Course, lead: Membership) -> None:
    lasted(course, "2025-11-01", "2026-01-08")
    now = lasted(another_course(course), "2026-01-09")
    found = taken(course, lead, response(course, OF_AREA))
    assert infections() == {now.pk: (False, "")}
    assert not warnings(found)


def test_the_day_on_which_a_course_was_closed_is_the_clinics(course: Course, lead: Membership) -> None:
    lasted(course, "2025-11-01", "2026-01-08T23:30:00Z")
    lasted(another_course(course), "2026-01-02")
    taken(course, lead, response(course, OF_AREA))
    assert infections() == {}


def test_of_two_courses_of_the_same_area_the_open_one_is_meant(course: Course, lead: Membership) -> None:
    lasted(course, "2026-01-01", "2026-01-20")
    again = Course.objects.create(
        clinic=course.clinic, patient=course.patient, area=course.area, treatment=course.treatment, lead=course.lead
    )
    found = taken(course, lead, response(course, OF_AREA))
    assert infections() == {again.pk: (False, "")}
    assert not warnings(found)


@pytest.mark.parametrize("treatment", ["microneedling", "withdrawn-since"])
def test_a_closed_course_that_never_asked_it_is_not_meant(course: Course, lead: Membership, treatment: str) -> None:
    lasted(another_course(course, treatment=treatment), "2026-01-01", "2026-01-20")
    found = taken(course, lead, response(course, OF_AREA))
    assert infections() == {course.pk: (False, "")}
    assert not warnings(found)


def test_without_a_day_nobody_knows_which_course_is_meant_and_nothing_is_answered(
    course: Course, lead: Membership
) -> None:
    lasted(course, "2026-01-01", "2026-01-20")
    another_course(course)
    one = response(course, OF_AREA)
    del one["authored"]
    found = taken(course, lead, one)
    assert [each.done for each in found.results] == ["created"]
    assert "on which day it was answered" in words(found)
    assert standing() == {}


# --- another version of what answered with a course


@pytest.mark.parametrize("authored", ["2026-01-09", "2026-02-10"], ids=["same-day", "since"])
def test_a_new_version_says_nothing_of_another_area_than_the_former_one(
    course: Course, lead: Membership, other: Course, authored: str
) -> None:
    found = taken(course, lead, response(course, OTHERWISE, status="amended", authored=authored))
    assert infections() == {course.pk: GONE}
    assert other.pk not in infections()
    assert "infection: the answer is taken back." in words(found)
    [warning] = warnings(found)
    assert "the course in which it answered before is no open course of this patient" in warning


def test_what_a_new_version_says_again_stays_with_the_closed_course(
    course: Course, lead: Membership, other: Course
) -> None:
    found = taken(course, lead, response(course, OF_AREA, status="amended"))
    assert infections() == {course.pk: (False, "")}
    assert other.pk not in infections()
    assert "taken back" not in words(found)


@pytest.mark.parametrize("since", ["taken-back", "answered-here"])
def test_a_new_version_says_nothing_of_another_area_though_nothing_of_the_former_one_stands(
    course: Course, lead: Membership, other: Course, since: str
) -> None:
    if since == "taken-back":
        taken(course, lead, response(course, OF_AREA, status="in-progress"))
    else:
        lasted(course, "2026-01-01")
        on = dt.date(2026, 1, 12)
        answer_fact(course=course, who=lead.user, fact="infection", value=True, told_on=on, reason="Told.")
        lasted(course, "2026-01-01", "2026-01-20")
    before = infections()
    found = taken(course, lead, response(course, OF_AREA, status="amended", authored="2026-02-10"))
    assert other.pk not in infections()
    assert infections() == before
    [warning] = warnings(found)
    assert "several courses here ask or asked this" in warning


@pytest.mark.parametrize("more", [{}, {"status": "in-progress"}], ids=["stands", "taken-back"])
def test_a_new_version_answers_where_the_former_one_did_though_another_area_has_a_course_by_now(
    course: Course, lead: Membership, other: Course, more: dict[str, Any]
) -> None:
    lasted(course, "2026-01-01")
    if more:
        lasted(other, "2026-02-01", "2026-02-02")
        taken(course, lead, response(course, OF_AREA, **more))
    found = taken(course, lead, response(course, OTHERWISE, status="amended", authored="2026-02-10"))
    assert infections() == {course.pk: (True, "")}
    assert not warnings(found)


@pytest.mark.parametrize("first", [Answers({"pregnant": False}, {}), OF_AREA], ids=["of-the-patient", "of-either"])
def test_what_is_added_later_is_about_no_area_that_only_then_is_the_only_one(
    course: Course, lead: Membership, first: Answers
) -> None:
    lasted(course, "2026-01-01")
    now = lasted(another_course(course), "2026-01-01" if first is OF_AREA else "2026-02-01")
    taken(course, lead, response(course, first))
    assert infections() == {}
    lasted(course, "2026-01-01", "2026-01-20")
    found = taken(course, lead, response(course, OF_AREA, status="amended", authored="2026-02-10"))
    assert infections() == {}
    assert len(warnings(found)) == 1
    taken(course, lead, response(course, OF_AREA, id="another", authored="2026-02-10"))
    assert infections() == {now.pk: (False, "")}


@pytest.mark.parametrize("names", [["closed"], ["ServiceRequest/x"], ["closed", "open"]], ids=["ours", "theirs", "two"])
def test_a_version_that_drops_the_name_of_another_area_is_filed_with_no_area(
    course: Course, lead: Membership, names: list[str]
) -> None:
    lasted(course, "2026-01-01", "2026-01-20")
    now = lasted(another_course(course), "2026-02-01")
    there = {"closed": f"CarePlan/{course.pk}", "open": f"CarePlan/{now.pk}"}
    based = [{"reference": there.get(name, name)} for name in names]
    taken(course, lead, response(course, OF_AREA, authored="2026-02-10", basedOn=based))
    assert infections() == {}
    found = taken(course, lead, response(course, OF_AREA, status="amended", authored="2026-02-10"))
    assert infections() == {}
    assert len(warnings(found)) == 1


def test_what_is_finished_later_than_begun_is_filed_with_the_only_area(course: Course, lead: Membership) -> None:
    lasted(course, "2026-02-01")
    taken(course, lead, response(course, OF_AREA, status="in-progress"))
    taken(course, lead, response(course, OF_AREA, authored="2026-02-10"))
    assert infections() == {course.pk: (False, "")}
