"""A copy of the data folder from before an erasure, as a backup holds it: nobody opens the photographs in it."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from dermograph.clinic.folder import DataFolder
from tests.clinic.prepared import prepare

ROOT = Path(__file__).parents[3]
BEGIN = """
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
import datetime as dt
from django.utils import timezone
from dermograph.clinic.people.models import *
from dermograph.clinic.rights.keeping import choose
from dermograph.clinic.vault import store
clinic = Clinic.objects.create(name="Aurora", slug="aurora")
user = User.objects.create_user(email="lead@aurora.example", name="Teresa Mora")
lead = Membership.objects.create(clinic=clinic, user=user, role="medical_lead")
choose(clinic=clinic, who=user, jurisdiction="es")
patient = Patient.objects.create(clinic=clinic, number=1, given_names="Zenobia", family_names="Quintanilla")
area = Area.objects.create(patient=patient, name="arm", view="front")
course = Course.objects.create(clinic=clinic, patient=patient, area=area, treatment="scalp", lead=lead,
                               closed_at=timezone.now() - dt.timedelta(days=4000))
from dermograph.clinic.gallery.models import Photograph
name = store.put(patient, b"SKIN" * 1000, "original")
Photograph.objects.create(clinic=clinic, course=course, taken_on=timezone.now().date(), name="Zenobia.jpg",
                          kind="image/jpeg", sha256="0" * 64, bytes=1, width=1, height=1, file=name, preview=name,
                          thumbnail=name, note="Quintanilla, left arm")
print(patient.pk, name)
"""
ERASE = """
import django; django.setup()
from dermograph.clinic.people.models import *
from dermograph.clinic.rights.erasing import erase
lead = Membership.objects.get()
print(erase(patient=Patient.objects.get().pk, clinic=lead.clinic, who=lead.user, ground="asked").sha256)
"""
OPEN = """
import django, sys; django.setup()
from dermograph.clinic.people.models import *
from dermograph.clinic.vault import store
try:
    print(store.get(Patient.objects.get(), sys.argv[1])[:4])
except Exception as error:
    print(type(error).__name__)
"""
AGAIN = """
import django; django.setup()
from dermograph.clinic.people.models import *
from dermograph.clinic.rights.erasing import reapply
from dermograph.clinic.rights.models import ErasureProof
print(len(reapply()), Patient.objects.count(), ErasureProof.objects.get().sha256)
"""


def run(data: Path, program: str, *given: str, keys: Path | None = None) -> str:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("DERMOGRAPH_", "DATABASE_"))}
    own = {"DERMOGRAPH_DATA": str(data), "DJANGO_SETTINGS_MODULE": "dermograph.clinic.settings"}
    if keys is not None:
        own["DERMOGRAPH_KEYS"] = str(keys)
    done = subprocess.run(
        [sys.executable, "-c", program, *given],
        env=kept | own,
        cwd=data,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    return done.stdout.strip()


@pytest.mark.slow
def test_a_backup_from_before_the_erasure_gives_no_photograph_back(tmp_path: Path) -> None:
    live, backup, restored = tmp_path / "live", tmp_path / "backup", tmp_path / "restored"
    live.mkdir()
    prepare(live)
    patient, name = run(live, BEGIN).split()
    shutil.copytree(live, backup, ignore=shutil.ignore_patterns("keys", "uploads"))  # a backup holds no halves
    assert (backup / "master.key").read_text() == (live / "master.key").read_text()
    shutil.copytree(backup, restored)
    assert run(restored, OPEN, name, keys=live / "keys") == "b'SKIN'"  # before, the backup is good
    shutil.rmtree(restored)

    proof = run(live, ERASE)
    assert not list((live / "keys").rglob("*.key"))
    for path in live.rglob("*"):
        assert not path.is_file() or b"quintanilla" not in path.read_bytes().lower(), path

    shutil.copytree(backup, restored)
    assert run(restored, OPEN, name, keys=live / "keys") == "Erased"
    assert run(restored, OPEN, name, keys=tmp_path / "nothing") == "WithoutHalf"
    by_hand(restored, patient)
    assert run(restored, AGAIN, keys=live / "keys").split() == ["1", "0", proof]
    assert not list((restored / "files").rglob("*.original"))


def by_hand(folder: Path, patient: str) -> None:
    """Everything of the backup, with the right master key, tried on the wrapped key without the half."""
    master = DataFolder(folder).master_key()
    with sqlite3.connect(folder / "clinic.sqlite3") as database:
        [(wrapped,)] = database.execute("SELECT wrapped FROM vault_patientkey").fetchall()
    about = f"dermograph/1\n{patient}\nkey".encode()
    for key in (master, bytes(32), bytes(reversed(master))):
        for start in (0, 1):
            with pytest.raises(InvalidTag):
                AESGCM(key).decrypt(wrapped[start : start + 12], wrapped[start + 12 :], about)
