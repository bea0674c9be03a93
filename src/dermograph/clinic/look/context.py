"""What every template knows."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language

from dermograph.clinic.look.frame import other_clinics, rail_entries
from dermograph.clinic.permissions import PERMISSIONS, may


class May:
    """``may.patient_new`` in a template: whether who is asking may open that page."""

    def __init__(self, role: str | None) -> None:
        self.role = role

    def __getitem__(self, view: str) -> bool:
        """Whether they may.

        Raises:
            KeyError: If there is no such page: a template that asks for one is wrong.
        """
        if view not in PERMISSIONS:
            raise KeyError(view)
        return may(self.role, view)


def look(request: HttpRequest) -> dict[str, Any]:
    """Language, theme, clinic, and what may be opened."""
    user = getattr(request, "user", None)
    role = getattr(request, "role", None)
    return {
        "language": "es" if (get_language() or "en").startswith("es") else "en",
        "theme": getattr(user, "theme", "") or request.COOKIES.get("theme", ""),
        "clinic": getattr(request, "clinic", None),
        "membership": getattr(request, "membership", None),
        "role": role,
        "may": May(role),
        "rail_entries": SimpleLazyObject(lambda: rail_entries(role)),
        "other_clinics": SimpleLazyObject(lambda: other_clinics(request)),
    }
