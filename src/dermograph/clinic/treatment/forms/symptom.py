"""A sign that was seen or reported, and the day on which it was gone."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.utils import timezone

from dermograph.clinic.ledger.fields import PlainForm, day_input
from dermograph.clinic.ledger.forms import believable
from dermograph.clinic.ledger.words import words
from dermograph.protocols import load_library


class SymptomForm(PlainForm):
    """A sign."""

    sign = forms.ChoiceField(label=words("What was seen?", "¿Qué se ha visto?"), widget=forms.RadioSelect)
    reported_on = forms.DateField(label=words("On which day?", "¿Qué día?"), widget=day_input())
    gone_on = forms.DateField(
        label=words("Gone on", "Desapareció el"),
        required=False,
        widget=day_input(),
        help_text=words(
            "Leave it empty while that is not known: it does not mean that it is still there.",
            "Déjelo vacío mientras no se sepa: no significa que siga ahí.",
        ),
    )
    said = forms.CharField(
        label=words("In the patient's words", "En palabras del paciente"),
        max_length=2000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
    )

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 (Django's)
        super().__init__(*args, **options)
        signs = load_library().vocabulary.signs
        self.fields["sign"].choices = [(key, words(text.en, text.es)) for key, text in signs.items()]  # type: ignore[attr-defined]  # a field of choices
        self.initial.setdefault("reported_on", timezone.localdate())

    def clean_reported_on(self) -> dt.date | None:
        """A day that can be."""
        return believable(self.cleaned_data["reported_on"])

    def clean_gone_on(self) -> dt.date | None:
        """The same."""
        return believable(self.cleaned_data["gone_on"])


class GoneForm(PlainForm):
    """The day on which a sign was gone."""

    gone_on = forms.DateField(label=words("Gone on", "Desapareció el"), widget=day_input())

    def clean_gone_on(self) -> dt.date | None:
        """A day that can be."""
        return believable(self.cleaned_data["gone_on"])
