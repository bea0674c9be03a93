"""The lock of an account, for whatever is tried: passwords, codes, passkeys. They are counted together, by axes."""

from __future__ import annotations

from axes.handlers.proxy import AxesProxyHandler
from axes.utils import reset
from django.http import HttpRequest

from dermograph.clinic.people.models import User


def is_locked(request: HttpRequest, user: User) -> bool:
    """Whether an account is locked; then the answer becomes the page that says so, with status 429."""
    credentials = {"email": user.email}
    if AxesProxyHandler.is_allowed(request, credentials):
        return False
    # axes' middleware looks for these two.
    vars(request).update(axes_locked_out=True, axes_credentials=credentials)
    return True


def count_wrong(request: HttpRequest, user: User) -> None:
    """A wrong code or key counts like a wrong password."""
    AxesProxyHandler.user_login_failed(User, credentials={"email": user.email}, request=request)


def count_right(user: User) -> None:
    """Who is signed in and confirms that it is them starts again at none."""
    reset(username=user.email)
