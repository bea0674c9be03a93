"""Which program speaks at the token endpoint, and that it is the one (RFC 6749, 2.3)."""

from __future__ import annotations

import base64
import binascii
import hmac
import uuid
from urllib.parse import unquote_plus

from django.http import HttpRequest
from django.urls import reverse

from dermograph.clinic.api.limit import wrong_token
from dermograph.clinic.api.problems import ProblemError
from dermograph.clinic.api.tokens import hash_of
from dermograph.clinic.rights.slow import address_of
from dermograph.clinic.smart.assertions import TYPE, app_of
from dermograph.clinic.smart.errors import OAuthError, no_client
from dermograph.clinic.smart.models import App, AppKind

FORM = "application/x-www-form-urlencoded"
LONGEST_BODY = 20_000


def read_form(request: HttpRequest) -> dict[str, str]:
    """The parameters of a request to the token endpoint, each once, none of the address.

    Raises:
        OAuthError: ``invalid_request`` if they cannot be read.
    """
    if request.method != "POST":
        raise OAuthError("invalid_request", "it takes POST", 405, {"Allow": "POST"})
    if request.content_type != FORM:
        raise OAuthError("invalid_request", f"the body has to be {FORM}")
    if int(request.META.get("CONTENT_LENGTH") or 0) > LONGEST_BODY:
        raise OAuthError("invalid_request", "the body is too long")
    if twice := [name for name, values in request.POST.lists() if len(values) > 1]:
        raise OAuthError("invalid_request", f"{twice[0][:40]!a} stands twice")
    return {name: str(value) for name, value in request.POST.items()}


def client_of(request: HttpRequest, form: dict[str, str]) -> App:
    """The program that asks, which has proved who it is by the one means of its kind.

    Raises:
        OAuthError: ``invalid_client`` if it has not; after too many of those 429.
    """
    try:
        app = _proved(request, form)
        if form.get("client_id", str(app.pk)) != str(app.pk):
            raise no_client("client_id is not that of who proved who it is")
    except OAuthError as error:
        if error.code == "invalid_client":
            _count(request)
        raise
    return app


def token_address(request: HttpRequest) -> str:
    """The address of the token endpoint, which an assertion names as its audience."""
    return request.build_absolute_uri(reverse("smart_token"))


def _proved(request: HttpRequest, form: dict[str, str]) -> App:
    basic = request.headers.get("Authorization", "")
    assertion = form.get("client_assertion", "")
    if (basic and assertion) or "client_secret" in form:
        raise OAuthError("invalid_request", "one proof is wanted: an assertion, or the secret as HTTP Basic")
    if assertion:
        if form.get("client_assertion_type") != TYPE:
            raise no_client(f"client_assertion_type has to be {TYPE}")
        return app_of(assertion, token_address(request))
    if basic:
        return _with_secret(basic)
    app = _app(form.get("client_id", ""), AppKind.PUBLIC)
    if app is None:
        raise no_client()
    return app


def _with_secret(header: str) -> App:
    scheme, _, encoded = header.partition(" ")
    try:
        pair = base64.b64decode(encoded.strip(), validate=True).decode() if scheme.lower() == "basic" else ""
    except (binascii.Error, ValueError):
        pair = ""
    client, _, secret = pair.partition(":")
    app = _app(unquote_plus(client), AppKind.SECRET)
    # Of a program that is not there the same is compared, so that the time tells nothing.
    kept = app.secret_sha256 if app else hash_of("")
    if not hmac.compare_digest(kept, hash_of(unquote_plus(secret) or "none")) or app is None:
        raise no_client()
    return app


def _app(client: str, kind: str) -> App | None:
    try:
        pk = uuid.UUID(client)
    except ValueError:
        return None
    return App.objects.filter(pk=pk, kind=kind, ended_at=None).select_related("clinic").first()


def _count(request: HttpRequest) -> None:
    """Count who could not prove who it is.

    Raises:
        OAuthError: 429 after too many in a minute.
    """
    try:
        wrong_token(address_of(request))
    except ProblemError as error:
        raise OAuthError("invalid_client", "there were too many wrong tries", 429, error.headers) from None
