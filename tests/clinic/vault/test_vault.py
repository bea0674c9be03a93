"""Photographs at rest: sealed for one patient and one name, written whole or not at all."""

from __future__ import annotations

import errno
import os
import uuid
from pathlib import Path
from typing import Any

import pytest
from django.core.files.base import File
from django.core.files.storage import InMemoryStorage
from pytest_django.fixtures import Settings

from dermograph.clinic.people.models import Clinic, Patient
from dermograph.clinic.vault import seal as sealing
from dermograph.clinic.vault import store
from dermograph.clinic.vault.models import PatientKey

SECRET = b"the plain bytes of a photograph" * 50


@pytest.fixture
def other(clinic: Clinic) -> Patient:
    return Patient.objects.create(clinic=clinic, number=2, given_names="Marta", family_names="Gil Soto")


@pytest.fixture
def folder(tmp_path: Path, settings: Settings) -> Path:
    backend = "django.core.files.storage.FileSystemStorage"
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": backend, "OPTIONS": {"location": tmp_path}}}
    return tmp_path


def files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_what_is_stored_comes_back_byte_for_byte_and_never_lies_there_in_plain(patient: Patient, folder: Path) -> None:
    name = store.put(patient, SECRET, "original")
    assert store.get(patient, name) == SECRET
    [path] = files_in(folder)
    assert b"photograph" not in path.read_bytes()
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_a_name_says_nothing_of_the_patient(patient: Patient, folder: Path) -> None:
    name = store.put(patient, SECRET, "preview")
    letters, rest = name.split("/")
    assert rest.startswith(letters)
    assert str(patient.pk).replace("-", "")[:8] not in name
    assert "ferrer" not in name.lower()


def test_every_sealing_has_a_nonce_of_its_own(patient: Patient) -> None:
    sealed = {sealing.seal(patient, SECRET, "a") for _ in range(50)}
    assert len(sealed) == 50
    assert len({one[1:13] for one in sealed}) == 50


def test_another_patients_key_does_not_open_it(patient: Patient, other: Patient, folder: Path) -> None:
    name = store.put(patient, SECRET, "original")
    store.put(other, b"theirs", "original")
    with pytest.raises(sealing.Unreadable):
        store.get(other, name)


def test_two_files_of_one_patient_that_were_swapped_on_the_disk_do_not_open(patient: Patient, folder: Path) -> None:
    one, two = store.put(patient, b"first", "original"), store.put(patient, b"second", "original")
    (folder / one).write_bytes((folder / two).read_bytes())
    with pytest.raises(sealing.Unreadable):
        store.get(patient, one)


@pytest.mark.parametrize("place", [0, 5, 20, -1])
def test_a_single_flipped_bit_is_noticed(patient: Patient, place: int) -> None:
    sealed = bytearray(sealing.seal(patient, SECRET, "a"))
    sealed[place] ^= 1
    with pytest.raises(sealing.Unreadable):
        sealing.unseal(patient, bytes(sealed), "a")


@pytest.mark.parametrize("short", [b"", b"\x01", b"\x01" + bytes(12), b"\x01" + bytes(27)])
def test_what_is_too_short_to_be_sealed_is_refused(patient: Patient, short: bytes) -> None:
    sealing.seal(patient, SECRET)
    with pytest.raises(sealing.Unreadable):
        sealing.unseal(patient, short)


def test_the_key_of_a_patient_lies_in_the_database_only_wrapped(patient: Patient, settings: Settings) -> None:
    sealed = sealing.seal(patient, SECRET)
    kept = PatientKey.objects.get(patient=patient)
    assert len(bytes(kept.wrapped)) == 1 + 12 + 32 + 16
    settings.MASTER_KEY = os.urandom(32)
    with pytest.raises(sealing.Unreadable, match="master key"):
        sealing.unseal(patient, sealed)


def test_a_wrapped_key_that_was_moved_to_another_patient_does_not_unwrap(patient: Patient, other: Patient) -> None:
    sealed = sealing.seal(patient, SECRET)
    sealing.seal(other, SECRET)
    wrapped = PatientKey.objects.get(patient=patient).wrapped
    PatientKey.objects.filter(patient=other).update(wrapped=wrapped)
    with pytest.raises(sealing.Unreadable):
        sealing.unseal(other, sealed)


def test_after_the_key_is_destroyed_nothing_opens_and_nothing_is_added(patient: Patient, folder: Path) -> None:
    name = store.put(patient, SECRET, "original")
    sealing.destroy_key(patient)
    assert bytes(PatientKey.objects.get(patient=patient).wrapped) == b""
    with pytest.raises(sealing.Erased):
        store.get(patient, name)
    with pytest.raises(sealing.Erased):
        store.put(patient, SECRET, "original")
    store.remove(name)
    with pytest.raises(sealing.Erased):
        store.get(patient, name)


def test_a_key_can_be_destroyed_before_there_was_one(patient: Patient) -> None:
    sealing.destroy_key(patient)
    with pytest.raises(sealing.Erased):
        sealing.seal(patient, SECRET)


def test_a_file_that_is_gone_is_said_to_be_missing(patient: Patient, folder: Path) -> None:
    name = store.put(patient, SECRET, "original")
    store.remove(name)
    store.remove(name)
    with pytest.raises(store.Missing):
        store.get(patient, name)


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "/etc/passwd", "ab/../cd", "ab/" + "0" * 32 + ".x/../y", "", "ab/\0", "AB/" + "0" * 32]
)
def test_a_name_that_is_not_of_the_vault_is_not_looked_for(patient: Patient, name: str) -> None:
    with pytest.raises(ValueError, match="no name of the vault"):
        store.get(patient, name)


@pytest.mark.parametrize("suffix", ["../x", "a/b", "", "a" * 30, "A"])
def test_a_suffix_cannot_lead_out_of_the_storage(patient: Patient, suffix: str) -> None:
    with pytest.raises(ValueError, match="no name of the vault"):
        store.put(patient, SECRET, suffix)


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EDQUOT, errno.EIO])
def test_a_disk_that_takes_no_more_leaves_nothing_behind(
    patient: Patient, folder: Path, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    def full(_handle: int) -> None:
        raise OSError(code, "no")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(store.NotStored) as refused:
        store.put(patient, SECRET, "original")
    assert ("full" in str(refused.value)) == (code != errno.EIO)
    assert files_in(folder) == []


def test_a_file_of_the_same_name_is_replaced_whole(patient: Patient, folder: Path) -> None:
    of = uuid.uuid4()
    first = store.put(patient, b"one", "heat", of=of)
    second = store.put(patient, b"two", "heat", of=of)
    assert first == second
    assert store.get(patient, first) == b"two"
    assert len(files_in(folder)) == 1


class Elsewhere(InMemoryStorage):
    """A storage without a folder, such as one over the network."""


class Full(Elsewhere):
    """The same without room."""

    def _save(self, name: str, content: File[Any]) -> str:  # noqa: ARG002 (Django's signature)
        raise OSError(errno.ENOSPC, "no room")


def test_any_storage_of_django_will_do(patient: Patient, settings: Settings) -> None:
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": f"{__name__}.Elsewhere"}}
    of = uuid.uuid4()
    store.put(patient, b"one", "heat", of=of)
    name = store.put(patient, SECRET, "heat", of=of)
    assert store.get(patient, name) == SECRET
    store.remove(name)
    with pytest.raises(store.Missing):
        store.get(patient, name)


def test_a_storage_without_room_is_said_to_be_full(patient: Patient, settings: Settings) -> None:
    settings.STORAGES = {**settings.STORAGES, "default": {"BACKEND": f"{__name__}.Full"}}
    with pytest.raises(store.NotStored, match="full"):
        store.put(patient, SECRET, "heat")
