"""The page on which tokens are made, seen and revoked."""

from __future__ import annotations

import datetime as dt
import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from dermograph.clinic.api.forms import TokenForm
from dermograph.clinic.api.models import ApiToken
from dermograph.clinic.api.operations import register
from dermograph.clinic.api.registry import pages_reached
from dermograph.clinic.api.scopes import SCOPES, may_act_for
from dermograph.clinic.api.tokens import make_token, revoke_token
from dermograph.clinic.middleware import ClinicRequest
from dermograph.clinic.people.models import Membership, Role
from dermograph.clinic.people.within import within
from dermograph.clinic.treatment.signing import is_really
from dermograph.core.errors import InputError
from dermograph.core.text import Language, Text

USUAL_DAYS = 90
SHOWN = 100
_WRONG_PASSWORD = Text("That is not your password.", "Esa no es su contraseña.")


@require_http_methods(["GET", "POST"])
def api_tokens(request: ClinicRequest) -> HttpResponse:
    """The tokens of the clinic; make one, or revoke one."""
    register()
    language = _language()
    if request.method == "POST" and request.POST.get("action") == "revoke":
        return _revoke(request)
    today = timezone.now().astimezone(request.clinic.zone).date()
    members = _members(request)
    start = {"last_day": today + dt.timedelta(days=USUAL_DAYS), "member": request.membership.pk}
    given = request.POST if request.method == "POST" else None
    form = TokenForm(given, language=language, members=members, today=today, initial=start)
    secret, error = "", None
    if given is not None and form.is_valid():
        values = dict(form.cleaned_data)
        if not is_really(request, values.pop("password")):
            form.add_error("password", _WRONG_PASSWORD.say(language))
        else:
            try:
                _, secret = make_token(who=request.membership, **values)
            except InputError as wrong:
                error = wrong
                again = {**values, "entry": uuid.uuid4()}
                form = TokenForm(language=language, members=members, today=today, initial=again)
            else:
                form = TokenForm(language=language, members=members, today=today, initial=start)
    rows = ApiToken.objects.filter(clinic=request.clinic).select_related("member__user", "made_by", "revoked_by")
    page = {
        "rows": [_row(one, language) for one in rows[:SHOWN]],
        "form": form,
        "secret": secret,
        "error": error,
    }
    response = render(request, "api/tokens.html", page, status=400 if error or form.errors else 200)
    response["Cache-Control"] = "no-store, private"
    return response


def _revoke(request: ClinicRequest) -> HttpResponse:
    try:
        pk = uuid.UUID(request.POST.get("token", ""))
    except ValueError as error:
        raise Http404 from error
    revoke_token(token=within(request.clinic, ApiToken, pk), who=request.membership)
    messages.success(request, Text("The token is revoked.", "La clave está revocada.").say(_language()))
    return redirect("api_tokens")


def _members(request: ClinicRequest) -> list[Membership]:
    """In whose name a token of who is asking may act."""
    reached = pages_reached()
    found = Membership.objects.filter(clinic=request.clinic, active=True).exclude(role=Role.PATIENT)
    return [one for one in found if may_act_for(request.role, one.role, reached)]


def _row(one: ApiToken, language: Language) -> dict[str, object]:
    return {
        "token": one,
        "scopes": [SCOPES[scope].say(language) for scope in one.scopes if scope in SCOPES],
        "is_over": one.expires_at <= timezone.now(),
        "is_in_use": one.revoked_at is None and one.expires_at > timezone.now(),
    }


def _language() -> Language:
    return "es" if (get_language() or "").startswith("es") else "en"
