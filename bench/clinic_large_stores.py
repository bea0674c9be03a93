"""SQLite and PostgreSQL as the generator fills them: in bulk, without what slows that down, and resumable."""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from operator import itemgetter
from pathlib import Path
from typing import Any, Protocol, cast

LEDGER = "bench_large_done"  # which parts are there; a part is committed together with its line
NUMBERED = frozenset({"people_nametoken", "agenda_occupied", "audit_auditentry"})  # the database gives their ids
FETCHED = 20_000  # rows of a large answer at once
Rows = Iterable[Mapping[str, Any]]


class Store(Protocol):
    """A database that is filled."""

    vendor: str

    def rows(self, query: str, values: Sequence[object] = ()) -> Iterator[tuple[Any, ...]]:
        """What a query gives, a piece at a time; its values are marked with ``?``."""

    def run(self, statement: str) -> None:
        """Run a statement."""

    def add(self, table: str, rows: Rows) -> None:
        """Add rows to a table."""

    def commit(self, part: str) -> None:
        """Keep what was added, and that this part is there."""

    def analyze(self) -> None:
        """Let the database count what it holds, as it does by itself in a site that has grown."""

    def is_there(self, part: str) -> bool:
        """Whether a part was committed."""

    def without_indexes(self, tables: Iterable[str]) -> contextlib.AbstractContextManager[None]:
        """Drop the indexes that no constraint rests on; they are built again at the end."""

    def close(self) -> None:
        """Let go of it."""


class _Store:
    vendor = ""
    query_indexes = ""

    def __init__(self) -> None:
        self.columns: dict[str, tuple[str, ...]] = {}
        self.tuples: dict[str, Callable[[Any], tuple[Any, ...]]] = {}

    def rows(self, _query: str, _values: Sequence[object] = ()) -> Iterator[tuple[Any, ...]]:
        raise NotImplementedError

    def run(self, _statement: str) -> None:
        raise NotImplementedError

    def is_there(self, part: str) -> bool:
        """Whether a part was committed."""
        return next(self.rows(f"SELECT 1 FROM {LEDGER} WHERE part = ?", [part]), None) is not None  # noqa: S608 (our own word)

    @contextlib.contextmanager
    def without_indexes(self, tables: Iterable[str]) -> Iterator[None]:
        """Drop the indexes that no constraint rests on; they are built again at the end."""
        wanted = set(tables)
        self.run(f"CREATE TABLE IF NOT EXISTS {LEDGER}_indexes (made text)")
        kept = [row[0] for row in self.rows(f"SELECT made FROM {LEDGER}_indexes")]  # noqa: S608 (our own word)
        for table, name, made in list(self.rows(self.query_indexes)):
            if table in wanted and not made.startswith("CREATE UNIQUE"):
                kept.append(made)
                self.run(f"INSERT INTO {LEDGER}_indexes VALUES ('{made.replace(chr(39), 2 * chr(39))}')")  # noqa: S608 (Django's own index)
                self.run(f'DROP INDEX "{name}"')
        yield
        for made in kept:
            self.run(made)
        self.run(f"DROP TABLE {LEDGER}_indexes")

    def _learn(self, table: str, names: Iterable[str]) -> None:
        if table not in self.columns:
            self.columns[table] = tuple(name for name in names if name != "id" or table not in NUMBERED)
            self.tuples[table] = cast("Callable[[Any], tuple[Any, ...]]", itemgetter(*self.columns[table]))


class Lite(_Store):
    """An SQLite file, written without a journal of its own pages and without waiting for the disk."""

    vendor = "sqlite"
    query_indexes = "SELECT tbl_name, name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.link = sqlite3.connect(file, isolation_level=None)
        for pragma in ("journal_mode=DELETE", "synchronous=OFF", "foreign_keys=OFF", "cache_size=-1500000"):
            self.link.execute(f"PRAGMA {pragma}")
        self.link.execute(f"CREATE TABLE IF NOT EXISTS {LEDGER} (part text PRIMARY KEY)")

    def rows(self, query: str, values: Sequence[object] = ()) -> Iterator[tuple[Any, ...]]:
        """What a query gives."""
        yield from self.link.execute(query, tuple(values))

    def run(self, statement: str) -> None:
        """Run a statement."""
        self.link.execute(statement)

    def add(self, table: str, rows: Rows) -> None:
        """Add rows to a table."""
        if table not in self.columns:
            self._learn(table, (row[1] for row in self.link.execute(f'PRAGMA table_info("{table}")')))
        if not self.link.in_transaction:
            self.link.execute("BEGIN")
        columns = self.columns[table]
        names, marks = ", ".join(f'"{name}"' for name in columns), ", ".join("?" * len(columns))
        statement = f'INSERT INTO "{table}" ({names}) VALUES ({marks})'  # noqa: S608 (names of columns)
        self.link.executemany(statement, map(self.tuples[table], rows))

    def commit(self, part: str) -> None:
        """Keep what was added."""
        if not self.link.in_transaction:
            self.link.execute("BEGIN")
        self.link.execute(f"INSERT INTO {LEDGER} VALUES (?)", [part])  # noqa: S608 (our own word)
        self.link.execute("COMMIT")

    def analyze(self) -> None:
        """Nothing: the site never has SQLite count, and counts of columns that are mostly empty mislead its planner."""

    def close(self) -> None:
        """Leave the file as the site opens it."""
        self.link.execute("PRAGMA journal_mode=WAL")
        self.link.close()


class Server(_Store):
    """A PostgreSQL database, filled by COPY as its owner, who needs not have each foreign key looked up."""

    vendor = "postgresql"
    query_indexes = "SELECT tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'"

    def __init__(self, where: Mapping[str, Any]) -> None:
        super().__init__()
        import psycopg

        self.where = dict(where)
        self.link = psycopg.connect(**self.where)
        self.aside = psycopg.connect(**self.where)  # a large answer is read while its rows are copied in
        self.link.execute("SET session_replication_role = replica; SET maintenance_work_mem = '512MB'")
        self.link.execute("SET timezone = 'UTC'")
        self.link.execute(f"CREATE TABLE IF NOT EXISTS {LEDGER} (part text PRIMARY KEY)")
        self.link.commit()

    def rows(self, query: str, values: Sequence[object] = ()) -> Iterator[tuple[Any, ...]]:
        """What a query gives, by a cursor of the server's own."""
        with self.aside.transaction(), self.aside.cursor(name="large") as cursor:
            cursor.itersize = FETCHED
            cursor.execute(query.replace("?", "%s"), tuple(values))
            yield from cursor

    def run(self, statement: str) -> None:
        """Run a statement."""
        self.link.execute(statement)
        self.link.commit()

    def add(self, table: str, rows: Rows) -> None:
        """Add rows to a table."""
        if table not in self.columns:
            query = "SELECT column_name FROM information_schema.columns WHERE table_name = ? ORDER BY ordinal_position"
            self._learn(table, (row[0] for row in self.rows(query, [table])))
        names = ", ".join(f'"{name}"' for name in self.columns[table])
        with self.link.cursor() as cursor, cursor.copy(f'COPY "{table}" ({names}) FROM STDIN') as copy:
            for row in map(self.tuples[table], rows):
                copy.write_row(row)

    def commit(self, part: str) -> None:
        """Keep what was added."""
        self.link.execute(f"INSERT INTO {LEDGER} VALUES (%s)", [part])  # noqa: S608 (our own word)
        self.link.commit()

    def analyze(self) -> None:
        """Count what it holds, as autovacuum does."""
        self.link.autocommit = True
        self.link.execute("VACUUM ANALYZE")
        self.link.autocommit = False

    def close(self) -> None:
        """Let go of it."""
        self.link.close()
        self.aside.close()


def store_of(connection: Any) -> Store:  # noqa: ANN401 (one of Django's)
    """The database that Django is set up for."""
    if connection.vendor == "sqlite":
        file = Path(str(connection.settings_dict["NAME"]))
        connection.close()
        return Lite(file)
    where = connection.get_connection_params()
    kept = {name: where[name] for name in ("dbname", "user", "password", "host", "port") if where.get(name)}
    return Server(kept)
