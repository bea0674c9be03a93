"""The baseline is one and the same photograph wherever a course is spoken of."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest

from dermograph.clinic import facts
from dermograph.clinic.gallery.models import Comparison, Outline, Photograph
from dermograph.clinic.gallery.selectors import album, baseline
from dermograph.clinic.overview.course_records import Taken
from dermograph.clinic.overview.course_rows import rows_of
from dermograph.clinic.people.models import Course
from dermograph.clinic.treatment.chronicle_photographs import photograph_rows
from tests.clinic.overview.rows import day, noon, photographed

NOON = noon(day(0))
LOW, HIGH = uuid.UUID(int=1), uuid.UUID(int=2)


def compared(before: Photograph, after: Photograph, minutes: int = 0, **more: Any) -> Comparison:  # noqa: ANN401 (fields)
    """A comparison that was asked for, and done, so many minutes after noon."""
    at = NOON + dt.timedelta(minutes=minutes)
    outline = Outline.objects.create(
        clinic=before.clinic, photograph=before, shape={"lesion": [[1, 1], [5, 1], [5, 5]]}
    )
    values = {"stage": "done", "result": {"verdict": "improved", "measures": []}, **more}
    return Comparison.objects.create(
        clinic=before.clinic,
        course=before.course,
        before=before,
        after=after,
        outline=outline,
        written_at=at,
        done_at=at,
        **values,
    )


def taken_at_noon(course: Course, pk: uuid.UUID, on: dt.date) -> Photograph:
    """A photograph that was written down at the same instant as the others."""
    one = photographed(course, on)
    Photograph.objects.filter(pk=one.pk).update(id=pk, written_at=NOON)
    return Photograph.objects.get(pk=pk)


def line_of(course: Course) -> dict[uuid.UUID, Taken]:
    return {one.id: one for one in rows_of([course])[course.pk].photographs}


def test_the_line_speaks_of_no_comparison_with_a_photograph_that_is_the_baseline_no_more(course: Course) -> None:
    first, after = photographed(course, day(-90)), photographed(course, day(-10))
    made = compared(first, after)
    assert line_of(course)[after.pk].comparison == made.pk
    photographed(course, day(-120))
    assert facts.comparisons(course) == []
    seen = line_of(course)[after.pk]
    assert (seen.comparison, seen.stage, seen.verdict) == (None, "", "")


def test_the_line_speaks_of_the_comparison_with_todays_baseline_whatever_was_asked_for_later(course: Course) -> None:
    oldest, first, after = (photographed(course, day(ago)) for ago in (-120, -90, -10))
    right = compared(oldest, after)
    compared(first, after, minutes=5, result={"verdict": "worsened", "measures": []})
    assert facts.comparisons(course) == [right]
    seen = line_of(course)[after.pk]
    assert (seen.comparison, seen.verdict) == (right.pk, "improved")


@pytest.mark.parametrize("order", [(LOW, HIGH), (HIGH, LOW)])
def test_of_two_photographs_of_one_instant_every_part_takes_the_same_as_baseline(
    course: Course, order: tuple[uuid.UUID, uuid.UUID]
) -> None:
    low, high = sorted((taken_at_noon(course, pk, day(-60)) for pk in order), key=lambda one: one.pk)
    after = photographed(course, day(-10))
    made = compared(low, after)
    compared(high, after, minutes=5)
    assert baseline(course) == album(course).baseline == low
    assert facts.comparisons(course) == [made]
    assert next(iter(line_of(course))) == low.pk
    assert list(course.photographs.all()) == [low, high, after]
    assert [row.pk for row in photograph_rows(course) if row.kind == "photograph"] == [low.pk, high.pk, after.pk]


def test_two_follow_ups_of_one_day_come_in_the_order_of_the_gallery_whichever_was_measured_first(
    course: Course,
) -> None:
    first = photographed(course, day(-60))
    low, high = (taken_at_noon(course, pk, day(-10)) for pk in (LOW, HIGH))
    later, sooner = compared(first, low, minutes=9), compared(first, high)
    assert [visit.comparison for visit in album(course).visits] == [later, sooner]
    assert facts.comparisons(course) == [later, sooner]
