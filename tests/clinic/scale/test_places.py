"""Photographs and keys that belong to another database, or to none, are not worked with."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest
from django.core.files.storage import default_storage

from dermograph.clinic.gallery import places
from dermograph.clinic.gallery.places import MARK, PLACES, check
from dermograph.clinic.vault.models import StorePlace
from dermograph.core.errors import InputError
from tests.clinic.gallery.photos import Added, added, consent

__all__ = ["added", "consent"]
FILES, KEYS = PLACES


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder in the place of the photographs."""
    monkeypatch.setattr("dermograph.clinic.gallery.places._files", lambda: tmp_path / "files")
    from dataclasses import replace

    monkeypatch.setattr("tests.clinic.scale.test_places.FILES", replace(FILES, folder=lambda: tmp_path / "files"))
    return tmp_path / "files"


@pytest.mark.django_db
def test_a_new_clinic_and_its_folder_get_the_same_mark(elsewhere: Path) -> None:
    check(FILES)
    row = StorePlace.objects.get(pk="files")
    assert (elsewhere / MARK).read_text().strip() == str(row.mark)
    assert (elsewhere / MARK).stat().st_mode & 0o077 == 0
    check(FILES)
    assert StorePlace.objects.count() == 1


@pytest.mark.django_db
def test_the_folder_of_another_database_is_refused(elsewhere: Path) -> None:
    check(FILES)
    StorePlace.objects.update(mark="00000000-0000-4000-8000-000000000000")
    with pytest.raises(InputError, match="not the photographs"):
        check(FILES)


@pytest.mark.django_db
def test_a_mark_that_is_no_mark_is_told(elsewhere: Path) -> None:
    elsewhere.mkdir()
    (elsewhere / MARK).write_text("nonsense")
    with pytest.raises(InputError, match="cannot be read"):
        check(FILES)


def test_an_empty_folder_beside_a_database_with_photographs_is_a_disk_that_is_not_mounted(
    added: Added, elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    added()
    monkeypatch.setattr(type(default_storage._wrapped), "exists", lambda _self, _name: False)  # type: ignore[attr-defined] # noqa: SLF001 (of the lazy object)
    with pytest.raises(InputError, match="not the photographs"):
        check(FILES)
    assert not elsewhere.exists()


def test_a_restored_store_without_a_mark_is_taken_where_its_photographs_are_there(
    added: Added, elsewhere: Path
) -> None:
    StorePlace.objects.create(name="files")
    added()
    check(FILES)
    assert (elsewhere / MARK).read_text().strip() == str(StorePlace.objects.get().mark)


def test_a_database_that_came_back_from_before_the_mark_takes_the_one_of_its_folder(
    added: Added, elsewhere: Path
) -> None:
    check(FILES)
    StorePlace.objects.all().delete()
    check(FILES)
    assert (elsewhere / MARK).read_text().strip() == str(StorePlace.objects.get().mark)


def test_keys_are_held_against_the_database_as_photographs_are(added: Added, monkeypatch: pytest.MonkeyPatch) -> None:
    added()
    monkeypatch.setattr("dermograph.clinic.vault.halves.folder", lambda: Path("/nonexistent"))
    assert KEYS.is_ours() is False


@pytest.mark.django_db
def test_a_check_makes_nothing_and_still_sees_another_folder(elsewhere: Path) -> None:
    check(FILES, make=False)
    assert not elsewhere.exists()
    assert not StorePlace.objects.exists()
    check(FILES)
    StorePlace.objects.update(mark="00000000-0000-4000-8000-000000000000")
    with pytest.raises(InputError, match="not the photographs"):
        check(FILES, make=False)


@pytest.mark.django_db
def test_a_machine_that_is_not_mounted_is_told_also_before_the_first_photograph(
    elsewhere: Path, tmp_path: Path
) -> None:
    check(FILES)
    mark = StorePlace.objects.get(pk="files").mark
    (elsewhere / MARK).rename(tmp_path / "aside")
    for make in (True, False):
        with pytest.raises(InputError, match="not the photographs"):
            check(FILES, make=make)
    assert not (elsewhere / MARK).exists(), "and nothing was written that would make it pass the next time"
    assert StorePlace.objects.get(pk="files").mark == mark


@pytest.mark.django_db
@pytest.mark.parametrize("marked", [True, False])
def test_an_empty_database_does_not_take_over_the_photographs_of_another_one(elsewhere: Path, *, marked: bool) -> None:
    check(FILES)
    StorePlace.objects.all().delete()
    (elsewhere / "ab").mkdir()
    (elsewhere / "ab" / "ab12.original").write_bytes(b"of somebody")
    if not marked:
        (elsewhere / MARK).unlink()
    with pytest.raises(InputError, match="not the photographs"):
        check(FILES)
    assert not StorePlace.objects.exists()
    assert (elsewhere / MARK).exists() is marked


@pytest.mark.django_db
def test_an_empty_database_takes_a_folder_in_which_nothing_lies_but_what_a_new_disk_has(elsewhere: Path) -> None:
    (elsewhere / "lost+found").mkdir(parents=True)
    check(FILES)
    StorePlace.objects.all().delete()
    check(FILES)
    assert (elsewhere / MARK).read_text().strip() == str(StorePlace.objects.get().mark)


@pytest.mark.django_db
def test_a_restored_clinic_without_photographs_carries_its_mark_into_its_new_folder(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    StorePlace.objects.create(name="files")  # as the backup has it
    monkeypatch.setattr(places, "PLACES", (FILES,))
    places.take_over()
    check(FILES)
    assert (elsewhere / MARK).read_text().strip() == str(StorePlace.objects.get().mark)


@pytest.mark.django_db
def test_a_disk_without_hard_links_is_told_in_words(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def no_links(*_: object) -> None:
        raise PermissionError(errno.EPERM, "x")

    monkeypatch.setattr(os, "link", no_links)
    with pytest.raises(InputError, match="no hard links"):
        check(FILES)
    assert list(elsewhere.iterdir()) == []
