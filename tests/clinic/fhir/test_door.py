"""The door: addresses with a slash, conditions that cannot be read, and which scope would open what is closed."""

from __future__ import annotations

import itertools

import pytest
from django.test import Client

from dermograph.clinic.handover.models import Received
from dermograph.clinic.people.models import Clinic, Membership, Patient, Role
from dermograph.clinic.smart.caller import Caller
from tests.clinic.conftest import member
from tests.clinic.fhir.fhir_asking import MEDIA_TYPE, Program, program, says

PATIENT = {"resourceType": "Patient", "name": [{"family": "Prueba"}]}


def test_the_base_address_may_end_in_a_slash(empty_program: Program) -> None:
    sent = {"resourceType": "Bundle", "type": "batch", "entry": [{"resource": PATIENT}]}
    answer = empty_program.post("/", sent)
    assert (answer.status_code, answer.json()["type"]) == (200, "batch-response")
    for path in ("", "/"):
        assert says(empty_program.get(path)) == (405, "not-supported")
        assert says(Program("").get(path)) == (401, "login")
    assert empty_program.get("/metadata/").status_code == 200


@pytest.mark.django_db
def test_the_services_of_cds_hooks_are_found_with_a_slash_too() -> None:
    with_slash, without = Client().get("/cds-services/"), Client().get("/cds-services")
    assert (with_slash.status_code, with_slash.json()) == (200, without.json())
    told = Client().post("/cds-services/")
    assert (told.status_code, told["Content-Type"]) == (405, "application/problem+json")


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *itertools.product(("if_match", "if_none_exist"), ("", ",", 'W/"1",', 'W/"é"')),
        ("prefer", ""),
        ("prefer", "handling=é"),
    ],
)
def test_a_condition_that_cannot_be_read_is_never_left_out(
    name: str, value: str, empty_program: Program, patient: Patient
) -> None:
    for way in (
        empty_program.post("/Patient", PATIENT, **{name: value}),
        empty_program.get("/Patient", **{name: value}),
    ):
        assert says(way) == (400, "invalid")
    path = f"/Patient/{patient.pk}"
    assert says(empty_program.put(path, empty_program.get(path).json(), **{name: value})) == (400, "invalid")
    assert Received.objects.count() == 0


def test_an_empty_item_among_preferences_is_passed_over(empty_program: Program) -> None:
    for value in (",", "handling=strict,", ", return=minimal"):
        assert empty_program.get("/Patient", prefer=value).status_code == 200


@pytest.mark.parametrize("charset", ["utf-8", "UTF8", "us-ascii", "'utf-8'"])
def test_a_charset_that_is_read_is_taken_of_a_body_too(charset: str, empty_program: Program) -> None:
    made = empty_program.ask("POST", "/Patient", PATIENT, kind=f"{MEDIA_TYPE}; charset={charset}")
    assert made.status_code == 201


@pytest.mark.parametrize(
    ("scopes", "way", "words"),
    [
        (("patients:read",), ("GET", "/Observation"), "It needs the scopes: clinical:read, photographs:read."),
        (("patients:read",), ("GET", "/Patient/x/$everything"), ""),
        (("clinical:read",), ("GET", "/Patient/x/$everything"), "It needs the scopes: patients:read."),
        (("patients:read",), ("POST", "/Condition"), "It needs the scopes: clinical:write."),
        (("patients:read",), ("POST", "/Goal"), "No scope of a token of the API helps."),
    ],
    ids=["search", "reached", "read", "create", "none"],
)
def test_the_scope_that_would_help_is_named(
    scopes: tuple[str, ...], way: tuple[str, str], words: str, lead: Membership, patient: Patient
) -> None:
    body = {"resourceType": way[1][1:], "subject": {"reference": f"Patient/{patient.pk}"}} if way[0] == "POST" else None
    answer = program(lead, scopes).ask(*way, body)
    if not words:
        assert says(answer) == (404, "not-found")
        return
    assert says(answer) == (403, "forbidden")
    assert answer.json()["issue"][0]["diagnostics"].endswith(words)


def test_where_no_scope_helps_that_is_said(clinic: Clinic, patient: Patient) -> None:
    desk = program(member(clinic, Role.FRONT_DESK, "Pablo Ruiz"))
    for path in ("/Observation", f"/Observation?patient={patient.pk}"):
        told = desk.get(path)
        assert says(told) == (403, "forbidden")
        assert "No scope helps" in told.json()["issue"][0]["diagnostics"]


def test_a_program_is_told_the_scope_of_smart(
    lead: Membership, patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    for scopes, words in (
        (["user/Patient.rs"], "user/Observation.s."),
        (["user/Observation.r"], "user/Observation.s."),
    ):
        caller = Caller(lead, frozenset(scopes), None, "app:1/grant:1")
        monkeypatch.setattr("dermograph.clinic.fhir.door.caller_of", lambda _request, caller=caller: caller)
        told = Program("x").get(f"/Observation?patient={patient.pk}")
        assert says(told) == (403, "forbidden")
        assert told.json()["issue"][0]["diagnostics"].endswith(words)


def test_an_extension_in_place_of_a_value_never_fails_the_server(empty_program: Program) -> None:
    beside = {"extension": [{"url": "urn:example:x", "valueString": "x"}]}
    request = {"method": "POST", "url": "Patient"}
    right = {"resource": PATIENT, "request": request}
    assert says(empty_program.post("", {"resourceType": "Bundle", "_type": beside, "entry": [right]}))[0] == 422
    for name in ("method", "url"):
        kept = {key: value for key, value in request.items() if key != name}
        wrong = {"resource": PATIENT, "request": {**kept, f"_{name}": beside}}
        other = {"resource": {**PATIENT, "name": [{"family": name}]}}
        sent = {"resourceType": "Bundle", "type": "batch", "entry": [wrong, other]}
        told = empty_program.post("", sent).json()["entry"]
        assert [one["response"]["status"][:3] for one in told] == ["422", "201"], name
