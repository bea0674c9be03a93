"""Everything that waits for the clinic from its patients, page by page."""

from __future__ import annotations

from typing import Final

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from dermograph.clinic.middleware import ClinicRequest
from dermograph.clinic.portal.contact_desk import changes_in, writers_in

A_PAGE: Final = 30
_DIGITS: Final = 5


@require_GET
def from_patients(request: ClinicRequest) -> HttpResponse:
    """Who wrote and has no answer, or which appointments patients changed by themselves."""
    what = "changes" if request.GET.get("what") == "changes" else "messages"
    written = request.GET.get("page", "1")
    is_number = written.isascii() and written.isdigit() and len(written) < _DIGITS
    page = max(int(written), 1) if is_number else 1
    first = (page - 1) * A_PAGE
    if what == "messages":
        some = writers_in(request.clinic, first, A_PAGE)
    else:
        some = changes_in(request.clinic, timezone.now(), first, A_PAGE)
    context = {
        "what": what,
        "some": some,
        "page_number": page,
        "earlier": page - 1 if page > 1 else None,
        "later": page + 1 if first + len(some.rows) < some.total else None,
    }
    return render(request, "portal/from_patients.html", context)
