"""Sessions that end in time, and pages of staff only for who has used a second factor: then without a query."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from dermograph.clinic.accounts import later, sessions
from dermograph.clinic.ledger.words import current_language
from dermograph.clinic.people.factors import has_factor
from dermograph.clinic.people.models import User
from dermograph.clinic.permissions import ANYONE, PERMISSIONS, STAFF
from dermograph.core.text import Text

Answer = Callable[[HttpRequest], HttpResponse]
# Asked for by pages that stand open by themselves: they keep no session alive.
BY_ITSELF = frozenset({"comparison_status"})
# Open to a session that has not used a second factor, whether or not the account has one.
ALWAYS = frozenset(
    {
        "account_reauthenticate",
        "account_sessions",
        "switch_clinic",
        "mfa_reauthenticate",
        "mfa_reauthenticate_webauthn",
    }
)
# Open to it only while the account has none: whoever holds an older session could otherwise read codes or add a key.
SETTING_UP = frozenset(
    {
        "account_change_password",
        "mfa_index",
        "mfa_activate_totp",
        "mfa_add_webauthn",
        "mfa_view_recovery_codes",
        "mfa_download_recovery_codes",
    }
)
WHY = {
    "idle": Text(
        "You were signed out because no page was opened for a while.",
        "Se cerró la sesión porque no se abrió ninguna página durante un rato.",
    ),
    "age": Text("A session ends after 12 hours. Sign in again.", "Una sesión dura 12 horas. Entre de nuevo."),
    "ended": Text("This session was ended from another device.", "Esta sesión se cerró desde otro dispositivo."),
}


class SafeSessions:
    """Stands before ``ClinicMiddleware``, so that a session that is over is told so, and not refused."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, and do afterwards what had better not be timed."""
        later.begin(request)
        response = self.answer(request)
        later.hand_over(request, response)
        return response

    def process_view(self, request: HttpRequest, _view: object, _args: object, _kwargs: object) -> HttpResponse | None:
        """Sign out whose session is over; lead staff without a second factor to where one is set up."""
        user = request.user
        if not isinstance(user, User):
            return None
        name = request.resolver_match.view_name if request.resolver_match else ""
        if why := sessions.why_over(request):
            return _over(request, name, why)
        if name not in BY_ITSELF and not sessions.see(request, user):
            return _over(request, name, "ended")
        return None if _may_go_on(request, user, name) else _led(request, user)


def _may_go_on(request: HttpRequest, user: User, name: str) -> bool:
    return (
        not settings.STAFF_SECOND_FACTOR
        or bool(request.session.get(sessions.FACTOR))
        or getattr(request, "role", None) not in STAFF
        or name in ALWAYS
        or PERMISSIONS.get(name) == ANYONE
        or (name in SETTING_UP and not has_factor(user))
    )


def _led(request: HttpRequest, user: User) -> HttpResponse:
    """To the page that sets a factor up; who has one, but has not used it in this session, to where it is asked."""
    if has_factor(user):
        back = request.get_full_path() if request.method == "GET" else "/"
        return redirect(f"{reverse('mfa_reauthenticate')}?{urlencode({'next': back})}")
    return redirect("mfa_index")


def _over(request: HttpRequest, name: str, why: str) -> HttpResponse | None:
    """Sign out; pages for anyone open all the same, any other asks to sign in."""
    vars(request)["session_over"] = why
    logout(request)
    vars(request).update(memberships=[], membership=None, clinic=None, role=None, patient=None)
    if PERMISSIONS.get(name) == ANYONE:
        return None
    messages.info(request, WHY[why].say(current_language()))
    return redirect_to_login(request.get_full_path() if request.method == "GET" else "/")
