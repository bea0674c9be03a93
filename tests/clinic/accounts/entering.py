"""Signing in as people do: through the pages, with passwords and codes."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, generate_totp_secret, hotp_value
from django.test import Client

from dermograph.clinic.audit.models import AuditEntry
from dermograph.clinic.people.models import Clinic, User
from tests.clinic.conftest import PASSWORD

LOGIN, CODE, INDEX = "/account/login/", "/account/2fa/authenticate/", "/account/2fa/"
SET_UP = "/account/2fa/totp/activate/"
#: Moves the clock by seconds.
Clock = Callable[[float], None]
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"


def with_password(
    user: User, password: str = PASSWORD, client: Client | None = None, **more: str
) -> tuple[Client, Any]:
    """A browser that has sent the first form, and the answer."""
    browser = client or Client(headers={"user-agent": FIREFOX})
    return browser, browser.post(LOGIN, {"login": user.email, "password": password, **more})


def with_app(user: User) -> str:
    """Give somebody an app, as if set up long ago; its secret."""
    secret: str = generate_totp_secret()
    TOTP.activate(user, secret)
    return secret


def codes_of(user: User) -> list[str]:
    """Give somebody recovery codes."""
    codes: list[str] = RecoveryCodes.activate(user).get_unused_codes()
    return codes


def code_now(secret: str, later: int = 0) -> str:
    """The code that an app shows now, or so many half minutes later."""
    code: str = format_hotp_value(hotp_value(secret, int(time.time()) // 30 + later))
    return code


def wrong_code(secret: str) -> str:
    """A code that is none of those that are good now."""
    good = {code_now(secret, later) for later in range(-2, 3)}
    return next(code for code in (f"{n:06}" for n in range(10)) if code not in good)


def is_signed_in(client: Client) -> bool:
    """Whether the session is somebody's. A page tells it less surely: allauth answers much with 200."""
    return "_auth_user_id" in client.session


def actions(clinic: Clinic) -> list[str]:
    """What stands in the trail, in order."""
    return list(AuditEntry.objects.filter(clinic_id=clinic.pk).order_by("number").values_list("action", flat=True))


def factors(user: User) -> set[str]:
    """The kinds that somebody has."""
    return set(Authenticator.objects.filter(user=user).values_list("type", flat=True))
