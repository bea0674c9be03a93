"""Whatever the OpenAPI document allows and whatever it does not: no answer is a failure or has an unnamed status."""

from __future__ import annotations

import contextlib
import os
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed
from hypothesis import settings as searching
from hypothesis.errors import Unsatisfiable
from pytest_django import Settings
from schemathesis import checks

from dermograph.clinic.fhir.openapi import openapi
from dermograph.clinic.people.models import Membership
from dermograph.clinic.wsgi import application
from tests.clinic.api.asking import token_of

# Of each operation, so many. FHIR_EXAMPLES=200 looks for longer, and at every type.
EXAMPLES = int(os.environ.get("FHIR_EXAMPLES", "1"))
#: Types that stand for the others: with every parameter, registered, without a patient, and only read.
SOME = ("Observation", "Patient", "Slot", "PlanDefinition")
checks.load_all_checks()
CHECKS = [
    checks.CHECKS.get_one(name)
    for name in (
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
    )
]


def addresses() -> list[tuple[str, str]]:
    """The operations that are asked: all of them, or those of some types and those of none."""
    every = [(path, method) for path, methods in openapi()["paths"].items() for method in methods]
    if EXAMPLES > 1:
        return every
    return [one for one in every if chosen(one[0])]


def chosen(path: str) -> bool:
    """Whether an address is an operation, or of one of the types that stand for the others."""
    return "$" in path or path in ("/fhir", "/fhir/metadata") or path.split("/")[2] in SOME


@pytest.mark.slow
@pytest.mark.skipif("DATABASE_URL" in os.environ, reason="asking the server closes the connection of the test")
@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode), ids=lambda mode: mode.value)
def test_no_answer_fails_or_has_a_status_that_the_document_does_not_name(
    mode: schemathesis.GenerationMode, records: dict[str, Any], lead: Membership, settings: Settings
) -> None:
    settings.API_REQUESTS_A_MINUTE = 1_000_000
    _, secret = token_of(lead)
    schema = schemathesis.openapi.from_wsgi("/fhir/openapi.json", application)
    tried = 0
    for path, method in addresses():
        ids = {"id": str(records["patient"].pk), "version": "1"} if "{id}" in path else {}
        known = {name: value for name, value in ids.items() if "{" + name + "}" in path}
        tried += ask_often(schema[path][method], mode, known, secret)
    assert tried > 0


def ask_often(operation: Any, mode: schemathesis.GenerationMode, ids: dict[str, str], secret: str) -> int:  # noqa: ANN401 (schemathesis' own)
    """Ask one operation with whatever its description gives; how often."""
    tried = 0

    @seed(20_261_123)
    @searching(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=(Phase.explicit, Phase.generate),
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode, **({"path_parameters": ids} if ids else {})))
    def each(case: Any) -> None:  # noqa: ANN401 (the same)
        nonlocal tried
        tried += 1
        response = case.call(headers={"Authorization": f"Bearer {secret}"})
        case.validate_response(response, checks=CHECKS)

    with contextlib.suppress(Unsatisfiable):  # of what has no parameter nothing can be wrong
        each()
    return tried
