"""What every template knows."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.utils.translation import get_language

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
    return {
        "language": "es" if (get_language() or "en").startswith("es") else "en",
        "theme": getattr(user, "theme", "") or request.COOKIES.get("theme", ""),
        "clinic": getattr(request, "clinic", None),
        "membership": getattr(request, "membership", None),
        "role": getattr(request, "role", None),
        "may": May(getattr(request, "role", None)),
    }
