"""The sessions of a person: begun, seen, listed, over and ended."""

from __future__ import annotations

import datetime as dt
import hashlib
import time
import uuid
from collections.abc import Iterable
from importlib import import_module
from typing import Any

from allauth.account.authentication import get_authentication_records
from django.conf import settings
from django.contrib.sessions.backends.base import SessionBase
from django.http import HttpRequest
from django.utils import timezone

from dermograph.clinic.accounts import trail
from dermograph.clinic.accounts.models import LONGEST_AGENT, SignedIn
from dermograph.clinic.people.models import User
from dermograph.clinic.people.recent import mark_sure

ROW, BEGAN, SEEN, FACTOR = "signed_in", "began_at", "seen_at", "factor"
SEEN_EVERY = 120  # s at most: a page that is opened within costs nothing more
CLINIC = "clinic"  # what the middleware of clinics reads and `switch_clinic` writes
CLOCK_SLACK = 300  # s by which the clock may have been set back


def begin(request: HttpRequest, user: User) -> None:
    """A session has begun: write down where, and whether a second factor was used."""
    now = time.time()
    forget(request.session.get(ROW))
    longest = timezone.now() - dt.timedelta(seconds=settings.SESSION_COOKIE_AGE)
    SignedIn.objects.filter(user=user, last_seen__lt=longest).delete()
    request.session[BEGAN] = request.session[SEEN] = now
    request.session[FACTOR] = any(one.get("method") == "mfa" for one in get_authentication_records(request, user))
    _stay(request, user)
    mark_sure(request)
    _write(request, user)


def _stay(request: HttpRequest, user: User) -> None:
    """In the clinic where it begins: a place that another clinic gives them meanwhile does not move the session."""
    if user.places and CLINIC not in request.session:
        request.session[CLINIC] = str(min(user.places, key=lambda place: place.clinic.name).clinic_id)


def why_over(request: HttpRequest) -> str:
    """Why a session may not go on: ``idle``, ``age``; empty if it may."""
    now, session = time.time(), request.session
    began, seen = float(session.get(BEGAN, now)), float(session.get(SEEN, now))
    if now - began >= settings.SESSION_COOKIE_AGE or began - now > CLOCK_SLACK:
        return "age"
    return "idle" if now - seen >= settings.SESSION_IDLE_SECONDS else ""


def see(request: HttpRequest, user: User) -> bool:
    """Write down that a page was opened, every few minutes.

    Returns:
        Whether the session still stands; False if it was ended from another device.
    """
    now = time.time()
    if BEGAN in request.session and abs(now - float(request.session.get(SEEN, 0))) < _seen_every():
        return True
    request.session.setdefault(BEGAN, now)
    request.session[SEEN] = now
    row = request.session.get(ROW)
    if row is None:
        _write(request, user)
        return True
    key = key_hash(request.session.session_key)
    return bool(SignedIn.objects.filter(pk=row, user=user).update(last_seen=timezone.now(), key_hash=key))


def _seen_every() -> int:
    """Often enough that who opens pages is not taken for idle, however short the clinic has made that."""
    return min(SEEN_EVERY, settings.SESSION_IDLE_SECONDS // 4)


def follow(request: HttpRequest) -> None:
    """The session has another key now, as after a change of the password: its row follows."""
    if row := request.session.get(ROW):
        SignedIn.objects.filter(pk=row).update(key_hash=key_hash(request.session.session_key))


def forget(row: str | None) -> None:
    """A session is gone: its row goes."""
    if row:
        SignedIn.objects.filter(pk=row).delete()


def list_of(user: User) -> list[SignedIn]:
    """The sessions of a person that can still be used, the one seen last first."""
    now = timezone.now()
    rows = SignedIn.objects.filter(
        user=user,
        last_seen__gt=now - dt.timedelta(seconds=settings.SESSION_IDLE_SECONDS),
        first_seen__gt=now - dt.timedelta(seconds=settings.SESSION_COOKIE_AGE),
    )
    return list(rows.order_by("-last_seen"))


def end(user: User, *, why: str, who: User | None, only: uuid.UUID | None = None, keep: str | None = None) -> int:
    """End sessions of a person.

    Args:
        user: Whose.
        why: ``asked``, ``password``, ``factor`` or ``reset``; for the audit trail.
        who: Who ends them.
        only: One of theirs; None for all.
        keep: The row of the session that goes on, as in its data; None to keep none.

    Returns:
        How many.
    """
    rows = SignedIn.objects.filter(user=user)
    rows = rows.filter(pk=only) if only else rows
    rows = rows.exclude(pk=keep) if keep else rows
    ending = dict(rows.values_list("key_hash", "pk"))
    if not ending:
        return 0
    for key in _keys():
        if key_hash(key) in ending:
            _store().delete(key)
    SignedIn.objects.filter(pk__in=ending.values()).delete()
    trail.record("session.ended", user, who=who, details={"sessions": len(ending), "why": why})
    return len(ending)


def key_hash(key: str | None) -> str:
    """What a session is known by."""
    return hashlib.sha256((key or "").encode()).hexdigest()


def _write(request: HttpRequest, user: User) -> None:
    if request.session.session_key is None:
        request.session.create()
    agent = request.META.get("HTTP_USER_AGENT", "")[:LONGEST_AGENT].replace("\0", "")
    row, _ = SignedIn.objects.update_or_create(
        key_hash=key_hash(request.session.session_key), defaults={"user": user, "agent": agent}
    )
    request.session[ROW] = str(row.pk)


def _store() -> SessionBase:
    store: SessionBase = import_module(settings.SESSION_ENGINE).SessionStore()
    return store


def _keys() -> Iterable[str]:
    """The keys of all sessions that can still be used: a hash cannot be turned back into one."""
    model: Any = import_module(settings.SESSION_ENGINE).SessionStore.get_model_class()
    keys: Iterable[str] = model.objects.filter(expire_date__gt=timezone.now()).values_list("session_key", flat=True)
    return keys
