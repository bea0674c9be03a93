"""What the server says of itself is what it does, and both validators find nothing wrong with it."""

from __future__ import annotations

from typing import Any

from dermograph.clinic.fhir.openapi import openapi
from tests.clinic.fhir.fhir_asking import NOBODY, Program, says
from tests.exchange.judges.judges import faults


def resources(nobody: Program) -> dict[str, dict[str, Any]]:
    """What is said of each type."""
    (rest,) = nobody.get("/metadata").json()["rest"]
    return {one["type"]: one for one in rest["resource"]}


def test_both_validators_find_nothing_wrong_with_what_the_server_says_of_itself(empty_program: Program) -> None:
    definitions = empty_program.get("/OperationDefinition").json()
    assert faults([Program("").get("/metadata").json(), definitions]) == []


def test_every_type_does_what_is_said_of_it_and_nothing_else(empty_program: Program) -> None:
    for kind, said in resources(empty_program).items():
        does = {one["code"] for one in said["interaction"]}
        assert {"read", "vread", "search-type"} <= does
        assert empty_program.get(f"/{kind}").json()["type"] == "searchset"
        assert says(empty_program.get(f"/{kind}/{NOBODY}"))[0] == 404
        assert says(empty_program.get(f"/{kind}/{NOBODY}/_history/1"))[0] == 404
        for method, path, interaction in (("POST", f"/{kind}", "create"), ("PUT", f"/{kind}/{NOBODY}", "update")):
            status, _ = says(empty_program.ask(method, path, {"resourceType": "Basic"}))
            assert (status != 405) == (interaction in does), (kind, interaction)
        assert says(empty_program.get(f"/{kind}/_history"))[0] == 404


def test_every_parameter_that_is_named_is_understood_and_no_other(empty_program: Program) -> None:
    values = {"date": "2026-11", "reference": NOBODY, "token": "1", "string": "a", "uri": "urn:x"}
    for kind, said in resources(empty_program).items():
        for one in said["searchParam"]:
            value = "gt2026-11-01" if one["name"] == "_lastUpdated" else values[one["type"]]
            answer = empty_program.get(f"/{kind}?{one['name']}={value}", prefer="handling=strict")
            assert (answer.status_code, answer.json()["type"]) == (200, "searchset"), (kind, one["name"])
        for include in said.get("searchInclude", ()):
            answer = empty_program.get(f"/{kind}?_include={include}", prefer="handling=strict")
            assert answer.status_code == 200, include
        refused = empty_program.get(f"/{kind}?general-practitioner=1", prefer="handling=strict")
        assert says(refused) == (400, "not-supported")


def test_every_operation_that_is_named_answers(empty_program: Program) -> None:
    found = {
        (kind, one["name"]): one["definition"]
        for kind, said in resources(empty_program).items()
        for one in said.get("operation", ())
    }
    assert set(found) == {
        ("Patient", "everything"),
        ("PlanDefinition", "apply"),
        ("QuestionnaireResponse", "assess"),
    }
    for kind, name in found:
        assert says(empty_program.get(f"/{kind}/{NOBODY}/${name}"))[0] == 404
        assert says(empty_program.get(f"/{kind}/{NOBODY}/$nothing"))[0] == 404
    for (_, name), definition in found.items():
        if definition.startswith("urn:dermograph"):
            assert empty_program.get(f"/OperationDefinition?url={definition}").json()["total"] == 1, name


def test_the_openapi_document_names_the_same_addresses(empty_program: Program) -> None:
    paths = openapi()["paths"]
    assert empty_program.get("/openapi.json").json()["paths"].keys() == paths.keys()
    for kind, said in resources(empty_program).items():
        does = {one["code"] for one in said["interaction"]}
        assert ("post" in paths[f"/fhir/{kind}"]) == ("create" in does)
        assert ("put" in paths[f"/fhir/{kind}/{{id}}"]) == ("update" in does)
        named = {one["name"] for one in paths[f"/fhir/{kind}"]["get"]["parameters"]}
        assert {one["name"] for one in said["searchParam"]} <= named
