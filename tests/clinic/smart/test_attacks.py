"""What somebody would try at the endpoints, and that it fails."""

from __future__ import annotations

import datetime as dt
import hmac
import re
from typing import Any

import pytest
from django.test import Client, RequestFactory
from django.utils import timezone

from dermograph.clinic.api import limit
from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.people.models import Clinic, Membership, Patient, Role
from dermograph.clinic.smart.bearer import NotLetInError, caller_of
from dermograph.clinic.smart.models import Grant, SmartToken
from dermograph.clinic.smart.tokens import known, stands
from tests.clinic.conftest import member, signed_in
from tests.clinic.smart.programs import (
    BACK,
    FORM,
    app_of,
    challenge,
    code_of,
    exchanged,
    fetch,
    query_of,
    question,
    tokens_of,
    told,
)

OFFLINE = "launch/patient patient/Observation.rs offline_access"


@pytest.fixture(autouse=True)
def fresh_counts() -> None:
    limit.forget()


@pytest.fixture
def browser(lead: Membership) -> Client:
    return signed_in(lead)


def is_active(secret: str) -> bool:
    row = known(secret)
    return row is not None and stands(row)


def test_a_code_that_is_shown_twice_ends_what_the_first_one_got(
    lead: Membership, browser: Client, patient: Patient
) -> None:
    app, _ = app_of(lead)
    code = code_of(browser, app, chosen=patient.pk, scope=OFFLINE)
    first = exchanged(app, code).json()
    again = exchanged(app, code)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")
    assert not is_active(first["access_token"])
    assert not is_active(first["refresh_token"])
    assert AuditEntry.objects.filter(action="smart.replayed").count() == 1
    refreshed = fetch(app, grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert refreshed.json()["error"] == "invalid_grant"


@pytest.mark.parametrize("seconds", [59, 61])
def test_a_code_lives_a_minute(seconds: int, lead: Membership, browser: Client, patient: Patient) -> None:
    app, _ = app_of(lead)
    code = code_of(browser, app, chosen=patient.pk)
    Grant.objects.update(code_ends_at=timezone.now() + dt.timedelta(seconds=60 - seconds))
    assert exchanged(app, code).status_code == (200 if seconds < 60 else 400)


@pytest.mark.parametrize(
    "wrong",
    [
        {"redirect_uri": BACK + "/"},
        {"redirect_uri": ""},
        {"code_verifier": "w" * 43},
        {"code_verifier": ""},
        {"code_verifier": challenge()},
        {"code_verifier": "v" * 42},
    ],
    ids=["other-address", "no-address", "other", "none", "challenge", "short"],
)
def test_a_code_without_its_verifier_or_address_gives_nothing_and_is_spent(
    wrong: dict[str, str], lead: Membership, browser: Client, patient: Patient
) -> None:
    app, _ = app_of(lead)
    code = code_of(browser, app, chosen=patient.pk)
    assert exchanged(app, code, **wrong).json()["error"] == "invalid_grant"
    assert exchanged(app, code).json()["error"] == "invalid_grant"
    assert SmartToken.objects.count() == 0


def test_another_program_cannot_use_a_code_or_a_refresh_token(
    lead: Membership, browser: Client, patient: Patient
) -> None:
    app, _ = app_of(lead)
    thief, secret = app_of(lead, "secret")
    code = code_of(browser, app, chosen=patient.pk, scope=OFFLINE)
    assert exchanged(thief, code, secret=secret).json()["error"] == "invalid_grant"
    answer = exchanged(app, code).json()
    stolen = answer["refresh_token"]
    refused = fetch(thief, secret=secret, grant_type="refresh_token", refresh_token=stolen)
    assert refused.json()["error"] == "invalid_grant"
    assert fetch(thief, "/smart/introspect", secret=secret, token=stolen).json() == {"active": False}
    assert fetch(thief, "/smart/revoke", secret=secret, token=stolen).status_code == 200
    assert is_active(stolen)


@pytest.mark.parametrize(
    "weaker",
    [
        {"code_challenge_method": "plain"},
        {"code_challenge_method": None},
        {"code_challenge": None},
        {"code_challenge": None, "code_challenge_method": None},
        {"code_challenge": "v" * 42},
        {"code_challenge": "v" * 44},
    ],
    ids=["plain", "no-method", "no-challenge", "neither", "short", "long"],
)
def test_nothing_weaker_than_s256_is_taken(weaker: dict[str, str | None], lead: Membership, browser: Client) -> None:
    for kind in ("public", "asymmetric"):
        app, _ = app_of(lead, kind)
        answer = told(browser.post(question(app, **weaker), {"decision": "allow"}))
        assert (answer["error"], answer["state"]) == ("invalid_request", "s-1")
    assert Grant.objects.count() == 0


@pytest.mark.parametrize(
    "address",
    [
        "https://evil.example/back",
        BACK + "/",
        BACK + "?x=1",
        BACK.upper(),
        "https://app.example.evil.example/back",
        "https://app.example@evil.example/back",
        "//evil.example",
        "javascript:alert(1)",
        "",
        None,
    ],
)
def test_nobody_is_sent_to_an_address_that_is_not_registered(
    address: str | None, lead: Membership, browser: Client
) -> None:
    app, _ = app_of(lead)
    for wrong in ({}, {"scope": "nonsense"}, {"response_type": "token"}):
        for answer in (
            browser.get(question(app, redirect_uri=address, **wrong)),
            browser.post(question(app, redirect_uri=address, **wrong), {"decision": "refuse"}),
        ):
            assert answer.status_code == 400
            assert "Location" not in answer
            assert not re.search(r"(href|action)=.(https:)?//[a-z.@]*evil", answer.content.decode())


@pytest.mark.parametrize("client", ["", "x", "00000000-0000-4000-8000-000000000000", "\x00"])
def test_an_unknown_program_sends_nobody_anywhere(client: str, lead: Membership, browser: Client) -> None:
    app, _ = app_of(lead)
    answer = browser.get(question(app, client_id=client))
    assert (answer.status_code, "Location" in answer) == (400, False)
    assert "still in the form" not in answer.content.decode()


def test_a_program_of_another_clinic_is_unknown(lead: Membership, browser: Client) -> None:
    other = member(Clinic.objects.create(name="Otra", slug="otra"), Role.MEDICAL_LEAD, "Otra Persona")
    app, _ = app_of(other)
    answer = browser.post(question(app), {"decision": "allow"})
    assert (answer.status_code, Grant.objects.count()) == (400, 0)


def test_what_stands_twice_is_refused_and_never_read_as_the_other(lead: Membership, browser: Client) -> None:
    app, _ = app_of(lead)
    assert browser.get(question(app) + "&redirect_uri=https://evil.example").status_code == 400
    assert browser.get(question(app) + f"&client_id={app.pk}").status_code == 400
    assert told(browser.get(question(app) + "&scope=user/*.cruds"))["error"] == "invalid_request"
    twice = f"grant_type=authorization_code&client_id={app.pk}&client_id={app.pk}&code=x"
    answer = Client().post("/smart/token", twice, content_type="application/x-www-form-urlencoded")
    assert answer.json()["error"] == "invalid_request"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"aud": "https://evil.example/fhir"}, "invalid_request"),
        ({"aud": None}, "invalid_request"),
        ({"state": None}, "invalid_request"),
        ({"state": "\u00f1"}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"launch": "abc"}, "invalid_request"),
        ({"scope": "openid fhirUser"}, "invalid_scope"),
        ({"scope": "system/*.rs"}, "invalid_scope"),
        ({"scope": "x " * 3000}, "invalid_scope"),
    ],
    ids=["aud", "no-aud", "no-state", "state", "implicit", "launch", "openid", "system", "many"],
)
def test_what_cannot_be_granted_is_told_to_the_program(
    wrong: dict[str, str | None], code: str, lead: Membership, browser: Client
) -> None:
    app, _ = app_of(lead)
    assert told(browser.get(question(app, **wrong)))["error"] == code


def test_what_stood_in_the_query_of_the_address_stays_and_nothing_is_mixed_in(
    lead: Membership, browser: Client
) -> None:
    address = BACK + "?tenant=a%26b"
    app, _ = app_of(lead, redirects=address)
    answer = browser.get(question(app, redirect_uri=address, state="x&code=evil#y", scope="nothing"))
    assert query_of(answer["Location"])["tenant"] == ["a&b"]
    assert query_of(answer["Location"])["state"] == ["x&code=evil#y"]
    assert "code" not in query_of(answer["Location"])


def test_a_refresh_gives_no_more_than_was_granted_and_may_give_less(
    lead: Membership, browser: Client, patient: Patient
) -> None:
    app, _ = app_of(lead)
    refresh = tokens_of(browser, app, chosen=patient.pk, scope=OFFLINE)["refresh_token"]
    for more in ("patient/*.rs", "patient/Observation.cruds", "user/Observation.rs", "system/*.rs", "online_access"):
        refused = fetch(app, grant_type="refresh_token", refresh_token=refresh, scope=more)
        assert refused.json()["error"] == "invalid_scope"
    fewer = fetch(app, grant_type="refresh_token", refresh_token=refresh, scope="patient/Observation.r").json()
    assert fewer["scope"] == "patient/Observation.r"
    whole = fetch(app, grant_type="refresh_token", refresh_token=fewer["refresh_token"]).json()
    assert whole["scope"] == "patient/Observation.rs launch/patient offline_access"
    assert whole["patient"] == str(patient.pk)


def test_a_refresh_token_that_is_shown_twice_ends_the_whole_line(
    lead: Membership, browser: Client, patient: Patient
) -> None:
    app, _ = app_of(lead)
    first = tokens_of(browser, app, chosen=patient.pk, scope=OFFLINE)
    second = fetch(app, grant_type="refresh_token", refresh_token=first["refresh_token"]).json()
    assert is_active(second["refresh_token"])
    again = fetch(app, grant_type="refresh_token", refresh_token=first["refresh_token"])
    assert again.json()["error"] == "invalid_grant"
    assert not any(map(is_active, (second["refresh_token"], second["access_token"])))


def test_online_access_ends_with_the_session(lead: Membership, browser: Client, patient: Patient) -> None:
    app, _ = app_of(lead)
    scope = "launch/patient patient/*.rs online_access"
    refresh = tokens_of(browser, app, chosen=patient.pk, scope=scope)["refresh_token"]
    again = fetch(app, grant_type="refresh_token", refresh_token=refresh).json()
    assert is_active(again["access_token"])
    browser.post("/account/logout/")
    refused = fetch(app, grant_type="refresh_token", refresh_token=again["refresh_token"])
    assert refused.json()["error"] == "invalid_grant"
    assert not is_active(again["access_token"])


def test_an_access_token_refreshes_nothing_and_a_refresh_token_opens_nothing(
    lead: Membership, browser: Client, patient: Patient
) -> None:
    app, _ = app_of(lead)
    answer = tokens_of(browser, app, chosen=patient.pk, scope=OFFLINE)
    refused = fetch(app, grant_type="refresh_token", refresh_token=answer["access_token"])
    assert refused.json()["error"] == "invalid_grant"
    for secret in (answer["refresh_token"], answer["access_token"][:-1], answer["access_token"] + "x", "", "dms_"):
        with pytest.raises(NotLetInError) as error:
            caller_of(RequestFactory().get("/fhir", headers={"authorization": f"Bearer {secret}"}))
        assert error.value.status == 401


def test_nothing_is_allowed_without_the_form_s_own_token(lead: Membership, patient: Patient) -> None:
    app, _ = app_of(lead)
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(lead.user, backend="dermograph.clinic.people.sign_in.WithPlaces")
    address = question(app) + f"&chosen={patient.pk}"
    assert strict.post(address, {"decision": "allow"}).status_code == 403
    assert strict.get(address + "&decision=allow").status_code == 200
    assert Grant.objects.count() == 0


def test_no_page_can_frame_the_consent_and_its_form_leads_only_to_the_program(
    lead: Membership, browser: Client, patient: Patient
) -> None:
    app, _ = app_of(lead)
    answer = browser.get(question(app) + f"&chosen={patient.pk}")
    policy = {
        part.split()[0]: part.split()[1:] for part in answer["Content-Security-Policy"].split(";") if part.strip()
    }
    assert answer["X-Frame-Options"] == "DENY"
    assert policy["frame-ancestors"] == ["'none'"]
    assert policy["form-action"] == ["'self'", "https://app.example"]
    assert "no-store" in answer["Cache-Control"]
    back = browser.post(question(app) + f"&chosen={patient.pk}", {"decision": "allow"})
    assert back["Referrer-Policy"] == "no-referrer"


def test_secrets_are_compared_in_constant_time(
    lead: Membership, browser: Client, patient: Patient, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[tuple[Any, Any]] = []
    real = hmac.compare_digest

    def watched(left: Any, right: Any) -> bool:  # noqa: ANN401 (as it is called)
        seen.append((left, right))
        return real(left, right)

    app, secret = app_of(lead, "secret")
    code = code_of(browser, app, chosen=patient.pk)
    monkeypatch.setattr(hmac, "compare_digest", watched)
    assert exchanged(app, code, secret=secret).status_code == 200
    compared = {left for left, _ in seen}
    assert {app.secret_sha256, BACK.encode(), challenge().encode()} <= compared


@pytest.mark.parametrize("proof", ["none", "wrong", "in-body", "of-public"])
def test_a_program_with_a_secret_is_nobody_without_it(
    proof: str, lead: Membership, browser: Client, patient: Patient
) -> None:
    app, secret = app_of(lead, "secret")
    code = code_of(browser, app, chosen=patient.pk)
    form = {"none": {"client_id": str(app.pk)}, "in-body": {"client_id": str(app.pk), "client_secret": secret}}
    given: dict[str, str] = form.get(proof, {})
    if proof == "of-public":
        app, _ = app_of(lead)
    answer = exchanged(app, code, secret="wrong" if proof == "wrong" else "", **given)
    expected = {"in-body": "invalid_request", "of-public": "invalid_grant"}.get(proof, "invalid_client")
    assert answer.json()["error"] == expected
    assert SmartToken.objects.count() == 0


def test_who_knows_the_id_of_an_app_spends_the_minute_of_their_own_address_alone(
    lead: Membership, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dermograph.clinic.smart.endpoints.TOKENS_A_MINUTE", 3)
    app, _ = app_of(lead)
    form = f"grant_type=refresh_token&refresh_token=x&client_id={app.pk}"
    asked = [
        Client().post("/smart/token", form, content_type=FORM, REMOTE_ADDR=address)
        for address in (*["192.0.2.1"] * 4, "192.0.2.2")
    ]
    assert [one.status_code for one in asked] == [400, 400, 400, 429, 400]
    assert int(asked[3]["Retry-After"]) >= 1
    assert asked[3].json()["error"] == "temporarily_unavailable"


@pytest.mark.parametrize("tls", [True, False], ids=["proxy", "none"])
def test_behind_a_proxy_it_is_the_address_that_the_proxy_tells(
    tls: bool,  # noqa: FBT001 (a case)
    lead: Membership,
    settings: Any,  # noqa: ANN401 (a fixture)
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("dermograph.clinic.smart.endpoints.TOKENS_A_MINUTE", 3)
    settings.BEHIND_TLS, settings.API_WRONG_TOKENS_A_MINUTE = tls, 3
    app, _ = app_of(lead)
    # What stands before the last comma the visitor has sent.
    told = [*["192.0.2.1", "203.0.113.9, 192.0.2.1"] * 2, "192.0.2.1, 192.0.2.2"]
    right = f"grant_type=refresh_token&refresh_token=x&client_id={app.pk}"

    def asked(form: str) -> list[int]:
        return [
            Client()
            .post("/smart/token", form, content_type=FORM, REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=address)
            .status_code
            for address in told
        ]

    last = (400, 401) if tls else (429, 429)
    assert asked(right) == [400, 400, 400, 429, last[0]]
    assert asked("client_id=x") == [401, 401, 401, 429, last[1]]
    limit.forget()
    shown = []
    for address in told:
        request = RequestFactory().get(
            "/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=address, HTTP_AUTHORIZATION="Bearer wrong"
        )
        with pytest.raises(NotLetInError) as refused:
            caller_of(request)
        shown.append(refused.value.status)
    assert shown == [401, 401, 401, 429, last[1]]


def test_after_many_wrong_tries_an_address_waits(lead: Membership, settings: Any) -> None:  # noqa: ANN401 (a fixture)
    settings.API_WRONG_TOKENS_A_MINUTE = 3
    app, _ = app_of(lead, "secret")
    wrong = "wrong"
    codes = [fetch(app, grant_type="refresh_token", secret=wrong).status_code for _ in range(5)]
    assert codes == [401, 401, 401, 429, 429]


@pytest.mark.parametrize(
    "body", ["", "{}", "a=1", "client_id=\x00", "client_id=%00&code=%ff", "&" * 2000, "x=" + "y" * 30_000]
)
@pytest.mark.parametrize("path", ["/smart/token", "/smart/revoke", "/smart/introspect"])
def test_nothing_that_is_posted_breaks_an_endpoint(path: str, body: str, db: None) -> None:
    for kind in ("application/x-www-form-urlencoded", "application/json", "multipart/form-data; boundary=x"):
        answer = Client().post(path, body, content_type=kind)
        assert answer.status_code in (400, 401)
        assert answer.json()["error"] in ("invalid_request", "invalid_client")
        assert answer["Cache-Control"] == "no-store"
    assert Client().get(path).status_code == 405
