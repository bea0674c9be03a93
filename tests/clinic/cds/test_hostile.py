"""Whatever is sent: a refusal in words or right cards, never a failure."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Callable
from typing import Any

import pytest
import schemathesis
from django.test import Client
from hypothesis import HealthCheck, Phase, given, seed
from hypothesis import settings as searching
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries, Settings
from schemathesis import checks

from dermograph.clinic.cds import door
from dermograph.clinic.people.models import Course, Membership
from dermograph.clinic.wsgi import application
from tests.clinic.api.asking import token_of
from tests.clinic.cds.asking import BOOK, SELECT, VIEW, Json, Program, appointment, book, order, program, select, view
from tests.clinic.cds.conftest import clear
from tests.clinic.cds.described import DOCUMENT
from tests.exchange.cds_hooks.rules import faults_of_response

checks.load_all_checks()
CHECKS = [
    checks.CHECKS.get_one(name)
    for name in (
        "not_a_server_error",
        "status_code_conformance",
        "content_type_conformance",
        "response_schema_conformance",
    )
]
BOUNDED: dict[str, Any] = {
    "deadline": None,
    "database": None,
    "phases": (Phase.explicit, Phase.generate),
    "suppress_health_check": list(HealthCheck),
}


@pytest.fixture
def ours(course: Course, practitioner: Membership, settings: Settings) -> Program:
    settings.API_REQUESTS_A_MINUTE = 1_000_000
    clear(course)
    return program(practitioner)


# ── what is no request ──────────────────────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("body", "kind", "status"),
    [
        (b" ", "application/json", 400),
        (b"{", "application/json", 400),
        (b"\xff", "application/json", 400),
        (b"<Patient/>", "application/json", 400),
        (b'{"hook": "a", "hook": "b"}', "application/json", 400),
        (b'{"hook": NaN}', "application/json", 400),
        (b"[" * 100_000, "application/json", 400),
        (b"null", "application/json", 400),
        (b"[]", "application/json", 400),
        (b"{}", "text/plain", 415),
        (b"{}", "application/fhir+json", 415),
        (b"{}", "application/json; charset=latin-1", 415),
    ],
    ids=["empty", "open", "not-utf8", "xml", "twice", "nan", "deep", "null", "list", "plain", "fhir", "latin"],
)
def test_what_is_no_request_is_refused_with_words(ours: Program, body: bytes, kind: str, status: int) -> None:
    answer = ours.post(VIEW, body, content_type=kind)
    assert (answer.status_code, answer["Content-Type"]) == (status, "application/problem+json")
    assert all(one["says"] for one in answer.json()["issues"])


@pytest.mark.parametrize(("more", "status"), [(-1, 400), (0, 400), (1, 413)], ids=["below", "at", "above"])
def test_a_body_is_read_up_to_its_limit(ours: Program, monkeypatch: pytest.MonkeyPatch, more: int, status: int) -> None:
    monkeypatch.setattr(door, "MOST_BYTES", 1000)
    assert ours.post(VIEW, b" " * (998 + more) + b"{}").status_code == status


def test_without_a_token_nothing_is_answered_but_discovery(db: None, course: Course) -> None:
    for secret in ("", "dmg_wrong"):
        answer = Program(secret).post(VIEW, view(course.patient.pk))
        assert answer.status_code == 401
        assert answer["WWW-Authenticate"].startswith("Bearer")
        assert Program(secret).post(f"{VIEW}/feedback", {"feedback": []}).status_code == 401


def test_too_many_requests_have_to_wait(ours: Program, course: Course, settings: Settings) -> None:
    settings.API_REQUESTS_A_MINUTE = 2
    said = [ours.post(VIEW, view(course.patient.pk)) for _ in range(3)]
    assert [one.status_code for one in said] == [200, 200, 429]
    assert int(said[-1]["Retry-After"]) > 0


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("POST", "", "GET, HEAD"),
        ("GET", f"/{VIEW}", "POST"),
        ("OPTIONS", f"/{VIEW}", "POST"),
        ("PUT", f"/{VIEW}/feedback", "POST"),
    ],
    ids=["discovery", "service", "preflight", "feedback"],
)
def test_another_method_is_refused_and_the_right_one_named(db: None, method: str, path: str, allowed: str) -> None:
    answer = Client().generic(method, f"/cds-services{path}")
    assert (answer.status_code, answer["Allow"]) == (405, allowed)


def test_a_service_that_is_not_offered_is_not_there(ours: Program, course: Course) -> None:
    assert ours.post("no-such-service", view(course.patient.pk)).status_code == 404
    assert ours.post("no-such-service/feedback", {"feedback": []}).status_code == 404


def test_a_request_for_another_hook_is_refused(ours: Program, course: Course) -> None:
    answer = ours.post(BOOK, view(course.patient.pk))
    assert (answer.status_code, answer.json()["issues"][0]["at"]) == (400, "hook")


def test_a_refusal_is_in_the_language_asked_for(practitioner: Membership, course: Course) -> None:
    said = [program(practitioner, language=one).post(BOOK, view(course.patient.pk)).json() for one in ("en", "es")]
    assert said[0]["detail"] != said[1]["detail"]


@pytest.mark.parametrize(
    "more",
    [
        {"code": {"coding": "abc"}},
        {"code": {"coding": [5]}},
        {"medicationCodeableConcept": {"coding": {"code": "x"}}},
        {"contained": 5},
        {"contained": [5]},
    ],
    ids=["text", "number", "object", "contained", "contained-number"],
)
def test_an_order_whose_codes_are_of_no_shape_is_refused(ours: Program, course: Course, more: Json) -> None:
    key = course.patient.pk
    for kind in ("MedicationRequest", "NutritionOrder"):
        wrong = {**order(key, "urn:x", "y"), "resourceType": kind, **more}
        answer = ours.post(SELECT, select(key, wrong))
        assert (answer.status_code, answer["Content-Type"]) == (400, "application/problem+json")


# ── what is made up ─────────────────────────────────────────────────────────────────────────────────────────────────


ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


def places(value: object, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The path of every value in some JSON."""
    found = [path] if path else []
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for name, one in inner:
        found += places(one, (*path, name))
    return found


def changed(body: Json, path: tuple[Any, ...], value: object) -> Json:
    """The same with something else at a place."""
    made = copy.deepcopy(body)
    inner: Any = made
    for step in path[:-1]:
        inner = inner[step]
    inner[path[-1]] = value
    return made


REQUESTS: dict[str, Callable[[object], tuple[str, Json]]] = {
    "view": lambda key: (VIEW, view(key, {"patient": {"resourceType": "Patient", "id": str(key)}, "answers": None})),
    "book": lambda key: (BOOK, book(key, appointment(key, "2027-01-10T10:00:00+01:00"))),
    "select": lambda key: (SELECT, select(key, order(key, "urn:dermograph:fhir/CodeSystem/facts", "isotretinoin"))),
    "feedback": lambda _: (
        f"{VIEW}/feedback",
        {
            "feedback": [
                {
                    "card": "0" * 8 + "-0000-4000-8000-" + "0" * 12,
                    "outcome": "overridden",
                    "outcomeTimestamp": "2026-11-22T10:00:00Z",
                }
            ]
        },
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("name", REQUESTS)
def test_any_json_anywhere_in_a_request_is_refused_or_answered_by_the_rules(
    ours: Program, course: Course, name: str
) -> None:
    address, body = REQUESTS[name](course.patient.pk)

    @seed(20_261_123)
    @searching(max_examples=60, **BOUNDED)
    @given(st.sampled_from(places(body)), ANYTHING)
    def each(path: tuple[Any, ...], value: object) -> None:
        answer = ours.post(address, json.dumps(changed(body, path, value)))
        assert answer.status_code in (200, 400, 403, 404, 412)
        if answer.status_code == 200:
            assert faults_of_response(answer.json()) == []
        else:
            assert all(one["says"] for one in answer.json()["issues"])

    each()


@pytest.mark.slow
@pytest.mark.skipif("DATABASE_URL" in os.environ, reason="asking the server closes the connection of the test")
@pytest.mark.parametrize("mode", list(schemathesis.GenerationMode), ids=lambda mode: mode.value)
def test_no_answer_fails_or_has_a_status_that_is_not_described(
    ours: Program, practitioner: Membership, mode: schemathesis.GenerationMode
) -> None:
    schema = schemathesis.openapi.from_dict(DOCUMENT)
    schema.app = application
    secret = token_of(practitioner)[1]
    tried = 0
    for path, methods in DOCUMENT["paths"].items():
        for method in methods:
            if method == "get" and mode is schemathesis.GenerationMode.NEGATIVE:
                continue  # nothing of it could be wrong
            operation = schema[path][method.upper()]

            @seed(20_261_123)
            @searching(max_examples=4, **BOUNDED)
            @given(case=operation.as_strategy(generation_mode=mode))
            def each(case: Any) -> None:  # noqa: ANN401 (schemathesis' own)
                nonlocal tried
                tried += 1
                response = case.call(headers={"Authorization": f"Bearer {secret}"})
                case.validate_response(response, checks=CHECKS)

            each()
    assert tried > 20


def test_asking_costs_few_queries(
    ours: Program, course: Course, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    ours.post(VIEW, view(course.patient.pk))  # the trail is told once an hour, the minute is counted once
    with django_assert_max_num_queries(12):
        assert ours.post(VIEW, view(course.patient.pk)).status_code == 200
