"""The programs of PostgreSQL, run on the site's own database."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from dermograph.clinic.upkeep.verify import postgresql_parameters
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text

_PLACES = sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
#: How libpq's parameters are called in the environment, where no list of processes shows a password.
_LIBPQ = {
    "host": "PGHOST",
    "hostaddr": "PGHOSTADDR",
    "port": "PGPORT",
    "dbname": "PGDATABASE",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "passfile": "PGPASSFILE",
    "service": "PGSERVICE",
    "options": "PGOPTIONS",
    "sslmode": "PGSSLMODE",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
    "sslrootcert": "PGSSLROOTCERT",
    "connect_timeout": "PGCONNECT_TIMEOUT",
    "target_session_attrs": "PGTARGETSESSIONATTRS",
}


def program(name: str) -> str:
    """A program of PostgreSQL, the newest that is installed.

    Raises:
        InputError: If it is not.
    """
    found = next((str(place / name) for place in _PLACES if (place / name).exists()), None) or shutil.which(name)
    if found is None:
        raise InputError(
            Text(f"{name} is not installed.", f"{name} no está instalado."),
            todo=Text("Install PostgreSQL's client programs.", "Instale los programas cliente de PostgreSQL."),
        )
    return found


def environment() -> dict[str, str]:
    """The environment in which these programs find the site's database."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    given = {_LIBPQ[name]: str(value) for name, value in postgresql_parameters().items() if name in _LIBPQ}
    return inherited | given


def run_program(name: str, *arguments: str, into: Path) -> None:
    """Run one.

    Args:
        name: Of the program.
        arguments: What to give it.
        into: Where it writes, for the message where that is full.

    Raises:
        InputError: If it fails; with its own words.
    """
    done = subprocess.run(  # noqa: S603 (a program of PostgreSQL, our own arguments)
        [program(name), *arguments], env=environment(), capture_output=True, text=True, check=False
    )
    if not done.returncode:
        return
    if "No space left" in done.stderr or "File too large" in done.stderr:
        raise InputError(
            Text("The disk is full: nothing was kept.", "El disco está lleno: no se ha guardado nada."),
            Place(str(into)),
            Text("Make room, then try again.", "Libere espacio y vuelva a intentarlo."),
        )
    lines = [line for line in done.stderr.splitlines() if "error" in line.lower()] or done.stderr.splitlines()
    said = lines[0][:300] if lines else str(done.returncode)
    raise InputError(Text(f"{name} failed: {said}", f"{name} ha fallado: {said}"))
