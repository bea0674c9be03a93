"""What stands around every page: the rail's entries and the clinics that somebody may change to."""

from __future__ import annotations

import functools
from dataclasses import dataclass

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from dermograph.clinic.people.models import Clinic, Role
from dermograph.clinic.permissions import may
from dermograph.core.text import Text

SECTIONS: tuple[tuple[str, str, str, Text], ...] = (
    ("today", "today", "calendar-check", Text("Today", "Hoy")),
    ("patients", "patients", "users", Text("Patients", "Pacientes")),
    ("agenda", "agenda", "calendar-days", Text("Agenda", "Agenda")),
    ("reviews", "reviews", "clipboard-check", Text("Reviews", "Revisiones")),
    ("stock", "stock", "package", Text("Stock", "Existencias")),
    ("outcomes", "outcomes", "chart-line", Text("Outcomes", "Resultados")),
    ("settings", "clinic_settings", "settings", Text("Settings", "Ajustes")),
)
ROLES: dict[str, Text] = {
    Role.FRONT_DESK: Text("front desk", "recepción"),
    Role.PRACTITIONER: Text("practitioner", "profesional"),
    Role.MEDICAL_LEAD: Text("medical lead", "dirección médica"),
    Role.ADMIN: Text("administrator", "administración"),
    Role.PATIENT: Text("patient", "paciente"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of the rail.

    Attributes:
        name: What a page calls it in its block ``section``.
    """

    name: str
    href: str
    icon: str
    label: Text


@functools.cache
def rail_entries(role: str | None) -> tuple[Entry, ...]:
    """The entries that a role may open and whose pages exist."""
    entries = []
    for name, view, icon, label in SECTIONS:
        if may(role, view):
            try:
                entries.append(Entry(name, reverse(view), icon, label))
            except NoReverseMatch:
                continue
    return tuple(entries)


def other_clinics(request: HttpRequest) -> list[Clinic]:
    """The clinics in which the person has a place besides the present one."""
    present = getattr(request, "clinic", None)
    places = getattr(request, "memberships", None) or []
    return [place.clinic for place in places if present is not None and place.clinic_id != present.pk]
