"""A code of an app is taken once. allauth keeps used ones in the memory of one process; a clinic runs several."""

from __future__ import annotations

import time

from allauth.mfa import app_settings
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from django.db import transaction

_LAST = "last_counter"


def claim(app: Authenticator, code: str) -> bool:
    """Take a code that is right; every code up to its half minute is used up with it.

    Returns:
        Whether it was still unused.
    """
    with transaction.atomic():
        row = Authenticator.objects.select_for_update(no_key=True).get(pk=app.pk)
        secret, now, tolerance = decrypt(row.data["secret"]), _now(), app_settings.TOTP_TOLERANCE
        last = int(row.data.get(_LAST, 0))
        typed = "".join(code.split())
        for counter in range(now - tolerance, now + tolerance + 1):
            if counter > last and format_hotp_value(hotp_value(secret, counter)) == typed:
                row.data[_LAST] = counter
                row.save(update_fields=["data"])
                return True
    return False


def begin_after_now(app: Authenticator) -> None:
    """The code that set an app up signs nobody in, also where the telephone's clock is ahead."""
    with transaction.atomic():
        row = Authenticator.objects.select_for_update(no_key=True).get(pk=app.pk)
        row.data[_LAST] = _now() + app_settings.TOTP_TOLERANCE
        row.save(update_fields=["data"])


def _now() -> int:
    return int(time.time()) // int(app_settings.TOTP_PERIOD)
