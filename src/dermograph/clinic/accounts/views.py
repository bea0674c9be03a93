"""One's own sessions, and the reset of somebody's second factors."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from dermograph.clinic.accounts import sessions
from dermograph.clinic.accounts.devices import device_words
from dermograph.clinic.accounts.models import SignedIn
from dermograph.clinic.accounts.services import reset_factors
from dermograph.clinic.ledger.words import current_language
from dermograph.clinic.people.models import Membership
from dermograph.clinic.people.recent import recently_signed_in
from dermograph.clinic.people.request import ClinicRequest
from dermograph.clinic.people.within import within
from dermograph.core.errors import InputError
from dermograph.core.text import Text

OTHERS = "others"


@require_http_methods(["GET", "POST"])
def account_sessions(request: ClinicRequest) -> HttpResponse:
    """Where one is signed in; end one of them, or all others."""
    present = request.session.get(sessions.ROW)
    if request.method == "POST":
        _end(request, present)
        return redirect("account_sessions")
    rows = [
        {"row": row, "device": device_words(row.agent), "is_present": str(row.pk) == present}
        for row in sessions.list_of(request.user)
    ]
    rows.sort(key=lambda one: not one["is_present"])
    return render(request, "accounts/sessions.html", {"rows": rows, "others": len(rows) > 1})


def _end(request: ClinicRequest, present: str | None) -> None:
    """End what was asked.

    Raises:
        Http404: If it is no session of theirs that goes on, or the present one.
    """
    chosen = request.POST.get("session", "")
    if chosen == OTHERS:
        count = sessions.end(request.user, why="asked", who=request.user, keep=present)
    else:
        try:
            only = uuid.UUID(chosen)
        except ValueError as error:
            raise Http404 from error
        if str(only) == present or not SignedIn.objects.filter(pk=only, user=request.user).exists():
            raise Http404
        count = sessions.end(request.user, why="asked", who=request.user, only=only)
    said = Text("Sessions ended: {n}.", "Sesiones cerradas: {n}.").format(n=count)
    messages.success(request, said.say(current_language()))


@require_POST
@recently_signed_in
def staff_factors_reset(request: ClinicRequest, place: uuid.UUID) -> HttpResponse:
    """Take away the second factors of somebody who works here and has lost them."""
    found = within(request.clinic, Membership, place, "user", "clinic")
    try:
        reset_factors(who=request.membership, place=found)
    except InputError as error:
        messages.error(request, error.what.say(current_language()))
    else:
        said = Text(
            "The second factors of {name} are removed. They set up a new one themselves after their next sign-in.",
            "Se han quitado los segundos factores de {name}. Configurará uno nuevo al entrar de nuevo.",
        )
        messages.success(request, said.format(name=found.user.name).say(current_language()))
    return redirect("clinic_staff")
