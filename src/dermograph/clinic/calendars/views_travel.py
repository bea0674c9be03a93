"""A patient's travel from a calendar of their own: read, looked at, confirmed, taken back."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from dermograph.clinic.calendars.diaries import Travels, travels_of
from dermograph.clinic.calendars.reading_page import confirm, history_of, preview_of, take_back
from dermograph.clinic.intake.posted import language_of, words
from dermograph.clinic.middleware import PatientRequest
from dermograph.core.errors import InputError
from dermograph.core.text import Text


@require_http_methods(["GET", "HEAD", "POST"])
def me_away(request: PatientRequest) -> HttpResponse:
    """Choose a file; say which of its days one is away; then no session is planned on them."""
    diary = travels_of(request.patient)
    context: dict[str, Any] = {"diary": diary}
    status = 200
    if request.method == "POST":
        try:
            said = _act(request, diary, context)
        except InputError as error:
            context["error"], status = error, 400
        else:
            if said is not None:
                messages.success(request, said.say(language_of(request)))
                return redirect("me_away")
    context["history"] = history_of(diary) if diary is not None else []
    return render(request, "calendars/away.html", context, status=status)


def _act(request: PatientRequest, diary: Travels | None, context: dict[str, Any]) -> Text | None:
    """What the form asks for; what to say of it, or None where the page shows a preview."""
    if diary is None:
        raise InputError(Text("No treatment of yours goes on.", "No tiene ningún tratamiento en curso."))
    act = words(request, "act")
    if act == "confirm":
        return confirm(request, diary, request.user)
    if act == "undo":
        return take_back(request, diary, request.user)
    context["preview"] = preview_of(request, diary, ticked=False)
    return None
