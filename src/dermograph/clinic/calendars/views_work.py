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
from dermograph.clinic.people.recent import recently_signed_in
from dermograph.core.text import Text


@require_http_methods(["GET", "HEAD", "POST"])
def work_calendar(request: ClinicRequest) -> HttpResponse:
    """Make an address for one's calendar program, renew it, switch it off."""
    act = words(request, "act") if request.method == "POST" else ""
    if act == "make":
        return _made(request)
    if act == "end":
        if end_feed(membership=request.membership, who=request.user):
            said = Text("The calendar is switched off.", "El calendario está desactivado.")
            messages.success(request, said.say(language_of(request)))
        return redirect("work_calendar")
    if request.method == "POST":
        return redirect("work_calendar")
    return _page(request, "")


@recently_signed_in
@sensitive_variables("address")
def _made(request: ClinicRequest) -> HttpResponse:
    """The address, shown this once: it shows whoever has it when somebody works, so it is asked who makes it."""
    site = str(settings.PUBLIC_ADDRESS or request.build_absolute_uri("/")).rstrip("/")
    address = f"{site}{reverse('work_feed', args=[make_feed(membership=request.membership)])}"
    answer = _page(request, address)
    answer["Cache-Control"] = "no-store, private"
    return answer


@sensitive_variables("address")
def _page(request: ClinicRequest, address: str) -> HttpResponse:
    page = {
        "feed": feed_of(request.membership),
        "address": address,
        "webcal": f"webcal://{address.split('://', 1)[1]}" if address else "",
    }
    return render(request, "calendars/work.html", page)


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
