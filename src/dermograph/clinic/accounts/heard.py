"""What Django, allauth and axes tell of accounts, written into the audit trail, and what follows from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allauth.account import signals as account
from allauth.account.authentication import get_authentication_records
from allauth.account.signals import authentication_step_completed
from allauth.mfa import signals as mfa
from allauth.mfa.models import Authenticator
from axes.signals import user_locked_out
from django.conf import settings
from django.contrib.auth import signals as auth
from django.dispatch import receiver
from django.http import HttpRequest

from dermograph.clinic.accounts import lockout, replay, sessions, trail
from dermograph.clinic.accounts.devices import device_words
from dermograph.clinic.accounts.later import do_later
from dermograph.clinic.accounts.told import tell_factor_added, tell_factor_removed
from dermograph.clinic.people.factors import KINDS, has_factor
from dermograph.clinic.people.models import User
from dermograph.clinic.people.recent import mark_sure
from dermograph.clinic.people.sign_in import counted_account, who_tries


@receiver(auth.user_logged_in)
def _session_begun(request: HttpRequest, user: User, **_: object) -> None:
    sessions.begin(request, user)


@receiver(account.user_logged_in)
def _signed_in(request: HttpRequest, user: User, **_: object) -> None:
    device = device_words(request.META.get("HTTP_USER_AGENT", "")).en
    trail.record("account.signed_in", user, who=user, details={"by": _ways(request, user), "device": device})


def _ways(request: HttpRequest, user: User) -> list[str]:
    """How it was shown who it is, such as ``["password", "totp"]``."""
    records = get_authentication_records(request, user)
    return [str(one.get("type") if one.get("method") == "mfa" else one.get("method")) for one in records]


@receiver(auth.user_login_failed)
def _not_signed_in(credentials: Mapping[str, object], request: HttpRequest | None = None, **_: object) -> None:
    address = who_tries(request, credentials) if request is not None else None
    do_later(request, lambda: _write_failed("account.sign_in_failed", address))


@receiver(user_locked_out)
def _locked(request: HttpRequest, username: str, **_: object) -> None:
    if getattr(request, "axes_failures_since_start", 0) == settings.AXES_FAILURE_LIMIT:  # not again for later tries
        do_later(request, lambda: _write_failed("account.locked", username))


def _write_failed(action: str, address: str | None) -> None:
    """For an account that is there; of others there is no clinic whose trail it would belong to."""
    user = counted_account(address)
    if user is not None:
        trail.record(action, user, who=None)


@receiver(auth.user_logged_out)
def _signed_out(request: HttpRequest, user: User | None, **_: object) -> None:
    sessions.forget(request.session.get(sessions.ROW))
    if user is not None:
        why = getattr(request, "session_over", "") or "asked"
        trail.record("account.signed_out", user, who=user, details={"why": why})


@receiver(authentication_step_completed)
def _confirmed(request: HttpRequest, user: User, method: str, **extra: Any) -> None:  # noqa: ANN401 (allauth's)
    if extra.get("reauthenticated") and request.user == user:
        mark_sure(request)
        _start_again(request, user, by_factor=method == "mfa")
        trail.record("account.confirmed", user, who=user, details={"by": str(extra.get("type") or method)})


def _start_again(request: HttpRequest, user: User, *, by_factor: bool = False) -> None:
    """Count from none again, unless that would give more guesses at codes to who only knows the password."""
    if by_factor or request.session.get(sessions.FACTOR) or not has_factor(user):
        lockout.count_right(user)


@receiver([account.password_changed, account.password_set])
def _password_changed(request: HttpRequest, user: User, **_: object) -> None:
    sessions.follow(request)
    mark_sure(request)
    _start_again(request, user)
    trail.record("account.password_changed", user, who=user)
    sessions.end(user, why="password", who=user, keep=request.session.get(sessions.ROW))


@receiver(account.password_reset)
def _password_reset(user: User, **_: object) -> None:
    trail.record("account.password_set_by_link", user, who=user)
    sessions.end(user, why="password", who=user)


@receiver(mfa.authenticator_added)
def _factor_added(request: HttpRequest, user: User, authenticator: Authenticator, **_: object) -> None:
    trail.record("factor.added", user, who=user, details={"kind": authenticator.type})
    if authenticator.type == Authenticator.Type.TOTP:
        replay.begin_after_now(authenticator)
    if authenticator.type in KINDS:
        request.session[sessions.FACTOR] = True
        # They were begun without it.
        sessions.end(user, why="factor", who=user, keep=request.session.get(sessions.ROW))
        tell_factor_added(user)


@receiver(mfa.authenticator_reset)
def _codes_made(user: User, **_: object) -> None:
    trail.record("factor.codes_made", user, who=user)


@receiver(mfa.authenticator_used)
def _factor_used(request: HttpRequest, user: User, authenticator: Authenticator, **extra: object) -> None:
    trail.record("factor.used", user, who=user, details={"kind": authenticator.type})
    if extra.get("reauthenticated") and request.user == user:
        request.session[sessions.FACTOR] = True


@receiver(mfa.authentication_failed)
def _factor_failed(request: HttpRequest, user: User, authenticator: Authenticator, **_: object) -> None:
    kind = authenticator.type
    lockout.count_wrong(request, user)
    do_later(request, lambda: trail.record("factor.failed", user, who=None, details={"kind": kind}))


@receiver(mfa.authenticator_removed)
def _factor_removed(request: HttpRequest, user: User, authenticator: Authenticator, **_: object) -> None:
    trail.record("factor.removed", user, who=user, details={"kind": authenticator.type})
    if authenticator.type not in KINDS:
        return
    if not has_factor(user):
        request.session[sessions.FACTOR] = False
    sessions.end(user, why="factor", who=user, keep=request.session.get(sessions.ROW))
    tell_factor_removed(user)
