"""The form that registers a program."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms

from dermograph.clinic.api.forms import PersonField
from dermograph.clinic.people.models import Membership
from dermograph.clinic.smart.models import AppKind
from dermograph.clinic.smart.words import KINDS_OF_APPS
from dermograph.core.text import Language, Text

_NONE = Text("", "")
_LABELS: dict[str, tuple[Text, Text]] = {
    "name": (
        Text("Name of the program", "Nombre del programa"),
        Text("People read it when the program asks them.", "Se lee cuando el programa pregunta."),
    ),
    "kind": (Text("What it is", "Qué es"), Text("Its makers know.", "Lo sabe quien lo hace.")),
    "redirects": (
        Text("Addresses to which people are sent back", "Direcciones a las que se vuelve"),
        Text(
            "One a line, exactly as the program uses them. A service has none.",
            "Una por línea, tal como las usa el programa. Un servicio no tiene.",
        ),
    ),
    "keys": (
        Text("Public keys", "Claves públicas"),
        Text(
            "The JSON Web Key Set of a program with keys; never a private key.",
            "El JSON Web Key Set de un programa con claves; nunca una clave privada.",
        ),
    ),
    "scopes": (
        Text("What it may do at most", "Qué puede hacer como máximo"),
        Text(
            "As its makers write it: launch/patient patient/*.rs offline_access; of a service system/*.rs.",
            "Como lo escribe quien lo hace: launch/patient patient/*.rs offline_access; de un servicio, system/*.rs.",
        ),
    ),
    "member": (
        Text("A service acts in the name of", "Un servicio actúa en nombre de"),
        Text(
            "What this person may not do, the service may not either. Only for services.",
            "Lo que esta persona no puede hacer, tampoco lo puede el servicio. Solo para servicios.",
        ),
    ),
    "password": (Text("Your password", "Su contraseña"), _NONE),
}
_NEEDED = Text("This is needed.", "Esto hace falta.")
_CANNOT = Text("This cannot be used.", "Esto no se puede usar.")


class AppForm(forms.Form):
    """What a program is, and the password of who registers it."""

    entry = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    name = forms.CharField(max_length=80)
    kind = forms.ChoiceField(widget=forms.RadioSelect)
    redirects = forms.CharField(
        required=False, max_length=6000, widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"})
    )
    scopes = forms.CharField(max_length=4000, widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}))
    keys = forms.CharField(
        required=False, max_length=20_000, widget=forms.Textarea(attrs={"rows": 3, "spellcheck": "false"})
    )
    member = PersonField(queryset=Membership.objects.none(), required=False)
    password = forms.CharField(
        max_length=200, strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )

    def __init__(
        self,
        *args: Any,  # noqa: ANN401 (as its parent)
        language: Language,
        members: list[Membership],
        **options: Any,  # noqa: ANN401 (as its parent)
    ) -> None:
        super().__init__(*args, **options)
        for name, field in self.fields.items():
            label, helps = _LABELS.get(name, (_NONE, _NONE))
            field.label, field.help_text = label.say(language), helps.say(language)
            said = {kind: _CANNOT.say(language) for kind in field.error_messages}
            field.error_messages.update({**said, "required": _NEEDED.say(language)})
        kind = self.fields["kind"]
        assert isinstance(kind, forms.ChoiceField)  # noqa: S101 (it is defined above)
        kind.choices = [(value, KINDS_OF_APPS[value].say(language)) for value in AppKind.values]
        member = self.fields["member"]
        assert isinstance(member, PersonField)  # noqa: S101 (the same)
        member.language = language
        chosen = [one.pk for one in members]
        member.queryset = Membership.objects.filter(pk__in=chosen).select_related("user", "clinic")
        member.empty_label = Text("nobody", "nadie").say(language)
