"""What is decided, why, and who signs."""

from __future__ import annotations

from django import forms

from dermograph.care.explain import DECISIONS
from dermograph.clinic.ledger.fields import PlainForm
from dermograph.clinic.ledger.words import words


class ReviewForm(PlainForm):
    """A decision with its signature."""

    shown = forms.RegexField(r"\A[0-9a-f]{64}\Z", widget=forms.HiddenInput)
    decision = forms.ChoiceField(
        label=words("What is decided?", "¿Qué se decide?"),
        choices=[(one.value, words(text.en, text.es)) for one, text in DECISIONS.items()],
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label=words("Why, if it is not what was proposed", "Por qué, si no es lo propuesto"),
        max_length=4000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=words("At least 20 characters.", "Al menos 20 caracteres."),
    )
    signed_name = forms.CharField(
        label=words("Your name", "Su nombre"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    password = forms.CharField(
        label=words("Your password", "Su contraseña"),
        max_length=400,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        help_text=words("Asked again, since this is a signature.", "Se pide de nuevo, porque esto es una firma."),
    )
