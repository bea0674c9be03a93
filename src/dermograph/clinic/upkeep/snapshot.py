"""One moment of the database, copied while the clinic works."""

from __future__ import annotations

import contextlib
import os
import shutil
import sqlite3
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import connection

from dermograph.clinic.upkeep import anchors, contents
from dermograph.clinic.upkeep.manifest import MEMBER
from dermograph.clinic.upkeep.postgresql import run_program
from dermograph.clinic.upkeep.trail import Ask, Trail, plain
from dermograph.clinic.upkeep.verify import postgresql_parameters
from dermograph.core.errors import InputError
from dermograph.core.text import Text

_WORK = "backup.work-"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A copy, and what it holds.

    Attributes:
        file: The copy: a SQLite database, or a dump of PostgreSQL in its custom format.
        counts: Rows of each table.
        heads: How far each clinic's audit trail goes.
        migrations: Which the database has seen.
        files: Where the names of the vault's files that the rows speak of are, one a line.
    """

    vendor: str
    file: Path
    counts: Mapping[str, int]
    heads: anchors.Heads
    migrations: list[str]
    files: Path


def snapshot(folder: Path) -> Snapshot:
    """Copy the site's database into a folder, and check the copy.

    Raises:
        InputError: If there is no room, the database cannot be read, or the copy is not whole.
    """
    if connection.vendor == "sqlite":
        return _of_sqlite(folder)
    return _of_postgresql(folder)


def _of_sqlite(folder: Path) -> Snapshot:
    source, copy = Path(str(connection.settings_dict["NAME"])), folder / MEMBER["sqlite"]
    if shutil.disk_usage(folder).free < source.stat().st_size:
        raise _no_room(folder)
    try:
        with contextlib.closing(sqlite3.connect(source, timeout=60)) as lite:
            lite.execute("VACUUM INTO ?", (str(copy),))
        with contextlib.closing(sqlite3.connect(f"{copy.as_uri()}?mode=ro", uri=True)) as lite:
            check_whole(lite)
            return _described(Trail("sqlite", str(copy)), plain(lite), copy, folder)
    except sqlite3.DatabaseError as error:
        if "full" in str(error) or "disk I/O" in str(error):
            raise _no_room(folder) from error
        raise InputError(
            Text(f"The database cannot be copied ({error}).", "La base de datos no se puede copiar."),
            todo=Text("Run: dermograph check", "Ejecute: dermograph check"),
        ) from error


def check_whole(lite: sqlite3.Connection, *, quick: bool = False) -> None:
    """Let SQLite go through every page, and unless it shall be quick through every index.

    Raises:
        InputError: If it finds anything.
    """
    try:
        said = [row[0] for row in lite.execute("PRAGMA quick_check(5)" if quick else "PRAGMA integrity_check(5)")]
    except sqlite3.DatabaseError as error:
        said = [str(error)]
    if said != ["ok"]:
        raise InputError(
            Text(f"The database is damaged: {said[0]}", "La base de datos está dañada."),
            todo=Text("Restore the last whole backup.", "Restaure la última copia íntegra."),
        )


def _of_postgresql(folder: Path) -> Snapshot:
    import psycopg  # noqa: PLC0415 (only where the database is PostgreSQL)

    given, copy = postgresql_parameters(), folder / MEMBER["postgresql"]
    with psycopg.connect(**given) as session:
        session.isolation_level = psycopg.IsolationLevel.REPEATABLE_READ
        session.read_only = True
        exported = session.execute("SELECT pg_export_snapshot()").fetchone()
        name = exported[0] if exported else ""
        # The dump sees exactly what is counted here: both look at the same exported snapshot.
        run_program(
            "pg_dump", "-Fc", "-Z1", "--no-owner", "--no-privileges", f"--snapshot={name}", "-f", str(copy), into=folder
        )
        ask: Any = session.execute
        return _described(Trail("postgresql", given), ask, copy, folder)


def _described(trail: Trail, ask: Ask, copy: Path, folder: Path) -> Snapshot:
    names = folder / "names"
    with names.open("w", encoding="utf-8") as listed:
        listed.writelines(f"{name}\n" for name in contents.file_names(ask))
    heads = anchors.heads_of(trail, ask)
    return Snapshot(trail.vendor, copy, contents.counts(trail, ask), heads, contents.migrations(ask), names)


@contextlib.contextmanager
def working_folder(data: Path) -> Iterator[Path]:
    """A folder of one's own in the data folder; those that were left behind by who died are cleared away.

    Raises:
        ValueError: If the data folder is none, so that nothing is ever cleared away elsewhere.
    """
    if not data.is_absolute() or not data.is_dir():
        msg = f"{data} is no data folder"
        raise ValueError(msg)
    for old in data.glob(f"{_WORK}*"):
        number = old.name.removeprefix(_WORK)
        if number.isdigit() and not (Path("/proc") / number).exists():
            clear(old)
    folder = data / f"{_WORK}{os.getpid()}"
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        clear(folder)


def clear(folder: Path) -> None:
    """Remove a working folder: the files that are made in it, by their names, then the folder itself if it is empty."""
    for name in (*MEMBER.values(), "names", "files.sha256", "database.sqlite3-journal"):
        (folder / name).unlink(missing_ok=True)
    with contextlib.suppress(OSError):
        folder.rmdir()


def _no_room(folder: Path) -> InputError:
    free = shutil.disk_usage(folder).free // 1_000_000
    return InputError(
        Text(
            f"The disk is full: the copy of the database does not fit ({free} MB are free). Nothing was kept.",
            f"El disco está lleno: la copia de la base de datos no cabe (quedan {free} MB). No se ha guardado nada.",
        ),
        todo=Text("Make room, then back up again.", "Libere espacio y repita la copia."),
    )
