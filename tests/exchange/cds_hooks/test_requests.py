"""Requests are read strictly: each rule of the specification, and what is kept of a request."""

import copy
import uuid
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dermograph.exchange.cds_hooks.refusal import HookError
from dermograph.exchange.cds_hooks.request import HookRequest, read_request
from dermograph.exchange.cds_hooks.resources import codes_of
from dermograph.exchange.cds_hooks.services import ORDER_SELECT, PATIENT_VIEW, SERVICES, discovery
from tests.exchange.cds_hooks.rules import faults_of_discovery

Json = dict[str, Any]
AUTHORIZATION: Json = {
    "access_token": "secret-of-theirs",
    "token_type": "Bearer",
    "expires_in": 300,
    "scope": "user/Patient.read",
    "subject": "us",
}


def body(**more: object) -> Json:
    """A request that is right."""
    return {
        "hook": "patient-view",
        "hookInstance": "d1577c69-dfbe-44ad-ba6d-3e05e953b2ea",
        "context": {"userId": "Practitioner/1", "patientId": "p1"},
        **more,
    }


def refused(tree: object) -> dict[str, str]:
    """The code of each refusal, by its place."""
    with pytest.raises(HookError) as error:
        read_request(tree, PATIENT_VIEW)
    assert error.value.status == 400
    assert all(one.words.en.strip() and one.words.es.strip() for one in error.value.issues)
    return {one.expression: one.code for one in error.value.issues}


def test_what_is_right_is_read() -> None:
    made = read_request(body(extension={"com.example.x": {"deep": [1]}}, fhirServer="http://localhost/fhir"))
    assert made == HookRequest(
        hook="patient-view",
        instance=uuid.UUID("d1577c69-dfbe-44ad-ba6d-3e05e953b2ea"),
        user="Practitioner/1",
        patient="p1",
        context={"userId": "Practitioner/1", "patientId": "p1"},
        fhir_server="http://localhost/fhir",
        extension={"com.example.x": {"deep": [1]}},
    )


@pytest.mark.parametrize("name", ["hook", "hookInstance", "context"])
def test_a_required_member_has_to_be_there(name: str) -> None:
    assert refused({key: value for key, value in body().items() if key != name}) == {name: "required"}


@pytest.mark.parametrize("name", ["userId", "patientId"])
def test_a_required_member_of_the_context_has_to_be_there(name: str) -> None:
    context = {key: value for key, value in body()["context"].items() if key != name}
    assert refused(body(context=context)) == {f"context.{name}": "required"}


@pytest.mark.parametrize("nothing", [None, "", " ", [], {}], ids=["null", "empty", "blank", "list", "object"])
@pytest.mark.parametrize("name", ["hook", "hookInstance", "fhirServer", "fhirAuthorization", "context", "extension"])
def test_nothing_is_null_or_empty(name: str, nothing: object) -> None:
    assert name in {place.partition(".")[0] for place in refused(body(**{name: nothing}))}


@pytest.mark.parametrize("nothing", [None, "", [], {}], ids=["null", "empty", "list", "object"])
def test_nothing_in_an_extension_is_null_or_empty(nothing: object) -> None:
    assert refused(body(extension={"a": [{"b": nothing}]})) == {"extension.a[0].b": "invalid"}


def test_only_a_prefetched_value_may_be_null() -> None:
    assert read_request(body(prefetch={"answers": None})).prefetch == {"answers": None}
    assert "prefetch" in refused(body(prefetch=None))
    assert "prefetch" in refused(body(prefetch={}))


@pytest.mark.parametrize(
    "wrong", ["x", "d1577c69dfbe44adba6d3e05e953b2ea", "d1577c69-dfbe-44ad-ba6d-3e05e953b2e", 7, ["x"]], ids=str
)
def test_a_hook_instance_is_a_uuid(wrong: object) -> None:
    assert refused(body(hookInstance=wrong)) == {"hookInstance": "value"}


@pytest.mark.parametrize("wrong", ["fhir", "/fhir", "ftp://x/fhir", "http://", "http://[x", "http:// x", 7], ids=str)
def test_a_server_is_an_absolute_address(wrong: object) -> None:
    assert refused(body(fhirServer=wrong)) == {"fhirServer": "value"}


def test_a_token_comes_with_its_server_and_is_not_kept() -> None:
    assert refused(body(fhirAuthorization=AUTHORIZATION)) == {"fhirServer": "required"}
    made = read_request(body(fhirAuthorization=AUTHORIZATION, fhirServer="https://x.example/fhir"))
    assert "secret-of-theirs" not in repr(made)


@pytest.mark.parametrize("name", AUTHORIZATION)
def test_a_token_has_all_its_parts(name: str) -> None:
    less = {key: value for key, value in AUTHORIZATION.items() if key != name}
    assert refused(body(fhirAuthorization=less, fhirServer="https://x.example")) == {
        f"fhirAuthorization.{name}": "required"
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [("token_type", "bearer"), ("expires_in", 0), ("expires_in", "300"), ("expires_in", True), ("scope", 7)],
    ids=["type", "zero", "text", "boolean", "scope"],
)
def test_a_part_of_a_token_is_of_its_type(name: str, value: object) -> None:
    wrong = {**AUTHORIZATION, name: value}
    assert refused(body(fhirAuthorization=wrong, fhirServer="https://x.example")) == {
        f"fhirAuthorization.{name}": "value"
    }


@pytest.mark.parametrize("length", [64, 65], ids=["at", "above"])
def test_an_id_has_at_most_64_characters(length: int) -> None:
    tree = body(context={"userId": "Practitioner/1", "patientId": "a" * length})
    if length > 64:
        assert refused(tree) == {"context.patientId": "value"}
    else:
        assert read_request(tree).patient == "a" * length


@pytest.mark.parametrize("user", ["1", "Device/1", "Practitioner/", "Practitioner/1/2", 7], ids=str)
def test_a_user_is_the_type_and_id_of_a_person(user: object) -> None:
    assert refused(body(context={"userId": user, "patientId": "p1"})) == {"context.userId": "value"}


def test_a_misspelt_member_is_not_passed_over() -> None:
    assert refused(body(fhirAuthorisation=AUTHORIZATION)) == {"fhirAuthorisation": "structure"}


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ("Patient/p1", "prefetch.patient"),
        ({"response": {"status": "200"}, "resource": {"resourceType": "Patient"}}, "prefetch.patient"),
        ({"resourceType": "Observation"}, "prefetch.patient.resourceType"),
        ({"resourceType": "Patient", "birthDate": "1990-02-30"}, "prefetch.patient.birthDate"),
        ({"resourceType": "Patient", "gender": None}, "prefetch.patient.gender"),
        ({"resourceType": "Patient", "id": "p2"}, "prefetch.patient.id"),
    ],
    ids=["text", "wrapped", "kind", "date", "null", "another"],
)
def test_a_prefetched_value_is_the_resource_itself_and_of_this_patient(value: object, place: str) -> None:
    assert place in refused(body(prefetch={"patient": value}))


def test_prefetched_data_comes_at_once_and_holds_no_bundle_of_bundles() -> None:
    bundle: Json = {"resourceType": "Bundle", "type": "searchset"}
    more = {**bundle, "link": [{"relation": "next", "url": "https://x.example/2"}]}
    assert "prefetch.answers.link" in refused(body(prefetch={"answers": more}))
    nested = {**bundle, "entry": [{"resource": bundle}]}
    assert "prefetch.answers.entry[0].resource.resourceType" in refused(body(prefetch={"answers": nested}))


def test_an_order_of_another_patient_is_refused() -> None:
    one = {
        "resourceType": "ServiceRequest",
        "id": "s1",
        "status": "draft",
        "intent": "order",
        "subject": {"reference": "https://x.example/fhir/Patient/p2"},
    }
    context = {
        "userId": "Practitioner/1",
        "patientId": "p1",
        "selections": ["ServiceRequest/s1", "ServiceRequest/s2"],
        "draftOrders": {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one}]},
    }
    with pytest.raises(HookError) as error:
        read_request(body(hook="order-select", context=context), ORDER_SELECT)
    assert [one.expression for one in error.value.issues] == [
        "context.draftOrders.entry[0].resource.subject",
        "context.selections[1]",
    ]


@pytest.mark.parametrize("concept", [None, 5, "x", {}, {"coding": "x"}, {"coding": [5]}, {"coding": 5}], ids=str)
def test_what_is_no_concept_has_no_codes(concept: object) -> None:
    assert codes_of(concept, "urn:x") == []


ANY = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(("hook", "context", "prefetch", "resourceType", "entry", "resource", "link", "a")), inner
        )
    ),
    max_leaves=10,
)


@given(ANY, st.sampled_from(("", "hook", "context", "prefetch", "extension", "fhirAuthorization")))
def test_whatever_comes_is_read_or_refused_with_a_place(anything: object, where: str) -> None:
    tree = body(**{where: anything}) if where else anything
    before = copy.deepcopy(tree)
    try:
        made = read_request(tree, PATIENT_VIEW)
    except HookError as error:
        told = [one.words.en for one in error.issues]
    else:
        told = [made.patient]
    assert all(told)
    assert tree == before


@pytest.mark.parametrize("language", ["en", "es"])
def test_discovery_keeps_the_rules_and_its_templates_the_recommended_ones(language: Any) -> None:  # noqa: ANN401 (a Language)
    assert faults_of_discovery(discovery(language)) == []
    queries = [one.query for service in SERVICES.values() for one in service.prefetch.values()]
    assert all("{{context.patientId}}" in one for one in queries)
    assert not any(mark in one for one in queries for mark in ("_include", ":not", "_has", "_filter"))
