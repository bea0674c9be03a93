"""allauth's forms of passwords and second factors, behind the lock and against what nobody types."""

from __future__ import annotations

import struct
from typing import Any

from allauth.account.adapter import get_adapter as get_account_adapter
from allauth.account.forms import ChangePasswordForm
from allauth.core import context
from allauth.mfa.adapter import get_adapter
from allauth.mfa.base import forms as codes
from allauth.mfa.models import Authenticator
from allauth.mfa.totp import forms as totp
from allauth.mfa.webauthn import forms as keys
from cryptography.exceptions import InvalidSignature
from django import forms
from django.core.exceptions import ValidationError

from dermograph.clinic.accounts import lockout, replay
from dermograph.clinic.ledger.words import current_language
from dermograph.clinic.people.models import User
from dermograph.core.text import Text

LONGEST_CODE, LONGEST_NAME = 20, 80
# What the parsers of keys raise for bytes that no key has made.
BROKEN = (
    ValidationError,
    ValueError,
    TypeError,
    KeyError,
    AttributeError,
    IndexError,
    OverflowError,
    RecursionError,
    struct.error,
    InvalidSignature,
)
LOCKED = Text("This account is locked for now.", "Esta cuenta está bloqueada por ahora.")
NO_KEY = Text("This passkey is not known here.", "Esta llave de acceso no se conoce aquí.")


def refuse_locked(user: User) -> None:
    """Look at no code of a locked account.

    Raises:
        ValidationError: If it is locked.
    """
    if lockout.is_locked(context.request, user):
        raise ValidationError(LOCKED.say(current_language()))


def _readable(name: str) -> str:
    return "".join(letter for letter in name if letter.isprintable())[:LONGEST_NAME].strip()


class ChangePassword(ChangePasswordForm):  # type: ignore[misc]  # allauth comes without types
    """Another password, for who knows the old one."""

    def clean_oldpassword(self) -> str:
        """Check it; a wrong one is counted and stands in the trail, as where it is asked again.

        Raises:
            ValidationError: If it is wrong, or too many were.
        """
        old: str = self.cleaned_data["oldpassword"]
        adapter = get_account_adapter()
        if not adapter.reauthenticate(self.user, old):
            raise adapter.validation_error("enter_current_password")
        return old


class _Code(forms.Form):
    """A code: of an app, or a recovery code."""

    user: User
    authenticator: Authenticator

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 (Django's)
        super().__init__(*args, **options)
        kinds = set(Authenticator.objects.filter(user=self.user).values_list("type", flat=True))
        self.has_app, self.has_key = Authenticator.Type.TOTP in kinds, Authenticator.Type.WEBAUTHN in kinds

    def clean_code(self) -> str:
        """Check it, once.

        Raises:
            ValidationError: If the account is locked, or the code is wrong or was used already.
        """
        refuse_locked(self.user)
        code: str = self.cleaned_data["code"]
        if len(code) > LONGEST_CODE or not code.isprintable() or not code.isascii():
            self.cleaned_data["code"] = "0"  # counted as wrong like any other
        code = super().clean_code()  # type: ignore[misc]  # of allauth's form, which comes next
        if self.authenticator.type == Authenticator.Type.TOTP and not replay.claim(self.authenticator, code):
            self._emit_authentication_failed(self.authenticator)  # type: ignore[attr-defined]  # of allauth's form
            raise get_adapter().validation_error("incorrect_code")
        return code


class Authenticate(_Code, codes.AuthenticateForm):  # type: ignore[misc]  # allauth comes without types
    """The second step of a sign-in."""


class Reauthenticate(_Code, codes.ReauthenticateForm):  # type: ignore[misc]  # the same
    """A code of who is signed in already."""


class ActivateApp(totp.ActivateTOTPForm):  # type: ignore[misc]  # the same
    """The first code of a new app: the secret is on the page, so that a wrong one is no guess and locks nobody."""

    def clean_code(self) -> str:
        """Check it.

        Raises:
            ValidationError: If it is wrong.
        """
        code = self.cleaned_data["code"]
        if len(code) > LONGEST_CODE or not code.isprintable() or not code.isascii():
            self.cleaned_data["code"] = "0"
        checked: str = super().clean_code()
        return checked


class Answer(forms.JSONField):
    """What a key answered, as JSON; however deep it is nested."""

    def to_python(self, value: Any) -> Any:  # noqa: ANN401 (whatever JSON holds)
        """Read it.

        Raises:
            ValidationError: If it is no JSON, or nested or numbered as no key does.
        """
        try:
            return super().to_python(value)
        except (RecursionError, ValueError) as error:
            raise ValidationError(NO_KEY.say(current_language())) from error


class _Key(forms.Form):
    """What a key answered."""

    user: User | None

    def clean_credential(self) -> Authenticator:
        """Check it.

        Raises:
            ValidationError: If the key is not known, or nothing made by a key. A lock keeps out who guesses: a key
                cannot be guessed, and opens a locked account.
        """
        try:
            found: Authenticator = super().clean_credential()  # type: ignore[misc]  # of allauth's form, which comes next
        except BROKEN as error:
            if self.user is not None:  # without a proven user a stranger could lock anybody's account
                lockout.count_wrong(context.request, self.user)
            raise ValidationError(NO_KEY.say(current_language())) from error
        return found


class AuthenticateKey(_Key, keys.AuthenticateWebAuthnForm):  # type: ignore[misc]  # allauth comes without types
    """The second step of a sign-in, with a key."""

    credential = Answer(widget=forms.HiddenInput)


class ReauthenticateKey(_Key, keys.ReauthenticateWebAuthnForm):  # type: ignore[misc]  # the same
    """A key of who is signed in already."""

    credential = Answer(widget=forms.HiddenInput)


class SignInKey(_Key, keys.LoginWebAuthnForm):  # type: ignore[misc]  # the same
    """A passkey instead of a password."""

    credential = Answer(widget=forms.HiddenInput)


class AddKey(keys.AddWebAuthnForm):  # type: ignore[misc]  # the same
    """A new passkey."""

    credential = Answer(widget=forms.HiddenInput)

    def clean_name(self) -> str:
        """Its name, without what nobody can read."""
        return _readable(super().clean_name()) or str(self.initial["name"])

    def clean(self) -> dict[str, Any]:
        """Check what the key has made.

        Raises:
            ValidationError: If it was not made by a key, or not for this page.
        """
        try:
            cleaned: dict[str, Any] = super().clean()
        except BROKEN as error:
            raise ValidationError(NO_KEY.say(current_language())) from error
        return cleaned


class RenameKey(keys.EditWebAuthnForm):  # type: ignore[misc]  # the same
    """Another name for a passkey."""

    def clean_name(self) -> str:
        """The name, cut, without what nobody can read."""
        return _readable(self.cleaned_data["name"]) or str(self.initial["name"])
