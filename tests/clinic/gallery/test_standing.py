"""What is compared stands: what was taken out, replaced or put in another order gives no figure."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from typing import Any

import pytest
from django.urls import reverse

from dermograph.clinic import facts
from dermograph.clinic.gallery import selectors, tasks
from dermograph.clinic.gallery.comparing import GONE, REPLACED
from dermograph.clinic.gallery.models import Comparison, Photograph, Stage
from dermograph.clinic.gallery.runner import work_once
from dermograph.clinic.gallery.services import ask_for_comparison, correct_photograph, draw_outline
from dermograph.clinic.gallery.words import next_action
from dermograph.clinic.people.models import Course, Membership
from dermograph.core.errors import InputError
from tests.clinic.conftest import signed_in
from tests.clinic.gallery.photos import DAY, Added, added, consent, judged, outlined, picture
from tests.clinic.gallery.test_queue import JUDGED, instead, lease_runs_out

__all__ = ["added", "consent"]
LATER = DAY + dt.timedelta(days=40)
MARKS = {"before": [[10, 10], [90, 20], [30, 80], [99, 99]], "after": [[11, 10], [91, 20], [31, 80], [98, 97]]}


def contrast(before: float, after: float) -> dict[str, Any]:
    sides = {"before": {"value": before, "u": 0.3}, "after": {"value": after, "u": 0.3}}
    return {"measures": [{"name": "contrast", **sides}], "verdict": "improved", "reason": None}


@pytest.fixture
def made(added: Added, practitioner: Membership) -> Comparison:
    """A comparison that is done."""
    before = judged(added(picture(1)))
    judged(added(picture(2), LATER))
    outlined(before, practitioner)
    Comparison.objects.update(stage="done", result=contrast(9, 5), method="compare/1")
    return Comparison.objects.get()


def corrected(photograph: Photograph, who: Membership, on: dt.date | None = None, **given: Any) -> Photograph:  # noqa: ANN401 (fields as a test gives them)
    return correct_photograph(
        photograph=photograph, taken_on=on or photograph.taken_on, reason="r", who=who.user, entry=uuid.uuid4(), **given
    )


def asked_again(made: Comparison, who: Membership) -> Any:  # noqa: ANN401 (of the test client)
    return signed_in(who).post(reverse("comparison_again", args=[made.pk]))


@pytest.mark.parametrize("side", ["before", "after"])
@pytest.mark.parametrize("withdrawn", [True, False])
def test_a_photograph_that_does_not_stand_is_not_compared(
    made: Comparison, practitioner: Membership, course: Course, side: str, *, withdrawn: bool
) -> None:
    corrected(getattr(made, side), practitioner, withdrawn=withdrawn)
    count = Comparison.objects.count()
    with pytest.raises(InputError, match="corrected or taken out") as refused:
        ask_for_comparison(
            course=course,
            before=made.before,
            after=made.after,
            outline=made.outline,
            landmarks=MARKS,
            who=practitioner.user,
        )
    assert refused.value.what == GONE
    assert Comparison.objects.count() == count


def test_a_comparison_that_was_replaced_is_neither_measured_again_nor_given_landmarks(
    made: Comparison, practitioner: Membership, course: Course
) -> None:
    corrected(made.after, practitioner, withdrawn=True)
    answer = asked_again(made, practitioner)
    assert answer.status_code == 400
    assert REPLACED.en in answer.content.decode()
    form = {"entry": str(uuid.uuid4()), "landmarks": json.dumps(MARKS)}
    answer = signed_in(practitioner).post(reverse("landmarks", args=[made.pk]), form)
    assert answer.status_code == 422
    assert REPLACED.en in answer.content.decode()
    assert Comparison.objects.count() == 2
    assert facts.comparisons(course) == []


def test_what_cannot_follow_a_photograph_that_was_taken_out_is_not_asked_for_again(
    made: Comparison, practitioner: Membership
) -> None:
    corrected(made.after, practitioner, withdrawn=True)
    answer = asked_again(Comparison.objects.get(supersedes=made), practitioner)
    assert answer.status_code == 400
    assert Comparison.objects.count() == 2


def test_figures_of_entries_that_do_not_stand_are_no_facts(made: Comparison, course: Course) -> None:
    assert facts.comparisons(course) == [made]
    Photograph.objects.filter(pk=made.after_id).update(withdrawn=True)
    assert facts.comparisons(course) == []


def test_an_older_method_is_measured_again_also_where_its_id_is_settled(
    made: Comparison, practitioner: Membership
) -> None:
    Comparison.objects.update(method="compare/0")
    assert asked_again(made, practitioner).status_code == 302
    assert [one.stage for one in Comparison.objects.order_by("written_at")] == [Stage.DONE, Stage.WAITING]


def test_a_form_of_another_courses_outline_is_told_so(made: Comparison, added: Added, practitioner: Membership) -> None:
    other = Course.objects.create(
        clinic=made.clinic, patient=made.course.patient, area=made.course.area, treatment="scalp"
    )
    Photograph.objects.filter(pk=made.before_id).update(course=other)
    photograph = judged(added(picture(3)))
    with pytest.raises(InputError, match="used already"):
        draw_outline(photograph=photograph, shape=made.outline.shape, who=practitioner.user, entry=made.outline.pk)


def test_a_baseline_whose_day_is_put_after_its_follow_up_gives_no_figure(
    made: Comparison, practitioner: Membership, course: Course
) -> None:
    corrected(made.before, practitioner, LATER + dt.timedelta(days=9))
    assert selectors.baseline(course) == made.after
    assert facts.comparisons(course) == []
    assert facts.case_of(course, facts.today(course)).areas[0].measurements == ()
    [ended] = Comparison.objects.all().standing()
    assert (ended.supersedes, ended.stage, ended.result) == (made, Stage.FAILED, None)
    assert "day of one of its photographs" in ended.failure["en"]
    assert not work_once()


def test_a_day_that_is_put_back_in_order_is_compared_anew(
    made: Comparison, practitioner: Membership, course: Course
) -> None:
    wrong = corrected(made.before, practitioner, LATER + dt.timedelta(days=9))
    right = corrected(wrong, practitioner, DAY)
    [visit] = selectors.visits(course)
    assert visit.comparison is not None
    assert (visit.comparison.before, visit.comparison.stage) == (right, Stage.WAITING)


def test_an_older_photograph_that_comes_later_leaves_no_figure_of_the_former_baseline(
    made: Comparison, added: Added, practitioner: Membership, course: Course
) -> None:
    first = judged(added(picture(3), DAY - dt.timedelta(days=5)))
    assert selectors.baseline(course) == first
    assert facts.comparisons(course) == []
    outlined(first, practitioner)
    Comparison.objects.filter(before=first, after=made.after).update(stage="done", result=contrast(8, 5))
    assert {one.before for one in facts.comparisons(course)} == {first}
    [was, now] = facts.case_of(course, facts.today(course)).areas[0].measurements
    assert (was.on, now.on) == (first.taken_on, LATER)


def test_a_photograph_is_not_judged_without_its_comparison_being_asked_for(
    added: Added, practitioner: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    outlined(judged(added(picture(1))), practitioner)
    after = added(picture(2), LATER)

    def away(*_: object, **__: object) -> list[Comparison]:
        raise ConnectionError

    instead(monkeypatch, (JUDGED, {}), (JUDGED, {}))
    with monkeypatch.context() as patched:
        patched.setattr(tasks, "compare_what_is_not", away)
        assert work_once()
    after.refresh_from_db()
    assert (after.stage, after.usable) == (Stage.WAITING, None)
    lease_runs_out(after)
    assert work_once()
    assert Comparison.objects.get().after == after


def test_a_usable_follow_up_without_a_comparison_is_not_called_unusable(
    added: Added, practitioner: Membership, course: Course
) -> None:
    before = judged(added(picture(1)))
    outlined(before, practitioner)
    after = judged(added(picture(2), LATER))
    action = next_action(course, selectors.album(course), consented=True)
    assert "can be measured" in action.says.en
    assert action.url == reverse("outline", args=[before.pk])
    Photograph.objects.filter(pk=after.pk).update(usable=False)
    assert "cannot be measured" in next_action(course, selectors.album(course), consented=True).says.en


def test_landmarks_that_are_refused_do_not_keep_an_outline_from_being_drawn(
    made: Comparison, practitioner: Membership
) -> None:
    Comparison.objects.update(landmarks={"before": [[1, 1], [1, 1]], "after": [[9999, 1], [1, 1]]})
    second = outlined(made.before, practitioner, {"lesion": [[50, 50], [100, 50], [100, 110]]})
    assert Comparison.objects.get(outline=second).landmarks == {}
