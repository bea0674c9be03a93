"""The audit trail as it lies in SQLite or PostgreSQL, read in stretches, by several processes where that pays.

Imports no Django: the processes that read start quickly.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

from dermograph.clinic.upkeep.chain import Stretch, walk

STRETCH = 25_000
_ALONE = 2 * STRETCH  # fewer entries are read sooner than another process starts
_MOST_PROCESSES = 8

Ask = Callable[[str, Sequence[Any]], Iterable[tuple[Any, ...]]]
"""Answers a query with ``%s`` for its values, row by row."""

_COLUMNS = {
    # Not the plain column `at`: Django's connections turn what is declared a datetime into one.
    "sqlite": "number, at || '', who_id, action, what, about, patient, details, previous, hash",
    "postgresql": (
        "number, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD HH24:MI:SS.US'), replace(who_id::text, '-', ''), action, "
        "what, replace(about::text, '-', ''), replace(patient::text, '-', ''), details::text, previous, hash"
    ),
}
_CLINIC = {"sqlite": "clinic_id", "postgresql": "replace(clinic_id::text, '-', '')"}
_IS = {"sqlite": "clinic_id = %s", "postgresql": "clinic_id = %s::uuid"}


@dataclass(frozen=True, slots=True)
class Trail:
    """Where the trail lies.

    Attributes:
        vendor: ``sqlite`` or ``postgresql``.
        where: The file, or what libpq connects by; None where only the connection at hand sees the rows.
    """

    vendor: str
    where: str | dict[str, Any] | None = None

    @property
    def columns(self) -> str:
        """What is selected of an entry, in the order of ``chain.Row``."""
        return _COLUMNS[self.vendor]

    @property
    def clinic(self) -> str:
        """The clinic's id without dashes."""
        return _CLINIC[self.vendor]

    @property
    def is_clinic(self) -> str:
        """The condition that names one clinic."""
        return _IS[self.vendor]

    @contextlib.contextmanager
    def asked(self) -> Iterator[Ask]:
        """A connection of one's own, which reads only."""
        if isinstance(self.where, str):
            with contextlib.closing(sqlite3.connect(f"{Path(self.where).as_uri()}?mode=ro", uri=True)) as lite:
                yield plain(lite)
        else:
            import psycopg  # noqa: PLC0415 (only where the database is PostgreSQL)

            with psycopg.connect(**(self.where or {}), autocommit=True) as session:
                session.execute("SET default_transaction_read_only = on")
                yield cast("Ask", session.execute)


def plain(lite: sqlite3.Connection) -> Ask:
    """What asks SQLite. Text that is no UTF-8, which only somebody else can have put there, is read all the same."""

    def ask(query: str, values: Sequence[Any]) -> Iterable[tuple[Any, ...]]:
        try:
            return lite.execute(query.replace("%s", "?"), values).fetchall()
        except (sqlite3.OperationalError, UnicodeDecodeError) as error:
            if "decode" not in str(error):
                raise
        lite.text_factory = lambda raw: raw.decode("utf-8", "surrogateescape")
        try:
            return lite.execute(query.replace("%s", "?"), values).fetchall()
        finally:
            lite.text_factory = str

    return ask


def clinics(trail: Trail, ask: Ask) -> dict[str, int]:
    """The id, without dashes, of every clinic that has entries, and how many."""
    rows = ask(f"SELECT {trail.clinic}, count(*) FROM audit_auditentry GROUP BY clinic_id ORDER BY clinic_id", ())  # noqa: S608 (our own words)
    return {str(row[0]): row[1] for row in rows}


def tasks(trail: Trail, ask: Ask, clinic: str) -> Iterator[tuple[str, int, int | None]]:
    """The stretches of a clinic in order: the first number of each, and the first one behind it; None at the end."""
    where = trail.is_clinic
    query = f"SELECT number FROM audit_auditentry WHERE {where} ORDER BY number LIMIT 1"  # noqa: S608 (our own words)
    further = f"SELECT number FROM audit_auditentry WHERE {where} AND number > %s ORDER BY number LIMIT 1 OFFSET %s"  # noqa: S608 (our own words)
    rows = list(ask(query, (clinic,)))
    while rows:
        start = rows[0][0]
        rows = list(ask(further, (clinic, start, STRETCH - 1)))
        yield clinic, start, rows[0][0] if rows else None


def read(trail: Trail, ask: Ask, clinic: str, start: int, end: int | None) -> Stretch:
    """Walk the entries from ``start`` up to, not including, ``end``; None reads to the last one."""
    limit, values = ("", (clinic, start)) if end is None else (" AND number < %s", (clinic, start, end))
    query = (
        f"SELECT {trail.columns} FROM audit_auditentry "  # noqa: S608 (our own words)
        f"WHERE {trail.is_clinic} AND number >= %s{limit} ORDER BY number"
    )
    return walk(clinic, ask(query, values))


def stretches(trail: Trail, ask: Ask, processes: int | None = None) -> Iterator[tuple[str, Stretch]]:
    """Every stretch of every clinic with its id, in order.

    Args:
        trail: Where it lies.
        ask: A connection that sees it.
        processes: How many read at the same time; None for as many as there are cores.
    """
    there = clinics(trail, ask)
    to_do = (task for clinic in there for task in tasks(trail, ask, clinic))
    cores = processes or min(os.cpu_count() or 1, _MOST_PROCESSES)
    if trail.where is None or cores == 1 or sum(there.values()) < _ALONE:
        for clinic, start, end in list(to_do):
            yield clinic, read(trail, ask, clinic, start, end)
        return
    fresh = multiprocessing.get_context("spawn")  # a fork would share the database's connection
    with ProcessPoolExecutor(cores, mp_context=fresh) as pool:
        # The others begin while further stretches are still looked for.
        begun = [(task[0], pool.submit(_apart, trail, task)) for task in to_do]
        for clinic, found in begun:
            yield clinic, found.result()


def _apart(trail: Trail, task: tuple[str, int, int | None]) -> Stretch:
    """One task in a process of its own."""
    with trail.asked() as ask:
        return read(trail, ask, *task)
