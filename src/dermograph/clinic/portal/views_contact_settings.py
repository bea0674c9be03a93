"""The clinic's limits of the portal, for who runs the clinic."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from dermograph.clinic.agenda.rules import rules_of
from dermograph.clinic.intake.posted import language_of, words
from dermograph.clinic.middleware import ClinicRequest
from dermograph.clinic.portal.limits import FIGURES, change_limits, limits_of
from dermograph.core.errors import InputError
from dermograph.core.text import Text


@require_http_methods(["GET", "HEAD", "POST"])
def portal_settings(request: ClinicRequest) -> HttpResponse:
    """Whether patients may book and write, whether they book or only ask, and until when."""
    error: InputError | None = None
    keys = ("open", "books", *(figure.key for figure in FIGURES), "version")
    if request.method == "POST":
        try:
            change_limits(clinic=request.clinic, who=request.user, posted={key: words(request, key) for key in keys})
        except InputError as problem:
            error = problem
        else:
            messages.success(request, Text("Saved.", "Guardado.").say(language_of(request)))
            return redirect("portal_settings")
    limits = limits_of(request.clinic)
    typed = {key: words(request, key)[:6].replace("\x00", "") for key in keys} if error else {}
    page = {
        "limits": limits,
        "is_open": typed["open"] == "yes" if typed else limits.open,
        "books": typed["books"] == "yes" if typed else limits.books,
        "figures": [(one, typed.get(one.key, str(getattr(limits, one.key)))) for one in FIGURES],
        "hold_hours": rules_of(request.clinic).hold_minutes // 60,
        "error": error,
    }
    return render(request, "portal/settings.html", page, status=422 if error else 200)
