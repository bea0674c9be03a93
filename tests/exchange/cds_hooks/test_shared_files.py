"""The published files of requests, answers and services behave as their names say."""

import json
from pathlib import Path
from typing import Any

import pytest

from dermograph.exchange.cds_hooks.refusal import HookError
from dermograph.exchange.cds_hooks.request import read_request
from tests.conftest import SHARED
from tests.exchange.cds_hooks.rules import faults_of_discovery, faults_of_response

pytestmark = pytest.mark.real_data
FOLDER = SHARED / "data" / "cds-hooks"


def read(name: str) -> Any:  # noqa: ANN401 (JSON)
    return json.loads((FOLDER / f"cdshooks-{name}.json").read_text(encoding="utf-8"))


def wrong_with(name: str) -> list[str]:
    """The places of what a request is refused for."""
    with pytest.raises(HookError) as refused:
        read_request(read(name))
    assert refused.value.status == 400
    assert all(one.words.en and one.words.es for one in refused.value.issues)
    return [one.expression for one in refused.value.issues]


def test_every_file_of_the_manifest_is_looked_at() -> None:
    listed = json.loads((FOLDER / "manifest.json").read_text(encoding="utf-8"))
    names = {Path(one["file"]).stem.removeprefix("cdshooks-") for one in listed}
    there = {path.stem.removeprefix("cdshooks-") for path in FOLDER.glob("cdshooks-*.json")}
    assert names < there == {*GOOD, *BAD, *ANSWERS, "request-order-select-extensions", *SERVICES}
    assert len(names) == 20


GOOD = ("request-pv-good", "request-patient-view-good", "request-order-select-good", "request-order-sign-good")


@pytest.mark.parametrize("name", GOOD)
def test_a_good_request_is_read(name: str) -> None:
    asked = read_request(read(name))
    assert asked.patient == read(name)["context"]["patientId"]
    assert set(asked.prefetch) == set(read(name)["prefetch"])


BAD = {
    "request-patient-view-bad": {"context.patientId", "context.encounterId", "prefetch.item1", "prefetch.item2"},
    "request-order-select-bad": {
        "context.patientId",
        "context.encounterId",
        "context.selections[0]",
        "prefetch.item1",
    },
    "request-order-sign-bad-1": {
        "context.patientId",
        "context.draftOrders.entry[0].resource.status",
        "prefetch.item1.birthDate",
    },
    "request-order-sign-bad-2": {"context.patientId", "prefetch.item1"},
}


@pytest.mark.parametrize("name", BAD)
def test_a_bad_request_is_refused_for_each_of_its_faults(name: str) -> None:
    assert BAD[name] <= set(wrong_with(name))


def test_extensions_are_kept_and_do_not_make_up_for_missing_orders() -> None:
    name = "request-order-select-extensions"
    assert wrong_with(name) == ["context.draftOrders"]
    whole = read(name)
    whole["context"]["draftOrders"] = read("request-order-select-good")["context"]["draftOrders"]
    assert read_request(whole).extension == whole["extension"]


#: What the specification says of each answer; those whose names say nothing are right but where they break a rule.
ANSWERS = {
    "response-good": [],
    "response-empty": [],
    "response-empty-good": [],
    "response-link": [],
    "response-no-link": [],
    "response-two-cards": [],
    "response-empty-bad": ["cards"],
    "response-empty2": ["cards"],
    "response-empty-source": ["cards[0].links[0].type", "cards[0].source.label", ".cards[0].source"],
    "response-source-link": ["cards[0].links[0].type", "cards[0].summary"],
    "response-suggestion": ["cards[0].selectionBehavior", "cards[0].summary"],
}


@pytest.mark.parametrize("name", ANSWERS)
def test_an_answer_is_judged_as_the_specification_has_it(name: str) -> None:
    assert sorted(one.partition(":")[0] for one in faults_of_response(read(name))) == sorted(ANSWERS[name])


SERVICES = ("services-good", "services-order-select-extensions")


@pytest.mark.parametrize("name", SERVICES)
def test_a_list_of_services_is_right(name: str) -> None:
    assert faults_of_discovery(read(name)) == []
