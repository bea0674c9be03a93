"""Signing in: accounts are made by the clinic, not by who passes by; who guesses is locked out by account."""

from __future__ import annotations

from collections.abc import Mapping

from allauth.account.adapter import DefaultAccountAdapter
from django.http import HttpRequest

LONGEST_ADDRESS = 254


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
        given.get("email") or given.get("username") or request.POST.get("login") or getattr(request.user, "email", "")
    )
    return str(name).strip().lower()[:LONGEST_ADDRESS] or None
