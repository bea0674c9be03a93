"""Of patients who want one time at the same moment one gets it and the others are told; nobody gets two."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.clinic.portal.at_once import PATIENTS, WINDOWS, ask_at_once

ROOT = Path(__file__).resolve().parents[3]
EXPECTED = {
    "same": [302, *[409] * (PATIENTS - 1)],
    "told": PATIENTS - 1,
    "windows": [302, *[422] * (WINDOWS - 1)],
    "appointments": 2,
    "changes": 2,
    "occupied": 72,
    "broken_at": None,
}


@pytest.mark.skipif("DATABASE_URL" in os.environ, reason="on PostgreSQL the next test does it")
def test_of_many_patients_at_once_one_gets_the_time_and_nobody_gets_two(tmp_path: Path) -> None:
    # With a file: SQLite in memory, as tests have it, locks whole tables and cannot wait.
    (tmp_path / "static").mkdir()
    own = {"DERMOGRAPH_DATA": str(tmp_path), "DJANGO_SETTINGS_MODULE": "tests.clinic.settings", "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-m", "tests.clinic.portal.at_once"],
        cwd=ROOT,
        env={**os.environ, **own},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr[-4000:]
    assert json.loads(done.stdout.splitlines()[-1]) == EXPECTED


@pytest.mark.skipif("DATABASE_URL" not in os.environ, reason="on SQLite the test before does it")
@pytest.mark.django_db(transaction=True)
def test_of_many_patients_at_once_one_gets_the_time_on_postgresql() -> None:
    assert ask_at_once() == EXPECTED
