"""Fields of forms that read figures and money as people write them, and say in plain words what is wrong."""

from __future__ import annotations

import re
import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from dermograph.clinic.ledger.words import current_language, words
from dermograph.core.errors import InputError

_FIGURE = re.compile(r"\d{1,7}(?:[.,]\d{1,4})?")
_MONEY = re.compile(r"(?:€\s*)?(\d{1,6})(?:[.,](\d{1,2}))?(?:\s*€)?")
_REQUIRED = words("Fill this in.", "Rellene este campo.")
_SHOWN_DIGITS = 4


class Figure(forms.CharField):
    """A number of at least 0 with a point or a comma before its decimals; thousands are not grouped.

    Django's own localised fields read "1.500" as fifteen hundred in one language and as one and a half in the other.

    Attributes:
        low, high: The limits, both inclusive.
        whole: Whether it has no decimals.
    """

    def __init__(self, low: float, high: float, *, whole: bool = False, **options: Any) -> None:  # noqa: ANN401 (Django's)
        self.low, self.high, self.whole = low, high, whole
        options.setdefault("max_length", 13)
        options.setdefault("widget", forms.TextInput(attrs={"inputmode": "numeric" if whole else "decimal"}))
        options.setdefault("error_messages", {"required": _REQUIRED})
        super().__init__(**options)

    def clean(self, value: Any) -> float | None:  # noqa: ANN401 (whatever was posted)
        """The number; None where nothing was written.

        Raises:
            ValidationError: If it is no number, or outside the limits.
        """
        text = str(super().clean(value)).strip()
        if not text:
            return None
        if not _FIGURE.fullmatch(text) or (self.whole and not text.isdecimal()) or not text.isascii():
            raise ValidationError(
                words("Write a whole number.", "Escriba un número entero.")
                if self.whole
                else words("Write a number, such as 1.5.", "Escriba un número, como 1,5.")
            )
        number = float(text.replace(",", "."))
        if not self.low <= number <= self.high:
            low, high = f"{self.low:.9g}", f"{self.high:.9g}"
            raise ValidationError(words(f"It lies between {low} and {high}.", f"Está entre {low} y {high}."))
        return int(number) if self.whole else number

    def prepare_value(self, value: Any) -> Any:  # noqa: ANN401 (Django's)
        """A number as the page's language writes it."""
        if not isinstance(value, int | float) or isinstance(value, bool):
            return value
        text = f"{value:.{_SHOWN_DIGITS}f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
        return text.replace(".", ",") if current_language() == "es" else text


class Euros(forms.CharField):
    """An amount of at least 0 in euros, read as cents."""

    def __init__(self, **options: Any) -> None:  # noqa: ANN401 (Django's)
        options.setdefault("max_length", 16)
        options.setdefault("widget", forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}))
        options.setdefault("error_messages", {"required": _REQUIRED})
        super().__init__(**options)

    def clean(self, value: Any) -> int | None:  # noqa: ANN401 (whatever was posted)
        """Cents; None where nothing was written.

        Raises:
            ValidationError: If it is no amount.
        """
        text = str(super().clean(value)).strip()
        if not text:
            return None
        found = _MONEY.fullmatch(text)
        if found is None or not text.replace("€", "").isascii():
            raise ValidationError(
                words("Write an amount in euros, such as 120 or 120.50.", "Escriba un importe en euros: 120 o 120,50.")
            )
        return int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0"))

    def prepare_value(self, value: Any) -> Any:  # noqa: ANN401 (Django's)
        """Cents as the page's language writes euros."""
        if not isinstance(value, int) or isinstance(value, bool):
            return value
        return f"{value / 100:.2f}".replace(".", "," if current_language() == "es" else ".")


class PlainForm(forms.Form):
    """A form with our own messages; ``entry`` becomes the id of the row it writes, so that a replay writes nothing."""

    entry = forms.UUIDField(widget=forms.HiddenInput)

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 (Django's)
        super().__init__(*args, **options)
        self.initial.setdefault("entry", uuid.uuid4())
        for field in self.fields.values():
            field.error_messages["required"] = _REQUIRED
            if isinstance(field, forms.DateField | forms.DateTimeField):
                field.error_messages["invalid"] = words("There is no such day.", "Ese día no existe.")
            if isinstance(field, forms.ChoiceField):
                field.error_messages["invalid_choice"] = words("Choose one of the answers.", "Elija una respuesta.")

    def tell(self, error: InputError) -> None:
        """Show one of our errors at the field that it names, else at the top."""
        place = error.place.field if error.place.field in self.fields else None
        parts = (error.what.say(current_language()), error.todo.say(current_language()))
        self.add_error(place, " ".join(part for part in parts if part))


def day_input() -> forms.DateInput:
    """A control for a day, in the form that every browser's own control reads."""
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


def moment_input() -> forms.DateTimeInput:
    """A control for a day and a time."""
    return forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})
