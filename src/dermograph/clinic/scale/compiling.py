"""No just-in-time compiling in PostgreSQL: for the list of a day it took a second, and the query a fraction of it."""

from __future__ import annotations

from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper


def do_not_compile(connection: BaseDatabaseWrapper, **_signal: Any) -> None:  # noqa: ANN401 (what Django's signal brings)
    """Receive Django's ``connection_created``: switch it off for that connection; SQLite has no such thing."""
    if connection.vendor == "postgresql":
        # Not as an option of the connection, which PgBouncer may refuse; by the driver, so that it is no page's query.
        connection.connection.execute("SET jit = off")
