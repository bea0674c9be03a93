"""The page on which the clinic registers programs, sees what they do, and ends them."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from joserfc.jwk import ECKey

from dermograph.clinic.api import limit
from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.people.models import Clinic, Membership, Patient, Role
from dermograph.clinic.rights.readable import as_json
from dermograph.clinic.rights.rows import rows_of
from dermograph.clinic.smart.models import App, Grant, SmartToken
from dermograph.clinic.smart.registering import MOST
from tests.clinic.conftest import PASSWORD, member, signed_in
from tests.clinic.portal.people import signed_in_patient
from tests.clinic.smart.programs import BACK, app_of, key_set, private_key, question, served, tokens_of

PAGE = "/settings/programs/"
MOST_QUERIES = 12


@pytest.fixture(autouse=True)
def fresh_counts() -> None:
    limit.forget()


def form(**given: Any) -> dict[str, Any]:  # noqa: ANN401 (fields)
    values = {
        "entry": uuid.uuid4(),
        "name": "Skin diary",
        "kind": "public",
        "redirects": f"{BACK}\r\ncom.example.diary:/back\r\n",
        "scopes": "launch/patient patient/*.rs offline_access",
        "keys": "",
        "member": "",
        "password": PASSWORD,
    }
    return {**values, **given}


@pytest.mark.parametrize("role", [Role.MEDICAL_LEAD, Role.ADMIN])
def test_who_runs_the_clinic_registers_a_program(role: str, clinic: Clinic) -> None:
    browser = signed_in(member(clinic, role, "Ana Gil"))
    assert "No program is registered" in browser.get(PAGE).content.decode()
    answer = browser.post(PAGE, form())
    assert answer.status_code == 200
    app = App.objects.get()
    assert (app.redirects, app.kind) == ([BACK, "com.example.diary:/back"], "public")
    assert f'value="{app.pk}"' in answer.content.decode()
    assert 'value="http://testserver/fhir"' in answer.content.decode()
    assert AuditEntry.objects.get(action="smart.registered").about == app.pk


def test_a_secret_is_shown_once_and_only_its_hash_is_kept(lead: Membership) -> None:
    browser = signed_in(lead)
    secret = browser.post(PAGE, form(kind="secret")).context["secret"]
    assert secret.startswith("dmk_")
    assert secret not in browser.get(PAGE).content.decode()
    assert secret not in str(list(App.objects.values())) + str(list(AuditEntry.objects.values()))


def test_a_form_that_is_sent_again_registers_nothing_more(lead: Membership) -> None:
    browser, values = signed_in(lead), form()
    assert [browser.post(PAGE, values).status_code for _ in range(2)] == [200, 400]
    assert App.objects.count() == 1


SERVICE = {"kind": "service", "redirects": "", "scopes": "system/*.rs"}
PRIVATE = json.dumps({"keys": [private_key().as_dict(private=True)]})


KEYS = {
    "none": "",
    "no-json": "x",
    "deep": "[" * 10_000,
    "private": PRIVATE,
    "no-keys": '{"keys": []}',
    "symmetric": '{"keys": [{"kty": "oct", "k": "aaaa", "kid": "a"}]}',
    "short": '{"keys": [{"kty": "RSA", "n": "AQAB", "e": "AQAB", "kid": "a"}]}',
    "off-the-curve": '{"keys": [{"kty": "EC", "crv": "P-384", "x": "AA", "y": "AA", "kid": "a"}]}',
    "twice": key_set(private_key(), private_key()),
    "other-curve": key_set(ECKey.generate_key("P-256", {"kid": "a"})),
}
WRONG: dict[str, dict[str, Any]] = {
    "password": {"password": "wrong"},
    "no-name": {"name": ""},
    "name": {"name": "\x00"},
    "kind": {"kind": "other"},
    "no-address": {"redirects": ""},
    "http": {"redirects": "http://app.example/back"},
    "wildcard": {"redirects": "https://app.example/*"},
    "fragment": {"redirects": "https://app.example/#x"},
    "user": {"redirects": "https://a@b.example/"},
    "script": {"redirects": "javascript:alert(1)"},
    "data": {"redirects": "data:text/html,x"},
    "policy": {"redirects": "https://app.example/; script-src *"},
    "port": {"redirects": "https://app.example:port/"},
    "host": {"redirects": "https://[::1/"},
    "many": {"redirects": "\n".join(f"https://app.example/{n}" for n in range(11))},
    "no-scope": {"scopes": ""},
    "openid": {"scopes": "openid"},
    "offline-only": {"scopes": "offline_access"},
    "system": {"scopes": "system/*.rs"},
    "condition": {"scopes": "patient/Observation.rs?category=x"},
    **{f"keys-{name}": {"kind": "asymmetric", "keys": keys} for name, keys in KEYS.items()},
    "service-no-keys": SERVICE,
    "service-nobody": {**SERVICE, "keys": key_set(private_key())},
    "service-somebody": {**SERVICE, "keys": key_set(private_key()), "member": "x"},
    "service-of-people": {**SERVICE, "keys": key_set(private_key()), "scopes": "system/*.rs patient/*.rs"},
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)
def test_what_cannot_be_is_refused_with_words(wrong: dict[str, Any], lead: Membership) -> None:
    given = {"member": str(lead.pk), **wrong} if wrong.get("scopes", "").endswith("patient/*.rs") else wrong
    answer = signed_in(lead).post(PAGE, form(**given))
    assert answer.status_code == 400
    assert App.objects.count() == 0


def test_nobody_gives_a_service_more_than_they_have(lead: Membership, admin: Membership) -> None:
    keys = key_set(private_key())
    refused = signed_in(admin).post(PAGE, form(**SERVICE, keys=keys, member=lead.pk))
    assert (refused.status_code, App.objects.count()) == (400, 0)
    assert signed_in(lead).post(PAGE, form(**SERVICE, keys=keys, member=lead.pk)).status_code == 200


def test_of_another_clinic_nothing_is_shown_and_nothing_can_be_ended(lead: Membership, patient: Patient) -> None:
    app, _ = app_of(lead)
    tokens_of(signed_in(lead), app, chosen=patient.pk)
    stranger = signed_in(member(Clinic.objects.create(name="Otra", slug="otra"), Role.ADMIN, "Otra Persona"))
    assert "Skin diary" not in stranger.get(PAGE).content.decode()
    for action, row in (("end", app.pk), ("end_grant", Grant.objects.get().pk), ("end", "x"), ("end", uuid.uuid4())):
        assert stranger.post(PAGE, {"action": action, "row": str(row)}).status_code == 404
    app.refresh_from_db()
    assert app.ended_at is None


@pytest.mark.parametrize("role", [Role.FRONT_DESK, Role.PRACTITIONER])
def test_who_does_not_run_the_clinic_registers_nothing(role: str, clinic: Clinic) -> None:
    browser = signed_in(member(clinic, role, "Ana Gil"))
    assert browser.get(PAGE).status_code == 403
    assert browser.post(PAGE, form()).status_code == 403
    assert App.objects.count() == 0


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_page_says_who_let_what_in_and_when_it_was_used_with_few_queries(
    language: str, lead: Membership, patient: Patient
) -> None:
    type(lead.user).objects.filter(pk=lead.user.pk).update(language=language)
    lead.user.refresh_from_db()
    for number in range(4):
        app, _ = app_of(lead, name=f"Diary {number}")
        tokens_of(signed_in(lead), app, chosen=patient.pk, scope="launch/patient patient/*.rs offline_access")
    service, _ = app_of(lead, "service", name="Registry")
    served(service)
    browser = signed_in(lead)
    browser.get(PAGE)
    with CaptureQueriesContext(connection) as queries:
        page = browser.get(PAGE).content.decode()
    assert len(queries) <= MOST_QUERIES
    assert ("Who let it in: 1" if language == "en" else "Quién lo admitió: 1") in page
    assert str(patient) in page
    with CaptureQueriesContext(connection) as queries:
        mine = browser.get("/account/programs/").content.decode()
    assert len(queries) <= MOST_QUERIES
    assert "Diary 3" in mine
    assert "Registry" not in mine


def test_consent_and_picker_need_few_queries(lead: Membership, patient: Patient) -> None:
    app, _ = app_of(lead)
    browser = signed_in(lead)
    for address in (question(app), question(app) + f"&chosen={patient.pk}", question(app) + "&find=luc"):
        browser.get(address)
        with CaptureQueriesContext(connection) as queries:
            assert browser.get(address).status_code == 200
        assert len(queries) <= MOST_QUERIES


def test_a_clinic_has_so_many_programs_and_not_one_more(lead: Membership) -> None:
    for number in range(MOST):
        app_of(lead, name=f"Diary {number}")
    browser = signed_in(lead)
    assert browser.post(PAGE, form()).status_code == 400
    browser.post(PAGE, {"action": "end", "row": str(App.objects.all()[0].pk)})
    assert browser.post(PAGE, form()).status_code == 200


def test_what_a_patient_allowed_is_among_what_is_held_about_them_without_its_secrets(
    lead: Membership, patient: Patient
) -> None:
    app, _ = app_of(lead)
    tokens_of(signed_in_patient(patient), app)
    rows = rows_of(patient)
    assert {Grant, SmartToken} <= set(rows)
    said = as_json(Grant.objects.get(), "en")
    assert "code_token_sha256" not in said
    assert said["scopes"] == ["patient/*.rs", "launch/patient"]
