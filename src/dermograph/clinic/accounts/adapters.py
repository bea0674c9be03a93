"""What allauth asks of the site: how one signs in, and how second factors are kept."""

from __future__ import annotations

from typing import Any

from allauth.account.internal.stagekit import clear_login
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.webauthn.internal.flows import did_use_passwordless_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from dermograph.clinic.accounts import lockout, secrets
from dermograph.clinic.ledger.words import current_language
from dermograph.clinic.people.models import User
from dermograph.clinic.people.recent import is_sure
from dermograph.clinic.people.sign_in import COUNTED, NoSignUp, sure_key
from dermograph.core.text import Text

WRONG_CODE = Text(
    "That is not right. A code is good for half a minute and can be used once.",
    "No es correcto. Un código vale medio minuto y sirve una sola vez.",
)
BACKEND = "dermograph.clinic.people.sign_in.WithPlaces"
FIRST = Text("Set up an app or a passkey first.", "Configure antes una aplicación o una llave de acceso.")


class Accounts(NoSignUp):
    """Accounts made by the clinic, that are locked for whoever guesses, whichever way they try."""

    def pre_login(self, request: HttpRequest, user: User, **rest: Any) -> HttpResponse | None:  # noqa: ANN401 (allauth's)
        """Stop whoever may not sign in: a closed account, and a locked one unless a passkey proves who it is."""
        response: HttpResponse | None = super().pre_login(request, user, **rest)
        by_key = did_use_passwordless_login(request, user)
        if response is None and not by_key and lockout.is_locked(request, user):
            clear_login(request)
            response = redirect("account_login")  # axes' middleware puts its page there
        return response

    def login(self, request: HttpRequest, user: User) -> None:
        """Sign in, however it was shown who it is, so that later pages find the person and their places at once."""
        user.backend = BACKEND
        super().login(request, user)

    def reauthenticate(self, user: User, password: str) -> bool:
        """Whether it is the password of who is signed in; wrong ones are counted apart from those at the sign-in."""
        counted = {COUNTED: sure_key(user)}
        found: User | None = self.authenticate(context.request, email=user.email, password=password, **counted)
        return found is not None and found.pk == user.pk

    def is_reauthentication_required(self, *, app: str, **rest: object) -> bool:  # noqa: ARG002 (allauth's signature)
        """Whether the last sign-in is too long ago to change the account."""
        return not is_sure(context.request)


class Factors(DefaultMFAAdapter):  # type: ignore[misc]  # allauth comes without types
    """Second factors whose secrets are sealed, and whose messages are ours."""

    @property
    def error_messages(self) -> dict[str, str]:
        """What people read when a code or key is refused."""
        first = FIRST.say(current_language())
        names = ("cannot_generate_recovery_codes", "cannot_delete_authenticator", "add_email_blocked")
        return {"incorrect_code": WRONG_CODE.say(current_language())} | dict.fromkeys(names, first)

    def encrypt(self, text: str) -> str:
        """Seal a secret."""
        return secrets.sealed(text)

    def decrypt(self, encrypted_text: str) -> str:
        """Open a sealed secret.

        Raises:
            UnreadableSecretError: If it belongs to another master key.
        """
        return secrets.opened(encrypted_text)

    def generate_authenticator_name(self, user: User, type: str) -> str:  # noqa: A002, ARG002 (allauth's signature)
        """The name of a passkey that was given none."""
        return Text("Passkey", "Llave de acceso").say(current_language())
