"""The queue: taken once, renewed while it goes on, taken over when its lease ran out, given up after three times."""

from __future__ import annotations

import datetime as dt
import threading
import time
import uuid
from typing import Any

import pytest
from django.db import OperationalError, connections
from django.utils import timezone

from dermograph.clinic.gallery import leases, tasks
from dermograph.clinic.gallery.child import Died, Refused
from dermograph.clinic.gallery.models import Comparison, Photograph, Stage
from dermograph.clinic.gallery.runner import work_once
from dermograph.clinic.people.models import Course, Membership
from tests.clinic.gallery.photos import DAY, Added, added, consent, judged, outlined, picture

__all__ = ["added", "consent"]
JUDGED = {"findings": {"quality": [], "card": {"found": False}, "colour": {"calibrated": False}}, "usable": True}
REPORTED: tuple[dict[str, Any], dict[str, bytes]] = ({}, {"report_en": b"three"})
MEASURED: dict[str, Any] = {"measures": [], "verdict": "no_detectable_change", "reason": None}


def lease_runs_out(row: Photograph) -> None:
    Photograph.objects.filter(pk=row.pk).update(leased_until=timezone.now() - dt.timedelta(seconds=1))


def test_work_is_taken_by_one(added: Added) -> None:
    row = added()
    taken = leases.take(Photograph)
    assert taken == row
    assert (taken.stage, taken.attempt) == (Stage.RUNNING, 1)
    assert leases.take(Photograph) is None


def test_two_runners_that_saw_the_same_row_do_not_both_get_it(added: Added, monkeypatch: pytest.MonkeyPatch) -> None:
    added()
    got: list[Photograph | None] = []
    real = timezone.now

    def meanwhile() -> dt.datetime:
        monkeypatch.setattr(timezone, "now", real)
        got.append(leases.take(Photograph))
        return real()

    monkeypatch.setattr(timezone, "now", meanwhile)
    got.append(leases.take(Photograph))
    assert sum(one is not None for one in got) == 1


@pytest.mark.django_db(transaction=True)
def test_many_runners_at_once_take_each_work_once(added: Added) -> None:
    rows = {added(picture(number)).pk for number in range(5)}
    got: list[Any] = []
    start = threading.Barrier(8)

    def run() -> None:
        start.wait()
        try:
            while True:
                try:
                    row = leases.take(Photograph)
                except OperationalError:  # a database in memory does not wait for its locks
                    time.sleep(0.01)
                    continue
                if row is None:
                    return
                got.append(row.pk)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(8)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert sorted(map(str, got)) == sorted(map(str, rows))


def test_whoever_lost_the_lease_can_write_nothing(added: Added) -> None:
    added()
    first = leases.take(Photograph)
    assert first is not None
    lease_runs_out(first)
    second = leases.take(Photograph)
    assert second is not None
    assert second.attempt == 2
    assert leases.renew(first, "read", 0.5) is False
    assert leases.finish(first, usable=False) is False
    leases.fail(first, {"en": "x", "es": "x"})
    assert leases.finish(second, usable=True) is True
    assert leases.finish(second, usable=False) is False
    row = Photograph.objects.get()
    assert (row.stage, row.usable) == (Stage.DONE, True)


def test_a_lease_that_is_renewed_is_not_taken(added: Added) -> None:
    added()
    row = leases.take(Photograph)
    assert row is not None
    lease_runs_out(row)
    assert leases.renew(row, "read", 0.3)
    assert leases.take(Photograph) is None
    assert Photograph.objects.get().progress == 0.3


def test_after_three_attempts_that_never_ended_it_has_failed_in_words(added: Added) -> None:
    added()
    for attempt in (1, 2, 3):
        row = leases.take(Photograph)
        assert row is not None
        assert row.attempt == attempt
        lease_runs_out(row)
    assert leases.take(Photograph) is None
    failed = Photograph.objects.get()
    assert failed.stage == Stage.FAILED
    assert "three times" in failed.failure["en"]
    assert "tres veces" in failed.failure["es"]


def test_a_photograph_that_was_corrected_meanwhile_is_not_worked_at(added: Added, practitioner: Membership) -> None:
    from dermograph.clinic.gallery.services import correct_photograph

    old = added()
    new = correct_photograph(photograph=old, taken_on=DAY, reason="r", who=practitioner.user, entry=uuid.uuid4())
    assert leases.take(Photograph) == new
    assert leases.take(Photograph) is None


class Asked:
    """In place of the process that measures: answers, or fails, as it is told."""

    def __init__(self, *answers: Any) -> None:  # noqa: ANN401 (fields as a test gives them)
        self.answers = list(answers)
        self.headers: list[dict[str, Any]] = []

    def ask(self, header: dict[str, Any], files: list[bytes], alive: Any, longest_s: float) -> Any:  # noqa: ANN401, ARG002 (what the child takes)
        self.headers.append(header)
        alive("read", 0.1)
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def instead(monkeypatch: pytest.MonkeyPatch, *answers: Any) -> Asked:  # noqa: ANN401 (fields as a test gives them)
    asked = Asked(*answers)
    monkeypatch.setattr(tasks, "child", asked)
    return asked


def test_a_follow_up_that_is_judged_usable_is_compared_by_itself(
    added: Added, practitioner: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = judged(added(picture(1)))
    outlined(before, practitioner)
    after = added(picture(2), DAY + dt.timedelta(days=40))
    instead(monkeypatch, (JUDGED, {}), (MEASURED, {"before": b"one", "heat": b"two"}), REPORTED)
    assert work_once()
    [made] = Comparison.objects.all()
    assert (made.before, made.after, made.written_by, made.stage) == (before, after, None, Stage.WAITING)
    assert work_once()
    made.refresh_from_db()
    assert (made.stage, made.result, made.method) == (Stage.DONE, MEASURED, "compare/1")
    assert set(made.pictures) == {"before", "heat", "report_en"}
    assert made.leased_until is None
    assert not work_once()


def test_what_cannot_be_used_fails_at_once_with_its_words(added: Added, monkeypatch: pytest.MonkeyPatch) -> None:
    added()
    instead(monkeypatch, Refused({"en": "It is no skin.", "es": "No es piel."}))
    assert work_once()
    row = Photograph.objects.get()
    assert (row.stage, row.attempt) == (Stage.FAILED, 1)
    assert row.failure == {"en": "It is no skin.", "es": "No es piel."}
    assert not work_once()


def test_a_process_that_dies_is_tried_three_times_with_a_rest_between(
    added: Added, monkeypatch: pytest.MonkeyPatch
) -> None:
    added()
    asked = instead(monkeypatch, *[Died("it ended")] * 3)
    for attempt in (1, 2, 3):
        assert work_once()
        row = Photograph.objects.get()
        assert row.attempt == attempt
        assert not work_once()
        lease_runs_out(row)
    assert len(asked.headers) == 3
    assert Photograph.objects.get().stage == Stage.FAILED


def test_work_that_is_broken_off_on_purpose_costs_no_attempt(added: Added, monkeypatch: pytest.MonkeyPatch) -> None:
    added()
    stop = threading.Event()
    stop.set()
    instead(monkeypatch, Died("it was given up"))
    assert work_once(stop)
    row = Photograph.objects.get()
    assert (row.stage, row.attempt) == (Stage.WAITING, 0)


def test_an_error_of_ours_leaves_the_row_to_be_tried_again(added: Added, monkeypatch: pytest.MonkeyPatch) -> None:
    added()
    instead(monkeypatch, ZeroDivisionError(), (JUDGED, {}))
    assert work_once()
    row = Photograph.objects.get()
    assert row.stage == Stage.WAITING
    lease_runs_out(row)
    assert work_once()
    assert Photograph.objects.get().usable is True


def test_photographs_come_before_comparisons(
    added: Added, practitioner: Membership, course: Course, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = judged(added(picture(1)))
    judged(added(picture(2), DAY + dt.timedelta(days=40)))
    outlined(before, practitioner)
    added(picture(3), DAY + dt.timedelta(days=60))
    asked = instead(monkeypatch, (JUDGED, {}), (MEASURED, {}), REPORTED, (MEASURED, {}), REPORTED)
    while work_once():
        pass
    assert [header["what"] for header in asked.headers] == ["judge", "compare", "report", "compare", "report"]
    assert asked.headers[0]["name"].startswith("synthetic")


def test_a_report_that_was_not_written_is_written_by_who_comes_next(
    added: Added, practitioner: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = judged(added(picture(1)))
    judged(added(picture(2), DAY + dt.timedelta(days=40)))
    outlined(before, practitioner)
    instead(monkeypatch, (MEASURED, {"before": b"one"}), Died("it ended"), REPORTED)
    assert work_once()
    row = Comparison.objects.get()
    assert (row.stage, set(row.pictures)) == (Stage.DONE, {"before"})
    assert not work_once()
    Comparison.objects.update(leased_until=timezone.now() - dt.timedelta(seconds=1))
    assert work_once()
    row.refresh_from_db()
    assert (row.stage, set(row.pictures), row.result) == (Stage.DONE, {"before", "report_en"}, MEASURED)
    assert not work_once()
