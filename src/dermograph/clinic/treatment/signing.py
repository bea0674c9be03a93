"""The password again, on the form that is signed."""

from __future__ import annotations

from axes.utils import reset
from django.contrib.auth import authenticate

from dermograph.clinic.middleware import ClinicRequest
from dermograph.clinic.people.sign_in import COUNTED, sure_key


def is_really(request: ClinicRequest, password: str) -> bool:
    """Whether the password is that of who is signed in. Wrong ones are counted, apart from those at the sign-in."""
    counted = sure_key(request.user)
    found = authenticate(request, username=request.user.email, password=password, **{COUNTED: counted})
    if found is None or found.pk != request.user.pk:
        return False
    reset(username=counted)
    return True
