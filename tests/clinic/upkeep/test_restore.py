"""A restore goes into an empty place, with all keys or not at all, and never opens what was erased."""

from __future__ import annotations

import os
import resource
import shutil
from pathlib import Path

import pytest

from tests.clinic.upkeep.small_clinic import PHOTOGRAPH, WORDS, command, data, house, inside, kept

__all__ = ["data", "house", "kept"]
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif("DATABASE_URL" in os.environ, reason="test_upkeep_on_postgresql is about that"),
]
WRONG = "wrong horse battery"


def test_a_restore_that_was_broken_off_is_recognised_and_not_served(
    house: tuple[Path, list[str]], kept: Path, tmp_path: Path
) -> None:
    broken, back = tmp_path / "broken.backup", tmp_path / "back"
    broken.write_bytes(kept.read_bytes()[:-100])
    shutil.copy(kept.with_name("dermograph.keys"), tmp_path)
    done = command(tmp_path, "restore", broken, "--data", back, "--master-key", house[0] / "master.key")
    assert done.returncode == 2
    assert "ends too early" in done.stderr
    for arguments in (("serve", "--port", "0"), ("check",), ("audit", "verify"), ("backup", tmp_path / "x.backup")):
        refused = command(back, *arguments, "--data", back)
        assert refused.returncode == 2
        assert "not finished" in refused.stderr
    again = command(tmp_path, "restore", kept, "--data", back, "--master-key", house[0] / "master.key")
    assert "not empty" in again.stderr


def test_a_restore_goes_into_an_empty_folder_only(house: tuple[Path, list[str]], kept: Path, tmp_path: Path) -> None:
    full = tmp_path / "full"
    full.mkdir()
    (full / "letter.txt").write_text("x")
    done = command(tmp_path, "restore", kept, "--data", full, "--master-key", house[0] / "master.key")
    assert done.returncode == 2
    assert "not empty" in done.stderr
    assert [path.name for path in full.iterdir()] == ["letter.txt"]


def test_the_master_key_has_to_be_given_and_to_be_the_right_one(
    house: tuple[Path, list[str]], kept: Path, data: Path, tmp_path: Path
) -> None:
    back = tmp_path / "back"
    done = command(tmp_path, "restore", kept, "--data", back)
    assert done.returncode == 2
    assert "master key is needed" in done.stderr
    (tmp_path / "wrong").write_text("A" * 43 + "=")
    done = command(tmp_path, "restore", kept, "--data", back, "--master-key", tmp_path / "wrong")
    assert done.returncode == 2
    assert "not the master key" in done.stderr
    assert not back.exists()
    assert command(data, "backup", tmp_path / "whole.backup", "--with-master-key").returncode == 0
    done = command(tmp_path, "restore", tmp_path / "whole.backup", "--data", back)
    assert done.returncode == 0, done.stderr
    assert (back / "master.key").read_text() == (house[0] / "master.key").read_text()


def test_without_the_key_book_it_is_refused_unless_one_says_so(
    house: tuple[Path, list[str]], kept: Path, tmp_path: Path
) -> None:
    alone, back = tmp_path / "alone.backup", tmp_path / "back"
    shutil.copy(kept, alone)
    done = command(tmp_path, "restore", alone, "--data", back, "--master-key", house[0] / "master.key")
    assert done.returncode == 2
    assert "key book" in done.stderr
    assert not back.exists()
    done = command(
        tmp_path, "restore", alone, "--data", back, "--master-key", house[0] / "master.key", "--without-keys"
    )
    assert done.returncode == 0
    assert "stay closed" in done.stdout
    assert set(inside(back, PHOTOGRAPH).values()) == {"WithoutHalf"}


def test_erased_photographs_cannot_be_opened_from_an_older_backup(data: Path, tmp_path: Path) -> None:
    patient = inside(
        data, "from dermograph.clinic.people.models import Patient\nprint(json.dumps(str(Patient.objects.first().pk)))"
    )
    assert command(data, "backup", tmp_path / "old.backup").returncode == 0
    script = f"""
import uuid
from dermograph.clinic.people.models import Patient
from django.utils import timezone
from dermograph.clinic.vault import halves, keybook
from dermograph.clinic.vault.seal import destroy_key
half = halves.read(uuid.UUID({patient!r}))
destroy_key(Patient.objects.get(pk={patient!r}))
print(json.dumps([half.hex(), [one.en for one in keybook.renew()], keybook.archives_before(timezone.now())]))
"""
    half, told, archives = inside(data, script)
    assert told == []
    assert [str(tmp_path / "old.backup") in one for one in archives] == [True]
    back = tmp_path / "back"
    done = command(
        tmp_path, "restore", tmp_path / "old.backup", "--data", back, "--master-key", data / "master.key", "--verify"
    )
    assert done.returncode == 0, done.stdout + done.stderr
    for path in (*back.rglob("*"), tmp_path / "dermograph.keys"):
        if path.is_file():
            assert bytes.fromhex(half) not in path.read_bytes()
            assert half.encode() not in path.read_bytes()
    readable = inside(back, PHOTOGRAPH).values()
    assert sum(text.startswith("synthetic") for text in readable) == 4
    assert {text for text in readable if not text.startswith("synthetic")} <= {"Erased"}
    gone = f"""
from pathlib import Path
from dermograph.clinic.vault import keybook
from django.conf import settings
book = keybook.read(Path({str(tmp_path / "dermograph.keys")!r}), settings.MASTER_KEY)
print(json.dumps([{patient!r} in map(str, book.halves), {patient!r} in map(str, book.erased), len(book.halves)]))
"""
    assert inside(data, gone) == [False, True, 2]


def test_a_key_book_that_cannot_be_reached_is_told_and_an_empty_folder_of_keys_never_empties_it(
    data: Path, tmp_path: Path
) -> None:
    (tmp_path / "disk").mkdir()
    assert command(data, "backup", tmp_path / "disk").returncode == 0
    renew = "from dermograph.clinic.vault import keybook\nprint(json.dumps([one.en for one in keybook.renew()]))"
    book = tmp_path / "disk" / "dermograph.keys"
    (data / "keys").rename(data / "keys.away")
    [told] = inside(data, renew)
    assert "3 keys are in the key book" in told
    (data / "keys").rmdir() if (data / "keys").exists() else None
    (data / "keys.away").rename(data / "keys")
    assert inside(data, renew) == []
    (tmp_path / "disk").rename(tmp_path / "away")
    [told] = inside(data, renew)
    assert "cannot be reached" in told
    (tmp_path / "disk").mkdir()
    book.write_bytes(b"DERMOGRAPH KEY BOOK 1\n" + os.urandom(80))
    other = book.read_bytes()
    [told] = inside(data, renew)
    assert "cannot be reached" in told
    assert book.read_bytes() == other


def test_a_full_disk_while_restoring_is_told_and_the_folder_stays_marked(
    house: tuple[Path, list[str]], kept: Path, tmp_path: Path
) -> None:
    def little() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (300_000, 300_000))

    back = tmp_path / "back"
    done = command(tmp_path, "restore", kept, "--data", back, "--master-key", house[0] / "master.key", before=little)
    assert done.returncode == 2
    assert "disk is full" in done.stderr.lower()
    assert (back / "restore.unfinished").exists()


def test_a_key_book_of_another_clinic_is_refused_before_anything_is_begun(
    house: tuple[Path, list[str]], kept: Path, tmp_path: Path
) -> None:
    book = tmp_path / "book"
    book.write_bytes(b"DERMOGRAPH KEY BOOK 1\n" + os.urandom(80))
    done = command(
        tmp_path, "restore", kept, "--data", tmp_path / "b", "--master-key", house[0] / "master.key", "--keys", book
    )
    assert done.returncode == 2
    assert "of another master key" in done.stderr
    assert not (tmp_path / "b").exists()


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_wrong_passphrase_opens_nothing(kept: Path, tmp_path: Path, language: str) -> None:
    done = command(tmp_path, "restore", kept, "--verify", "--lang", language, DERMOGRAPH_BACKUP_PASSPHRASE=WRONG)
    assert done.returncode == 2
    assert {"en": "not the one", "es": "no es la de esta copia"}[language] in done.stderr
    done = command(tmp_path, "restore", kept, "--data", tmp_path / "b", DERMOGRAPH_BACKUP_PASSPHRASE=WRONG)
    assert done.returncode == 2
    assert not (tmp_path / "b").exists()


def test_an_archive_that_was_altered_or_cut_is_refused_wherever_it_was(kept: Path, tmp_path: Path) -> None:
    whole = kept.read_bytes()
    places = sorted({0, 5, 9, 40, 200, *range(400, len(whole), len(whole) // 12), len(whole) - 20, len(whole) - 1})
    broken = tmp_path / "broken.backup"
    script = f"""
from pathlib import Path
from dermograph.clinic.upkeep.reading import Archive
from dermograph.clinic.upkeep.unlocking import Passphrase
from dermograph.clinic.upkeep import unlocking
from dermograph.core.errors import InputError
import functools
unlocking._stretched = functools.cache(unlocking._stretched)
whole, broken, told = Path({str(kept)!r}).read_bytes(), Path({str(broken)!r}), []
for place in {places}:
    for cut in (False, True):
        broken.write_bytes(whole[:place] if cut else whole[:place] + bytes([whole[place] ^ 4]) + whole[place + 1:])
        Path({str(tmp_path / "copy")!r}).unlink(missing_ok=True)
        try:
            archive = Archive(broken, Passphrase({WORDS!r}))
            archive.about()
            archive.unpack(Path({str(tmp_path / "copy")!r}), None)
            told.append("taken")
        except InputError as error:
            told.append(error.say("en"))
print(json.dumps(told))
"""
    told = inside(tmp_path, script)
    assert len(told) == 2 * len(places)
    assert "taken" not in told
    assert all("archive" in one or "backup" in one for one in told)
    broken.write_bytes(whole[:-3000])
    done = command(tmp_path, "restore", broken, "--data", tmp_path / "back", "--master-key", kept)
    assert done.returncode == 2
