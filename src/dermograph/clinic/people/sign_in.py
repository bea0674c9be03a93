"""Signing in: accounts are made by the clinic, not by who passes by; who guesses is locked out by account."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.contrib.auth.backends import ModelBackend
from django.http import HttpRequest

from dermograph.clinic.people.models import Membership, User

LONGEST_ADDRESS = 254
COUNTED = "counted"  # the credential under which tries are counted where it is not the address
_SURE = "sure:"


class WithPlaces(ModelBackend):
    """Finds who is signed in together with where they work: every page asks for both, this is one query."""

    def get_user(self, user_id: Any) -> User | None:  # noqa: ANN401 (an id as the session keeps it)
        """The person; None if there is none of that id, or their account is closed."""
        places = list(Membership.objects.filter(user=user_id, active=True).select_related("clinic", "user"))
        if not places:
            alone: User | None = super().get_user(user_id)
            if alone is not None:
                alone.places = []  # looked for a moment ago
            return alone
        user = places[0].user
        user.places = places
        return user if self.user_can_authenticate(user) else None


class NoSignUp(DefaultAccountAdapter):  # type: ignore[misc]  # allauth comes without types
    """An adapter that lets nobody make an account for themselves."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:  # noqa: ARG002 (allauth's signature)
        """No."""
        return False


def who_tries(request: HttpRequest, credentials: Mapping[str, object] | None = None) -> str | None:
    """The account that somebody tries to sign in to, for the lockout; lower case.

    allauth hands on ``email``, its own form says ``login``; where nothing is found the lockout would count nothing.
    """
    given = credentials or {}
    name = (
        given.get(COUNTED)
        or given.get("email")
        or given.get("username")
        or request.POST.get("login")
        or getattr(request.user, "email", "")
    )
    return str(name).strip().lower()[:LONGEST_ADDRESS] or None


def sure_key(user: User) -> str:
    """What wrong passwords of somebody signed in are counted under.

    Not the address: with that, whoever knows it could keep them from signing what they wrote.
    """
    return f"{_SURE}{user.pk}"


def counted_account(counted: str | None) -> User | None:
    """The account that tries are counted for; None if there is none."""
    if not counted or "\0" in counted:
        return None
    if counted.startswith(_SURE) and "@" not in counted:
        return User.objects.filter(pk=counted.removeprefix(_SURE)).first()
    return User.objects.filter(email=counted).first()
