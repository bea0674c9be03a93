"""Backend services and programs with keys: the assertion, used once, and only what the clinic granted."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.utils import timezone
from joserfc.jwk import ECKey, OctKey, RSAKey

from dermograph.clinic.api import limit
from dermograph.clinic.people.models import Clinic, Membership, Patient, Role
from dermograph.clinic.smart.bearer import NotLetInError, caller_of
from dermograph.clinic.smart.models import SmartToken, UsedAssertion
from tests.clinic.conftest import member, signed_in
from tests.clinic.smart.programs import (
    BASE,
    TOKEN,
    app_of,
    assertion,
    code_of,
    exchanged,
    fetch,
    private_key,
    proved,
    question,
    served,
)


@pytest.fixture(autouse=True)
def fresh_counts() -> None:
    limit.forget()


@pytest.mark.parametrize("algorithm", ["ES384", "RS384"])
def test_a_service_reads_what_the_clinic_granted_it(algorithm: str, lead: Membership, patient: Patient) -> None:
    app, _ = app_of(lead, "service", scopes="system/Observation.rs system/Patient.r")
    answer = served(app, "system/*.cruds", algorithm=algorithm)
    assert answer.status_code == 200
    said = answer.json()
    assert (said["scope"], said["expires_in"], said["token_type"]) == (
        "system/Observation.rs system/Patient.r",
        300,
        "Bearer",
    )
    assert "refresh_token" not in said
    who = caller_of(RequestFactory().get("/fhir", headers={"authorization": f"Bearer {said['access_token']}"}))
    assert (who.member, who.patient) == (lead, None)
    assert who.may("Observation", "s", None)
    assert not who.may("Media", "r", patient.pk)
    assert not who.may("Patient", "u", patient.pk)


def test_beneath_the_scopes_the_role_decides(lead: Membership, front_desk: Membership, patient: Patient) -> None:
    app, _ = app_of(lead, "service", member=front_desk)
    said = served(app).json()
    who = caller_of(RequestFactory().get("/fhir", headers={"authorization": f"Bearer {said['access_token']}"}))
    assert who.may("Patient", "r", patient.pk)
    assert not who.may("Observation", "r", patient.pk)


@pytest.mark.parametrize("scope", ["", "patient/*.rs", "user/*.rs", "openid", "system/Observation.c"])
def test_a_service_gets_no_scope_that_is_not_its_own(scope: str, lead: Membership) -> None:
    app, _ = app_of(lead, "service")
    assert served(app, scope).json()["error"] == "invalid_scope"


def test_an_assertion_is_taken_once(lead: Membership) -> None:
    app, _ = app_of(lead, "service")
    form = {"grant_type": "client_credentials", "scope": "system/*.rs", **proved(app)}
    assert fetch(app, **form).status_code == 200
    again = fetch(app, **form)
    assert (again.status_code, again.json()["error"]) == (401, "invalid_client")
    assert UsedAssertion.objects.count() == 1


@pytest.mark.parametrize(("seconds", "status"), [(-60, 401), (-20, 200), (300, 200), (340, 401), (10**12, 401)])
def test_an_assertion_lives_five_minutes_at_most(seconds: int, status: int, lead: Membership) -> None:
    app, _ = app_of(lead, "service")
    assert served(app, exp=int(timezone.now().timestamp()) + seconds).status_code == status


@pytest.mark.parametrize(
    "wrong",
    [
        {"aud": BASE},
        {"aud": [BASE, "https://evil.example/token"]},
        {"aud": None},
        {"iss": "https://evil.example"},
        {"iss": None},
        {"exp": None},
        {"exp": "soon"},
        {"exp": True},
        {"jti": None},
        {"jti": ""},
        {"jti": 7},
        {"jti": ["x"]},
        {"jti": "x" * 201},
        {"sub": "x"},
        {"sub": None},
        {"sub": str(uuid.UUID(int=4))},
        {"nbf": 9_999_999_999},
        {"header": {"jku": "https://evil.example/keys"}},
        {"header": {"kid": "three"}},
    ],
    ids=str,
)
def test_an_assertion_with_anything_wrong_is_refused(wrong: dict[str, Any], lead: Membership) -> None:
    app, _ = app_of(lead, "service")
    answer = served(app, **wrong)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    assert SmartToken.objects.count() == 0


def test_the_audience_may_be_one_of_several(lead: Membership) -> None:
    app, _ = app_of(lead, "service")
    assert served(app, aud=[TOKEN, "https://other.example"]).status_code == 200


def test_a_signature_by_another_key_or_another_way_is_refused(lead: Membership) -> None:
    app, _ = app_of(lead, "service")
    other = ECKey.generate_key("P-384", {"kid": "one"})
    assert served(app, key=other).status_code == 401
    weak = ECKey.generate_key("P-256", {"kid": "one"})
    assert served(app, algorithm="ES256", key=weak).status_code == 401
    # The public key as the secret of a symmetric signature: who takes any algorithm would find it right.
    public = json.dumps(private_key("RS384", "two").as_dict(private=False))
    confused = OctKey.import_key(public, {"kid": "two"})
    assert served(app, algorithm="HS256", key=confused).status_code == 401
    head, claims, _ = assertion(app).split(".")
    for shown in (f"{head}.{claims}.", "e30.e30.", "a.b.c", "", "x" * 9000, "ñ.ñ.ñ"):
        form = {**proved(app), "client_assertion": shown}
        assert fetch(app, grant_type="client_credentials", scope="system/*.rs", **form).status_code == 401


def test_the_key_of_one_service_opens_no_other(lead: Membership) -> None:
    app, _ = app_of(lead, "service")
    strange = RSAKey.generate_key(2048, {"kid": "one"})
    other, _ = app_of(lead, "service", keys=json.dumps(strange.as_dict(private=False)))
    assert served(other).status_code == 401
    assert served(app, iss=str(other.pk)).status_code == 401


def test_a_service_asks_no_person_and_takes_no_code(lead: Membership) -> None:
    app, _ = app_of(lead, "service")
    assert signed_in(lead).get(question(app)).status_code == 400
    form = {"grant_type": "authorization_code", "code": "x", **proved(app)}
    assert fetch(app, **form).json()["error"] == "unauthorized_client"


def test_a_program_of_people_takes_no_token_for_itself(lead: Membership) -> None:
    app, _ = app_of(lead, "asymmetric")
    form = {"grant_type": "client_credentials", "scope": "system/*.rs", **proved(app)}
    assert fetch(app, **form).json()["error"] == "unauthorized_client"


def test_a_program_with_keys_proves_itself_for_a_code(lead: Membership, patient: Patient) -> None:
    app, _ = app_of(lead, "asymmetric")
    code = code_of(signed_in(lead), app, chosen=patient.pk)
    assert exchanged(app, code, client_id=str(app.pk)).json()["error"] == "invalid_client"
    assert exchanged(app, code, client_id=str(uuid.uuid4()), **proved(app)).json()["error"] == "invalid_client"
    assert exchanged(app, code, client_id=str(app.pk), **proved(app)).status_code == 200


def test_a_service_that_is_ended_or_whose_person_left_gets_nothing(lead: Membership) -> None:
    person = member(lead.clinic, Role.PRACTITIONER, "Ana Gil")
    app, _ = app_of(lead, "service", member=person)
    secret = served(app).json()["access_token"]
    Membership.objects.filter(pk=person.pk).update(active=False)
    assert served(app).status_code == 400
    with pytest.raises(NotLetInError):
        caller_of(RequestFactory().get("/fhir", headers={"authorization": f"Bearer {secret}"}))
    Membership.objects.filter(pk=person.pk).update(active=True)
    signed_in(lead).post("/settings/programs/", {"action": "end", "row": str(app.pk)})
    assert served(app).status_code == 401


def test_a_token_tells_its_own_program_what_it_is_good_for_until_it_is_revoked(lead: Membership) -> None:
    app, _ = app_of(lead, "service")
    secret = served(app).json()["access_token"]
    said = fetch(app, "/smart/introspect", token=secret, **proved(app)).json()
    assert (said["active"], said["scope"], said["client_id"]) == (True, "system/*.rs", str(app.pk))
    assert said["exp"] - said["iat"] == 300
    assert fetch(app, "/smart/revoke", token=secret, **proved(app)).status_code == 200
    assert fetch(app, "/smart/introspect", token=secret, **proved(app)).json() == {"active": False}
    public, _ = app_of(lead)
    assert fetch(public, "/smart/introspect", token=secret).json()["error"] == "unauthorized_client"


def test_a_service_has_so_many_requests_a_minute_whatever_the_number_of_its_tokens(
    lead: Membership,
    settings: Any,  # noqa: ANN401 (a fixture)
) -> None:
    settings.API_REQUESTS_A_MINUTE = 3
    app, _ = app_of(lead, "service")
    asking = [
        RequestFactory().get("/fhir", headers={"authorization": f"Bearer {served(app).json()['access_token']}"})
        for _ in range(2)
    ]
    for number in (0, 1, 0):
        caller_of(asking[number])
    with pytest.raises(NotLetInError) as error:
        caller_of(asking[1])
    assert (error.value.status, int(error.value.headers["Retry-After"]) >= 1) == (429, True)


def test_a_service_fetches_so_many_tokens_a_minute(lead: Membership, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dermograph.clinic.smart.endpoints.TOKENS_A_MINUTE", 3)
    app, _ = app_of(lead, "service")
    asked = [served(app) for _ in range(4)]
    assert [one.status_code for one in asked] == [200, 200, 200, 429]
    assert int(asked[3]["Retry-After"]) >= 1
    assert SmartToken.objects.count() == 3
    assert fetch(app, "/smart/introspect", token="x", **proved(app)).status_code == 200  # noqa: S106 (none)
    other, _ = app_of(lead, "service")
    assert served(other).status_code == 200


def test_the_trail_names_a_program_by_what_outlives_its_tokens(lead: Membership) -> None:
    app, _ = app_of(lead, "service")
    secret = served(app).json()["access_token"]
    who = caller_of(RequestFactory().get("/fhir", headers={"authorization": f"Bearer {secret}"}))
    [grant] = app.grants.all()
    assert who.through == f"app:{app.pk}/grant:{grant.pk}"


def test_a_service_of_one_clinic_reaches_none_of_another(lead: Membership) -> None:
    other = member(Clinic.objects.create(name="Otra", slug="otra"), Role.MEDICAL_LEAD, "Otra Persona")
    app, _ = app_of(other, "service")
    secret = served(app).json()["access_token"]
    who = caller_of(RequestFactory().get("/fhir", headers={"authorization": f"Bearer {secret}"}))
    assert who.member.clinic == other.clinic != lead.clinic


def test_the_configuration_says_what_there_is(db: None) -> None:
    said = Client().get("/fhir/.well-known/smart-configuration").json()
    assert said == Client().get("/.well-known/smart-configuration").json()
    for path in ("/fhir/.well-known/smart-configuration", "/.well-known/smart-configuration"):
        answer = Client().get(path)
        assert (answer.status_code, answer["Content-Type"]) == (200, "application/json")
        assert said["token_endpoint"] == TOKEN
        assert said["code_challenge_methods_supported"] == ["S256"]
        assert "issuer" not in said
        assert "jwks_uri" not in said
        assert not any(one.startswith("sso-") or one == "launch-ehr" for one in said["capabilities"])
    for name in ("authorization_endpoint", "token_endpoint", "revocation_endpoint", "introspection_endpoint"):
        assert Client().get(said[name].removeprefix("http://testserver")).status_code in (302, 405)
