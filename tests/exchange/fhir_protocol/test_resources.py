"""What is published of the protocols: complete, cited, addressed, and right in the eyes of two validators."""

import base64
import copy
import dataclasses
import json
import re
from collections.abc import Iterator
from typing import Any

import pytest

from dermograph.exchange.fhir.codes import BASE, HASH_SYSTEM, version_of
from dermograph.exchange.fhir.protocol.activity_definition import activity_definitions, steps
from dermograph.exchange.fhir.protocol.citing import claim_code
from dermograph.exchange.fhir.protocol.code_systems import concepts_of
from dermograph.exchange.fhir.protocol.plan_definition import plan_definition
from dermograph.exchange.fhir.protocol.resources import library_resources, protocol_resources
from dermograph.exchange.fhir.protocol.rule_library import conditions_json, rule_library
from dermograph.exchange.fhir.protocol.statements import sections
from dermograph.protocols.load import load_library
from dermograph.protocols.model import Protocol
from dermograph.protocols.put_together import statements
from tests.exchange.fhir_protocol.conditions import LIBRARY
from tests.exchange.judges.judges import Json, faults, judged

PROTOCOLS = [pytest.param(protocol, id=name) for name, protocol in LIBRARY.protocols.items()]
each_protocol = pytest.mark.parametrize("protocol", PROTOCOLS)
PUBLISHED = library_resources(LIBRARY)


def walk(value: Any) -> Iterator[Json]:  # noqa: ANN401 (any JSON)
    """Every object in a resource, the outermost first."""
    if isinstance(value, dict):
        yield value
        for inner in value.values():
            yield from walk(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from walk(inner)


def actions(protocol: Protocol) -> dict[str, Json]:
    """The actions of a PlanDefinition by their ids, sections left out."""
    found = [inner for section in plan_definition(protocol)["action"] for inner in section["action"]]
    assert len({one["id"] for one in found}) == len(found)
    return {one["id"]: one for one in found}


def test_two_validators_find_no_fault_in_anything_that_is_published() -> None:
    assert faults(PUBLISHED) == []


def test_the_validators_notice_what_is_wrong() -> None:
    right = plan_definition(LIBRARY.protocol("scalp"))
    wrong: list[Json] = []
    for change in (
        {"status": "valid"},
        {"status": None},
        {"action": "none"},
        {"surprise": True},
        {"goal": [{"target": [{"detailString": "x"}]}]},
        {"name": 7},
    ):
        one = copy.deepcopy(right)
        one.update(change)
        wrong.append({name: value for name, value in one.items() if value is not None})
    found = judged(wrong)
    assert faults([right]) == []
    assert all(any(issue.severity == "error" for issue in issues) for issues in found)
    assert {issue.by for issues in found for issue in issues if issue.severity == "error"} == {"medplum", "fhir"}


@each_protocol
def test_every_statement_is_an_action_with_each_of_its_citations(protocol: Protocol) -> None:
    found = actions(protocol)
    listed = {id(said.statement): found[said.key] for section in sections(protocol) for said in section.said}
    every = [statement for _, statement in statements(protocol)]
    assert {id(one) for one in every} == set(listed)
    for statement in every:
        made = listed[id(statement)]
        assert made["description"] == statement.says.en
        assert statement.says.es in json.dumps(made["_description"], ensure_ascii=False)
        assert [one["label"] for one in made["documentation"]] == [claim_code(cite) for cite in statement.cite]
        assert [one["type"] for one in made["documentation"]] == ["citation"] * len(statement.cite)
    assert len(found) == len(every)


@each_protocol
def test_every_rule_and_indication_has_its_condition_in_words_and_in_fhirpath(protocol: Protocol) -> None:
    told = conditions_json(protocol)
    found = actions(protocol)
    for kind, entries in (("rule", told["rules"]), ("indication", told["indications"])):
        for entry in entries:
            [condition] = found[f"{kind}-{entry['id']}"]["condition"]
            assert condition["expression"]["expression"] == entry["expression"]
            assert condition["expression"]["language"] == "text/fhirpath"
            assert condition["expression"]["description"] == entry["words"]["en"]
    [content] = rule_library(protocol)["content"]
    assert json.loads(base64.b64decode(content["data"])) == told
    assert len(told["rules"]) == len(protocol.rules)


@each_protocol
def test_a_conflict_between_sources_travels_with_its_statement(protocol: Protocol) -> None:
    found = actions(protocol)
    for section in sections(protocol):
        for said in section.said:
            text = json.dumps(found[said.key].get("extension", []))
            assert ("/disputed" in text) is (said.statement.conflict is not None)
            assert f'"{said.statement.conflict}"' in text or said.statement.conflict is None


def test_what_a_clinic_replaced_travels_with_its_own_statement() -> None:
    law = LIBRARY.protocol("scalp")
    original, *others = law.rules
    own = dataclasses.replace(original, replaces=original)
    found = actions(dataclasses.replace(law, rules=(own, *others)))
    [told] = [one for one in found[f"rule-{own.id}"]["extension"] if one["url"].endswith("/replaces")]
    assert told["extension"][0]["valueString"] == original.says.en


@each_protocol
def test_every_step_has_an_activity_that_its_action_names(protocol: Protocol) -> None:
    made = {f"{one['url']}|{one['version']}": one for one in activity_definitions(protocol)}
    assert len(made) == len(steps(protocol))
    named = {one["definitionCanonical"] for one in actions(protocol).values() if "definitionCanonical" in one}
    assert named < set(made)
    session = f"{BASE}/ActivityDefinition/{protocol.id}-session|{version_of(protocol)}"
    assert set(made) - named == {session}
    for care in protocol.aftercare:
        [one] = [one for url, one in made.items() if f"-aftercare-{care.id.replace('_', '-')}|" in url]
        assert one.get("doNotPerform", False) is (care.avoid is not None)
    assert all(one.get("relatedArtifact") for one in made.values())


@each_protocol
def test_the_goal_has_a_figure_for_light_and_for_dark_skin(protocol: Protocol) -> None:
    goals = plan_definition(protocol)["goal"]
    limits = [one["target"][0]["detailRange"]["high"]["value"] for one in goals]
    assert limits == [protocol.review.goal.light, protocol.review.goal.dark]


def test_every_address_of_ours_that_is_named_is_published_and_every_related_action_is_there() -> None:
    urls = {one["url"] for one in PUBLISHED} | {f"{one['url']}|{one['version']}" for one in PUBLISHED}
    for resource in PUBLISHED:
        ids = {one.get("id") for one in walk(resource.get("action", []))}
        for one in walk(resource):
            assert "actionId" not in one or one["actionId"] in ids
            for value in one.values():
                if isinstance(value, str) and value.startswith(BASE) and "/sid/" not in value:
                    assert value in urls, value
        for value in [*resource.get("library", []), *re.findall(rf"'({BASE}/[^']+)'", json.dumps(resource))]:
            assert value in urls, value


def test_every_code_of_ours_that_is_used_is_published() -> None:
    known = {f"{BASE}/CodeSystem/{name}": set(concepts) for name, concepts in concepts_of(LIBRARY).items()}
    for resource in PUBLISHED:
        for one in walk(resource):
            system = one.get("system", "")
            if isinstance(system, str) and system.startswith(BASE) and "code" in one:
                assert one["code"] in known[system], one


def test_ids_are_unique_and_as_fhir_wants_them() -> None:
    keys = [(one["resourceType"], one["id"]) for one in PUBLISHED]
    assert len(set(keys)) == len(keys)
    assert all(re.fullmatch(r"[A-Za-z0-9.-]{1,64}", name) for _, name in keys)
    urls = [(one["url"], one["version"]) for one in PUBLISHED]
    assert len(set(urls)) == len(urls)


def test_what_is_published_is_the_same_every_time() -> None:
    assert library_resources(load_library()) == PUBLISHED


def test_another_content_is_another_version_at_the_same_address() -> None:
    law = LIBRARY.protocol("scalp")
    other = dataclasses.replace(law, hash="sha256:" + "0" * 64)
    for one, two in zip(protocol_resources(law), protocol_resources(other), strict=True):
        assert one["url"] == two["url"]
        assert one["version"] != two["version"]
        assert one["id"] != two["id"]
    assert plan_definition(other)["identifier"] == [{"system": HASH_SYSTEM, "value": other.hash}]
