"""A private PostgreSQL for tests: started in a folder of its own, on a socket only, and ended with the tests."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

PLACES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)


def postgresql() -> Path | None:
    """The folder of PostgreSQL's programs, the newest one; None if it is not installed."""
    return next((place for place in PLACES if (place / "initdb").exists()), None)


@contextlib.contextmanager
def private_postgresql() -> Iterator[str]:
    """The address of a database of a new server; skips the test where PostgreSQL is missing, but not under CI."""
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
