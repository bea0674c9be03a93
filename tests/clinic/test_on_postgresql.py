"""The clinic's own tests once more on PostgreSQL, on a private server that is started and ended here."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.clinic.postgresql import private_postgresql

ROOT = Path(__file__).resolve().parents[2]

#: What asks nothing of the database that the others do not ask, or starts servers of its own.
ELSEWHERE = (
    "serve",
    "look",
    "gallery_draw",
    "vault",
    "upkeep/test_backup.py",
    "upkeep/test_restore.py",
    "upkeep/test_durability.py",
    "upkeep/test_upkeep_on_postgresql.py",
    "gallery/test_measuring.py",
    "api/test_client.py",
    "api/test_document.py",
    "api/test_matrix.py",
    "api/test_schemathesis.py",
    "fhir/test_fhir_matrix.py",
    "fhir/test_statement.py",
    "printed/test_papers.py",
    "reminders/test_kinds.py",
    "research/test_tables.py",
    "scalp/test_design_drawing.py",
    "website/test_check.py",
    "website/test_treatment_pages.py",
    "scale/test_several_machines.py",
    "portal/test_own_words.py",
    "test_large_clinics.py",
    "test_permissions.py",
    "rights/test_exits.py",
    "rights/test_old_backup.py",
    "people/test_numbers_at_once.py",
    "intake/test_golden_cases.py",
)


@pytest.fixture
def server() -> Iterator[str]:
    """The address of a database of a new server that listens on a socket only."""
    with private_postgresql() as address:
        yield address


@pytest.mark.long
@pytest.mark.slow(longest=True)  # minutes: begun halfway
@pytest.mark.skipif("DATABASE_URL" in os.environ, reason="this is the run on PostgreSQL itself")
def test_the_clinic_does_on_postgresql_what_it_does_on_sqlite(server: str, tmp_path: Path) -> None:
    environment = os.environ | {"DATABASE_URL": server, "DERMOGRAPH_DATA": str(tmp_path)}
    for name in ("PYTEST_XDIST_WORKER", "PYTEST_CURRENT_TEST", "PYTEST_XDIST_WORKER_COUNT", "PYTEST_XDIST_TESTRUNUID"):
        environment.pop(name, None)
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "pytest",
            "tests/clinic",
            "-q",
            "-n0",
            "-p",
            "no:cacheprovider",
            "-m",
            "not browser",
            *(f"--ignore=tests/clinic/{place}" for place in ELSEWHERE),
        ],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-4000:] + done.stderr[-2000:]
