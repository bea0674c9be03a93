"""Forms of the settings, with messages of our own."""

from __future__ import annotations

import functools
import uuid
import zoneinfo
from typing import Any

from django import forms
from django.core.validators import ProhibitNullCharactersValidator, RegexValidator

from dermograph.clinic.ledger.fields import Figure
from dermograph.clinic.overview.services import STAFF_ROLES
from dermograph.core.text import Language, Text
from dermograph.protocols import load_library

LANGUAGES = (("en", "English"), ("es", "Español"))
ROLES = {
    "front_desk": Text("front desk", "recepción"),
    "practitioner": Text("practitioner", "profesional"),
    "medical_lead": Text("medical lead", "responsable médico"),
    "admin": Text("administrator", "administración"),
}
_ONE_LINE = RegexValidator(r"^[^\x00-\x1f\x7f]*$", message="")
_REQUIRED = Text("This is needed.", "Esto hace falta.")


def _messages(language: Language) -> dict[str, str]:
    """What a field says of itself, in the language of the page."""
    return {
        "required": _REQUIRED.say(language),
        "invalid": Text("This cannot be used.", "Esto no se puede usar.").say(language),
        "invalid_choice": Text("Choose one of the list.", "Elija uno de la lista.").say(language),
        "max_length": Text("This is too long.", "Esto es demasiado largo.").say(language),
        "min_value": Text("This is too small.", "Esto es demasiado pequeño.").say(language),
        "max_value": Text("This is too large.", "Esto es demasiado grande.").say(language),
        "null_characters_not_allowed": Text("This cannot be used.", "Esto no se puede usar.").say(language),
    }


class _Form(forms.Form):
    """A form in one language; every field takes one line without control characters."""

    def __init__(self, *args: Any, language: Language, **options: Any) -> None:  # noqa: ANN401 (as its parent)
        super().__init__(*args, **options)
        said = _messages(language)
        for name, field in self.fields.items():
            field.error_messages.update(said)
            label, help_text = self.words.get(name, (Text("", ""), Text("", "")))
            field.label, field.help_text = label.say(language), help_text.say(language)
            if isinstance(field, forms.CharField):
                wrong = RegexValidator(_ONE_LINE.regex, message=said["invalid"])
                field.validators = [
                    one for one in field.validators if not isinstance(one, ProhibitNullCharactersValidator)
                ] + [wrong]

    words: dict[str, tuple[Text, Text]] = {}


class ClinicForm(_Form):
    """The clinic's own data."""

    words = {
        "name": (
            Text("Name", "Nombre"),
            Text("As it stands on reports and consents.", "Como figura en informes y consentimientos."),
        ),
        "address": (Text("Address", "Dirección"), Text("", "")),
        "phone": (Text("Telephone", "Teléfono"), Text("On the aftercare sheet.", "En la hoja de cuidados.")),
        "time_zone": (
            Text("Time zone", "Zona horaria"),
            Text(
                "Days begin and end in it. Appointments keep their instant.",
                "En ella empiezan y acaban los días. Las citas conservan su instante.",
            ),
        ),
        "language": (
            Text("Language", "Idioma"),
            Text("Of new accounts and patients.", "De cuentas y pacientes nuevos."),
        ),
        "lot_warning_days": (
            Text("Point out lots this long before they expire", "Avisar de los lotes con esta antelación"),
            Text("Days, 1 to 365.", "Días, de 1 a 365."),
        ),
    }
    name = forms.CharField(max_length=120)
    address = forms.CharField(max_length=300, required=False)
    phone = forms.CharField(max_length=40, required=False)
    time_zone = forms.ChoiceField(choices=())
    language = forms.ChoiceField(choices=LANGUAGES)
    lot_warning_days = forms.IntegerField(min_value=1, max_value=365)
    seen = forms.CharField(max_length=16, widget=forms.HiddenInput)

    def __init__(self, *args: Any, language: Language, **options: Any) -> None:  # noqa: ANN401 (as its parent)
        super().__init__(*args, language=language, **options)
        field = self.fields["time_zone"]
        if isinstance(field, forms.ChoiceField):
            field.choices = _zones()


class ScalpForm(_Form):
    """The clinic's own figures of scalp micropigmentation."""

    words = {
        "limit_percent": (
            Text("Renew when less than this much pigment is left", "Reponer cuando quede menos de este pigmento"),
            Text(
                "Per cent of the settled look, 1 to 99. When it is passed is estimated from the photographs.",
                "Por ciento del aspecto asentado, de 1 a 99. Cuándo se pasa se estima con las fotografías.",
            ),
        ),
        "dots_a_minute": (
            Text("Dots a minute", "Puntos por minuto"),
            Text(
                "1 to 1000. How long a session takes follows from it. 60 is an assumption: count your own.",
                "De 1 a 1000. De ello sale la duración de una sesión. 60 es un supuesto: cuente los suyos.",
            ),
        ),
        "dots_a_needle": (
            Text("Dots a needle", "Puntos por aguja"),
            Text(
                "1 to 1000000. How many needles a session takes follows from it. 3000 is an assumption.",
                "De 1 a 1000000. De ello salen las agujas de una sesión. 3000 es un supuesto.",
            ),
        ),
    }
    limit_percent = Figure(1, 99)
    dots_a_minute = Figure(1, 1000)
    dots_a_needle = Figure(1, 1_000_000, whole=True)


@functools.cache  # every zone is a file that is opened
def _zones() -> tuple[tuple[str, str], ...]:
    """The time zones of places, and UTC."""
    zones = sorted(zone for zone in zoneinfo.available_timezones() if "/" in zone and not zone.startswith("Etc/"))
    return tuple((zone, zone.replace("_", " ")) for zone in [*zones, "UTC"])


class _StaffForm(_Form):
    """What every form about somebody's place holds."""

    words = {
        "email": (Text("E-mail address", "Correo electrónico"), Text("They sign in with it.", "Con él se entra.")),
        "name": (
            Text("Name", "Nombre"),
            Text("As it stands under what they sign.", "Como figura bajo lo que firma."),
        ),
        "role": (Text("Role", "Rol"), Text("", "")),
        "treatments": (
            Text("Trained for", "Formación en"),
            Text("Only these can be booked with them.", "Solo esto se puede reservar con esta persona."),
        ),
        "language": (Text("Language", "Idioma"), Text("", "")),
    }

    def __init__(self, *args: Any, language: Language, **options: Any) -> None:  # noqa: ANN401 (as its parent)
        super().__init__(*args, language=language, **options)
        roles, treatments = self.fields["role"], self.fields["treatments"]
        library = load_library()
        if isinstance(roles, forms.ChoiceField):
            roles.choices = [(role.value, ROLES[role.value].say(language)) for role in STAFF_ROLES]
        if isinstance(treatments, forms.MultipleChoiceField):
            treatments.choices = [(one, library.protocol(one).title.say(language)) for one in library.treatments]

    role = forms.ChoiceField(choices=())
    treatments = forms.MultipleChoiceField(choices=(), required=False, widget=forms.CheckboxSelectMultiple)


class InviteForm(_StaffForm):
    """Somebody new."""

    entry = forms.UUIDField(widget=forms.HiddenInput, initial=uuid.uuid4)
    email = forms.EmailField(max_length=254)
    name = forms.CharField(max_length=120)
    language = forms.ChoiceField(choices=LANGUAGES)
    field_order = ("entry", "email", "name", "role", "treatments", "language")


class PlaceForm(_StaffForm):
    """Somebody who is there."""
