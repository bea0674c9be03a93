"""What programs ask for without a person: the configuration, tokens, and what became of them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, SuspiciousOperation, TooManyFieldsSent
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.multipartparser import MultiPartParserError
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET

from dermograph.clinic.rights.slow import address_of
from dermograph.clinic.smart import exchange
from dermograph.clinic.smart.clients import client_of, read_form
from dermograph.clinic.smart.discovery import configuration
from dermograph.clinic.smart.errors import OAuthError
from dermograph.clinic.smart.limit import TOKENS_A_MINUTE, wait_of
from dermograph.clinic.smart.models import App, AppKind, SmartToken, TokenKind
from dermograph.clinic.smart.tokens import end_grant, known, member_of, stands

LOG = logging.getLogger("dermograph.clinic")
Form = dict[str, str]
Work = Callable[[App, Form], dict[str, Any]]
_GRANTS: dict[str, Work] = {
    "authorization_code": exchange.of_code,
    "refresh_token": exchange.of_refresh,
    "client_credentials": exchange.of_service,
}


@require_GET
def smart_configuration(request: HttpRequest) -> HttpResponse:
    """The endpoints and what is offered, for everybody and for pages of any origin: it says nothing of any clinic."""
    response = JsonResponse(configuration(request))
    response["Access-Control-Allow-Origin"] = "*"
    response["Cache-Control"] = "public, max-age=3600"
    return response


@csrf_exempt  # no cookie is looked at: the program proves who it is
def smart_token(request: HttpRequest) -> HttpResponse:
    """Tokens (RFC 6749, 4.1.3, 4.4.2 and 6)."""

    def work(app: App, form: Form) -> dict[str, Any]:
        grant = _GRANTS.get(form.get("grant_type", ""))
        if grant is None:
            raise OAuthError("unsupported_grant_type", f"grant_type has to be one of {', '.join(_GRANTS)}")
        return grant(app, form)

    return _answered(request, work, TOKENS_A_MINUTE)


@csrf_exempt  # the same
def smart_revoke(request: HttpRequest) -> HttpResponse:
    """The end of a token of the program's own (RFC 7009). Of any other the answer is the same, and nothing happens."""

    def work(app: App, form: Form) -> dict[str, Any]:
        token = _own(app, form)
        if token is not None and token.kind == TokenKind.ACCESS:
            SmartToken.objects.filter(pk=token.pk, ended_at=None).update(ended_at=timezone.now())
        elif token is not None:
            end_grant(token.grant, why="program", who=None)
        return {}

    return _answered(request, work)


@csrf_exempt  # the same
def smart_introspect(request: HttpRequest) -> HttpResponse:
    """What a token of the program's own is good for (RFC 7662); any other is not active."""

    def work(app: App, form: Form) -> dict[str, Any]:
        if app.kind == AppKind.PUBLIC:
            raise OAuthError("unauthorized_client", "only who can prove who it is may ask")
        token = _own(app, form)
        if token is None or not stands(token):
            return {"active": False}
        said: dict[str, Any] = {
            "active": True,
            "client_id": str(app.pk),
            "scope": " ".join(token.scopes),
            "iat": int(token.made_at.timestamp()),
            "exp": int(token.expires_at.timestamp()),
            "sub": str(member_of(token.grant).user.pk),
        }
        if token.kind == TokenKind.ACCESS:
            said |= {"token_type": "Bearer"}
        if token.grant.patient_id is not None and app.kind != AppKind.SERVICE:
            said["patient"] = str(token.grant.patient_id)
        return said

    return _answered(request, work)


def _answered(request: HttpRequest, work: Work, most: int = 0) -> HttpResponse:
    """Whatever happens, JSON that nobody keeps.

    Args:
        request: Of a program.
        work: What is done for it.
        most: How often a minute; 0 for as often as requests are taken with one token.
    """
    try:
        form = read_form(request)
        app = client_of(request, form)
        _take_one(request, app, most)
        response = JsonResponse(work(app, form))
    except OAuthError as error:
        response = _refused(error)
    except (SuspiciousOperation, RequestDataTooBig, TooManyFieldsSent, MultiPartParserError, ValueError):
        response = _refused(OAuthError("invalid_request", "it cannot be read"))
    except OperationalError as error:
        LOG.warning("the database was busy: %s", error)
        busy = OAuthError("temporarily_unavailable", "try again in a moment", 503, {"Retry-After": "2"})
        response = _refused(busy)
    response["Cache-Control"], response["Pragma"] = "no-store", "no-cache"
    response["X-Content-Type-Options"] = "nosniff"
    return response


def _take_one(request: HttpRequest, app: App, most: int) -> None:
    """Take one request from the minute of a program; of one that proves nothing, from that of one address.

    Else whoever knows the ``client_id`` of an app could spend the minute of all who use it.

    Raises:
        OAuthError: 429 if nothing is left.
    """
    who = f"app:{app.pk.hex}:{request.path}"
    if app.kind == AppKind.PUBLIC:
        who += f":{address_of(request)}"
    if wait := wait_of(who, most or settings.API_REQUESTS_A_MINUTE):
        says = "there were too many requests in this minute"
        raise OAuthError("temporarily_unavailable", says, 429, {"Retry-After": str(wait)})


def _refused(error: OAuthError) -> JsonResponse:
    body = {"error": error.code, "error_description": error.says}
    return JsonResponse(body, status=error.status, headers=error.headers)


def _own(app: App, form: Form) -> SmartToken | None:
    if not form.get("token"):
        raise OAuthError("invalid_request", "token is needed")
    token = known(form["token"])
    return token if token is not None and token.grant.app_id == app.pk else None
