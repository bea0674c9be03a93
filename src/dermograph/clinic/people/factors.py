"""Who has a second factor, and of which kind."""

from __future__ import annotations

import uuid
from collections.abc import Iterable

from allauth.mfa.models import Authenticator

from dermograph.clinic.people.models import User

KINDS = (Authenticator.Type.TOTP.value, Authenticator.Type.WEBAUTHN.value)  # recovery codes are none by themselves


def factors_of(people: Iterable[uuid.UUID]) -> dict[uuid.UUID, list[str]]:
    """The kinds of second factor of each person, by their ids, in one query; who has none is not in it."""
    found: dict[uuid.UUID, list[str]] = {}
    rows = Authenticator.objects.filter(user__in=list(people), type__in=KINDS).order_by("type")
    for user, kind in rows.values_list("user_id", "type"):
        if kind not in found.setdefault(user, []):
            found[user].append(kind)
    return found


def has_factor(user: User) -> bool:
    """Whether somebody has a second factor."""
    return bool(factors_of([user.pk]))
