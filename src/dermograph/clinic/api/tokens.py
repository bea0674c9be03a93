"""Making, finding and revoking tokens."""

from __future__ import annotations

import datetime as dt
import hashlib
import hmac
import secrets
import uuid
from collections.abc import Collection

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from dermograph.clinic.api.models import ApiToken
from dermograph.clinic.api.registry import pages_reached
from dermograph.clinic.api.scopes import SCOPES, may_act_for
from dermograph.clinic.audit.record import record
from dermograph.clinic.people.models import Clinic, Membership, Role
from dermograph.clinic.people.plain import plain_line
from dermograph.clinic.permissions import may
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text

MARK = "dmg_"
SECRET_BYTES = 32
SHOWN = len(MARK) + 6  # characters by which people recognise a token: 36 of its 256 bits
LONGEST = 200
LONGEST_DAYS = 365
MOST = 50  # tokens of a clinic that are in use
USED_EVERY = dt.timedelta(minutes=5)
PAGE = "api_tokens"


def make_token(
    *,
    who: Membership,
    member: Membership,
    name: str,
    scopes: Collection[str],
    last_day: dt.date,
    entry: uuid.UUID | None = None,
) -> tuple[ApiToken, str]:
    """Make a token.

    Args:
        who: Who makes it, an administrator or the medical lead.
        member: In whose name it acts; their role may not reach further than that of ``who``.
        name: What the clinic calls the program.
        scopes: Ids of ``SCOPES``, at least one.
        last_day: The last day on which it is taken, at most ``LONGEST_DAYS`` from today.
        entry: The id of the form: sent again, it makes no second token.

    Returns:
        The row, and the token, which is not kept and cannot be shown again.

    Raises:
        PermissionDenied: If ``who`` may make none.
        InputError: If something of it cannot be.
    """
    clinic = who.clinic
    if not may(who.role, PAGE) or not who.active:
        raise PermissionDenied
    name = plain_line(name, Text("name", "nombre"), longest=80)
    wanted = [scope for scope in SCOPES if scope in set(scopes)]
    if not wanted or set(scopes) - set(SCOPES):
        raise InputError(Text("Choose what the token is for.", "Elija para qué sirve la clave."), Place(field="scopes"))
    _check_member(who, member)
    today = timezone.now().astimezone(clinic.zone).date()
    if not today <= last_day <= today + dt.timedelta(days=LONGEST_DAYS):
        raise InputError(
            Text(
                "A token ends between today and a year from today.", "Una clave termina entre hoy y dentro de un año."
            ),
            Place(field="last_day"),
        )
    secret = MARK + secrets.token_urlsafe(SECRET_BYTES)
    with transaction.atomic():
        Clinic.objects.select_for_update(no_key=True).get(pk=clinic.pk)
        _refuse_again(entry)
        in_use = ApiToken.objects.filter(clinic=clinic, revoked_at=None, expires_at__gt=timezone.now())
        if in_use.count() >= MOST:
            raise InputError(
                Text(f"There are {MOST} tokens in use already.", f"Ya hay {MOST} claves en uso."),
                todo=Text("Revoke one that is not needed.", "Revoque una que no haga falta."),
            )
        token = ApiToken.objects.create(
            pk=entry or uuid.uuid4(),
            clinic=clinic,
            member=member,
            name=name,
            prefix=secret[:SHOWN],
            sha256=hash_of(secret),
            scopes=wanted,
            made_by=who.user,
            expires_at=dt.datetime.combine(last_day + dt.timedelta(days=1), dt.time.min, clinic.zone),
        )
        record(
            "token.made",
            clinic=clinic,
            who=who.user,
            about=token,
            details={"token": token.prefix, "for": str(member.pk), "scopes": wanted, "until": last_day.isoformat()},
        )
    return token, secret


def revoke_token(*, token: ApiToken, who: Membership) -> ApiToken:
    """End a token at once. One that is revoked already stays as it is.

    Raises:
        PermissionDenied: If ``who`` may not.
    """
    if not may(who.role, PAGE) or token.clinic_id != who.clinic_id:
        raise PermissionDenied
    with transaction.atomic():
        row = ApiToken.objects.select_for_update(of=("self",), no_key=True).get(pk=token.pk)
        if row.revoked_at is None:
            row.revoked_at, row.revoked_by = timezone.now(), who.user
            row.save(update_fields=["revoked_at", "revoked_by"])
            row.kept.all().delete()
            record("token.revoked", clinic=who.clinic, who=who.user, about=row, details={"token": row.prefix})
    return row


def found_token(secret: str) -> ApiToken | None:
    """The token that somebody shows, if it is taken now; None for whatever else it is.

    It is looked up by its hash: how long that takes says nothing about the characters of any token. One that never
    was, one that has ended, and one whose member has left cost the same single query.
    """
    hashed = hash_of(secret[:LONGEST])
    row = ApiToken.objects.filter(sha256=hashed).select_related("clinic", "member__user", "member__clinic").first()
    if row is None or not hmac.compare_digest(row.sha256, hashed):
        return None
    member = row.member
    ended = row.revoked_at is not None or row.expires_at <= timezone.now()
    if ended or not member.active or not member.user.is_active or member.role == Role.PATIENT:
        return None
    return row


def note_use(token: ApiToken) -> None:
    """Write down that a token is used, at most every few minutes."""
    now = timezone.now()
    if token.last_used_at is None or now - token.last_used_at >= USED_EVERY:
        ApiToken.objects.filter(pk=token.pk).update(last_used_at=now)


def hash_of(secret: str) -> str:
    """SHA-256 of a token, hexadecimal. It is random with 256 bits: a slow hash would protect nothing more."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def _refuse_again(entry: uuid.UUID | None) -> None:
    """Stop where the form has made its token already.

    Raises:
        InputError: If it has; that token is not shown again.
    """
    if entry is not None and ApiToken.objects.filter(pk=entry).exists():
        raise InputError(
            Text("This form has made its token already.", "Este formulario ya creó su clave."),
            todo=Text("If you did not copy it, revoke it and make another.", "Si no la copió, revóquela y cree otra."),
        )


def _check_member(who: Membership, member: Membership) -> None:
    if member.clinic_id != who.clinic_id or not member.active or member.role == Role.PATIENT:
        raise InputError(
            Text("That person does not work in this clinic.", "Esa persona no trabaja en esta clínica."),
            Place(field="member"),
        )
    if not may_act_for(who.role, member.role, pages_reached()):
        raise InputError(
            Text(
                "A token reaches no further than who makes it: that role may do what yours may not.",
                "Una clave no llega más lejos que quien la crea: ese rol puede hacer lo que el suyo no.",
            ),
            Place(field="member"),
            Text("Ask the medical lead to make it.", "Pida a la dirección médica que la cree."),
        )
