"""Where measuring again fails, the former figures of the same things stand again, at once and whoever asked."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone

from dermograph.clinic import facts
from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.gallery import leases, places, selectors
from dermograph.clinic.gallery.again import IN_VAIN, bring_back_all, measured_by_another
from dermograph.clinic.gallery.child import Died, Refused
from dermograph.clinic.gallery.comparing import METHOD
from dermograph.clinic.gallery.models import Comparison, Photograph, Stage
from dermograph.clinic.gallery.runner import work_once
from dermograph.clinic.gallery.services import ask_for_comparison, compare_what_is_not, correct_photograph
from dermograph.clinic.people.models import Course, Membership
from tests.clinic.conftest import signed_in
from tests.clinic.gallery.photos import DAY, Added, added, consent, judged, outlined, picture
from tests.clinic.gallery.test_queue import MEASURED, REPORTED, instead
from tests.clinic.locks import watched

__all__ = ["added", "consent"]
LATER = DAY + dt.timedelta(days=40)
TOO_DARK = {"en": "too dark", "es": "muy oscura"}
OLD: dict[str, Any] = {"measures": [], "verdict": "improved", "reason": None}
MARKS = {"before": [[10, 10], [90, 20], [30, 80], [99, 99]], "after": [[11, 10], [91, 20], [31, 80], [98, 97]]}


@pytest.fixture
def old(added: Added, practitioner: Membership, monkeypatch: pytest.MonkeyPatch) -> Comparison:
    """A comparison by the method before."""
    monkeypatch.setattr(places, "in_the_way", lambda: None)
    before = judged(added(picture(1)))
    judged(added(picture(2), LATER))
    outlined(before, practitioner)
    pictures = {"before": "b", "report_en": "r", "report_es": "r"}
    Comparison.objects.update(stage="done", result=OLD, method="compare/0", done_at=timezone.now(), pictures=pictures)
    return Comparison.objects.get()


def asked(old: Comparison, who: Membership, **given: Any) -> Comparison:  # noqa: ANN401 (what is compared)
    of = {"before": old.before, "after": old.after, "outline": old.outline, **given}
    return ask_for_comparison(course=old.course, who=who.user, **of)


def standing() -> Comparison:
    found: Comparison = Comparison.objects.standing().get()
    return found


def test_what_staff_ask_for_and_what_then_fails_gives_way_to_the_former_figures_at_once(
    old: Comparison, practitioner: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = asked(old, practitioner)
    instead(monkeypatch, Refused(TOO_DARK))
    assert work_once()
    now = standing()
    assert (now.supersedes, now.result, now.method, now.pictures) == (failed, OLD, "compare/0", old.pictures)
    assert [one.pk for one in facts.comparisons(old.course)] == [now.pk]
    [entry] = AuditEntry.objects.filter(action="comparison.brought_back")
    assert entry.details == {"failed": str(failed.pk), "method": "compare/0"}
    Comparison.objects.update(result=None)  # these figures are no whole result, as the page shows one
    page = signed_in(practitioner).get(reverse("comparison", args=[now.pk])).content.decode()
    assert "these are the former figures" in page
    assert "too dark" in page
    assert "Measure again" in page


def test_a_chain_of_failures_goes_down_to_the_last_figures(
    old: Comparison, practitioner: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        asked(old, practitioner)
        instead(monkeypatch, Refused(TOO_DARK))
        assert work_once()
    assert (standing().result, standing().correction_reason) == (OLD, IN_VAIN)
    assert Comparison.objects.filter(stage=Stage.FAILED).count() == 3


def test_a_failure_of_before_that_stands_is_healed_with_all_that_led_to_it(
    old: Comparison, practitioner: Membership
) -> None:
    first = asked(old, practitioner)
    Comparison.objects.filter(pk=first.pk).update(stage="failed", failure=TOO_DARK)
    second = asked(old, practitioner)
    Comparison.objects.filter(pk=second.pk).update(stage="failed", failure=TOO_DARK)
    assert bring_back_all() == 1
    assert (standing().supersedes, standing().result) == (second, OLD)
    assert bring_back_all() == 0


@pytest.mark.parametrize("while_it", ["waits", "has failed"])
def test_a_photograph_that_is_corrected_meanwhile_does_not_lose_the_former_figures(
    old: Comparison, practitioner: Membership, monkeypatch: pytest.MonkeyPatch, while_it: str
) -> None:
    asked(old, practitioner)
    instead(monkeypatch, Refused(TOO_DARK), Refused(TOO_DARK))
    if while_it == "has failed":
        assert work_once()
    correct_photograph(
        photograph=old.after, taken_on=LATER, reason="r", note="n", who=practitioner.user, entry=uuid.uuid4()
    )
    assert work_once() is (while_it == "waits")
    assert standing().result == OLD
    assert standing().after.stands
    assert [one.result for one in facts.comparisons(old.course)] == [OLD]


def test_three_deaths_bring_the_former_figures_back_too(
    old: Comparison, practitioner: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = asked(old, practitioner)
    instead(monkeypatch, *[Died("it ended")] * 3)
    for _ in range(leases.MOST_ATTEMPTS):
        assert work_once()
        Comparison.objects.filter(pk=new.pk).update(leased_until=None)
    assert standing().result == OLD


def test_a_worker_that_was_killed_for_the_last_time_brings_them_back_where_the_row_is_given_up(
    old: Comparison, practitioner: Membership
) -> None:
    new = asked(old, practitioner)
    Comparison.objects.filter(pk=new.pk).update(stage="running", attempt=leases.MOST_ATTEMPTS, leased_until=None)
    assert leases.take(Comparison) is None
    new.refresh_from_db()
    assert new.stage == Stage.FAILED
    assert standing().result == OLD


def test_figures_of_a_former_outline_or_of_former_landmarks_are_not_brought_back(
    old: Comparison, practitioner: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    clicked = asked(old, practitioner, landmarks=MARKS)
    instead(monkeypatch, Refused(TOO_DARK), Refused(TOO_DARK))
    assert work_once()
    assert standing() == clicked
    outlined(old.before, practitioner, {"lesion": [[50, 50], [110, 50], [110, 110]]})
    assert work_once()
    assert standing().stage == Stage.FAILED
    assert facts.comparisons(old.course) == []
    assert bring_back_all() == 0


def test_figures_of_a_photograph_that_was_taken_out_or_put_in_another_order_are_not_brought_back(
    old: Comparison, practitioner: Membership
) -> None:
    correct_photograph(
        photograph=old.after, taken_on=LATER, reason="r", who=practitioner.user, entry=uuid.uuid4(), withdrawn=True
    )
    assert standing().stage == Stage.FAILED
    assert bring_back_all() == 0
    assert facts.comparisons(old.course) == []


def test_what_the_method_of_today_cannot_measure_is_not_tried_again_by_itself_but_may_be_asked_for(
    old: Comparison, practitioner: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert measured_by_another().count() == 1
    asked(old, practitioner)
    instead(monkeypatch, Refused(TOO_DARK))
    assert work_once()
    assert not measured_by_another().exists()
    answer = signed_in(practitioner).post(reverse("comparison_again", args=[standing().pk]))
    assert answer.status_code == 302
    assert standing().stage == Stage.WAITING


def test_what_waited_for_a_disk_and_is_let_go_of_is_measured_by_who_comes_next(
    old: Comparison, practitioner: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = asked(old, practitioner)
    for _ in range(3):
        taken = leases.take(Comparison, new.pk)
        assert taken is not None
        leases.wait_for_place(taken, TOO_DARK)
        Comparison.objects.filter(pk=new.pk).update(leased_until=None)
    taken = leases.take(Comparison, new.pk)
    assert taken is not None
    leases.release(taken)
    instead(monkeypatch, (MEASURED, {"before": b"one"}), REPORTED)
    assert work_once()
    assert standing().result == MEASURED


def test_what_fails_locks_its_course_first_as_an_erasure_does(
    old: Comparison, practitioner: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = leases.take(Comparison, asked(old, practitioner).pk)
    assert taken is not None
    with watched(monkeypatch) as found:
        leases.fail(taken, TOO_DARK)
    assert [one[:2] for one in found if "gallery.Comparison" in one] == [["people.Course", "gallery.Comparison"]]
    assert standing().result == OLD


def test_what_a_disk_was_in_the_way_of_is_tried_again(
    old: Comparison, practitioner: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = asked(old, practitioner)
    taken = leases.take(Comparison, new.pk)
    assert taken is not None
    taken.rests = leases.MOST_ATTEMPTS_AT_A_PLACE - 1
    leases.wait_for_place(taken, TOO_DARK)
    assert standing().result == OLD
    assert measured_by_another().get() == standing()


def test_a_photograph_that_is_corrected_between_figures_and_report_still_gets_its_report(
    old: Comparison, practitioner: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    new = asked(old, practitioner)
    taken = leases.take(Comparison, new.pk)
    assert taken is not None
    assert leases.finish(taken, report=True, result=MEASURED, pictures={"before": "b"}, method=METHOD)
    correct_photograph(
        photograph=old.after, taken_on=LATER, reason="r", note="n", who=practitioner.user, entry=uuid.uuid4()
    )
    instead(monkeypatch, REPORTED)
    assert work_once()
    assert set(standing().pictures) == {"before", "report_en"}
    assert (standing().result, standing().leased_until) == (MEASURED, None)
    assert not work_once()


def test_figures_of_another_method_get_no_report_by_the_method_of_today(
    old: Comparison, monkeypatch: pytest.MonkeyPatch
) -> None:
    Comparison.objects.update(pictures={"before": "b"}, leased_until=timezone.now() - dt.timedelta(seconds=1))
    asked_for = instead(monkeypatch)
    assert work_once()
    assert not work_once()
    assert asked_for.headers == []
    assert standing().pictures == {"before": "b"}


def test_a_photograph_of_the_clinic_stays_the_baseline_and_one_from_home_never_is(
    added: Added, practitioner: Membership, course: Course
) -> None:
    first = judged(added(picture(1)))
    home = judged(added(picture(2), DAY))
    Photograph.objects.filter(pk=home.pk).update(from_home=True, written_by=None)
    home.refresh_from_db()
    outlined(first, practitioner)
    corrected = correct_photograph(
        photograph=first, taken_on=DAY, reason="r", note="n", who=practitioner.user, entry=uuid.uuid4()
    )
    assert selectors.baseline(course) == corrected, "also where its entry is now the later one of the two"
    assert selectors.album(course).baseline == corrected
    again = correct_photograph(
        photograph=home, taken_on=DAY, reason="r", note="n", who=practitioner.user, entry=uuid.uuid4()
    )
    assert again.from_home, "a correction changes nothing of where it comes from"
    correct_photograph(
        photograph=corrected, taken_on=DAY, reason="r", who=practitioner.user, entry=uuid.uuid4(), withdrawn=True
    )
    assert selectors.baseline(course) is None
    assert selectors.album(course).baseline is None
    assert compare_what_is_not(course, who=None) == []
    client = signed_in(practitioner)
    page = client.get(reverse("gallery", args=[course.pk])).content.decode()
    assert "There is no baseline" in page
    assert "from home" in page
    for name, pk in (("measures", course.pk), ("course", course.pk), ("photograph", again.pk)):
        assert client.get(reverse(name, args=[pk])).status_code == 200
