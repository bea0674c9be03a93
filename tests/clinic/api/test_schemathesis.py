"""Whatever the document allows and whatever it does not: no answer is a failure, none has a status it does not name."""

from __future__ import annotations

import os
from typing import Any

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed
from hypothesis import settings as searching
from pytest_django import Settings
from schemathesis import checks

from dermograph.clinic.people.models import Membership
from dermograph.clinic.wsgi import application
from tests.clinic.api.asking import BASE, fresh_count, operations, token_of
from tests.clinic.test_permissions import records

__all__ = ["fresh_count", "records"]
# Of each operation, once of what the document allows and once of what it does not. API_EXAMPLES=500 looks for longer.
EXAMPLES = int(os.environ.get("API_EXAMPLES", "2"))
TAGS = sorted({said["tags"][0] for *_, said in operations()})
checks.load_all_checks()
CHECKS = [
    checks.CHECKS.get_one(name)
    for name in (
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_headers_conformance",
        "response_schema_conformance",
        "negative_data_rejection",
    )
]


@pytest.mark.slow
@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode), ids=lambda mode: mode.value)
@pytest.mark.parametrize("tag", TAGS)
def test_no_answer_fails_or_has_a_status_that_the_document_does_not_name(
    tag: str,
    mode: schemathesis.GenerationMode,
    records: dict[str, Any],
    lead: Membership,
    settings: Settings,
) -> None:
    settings.API_REQUESTS_A_MINUTE = 1_000_000
    _, secret = token_of(lead)
    schema = schemathesis.openapi.from_wsgi(f"{BASE}/openapi.json", application)
    tried = 0
    for _, method, path, said in operations():
        if said["tags"][0] == tag:
            ids = {
                one["name"]: str(records[one["name"]].pk) if one["name"] in records else "paramedical"
                for one in said["parameters"]
                if one["in"] == "path"
            }
            tried += ask_often(schema[BASE + path][method], mode, ids, secret)
    assert tried > 0


def ask_often(operation: Any, mode: schemathesis.GenerationMode, ids: dict[str, str], secret: str) -> int:  # noqa: ANN401 (schemathesis' own)
    """Ask one operation with whatever its description gives, about the records that are there; how often."""
    tried = 0

    @seed(20_261_122)
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

    each()
    return tried
