"""Forms of patients, areas and courses. What they check is checked again by the services."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from dermograph.clinic.people.body_regions import REGIONS, VIEWS, Region, region_at
from dermograph.clinic.people.contact_fields import email_field, phone_field
from dermograph.clinic.people.models import Membership, Patient, View
from dermograph.clinic.people.outcomes import OUTCOMES
from dermograph.clinic.people.plain import LONGEST_REASON
from dermograph.clinic.people.words import later, page_language, said, words
from dermograph.core.errors import InputError
from dermograph.core.text import Text
from dermograph.protocols import load_library

_REQUIRED = words("Fill this in.", "Rellene este campo.")
_CHOICE = words("Choose one of these.", "Elija una de estas opciones.")
_LONG = words("That is too long.", "Es demasiado largo.")
_DAY = words("Write a day, such as 1988-04-09.", "Escriba un día, como 1988-04-09.")
_FIGURE = re.compile(r"\d{1,2}(?:[.,]\d{1,2})?")
LONGEST_VERSION = 2_000_000_000


class PeopleForm(forms.Form):
    """A form that a replay finds again.

    Attributes:
        entry: The id of what it will create.
    """

    use_required_attribute = False
    entry = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 (Django's)
        super().__init__(*args, **options)
        if "entry" in self.fields and not self.is_bound:
            self.initial.setdefault("entry", uuid.uuid4())

    def refused(self, error: InputError) -> None:
        """Show what a service refused, beside its field where it named one."""
        text = Text(*(" ".join(filter(None, (error.what.say(to), error.todo.say(to)))) for to in ("en", "es")))
        self.add_error(error.place.field if error.place.field in self.fields else None, said(text))


class PatientForm(PeopleForm):
    """A patient's administrative data."""

    given_names = forms.CharField(
        label=words("Given names", "Nombre"),
        max_length=120,
        error_messages={"required": _REQUIRED, "max_length": _LONG},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "words"}),
    )
    family_names = forms.CharField(
        label=words("Family names", "Apellidos"),
        max_length=120,
        required=False,
        error_messages={"max_length": _LONG},
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "words"}),
    )
    birth_date = forms.DateField(
        label=words("Date of birth", "Fecha de nacimiento"),
        required=False,
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": _DAY},
        widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date", "min": "1900-01-01"}),
        help_text=words(
            "Rules about age stay open questions until it is known.",
            "Las reglas sobre la edad quedan abiertas hasta conocerla.",
        ),
    )
    phone = phone_field("off", {"max_length": _LONG})
    email = email_field("off", {"max_length": _LONG})
    language = forms.ChoiceField(
        label=words("Language", "Idioma"),
        choices=[("es", "Español"), ("en", "English")],
        widget=forms.RadioSelect,
        error_messages={"required": _CHOICE, "invalid_choice": _CHOICE},
        help_text=words(
            "Of letters, consents and aftercare sheets.", "De cartas, consentimientos y hojas de cuidados."
        ),
    )

    @classmethod
    def of(cls, patient: Patient) -> dict[str, Any]:
        """What a form shows of a patient at first."""
        names = ("given_names", "family_names", "birth_date", "phone", "email", "language", "version")
        return {name: getattr(patient, name) for name in names}

    def columns(self) -> dict[str, Any]:
        """What was filled in, without what only the form needs."""
        return {name: value for name, value in self.cleaned_data.items() if name not in ("entry", "version")}


class PatientEditForm(PatientForm):
    """The same of a patient who is there.

    Attributes:
        version: Of the record as the form was opened.
    """

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=LONGEST_VERSION)


class AreaForm(PeopleForm):
    """A new area: a place on the body map, or a region by name; and what the clinic calls it."""

    view = forms.ChoiceField(
        choices=[(view, later(label)) for view, label in VIEWS.items()],
        required=False,
        error_messages={"invalid_choice": _CHOICE},
    )
    x = forms.FloatField(widget=forms.HiddenInput, required=False)
    y = forms.FloatField(widget=forms.HiddenInput, required=False)
    region = forms.ChoiceField(
        label=words("Region", "Región"),
        error_messages={
            "required": words("Choose a region, or point at it.", "Elija una región o señálela."),
            "invalid_choice": _CHOICE,
        },
        help_text=words(
            "Choose it here, or point at it on the figure. Left and right are the patient's own.",
            "Elíjala aquí o señálela en la figura. Izquierda y derecha son las del paciente.",
        ),
    )
    name = forms.CharField(
        label=words("What you call it", "Cómo la llaman"),
        max_length=80,
        required=False,
        error_messages={"max_length": _LONG},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        help_text=words(
            "Such as: scar above the navel. Empty takes the region's name.",
            "Por ejemplo: cicatriz sobre el ombligo. Vacío toma el nombre de la región.",
        ),
    )

    def __init__(self, *args: Any, **options: Any) -> None:  # noqa: ANN401 (Django's)
        super().__init__(*args, **options)
        region = self.fields["region"]
        assert isinstance(region, forms.ChoiceField)  # noqa: S101 (declared above)
        region.choices = [("", words("Choose a region", "Elija una región")), *_regions_by_view()]
        self.initial.setdefault("view", View.FRONT)

    def clean(self) -> dict[str, Any]:
        """The region, and a place in it: the one that was pointed at if it lies there, else the region's middle."""
        found = super().clean() or {}
        view, x, y = (found.get(name) for name in ("view", "x", "y"))
        chosen = REGIONS.get(str(found.get("region") or ""))
        if chosen is None:
            return found
        place = chosen.centre
        if view and isinstance(x, float) and isinstance(y, float) and region_at(view, x, y) is chosen:
            place = (x, y)
        return {**found, "place": (chosen, *place), "name": found.get("name") or chosen.label.say(page_language())}


class CourseForm(PeopleForm):
    """A new course on an area."""

    treatment = forms.ChoiceField(
        label=words("Treatment", "Tratamiento"),
        widget=forms.RadioSelect,
        error_messages={"required": _CHOICE, "invalid_choice": _CHOICE},
    )
    lead = forms.ChoiceField(
        label=words("Practitioner in charge", "Profesional responsable"),
        required=False,
        error_messages={"invalid_choice": _CHOICE},
        help_text=words("Only who is trained for the treatment.", "Solo quien tenga formación en el tratamiento."),
    )
    goal = forms.CharField(
        label=words("Agreed goal", "Objetivo acordado"),
        max_length=6,
        required=False,
        error_messages={"max_length": _LONG},
        widget=forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"}),
        help_text=words(
            "The contrast to the skin beside it at which the course is done. Empty: no longer visible.",
            "El contraste con la piel vecina con el que el curso termina. Vacío: que deje de verse.",
        ),
    )

    def __init__(self, *args: Any, leads: Iterable[Membership] = (), **options: Any) -> None:  # noqa: ANN401 (Django's options)
        super().__init__(*args, **options)
        self.leads = {str(one.pk): one for one in leads}
        library = load_library()
        treatment, lead = self.fields["treatment"], self.fields["lead"]
        assert isinstance(treatment, forms.ChoiceField)  # noqa: S101 (declared above)
        assert isinstance(lead, forms.ChoiceField)  # noqa: S101 (a fact of this form, for the types)
        treatment.choices = [(name, library.protocol(name).title.say(page_language())) for name in library.treatments]
        nobody = ("", words("Nobody yet", "Nadie por ahora"))
        lead.choices = [nobody, *((pk, _with_training(one)) for pk, one in self.leads.items())]

    def clean_goal(self) -> float | None:
        """A figure with a point or a comma; None for none."""
        text = str(self.cleaned_data["goal"]).strip()
        if not text:
            return None
        if not _FIGURE.fullmatch(text) or not text.isascii() or float(text.replace(",", ".")) <= 0:
            raise ValidationError(
                words("Write a figure above 0, such as 2.5.", "Escriba una cifra mayor que 0, como 2,5.")
            )
        return float(text.replace(",", "."))

    def clean_lead(self) -> Membership | None:
        """Who it is."""
        return self.leads.get(str(self.cleaned_data["lead"]))


class ReasonForm(PeopleForm):
    """Why a course is opened again."""

    entry = None  # type: ignore[assignment] # there is nothing to find again
    reason = forms.CharField(
        label=words("Why?", "¿Por qué?"),
        max_length=LONGEST_REASON,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": words("Say why.", "Diga por qué."), "max_length": _LONG},
    )


class CloseForm(ReasonForm):
    """How a course ends, and why."""

    field_order = ("outcome", "reason")
    outcome = forms.ChoiceField(
        label=words("How does it end?", "¿Cómo termina?"),
        widget=forms.RadioSelect,
        choices=[(outcome, later(text)) for outcome, text in OUTCOMES.items()],
        error_messages={"required": _CHOICE, "invalid_choice": _CHOICE},
    )


def _regions_by_view() -> list[tuple[Any, list[tuple[str, Any]]]]:
    groups: dict[str, list[Region]] = {}
    for region in REGIONS.values():
        groups.setdefault(region.view, []).append(region)
    return [(later(VIEWS[view]), [(one.id, later(one.label)) for one in found]) for view, found in groups.items()]


def _with_training(person: Membership) -> str:
    library = load_library()
    known = [
        library.protocol(name).title.say(page_language()) for name in person.treatments if name in library.treatments
    ]
    return f"{person} ({', '.join(known) or said(Text('no treatment yet', 'ningún tratamiento'))})"
