"""What a form sent, read so that nothing in it can surprise: every value is text, an id, or absent."""

from __future__ import annotations

import uuid

from django.http import HttpRequest

from dermograph.core.errors import InputError
from dermograph.core.text import Language, Text

LONGEST = 5000


def words(request: HttpRequest, name: str) -> str:
    """A field as text; empty where it was not sent. What is far too long is cut: no rule accepts it anyway."""
    return request.POST.get(name, "")[: LONGEST + 1]


def entry_of(request: HttpRequest) -> uuid.UUID:
    """The id of the entry that the form writes.

    Raises:
        InputError: If there is none: the form is not ours, or an old one.
    """
    found = id_of(request, "entry")
    if found is None:
        raise InputError(
            Text("This form has lost its number.", "Este formulario ha perdido su número."),
            todo=Text("Open the page again, then send it.", "Abra la página de nuevo y envíelo."),
        )
    return found


def id_of(request: HttpRequest, name: str) -> uuid.UUID | None:
    """A field as an id; None where it is empty.

    Raises:
        InputError: If it is something else.
    """
    raw = request.POST.get(name, "")
    if not raw:
        return None
    try:
        return uuid.UUID(raw) if len(raw) <= 40 else _refuse()
    except ValueError:
        return _refuse()


def wants_part(request: HttpRequest) -> bool:
    """Whether htmx asks for a part of the page."""
    return request.headers.get("HX-Request") == "true" and "HX-Boosted" not in request.headers


def language_of(request: HttpRequest) -> Language:
    """The language of the page."""
    return "es" if str(getattr(request, "LANGUAGE_CODE", "en")).startswith("es") else "en"


def _refuse() -> uuid.UUID:
    raise InputError(
        Text("This form does not belong to this page.", "Este formulario no es de esta página."),
        todo=Text("Open the page again, then send it.", "Abra la página de nuevo y envíelo."),
    )
