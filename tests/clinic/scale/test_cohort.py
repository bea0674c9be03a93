"""Measuring a cohort again: what is taken, what is kept, where it goes on, and what it says has changed."""

from __future__ import annotations

import datetime as dt
import threading
from typing import Any

import pytest
from django.utils import timezone

from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.gallery import leases, tasks
from dermograph.clinic.gallery.again import IN_VAIN, ask_again, bring_back, measured_by_another
from dermograph.clinic.gallery.child import Refused
from dermograph.clinic.gallery.comparing import AGAIN, BY_ANOTHER_METHOD, METHOD, ask_for_comparison
from dermograph.clinic.gallery.models import Comparison, Photograph, Stage, Work
from dermograph.clinic.gallery.services import compare_what_is_not
from dermograph.clinic.people.models import Course, Membership, Patient
from dermograph.clinic.scale.changes import changes
from dermograph.clinic.scale.cohort import Run, Wanted, counts, measure_again, method_number
from dermograph.core.errors import InputError
from dermograph.core.text import Text
from tests.clinic.gallery.photos import DAY, Added, added, consent, judged, outlined, picture

__all__ = ["added", "consent"]


def answer(contrast: float, verdict: str = "improved", u: float = 0.2) -> dict[str, Any]:
    """What the process that measures says."""
    change = {"value": contrast, "u": u, "verdict": verdict}
    measure = {"name": "contrast", "unit": "delta_e00", "before": None, "after": None, "change": change}
    return {"measures": [measure], "verdict": verdict, "reason": None}


class Measuring:
    """In place of the process that measures: answers as it is told, and counts how often it was asked."""

    def __init__(self, contrast: float = -2.0, verdict: str = "improved") -> None:
        self.said: Any = answer(contrast, verdict)
        self.asked = 0
        self.stopped = 0

    def stop(self) -> None:
        self.stopped += 1

    def ask(self, header: dict[str, Any], files: list[bytes], alive: Any, longest_s: float) -> Any:  # noqa: ANN401, ARG002 (what the child takes)
        alive("measure", 0.5)
        if header["what"] == "report":
            return {}, {"report_en": b"<p>", "report_es": b"<p>"}
        self.asked += 1
        if isinstance(self.said, Exception):
            raise self.said
        return self.said, {"before": b"1", "after": b"2"}


@pytest.fixture
def measuring(monkeypatch: pytest.MonkeyPatch) -> Measuring:
    made = Measuring()
    monkeypatch.setattr(tasks, "child", made)
    monkeypatch.setattr("dermograph.clinic.scale.deferring.is_possible", lambda: False)
    return made


@pytest.fixture
def three(added: Added, practitioner: Membership, measuring: Measuring) -> list[Comparison]:
    """Three follow-ups that the method before measured."""
    first = judged(added())
    outlined(first, practitioner)
    for visit in range(1, 4):
        judged(added(picture(visit), DAY + dt.timedelta(days=30 * visit)))
    compare_what_is_not(first.course, who=None)
    while tasks.work_once():
        pass
    Comparison.objects.update(method="compare/0")
    measuring.asked = 0
    return list(Comparison.objects.order_by("after__taken_on"))


def run(wanted: Wanted | None = None, **given: Any) -> Run:  # noqa: ANN401 (of measure_again)
    return measure_again(wanted or Wanted(), threading.Event(), **given)


def test_every_comparison_is_measured_anew_and_the_old_one_is_kept(
    three: list[Comparison], measuring: Measuring
) -> None:
    measuring.said = answer(-1.0)
    done = run()
    assert (done.total, done.done, done.failed, done.left) == (3, 3, 0, 0)
    assert measuring.asked == 3
    new = list(Comparison.objects.standing())
    assert {one.supersedes for one in new} == set(three)
    assert {(one.method, one.correction_reason) for one in new} == {(METHOD, BY_ANOTHER_METHOD)}
    for old in three:
        old.refresh_from_db()
        assert (old.stage, old.method, old.result) == (Stage.DONE, "compare/0", answer(-2.0))
        assert old.pictures.keys() == {"before", "after", "report_en", "report_es"}
    assert measured_by_another().count() == 0
    assert measuring.stopped == 1, "no process is left behind"


def test_it_goes_on_where_it_was_stopped_and_measures_nothing_twice(
    three: list[Comparison], measuring: Measuring
) -> None:
    assert run(most=1).done == 1
    assert measured_by_another().count() == 2
    stop = threading.Event()
    stopped = measure_again(Wanted(), stop, tell=lambda at: stop.set() if at.done else None)
    assert stopped.done >= 1
    run()
    assert measuring.asked == 3
    assert Comparison.objects.filter(method=METHOD).count() == 3
    assert run().total == 0


def test_what_was_asked_for_and_not_measured_is_finished_first(three: list[Comparison], measuring: Measuring) -> None:
    ask_again(three[0])
    done = run()
    assert (done.total, done.done) == (3, 3)
    assert measuring.asked == 3


def test_where_it_fails_the_former_figures_stand_and_it_ends(three: list[Comparison], measuring: Measuring) -> None:
    measuring.said = Refused({"en": "too dark", "es": "muy oscura"})
    done = run()
    assert (done.done, done.failed) == (0, 3)
    standing = list(Comparison.objects.standing())
    assert [one.result for one in standing] == [answer(-2.0)] * 3
    assert {(one.method, one.correction_reason) for one in standing} == {("compare/0", IN_VAIN)}
    assert (done.reason, done.gave_up) == (Text("too dark", "muy oscura"), False)
    assert AuditEntry.objects.filter(action="comparison.brought_back").count() == 3
    assert measuring.asked == 3, "what cannot be measured is not tried again in the same run"
    assert run().total == 0, "nor in the next one"
    assert Comparison.objects.count() == 9


def test_a_failure_that_somebody_has_gone_on_from_is_left_to_them(
    three: list[Comparison], measuring: Measuring
) -> None:
    failed = ask_again(three[0])
    Comparison.objects.filter(pk=failed.pk).update(stage=Stage.FAILED)
    failed.refresh_from_db()
    course = failed.course
    theirs = ask_for_comparison(
        course=course, before=failed.before, after=failed.after, outline=failed.outline, who=None
    )
    assert theirs.correction_reason == AGAIN
    assert bring_back(failed) is None
    Comparison.objects.filter(pk=theirs.pk).update(stage=Stage.FAILED)
    assert bring_back(failed) is None
    theirs.refresh_from_db()
    Comparison.objects.filter(pk=theirs.pk).update(stage=Stage.WAITING)
    assert Comparison.objects.standing().filter(after=failed.after).get() == theirs


def test_blocked_records_and_entries_that_stand_for_nothing_are_left_alone(
    three: list[Comparison], patient: Patient
) -> None:
    Photograph.objects.filter(pk=three[0].after_id).update(withdrawn=True)
    assert Wanted().rows().count() == 2
    Patient.objects.filter(pk=patient.pk).update(restricted_at=timezone.now())
    assert Wanted().rows().count() == 0


def test_only_methods_before_the_named_one_and_only_the_named_clinic_are_taken(three: list[Comparison]) -> None:
    Comparison.objects.filter(pk=three[0].pk).update(method="compare/10")
    assert counts(Wanted()) == [("Clínica Aurora", "compare/0", 2), ("Clínica Aurora", "compare/10", 1)]
    assert counts(Wanted(older_than=method_number("compare/9"))) == [("Clínica Aurora", "compare/0", 2)]
    assert counts(Wanted(older_than=method_number("11"))) == counts(Wanted())
    other = type(three[0].clinic).objects.create(name="Otra", slug="otra", time_zone="Europe/Madrid")
    assert counts(Wanted(clinic=other)) == []
    with pytest.raises(InputError, match="is no method"):
        method_number("the old one")


def test_the_patient_that_is_erased_meanwhile_does_not_hold_it_up(
    three: list[Comparison], monkeypatch: pytest.MonkeyPatch
) -> None:
    def erased(*_: object) -> bool:
        Comparison.objects.standing().filter(stage=Stage.WAITING)._raw_delete("default")  # noqa: SLF001 (as an erasure does)
        return False

    monkeypatch.setattr(tasks, "work_on", erased)
    done = run(most=2)
    assert (done.done, done.left) == (0, 2)


def test_it_is_told_in_the_audit_trail_of_the_clinic(three: list[Comparison]) -> None:
    run()
    found = AuditEntry.objects.filter(action__startswith="comparisons.").order_by("number")
    assert [(one.action, one.details) for one in found] == [
        ("comparisons.measuring_again", {"method": METHOD, "n": 3}),
        ("comparisons.measured_again", {"method": METHOD, "n": 3}),
    ]


def test_it_says_which_verdicts_differ_and_how_far_figures_moved_against_their_error(
    three: list[Comparison], measuring: Measuring
) -> None:
    run(most=1)
    measuring.said = answer(-1.4, "no_detectable_change")
    run()
    found = changes()
    assert (found.compared, found.other_verdicts) == (3, 2)
    contrast = found.measures["contrast"].to_json()
    assert contrast["both"] == 3
    assert contrast["largest"] == pytest.approx(0.6)
    assert contrast["largest_over_u"] == pytest.approx(3.0)
    assert contrast["median"] == pytest.approx(0.6)


def test_a_figure_that_only_one_of_the_methods_gives_is_told_and_not_compared(
    three: list[Comparison], measuring: Measuring
) -> None:
    measuring.said = {"measures": [], "verdict": "not_comparable", "reason": {"en": "x", "es": "x"}}
    run()
    moved = changes().measures["contrast"]
    assert (moved.both, moved.gone, moved.appeared, moved.to_json()["largest"]) == (0, 3, 0, None)


def test_how_far_it_is_says_a_rate_and_the_time_that_is_left() -> None:
    nothing, half = Run(total=10), Run(total=10, done=4, failed=1, seconds=30.0)
    assert nothing.seconds_left is None
    assert (half.a_minute, half.seconds_left) == (8.0, 37.5), "what failed was not measured"


def test_new_work_is_announced_in_its_transaction_and_finished_work_is_not(
    added: Added, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[Work] = []
    monkeypatch.setattr(leases, "announcers", [told.append])
    photograph = added()
    assert told == [photograph]
    done = judged(photograph)
    leases.announce(done)
    assert told == [photograph]


def test_a_row_is_looked_at_again_until_nothing_is_left_to_do_for_it(added: Added, course: Course) -> None:
    row = added()
    assert leases.nobodys(Photograph, 10) == [row.pk]
    assert leases.next_look(Photograph, row.pk) is not None
    taken = leases.take(Photograph, row.pk)
    assert taken is not None
    assert leases.nobodys(Photograph, 10) == []
    assert leases.next_look(Photograph, row.pk) == taken.leased_until
    assert leases.take(Photograph, row.pk) is None
    leases.finish(taken, usable=True)
    assert leases.next_look(Photograph, row.pk) is None


def test_a_comparison_by_a_former_outline_is_not_brought_back_to_life(
    three: list[Comparison], practitioner: Membership
) -> None:
    outlined(three[0].before, practitioner)
    compare_what_is_not(three[0].course, who=None)
    while tasks.work_once():
        pass
    newer = Comparison.objects.exclude(pk__in=[one.pk for one in three])
    assert set(Comparison.objects.standing()) == set(newer)
    assert not measured_by_another().exists()
    assert changes().compared == 0, "another outline says nothing of the method"
    newer.update(method="compare/0")
    assert set(measured_by_another()) == set(newer)
    assert len(newer) == len(three)
