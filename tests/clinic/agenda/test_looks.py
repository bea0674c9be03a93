"""When to look again after a session is proposed from what the protocol says, and where the calendar reaches."""

from __future__ import annotations

import datetime as dt

import pytest
from django.urls import reverse
from django.utils import timezone

from dermograph.clinic.agenda.looks import looks_after
from dermograph.clinic.people.models import Clinic, Course, Membership
from dermograph.protocols import load_library
from tests.clinic.conftest import signed_in
from tests.clinic.overview.rows import held

DAY = dt.date(2026, 3, 2)


def test_a_scalp_is_looked_at_after_ten_to_twenty_days_and_after_a_year(clinic: Clinic) -> None:
    protocol = load_library().protocol("scalp")
    clinic.rules = {"months_ahead": 6}
    result, yearly = looks_after(clinic, protocol, DAY, DAY, "en")
    assert (result.first, result.last) == (DAY + dt.timedelta(days=10), DAY + dt.timedelta(days=20))
    assert result.query == "purpose=review&month=2026-03"
    assert result.reason["cite"]
    assert (yearly.first, yearly.last, yearly.query) == (dt.date(2027, 3, 2), None, "")
    assert "one year is assumed" in yearly.reason["says"]


def test_a_look_whose_days_are_over_is_not_proposed_and_one_that_is_due_opens_today(clinic: Clinic) -> None:
    protocol = load_library().protocol("scalp")
    later = dt.date(2027, 5, 1)
    (yearly,) = looks_after(clinic, protocol, DAY, later, "es")
    assert (yearly.first, yearly.query) == (dt.date(2027, 3, 2), "purpose=review&month=2027-05")


@pytest.mark.parametrize("treatment", ["paramedical", "microneedling"])
def test_a_protocol_that_names_no_such_days_proposes_none(clinic: Clinic, treatment: str) -> None:
    assert looks_after(clinic, load_library().protocol(treatment), DAY, DAY, "en") == []


def test_the_session_and_the_calendar_propose_them(course: Course, practitioner: Membership) -> None:
    Course.objects.filter(pk=course.pk).update(treatment="scalp")
    today = timezone.now().astimezone(course.clinic.zone).date()
    session = held(course, today - dt.timedelta(days=3))
    first, last = today + dt.timedelta(days=7), today + dt.timedelta(days=17)
    client = signed_in(practitioner)
    for address in (
        reverse("session", args=[session.pk]),
        f"{reverse('booking', args=[course.pk])}?purpose=review",
    ):
        page = " ".join(client.get(address).content.decode().split())
        assert "When to look again" in page
        for day in (first, last):
            assert f"{day.day} {day:%B %Y}" in page
        assert f"?purpose=review&amp;month={first:%Y-%m}" in page
    assert "When to look again" not in client.get(reverse("booking", args=[course.pk])).content.decode()


def test_a_session_that_another_followed_proposes_nothing(course: Course, practitioner: Membership) -> None:
    Course.objects.filter(pk=course.pk).update(treatment="scalp")
    today = timezone.now().astimezone(course.clinic.zone).date()
    earlier = held(course, today - dt.timedelta(days=30))
    held(course, today - dt.timedelta(days=3))
    page = signed_in(practitioner).get(reverse("session", args=[earlier.pk])).content.decode()
    assert "When to look again" not in page
