"""The form in which a visitor asks for an appointment."""

from __future__ import annotations

import time
import uuid
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.signing import BadSignature, Signer

from dermograph.clinic.agenda.timetable import WEEKDAYS
from dermograph.clinic.people.contact_fields import email_field, phone_field
from dermograph.clinic.people.plain import plain_line
from dermograph.clinic.people.words import later, said, words
from dermograph.core.errors import InputError
from dermograph.core.text import Text

LEAST_SECONDS = 3  # that a person needs to fill it in
MOST_SECONDS = 12 * 3600
LONGEST_NAME = 120
LONGEST_WORDS = 500
TIMES = {
    "morning": Text("mornings", "por la mañana"),
    "afternoon": Text("afternoons", "por la tarde"),
    "evening": Text("evenings", "a última hora"),
}
UNSEEN = Text(
    "This was not sent: a field that nobody sees was filled in, perhaps by your browser. Send it again, or call the "
    "clinic.",
    "No se ha enviado: se rellenó un campo que nadie ve, quizá por su navegador. Envíelo de nuevo o llame a la "
    "clínica.",
)
_REQUIRED = words("Fill this in.", "Rellene este campo.")
_LONG = words("That is too long.", "Es demasiado largo.")
_CHOICE = words("Choose one of these.", "Elija una de estas opciones.")
_ONE_LINE: dict[str, Any] = {"required": _REQUIRED, "max_length": _LONG}


def signer() -> Signer:
    """What signs the moment at which the form was opened."""
    return Signer(salt="website: form opened")


def opened_now() -> str:
    """When the form was opened, signed."""
    return signer().sign(str(int(time.time())))


class RequestForm(forms.Form):
    """A name, a way to answer, and when it suits.

    Attributes:
        pebble: A field that people do not see. It is called after nothing that a browser fills in by itself.
        opened: When the form was opened, signed: nobody fills it in at once.
    """

    use_required_attribute = False
    entry = forms.UUIDField(widget=forms.HiddenInput)
    opened = forms.CharField(widget=forms.HiddenInput, required=False, max_length=200)
    pebble = forms.CharField(
        required=False,
        label=words("Leave this empty", "Deje esto vacío"),
        widget=forms.TextInput(attrs={"tabindex": "-1", "autocomplete": "off"}),
    )
    given_names = forms.CharField(
        label=words("Name", "Nombre"),
        max_length=LONGEST_NAME,
        error_messages=_ONE_LINE,
        widget=forms.TextInput(attrs={"autocomplete": "given-name", "autocapitalize": "words"}),
    )
    family_names = forms.CharField(
        label=words("Family names", "Apellidos"),
        max_length=LONGEST_NAME,
        required=False,
        error_messages=_ONE_LINE,
        widget=forms.TextInput(attrs={"autocomplete": "family-name", "autocapitalize": "words"}),
    )
    phone = phone_field("tel", _ONE_LINE)
    email = email_field(
        "email",
        _ONE_LINE,
        help_text=words(
            "A telephone number or an e-mail address: one of the two is enough.",
            "Un teléfono o un correo: basta con uno de los dos.",
        ),
    )
    days = forms.TypedMultipleChoiceField(
        label=words("Which days suit you?", "¿Qué días le vienen bien?"),
        required=False,
        coerce=int,
        choices=[(str(number), later(name)) for number, name in enumerate(WEEKDAYS)],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _CHOICE, "invalid_list": _CHOICE},
        help_text=words("None chosen means any.", "Si no elige ninguno, cualquiera."),
    )
    times = forms.MultipleChoiceField(
        label=words("At what time?", "¿A qué hora?"),
        required=False,
        choices=[(name, later(text)) for name, text in TIMES.items()],
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _CHOICE, "invalid_list": _CHOICE},
    )
    note = forms.CharField(
        label=words("Anything about days and times", "Algo más sobre días y horas"),
        max_length=LONGEST_WORDS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"max_length": _LONG},
        help_text=words(
            "Please write nothing about your health here: the practitioner asks you in person.",
            "No escriba aquí nada sobre su salud: el profesional se lo preguntará en persona.",
        ),
    )
    hand_over = forms.BooleanField(
        label=words("Hand over my answers of the check with it", "Enviar también mis respuestas de la comprobación"),
        required=False,
        help_text=words(
            "They are encrypted, and only practitioners see them. Without this they stay in your browser.",
            "Se cifran y solo las ven los profesionales. Si no lo marca, se quedan en su navegador.",
        ),
    )
    agreed = forms.BooleanField(
        label="",
        error_messages={
            "required": words(
                "Without your agreement nothing can be kept, so nobody could call you.",
                "Sin su acuerdo no puede guardarse nada, y nadie podría llamarle.",
            )
        },
    )

    def __init__(self, *args: Any, agreement: str, has_answers: bool, open_days: set[int], **options: Any) -> None:  # noqa: ANN401 (Django's)
        super().__init__(*args, **options)
        self.fields["agreed"].label = agreement
        self.initial.setdefault("entry", uuid.uuid4())
        self.initial.setdefault("opened", opened_now())
        days: Any = self.fields["days"]
        if open_days:
            days.choices = [choice for choice in days.choices if int(choice[0]) in open_days]
        if not has_answers:
            del self.fields["hand_over"]

    @property
    def is_of_a_machine(self) -> bool:
        """Whether the field that people do not see was filled in."""
        return bool(self.data.get("pebble"))

    def keep_time(self) -> None:
        """For showing it again: the time goes on counting, unless it was not ours or is over.

        The field that people do not see is emptied: they could not do it themselves.
        """
        self.data["pebble"] = ""  # type: ignore[index]  # the view hands it a copy of what was posted
        since = _since(self.data.get("opened", ""))
        if since is None or since > MOST_SECONDS:
            self.data["opened"] = opened_now()  # type: ignore[index]  # the view hands it a copy of what was posted

    def clean_given_names(self) -> str:
        """One line with at least one letter."""
        name = self._line("given_names", Text("name", "nombre"))
        if not any(char.isalpha() for char in name):
            raise ValidationError(said(Text("Write your name.", "Escriba su nombre.")))
        return name

    def clean_family_names(self) -> str:
        """One line."""
        return self._line("family_names", Text("name", "nombre"))

    def clean_phone(self) -> str:
        """One line."""
        return self._line("phone", Text("telephone", "teléfono"))

    def clean_note(self) -> str:
        """Without what no page can show."""
        found: str = self.cleaned_data["note"]
        return "".join(char for char in found if char.isprintable() or char == "\n")

    def clean(self) -> dict[str, Any]:
        """One way to answer, the time that a person needs, and nothing where people see no field."""
        found = self.cleaned_data
        if self.is_of_a_machine:
            raise ValidationError(said(UNSEEN))
        if not found.get("phone") and not found.get("email") and not {"phone", "email"} & set(self.errors):
            reach = Text("We need one way to reach you.", "Necesitamos una forma de contactarle.")
            self.add_error("phone", said(reach))
        if not self.errors and not self._took_time():
            quick = Text(
                "That was quicker than people write. Look it over, then send it again.",
                "Ha ido más rápido de lo que se escribe. Revíselo y envíelo de nuevo.",
            )
            raise ValidationError(said(quick))
        return found

    def _took_time(self) -> bool:
        since = _since(self.cleaned_data.get("opened", ""))
        return since is not None and LEAST_SECONDS <= since <= MOST_SECONDS

    def _line(self, name: str, what: Text) -> str:
        try:
            return plain_line(self.cleaned_data[name], what, longest=LONGEST_NAME, needed=False)
        except InputError as error:
            raise ValidationError(said(error.what)) from None


def _since(signed: str) -> float | None:
    """Seconds since a form was opened; None if we did not sign it."""
    try:
        return time.time() - int(signer().unsign(signed))
    except (BadSignature, ValueError):
        return None
