"""Words of forms and choices, in the language of whoever looks."""

from __future__ import annotations

from django.utils.functional import lazy
from django.utils.translation import get_language

from dermograph.clinic.ledger.models import Kind, Method
from dermograph.clinic.ledger.selectors import State
from dermograph.core.text import Language, Text


def current_language() -> Language:
    """The language of the page that is being made."""
    return "es" if (get_language() or "en").startswith("es") else "en"


def _said(en: str, es: str) -> str:
    return es if current_language() == "es" else en


words = lazy(_said, str)
"""``words("Name", "Nombre")``: read only when a page shows it."""

KINDS: dict[str, Text] = {
    Kind.NEEDLE: Text("needle", "aguja"),
    Kind.PIGMENT: Text("pigment", "pigmento"),
    Kind.ANAESTHETIC: Text("anaesthetic", "anestésico"),
    Kind.ACTIVE: Text("active ingredient", "principio activo"),
}
STATES: dict[State, tuple[Text, str]] = {
    State.GOOD: (Text("may be used", "se puede usar"), "circle-check"),
    State.SOON: (Text("expires soon", "caduca pronto"), "clock"),
    State.EXPIRED: (Text("expired", "caducado"), "circle-x"),
    State.WITHDRAWN: (Text("withdrawn", "retirado"), "ban"),
}
METHODS: dict[str, Text] = {
    Method.CASH: Text("cash", "efectivo"),
    Method.CARD: Text("card", "tarjeta"),
    Method.TRANSFER: Text("bank transfer", "transferencia"),
}
