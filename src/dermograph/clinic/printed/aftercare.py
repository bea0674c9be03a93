"""The aftercare sheets of a patient as one paper: of each course its last session."""

from __future__ import annotations

from typing import Any, Final

from django.utils import timezone

from dermograph.clinic.facts import protocol_of, today
from dermograph.clinic.people.models import Patient
from dermograph.clinic.printed.paper import paper
from dermograph.clinic.treatment.aftercare import sheet_of
from dermograph.clinic.treatment.models import Session
from dermograph.clinic.treatment.selectors import RELATED, side_effects
from dermograph.core.errors import InputError
from dermograph.core.text import Language, Text

TITLE: Final = Text("Aftercare sheet", "Hoja de cuidados")


def aftercare_paper(patient: Patient, language: Language) -> bytes:
    """The PDF; one query.

    Args:
        patient: With their clinic.
        language: Of the words.

    Raises:
        InputError: If no session was held yet, or PDF files cannot be made.
    """
    parts = _parts(patient, language)
    if not parts:
        raise InputError(
            Text("No session was held yet, so there is no aftercare.", "Aún no hay sesiones, así que no hay cuidados.")
        )
    context = {
        "title": TITLE.say(language),
        "patient": patient,
        "clinic": patient.clinic,
        "parts": parts,
        "printed_at": timezone.now(),
    }
    with timezone.override(patient.clinic.zone):
        return paper("printed/aftercare.html", context, language, {})


def _parts(patient: Patient, language: Language) -> list[dict[str, Any]]:
    """Of each course the last session that stands; open courses first, then the latest."""
    last: dict[Any, Session] = {}
    held = Session.objects.standing().filter(course__patient=patient).select_related(*RELATED).order_by("started_at")
    for session in held.defer("zones", "before", "notes", "reaction"):
        last[session.course_id] = session
    found = sorted(last.values(), key=lambda one: one.started_at, reverse=True)
    found.sort(key=lambda one: one.course.closed_at is not None)
    parts = []
    for session in found:
        protocol = protocol_of(session.course)
        parts.append(
            {
                "course": session.course,
                "session": session,
                "protocol": protocol,
                "sheet": sheet_of(session, protocol, today(session.course), language),
                "effects": side_effects(protocol, language),
            }
        )
    return parts
