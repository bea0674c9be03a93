"""Of two photographs one comparison stands: by the last outline and the last landmarks, and every page takes it."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.apps import apps
from django.utils import timezone

from dermograph.clinic import facts
from dermograph.clinic.gallery import leases, selectors
from dermograph.clinic.gallery.comparing import BY_ANOTHER_OUTLINE, BY_OTHER_LANDMARKS, DRAWN_SINCE, METHOD
from dermograph.clinic.gallery.models import Comparison, Outline, Photograph, Stage
from dermograph.clinic.gallery.services import ask_for_comparison, compare_what_is_not
from dermograph.clinic.overview.course_rows import rows_of
from dermograph.clinic.people.models import Course, Membership
from dermograph.clinic.portal.own_photographs import comparison_of
from dermograph.core.errors import InputError
from tests.clinic.gallery.photos import DAY, Added, added, consent, judged, outlined, picture

__all__ = ["added", "consent"]
LATER = DAY + dt.timedelta(days=40)
MARKS = {"before": [[10, 10], [90, 20], [30, 80], [99, 99]], "after": [[11, 10], [91, 20], [31, 80], [98, 97]]}
SMALLER = {"lesion": [[50, 50], [110, 50], [110, 110], [50, 110]]}


def result(after: float) -> dict[str, Any]:
    sides = {"before": {"value": 9.0, "u": 0.3}, "after": {"value": after, "u": 0.3}}
    return {"measures": [{"name": "contrast", **sides}], "verdict": "improved", "reason": None}


@pytest.fixture
def first(added: Added, practitioner: Membership) -> Comparison:
    """A comparison by the first outline, done."""
    before = judged(added(picture(1)))
    judged(added(picture(2), LATER))
    outlined(before, practitioner)
    Comparison.objects.update(stage="done", result=result(5), method=METHOD, done_at=timezone.now())
    return Comparison.objects.get()


def asked(like: Comparison, who: Membership, **given: Any) -> Comparison:  # noqa: ANN401 (what is compared)
    of = {"outline": selectors.current_outline(like.before), **given}
    return ask_for_comparison(course=like.course, before=like.before, after=like.after, who=who.user, **of)


def every_page_says(course: Course) -> set[uuid.UUID]:
    """What the gallery, a review, the page of the course and the patient's own page take for the latest."""
    [visit] = selectors.visits(course)
    [fact] = facts.comparisons(course)
    taken = rows_of([course])[course.pk].photographs[-1]
    own = comparison_of(visit.photograph)
    latest = selectors.latest_comparison(course)
    assert visit.comparison is not None
    assert taken.comparison is not None
    assert own is not None
    assert latest is not None
    return {visit.comparison.pk, fact.pk, taken.comparison, own.pk, latest.pk}


def test_a_comparison_by_a_new_outline_takes_the_place_of_the_former(
    first: Comparison, practitioner: Membership
) -> None:
    second = outlined(first.before, practitioner, SMALLER)
    new = Comparison.objects.standing().get()
    assert (new.supersedes, new.outline, new.correction_reason) == (first, second, BY_ANOTHER_OUTLINE)
    assert facts.comparisons(first.course) == [], "figures of an outline that was thrown away are no facts"


def test_a_comparison_by_new_landmarks_takes_the_place_of_the_former_and_may_be_taken_back(
    first: Comparison, practitioner: Membership
) -> None:
    new = asked(first, practitioner, landmarks=MARKS)
    assert Comparison.objects.standing().get() == new
    assert (new.supersedes, new.correction_reason) == (first, BY_OTHER_LANDMARKS)
    assert asked(first, practitioner, landmarks=MARKS) == new, "the same is asked for once"
    back = asked(first, practitioner)
    assert (back.supersedes, back.landmarks, back.stage) == (new, {}, Stage.WAITING)
    assert Comparison.objects.standing().get() == back


def test_an_outline_that_was_drawn_again_is_not_compared_any_more(first: Comparison, practitioner: Membership) -> None:
    outlined(first.before, practitioner, SMALLER)
    with pytest.raises(InputError) as refused:
        asked(first, practitioner, outline=first.outline)
    assert refused.value.what == DRAWN_SINCE
    assert Comparison.objects.count() == 2


def test_two_workers_that_end_in_the_other_order_leave_the_last_outline_as_the_latest(
    first: Comparison, practitioner: Membership
) -> None:
    former = asked(first, practitioner, landmarks=MARKS)
    one = leases.take(Comparison, former.pk)
    outlined(first.before, practitioner, SMALLER)
    new = Comparison.objects.standing().get()
    other = leases.take(Comparison, new.pk)
    assert one is not None
    assert other is not None
    assert leases.finish(other, result=result(4), method=METHOD)
    leases.finish(one, result=result(8), method=METHOD)
    assert every_page_says(first.course) == {new.pk}
    assert [one.result for one in facts.comparisons(first.course)] == [result(4)]


def beside(first: Comparison, **fields: Any) -> Comparison:  # noqa: ANN401 (of a comparison)
    """Another one of the same photographs and outline that is done, written as no service would."""
    same = {name: getattr(first, name) for name in ("clinic", "course", "before", "after", "outline")}
    return Comparison.objects.create(**same, stage="done", **fields)


def test_every_page_takes_the_same_one_also_where_two_stand_that_ended_in_the_other_order(
    first: Comparison,
) -> None:
    ended = timezone.now() - dt.timedelta(hours=1)
    later = beside(first, result=result(4), method=METHOD, done_at=ended)
    assert every_page_says(first.course) == {later.pk}


def test_the_latest_of_a_course_is_that_of_its_latest_follow_up(
    first: Comparison, added: Added, course: Course
) -> None:
    assert selectors.latest_comparison(course) == first
    judged(added(picture(3), LATER - dt.timedelta(days=10)))
    compare_what_is_not(course, who=None)
    assert selectors.latest_comparison(course) == first, "one of an earlier day that was asked for later is not"


def old_database(first: Comparison, practitioner: Membership) -> tuple[Comparison, Comparison]:
    """As former versions left it: by the first outline measured again, and by the second one, both standing."""
    outlined(first.before, practitioner, SMALLER)
    second = Comparison.objects.standing().get()
    Comparison.objects.filter(pk=second.pk).update(
        supersedes=None, correction_reason="", stage="done", result=result(4)
    )
    again = beside(first, result=result(8), supersedes=first)
    second.refresh_from_db()
    return second, again


def migration() -> Any:  # noqa: ANN401 (a module whose name no import can say)
    import importlib

    return importlib.import_module("dermograph.clinic.gallery.migrations.0004_one_comparison_of_two_photographs")


def test_a_database_of_before_lets_the_last_outline_stand_whatever_was_written_last(
    first: Comparison, practitioner: Membership
) -> None:
    second, again = old_database(first, practitioner)
    assert every_page_says(first.course) == {again.pk}, "the defect"
    migration().let_one_stand(apps, None)
    assert every_page_says(first.course) == {second.pk}
    second.refresh_from_db()
    assert second.supersedes == again
    assert second.correction_reason
    count = Comparison.objects.count()
    migration().let_one_stand(apps, None)
    assert (Comparison.objects.count(), Comparison.objects.standing().get()) == (count, second)


def test_a_database_of_before_keeps_the_landmarks_that_were_clicked_last(first: Comparison) -> None:
    clicked = Comparison.objects.create(
        clinic=first.clinic,
        course=first.course,
        before=first.before,
        after=first.after,
        outline=first.outline,
        landmarks=MARKS,
        stage="done",
        result=result(3),
    )
    again = beside(first, result=result(8), supersedes=first)
    migration().let_one_stand(apps, None)
    clicked.refresh_from_db()
    assert Comparison.objects.standing().get() == clicked
    assert clicked.supersedes == again


def test_a_database_of_before_learns_what_came_from_home_also_where_it_was_corrected(
    first: Comparison, added: Added, practitioner: Membership
) -> None:
    sent = added(picture(5), LATER)
    Photograph.objects.filter(pk=sent.pk).update(written_by=None, correction_reason="at home")
    copy = {field.attname: getattr(sent, field.attname) for field in Photograph._meta.concrete_fields}  # noqa: SLF001 (Django's name)
    corrected = Photograph.objects.create(
        **copy | {"id": uuid.uuid4(), "supersedes_id": sent.pk, "written_by_id": practitioner.user.pk}
    )
    migration().say_what_comes_from_home(apps, None)
    assert set(Photograph.objects.filter(from_home=True)) == {sent, corrected}
    assert Outline.objects.count() == 1
