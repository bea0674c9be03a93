"""A PostgreSQL server of one's own for a measurement: on a socket only, with the settings of a fresh installation."""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

_PLACES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
_WHO = "postgres"  # it refuses to be run by root
#: A quarter of a small server's memory, as its manual recommends; everything else is as it comes.
_SETTINGS = ("shared_buffers=1GB", "listen_addresses=''", "max_wal_size=4GB")


def programs() -> Path | None:
    """The folder of PostgreSQL's programs, the newest one; None if it is not installed."""
    return next((place for place in _PLACES if (place / "initdb").exists()), None)


@contextlib.contextmanager
def private_postgresql(kept: Path | None = None) -> Iterator[tuple[str, Path]]:
    """A server: the address of its database, and its folder. It is ended at the end.

    Args:
        kept: The folder that it lies in and stays in, with what an earlier run left; None for a new one that is
            removed at the end.

    Raises:
        FileNotFoundError: If PostgreSQL is not installed.
    """
    found = programs()
    if found is None:
        msg = "PostgreSQL is not installed (make system)"
        raise FileNotFoundError(msg)
    folder = kept or Path(tempfile.mkdtemp(prefix="dermograph-pg-"))
    folder.mkdir(mode=0o700, exist_ok=True)
    as_its_own: list[str] = []
    if os.geteuid() == 0:
        as_its_own = ["runuser", "-u", _WHO, "--"]
        shutil.chown(folder, _WHO, _WHO)
    data, log = folder / "data", folder / "log"

    def run(*command: str | Path) -> None:
        subprocess.run([*as_its_own, *map(str, command)], check=True, cwd=folder, stdout=subprocess.DEVNULL)

    is_new = not data.exists()
    if is_new:
        run(found / "initdb", "-D", data, "-A", "trust", "-U", "dermograph", "-E", "UTF8", "--locale=C.UTF-8")
    options = " ".join(f"-c {one}" for one in (*_SETTINGS, f"unix_socket_directories='{folder}'"))
    try:
        run(found / "pg_ctl", "-D", data, "-l", log, "-w", "-o", options, "start")
        if is_new:
            run(found / "createdb", "-h", folder, "-U", "dermograph", "clinic")
        yield f"postgresql://dermograph@/clinic?host={folder}", folder
    finally:
        with contextlib.suppress(subprocess.CalledProcessError):
            run(found / "pg_ctl", "-D", data, "-m", "immediate" if kept is None else "fast", "stop")
        if kept is None:
            shutil.rmtree(folder, ignore_errors=True)
