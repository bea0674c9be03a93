"""A program proves who it is with a signed assertion (SMART App Launch, section 4.3; RFC 7523)."""

from __future__ import annotations

import datetime as dt
import json
import uuid
from collections.abc import Mapping
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone
from joserfc import jws, jwt
from joserfc.errors import JoseError

from dermograph.clinic.api.tokens import hash_of
from dermograph.clinic.smart.errors import no_client
from dermograph.clinic.smart.keys import ALGORITHMS, key_set
from dermograph.clinic.smart.models import App, AppKind, UsedAssertion

TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
LONGEST = 8000
LIVES = 300  # s: the standard's five minutes
SLACK = 30  # s by which two clocks may differ
LONGEST_JTI = 200
_UNREADABLE = (JoseError, ValueError, TypeError, KeyError, RecursionError, OverflowError)


def app_of(assertion: str, audience: str) -> App:
    """The program that signed an assertion.

    Args:
        assertion: As it was sent, compact.
        audience: The address of the token endpoint.

    Raises:
        OAuthError: ``invalid_client`` if anything about it is wrong, with the same words for whatever a stranger
            could learn from.
    """
    if len(assertion) > LONGEST:
        raise no_client("the assertion is too long")
    try:
        signed = jws.extract_compact(assertion.encode("ascii"))
        header, unproved = signed.headers(), json.loads(signed.payload)
        pk = uuid.UUID(unproved["sub"])
    except (*_UNREADABLE, AttributeError):
        raise no_client("the assertion cannot be read") from None
    kinds = (AppKind.ASYMMETRIC, AppKind.SERVICE)
    app = App.objects.filter(pk=pk, ended_at=None, kind__in=kinds).select_related("clinic", "member__user").first()
    if app is None:
        raise no_client()
    if not isinstance(header.get("kid"), str) or header.get("alg") not in ALGORITHMS or "jku" in header:
        raise no_client("the assertion needs kid and alg RS384 or ES384; jku is not offered")
    try:
        claims = jwt.decode(assertion, key_set(app.keys), algorithms=list(ALGORITHMS)).claims
    except (*_UNREADABLE, AttributeError):
        raise no_client() from None
    _check(claims, str(app.pk), audience)
    _use(app, claims)
    return app


def _check(claims: Mapping[str, Any], client: str, audience: str) -> None:
    """Section 4.3.3 of the standard.

    Raises:
        OAuthError: If a claim is missing or wrong.
    """
    wanted = jwt.JWTClaimsRegistry(
        leeway=SLACK,
        iss={"essential": True, "value": client},
        sub={"essential": True, "value": client},
        aud={"essential": True, "value": audience},
        exp={"essential": True},
        jti={"essential": True},
    )
    try:
        wanted.validate(dict(claims))
    except _UNREADABLE as error:
        raise no_client(f"the assertion is not valid here: {_said(error)}") from None
    if claims["exp"] > timezone.now().timestamp() + LIVES + SLACK:
        raise no_client("the assertion lives longer than five minutes")
    if not isinstance(claims["jti"], str) or not 1 <= len(claims["jti"]) <= LONGEST_JTI:
        raise no_client(f"jti has 1 to {LONGEST_JTI} characters")


def _use(app: App, claims: Mapping[str, Any]) -> None:
    """Take an assertion, once.

    Raises:
        OAuthError: If it was taken before.
    """
    ends = dt.datetime.fromtimestamp(claims["exp"], dt.UTC) + dt.timedelta(seconds=2 * SLACK)
    UsedAssertion.objects.filter(app=app, expires_at__lt=timezone.now()).delete()
    try:
        with transaction.atomic():
            UsedAssertion.objects.create(app=app, jti_sha256=hash_of(claims["jti"]), expires_at=ends)
    except IntegrityError:
        raise no_client("this jti was used already") from None


def _said(error: Exception) -> str:
    claim = getattr(error, "claim", "")
    return str(claim) if claim else "a claim"
