"""A database with every migration applied, made once in a run and copied: the migrations take ten seconds each time."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from pathlib import Path

DATABASE = "clinic.sqlite3"
_MIGRATE = """
import os; os.umask(0o077)
import django; django.setup()
from django.core.management import call_command
call_command("migrate", verbosity=0)
"""


class Prepared:
    """Where the database of a run lies; the processes of the run share it, and the first that asks makes it."""

    place: Path

    @classmethod
    def database(cls) -> Path:
        """The database that is copied."""
        cls.place.mkdir(mode=0o700, exist_ok=True)
        with (cls.place / "lock").open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            done = cls.place / "done" / DATABASE
            if not done.exists():
                _make(cls.place / "made")
                (cls.place / "made").rename(cls.place / "done")
        return done


def prepare(data: Path) -> None:
    """Put the migrated database into a data folder that has none yet."""
    shutil.copy(Prepared.database(), data / DATABASE)


def _make(data: Path) -> None:
    shutil.rmtree(data, ignore_errors=True)
    data.mkdir(mode=0o700)
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("DJANGO", "DERMOGRAPH"))}
    plain.pop("DATABASE_URL", None)
    settled = plain | {"DERMOGRAPH_DATA": str(data), "DJANGO_SETTINGS_MODULE": "dermograph.clinic.settings"}
    done = subprocess.run([sys.executable, "-c", _MIGRATE], env=settled, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr[-3000:]
