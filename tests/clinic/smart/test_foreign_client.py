"""Programs that others wrote, against a live server: ``fhirclient`` reads a course, authlib fetches tokens."""

from __future__ import annotations

import threading
import time
import warnings
from collections.abc import Iterator
from importlib import import_module
from typing import Any
from urllib.parse import urlsplit

import pytest
import requests
from django.test import Client
from pytest_django.live_server_helper import LiveServer

from dermograph.clinic.api import limit
from dermograph.clinic.people.models import Course, Membership
from dermograph.clinic.smart.models import Grant
from tests.clinic.conftest import signed_in
from tests.clinic.smart.programs import BACK, OFFLINE_SCOPES, app_of, private_key

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("smart")]


@pytest.fixture(autouse=True)
def fresh_counts() -> None:
    limit.forget()


@pytest.fixture
def sessions(live_server: LiveServer) -> Iterator[list[requests.Session]]:
    """The sessions of a program: closed while the server stands, so that none of its threads outlives the test."""
    opened: list[requests.Session] = []
    yield opened
    for one in opened:
        one.close()
    for thread in threading.enumerate():
        if "process_request_thread" in thread.name:
            thread.join(10)


def allowed(browser: Client, address: str, chosen: object, site: str) -> str:
    """The person signs in where the program leads them, chooses, and says yes: the address they are sent to."""
    parts = urlsplit(address)
    host = urlsplit(site).netloc
    path = f"{parts.path}?{parts.query}&chosen={chosen}"
    assert browser.get(path, headers={"host": host}).status_code == 200
    answer = browser.post(path, {"decision": "allow"}, headers={"host": host})
    assert answer.status_code == 303
    return str(answer["Location"])


@pytest.mark.parametrize("kind", ["public", "secret"])
def test_fhirclient_reads_a_patient_s_course(
    kind: str, live_server: LiveServer, lead: Membership, course: Course, sessions: list[requests.Session]
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        client = import_module("fhirclient.client")
        auth = import_module("fhirclient.auth").FHIRAuth
        patients = import_module("fhirclient.models.patient").Patient
        requested = import_module("fhirclient.models.servicerequest").ServiceRequest
    app, secret = app_of(lead, kind)
    settings = {
        "app_id": str(app.pk),
        "api_base": f"{live_server.url}/fhir",
        "redirect_uri": BACK,
        "scope": "launch/patient patient/*.read offline_access openid",
        **({"app_secret": secret} if secret else {}),
    }
    program = client.FHIRClient(settings=settings)
    sessions.append(program.server.session)
    found = requests.get(f"{live_server.url}/fhir/.well-known/smart-configuration", timeout=30).json()
    program.server.auth = auth.create(
        "oauth2",
        state={
            "app_id": settings["app_id"],
            "app_secret": secret or None,
            "aud": settings["api_base"],
            "redirect_uri": BACK,
            "authorize_uri": found["authorization_endpoint"],
            "token_uri": found["token_endpoint"],
        },
    )
    back = allowed(signed_in(lead), program.authorize_url, course.patient_id, live_server.url)
    program.handle_callback(back)
    assert program.ready
    assert program.patient_id == str(course.patient_id)
    assert program.patient.id == str(course.patient_id)
    courses = requested.where({"patient": str(course.patient_id)}).perform_resources_iter(program.server)
    assert [(one.id, one.code.coding[0].code) for one in courses] == [(str(course.pk), course.treatment)]
    assert program.reauthorize()
    assert patients.read(str(course.patient_id), program.server).name[0].family == course.patient.family_names
    assert Grant.objects.get().tokens.count() == 4


def test_authlib_goes_the_whole_way_and_a_wrong_verifier_is_refused(
    live_server: LiveServer, lead: Membership, course: Course, sessions: list[requests.Session]
) -> None:
    authlib: Any = pytest.importorskip("authlib.integrations.requests_client")
    app, _ = app_of(lead, scopes=OFFLINE_SCOPES)
    browser, endpoint = signed_in(lead), f"{live_server.url}/smart/token"
    for verifier, is_right in (("a" * 64, True), ("b" * 64, False)):
        session = authlib.OAuth2Session(
            str(app.pk),
            redirect_uri=BACK,
            scope="launch/patient patient/*.rs offline_access",
            code_challenge_method="S256",
            token_endpoint_auth_method="none",  # noqa: S106 (the name of a method)
        )
        sessions.append(session)
        address, _ = session.create_authorization_url(
            f"{live_server.url}/smart/authorize", code_verifier="a" * 64, aud=f"{live_server.url}/fhir"
        )
        back = allowed(browser, address, course.patient_id, live_server.url)
        if is_right:
            found = session.fetch_token(endpoint, authorization_response=back, code_verifier=verifier)
            assert found["patient"] == str(course.patient_id)
            newer = session.refresh_token(endpoint, refresh_token=found["refresh_token"])
            assert newer["access_token"] != found["access_token"]
        else:
            with pytest.raises(Exception, match="invalid_grant"):
                session.fetch_token(endpoint, authorization_response=back, code_verifier=verifier)


def test_authlib_signs_the_assertion_of_a_service(
    live_server: LiveServer, lead: Membership, course: Course, sessions: list[requests.Session]
) -> None:
    authlib: Any = pytest.importorskip("authlib.integrations.requests_client")
    rfc7523: Any = pytest.importorskip("authlib.oauth2.rfc7523")
    app, _ = app_of(lead, "service")
    endpoint = f"{live_server.url}/smart/token"
    key = private_key("RS384", "two")
    session = authlib.OAuth2Session(
        str(app.pk),
        key.as_pem(private=True),
        scope="system/*.rs",
        token_endpoint_auth_method="private_key_jwt",  # noqa: S106 (the name of a method)
    )
    soon = int(time.time()) + 200
    signing = rfc7523.PrivateKeyJWT(endpoint, alg="RS384", headers={"kid": "two"}, claims={"exp": soon})
    session.register_client_auth_method(signing)
    sessions.append(session)
    found = session.fetch_token(endpoint, grant_type="client_credentials")
    assert (found["scope"], found["expires_in"]) == ("system/*.rs", 300)
    answer = session.get(f"{live_server.url}/fhir/ServiceRequest")
    assert answer.status_code == 200
    assert answer.json()["total"] == 1
