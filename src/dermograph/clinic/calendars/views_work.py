"""A practitioner's own calendar: its page, and what calendar programs fetch."""

from __future__ import annotations

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables
from django.views.decorators.http import require_http_methods, require_safe

from dermograph.clinic.calendars.work_feed import end_feed, feed_of, feed_text, found_feed, make_feed
from dermograph.clinic.intake.posted import language_of, words
from dermograph.clinic.middleware import ClinicRequest
from dermograph.core.text import Text


@require_http_methods(["GET", "HEAD", "POST"])
@sensitive_variables("address")
def work_calendar(request: ClinicRequest) -> HttpResponse:
    """Make an address for one's calendar program, renew it, switch it off."""
    act, address = words(request, "act") if request.method == "POST" else "", ""
    if act == "make":
        site = str(settings.PUBLIC_ADDRESS or request.build_absolute_uri("/")).rstrip("/")
        address = f"{site}{reverse('work_feed', args=[make_feed(membership=request.membership)])}"
    elif act == "end":
        if end_feed(membership=request.membership):
            said = Text("The calendar is switched off.", "El calendario está desactivado.")
            messages.success(request, said.say(language_of(request)))
        return redirect("work_calendar")
    elif request.method == "POST":
        return redirect("work_calendar")
    page = {
        "feed": feed_of(request.membership),
        "address": address,
        "webcal": f"webcal://{address.split('://', 1)[1]}" if address else "",
    }
    answer = render(request, "calendars/work.html", page)
    if address:
        answer["Cache-Control"] = "no-store, private"
    return answer


@require_safe
@sensitive_variables("token")
def work_feed(request: HttpRequest, token: str) -> HttpResponse:  # noqa: ARG001 (Django's signature)
    """Somebody's appointments for a calendar program; for an address that opens nothing, nothing at all."""
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
