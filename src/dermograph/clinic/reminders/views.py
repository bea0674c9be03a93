"""What a clinic sends, how it reads, and what was sent."""

from __future__ import annotations

from typing import Final

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from dermograph.clinic.intake.posted import language_of, words
from dermograph.clinic.middleware import ClinicRequest
from dermograph.clinic.reminders.choosing import choice_of, choose
from dermograph.clinic.reminders.models import DEFAULT_HOUR, Reminder
from dermograph.clinic.reminders.previews import previews, treatments
from dermograph.clinic.reminders.reasons import KINDS, REASONS, STATES
from dermograph.clinic.reminders.sending import mail_leaves, mail_stays_here, site_of
from dermograph.core.errors import InputError
from dermograph.core.text import Text

_HOURS: Final = range(24)
_A_PAGE: Final = 50


@require_http_methods(["GET", "POST"])
def reminders_settings(request: ClinicRequest) -> HttpResponse:
    """Choose which kinds are sent, at what hour, and whether the treatment is named; read every text below."""
    error: InputError | None = None
    if request.method == "POST":
        try:
            choose(
                clinic=request.clinic,
                who=request.user,
                kinds=[one[:20] for one in request.POST.getlist("kinds")][: len(KINDS) + 1],
                hour=words(request, "hour"),
                detailed=words(request, "detailed") == "yes",
                site=request.build_absolute_uri("/"),
                version=words(request, "version"),
            )
        except InputError as problem:
            error = problem
        else:
            messages.success(request, Text("Saved.", "Guardado.").say(language_of(request)))
            return redirect("reminders_settings")
    choice = choice_of(request.clinic)
    known = treatments()
    wanted = request.GET.get("treatment", "")
    shown = next((one for one in known if one.id == wanted), known[0])
    hour = choice.hour if choice else DEFAULT_HOUR
    kinds = choice.kinds if choice else []
    detailed = choice.detailed if choice else False
    page = {
        "choice": choice,
        "kinds": [{"id": kind, "words": said, "on": kind in kinds} for kind, said in KINDS.items()],
        "hours": [f"{one:02d}" for one in _HOURS],
        "hour": f"{hour:02d}",
        "detailed": detailed,
        "version": choice.version if choice else 0,
        "mail_leaves": mail_leaves(),
        "mail_stays_here": mail_stays_here(),
        "site": site_of(choice) if choice else "",
        "treatments": known,
        "shown": shown,
        "previews": previews(request.clinic, shown, timezone.localdate(), hour, detailed=detailed),
        "error": error,
    }
    return render(request, "reminders/settings.html", page, status=422 if error else 200)


@require_GET
def reminders_sent(request: ClinicRequest) -> HttpResponse:
    """What is to be sent, was sent, and was not; the latest first."""
    rows = Reminder.objects.filter(clinic=request.clinic).select_related("patient").order_by("-due_at", "pk")
    state = request.GET.get("state", "")
    if state in STATES:
        rows = rows.filter(state=state)
    found = Paginator(rows, _A_PAGE).get_page(request.GET.get("page", "1")[:4])
    page = {
        "rows": [
            {"row": one, "kind": KINDS[one.kind], "state": STATES[one.state], "reason": REASONS.get(one.reason)}
            for one in found
        ],
        "found": found,
        "states": [{"id": one, "words": said} for one, said in STATES.items()],
        "state": state if state in STATES else "",
        "mail_leaves": mail_leaves(),
    }
    return render(request, "reminders/sent.html", page)
