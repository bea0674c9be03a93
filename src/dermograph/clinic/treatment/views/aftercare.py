"""The aftercare sheet of a session: today first, to be given to the patient."""

from __future__ import annotations

import uuid

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_GET

from dermograph.clinic.facts import protocol_of, today
from dermograph.clinic.ledger.words import current_language
from dermograph.clinic.middleware import ClinicRequest
from dermograph.clinic.people.within import within
from dermograph.clinic.treatment.aftercare import sheet_of
from dermograph.clinic.treatment.models import Session
from dermograph.clinic.treatment.selectors import RELATED, side_effects
from dermograph.core.text import LANGUAGES


@require_GET
def aftercare_sheet(request: ClinicRequest, session: uuid.UUID) -> HttpResponse:
    """The sheet in the language of the page, or in the one asked for: the patient's may be another one."""
    found = within(request.clinic, Session, session, *RELATED)
    asked = request.GET.get("in", "")
    language = next((one for one in LANGUAGES if one == asked), current_language())
    protocol = protocol_of(found.course)
    sheet = sheet_of(found, protocol, today(found.course), language)
    context = {
        "course": found.course,
        "step": "session",
        "session": found,
        "sheet": sheet,
        "effects": side_effects(protocol, language),
        "language": language,
        "other": "en" if language == "es" else "es",
        "printed_at": timezone.now(),
        "protocol": protocol,
    }
    return render(request, "treatment/aftercare.html", context)
