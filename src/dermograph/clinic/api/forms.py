"""The form that makes a token."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from django import forms

from dermograph.clinic.api.scopes import SCOPES
from dermograph.clinic.api.tokens import LONGEST_DAYS
from dermograph.clinic.look.frame import ROLES
from dermograph.clinic.people.models import Membership
from dermograph.core.text import Language, Text

_LABELS: dict[str, tuple[Text, Text]] = {
    "name": (
        Text("What it is for", "Para qué es"),
        Text("The program that will use it, such as “accounting”.", "El programa que la usará, como «contabilidad»."),
    ),
    "member": (
        Text("Acts in the name of", "Actúa en nombre de"),
        Text(
            "What this person may not do, the token may not either.",
            "Lo que esta persona no puede hacer, tampoco lo puede la clave.",
        ),
    ),
    "scopes": (Text("What it may do", "Qué puede hacer"), Text("", "")),
    "last_day": (Text("Last day", "Último día"), Text("At most a year from today.", "Un año como máximo.")),
    "password": (Text("Your password", "Su contraseña"), Text("", "")),
}
_NONE = Text("", "")
_NEEDED = Text("This is needed.", "Esto hace falta.")
_CANNOT = Text("This cannot be used.", "Esto no se puede usar.")


class PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]  # generic for mypy alone
    """Somebody of the clinic, by name and role: what they may do decides what a program may do in their name.

    Attributes:
        language: Of the role.
    """

    language: Language = "en"

    def label_from_instance(self, obj: Any) -> str:  # noqa: ANN401 (as its parent)
        """The name and the role."""
        return f"{obj.user.name} ({ROLES[obj.role].say(self.language)})"


class TokenForm(forms.Form):
    """What a token is made of, and the password of who makes it."""

    entry = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    name = forms.CharField(max_length=80)
    member = PersonField(queryset=Membership.objects.none())
    scopes = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple)
    last_day = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    password = forms.CharField(
        max_length=200, strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 (as its parent)
        language: Language,
        members: list[Membership],
        today: dt.date,
        **options: Any,  # noqa: ANN401 (as its parent)
    ) -> None:
        super().__init__(*args, **options)
        for name, field in self.fields.items():
            label, helps = _LABELS.get(name, (_NONE, _NONE))
            field.label, field.help_text = label.say(language), helps.say(language)
            said = {kind: _CANNOT.say(language) for kind in field.error_messages}
            field.error_messages.update({**said, "required": _NEEDED.say(language)})
        chosen = self.fields["member"]
        assert isinstance(chosen, PersonField)  # noqa: S101 (it is defined above)
        chosen.language = language
        chosen.queryset = Membership.objects.filter(pk__in=[one.pk for one in members]).select_related("user")
        scopes = self.fields["scopes"]
        assert isinstance(scopes, forms.MultipleChoiceField)  # noqa: S101 (the same)
        scopes.choices = [(scope, f"{words.say(language)} ({scope})") for scope, words in SCOPES.items()]
        last = self.fields["last_day"].widget
        last.attrs.update({"min": today.isoformat(), "max": (today + dt.timedelta(days=LONGEST_DAYS)).isoformat()})
