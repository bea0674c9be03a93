"""The lock of an account, for whatever is tried. Sign-ins are counted by address, who is signed in by account."""

from __future__ import annotations

from axes.handlers.proxy import AxesProxyHandler
from axes.utils import reset
from django.http import HttpRequest

from dermograph.clinic.people.models import User
from dermograph.clinic.people.sign_in import COUNTED, sure_key


def is_locked(request: HttpRequest, user: User) -> bool:
    """Whether an account is locked; then the answer becomes the page that says so, with status 429."""
    credentials = _credentials(request, user)
    if AxesProxyHandler.is_allowed(request, credentials):
        return False
    # axes' middleware looks for these two.
    vars(request).update(axes_locked_out=True, axes_credentials=credentials)
    return True


def count_wrong(request: HttpRequest, user: User) -> None:
    """A wrong code or key counts like a wrong password; none makes a lock last longer."""
    if not is_locked(request, user):
        AxesProxyHandler.user_login_failed(User, credentials=_credentials(request, user), request=request)


def count_right(user: User) -> None:
    """Who is signed in and confirms that it is them starts again at none."""
    reset(username=sure_key(user))


def _credentials(request: HttpRequest, user: User) -> dict[str, str]:
    """Under which name it is counted: a stranger's tries at the sign-in stop nobody who is signed in."""
    return {"email": user.email} | ({COUNTED: sure_key(user)} if request.user == user else {})
