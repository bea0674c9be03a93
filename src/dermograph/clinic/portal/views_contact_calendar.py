"""The patient's calendar: its page, and what calendar programs fetch."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from dermograph.clinic.intake.posted import language_of, words
from dermograph.clinic.middleware import PatientRequest
from dermograph.clinic.portal.calendar_feed import end_feed, feed_of, feed_text, found_feed, make_feed, say_more
from dermograph.clinic.portal.messaging_notice import site_of
from dermograph.core.text import Text


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("address", "made")
def me_calendar(request: PatientRequest) -> HttpResponse:
    """Make an address for one's calendar program, renew it, choose how much it says, switch it off."""
    act, address = words(request, "act") if request.method == "POST" else "", ""
    detailed, aftercare = words(request, "detailed") == "yes", words(request, "aftercare") == "yes"
    if act == "make":
        made = make_feed(patient=request.patient, who=request.user, detailed=detailed, aftercare=aftercare)
        address = _address(request, made)
    elif act == "more":
        say_more(patient=request.patient, who=request.user, detailed=detailed, aftercare=aftercare)
        return _done(request, Text("Saved.", "Guardado."))
    elif act == "end":
        end_feed(patient=request.patient, who=request.user)
        return _done(request, Text("The calendar is switched off.", "El calendario está desactivado."))
    elif request.method == "POST":
        return redirect("me_calendar")
    page = {
        "feed": feed_of(request.patient),
        "address": address,
        "webcal": f"webcal://{address.split('://', 1)[1]}" if address else "",
    }
    answer = render(request, "portal/calendar.html", page)
    if address:
        answer["Cache-Control"] = "no-store, private"
    return answer


@require_safe
@sensitive_variables("token")
def calendar_feed(request: HttpRequest, token: str) -> HttpResponse:  # noqa: ARG001 (Django's signature)
    """A patient's appointments for a calendar program; for an address that opens nothing, nothing at all."""
    feed = found_feed(token)
    if feed is None:
        answer = HttpResponse("Not found.\n", content_type="text/plain; charset=utf-8", status=404)
    else:
        answer = HttpResponse(feed_text(feed, timezone.now()), content_type="text/calendar; charset=utf-8")
        answer["Content-Disposition"] = 'inline; filename="appointments.ics"'
    answer["Cache-Control"] = "no-store, private"
    answer["Referrer-Policy"] = "no-referrer"
    answer["X-Robots-Tag"] = "noindex"
    return answer


def _address(request: HttpRequest, token: str) -> str:
    return f"{site_of(request)}{reverse('calendar_feed', args=[token])}"


def _done(request: PatientRequest, told: Text) -> HttpResponse:
    messages.success(request, told.say(language_of(request)))
    return redirect("me_calendar")
