"""Forms of lots and payments."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from dermograph.clinic.ledger.fields import Euros, PlainForm, day_input
from dermograph.clinic.ledger.models import Kind
from dermograph.clinic.ledger.words import KINDS, METHODS, words

EARLIEST, LATEST = dt.date(2000, 1, 1), dt.date(2099, 12, 31)


def believable(day: dt.date | None) -> dt.date | None:
    """A day that stock can have.

    Raises:
        ValidationError: If it cannot.
    """
    if day is not None and not EARLIEST <= day <= LATEST:
        raise ValidationError(words("Look at the year again.", "Revise el año."))
    return day


class LotForm(PlainForm):
    """A new lot."""

    kind = forms.ChoiceField(
        label=words("What is it?", "¿Qué es?"),
        choices=[(kind, words(text.en, text.es)) for kind, text in KINDS.items()],
        widget=forms.RadioSelect,
        initial=Kind.NEEDLE,
    )
    name = forms.CharField(label=words("Product", "Producto"), max_length=120)
    number = forms.CharField(
        label=words("Batch number", "Número de lote"),
        max_length=60,
        help_text=words("As it stands on the package.", "Tal como figura en el envase."),
    )
    expires_on = forms.DateField(
        label=words("Expires on", "Caduca el"),
        widget=day_input(),
        help_text=words(
            "The last day on which it may be used. A package that names a month means its last day.",
            "El último día en que se puede usar. Si el envase nombra un mes, es su último día.",
        ),
    )
    maker = forms.CharField(label=words("Maker", "Fabricante"), max_length=120, required=False)
    supplier = forms.CharField(label=words("Supplier", "Proveedor"), max_length=120, required=False)
    received_on = forms.DateField(label=words("Received on", "Recibido el"), widget=day_input(), required=False)
    label = forms.CharField(
        label=words("What the label says", "Lo que dice la etiqueta"),
        max_length=5000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=words(
            "Needed for a pigment: all ingredients, warnings and instructions. The patient is given this before the "
            "needles (REACH Annex XVII, entry 75).",
            "Necesario en un pigmento: todos los ingredientes, avisos e instrucciones. El paciente lo recibe antes de "
            "las agujas (REACH, anexo XVII, entrada 75).",
        ),
    )

    def clean_expires_on(self) -> dt.date | None:
        """A day that stock can have."""
        return believable(self.cleaned_data["expires_on"])

    def clean_received_on(self) -> dt.date | None:
        """The same."""
        return believable(self.cleaned_data["received_on"])

    def clean(self) -> dict[str, Any]:
        """A pigment without its label is refused where the label is asked for."""
        found = super().clean() or {}
        if found.get("kind") == Kind.PIGMENT and not str(found.get("label", "")).strip():
            self.add_error(
                "label",
                words("A pigment needs the text of its label.", "Un pigmento necesita el texto de su etiqueta."),
            )
        return found


class WithdrawForm(forms.Form):
    """Why a lot is withdrawn."""

    reason = forms.CharField(
        label=words("Why is it withdrawn?", "¿Por qué se retira?"),
        min_length=10,
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={
            "required": words("Say why.", "Diga por qué."),
            "min_length": words("Say why, in at least 10 characters.", "Diga por qué, en al menos 10 caracteres."),
        },
    )


class PaymentForm(PlainForm):
    """Money for a session."""

    direction = forms.ChoiceField(
        label=words("What happened?", "¿Qué ha pasado?"),
        choices=[("paid", words("Paid", "Pagado")), ("back", words("Given back", "Devuelto"))],
        widget=forms.RadioSelect,
        initial="paid",
    )
    euros = Euros(label=words("Amount", "Importe"))
    method = forms.ChoiceField(
        label=words("How?", "¿Cómo?"),
        choices=[(method, words(text.en, text.es)) for method, text in METHODS.items()],
        widget=forms.RadioSelect,
    )

    @property
    def cents(self) -> int:
        """The amount, negative if given back."""
        cents: int = self.cleaned_data["euros"]
        return -cents if self.cleaned_data["direction"] == "back" else cents


class StockFilter(forms.Form):
    """What of the stock is shown."""

    kind = forms.ChoiceField(choices=[("", ""), *((kind, kind) for kind in Kind.values)], required=False)
    state = forms.ChoiceField(
        choices=[("", ""), *((state, state) for state in ("good", "soon", "expired", "withdrawn"))], required=False
    )
    q = forms.CharField(max_length=60, required=False)
