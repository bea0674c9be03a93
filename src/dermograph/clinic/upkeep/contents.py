"""What a database holds, so that a copy can be held against it: rows of each table, heads of chains, names of files."""

from __future__ import annotations

import json
from collections.abc import Iterator

from dermograph.clinic.upkeep.trail import Ask, Trail

#: Columns that name files of the vault; those of the second kind hold JSON of names.
FILE_COLUMNS = (("gallery_photograph", ("file", "preview", "thumbnail")),)
FILE_JSON = (
    ("gallery_comparison", "pictures"),
    ("scalp_scalpreading", "pictures"),
    ("scalp_scalpchange", "pictures"),
    ("scalp_scalpdesign", "pictures"),
)
_TABLES = {
    "sqlite": "SELECT '\"' || name || '\"' FROM sqlite_master WHERE type = 'table' AND substr(name, 1, 7) <> 'sqlite_'",
    "postgresql": (
        "SELECT quote_ident(schemaname) || '.' || quote_ident(tablename) FROM pg_tables "
        "WHERE schemaname NOT IN ('pg_catalog', 'information_schema')"
    ),
}


def tables(trail: Trail, ask: Ask) -> list[str]:
    """Every table, as it is named in SQL."""
    return sorted(str(row[0]) for row in ask(_TABLES[trail.vendor], ()))


def counts(trail: Trail, ask: Ask) -> dict[str, int]:
    """How many rows each table holds; tables are named without schema ``public`` and without quotes."""
    found = {}
    for table in tables(trail, ask):
        rows = ask(f"SELECT count(*) FROM {table}", ())  # noqa: S608 (names that the database gave, quoted)
        found[plain_name(table)] = int(next(iter(rows))[0])
    return found


def plain_name(table: str) -> str:
    """A table's name, the same for both databases."""
    return table.replace('"', "").removeprefix("public.")


def migrations(ask: Ask) -> list[str]:
    """Which migrations the database has seen, ``app.name``."""
    return sorted(f"{row[0]}.{row[1]}" for row in ask("SELECT app, name FROM django_migrations", ()))


def file_names(ask: Ask) -> Iterator[str]:
    """The names of the files that rows speak of; some come more than once.

    A database of before knows fewer tables: it is backed up, and restored, all the same.
    """
    apps = {one.partition(".")[0] for one in migrations(ask)}
    for table, columns in FILE_COLUMNS:
        for row in ask(f"SELECT {', '.join(columns)} FROM {table}", ()):  # noqa: S608 (our own words)
            yield from (str(name) for name in row if name)
    for table, column in FILE_JSON:
        if table.partition("_")[0] not in apps:
            continue
        for (value,) in ask(f"SELECT {column} FROM {table}", ()):  # noqa: S608 (our own words)
            held = json.loads(value) if isinstance(value, str) else value
            yield from (str(name) for name in (held or {}).values() if name)
