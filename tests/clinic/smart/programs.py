"""Programs of others as the tests play them: registered, asking a person, and fetching tokens."""

from __future__ import annotations

import base64
import functools
import hashlib
import json
import uuid
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, parse_qsl, urlencode, urlsplit

from django.test import Client
from django.utils import timezone
from joserfc import jwt
from joserfc.jwk import ECKey, RSAKey

from dermograph.clinic.people.models import Membership
from dermograph.clinic.smart.assertions import TYPE
from dermograph.clinic.smart.models import App
from dermograph.clinic.smart.registering import Wanted, register_app

SITE = "http://testserver"
BASE, TOKEN = f"{SITE}/fhir", f"{SITE}/smart/token"
BACK = "https://app.example/back"
VERIFIER = "v" * 43
PATIENT_SCOPES = "launch/patient patient/*.rs"
OFFLINE_SCOPES = f"{PATIENT_SCOPES} offline_access online_access user/*.cruds"
FORM = "application/x-www-form-urlencoded"


@functools.cache
def private_key(algorithm: str = "ES384", kid: str = "one") -> ECKey | RSAKey:
    """A pair of a program, made once."""
    if algorithm == "ES384":
        return ECKey.generate_key("P-384", {"kid": kid})
    return RSAKey.generate_key(2048, {"kid": kid})


def key_set(*keys: ECKey | RSAKey) -> str:
    """The public halves as a program's makers hand them over."""
    return json.dumps({"keys": [one.as_dict(private=False) for one in keys]})


def app_of(who: Membership, kind: str = "public", **given: Any) -> tuple[App, str]:  # noqa: ANN401 (what a form takes)
    """A registered program, and its secret."""
    values: dict[str, Any] = {"name": "Skin diary", "kind": kind, "scopes": OFFLINE_SCOPES, "redirects": BACK}
    if kind in ("asymmetric", "service"):
        values["keys"] = key_set(private_key("ES384", "one"), private_key("RS384", "two"))
    if kind == "service":
        values |= {"redirects": "", "scopes": "system/*.rs", "member": who}
    return register_app(Wanted(**{**values, **given}), who=who)


def challenge(verifier: str = VERIFIER) -> str:
    """The challenge of a verifier (RFC 7636, 4.2)."""
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).rstrip(b"=").decode()


def question(app: App, **given: str | None) -> str:
    """The address at which a program asks; what is None is left out."""
    values: Mapping[str, str | None] = {
        "response_type": "code",
        "client_id": str(app.pk),
        "redirect_uri": BACK,
        "scope": PATIENT_SCOPES,
        "state": "s-1",
        "aud": BASE,
        "code_challenge": challenge(),
        "code_challenge_method": "S256",
        **given,
    }
    return "/smart/authorize?" + urlencode({key: value for key, value in values.items() if value is not None})


def told(answer: Any) -> dict[str, str]:  # noqa: ANN401 (the test client's answer)
    """What a program is told in the address to which the person is sent."""
    assert answer.status_code == 303, answer.content
    assert answer["Location"].startswith(BACK), answer["Location"]
    return dict(parse_qsl(urlsplit(answer["Location"]).query))


def code_of(browser: Client, app: App, *, chosen: uuid.UUID | None = None, **given: str | None) -> str:
    """The code after the person has said yes."""
    address = question(app, **given) + (f"&chosen={chosen}" if chosen else "")
    answer = told(browser.post(address, {"decision": "allow"}))
    assert answer["state"] == "s-1"
    return answer["code"]


def fetch(app: App | None, path: str = "/smart/token", *, secret: str = "", **form: str) -> Any:  # noqa: ANN401 (the test client's answer)
    """One request of a program to an endpoint."""
    headers = {}
    if app is not None and secret:
        pair = base64.b64encode(f"{app.pk}:{secret}".encode()).decode()
        headers["authorization"] = f"Basic {pair}"
    elif app is not None and app.kind == "public":
        form.setdefault("client_id", str(app.pk))
    return Client().post(path, urlencode(form), content_type=FORM, headers=headers)


def exchanged(app: App, code: str, **given: str) -> Any:  # noqa: ANN401 (the same)
    """A code against tokens."""
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": BACK, "code_verifier": VERIFIER}
    return fetch(app, **{**form, **given})


def tokens_of(browser: Client, app: App, *, chosen: uuid.UUID | None = None, **given: str | None) -> dict[str, Any]:
    """The tokens at the end of the whole way."""
    answer = exchanged(app, code_of(browser, app, chosen=chosen, **given))
    assert answer.status_code == 200, answer.content
    found: dict[str, Any] = answer.json()
    return found


def assertion(app: App, algorithm: str = "ES384", *, key: Any = None, header: Any = None, **claims: Any) -> str:  # noqa: ANN401 (of a token)
    """A signed assertion; claims that are None are left out."""
    signing = key or private_key(algorithm, "one" if algorithm == "ES384" else "two")
    said = {
        "iss": str(app.pk),
        "sub": str(app.pk),
        "aud": TOKEN,
        "exp": int(timezone.now().timestamp()) + 240,
        "jti": uuid.uuid4().hex,
        **claims,
    }
    head = {"alg": algorithm, "kid": signing.kid, "typ": "JWT", **(header or {})}
    return jwt.encode(head, {name: value for name, value in said.items() if value is not None}, signing, [algorithm])


def proved(app: App, **given: Any) -> dict[str, str]:  # noqa: ANN401 (of a token)
    """What a program with keys proves itself with."""
    return {"client_assertion_type": TYPE, "client_assertion": assertion(app, **given)}


def served(app: App, scope: str = "system/*.rs", **given: Any) -> Any:  # noqa: ANN401 (the test client's answer)
    """A service asks for a token."""
    return fetch(app, grant_type="client_credentials", scope=scope, **proved(app, **given))


def query_of(address: str) -> dict[str, list[str]]:
    """The query of an address, also what stands twice."""
    return parse_qs(urlsplit(address).query)
