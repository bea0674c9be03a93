"""``dermograph check`` sees what can keep a clinic from working, and stays quiet where all is well."""

from __future__ import annotations

import datetime as dt
import json
import os
import uuid
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone

from dermograph.clinic.audit import clock
from dermograph.clinic.audit.record import record
from dermograph.clinic.gallery.models import Photograph
from dermograph.clinic.gallery.services import correct_photograph
from dermograph.clinic.overview.touching import unwatch, watch
from dermograph.clinic.people.models import Clinic, Course, Membership
from dermograph.clinic.scalp.models import ScalpChange, ScalpDesign, ScalpReading
from dermograph.clinic.scalp.services import ask_for_reading
from dermograph.clinic.upkeep.checks import check
from dermograph.core.errors import InputError
from tests.clinic.gallery.photos import Added, added, consent, judged

__all__ = ["added", "consent"]


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder whose database is the one of the tests."""
    folder = tmp_path / "data"
    folder.mkdir(mode=0o700)
    for name in ("master.key", "secret.key"):
        (folder / name).touch(mode=0o600)
    monkeypatch.delenv("DJANGO_ALLOW_ASYNC_UNSAFE", raising=False)  # the tests in the browser need it, no clinic may
    monkeypatch.setattr(settings, "DATA", SimpleNamespace(path=folder))
    monkeypatch.setattr(settings, "PATIENT_KEYS", folder / "keys")
    monkeypatch.setattr("dermograph.clinic.upkeep.checks.open_folder", lambda _folder: None)
    return folder


def marks(folder: Path, now: dt.datetime | None = None) -> dict[str, str]:
    """The worst mark of each look."""
    found: dict[str, str] = {}
    for one in check(folder, now):
        assert one.words.en
        assert one.words.es
        found[one.name] = max(found.get(one.name, ""), one.mark, key=["", "ok", "mind", "mend"].index)
    return found


def note_backup(folder: Path, age: dt.timedelta) -> None:
    (folder / "x.backup").touch()
    at = (timezone.now() - age).isoformat()
    made = [{"at": at, "archive": str(folder / "x.backup"), "book": str(folder / "x.backup"), "bytes": 1}]
    (folder / "backups.json").write_text(json.dumps(made))


def test_a_sound_clinic_needs_nothing(data: Path, clinic: Clinic) -> None:
    record("clinic.created", clinic=clinic, who=None)
    note_backup(data, dt.timedelta(hours=1))
    found = marks(data)
    found.pop("database")  # the tests' own database lies in memory, or without fsync
    assert [one for one in check(data) if one.mark == "mend" and one.name != "database"] == []
    assert {
        "permissions",
        "key",
        "hosts",
        "migrations",
        "audit",
        "photographs",
        "disk",
        "clock",
        "jobs",
    } <= found.keys()


@pytest.mark.parametrize(
    ("age", "mark"),
    [
        (dt.timedelta(days=2, minutes=-1), "ok"),
        (dt.timedelta(days=2, minutes=1), "mind"),
        (dt.timedelta(days=7, minutes=-1), "mind"),
        (dt.timedelta(days=7, minutes=1), "mend"),
    ],
)
def test_an_old_backup_is_told(data: Path, db: None, age: dt.timedelta, mark: str) -> None:
    note_backup(data, age)
    assert marks(data)["backup"] == mark


def test_no_backup_and_one_that_is_gone_are_told(data: Path, db: None) -> None:
    assert marks(data)["backup"] == "mend"
    note_backup(data, dt.timedelta(0))
    (data / "x.backup").unlink()
    assert marks(data)["backup"] == "mind"
    (data / "backups.json").write_text("{")
    assert marks(data)["backup"] == "mend"


@pytest.mark.parametrize("name", ["master.key", "secret.key", "."])
def test_a_file_that_others_may_read_is_told(data: Path, db: None, name: str) -> None:
    (data / name).chmod(0o750)
    assert marks(data)["permissions"] == "mend"


def test_a_lost_master_key_is_told_before_a_new_one_is_made(
    data: Path, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DERMOGRAPH_MASTER_KEY", raising=False)
    (data / "master.key").unlink()
    (data / "files" / "ab").mkdir(parents=True, mode=0o700)
    (data / "files").chmod(0o700)
    assert marks(data) == {"permissions": "ok", "key": "mend"}
    assert not (data / "master.key").exists()


@pytest.mark.parametrize(
    ("hosts", "tls", "mark"),
    [(["127.0.0.1"], False, "ok"), (["a.example"], True, "ok"), (["a.example"], False, "mend"), (["*"], True, "mend")],
)
def test_names_beyond_this_machine_want_tls(
    data: Path,
    db: None,
    monkeypatch: pytest.MonkeyPatch,
    hosts: list[str],
    tls: bool,  # noqa: FBT001 (a column)
    mark: str,
) -> None:
    monkeypatch.setattr(settings, "ALLOWED_HOSTS", hosts)
    monkeypatch.setattr(settings, "BEHIND_TLS", tls)
    assert marks(data)["hosts"] == mark


@pytest.mark.parametrize(("seconds", "refused"), [(299, False), (300, False), (301, True), (86_400, True)])
def test_a_clock_before_the_newest_entry_is_refused_from_five_minutes_on(
    clinic: Clinic,
    data: Path,
    seconds: int,
    refused: bool,  # noqa: FBT001 (a column)
) -> None:
    entry = record("clinic.created", clinic=clinic, who=None)
    now = entry.at - dt.timedelta(seconds=seconds)
    if not refused:
        clock.check_clock(now)
        assert clock.set_back(now) is None
        return
    with pytest.raises(InputError, match="before the last entry"):
        clock.check_clock(now)
    found = marks(data, now)
    assert found["clock"] == "mend"


def test_a_disk_whose_clock_differs_is_told(data: Path, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    assert marks(data, dt.datetime.now(dt.UTC) + dt.timedelta(hours=2))["clock"] == "mend"
    assert not list(data.glob("clock.*"))
    assert marks(data, dt.datetime.now(dt.UTC) + dt.timedelta(minutes=4))["clock"] == "ok"


def test_a_database_that_does_not_note_changes_of_courses_is_told(data: Path, db: None) -> None:
    assert marks(data)["courses"] == "ok"
    unwatch(connection)
    assert marks(data)["courses"] == "mend"
    watch(connection)
    assert marks(data)["courses"] == "ok"


@pytest.mark.parametrize(("free", "mark"), [(99, "mend"), (100, "mind"), (1999, "mind"), (2000, "ok")])
def test_little_room_is_told(data: Path, db: None, monkeypatch: pytest.MonkeyPatch, free: int, mark: str) -> None:
    usage: Any = SimpleNamespace(free=free * 1_000_000)
    monkeypatch.setattr("shutil.disk_usage", lambda _path: usage)
    assert marks(data)["disk"] == mark


def test_a_look_that_fails_is_a_finding_and_stops_no_other(
    data: Path, db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(_key: object) -> None:
        raise RuntimeError("no such thing")

    monkeypatch.setattr("dermograph.clinic.upkeep.anchors.read", lambda *_: fails(None))
    found = marks(data)
    assert found["audit"] == "mend"
    assert found["disk"] in ("ok", "mind")


def test_a_folder_of_somebody_else_is_told(data: Path, db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    other = os.geteuid() + 1
    monkeypatch.setattr("os.geteuid", lambda: other)
    assert marks(data)["permissions"] == "mend"


def test_work_that_nobody_will_do_and_failures_that_were_made_good_are_not_told(
    data: Path, added: Added, practitioner: Membership
) -> None:
    before = added()
    correct_photograph(
        photograph=before, taken_on=before.taken_on, reason="r", note="n", who=practitioner.user, entry=uuid.uuid4()
    )
    standing = Photograph.objects.standing()
    long_ago = timezone.now() - dt.timedelta(hours=1)
    Photograph.objects.update(written_at=long_ago)
    assert marks(data)["jobs"] == "mend", "the one that stands does wait"
    standing.update(stage="done", usable=True)
    assert marks(data)["jobs"] == "ok"
    Photograph.objects.filter(pk=before.pk).update(stage="failed")
    assert marks(data)["jobs"] == "ok"
    standing.update(stage="failed")
    assert marks(data)["jobs"] == "mind"


def test_what_was_made_of_a_scalp_that_was_taken_out_is_not_told(
    data: Path, added: Added, course: Course, practitioner: Membership
) -> None:
    Course.objects.filter(pk=course.pk).update(treatment="scalp")
    course.refresh_from_db()
    photo = judged(added())
    reading = ask_for_reading(photograph=photo, who=None)
    given: dict[str, Any] = {"clinic": course.clinic, "course": course}
    ScalpDesign.objects.create(**given, photograph=photo, shapes={})
    ScalpChange.objects.create(**given, before=reading, after=reading)
    for model in (ScalpReading, ScalpDesign, ScalpChange):
        model.objects.update(stage="failed")
        assert marks(data)["jobs"] == "mind"
        model.objects.update(stage="done")
    for model in (ScalpReading, ScalpDesign, ScalpChange):
        model.objects.update(stage="failed")
    photo.course = course
    given = {"reason": "r", "who": practitioner.user, "taken_on": photo.taken_on, "entry": uuid.uuid4()}
    correct_photograph(photograph=photo, withdrawn=True, **given)
    assert [model.objects.standing().count() for model in (ScalpReading, ScalpDesign, ScalpChange)] == [1, 1, 1]
    assert marks(data)["jobs"] == "ok"
