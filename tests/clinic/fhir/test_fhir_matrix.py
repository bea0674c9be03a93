"""Every endpoint against every role and every scope, as one table: it lets through what the pages let through."""

from __future__ import annotations

from typing import Any

import pytest

from dermograph.clinic.fhir.kinds import KINDS, PUBLISHED
from dermograph.clinic.people.models import Membership, Role
from dermograph.clinic.permissions import may
from dermograph.clinic.smart.caller import Caller
from dermograph.clinic.smart.kinds import KINDS as LET_THROUGH
from dermograph.clinic.smart.kinds import Action
from tests.clinic.api.asking import ALL
from tests.clinic.conftest import member
from tests.clinic.fhir.fhir_asking import NOBODY, Program, program

STAFF = (Role.FRONT_DESK, Role.PRACTITIONER, Role.MEDICAL_LEAD, Role.ADMIN)
#: Each way to ask for a type, and the action that it is.
WAYS: tuple[tuple[str, str, Action], ...] = (
    ("GET", "/{kind}", "s"),
    ("POST", "/{kind}/_search", "s"),
    ("GET", f"/{{kind}}/{NOBODY}", "r"),
    ("GET", f"/{{kind}}/{NOBODY}/_history/1", "r"),
    ("POST", "/{kind}", "c"),
    ("PUT", f"/{{kind}}/{NOBODY}", "u"),
)


def asked(one: Program, kind: str, method: str, path: str) -> int:
    """What a way to ask for a type answers to nothing in particular."""
    form = "application/x-www-form-urlencoded"
    body: Any = "_count=1" if path.endswith("_search") else {} if method != "GET" else None
    answer = one.ask(
        method, path.format(kind=kind), body, kind=form if path.endswith("_search") else "application/json"
    )
    return int(answer.status_code)


def wrong(one: Program, allowed: Any, ways: Any = WAYS) -> list[tuple[str, str, str, int]]:  # noqa: ANN401 (a function)
    """Every way that is open though it should not be, or the other way round, or that fails."""
    found = []
    for kind in (*KINDS, *PUBLISHED):
        for method, path, action in ways:
            status = asked(one, kind, method, path)
            if action in ("c", "u") and (kind in PUBLISHED or not KINDS[kind].writes):
                right = status == 405
            else:
                right = (status == 403) != allowed(kind, action) and status < 500
            if not right:
                found.append((kind, method, path, status))
    return found


def like(kind: str) -> str:
    """The kind that decides about another one."""
    return "PlanDefinition" if kind == "OperationDefinition" else kind


@pytest.mark.slow
@pytest.mark.parametrize("role", STAFF)
def test_beneath_all_scopes_the_role_decides_as_on_the_pages(
    role: str, records: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    clinic = records["clinic"]
    person = Membership.objects.filter(clinic=clinic, role=role).first() or member(clinic, role, f"{role} person")
    caller = Caller(person, frozenset({"user/*.cruds"}), None)
    monkeypatch.setattr("dermograph.clinic.fhir.door.caller_of", lambda _request: caller)
    allowed = lambda kind, action: may(role, LET_THROUGH[like(kind)].page(action) or "none")  # noqa: E731 (one line)
    assert wrong(Program(""), allowed) == []


@pytest.mark.slow
@pytest.mark.parametrize("scope", ALL)
def test_a_scope_opens_its_kinds_and_no_other(scope: str, lead: Membership) -> None:
    def allowed(kind: str, action: Action) -> bool:
        about = LET_THROUGH[like(kind)]
        needs = about.needs if action in ("r", "s") else about.needs_to_write
        if action in ("c", "u") and not needs:
            return False
        return set(needs) <= {scope} and may(lead.role, about.page(action) or "none")

    assert wrong(program(lead, (scope,)), allowed, (WAYS[2], *WAYS[4:])) == []


def test_without_a_token_no_way_is_open() -> None:
    nobody = Program("")
    found = {
        (kind, path): status
        for kind in (*KINDS, *PUBLISHED)
        for method, path, _ in WAYS
        if (status := asked(nobody, kind, method, path)) != 401
    }
    assert found == {}


@pytest.mark.parametrize("letters", ["r", "s", "c", "u"])
def test_a_scope_for_one_action_opens_that_one_only(
    letters: Action, lead: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller = Caller(lead, frozenset({f"user/Condition.{letters}"}), None)
    monkeypatch.setattr("dermograph.clinic.fhir.door.caller_of", lambda _request: caller)
    nobody = Program("")
    opened = {action for method, path, action in WAYS if asked(nobody, "Condition", method, path) != 403}
    assert opened == {letters}
