"""The form of a design: what was drawn, and what is asked for."""

from __future__ import annotations

import re
import uuid
from dataclasses import asdict, dataclass
from typing import Any, Final

from django import forms

from dermograph.clinic.gallery.drawing import parts_of
from dermograph.clinic.gallery.posted import readable, said
from dermograph.clinic.look.fields import MISSING
from dermograph.clinic.people.models import Clinic
from dermograph.clinic.scalp.design_words import FIELDS, NOT_DRAWN, UNREADABLE
from dermograph.clinic.scalp.models import ScalpDesign
from dermograph.clinic.scalp.rules import figures
from dermograph.core.errors import InputError
from dermograph.core.text import Language, Text
from dermograph.photo.scalp.design import DENSEST, MOST_SESSIONS, Wish

LINE: Final = "front"
LAYERS: Final = ("area", LINE, "hair")
_LONGEST_TEXT = 300_000  # characters of what was drawn: 5,000 corners at their longest
_WRONG = Text("Write a number.", "Escriba un número.")
_OUTSIDE = Text("Write a number from {low} to {high}.", "Escriba un número de {low} a {high}.")


@dataclass(frozen=True, slots=True)
class Asked:
    """A figure that is asked for: what it can be, as ``photo.scalp.design.Wish`` has it."""

    low: float
    high: float
    is_whole: bool = False
    may_be_empty: bool = False


#: In the order in which they are asked.
ASKED: Final[dict[str, Asked]] = {
    "per_cm2": Asked(1, DENSEST),
    "soft_mm": Asked(0, 50),
    "ragged_mm": Asked(0, 10),
    "sessions": Asked(1, MOST_SESSIONS, is_whole=True),
    "diameter_mm": Asked(0.2, 0.8, may_be_empty=True),
    "tone": Asked(0.15, 1.2, may_be_empty=True),
    "dots_a_minute": Asked(1, 1000),
    "dots_a_needle": Asked(1, 1_000_000),
}


class DesignForm(forms.Form):
    """What was drawn on which photograph, and the figures that are wished."""

    entry = forms.UUIDField(widget=forms.HiddenInput)
    photograph = forms.UUIDField(widget=forms.HiddenInput)
    supersedes = forms.UUIDField(required=False, widget=forms.HiddenInput)
    area = forms.CharField(required=False, max_length=_LONGEST_TEXT)
    front = forms.CharField(required=False, max_length=_LONGEST_TEXT)
    hair = forms.CharField(required=False, max_length=_LONGEST_TEXT)

    def __init__(self, *args: Any, language: Language, **options: Any) -> None:  # noqa: ANN401 (Django's options)
        super().__init__(*args, **options)
        self.initial.setdefault("entry", uuid.uuid4())
        for name in LAYERS:
            self.fields[name].error_messages["max_length"] = UNREADABLE.say(language)
        for name, asked in ASKED.items():
            self.fields[name] = _number(name, asked, language)
        self.language = language

    def clean_area(self) -> str:
        """What was drawn as the area.

        Raises:
            ValidationError: If there is nothing, or it cannot be read.
        """
        if not self.cleaned_data["area"].strip():
            raise forms.ValidationError(NOT_DRAWN.say(self.language))
        return self._read("area")

    def clean_front(self) -> str:
        """What was drawn as the front edge; empty for nothing.

        Raises:
            ValidationError: If it cannot be read.
        """
        return self._read("front")

    def clean_hair(self) -> str:
        """What was drawn as the patient's own hair; empty for nothing.

        Raises:
            ValidationError: If it cannot be read.
        """
        return self._read("hair")

    def _read(self, name: str) -> str:
        text: str = self.cleaned_data[name].strip()
        if text and drawn_in(text) is None:
            raise forms.ValidationError(UNREADABLE.say(self.language))
        return text

    def shapes(self) -> dict[str, Any]:
        """What was drawn, as ``ScalpDesign.shapes``; of a form that is valid."""
        found = {name: drawn_in(self.cleaned_data[name]) for name in LAYERS if self.cleaned_data[name]}
        return {name: drawn if name == LINE else {"lesion": drawn} for name, drawn in found.items()}

    def wish(self) -> dict[str, Any]:
        """What is asked for, as ``ScalpDesign.wish``; of a form that is valid."""
        return {name: self.cleaned_data[name] for name in ASKED}

    def refuse(self, error: InputError) -> None:
        """Show an error beside the field that it names, or above all of them."""
        names = (name for name in re.findall(r"\w+", error.place.field) if name in self.fields)
        self.add_error(next(names, None), said(error).say(self.language))

    def layers(self) -> list[dict[str, Any]]:
        """What was drawn, as the page's script takes it; what cannot be drawn is left out."""
        found = []
        for name in LAYERS:
            drawn = drawn_in(self[name].value() or "") or []
            is_line = name == LINE
            line = drawn if is_line and drawn and not isinstance(drawn[0][0], list) else None
            parts = [] if is_line else parts_of({"lesion": drawn})
            found.append({"name": name, "parts": parts, "open": line, "isLine": is_line})
        return found


def drawn_in(text: str) -> list[Any] | None:
    """Positions in a text, or lists of them; None if it holds anything else."""
    tree = readable(f'{{"drawn": {text or "[]"}}}')
    return tree["drawn"] if tree is not None and set(tree) == {"drawn"} else None


def wished(clinic: Clinic, former: ScalpDesign | None) -> dict[str, Any]:
    """What the form begins with: the former design's figures, or the usual ones and the clinic's own."""
    own = figures(clinic)
    usual = asdict(Wish(dots_a_minute=own.dots_a_minute, dots_a_needle=own.dots_a_needle))
    return {name: _plain(value) for name, value in {**usual, **(former.wish if former else {})}.items()}


def _number(name: str, asked: Asked, language: Language) -> forms.Field:
    low, high = (_plain(value) for value in (asked.low, asked.high))
    outside = _OUTSIDE.format(low=low, high=high).typeset().say(language)
    kind: Any = forms.IntegerField if asked.is_whole else forms.FloatField
    words = FIELDS[name]
    step = "1" if asked.is_whole else "any"
    field: forms.Field = kind(
        min_value=low,
        max_value=high,
        required=not asked.may_be_empty,
        label=words.label.say(language),
        help_text=words.help.say(language),
        widget=forms.NumberInput(attrs={"inputmode": "decimal", "step": step}),
        error_messages={
            "required": MISSING.say(language),
            "invalid": _WRONG.say(language),
            "min_value": outside,
            "max_value": outside,
        },
    )
    return field


def _plain(value: float | None) -> float | int | None:
    """A figure as a person writes it: 90 and not 90.0."""
    return int(value) if value is not None and float(value).is_integer() else value
