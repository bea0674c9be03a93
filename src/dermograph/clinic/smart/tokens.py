"""Tokens: made, found and ended. Each is random with 256 bits and only its hash is kept."""

from __future__ import annotations

import datetime as dt
import hmac
import secrets
from collections.abc import Iterable

from django.db import transaction
from django.utils import timezone

from dermograph.clinic.accounts import sessions
from dermograph.clinic.api.tokens import LONGEST, hash_of
from dermograph.clinic.audit.record import record
from dermograph.clinic.people.models import Membership, Patient, Role, User
from dermograph.clinic.smart.asking import ONLINE
from dermograph.clinic.smart.models import App, Grant, SmartToken, TokenKind

ACCESS, REFRESH, CODE, SECRET = "dms_", "dmr_", "dmc_", "dmk_"
BYTES = 32
SHOWN = 4 + 6  # characters by which people recognise one
LIVES = dt.timedelta(minutes=55)  # of an access token; the standard wants at most an hour
SERVICE_LIVES = dt.timedelta(minutes=5)  # section 4.4.2 recommends it
USED_EVERY = dt.timedelta(minutes=5)
KEPT = dt.timedelta(days=1)  # after its end, so that a late replay is known for one
_RELATED = ("grant__app", "grant__clinic", "grant__user", "grant__member__user", "grant__member__clinic")


def made(mark: str) -> str:
    """A new secret."""
    return mark + secrets.token_urlsafe(BYTES)


def give(grant: Grant, kind: TokenKind, scopes: Iterable[str], lives: dt.timedelta) -> tuple[SmartToken, str]:
    """A new token of a grant, which does not outlive it; the secret is not kept."""
    now = timezone.now()
    secret = made(ACCESS if kind == TokenKind.ACCESS else REFRESH)
    row = SmartToken.objects.create(
        grant=grant,
        kind=kind,
        prefix=secret[:SHOWN],
        token_sha256=hash_of(secret),
        scopes=list(scopes),
        made_at=now,
        expires_at=min(now + lives, grant.ends_at),
    )
    return row, secret


def known(secret: str, kind: TokenKind | None = None) -> SmartToken | None:
    """The token that somebody shows, whether or not it is still taken; looked up by its hash."""
    hashed = hash_of(secret[:LONGEST])
    rows = SmartToken.objects.filter(token_sha256=hashed).select_related(*_RELATED, "grant__patient")
    row = (rows.filter(kind=kind) if kind else rows).first()
    return row if row is not None and hmac.compare_digest(row.token_sha256, hashed) else None


def stands(token: SmartToken) -> bool:
    """Whether a token is taken now, with all that it rests on."""
    return token.ended_at is None and token.used_at is None and token.expires_at > timezone.now() and holds(token.grant)


def holds(grant: Grant) -> bool:
    """Whether what a grant rests on still stands.

    Itself, the program, the person's place, the patient's record, and with ``online_access`` the person's sign-in.
    """
    app, member, patient = grant.app, grant.member, grant.patient
    if grant.ended_at is not None or grant.ends_at <= timezone.now() or app.ended_at is not None:
        return False
    if not grant.user.is_active or (patient is not None and patient.restricted_at is not None):
        return False
    if ONLINE in grant.scopes and not is_present(grant):
        return False
    if member is None:
        return patient is not None and patient.user_id == grant.user_id
    return member.active and member.role != Role.PATIENT and member.clinic_id == app.clinic_id


def is_present(grant: Grant) -> bool:
    """Whether the session in which the person allowed it still goes on."""
    return any(one.pk == grant.session for one in sessions.list_of(grant.user))


def member_of(grant: Grant) -> Membership:
    """In whose name a program acts; of a patient a row that is not kept."""
    return grant.member or own_place(grant.patient, grant.user)


def own_place(patient: Patient | None, user: User) -> Membership:
    """A patient as ``Caller`` needs them: a place with the role of a patient, which is not kept."""
    assert patient is not None  # noqa: S101 (`holds` has seen it)
    return Membership(clinic=patient.clinic, user=user, role=Role.PATIENT)


def note_use(token: SmartToken) -> None:
    """Write down that a token is used, at most every few minutes."""
    now = timezone.now()
    if token.last_used_at is None or now - token.last_used_at >= USED_EVERY:
        SmartToken.objects.filter(pk=token.pk).update(last_used_at=now)


def end_grant(grant: Grant, *, why: str, who: User | None) -> None:
    """End a grant and all its tokens at once. One that is over already stays as it is.

    Args:
        grant: Which.
        why: ``asked``, ``program``, ``app`` or ``replay``.
        who: Who ends it; None for a program, and for the system.
    """
    with transaction.atomic():
        row = Grant.objects.select_for_update(of=("self",), no_key=True).get(pk=grant.pk)
        if row.ended_at is not None:
            return
        now = timezone.now()
        row.ended_at, row.ended_why = now, why
        row.save(update_fields=["ended_at", "ended_why"])
        row.tokens.filter(ended_at=None).update(ended_at=now)
        details = {"app": str(grant.app_id), "why": why}
        record("smart.grant_ended", clinic=grant.clinic, who=who, about=row, patient=grant.patient_id, details=details)


def clear_old(app: App) -> None:
    """Take away the tokens of a program that ran out long ago, and the grants of which nothing can come any more."""
    long_ago = timezone.now() - KEPT
    SmartToken.objects.filter(grant__app=app, expires_at__lt=long_ago, kind=TokenKind.ACCESS).delete()
    Grant.objects.filter(app=app, ends_at__lt=long_ago).delete()
