"""Many registrations at once on SQLite, with the site's own settings: no number twice, none left out."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.clinic.prepared import prepare

AT_ONCE = """
import threading
import django
django.setup()
from django.core.management import call_command
from django.db import connection, connections
call_command("migrate", verbosity=0)
from dermograph.clinic.audit.record import broken_at
from dermograph.clinic.people.models import Clinic, Patient
from dermograph.clinic.people.services import register_patient
clinic = Clinic.objects.create(name="C", slug="c")
failed = []
def work(name):
    try:
        for turn in range(5):
            register_patient(clinic=clinic, who=None, given_names=f"N{name}", family_names=f"F{turn}")
    except Exception as error:
        failed.append(repr(error))
    finally:
        connections.close_all()
threads = [threading.Thread(target=work, args=(name,)) for name in range(8)]
for one in threads: one.start()
for one in threads: one.join()
numbers = sorted(Patient.objects.values_list("number", flat=True))
print(failed, numbers == list(range(1, 41)), broken_at(clinic))
"""


@pytest.mark.slow
def test_forty_registrations_by_eight_at_once_count_one_to_forty(tmp_path: Path) -> None:
    prepare(tmp_path)
    environment = {
        **os.environ,
        "DERMOGRAPH_DATA": str(tmp_path),
        "DJANGO_SETTINGS_MODULE": "dermograph.clinic.settings",
    }
    environment.pop("DATABASE_URL", None)
    done = subprocess.run(
        [sys.executable, "-c", AT_ONCE], env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.stdout.strip() == "[] True None", done.stderr[-2000:]
