"""What the token endpoint gives: for a code, for a refresh token, and to a service."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import uuid
from collections.abc import Iterable
from typing import Any

from django.db import transaction
from django.utils import timezone

from dermograph.clinic.api.tokens import hash_of
from dermograph.clinic.audit.record import record
from dermograph.clinic.smart.asking import OFFLINE, ONLINE, grantable
from dermograph.clinic.smart.errors import OAuthError
from dermograph.clinic.smart.granting import OFFLINE_LIVES
from dermograph.clinic.smart.models import App, AppKind, Grant, SmartToken, TokenKind
from dermograph.clinic.smart.scopes import Scope, read_scope
from dermograph.clinic.smart.tokens import (
    LIVES,
    SERVICE_LIVES,
    clear_old,
    end_grant,
    give,
    holds,
    is_present,
    known,
)

_VERIFIER = re.compile(r"[A-Za-z0-9\-._~]{43,128}")  # RFC 7636, 4.1
Answer = dict[str, Any]
_BAD_CODE = OAuthError("invalid_grant", "the code is not valid, or not with these redirect_uri and code_verifier")
_BAD_REFRESH = OAuthError("invalid_grant", "the refresh token is not valid")


def of_code(app: App, form: dict[str, str]) -> Answer:
    """Tokens for a code, which is tried once: whoever comes a second time ends what the first one got.

    Raises:
        OAuthError: If the code is not good, or not for who shows it.
    """
    if app.kind == AppKind.SERVICE:
        raise OAuthError("unauthorized_client", "a service takes client_credentials")
    if not form.get("code"):
        raise OAuthError("invalid_request", "code is needed")
    hashed = hash_of(form["code"][:200])
    grant = Grant.objects.filter(code_token_sha256=hashed, app=app).first()
    if grant is None:
        raise _BAD_CODE
    with transaction.atomic():
        row = Grant.objects.select_for_update(of=("self",), no_key=True).get(pk=grant.pk)
        first = row.code_used_at is None
        if first:
            row.code_used_at = timezone.now()
            row.save(update_fields=["code_used_at"])
    if not first:
        _replayed(row)
        raise _BAD_CODE
    fresh = row.code_ends_at is not None and row.code_ends_at > timezone.now()
    is_same = hmac.compare_digest(row.redirect.encode(), form.get("redirect_uri", "").encode())
    if not (fresh and is_same and _is_verified(row.challenge, form.get("code_verifier", ""))):
        raise _BAD_CODE
    return _given(row.pk, row.scopes, _BAD_CODE)


def of_refresh(app: App, form: dict[str, str]) -> Answer:
    """Another access token, and another refresh token in place of the one that is shown.

    Raises:
        OAuthError: If it is not good, was used before, or more is asked for than was granted.
    """
    token = known(form.get("refresh_token", ""), TokenKind.REFRESH)
    if token is None or token.grant.app_id != app.pk:
        raise _BAD_REFRESH
    if token.used_at is not None:
        _replayed(token.grant)
        raise _BAD_REFRESH
    if ONLINE in token.grant.scopes and not is_present(token.grant):
        raise OAuthError("invalid_grant", "the person is not signed in any more")
    scopes = _fewer(form.get("scope", ""), token.grant.scopes)
    with transaction.atomic():
        _lock(token.grant_id)
        now = timezone.now()
        rows = SmartToken.objects.filter(pk=token.pk, used_at=None, ended_at=None, expires_at__gt=now)
        if rows.update(used_at=now):
            return _given(token.grant_id, scopes, _BAD_REFRESH)
    if SmartToken.objects.filter(pk=token.pk).exclude(used_at=None).exists():
        _replayed(token.grant)
    raise _BAD_REFRESH


def of_service(app: App, form: dict[str, str]) -> Answer:
    """An access token for a program by itself, with what the clinic granted it at its registration.

    Raises:
        OAuthError: If it is no service, or asks for nothing that it was granted.
    """
    grant = app.grants.filter(ended_at=None).select_related("app", "user", "member").first()
    if app.kind != AppKind.SERVICE or grant is None or grant.member is None or not holds(grant):
        raise OAuthError("unauthorized_client", "client_credentials is for services that the clinic registered")
    asked = form.get("scope", "").split()
    words = [one for one in grantable(asked, app.scopes, grant.member.role) if read_scope(one)]
    if not words:
        raise OAuthError("invalid_scope", "nothing of this was granted to this service")
    return _given(grant.pk, words, OAuthError("unauthorized_client", "the service was ended"))


def covered(granted: Iterable[str], asked: Scope) -> bool:
    """Whether every action of a scope is in one of those that were granted."""
    scopes = [one for one in map(read_scope, granted) if one is not None]
    parts = (Scope(asked.level, asked.kind, frozenset({action})) for action in asked.actions)
    return all(any(one.covers(part) for one in scopes) for part in parts)


def _given(pk: uuid.UUID, scopes: list[str], refused: OAuthError) -> Answer:
    """Make the tokens of a grant that stands.

    Raises:
        OAuthError: ``refused`` if it does not stand any more.
    """
    now = timezone.now()
    with transaction.atomic():
        grant = _lock(pk)
        if not holds(grant):
            raise refused
        is_service = grant.app.kind == AppKind.SERVICE
        access, secret = give(grant, TokenKind.ACCESS, scopes, SERVICE_LIVES if is_service else LIVES)
        answer: Answer = {
            "access_token": secret,
            "token_type": "Bearer",
            "expires_in": max(1, int((access.expires_at - now).total_seconds())),
            "scope": " ".join(scopes),
        }
        if not is_service and grant.patient_id is not None:
            answer |= {"patient": str(grant.patient_id), "need_patient_banner": True}
        if {OFFLINE, ONLINE} & set(grant.scopes):
            answer["refresh_token"] = give(grant, TokenKind.REFRESH, grant.scopes, OFFLINE_LIVES)[1]
        App.objects.filter(pk=grant.app_id).update(last_used_at=now)
        clear_old(grant.app)
    return answer


def _lock(pk: uuid.UUID) -> Grant:
    """A grant, locked after its program: in this order everything of both is changed."""
    App.objects.select_for_update(no_key=True).filter(grants=pk).first()
    related = ("app", "clinic", "user", "member__user", "patient__clinic")
    return Grant.objects.select_for_update(of=("self",), no_key=True).select_related(*related).get(pk=pk)


def _fewer(written: str, granted: list[str]) -> list[str]:
    """The scopes of a refresh: those of the grant, or fewer.

    Raises:
        OAuthError: ``invalid_scope`` if one was not granted.
    """
    if not written.strip():
        return granted
    words = list(dict.fromkeys(written.split()))
    for word in words:
        scope = read_scope(word)
        if not (covered(granted, scope) if scope else word in granted):
            raise OAuthError("invalid_scope", "a refresh asks for nothing that was not granted before")
    return words


def _is_verified(challenge: str, verifier: str) -> bool:
    if not _VERIFIER.fullmatch(verifier):
        return False
    digest = base64.urlsafe_b64encode(hashlib.sha256(verifier.encode("ascii")).digest()).rstrip(b"=")
    return hmac.compare_digest(challenge.encode(), digest)


def _replayed(grant: Grant) -> None:
    """Somebody has shown again what is good once: whoever it is, all that came of it ends."""
    details = {"app": str(grant.app_id)}
    record("smart.replayed", clinic=grant.clinic, who=None, about=grant, patient=grant.patient_id, details=details)
    end_grant(grant, why="replay", who=None)
