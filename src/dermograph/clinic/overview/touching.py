"""Triggers by which the database itself notes which course is touched, whichever code writes; see ``standings``."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any, Final

from django.apps import apps
from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper

PREFIX: Final = "touches_"
_INTO: Final = "INSERT INTO overview_touched (clinic, course)"
_COURSES: Final = "SELECT clinic_id, id FROM people_course WHERE"
_SIGNED: Final = "FROM intake_consent"
#: By table: the courses that a row speaks of; ``{row}`` is NEW or OLD.
SOURCES: Final = {
    "people_course": "SELECT {row}.clinic_id, {row}.id",
    "people_patient": f"{_COURSES} patient_id = {{row}}.id",
    "intake_consent": f"{_COURSES} patient_id = {{row}}.patient_id",
    "intake_withdrawal": f"{_COURSES} patient_id = (SELECT patient_id {_SIGNED} WHERE id = {{row}}.consent_id)",
} | {
    table: f"{_COURSES} id IN ({{row}}.course_id, (SELECT course_id FROM {table} WHERE id = {{row}}.supersedes_id))"  # noqa: S608 (names of tables)
    for table in (
        "treatment_session",
        "treatment_review",
        "treatment_symptomreport",
        "intake_assessment",
        "gallery_photograph",
        "gallery_comparison",
    )
}
#: All that has to be there.
TABLES: Final = {*SOURCES, "overview_touched", "overview_coursestanding"}
#: Columns that say nothing of a course, and change often: the progress of a measurement.
_SILENT: Final = frozenset({"leased_until", "attempt", "rests", "step", "progress", "pictures", "method"})
#: Of these a course only takes part of the row.
_SPOKEN: Final = {"people_patient": ("restricted_at", "clinic_id")}
#: What a row that is gone takes along; here, since a page may keep a standing while its patient is being erased.
_GONE: Final = """DELETE FROM overview_touched WHERE clinic = OLD.clinic_id AND course = OLD.id;
DELETE FROM overview_coursestanding WHERE course_id = OLD.id;"""
_ALL: Final = "SELECT clinic_id, id FROM people_course AS one"
#: Of those: neither a standing is kept, nor is it noted that it has to be worked out.
_UNKNOWN: Final = """WHERE NOT EXISTS (SELECT 1 FROM overview_coursestanding WHERE course_id = one.id)
AND NOT EXISTS (SELECT 1 FROM overview_touched WHERE clinic = one.clinic_id AND course = one.id)"""


def watch(connection: BaseDatabaseWrapper) -> bool:
    """See that the triggers are in the database, those of this version and no other; at every start.

    Also notes the courses of which nothing is known at all: no reader would find them.

    Returns:
        Whether any was missing: then anything may have been written unseen, and every course counts as touched.
    """
    with connection.cursor() as cursor:
        if is_watched(connection):
            cursor.execute(f"{_ALL} {_UNKNOWN} LIMIT 1")
            if cursor.fetchone():  # else nothing is written: a start does not wait for who writes for long
                cursor.execute(f"{_INTO} {_ALL} {_UNKNOWN}")
            return False
        # All or nothing: with the triggers and without the notes nobody would ever know that something was missed.
        with transaction.atomic(using=connection.alias):
            _drop(connection, cursor)
            for _, statements in _triggers(connection):
                for statement in statements:
                    cursor.execute(statement)
            cursor.execute(f"{_INTO} {_ALL}")  # last: whoever wrote unseen has committed, for their tables were locked
    return True


def unwatch(connection: BaseDatabaseWrapper) -> None:
    """Take them out: they would name tables that are changed, and SQLite cannot make one anew that another's names."""
    with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
        _drop(connection, cursor)


def is_watched(connection: BaseDatabaseWrapper) -> bool:
    """Whether the database notes every course that is touched."""
    with connection.cursor() as cursor:
        there = _there(connection, cursor)
    return all(works for _, _, works in there) and {name for name, _, _ in there} == set(dict(_triggers(connection)))


def _there(connection: BaseDatabaseWrapper, cursor: Any) -> list[tuple[str, str, bool]]:  # noqa: ANN401 (Django's)
    """The triggers of ours that are in the database, each with its table and whether it is at work."""
    catalogue = {
        "sqlite": "SELECT name, tbl_name, 1 FROM sqlite_master WHERE type = 'trigger'",
        "postgresql": "SELECT tgname, tgrelid::regclass::text, tgenabled IN ('O', 'A') FROM pg_trigger"
        " WHERE NOT tgisinternal",
    }
    cursor.execute(catalogue[connection.vendor])
    return [one for one in cursor.fetchall() if one[0].startswith(PREFIX)]


def _drop(connection: BaseDatabaseWrapper, cursor: Any) -> None:  # noqa: ANN401 (Django's)
    for name, table, _ in _there(connection, cursor):
        if connection.vendor == "sqlite":
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}")
        else:
            cursor.execute(f"DROP TRIGGER IF EXISTS {name} ON {table}")
            cursor.execute(f"DROP FUNCTION IF EXISTS {name}()")


def _triggers(connection: BaseDatabaseWrapper) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each trigger by its name, which changes with what it does, and the statements that make it."""
    columns: dict[str, list[str]] = {
        model._meta.db_table: [str(field.column) for field in model._meta.concrete_fields]  # noqa: SLF001 (Django's documented way to fields)
        for model in apps.get_models()
    }
    for table, courses in SOURCES.items():
        spoken = _SPOKEN.get(table) or [column for column in columns[table] if column not in _SILENT]
        for event in ("INSERT", "UPDATE", "DELETE"):
            rows = {"INSERT": ("NEW",), "UPDATE": ("NEW", "OLD"), "DELETE": ("OLD",)}[event]
            does = f"{_INTO} {' UNION '.join(courses.format(row=row) for row in rows)};"
            if table == "people_course" and event == "DELETE":
                does = _GONE
            of = f" OF {', '.join(spoken)}" if event == "UPDATE" else ""
            digest = hashlib.sha256(f"{of}{does}".encode()).hexdigest()[:8]
            name = f"{PREFIX}{table}_{event.lower()}_{digest}"
            when = f"CREATE TRIGGER {name} AFTER {event}{of} ON {table}"
            if connection.vendor == "sqlite":
                yield name, (f"{when} BEGIN {does} END",)
            else:
                body = f"BEGIN {does} RETURN NULL; END"
                yield (
                    name,
                    (
                        f"CREATE OR REPLACE FUNCTION {name}() RETURNS trigger LANGUAGE plpgsql AS $$ {body} $$",
                        f"{when} FOR EACH ROW EXECUTE FUNCTION {name}()",
                    ),
                )
