"""The page on which the clinic registers programs, sees what they are used for, and ends them."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.db.models import Count, Max, Q
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from dermograph.clinic.ledger.words import current_language
from dermograph.clinic.people.request import ClinicRequest
from dermograph.clinic.people.within import within
from dermograph.clinic.smart.asking import base_of
from dermograph.clinic.smart.forms import AppForm
from dermograph.clinic.smart.models import App, AppKind, Grant
from dermograph.clinic.smart.registering import Wanted, end_app, members_for, register_app
from dermograph.clinic.smart.scopes import read_scope
from dermograph.clinic.smart.tokens import end_grant
from dermograph.clinic.smart.words import KINDS_OF_APPS, wishes
from dermograph.clinic.treatment.signing import is_really
from dermograph.core.errors import InputError
from dermograph.core.text import Text

SHOWN, PEOPLE = 100, 200
_WRONG_PASSWORD = Text("That is not your password.", "Esa no es su contraseña.")


@require_http_methods(["GET", "POST"])
def smart_apps(request: ClinicRequest) -> HttpResponse:
    """The programs of the clinic; register one, end one, or end what one person allowed."""
    if request.method == "POST" and request.POST.get("action") in ("end", "end_grant"):
        return _ended(request)
    language, members = current_language(), members_for(request.membership)
    given = request.POST if request.method == "POST" else None
    start = {"kind": AppKind.PUBLIC}
    form = AppForm(given, language=language, members=members, initial=start)
    made, secret, error = None, "", None
    if given is not None and form.is_valid():
        values = dict(form.cleaned_data)
        if not is_really(request, values.pop("password")):
            form.add_error("password", _WRONG_PASSWORD.say(language))
        else:
            try:
                made, secret = register_app(Wanted(**values), who=request.membership)
            except InputError as wrong:
                error = wrong
                if wrong.place.field in form.fields:
                    form.add_error(wrong.place.field, wrong.what.say(language))
            else:
                form = AppForm(language=language, members=members, initial=start)
    page = {
        "rows": _rows(request),
        "form": form,
        "made": made,
        "secret": secret,
        "error": error,
        "base": base_of(request),
    }
    response = render(request, "smart/apps.html", page, status=400 if error or form.errors else 200)
    response["Cache-Control"] = "no-store, private"
    return response


def _ended(request: ClinicRequest) -> HttpResponse:
    try:
        pk = uuid.UUID(request.POST.get("row", ""))
    except ValueError as error:
        raise Http404 from error
    if request.POST["action"] == "end":
        end_app(within(request.clinic, App, pk), who=request.membership)
        says = Text("The program is refused from now on.", "El programa queda rechazado desde ahora.")
    else:
        grant = within(request.clinic, Grant, pk, "app", "clinic", restricted=True)
        end_grant(grant, why="asked", who=request.user)
        says = Text("That has ended.", "Eso ha terminado.")
    messages.success(request, says.say(current_language()))
    return redirect("smart_apps")


def _rows(request: ClinicRequest) -> list[dict[str, object]]:
    now = timezone.now()
    stands = Q(grants__ended_at=None, grants__ends_at__gt=now)
    apps = (
        App.objects.filter(clinic=request.clinic)
        .select_related("member__user", "made_by", "ended_by")
        .annotate(people=Count("grants", filter=stands), token_used_at=Max("grants__tokens__last_used_at"))
    )[:SHOWN]
    found = list(apps)
    allowed: dict[uuid.UUID, list[Grant]] = {}
    grants = Grant.objects.filter(app__in=[one.pk for one in found], ended_at=None, ends_at__gt=now)
    grants = grants.exclude(code_used_at=None).select_related("user", "patient")
    for one in grants.annotate(token_used_at=Max("tokens__last_used_at"))[:PEOPLE]:
        allowed.setdefault(one.app_id, []).append(one)
    return [
        {
            "app": one,
            "kind": KINDS_OF_APPS[one.kind],
            "wishes": wishes(
                (scope for scope in map(read_scope, one.scopes) if scope),
                role="",
                patient=Text("the patient who is chosen", "quien se elija").say(current_language()),
            ),
            "words": " ".join(one.scopes),
            "grants": allowed.get(one.pk, []),
        }
        for one in found
    ]
