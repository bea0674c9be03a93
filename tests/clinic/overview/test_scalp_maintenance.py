"""The list of scalps to look at: those that fade, those that nobody looked at for a year, and no others."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import replace
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from dermograph.clinic.overview import maintenance
from dermograph.clinic.overview.maintenance import listed_scalps, to_maintain
from dermograph.clinic.people.models import Clinic, Course, Membership, Patient, Role
from dermograph.clinic.scalp import selectors
from dermograph.clinic.scalp.models import ScalpChange
from dermograph.clinic.scalp.selectors import protocol, standing
from dermograph.clinic.scalp.services import change_what_is_not
from dermograph.core.dates import Period
from tests.clinic.conftest import member, signed_in
from tests.clinic.gallery.photos import added, consent
from tests.clinic.overview.rows import another_course, booked, held
from tests.clinic.scalp.scalps import SESSION, Photographed, counted, course, matched, photographed, session

__all__ = ["added", "consent", "course", "photographed", "session"]


@pytest.fixture
def fading(session: None, course: Course, photographed: Photographed) -> ScalpChange:
    """Thirteen months after the first session a third of the pigment is gone."""
    counted(photographed(31))
    counted(photographed(395))
    change = matched(course.scalp_changes.get(), 0.72, 0.97)
    assert change.fades_first is not None
    return change


def names(clinic: Clinic, on: dt.date) -> list[Any]:
    return [one.course.pk for one in listed_scalps(clinic, on, 0, 50)]


def test_a_scalp_is_listed_from_three_months_before_its_limit_may_be_passed(
    course: Course, fading: ScalpChange
) -> None:
    first = fading.fades_first
    assert first is not None
    assert names(course.clinic, first - dt.timedelta(days=120)) == []
    found = listed_scalps(course.clinic, first - dt.timedelta(days=80), 0, 50)
    assert [(one.course, one.fading, one.check_since) for one in found] == [(course, fading, None)]
    assert names(course.clinic, first + dt.timedelta(days=500)) == [course.pk]


def test_a_year_without_a_photograph_is_due_for_the_yearly_check(session: None, course: Course) -> None:
    due = dt.date(SESSION.year + 1, SESSION.month, SESSION.day)
    assert names(course.clinic, due - dt.timedelta(days=1)) == []
    found = listed_scalps(course.clinic, due, 0, 50)
    assert [(one.course, one.fading, one.check_since) for one in found] == [(course, None, due)]
    assert standing(course).next_check == due


def test_a_photograph_that_was_counted_puts_the_check_off(
    session: None, course: Course, photographed: Photographed
) -> None:
    counted(photographed(100))
    seen = SESSION + dt.timedelta(days=100)
    due = dt.date(seen.year + 1, seen.month, seen.day)
    assert names(course.clinic, due - dt.timedelta(days=1)) == []
    assert names(course.clinic, due) == [course.pk]
    assert standing(course).next_check == due


def test_another_session_begins_anew(course: Course, fading: ScalpChange) -> None:
    after = SESSION + dt.timedelta(days=500)
    held(course, after)
    assert names(course.clinic, after + dt.timedelta(days=100)) == []
    assert names(course.clinic, after + dt.timedelta(days=366)) == [course.pk]


def test_what_was_measured_from_another_look_lists_nothing(
    course: Course, fading: ScalpChange, photographed: Photographed
) -> None:
    """A session that is written down later puts off when colour counts: the settled look is another one."""
    first = fading.fades_first
    assert first is not None
    assert [one.fading for one in listed_scalps(course.clinic, first, 0, 50)] == [fading]
    counted(photographed(31))  # of the same day, and written later: it is not
    assert [one.fading for one in listed_scalps(course.clinic, first, 0, 50)] == [fading]
    held(course, SESSION + dt.timedelta(days=10))
    change_what_is_not(course, who=None)
    assert all(one.fading is None for one in listed_scalps(course.clinic, first, 0, 50))


def test_a_limit_that_is_passed_is_listed_first_also_where_there_is_no_date(
    session: None, course: Course, photographed: Photographed, practitioner: Membership
) -> None:
    """Four months after the settled look a third is left: too early for a date, and passed for sure."""
    other = another_course(course, 7, "scalp")
    held(other, SESSION - dt.timedelta(days=200))
    counted(photographed(31))
    counted(photographed(150))
    change = matched(course.scalp_changes.get(), 0.35, 0.97)
    assert (change.fades_first, change.fading["months"]) == (None, None)
    assert change.passed is not None
    assert change.passed > 0.99
    on = SESSION + dt.timedelta(days=150)
    found = listed_scalps(course.clinic, on + dt.timedelta(days=300), 0, 50)
    assert [(one.course, one.fading, one.is_passed, one.passed_on) for one in found] == [
        (course, change, True, on),
        (other, None, False, None),
    ]
    page = " ".join(signed_in(practitioner).get(reverse("maintenance")).content.decode().split())
    assert "limit passed" in page
    assert "Rather less than 60 % left than more" in page
    assert change.fading["why"]["en"] in page
    counted(photographed(160))
    better = matched(course.scalp_changes.get(after__photograph__taken_on=on + dt.timedelta(days=10)), 1.0)
    assert better.passed is not None
    assert better.passed < 0.5
    assert names(course.clinic, on + dt.timedelta(days=100)) == [other.pk], "the latest photograph says otherwise"


def test_a_protocol_with_another_interval_moves_the_check(
    session: None, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = protocol()
    half = tuple(replace(one, every=Period(6, "months")) for one in whole.maintenance)
    none = tuple(replace(one, every=None) for one in whole.maintenance)
    due = dt.date(2024, 9, 4)
    for module in (maintenance, selectors):
        monkeypatch.setattr(module, "protocol", lambda: replace(whole, maintenance=half))
    assert names(course.clinic, due - dt.timedelta(days=1)) == []
    assert [one.check_since for one in listed_scalps(course.clinic, due, 0, 50)] == [due]
    assert standing(course).next_check == due
    for module in (maintenance, selectors):
        monkeypatch.setattr(module, "protocol", lambda: replace(whole, maintenance=none))
    assert names(course.clinic, dt.date(2026, 1, 1)) == []
    assert standing(course).next_check is None


def test_closed_courses_blocked_records_and_other_treatments_are_not_listed(
    course: Course, fading: ScalpChange
) -> None:
    today = dt.date(2026, 1, 1)
    held(another_course(course, 7), SESSION)
    assert names(course.clinic, today) == [course.pk]
    Patient.objects.filter(pk=course.patient_id).update(restricted_at=timezone.now())
    assert names(course.clinic, today) == []
    Patient.objects.filter(pk=course.patient_id).update(restricted_at=None)
    Course.objects.filter(pk=course.pk).update(closed_at=timezone.now(), outcome="maintain")
    assert names(course.clinic, today) == []


def test_the_page_says_why_and_since_when_and_leads_to_a_review(
    course: Course, fading: ScalpChange, front_desk: Membership, practitioner: Membership
) -> None:
    page = " ".join(signed_in(practitioner).get(reverse("maintenance")).content.decode().split())
    assert "Less than 60 % left some time from" in page
    assert "yearly check" in page
    assert reverse("scalp", args=[course.pk]) in page
    assert f"{reverse('booking', args=[course.pk])}?purpose=review" in page
    desk = signed_in(front_desk).get(reverse("maintenance")).content.decode()
    assert reverse("scalp", args=[course.pk]) not in desk
    assert "left some time" not in desk
    assert "The clinic wants to look at it." in desk
    assert reverse("course", args=[course.pk]) in desk
    appointment = booked(course, practitioner, timezone.now() + dt.timedelta(days=3), "review")
    again = signed_in(practitioner).get(reverse("maintenance")).content.decode()
    assert reverse("appointment", args=[appointment.pk]) in again
    assert "?purpose=review" not in again


def test_a_clinic_with_nothing_to_maintain_is_told_so(clinic: Clinic, practitioner: Membership) -> None:
    page = signed_in(practitioner).get(reverse("maintenance")).content.decode()
    assert "No scalp has to be looked at now." in page


def test_another_clinic_sees_nothing_of_it(course: Course, fading: ScalpChange) -> None:
    other = Clinic.objects.create(name="B", slug="b", time_zone="Europe/Madrid")
    stranger = member(other, Role.PRACTITIONER, "Eva Gil")
    assert "No scalp has to be looked at now." in signed_in(stranger).get(reverse("maintenance")).content.decode()


def test_the_list_is_read_a_page_at_a_time_in_few_queries(course: Course, practitioner: Membership) -> None:
    for number in range(60):
        held(another_course(course, 100 + number, "scalp"), SESSION + dt.timedelta(days=number % 7))
    client = signed_in(practitioner)
    client.get(reverse("maintenance"))
    with CaptureQueriesContext(connection) as queries:
        first = client.get(reverse("maintenance"))
    assert len(queries) <= 12
    assert len(first.context["scalps"]) == 50
    second = client.get(reverse("maintenance"), {"page": "2"})
    assert len(second.context["scalps"]) == 10
    shown = {one.course.pk for page in (first, second) for one in page.context["scalps"]}
    assert len(shown) == to_maintain(course.clinic, dt.date(2026, 1, 1)).count() == 60
    for page in ("", "0", "-1", "x", "9" * 30, str(uuid.uuid4())):
        assert client.get(reverse("maintenance"), {"page": page}).status_code == 200


def test_reviews_and_today_lead_there_where_the_clinic_treats_scalps(
    course: Course, practitioner: Membership, front_desk: Membership
) -> None:
    address = f'href="{reverse("maintenance")}"'
    for name in ("today", "reviews"):
        assert address not in signed_in(practitioner).get(reverse(name)).content.decode()
    held(course, SESSION)
    for name in ("reviews", "today"):
        assert address in signed_in(practitioner).get(reverse(name)).content.decode()
    assert address in signed_in(front_desk).get(reverse("today")).content.decode()
