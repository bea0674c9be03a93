"""A backup is made while the clinic works, restores to a verified copy, and nothing half is left behind."""

from __future__ import annotations

import json
import os
import resource
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from tests.clinic.upkeep.small_clinic import PHOTOGRAPH, WORDS, command, data, environment, house, inside, kept

__all__ = ["data", "house", "kept"]

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif("DATABASE_URL" in os.environ, reason="test_upkeep_on_postgresql is about that"),
]

WRITE = """
import contextlib, itertools, sys
from django.db import OperationalError
from dermograph.clinic.audit.record import record
from dermograph.clinic.people.models import Clinic, User
from dermograph.clinic.people.patient_services import register_patient
clinic, user = Clinic.objects.get(), User.objects.get()
for number in itertools.count():
    with contextlib.suppress(OperationalError):  # on a busy machine a writer may wait too long for the other one
        register_patient(
            clinic=clinic, who=user, given_names="Eva", family_names=f"{sys.argv[1]} {number}", language="en"
        )
    print(number, flush=True)
"""


def rows(folder: Path) -> dict[str, int]:
    with closing(sqlite3.connect(folder / "clinic.sqlite3")) as lite:
        names = [name for (name,) in lite.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return {name: lite.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in names}  # noqa: S608 (its own names)


def test_a_backup_restores_to_the_same_clinic(house: tuple[Path, list[str]], kept: Path, tmp_path: Path) -> None:
    folder, back = house[0], tmp_path / "back"
    verified = command(tmp_path, "restore", kept, "--verify")
    assert verified.returncode == 0, verified.stdout + verified.stderr
    assert "9 entries of the audit trail, 21 files" in verified.stdout
    done = command(tmp_path, "restore", kept, "--data", back, "--verify", "--master-key", folder / "master.key")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Photographs opened with the keys: 6" in done.stdout
    assert rows(back) == rows(folder)
    assert inside(back, PHOTOGRAPH) == inside(folder, PHOTOGRAPH)
    assert "synthetic photograph 1 0" in inside(back, PHOTOGRAPH).values()
    assert not [path for path in back.rglob("*") if path.stat().st_mode & 0o077]
    proved = command(back, "audit", "verify", "--json")
    assert json.loads(proved.stdout)["holds"] is True
    assert json.loads(proved.stdout)["anchors"] == 1
    checked = json.loads(command(back, "check", "--json").stdout)
    assert {one["name"] for one in checked["checks"] if one["mark"] == "mend"} == set()


def test_nothing_in_an_archive_can_be_read_and_no_key_is_in_it(house: tuple[Path, list[str]], kept: Path) -> None:
    raw, master = kept.read_bytes(), (house[0] / "master.key").read_text()
    assert kept.stat().st_mode & 0o077 == 0
    # Long enough to be in no random bytes by chance.
    for secret in (
        b"given_names",
        b"aurora",
        b"SQLite format",
        master.encode(),
        b"manifest.json",
    ):  # long enough to be in no random bytes
        assert secret not in raw
    script = f"""
from pathlib import Path
from dermograph.clinic.upkeep.reading import Archive
from dermograph.clinic.upkeep.unlocking import Passphrase
from dermograph.clinic.vault import halves
archive = Archive(Path({str(kept)!r}), Passphrase({WORDS!r}))
with archive._tar() as tar:
    found = {{one.name: tar.extractfile(one).read() for one in tar}}
every = b"".join(found.values())
print(json.dumps([any(half in every or half.hex().encode() in every for _, half in halves.every()),
    {master!r}.encode() in every, b"SQLite format" in every, len(list(halves.every()))]))
"""
    assert inside(house[0], script) == [False, False, True, 3]


def test_a_backup_that_was_made_while_two_processes_write_is_a_verified_copy(data: Path, tmp_path: Path) -> None:
    environ = environment(data, DJANGO_SETTINGS_MODULE="dermograph.clinic.settings")
    start = [sys.executable, "-c", f"import django; django.setup()\n{WRITE}"]
    writers = [
        subprocess.Popen([*start, name], env=environ, stdout=subprocess.PIPE, text=True) for name in ("One", "Two")
    ]
    try:
        for writer in writers:
            assert writer.stdout is not None
            assert writer.stdout.readline() == "0\n"
        done = command(data, "backup", tmp_path / "busy.backup")
        assert done.returncode == 0, done.stderr
        assert all(writer.poll() is None for writer in writers)
    finally:
        for writer in writers:
            writer.kill()
            writer.communicate()
    done = command(
        tmp_path, "restore", tmp_path / "busy.backup", "--data", tmp_path / "back", "--master-key", data / "master.key"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    before, after = rows(tmp_path / "back"), rows(data)
    assert 3 < before["people_patient"] <= after["people_patient"]
    assert before["audit_auditentry"] == before["people_patient"] + 6
    assert command(tmp_path / "back", "audit", "verify").returncode == 0
    assert command(data, "audit", "verify").returncode == 0


@pytest.mark.parametrize("limit", [200_000, 1_200_000])
def test_a_full_disk_leaves_no_half_archive(data: Path, tmp_path: Path, limit: int) -> None:
    target = tmp_path / "target"
    target.mkdir()

    def little() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    done = command(data, "backup", target / "one.backup", before=little)
    assert done.returncode == 2, done.stdout + done.stderr
    assert "disk is full" in done.stderr.lower()
    assert list(target.iterdir()) == []
    assert not list(data.glob("backup.work-*"))
    assert command(data, "backup", target / "one.backup").returncode == 0


def test_a_backup_that_is_killed_leaves_nothing_that_looks_like_one(data: Path, tmp_path: Path) -> None:
    (data / "files" / "00").mkdir(exist_ok=True)
    for number in range(40):
        (data / "files" / "00" / f"{number:032x}.original").write_bytes(os.urandom(4_000_000))
    target = tmp_path / "target"
    target.mkdir()
    start = [sys.executable, "-m", "dermograph", "backup", str(target / "one.backup")]
    process = subprocess.Popen(start, env=environment(data), stdout=subprocess.DEVNULL)
    until = time.monotonic() + 60
    while not (target / "one.backup.partial").exists() and time.monotonic() < until:
        time.sleep(0.01)
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert "one.backup" not in {path.name for path in target.iterdir()}
    done = command(data, "backup", target / "one.backup")
    assert done.returncode == 0, done.stderr
    assert {path.name for path in target.iterdir()} == {"one.backup", "dermograph.keys"}
    assert not list(data.glob("backup.work-*"))


def test_a_file_that_is_missing_is_told_and_known_after_the_restore(data: Path, tmp_path: Path) -> None:
    name = inside(
        data,
        "from dermograph.clinic.gallery.models import Photograph as P\nprint(json.dumps(P.objects.first().preview))",
    )
    (data / "files" / name).unlink()
    done = command(data, "backup", tmp_path / "one.backup")
    assert done.returncode == 1
    assert name in done.stdout
    done = command(tmp_path, "restore", tmp_path / "one.backup", "--verify")
    assert done.returncode == 0
    assert "missing already" in done.stdout


def test_places_that_cannot_be_are_refused(data: Path, kept: Path, tmp_path: Path) -> None:
    for target, words in ((kept, "already"), (tmp_path / "no" / "where.backup", "Nothing can be written")):
        done = command(data, "backup", target)
        assert done.returncode == 2
        assert words in done.stderr
    assert "TARGET is missing" in command(data, "backup").stderr
    assert "--data is missing" in command(data, "restore", kept).stderr
    assert "no data folder" in command(tmp_path / "nothing", "backup", tmp_path / "x").stderr
    assert not (tmp_path / "nothing").exists()
    done = command(data, "backup", tmp_path / "x.backup", DERMOGRAPH_BACKUP_PASSPHRASE="")
    assert "no passphrase" in done.stderr
    done = command(data, "backup", tmp_path / "x.backup", DERMOGRAPH_BACKUP_PASSPHRASE="short")  # noqa: S106 (of tests)
    assert "fewer than 12" in done.stderr
    assert not (tmp_path / "x.backup").exists()


def test_a_pair_of_keys_locks_and_opens_without_a_passphrase(data: Path, tmp_path: Path) -> None:
    key = tmp_path / "key"
    assert command(data, "backup", "--new-key", key).returncode == 0
    done = command(data, "backup", tmp_path / "one.backup", "--key", f"{key}.public", DERMOGRAPH_BACKUP_PASSPHRASE="")
    assert done.returncode == 0, done.stderr
    assert command(tmp_path, "restore", tmp_path / "one.backup", "--verify", "--key", key).returncode == 0
    assert (
        "no private key"
        in command(tmp_path, "restore", tmp_path / "one.backup", "--verify", "--key", f"{key}.public").stderr
    )


def test_the_command_says_where_the_trail_was_changed(data: Path, tmp_path: Path) -> None:
    assert "✓ aurora: 9 entries" in command(data, "audit", "verify", "--clinic", "aurora").stdout
    assert "Did you mean 'aurora'" in command(data, "audit", "verify", "--clinic", "auroro").stderr
    assert command(data, "audit", "verify", "--anchor", tmp_path / "none").returncode == 2
    with closing(sqlite3.connect(data / "clinic.sqlite3")) as lite:
        lite.execute("DROP TRIGGER audit_no_update")
        lite.execute("UPDATE audit_auditentry SET action = 'nothing.happened' WHERE number = 4")
        lite.commit()
    done = command(data, "audit", "verify", "--lang", "es")
    assert done.returncode == 1
    assert "✗ aurora: La anotación 4 se ha alterado" in done.stdout
    assert "✗ La base de datos ya no impide cambiar anotaciones" in done.stdout
    done = command(data, "audit", "verify", "--json")
    assert done.returncode == 1
    found = json.loads(done.stdout)
    assert [(one["kind"], one["first"]) for one in found["findings"]] == [("altered", 4), ("unprotected", 0)]


@pytest.mark.parametrize("inside_it", ["archive", "book"])
def test_a_backup_into_the_data_folder_is_refused(
    house: tuple[Path, list[str]], tmp_path: Path, inside_it: str
) -> None:
    folder = house[0]
    target, book = (folder, tmp_path / "book") if inside_it == "archive" else (tmp_path, folder / "book")
    before = {path.name for path in folder.iterdir()}
    done = command(folder, "backup", target, "--keys", book, "--data", folder)
    assert done.returncode == 2, done.stdout + done.stderr
    assert "This is the data folder" in done.stderr
    assert {path.name for path in folder.iterdir()} == before
    assert not list(tmp_path.glob("*.backup"))
