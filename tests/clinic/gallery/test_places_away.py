"""A disk that is away or full is no fault of a photograph: it is tried again, elsewhere or later; staff can ask too."""

from __future__ import annotations

import datetime as dt
import errno
import importlib
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core.files.storage import default_storage
from django.urls import reverse
from django.utils import timezone

from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.gallery import leases, places, tasks
from dermograph.clinic.gallery.child import Died
from dermograph.clinic.gallery.models import Comparison, Photograph, Stage
from dermograph.clinic.gallery.runner import work_once
from dermograph.clinic.gallery.services import correct_photograph
from dermograph.clinic.people.models import Membership, Role
from dermograph.clinic.vault import halves, store
from dermograph.core.errors import InputError
from dermograph.core.text import Text
from tests.clinic.conftest import member, signed_in
from tests.clinic.gallery.photos import DAY, Added, added, consent, judged, outlined, picture
from tests.clinic.gallery.test_queue import JUDGED, MEASURED, REPORTED, instead, lease_runs_out

__all__ = ["added", "consent"]
AWAY = InputError(Text("not ours", "no son nuestras"))


@pytest.fixture(autouse=True)
def in_doubt() -> Iterator[None]:
    """As a process begins, whatever the tests before it in this one found out."""
    tasks.in_doubt.set()
    yield
    tasks.in_doubt.set()


def rest_of(row: Photograph | Comparison) -> float:
    assert row.leased_until is not None
    return (row.leased_until - timezone.now()).total_seconds()


def hidden(row: Photograph) -> Path:
    """Put the file of a photograph aside; where it lies then."""
    path = Path(default_storage.path(row.file))
    return path.rename(path.with_suffix(".aside"))


def test_a_file_that_cannot_be_read_is_tried_again_after_rests_that_grow_and_then_fails_in_words(
    added: Added, monkeypatch: pytest.MonkeyPatch
) -> None:
    judged(added(picture(9)))  # its file is there: the disk is the right one
    row = added()
    hidden(row)
    asked = instead(monkeypatch)
    rests = []
    for attempt in range(1, leases.MOST_ATTEMPTS_AT_A_PLACE):
        assert work_once()
        row.refresh_from_db()
        assert (row.stage, row.attempt, row.step) == (Stage.WAITING, attempt, leases.STORAGE)
        rests.append(rest_of(row))
        assert not work_once(), "it rests"
        lease_runs_out(row)
    assert rests == pytest.approx([15, 60, 240, 960], abs=5)
    assert work_once()
    row.refresh_from_db()
    assert (row.stage, row.attempt) == (Stage.FAILED, leases.MOST_ATTEMPTS_AT_A_PLACE)
    assert "not in the vault" in row.failure["en"]
    assert "ask for it again" in row.failure["en"]
    assert "vuelva a pedirlo" in row.failure["es"]
    assert asked.headers == []


def test_a_machine_with_another_master_key_does_not_make_the_work_of_the_others_fail(
    added: Added, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = added()
    instead(monkeypatch, (JUDGED, {}))
    with monkeypatch.context() as patched:
        patched.setattr(settings, "MASTER_KEY", bytes(32))
        assert work_once()
    row.refresh_from_db()
    assert (row.stage, row.attempt, row.step) == (Stage.WAITING, 1, leases.STORAGE)
    lease_runs_out(row)
    assert work_once()
    row.refresh_from_db()
    assert row.stage == Stage.DONE


def waited(row: Photograph, times: int) -> None:
    """It was begun so often, and each time a place was in the way."""
    for _ in range(times):
        taken = leases.take(Photograph, row.pk)
        assert taken is not None
        leases.wait_for_place(taken, AWAY.what.to_json())
        lease_runs_out(row)
    row.refresh_from_db()
    assert (row.stage, row.step, row.rests) == (Stage.WAITING, leases.STORAGE, times)


def test_what_waited_for_a_disk_is_not_given_up_for_having_waited(
    added: Added, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = added()
    waited(row, leases.MOST_ATTEMPTS_AT_A_PLACE - 1)
    taken = leases.take(Photograph, row.pk)
    assert taken is not None
    leases.release(taken)  # its worker is stopped, or has no disk itself
    instead(monkeypatch, Died("it ended"), Died("it ended"), (JUDGED, {}))
    for _ in range(leases.MOST_ATTEMPTS):
        assert work_once()
        lease_runs_out(row)
    row.refresh_from_db()
    assert (row.stage, row.usable) == (Stage.DONE, True)


def test_a_photograph_that_is_corrected_while_it_waits_for_a_disk_begins_anew(
    added: Added, practitioner: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = added()
    waited(row, 3)
    new = correct_photograph(
        photograph=row, taken_on=row.taken_on, reason="r", note="n", who=practitioner.user, entry=uuid.uuid4()
    )
    assert (new.stage, new.attempt, new.rests) == (Stage.WAITING, 0, 0)
    instead(monkeypatch, (JUDGED, {}))
    assert work_once()
    new.refresh_from_db()
    assert new.stage == Stage.DONE


def test_what_waited_in_a_database_of_before_has_only_waited(added: Added) -> None:
    row = added()
    Photograph.objects.update(stage="waiting", step=leases.STORAGE, attempt=4)
    migration = importlib.import_module("dermograph.clinic.gallery.migrations.0005_rests_for_a_place")
    migration.count_what_waits(apps, None)
    assert leases.take(Photograph, row.pk) is not None


def test_what_comes_back_in_time_is_judged(added: Added, monkeypatch: pytest.MonkeyPatch) -> None:
    judged(added(picture(9)))
    row = added()
    aside = hidden(row)
    instead(monkeypatch, (JUDGED, {}))
    assert work_once()
    aside.rename(Path(default_storage.path(row.file)))
    lease_runs_out(row)
    assert work_once()
    row.refresh_from_db()
    assert (row.stage, row.usable, row.step) == (Stage.DONE, True, "")


def test_a_full_disk_does_not_make_a_comparison_fail(
    added: Added, practitioner: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = judged(added(picture(1)))
    judged(added(picture(2), DAY + dt.timedelta(days=40)))
    outlined(before, practitioner)
    instead(monkeypatch, (MEASURED, {"before": b"one"}), (MEASURED, {"before": b"one"}), REPORTED)

    def full(_path: Path, _sealed: bytes) -> None:
        raise OSError(errno.ENOSPC, "no space")

    with monkeypatch.context() as patched:
        patched.setattr(store, "_write", full)
        assert work_once()
    row = Comparison.objects.get()
    assert (row.stage, row.attempt, row.result) == (Stage.WAITING, 1, None)
    Comparison.objects.update(leased_until=None)
    assert work_once()
    row.refresh_from_db()
    assert (row.stage, row.result) == (Stage.DONE, MEASURED)


@pytest.mark.parametrize("why", [errno.ENOENT, errno.EACCES, errno.EIO, errno.ESTALE])
def test_a_half_of_a_key_that_cannot_be_read_is_a_fault_of_its_place(
    added: Added, monkeypatch: pytest.MonkeyPatch, why: int
) -> None:
    row = added()

    def unreadable(*_: object) -> bool:
        raise OSError(why, "x")

    monkeypatch.setattr(Path, "read_bytes", unreadable)
    if why != errno.ENOENT:
        monkeypatch.setattr(halves, "is_erased", unreadable)
    monkeypatch.setattr(places, "in_the_way", lambda: None)
    instead(monkeypatch)
    assert work_once()
    row.refresh_from_db()
    assert (row.stage, row.attempt, row.step) == (Stage.WAITING, 1, leases.STORAGE)


def test_a_process_whose_disk_is_gone_leaves_the_work_to_others_and_costs_no_attempt(
    added: Added, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = added()
    tasks.look_at_places()
    aside = hidden(row)
    instead(monkeypatch, (JUDGED, {}))
    with monkeypatch.context() as patched:
        patched.setattr(places, "in_the_way", lambda: AWAY)
        assert work_once()
        row.refresh_from_db()
        assert (row.stage, row.attempt, row.leased_until) == (Stage.WAITING, 0, None), "free for another machine"
        for _ in range(5):
            with pytest.raises(tasks.PlaceAway, match="not ours"):
                work_once()
    row.refresh_from_db()
    assert (row.stage, row.attempt) == (Stage.WAITING, 0)
    aside.rename(Path(default_storage.path(row.file)))
    assert work_once()
    row.refresh_from_db()
    assert row.stage == Stage.DONE


def test_a_process_looks_at_its_places_before_it_takes_its_first_work(
    added: Added, monkeypatch: pytest.MonkeyPatch
) -> None:
    added()
    looked = []
    monkeypatch.setattr(places, "in_the_way", lambda: looked.append(1))
    instead(monkeypatch, (JUDGED, {}), (JUDGED, {}))
    assert tasks.in_doubt.is_set()
    assert work_once()
    added(picture(2))
    assert work_once()
    assert looked == [1], "and not before each, while there is no doubt"


def test_a_worker_without_its_disk_gives_the_look_to_others_and_waits(
    added: Added, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dermograph.clinic.scale import worker

    row = added()
    deferred: list[object] = []
    stop = threading.Event()
    monkeypatch.setattr(worker, "defer_look", lambda _kind, pk, _at: deferred.append(pk))
    monkeypatch.setattr(places, "in_the_way", lambda: AWAY)
    monkeypatch.setattr(worker, "_wait_for_places", lambda _stop: stop.set())
    worker.look("photograph", row.pk, threading.Event())
    assert deferred == [row.pk]
    assert stop.is_set(), "it takes nothing else meanwhile"
    row.refresh_from_db()
    assert row.attempt == 0


@pytest.fixture
def failed(added: Added) -> Photograph:
    row = added()
    Photograph.objects.filter(pk=row.pk).update(
        stage="failed", attempt=3, failure=leases.GAVE_UP.to_json(), done_at=timezone.now()
    )
    row.refresh_from_db()
    return row


@pytest.mark.parametrize("language", ["en", "es"])
def test_staff_can_have_a_photograph_judged_again_that_failed(
    failed: Photograph, practitioner: Membership, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    client = signed_in(practitioner)
    client.cookies["django_language"] = language
    address, again = (reverse(name, args=[failed.pk]) for name in ("photograph", "photograph_again"))
    page = client.get(address).content.decode()
    assert again in page
    assert "Judge it again" in page or "Juzgarla de nuevo" in page
    assert client.get(again).status_code == 405
    assert client.post(again).status_code == 302
    assert client.post(again).status_code == 302, "twice is once"
    failed.refresh_from_db()
    assert (failed.stage, failed.attempt, failed.failure, failed.done_at) == (Stage.WAITING, 0, {}, None)
    [entry] = AuditEntry.objects.filter(action="photograph.asked_again")
    assert entry.who_id == practitioner.user.pk
    instead(monkeypatch, (JUDGED, {}))
    assert work_once()
    failed.refresh_from_db()
    assert (failed.stage, failed.usable) == (Stage.DONE, True)
    assert again not in client.get(address).content.decode()
    assert client.post(again).status_code == 400


def test_a_photograph_that_was_corrected_or_taken_out_is_not_judged_again(
    failed: Photograph, practitioner: Membership
) -> None:
    Photograph.objects.filter(pk=failed.pk).update(withdrawn=True)
    client = signed_in(practitioner)
    assert client.post(reverse("photograph_again", args=[failed.pk])).status_code == 400
    failed.refresh_from_db()
    assert failed.stage == Stage.FAILED


def test_who_does_not_treat_cannot_have_it_judged_again(failed: Photograph) -> None:
    desk = member(failed.clinic, Role.FRONT_DESK, "Ana Prueba")
    assert signed_in(desk).post(reverse("photograph_again", args=[failed.pk])).status_code in (403, 404)
    failed.refresh_from_db()
    assert failed.stage == Stage.FAILED
