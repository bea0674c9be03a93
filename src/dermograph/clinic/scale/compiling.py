"""No compiling of queries in PostgreSQL: they take milliseconds, and compiling one of a long list a second or more."""

from __future__ import annotations

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper


def do_not_compile(connection: BaseDatabaseWrapper, **_signal: Any) -> None:  # noqa: ANN401 (what Django's signal brings)
    """Switch it off for a connection that was just made; nothing where the database has no such thing."""
    if connection.vendor == "postgresql":
        # Not by the address's options: PgBouncer refuses those. By the driver itself: no query of any page.
        connection.connection.execute("SET jit = off")
