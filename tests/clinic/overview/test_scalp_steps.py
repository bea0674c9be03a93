"""A scalp that was photographed waits for its review, not for an outline that nobody draws on it."""

from __future__ import annotations

from django.urls import reverse

from dermograph.clinic.people.models import Course, Membership
from tests.clinic.conftest import signed_in
from tests.clinic.overview.rows import day, held, photographed
from tests.clinic.treatment.held import ready


def test_a_scalp_that_was_photographed_is_to_be_reviewed(course: Course, lead: Membership) -> None:
    Course.objects.filter(pk=course.pk).update(treatment="scalp")
    course.refresh_from_db()
    ready(course, lead)
    photographed(course, day(-50))
    held(course, day(-45))
    photographed(course, day(-5))
    client = signed_in(lead)
    page = " ".join(client.get(reverse("course", args=[course.pk])).content.decode().split())
    assert "photographed, to be signed" in page
    assert "Review session 1" in page
    assert "Measure the change" not in page
    due = client.get(reverse("reviews")).content.decode()
    assert "its page says what became of the dots" in due
    assert "to review" in due
    review = client.get(reverse("review", args=[course.pk])).content.decode()
    assert reverse("scalp", args=[course.pk]) in review
