"""A copy of a database held against what the archive's manifest says of it."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
import sqlite3
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from dermograph.clinic.upkeep import anchors, contents
from dermograph.clinic.upkeep.manifest import Manifest
from dermograph.clinic.upkeep.postgresql import program
from dermograph.clinic.upkeep.snapshot import check_whole
from dermograph.clinic.upkeep.trail import Ask, Trail, plain
from dermograph.clinic.upkeep.verify import Report, prove
from dermograph.core.text import Text

_COPY = re.compile(r"COPY (\S+) \((.*)\) FROM stdin;")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_MEANT = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}
_TRAIL = ("number", "at", "who_id", "action", "what", "about", "patient", "details", "previous", "hash", "clinic_id")
_IDS = frozenset({"who_id", "about", "patient", "clinic_id"})
_BATCH = 10_000


def differences(
    manifest: Manifest, counts: Mapping[str, int], heads: anchors.Heads, migrations: Sequence[str]
) -> list[Text]:
    """What a database has otherwise than the manifest says; empty if it is the same."""
    found = []
    for table in sorted(manifest.counts.keys() | counts.keys()):
        one, other = manifest.counts.get(table), counts.get(table)
        if one != other:
            found.append(
                Text(
                    f"Table {table} has {other} rows; the backup was made of {one}.",
                    f"La tabla {table} tiene {other} filas; la copia se hizo con {one}.",
                )
            )
    found += [
        Text(
            f"The audit trail of clinic {clinic} ends elsewhere than in the manifest.",
            f"El registro de actividad de la clínica {clinic} no acaba donde dice el manifiesto.",
        )
        for clinic in sorted(manifest.heads.keys() | heads.keys())
        if manifest.heads.get(clinic) != heads.get(clinic)
    ]
    if list(migrations) != list(manifest.migrations):
        found.append(Text("The database is of another version.", "La base de datos es de otra versión."))
    return found


def compare(manifest: Manifest, trail: Trail, ask: Ask) -> tuple[list[Text], Report]:
    """Hold a database against the manifest, and prove its audit trail.

    Returns:
        What is different or wrong, and what was found in the trail.
    """
    found = differences(manifest, contents.counts(trail, ask), anchors.heads_of(trail, ask), contents.migrations(ask))
    return _with_trail(found, manifest, trail, ask)


def compare_sqlite(manifest: Manifest, file: Path) -> tuple[list[Text], Report]:
    """The same of a SQLite file that lies there alone.

    Raises:
        InputError: If SQLite finds it damaged.
    """
    with contextlib.closing(sqlite3.connect(f"{file.as_uri()}?mode=ro", uri=True)) as lite:
        check_whole(lite)
        return compare(manifest, Trail("sqlite", str(file)), plain(lite))


def compare_dump(manifest: Manifest, file: Path) -> tuple[list[Text], Report]:
    """The same of a dump of PostgreSQL, without a server: its rows are read from it as text.

    Raises:
        InputError: If ``pg_restore`` is not installed.
    """
    beside = file.with_name("trail.sqlite3")
    counts: dict[str, int] = {}
    migrations: list[str] = []
    with contextlib.closing(sqlite3.connect(beside, isolation_level=None)) as lite:
        columns = ", ".join(_TRAIL)
        lite.execute(f"CREATE TABLE audit_auditentry (id INTEGER PRIMARY KEY AUTOINCREMENT, {columns})")
        lite.execute("BEGIN")
        process = subprocess.Popen(  # noqa: S603 (a program of PostgreSQL, our own arguments)
            [program("pg_restore"), "-f", "-", str(file)], stdout=subprocess.PIPE, text=True, errors="surrogateescape"
        )
        with process, process.stdout or contextlib.nullcontext(iter(())) as lines:
            table = ""
            names: list[str] = []
            batch: list[tuple[object, ...]] = []
            for line in lines:
                if not table:
                    if opening := _COPY.fullmatch(line.rstrip("\n")):
                        table, names = contents.plain_name(opening[1]), opening[2].replace('"', "").split(", ")
                        counts[table] = 0
                    continue
                if line == "\\.\n":
                    table = ""
                    continue
                counts[table] += 1
                if table in ("audit_auditentry", "django_migrations"):
                    row = dict(zip(names, map(_value, line.rstrip("\n").split("\t")), strict=True))
                    if table == "django_migrations":
                        migrations.append(f"{row['app']}.{row['name']}")
                    else:
                        batch.append(tuple(_as_sqlite(name, row[name]) for name in _TRAIL))
                if len(batch) >= _BATCH:
                    _insert(lite, batch)
            _insert(lite, batch)
        lite.execute("COMMIT")
        lite.execute("CREATE INDEX by_number ON audit_auditentry (clinic_id, number)")
        trail, ask = Trail("sqlite", str(beside)), plain(lite)
        found = differences(manifest, counts, anchors.heads_of(trail, ask), sorted(migrations))
        if process.returncode:
            found.append(Text("pg_restore cannot read the dump.", "pg_restore no puede leer el volcado."))
        answer = _with_trail(found, manifest, trail, ask)
    beside.unlink()
    return answer


def _with_trail(found: list[Text], manifest: Manifest, trail: Trail, ask: Ask) -> tuple[list[Text], Report]:
    report = prove(trail, ask, [anchors.Anchor(manifest.made_at, manifest.heads)])
    return [*found, *(one.words() for one in report.findings)], report


def _insert(lite: sqlite3.Connection, batch: list[tuple[object, ...]]) -> None:
    places = ", ".join("?" * len(_TRAIL))
    lite.executemany(f"INSERT INTO audit_auditentry ({', '.join(_TRAIL)}) VALUES ({places})", batch)  # noqa: S608 (our own words)
    batch.clear()


def _value(text: str) -> str | None:
    """A value of a ``COPY`` as it was."""
    if text == "\\N":
        return None
    return _ESCAPE.sub(lambda found: _MEANT.get(found[1], found[1]), text) if "\\" in text else text


def _as_sqlite(name: str, value: str | None) -> str | int | None:
    """A column of the trail as SQLite would keep it."""
    if value is None:
        return None
    if name == "number":
        return int(value)
    if name == "at":
        return str(dt.datetime.fromisoformat(value).astimezone(dt.UTC).replace(tzinfo=None))
    return value.replace("-", "") if name in _IDS else value
