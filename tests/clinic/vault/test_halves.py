"""The second half of a patient's key: made once, apart from the database, destroyed for good, brought back if not."""

from __future__ import annotations

import os
import uuid
from pathlib import Path
from types import SimpleNamespace

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from pytest_django.fixtures import Settings

from dermograph.clinic.people.models import Clinic, Patient
from dermograph.clinic.vault import halves, seal, store
from dermograph.clinic.vault.models import PatientKey


@pytest.fixture
def keys(tmp_path: Path, settings: Settings) -> Path:
    settings.PATIENT_KEYS = tmp_path / "keys"
    return tmp_path / "keys"


def test_a_half_is_made_with_the_key_for_its_owner_only(patient: Patient, keys: Path) -> None:
    seal.seal(patient, b"x")
    [path] = keys.rglob("*.key")
    assert path.read_bytes() != bytes(32)
    assert len(path.read_bytes()) == 32
    assert path.stat().st_mode & 0o777 == 0o600
    assert keys.stat().st_mode & 0o777 == 0o700
    assert halves.make(patient.pk) == path.read_bytes()  # once made, it stays
    assert halves.count() == 1


def test_the_database_with_the_master_key_opens_nothing_without_the_half(
    patient: Patient, keys: Path, tmp_path: Path, settings: Settings
) -> None:
    sealed = seal.seal(patient, b"x")
    settings.PATIENT_KEYS = tmp_path / "other"
    with pytest.raises(seal.Unreadable, match="half"):
        seal.unseal(patient, sealed)
    settings.PATIENT_KEYS = keys
    assert seal.unseal(patient, sealed) == b"x"


def test_a_folder_that_is_not_mounted_gets_no_new_halves(
    patient: Patient, clinic: Clinic, keys: Path, tmp_path: Path, settings: Settings
) -> None:
    seal.seal(patient, b"x")
    other = Patient.objects.create(clinic=clinic, number=2, given_names="Marta")
    settings.PATIENT_KEYS = tmp_path / "empty"
    with pytest.raises(seal.Unreadable, match="half"):
        store.put(other, b"x", "original")
    assert not PatientKey.objects.filter(patient=other).exists()


def test_a_destroyed_half_does_not_come_back(patient: Patient, keys: Path) -> None:
    sealed = seal.seal(patient, b"x")
    half, wrapped = halves.read(patient.pk), PatientKey.objects.get().wrapped
    assert half is not None
    seal.destroy_key(patient, {"id": "1"})
    assert not list(keys.rglob("*.key"))
    assert halves.erased_patients()[patient.pk]["proof"] == {"id": "1"}
    PatientKey.objects.update(wrapped=wrapped, destroyed_at=None)  # a backup of the database
    with pytest.raises(seal.Erased):
        seal.unseal(patient, sealed)
    with pytest.raises(seal.Erased):
        seal.seal(patient, b"y")
    assert halves.bring_back(patient.pk, half) is False  # a copy of the halves
    assert halves.make(patient.pk) is None
    seal.destroy_key(patient, {"id": "2"})
    assert halves.erased_patients()[patient.pk]["proof"] == {"id": "1"}  # the first one counts


def test_an_interrupted_destruction_counts_and_is_finished(patient: Patient, keys: Path) -> None:
    seal.seal(patient, b"x")
    [path] = keys.rglob("*.key")
    half = path.read_bytes()
    halves.destroy(patient.pk)
    path.write_bytes(half)  # as if the power had failed before the half was written over
    assert halves.read(patient.pk) is None
    halves.destroy(patient.pk)
    assert not path.exists()


def test_halves_come_back_from_their_copy_and_what_is_there_stays(patient: Patient, keys: Path) -> None:
    sealed = seal.seal(patient, b"x")
    copy = dict(halves.every())
    gone = uuid.uuid4()
    halves.destroy(gone, {"id": "3"})
    told = halves.erased_patients()
    for path in (*keys.rglob("*.key"), *keys.rglob("*.erased"), keys / "halves.of"):
        path.unlink()
    assert [halves.bring_back(one, half) for one, half in copy.items()] == [True]
    assert halves.bring_back(patient.pk, os.urandom(32)) is True
    assert seal.unseal(patient, sealed) == b"x"
    for said in told.values():
        halves.bring_back_erased(said)
    assert halves.is_erased(gone)
    assert halves.is_marked()
    with pytest.raises(ValueError, match="32"):
        halves.bring_back(uuid.uuid4(), b"short")


def test_a_key_from_before_there_were_halves_opens_and_is_wrapped_anew(
    patient: Patient, keys: Path, settings: Settings
) -> None:
    key, nonce = os.urandom(32), os.urandom(12)
    about = f"dermograph/1\n{patient.pk}\nkey".encode()
    old = nonce + AESGCM(settings.MASTER_KEY).encrypt(nonce, key, about)
    PatientKey.objects.create(patient=patient, wrapped=old)
    sealed = seal.seal(patient, b"x")
    new = seal.with_half(SimpleNamespace(pk=patient.pk), old)  # type: ignore[arg-type]  # as the migration has it
    assert new is not None
    assert seal.with_half(SimpleNamespace(pk=patient.pk), new) is None  # type: ignore[arg-type]  # the same
    PatientKey.objects.update(wrapped=new)
    assert seal.unseal(patient, sealed) == b"x"


def test_half_a_file_is_no_half(patient: Patient, keys: Path) -> None:
    seal.seal(patient, b"x")
    [path] = keys.rglob("*.key")
    path.write_bytes(b"short")
    assert halves.read(patient.pk) is None
