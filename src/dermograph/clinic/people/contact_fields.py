"""How somebody can be reached: the same two fields wherever they are asked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms

from dermograph.clinic.people.words import words

#: One way to match only, so that a long one costs no more than its length.
_PHONE = r"^\+?[\s()./\-]*\d[\d\s()./\-]*\Z"


def phone_field(autocomplete: str, errors: Mapping[str, Any]) -> forms.RegexField:
    """A telephone number of at most 40 characters; may be left empty.

    Args:
        autocomplete: What the browser may fill in, in HTML's words.
        errors: What to say, by Django's name of the mistake.
    """
    invalid = words("Write a telephone number, such as +34 600 123 456.", "Escriba un teléfono, como +34 600 123 456.")
    return forms.RegexField(
        _PHONE,
        label=words("Telephone", "Teléfono"),
        max_length=40,
        required=False,
        error_messages={**errors, "invalid": invalid},
        widget=forms.TextInput(attrs={"type": "tel", "autocomplete": autocomplete}),
    )


def email_field(autocomplete: str, errors: Mapping[str, Any], help_text: Any = "") -> forms.EmailField:  # noqa: ANN401 (words that are said later)
    """An e-mail address; may be left empty.

    Args:
        autocomplete: What the browser may fill in, in HTML's words.
        errors: What to say, by Django's name of the mistake.
        help_text: What stands under it.
    """
    invalid = words("Write an address, such as ana@mail.example.", "Escriba un correo, como ana@mail.example.")
    return forms.EmailField(
        label=words("E-mail", "Correo electrónico"),
        max_length=254,
        required=False,
        error_messages={**errors, "invalid": invalid},
        widget=forms.EmailInput(attrs={"autocomplete": autocomplete}),
        help_text=help_text,
    )
