"""The document: valid OpenAPI 3.1 by a validator that is not ours, complete, and what the client was written from."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from schemathesis.specs.openapi.definitions import OPENAPI_31_VALIDATOR

from dermograph.client.asking import COVERED
from dermograph.client.shapes import given
from dermograph.clinic.api.document import TAGS, document, document_text
from tests.clinic.api.asking import operations

ROOT = Path(__file__).resolve().parents[3]
EVERYWHERE = {"400", "401", "403", "422", "429", "503"}


def test_the_document_is_valid_openapi_3_1() -> None:
    assert document()["openapi"].startswith("3.1.")
    assert [str(error) for error in OPENAPI_31_VALIDATOR.iter_errors(document())] == []


def test_the_validator_does_find_what_is_wrong() -> None:
    broken = document()
    del broken["info"]["title"]
    assert list(OPENAPI_31_VALIDATOR.iter_errors(broken))


def test_every_operation_is_described_and_declares_what_it_can_answer() -> None:
    lacking: list[tuple[str, object]] = []
    for name, method, path, said in operations():
        answers = set(said["responses"])
        wanted = EVERYWHERE | ({"404"} if "{" in path else set()) | ({"413", "415"} if method != "GET" else {"304"})
        if not said.get("summary") or not said.get("description") or set(said["tags"]) - set(TAGS):
            lacking.append((name, "words"))
        if not wanted <= answers or not answers & {"200", "201"}:
            lacking.append((name, wanted - answers))
        for status, answer in said["responses"].items():
            if int(status) >= 400 and set(answer["content"]) != {"application/problem+json"}:
                lacking.append((name, status))
    assert lacking == []


def test_every_number_in_an_address_or_a_body_is_bounded() -> None:
    free = [
        (name, one["name"])
        for name, _, _, said in operations()
        for one in said["parameters"]
        if one["schema"].get("type") == "integer" and not {"minimum", "maximum"} <= set(one["schema"])
    ]
    schemas: dict[str, Any] = document()["components"]["schemas"]
    for name, schema in schemas.items():
        if not hasattr(given, name):
            continue
        for field, one in schema.get("properties", {}).items():
            for kind in one.get("anyOf", [one]):
                if kind.get("type") in ("integer", "number"):
                    free += [(name, field)] if not {"maximum"} <= set(kind) else []
                if kind.get("type") == "string" and not {"maxLength", "format", "enum"} & set(kind):
                    free.append((name, field))
                if kind.get("type") == "array" and "maxItems" not in kind:
                    free.append((name, field))
    assert free == []


def test_the_client_covers_every_operation_and_no_other() -> None:
    import dermograph.client

    assert set(COVERED) == {name for name, *_ in operations()}
    assert {name for name, method in COVERED.items() if not hasattr(dermograph.client.Client, method)} == set()


@pytest.mark.slow
def test_the_client_s_shapes_are_those_of_the_document() -> None:
    done = subprocess.run([sys.executable, "tools/client_shapes.py", "--check"], cwd=ROOT, check=False)
    assert done.returncode == 0, "run python tools/client_shapes.py"


def test_the_document_says_nothing_of_any_clinic(clinic: Any) -> None:  # noqa: ANN401 (a fixture)
    assert clinic.name.encode() not in document_text()
