"""The clinic's own tests once more on PostgreSQL, on a private server that is started and ended here."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PLACES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)

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
    "api/test_document.py",
    "api/test_matrix.py",
    "api/test_schemathesis.py",
    "website/test_treatment_pages.py",
)


def postgresql() -> Path | None:
    """The folder of PostgreSQL's programs, the newest one; None if it is not installed."""
    return next((place for place in PLACES if (place / "initdb").exists()), None)


@pytest.fixture
def server() -> Iterator[str]:
    """The address of a database of a new server that listens on a socket only."""
    programs = postgresql()
    if programs is None:
        message = "PostgreSQL is not installed (make system)"
        if os.environ.get("CI") == "true":
            pytest.fail(message)
        pytest.skip(message)
    # Not in pytest's own folder, which is root's: PostgreSQL refuses to run as root, and its own user gets this one.
    folder = Path(tempfile.mkdtemp(prefix="dermograph-pg-"))
    wrap: list[str] = []
    if os.geteuid() == 0:
        wrap = ["runuser", "-u", "postgres", "--"]
        shutil.chown(folder, "postgres", "postgres")
    data, log = folder / "data", folder / "log"

    def run(*command: str | Path) -> None:
        subprocess.run([*wrap, *map(str, command)], check=True, capture_output=True, cwd=folder)

    run(programs / "initdb", "-D", data, "-A", "trust", "-U", "dermograph", "-E", "UTF8", "--locale=C.UTF-8")
    options = f"-c listen_addresses='' -c unix_socket_directories='{folder}' -c fsync=off"
    run(programs / "pg_ctl", "-D", data, "-l", log, "-w", "-o", options, "start")
    try:
        run(programs / "createdb", "-h", folder, "-U", "dermograph", "clinic")
        yield f"postgresql://dermograph@/clinic?host={folder}"
    finally:
        run(programs / "pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.slow(longest=True)  # minutes: begun last, the other worker would wait for it
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
