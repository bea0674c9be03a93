"""The password again, on the form that is signed."""

from __future__ import annotations

from axes.utils import reset
from django.contrib.auth import authenticate

from dermograph.clinic.middleware import ClinicRequest


def is_really(request: ClinicRequest, password: str) -> bool:
    """Whether the password is that of who is signed in. A wrong one counts towards the lock of the account."""
    email = request.user.email
    # `login` is the name under which the lock counts, here as at sign-in.
    found = authenticate(request, username=email, password=password, login=email)
    if found is None or found.pk != request.user.pk:
        return False
    reset(username=email)
    return True
