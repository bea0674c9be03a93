"""The database itself refuses to change or remove what the audit trail holds."""

from __future__ import annotations

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction

from dermograph.clinic.audit.append_only import is_protected, lifted
from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.audit.record import broken_at, record
from dermograph.clinic.people.models import Clinic, Membership


@pytest.fixture
def trail(clinic: Clinic, lead: Membership) -> Clinic:
    for _ in range(3):
        record("patient.opened", clinic=clinic, who=lead.user)
    return clinic


def test_the_database_is_protected_after_its_migrations(trail: Clinic) -> None:
    assert is_protected(connection)


def test_an_entry_cannot_be_changed_by_the_models(trail: Clinic) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEntry.objects.filter(number=2).update(action="nothing.happened")
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEntry.objects.get(number=2).save()
    assert broken_at(trail) is None


def test_an_entry_cannot_be_removed_by_the_models(trail: Clinic) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEntry.objects.filter(number=3).delete()
    assert AuditEntry.objects.count() == 3


@pytest.mark.parametrize(
    "statement", ["UPDATE audit_auditentry SET number = number + 7", "DELETE FROM audit_auditentry"]
)
def test_plain_sql_is_refused_as_well(trail: Clinic, statement: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert broken_at(trail) is None


def test_adding_goes_on(trail: Clinic) -> None:
    assert record("patient.opened", clinic=trail, who=None).number == 4


def test_who_lifts_the_protection_is_still_told_by_the_hashes(trail: Clinic) -> None:
    with lifted(connection):
        AuditEntry.objects.filter(number=2).update(action="nothing.happened")
    assert is_protected(connection)
    assert broken_at(trail) == 2


@pytest.mark.django_db(transaction=True)
def test_emptying_a_database_works_and_protects_it_again(trail: Clinic) -> None:
    call_command("flush", verbosity=0, interactive=False)
    assert AuditEntry.objects.count() == 0
    assert is_protected(connection)
