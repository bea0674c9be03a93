"""A small clinic in a data folder of its own, and the command line run on it as a person would."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.clinic.prepared import prepare

WORDS = "correct horse battery staple"
_SETUP = "import os; os.umask(0o077)\nimport django; django.setup()\n"
_MAKE = """
import datetime as dt
from django.core.management import call_command
call_command("migrate", verbosity=0)
from dermograph.clinic.audit.record import record
from dermograph.clinic.gallery.models import Comparison, Outline, Photograph
from dermograph.clinic.people.models import Area, Clinic, Course, Membership, Patient, Role, User
from dermograph.clinic.vault import store
clinic = Clinic.objects.create(name="Aurora", slug="aurora", language="en")
user = User.objects.create_user(email="lead@aurora.example", password="correct horse battery", name="Lead")
lead = Membership.objects.create(clinic=clinic, user=user, role=Role.MEDICAL_LEAD, treatments=["scalp"])
for number in range(1, 4):
    patient = Patient.objects.create(
        clinic=clinic, number=number, given_names="Ana", family_names=f"Sol {number}", synthetic=True
    )
    record("patient.registered", clinic=clinic, who=user, about=patient, patient=patient.pk)
    area = Area.objects.create(patient=patient, name="scalp", view="scalp")
    course = Course.objects.create(clinic=clinic, patient=patient, area=area, treatment="scalp")
    photographs = []
    for turn in range(2):
        data = f"synthetic photograph {number} {turn} ".encode() * 4000
        names = [store.put(patient, data + size.encode(), size) for size in ("original", "preview", "thumbnail")]
        photographs.append(Photograph.objects.create(
            clinic=clinic, course=course, taken_on=dt.date(2026, 1, 1 + turn), name="synthetic.jpg", kind="image/jpeg",
            sha256=f"{number}{turn}" * 32, bytes=len(data), width=10, height=10, file=names[0], preview=names[1],
            thumbnail=names[2], stage="done", usable=True,
        ))
        record("photograph.added", clinic=clinic, who=user, about=photographs[-1], patient=patient.pk)
    outline = Outline.objects.create(clinic=clinic, photograph=photographs[0], shape={})
    Comparison.objects.create(
        clinic=clinic, course=course, before=photographs[0], after=photographs[1], outline=outline, stage="done",
        pictures={"heat": store.put(patient, b"heat" * 1000, "heat")},
    )
print(json.dumps([str(one.pk) for one in Patient.objects.order_by("number")]))
"""

PHOTOGRAPH = """
from dermograph.clinic.gallery.models import Photograph
from dermograph.clinic.people.models import Patient
from dermograph.clinic.vault import store
from dermograph.core.errors import InputError
found = {}
for one in Photograph.objects.select_related("course__patient"):
    try:
        found[str(one.pk)] = store.get(one.course.patient, one.file).decode()[:24]
    except InputError as error:
        found[str(one.pk)] = type(error).__name__
print(json.dumps(found))
"""


def environment(data: Path, **more: str) -> dict[str, str]:
    """What a process of that clinic lives in."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO", "DERMOGRAPH"))}
    if "DATABASE_URL" not in more:
        plain.pop("DATABASE_URL", None)
    return plain | {"DERMOGRAPH_DATA": str(data), "DERMOGRAPH_BACKUP_PASSPHRASE": WORDS} | more


def inside(data: Path, script: str, **more: str) -> Any:  # noqa: ANN401 (JSON)
    """What a script prints last that runs on the clinic's rows."""
    settled = environment(data, DJANGO_SETTINGS_MODULE="dermograph.clinic.settings", **more)
    command = [sys.executable, "-c", f"import json\n{_SETUP}{script}"]
    done = subprocess.run(command, check=False, capture_output=True, text=True, env=settled, timeout=300)
    assert done.returncode == 0, done.stderr[-3000:]
    return json.loads(done.stdout.splitlines()[-1]) if done.stdout.strip() else None


def make(data: Path, **more: str) -> list[str]:
    """Make the clinic; the ids of its patients."""
    data.mkdir(mode=0o700)
    if "DATABASE_URL" not in more:
        prepare(data)
    made: list[str] = inside(data, _MAKE, **more)
    return made


def command(
    data: Path, *arguments: str | Path, before: Callable[[], None] | None = None, **more: str
) -> subprocess.CompletedProcess[str]:
    """Run ``dermograph …`` with that folder as its data."""
    return subprocess.run(
        [sys.executable, "-m", "dermograph", *map(str, arguments)],
        check=False,
        capture_output=True,
        text=True,
        env=environment(data, **more),
        timeout=300,
        preexec_fn=before,
        stdin=subprocess.DEVNULL,
    )


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    """A clinic with six photographs; nobody changes this one."""
    folder = tmp_path_factory.mktemp("house") / "data"
    return folder, make(folder)


@pytest.fixture(scope="module")
def kept(house: tuple[Path, list[str]], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A backup of it."""
    archive = tmp_path_factory.mktemp("kept") / "one.backup"
    done = command(house[0], "backup", archive)
    assert done.returncode == 0, done.stderr
    assert "21 files" in done.stdout
    assert "master.key is not in it" in done.stdout
    return archive


@pytest.fixture
def data(house: tuple[Path, list[str]], tmp_path: Path) -> Path:
    """A copy of the clinic that a test may change."""
    copy = Path(shutil.copytree(house[0], tmp_path / "data"))
    (copy / "backups.json").unlink(missing_ok=True)
    return copy
