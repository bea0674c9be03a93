"""The form that says where dots are looked for in a photograph."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from typing import Any, Final

from django import forms

from dermograph.clinic.gallery.drawing import parts_of
from dermograph.clinic.scalp.design_forms import drawn_in
from dermograph.clinic.scalp.design_words import UNREADABLE, script_words
from dermograph.clinic.scalp.models import ScalpReading
from dermograph.core.text import Language, Text

_LONGEST_TEXT = 300_000  # characters of what was drawn: 5,000 corners at their longest
#: What each layer is, and what to do.
AREA_WORDS: Final[Mapping[str, tuple[Text, Text]]] = {
    "area": (
        Text("Where to look", "Dónde mirar"),
        Text(
            "Go around the skin in which dots are counted, then click the first point. Nothing drawn: all bare scalp.",
            "Rodee la piel en la que se cuentan los puntos y pulse el primero. Sin dibujo: todo el cuero cabelludo.",
        ),
    ),
    "hair": (
        Text("Own hair", "Pelo propio"),
        Text(
            "Outline the patient's own stubble: it is left out of the count, and the dots' tone is held against it.",
            "Perfile el pelo rasurado propio: queda fuera de la cuenta y sirve de referencia para el tono.",
        ),
    ),
}


class AreaForm(forms.Form):
    """What was drawn on a photograph; nothing drawn means all bare scalp."""

    entry = forms.UUIDField(widget=forms.HiddenInput)
    area = forms.CharField(required=False, max_length=_LONGEST_TEXT)
    hair = forms.CharField(required=False, max_length=_LONGEST_TEXT)

    def __init__(self, *args: Any, former: ScalpReading | None, language: Language, **options: Any) -> None:  # noqa: ANN401 (Django's)
        super().__init__(*args, **options)
        self.language = language
        self.initial.setdefault("entry", uuid.uuid4())
        for name in AREA_WORDS:
            shape = (getattr(former, name) or {}).get("lesion") if former else None
            self.initial[name] = json.dumps(shape) if shape else ""
            self.fields[name].error_messages["max_length"] = UNREADABLE.say(language)

    def clean(self) -> dict[str, Any]:
        """What was drawn, where it can be read."""
        found = super().clean() or {}
        for name in AREA_WORDS:
            if found.get(name, "").strip() and drawn_in(found[name]) is None:
                self.add_error(name, UNREADABLE.say(self.language))
        return found

    def shapes(self) -> dict[str, Any]:
        """What was drawn, as a reading keeps it; of a form that is valid."""
        drawn = {name: drawn_in(self.cleaned_data[name].strip()) for name in AREA_WORDS}
        return {name: {"lesion": shape} if shape else None for name, shape in drawn.items()}

    def layers(self) -> list[dict[str, Any]]:
        """What was drawn, as the page's script takes it; what cannot be drawn is left out."""
        drawn = {name: drawn_in(self[name].value() or "") or [] for name in AREA_WORDS}
        return [
            {"name": name, "parts": parts_of({"lesion": shape}), "open": None, "isLine": False}
            for name, shape in drawn.items()
        ]


def area_words(language: Language) -> dict[str, object]:
    """What the script of the page says."""
    words = script_words(language)
    layers = {
        name: {"name": title.say(language), "todo": todo.say(language)} for name, (title, todo) in AREA_WORDS.items()
    }
    return {**words, "notDrawnNeeded": words["notDrawn"], "needsArea": "", "layers": layers}
