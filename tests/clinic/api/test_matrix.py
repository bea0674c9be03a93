"""Every operation against every scope and every role, as one table; and nothing of another clinic's."""

from __future__ import annotations

from typing import Any

import pytest

from dermograph.clinic.api.registry import RULES
from dermograph.clinic.api.scopes import SCOPES
from dermograph.clinic.people.models import Clinic, Membership, Role
from dermograph.clinic.permissions import may
from tests.clinic.api.asking import ALL, Asker, asker, filled, fresh_count, operations
from tests.clinic.conftest import member
from tests.clinic.test_permissions import records

__all__ = ["fresh_count", "records"]
STAFF = (Role.FRONT_DESK, Role.PRACTITIONER, Role.MEDICAL_LEAD, Role.ADMIN)
NEEDED = {
    "get_days": "?first=2026-11-22&last=2026-12-22",
    "get_slots": "?day=2026-11-23",
    "search_patients": "?words=lu",
}


def asked(program: Asker, name: str, method: str, path: str, records: dict[str, Any]) -> tuple[int, str]:
    """What an operation answers to nothing in particular: its status, and the code of the problem."""
    address = filled(path, records) + NEEDED.get(name, "")
    body: object = {} if RULES[name].takes == "json" else b"x" if RULES[name].takes == "photograph" else None
    kind = "image/jpeg" if RULES[name].takes == "photograph" else "application/json"
    answer = program.ask(method, address, body, content_type=kind)
    problem = answer.json() if answer["Content-Type"].startswith("application/problem") else {}
    return answer.status_code, str(problem.get("type", "")).removeprefix("urn:dermograph:problem:")


def test_every_operation_stands_in_the_registry_with_a_scope_or_for_every_token() -> None:
    found = {name for name, *_ in operations()}
    assert found == set(RULES)
    assert {rule.scope for rule in RULES.values()} <= {*SCOPES, ""}
    assert {name for name, rule in RULES.items() if not rule.scope} == {
        "get_me",
        "get_treatment",
        "list_events",
        "list_facts",
        "list_signs",
        "list_sources",
        "list_treatments",
    }


def test_every_write_needs_a_scope_that_writes_and_no_read_does() -> None:
    wrong = [rule.name for rule in RULES.values() if rule.writes != rule.scope.endswith(":write")]
    assert wrong == []


def test_without_a_token_nothing_is_answered_but_the_document(records: dict[str, Any]) -> None:
    nobody = Asker("")
    told = {name: asked(nobody, name, method, path, records) for name, method, path, _ in operations()}
    assert {name: one for name, one in told.items() if one != (401, "token")} == {}
    assert nobody.get("/openapi.json").status_code == 200


@pytest.mark.slow
@pytest.mark.parametrize("scope", ALL)
def test_a_scope_opens_its_operations_and_no_other(scope: str, records: dict[str, Any], lead: Membership) -> None:
    program = asker(lead, (scope,))
    wrong = []
    for name, method, path, _ in operations():
        status, code = asked(program, name, method, path, records)
        opens = RULES[name].scope in (scope, "")
        if status >= 500 or opens == (code == "scope"):
            wrong.append((name, status, code))
    assert wrong == []


@pytest.mark.slow
@pytest.mark.parametrize("role", STAFF)
def test_beneath_the_scopes_the_role_decides_as_on_the_pages(role: str, records: dict[str, Any]) -> None:
    clinic = records["clinic"]
    person = Membership.objects.filter(clinic=clinic, role=role).first()
    program = asker(person or member(clinic, role, f"{role} person"))
    wrong = []
    for name, method, path, _ in operations():
        status, code = asked(program, name, method, path, records)
        allowed = not RULES[name].like or may(role, RULES[name].like)
        if status >= 500 or allowed == (code == "role"):
            wrong.append((name, status, code))
    assert wrong == []


def test_the_records_of_another_clinic_are_as_unknown_as_none(records: dict[str, Any]) -> None:
    other = Clinic.objects.create(name="Otra", slug="otra")
    program = asker(member(other, Role.MEDICAL_LEAD, "Otra Persona"))
    unknown = asker(member(other, Role.MEDICAL_LEAD, "Tercera Persona")).get(
        "/patients/00000000-0000-4000-8000-000000000000"
    )
    shown = []
    for name, method, path, _ in operations():
        if "{" not in path or "{treatment}" in path or RULES[name].writes:
            continue
        answer = program.ask(method, filled(path, records) + NEEDED.get(name, ""))
        same = {key: value for key, value in answer.json().items() if key != "instance"}
        if answer.status_code != 404 or same != {k: v for k, v in unknown.json().items() if k != "instance"}:
            shown.append((name, answer.status_code))
    assert shown == []


def test_lists_hold_nothing_of_another_clinic(records: dict[str, Any]) -> None:
    other = Clinic.objects.create(name="Otra", slug="otra")
    program = asker(member(other, Role.MEDICAL_LEAD, "Otra Persona"))
    for path in ("/patients", "/patients/search?words=lu", "/courses", "/appointments", "/lots", "/rooms", "/outcomes"):
        answer = program.get(path)
        assert (answer.status_code, answer.json()["items"]) == (200, []), path
