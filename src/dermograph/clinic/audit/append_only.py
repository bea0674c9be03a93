"""The audit trail in the database itself: its rows can be added, never changed and never removed."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from django.db.backends.base.base import BaseDatabaseWrapper

TABLE = "audit_auditentry"
SAYS = "the audit trail is append-only"
FORBIDDEN = {"audit_no_update": "UPDATE", "audit_no_delete": "DELETE"}

_POSTGRES_FUNCTION = f"""
CREATE OR REPLACE FUNCTION audit_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION '{SAYS}' USING ERRCODE = 'restrict_violation'; END $$
"""


def protect(connection: BaseDatabaseWrapper) -> None:
    """Make the database refuse to change or remove entries, whoever asks; again where it does already.

    Other databases than SQLite and PostgreSQL are left as they are.
    """
    with connection.cursor() as cursor:
        for statement in _statements(connection.vendor):
            cursor.execute(statement)


def unprotect(connection: BaseDatabaseWrapper) -> None:
    """Take that away again."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            for name in FORBIDDEN:
                cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
        elif connection.vendor == "postgresql":
            # A table with unchecked foreign keys in this transaction cannot lose a trigger.
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
            for name in (*FORBIDDEN, "audit_no_truncate"):
                cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {TABLE}")
            cursor.execute("SET CONSTRAINTS ALL DEFERRED")


def is_protected(connection: BaseDatabaseWrapper) -> bool:
    """Whether the database refuses."""
    catalogue = {
        "sqlite": "SELECT name FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname FROM pg_trigger",
    }
    if connection.vendor not in catalogue:
        return False
    with connection.cursor() as cursor:
        cursor.execute(catalogue[connection.vendor])
        return set(FORBIDDEN) <= {row[0] for row in cursor.fetchall()}


@contextmanager
def lifted(connection: BaseDatabaseWrapper) -> Iterator[None]:
    """Without the protection, for who empties a whole database or shows that the chain of hashes tells."""
    was = is_protected(connection)
    unprotect(connection)
    try:
        yield
    finally:
        if was:
            protect(connection)


def _statements(vendor: str) -> Iterator[str]:
    if vendor == "sqlite":
        for name, what in FORBIDDEN.items():
            yield (
                f"CREATE TRIGGER IF NOT EXISTS {name} BEFORE {what} ON {TABLE} BEGIN SELECT RAISE(ABORT, '{SAYS}'); END"
            )
    elif vendor == "postgresql":
        yield _POSTGRES_FUNCTION
        for name, what in FORBIDDEN.items():
            yield f"DROP TRIGGER IF EXISTS {name} ON {TABLE}"
            yield f"CREATE TRIGGER {name} BEFORE {what} ON {TABLE} FOR EACH ROW EXECUTE FUNCTION audit_refuse()"
        yield f"DROP TRIGGER IF EXISTS audit_no_truncate ON {TABLE}"
        yield f"CREATE TRIGGER audit_no_truncate BEFORE TRUNCATE ON {TABLE} EXECUTE FUNCTION audit_refuse()"
