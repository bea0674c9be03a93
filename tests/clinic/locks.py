"""The rows that a transaction locks, in the order in which it does: read from Django's own queries, on any database."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.db import connections
from django.db.models.sql import UpdateQuery
from django.db.models.sql.compiler import SQLCompiler, SQLUpdateCompiler
from django.db.transaction import Atomic

#: The transactions that ended, each as the tables of its locks.
Taken = list[list[str]]


@contextlib.contextmanager
def watched(monkeypatch: pytest.MonkeyPatch) -> Iterator[Taken]:
    """Watch every transaction of the services; the one that a test is wrapped in is none.

    A row that is written is locked like one that is locked for it. Rows are told apart by their table only.
    """
    found: Taken = []
    depth = 0
    enter, leave = Atomic.__enter__, Atomic.__exit__

    def entered(self: Any) -> None:  # noqa: ANN401 (Django's own)
        nonlocal depth
        enter(self)
        if not self._from_testcase:
            if depth == 0:
                found.append([])
            depth += 1

    def left(self: Any, *error: Any) -> None:  # noqa: ANN401 (Django's own)
        nonlocal depth
        depth -= not self._from_testcase
        leave(self, *error)

    def noting(execute: Callable[..., Any]) -> Callable[..., Any]:
        def executed(self: Any, *args: Any, **options: Any) -> Any:  # noqa: ANN401 (Django's own)
            name = self.query.get_meta().label if _locks(self.query) else ""
            if depth and name and name not in found[-1]:
                found[-1].append(name)
            return execute(self, *args, **options)

        return executed

    with monkeypatch.context() as patch:
        patch.setattr(Atomic, "__enter__", entered)
        patch.setattr(Atomic, "__exit__", left)
        patch.setattr(SQLCompiler, "execute_sql", noting(SQLCompiler.execute_sql))
        patch.setattr(SQLUpdateCompiler, "execute_sql", noting(SQLUpdateCompiler.execute_sql))
        yield found


def _locks(query: Any) -> bool:  # noqa: ANN401 (Django's own)
    if isinstance(query, UpdateQuery):
        return True
    return bool(query.select_for_update) and not query.select_for_update_skip_locked


def waiting() -> int:
    """How many sessions of the database wait for a row that another one has locked; PostgreSQL only."""
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        )
        return int(cursor.fetchone()[0])
