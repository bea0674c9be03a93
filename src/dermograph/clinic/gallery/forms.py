"""The forms of the gallery."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from django import forms

from dermograph.clinic.people.models import Course
from dermograph.core.dates import moment_in_words
from dermograph.core.text import Language, Text

_NO_DAY = Text("Write the day as 2026-11-21.", "Escriba el día así: 2026-11-21.")
_TOO_LONG = Text("This is too long.", "Es demasiado largo.")
_UNKNOWN = Text("Choose one of the list.", "Elija una opción de la lista.")
_SAY_WHY = Text("Say why it is corrected.", "Indique por qué se corrige.")
_USED = Text("Load the page again: this form cannot be sent.", "Vuelva a cargar la página: este formulario no sirve.")


if TYPE_CHECKING:
    _ChoiceOfRows = forms.ModelChoiceField[Any]
else:  # Django's class takes no type at run time
    _ChoiceOfRows = forms.ModelChoiceField


class SessionField(_ChoiceOfRows):
    """A session of the course. One that was corrected since is read, and shown, as the one that stands in its place.

    Attributes:
        corrected_by: By the id of a session that of its correction.
    """

    corrected_by: Mapping[uuid.UUID, uuid.UUID] = MappingProxyType({})

    def prepare_value(self, value: Any) -> Any:  # noqa: ANN401 (Django's)
        """The id that the control shows."""
        return self._standing(super().prepare_value(value))

    def to_python(self, value: Any) -> Any:  # noqa: ANN401 (Django's)
        """The session of an id.

        Raises:
            ValidationError: If there is none, in our words also where it is no id at all.
        """
        found = self._standing(value)
        if found not in self.empty_values and not isinstance(found, uuid.UUID):
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        return super().to_python(found)

    def _standing(self, value: Any) -> Any:  # noqa: ANN401 (whatever was posted)
        try:
            found = uuid.UUID(str(value))
        except ValueError:
            return value
        while found in self.corrected_by:
            found = self.corrected_by[found]
        return found


class PhotographForm(forms.Form):
    """What is said of photographs: the day, the session, a note."""

    entry = forms.UUIDField(widget=forms.HiddenInput)
    taken_on = forms.DateField(required=False, input_formats=["%Y-%m-%d"])
    session = SessionField(queryset=None, required=False)
    note = forms.CharField(required=False, max_length=300)

    def __init__(self, *args: Any, course: Course, language: Language, sessions: bool = True, **options: Any) -> None:  # noqa: ANN401 (Django's options)
        super().__init__(*args, **options)
        self.initial.setdefault("entry", uuid.uuid4())
        zone = course.clinic.zone

        def words(text: Text) -> str:
            return text.say(language)

        day, note = self.fields["taken_on"], self.fields["note"]
        session: Any = self.fields["session"]
        day.label = words(Text("Day on which they were taken", "Día en que se tomaron"))
        day.help_text = words(
            Text(
                "Leave it empty to take the day from each file, as the camera wrote it.",
                "Déjelo vacío para tomar el día de cada archivo, tal como lo escribió la cámara.",
            )
        )
        day.widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        day.error_messages = {"invalid": words(_NO_DAY), "required": words(_NO_DAY)}
        session.label = words(Text("Session", "Sesión"))
        session.queryset = course.sessions.filter(superseded_by__isnull=True).order_by("started_at")
        session.empty_label = words(Text("none: a photograph between sessions", "ninguna: entre sesiones"))
        every = course.sessions.order_by("started_at").values_list("pk", "started_at", "superseded_by__pk")
        rows = list(every) if sessions else []
        session.corrected_by = {pk: later for pk, _, later in rows if later}
        held = [
            (str(pk), moment_in_words(at.astimezone(zone).replace(tzinfo=None), language))
            for pk, at, later in rows
            if not later
        ]
        session.choices = [("", session.empty_label), *held]
        self.has_sessions = bool(held)
        session.error_messages = {"invalid_choice": words(_UNKNOWN)}
        note.label = words(Text("Note", "Nota"))
        note.error_messages = {"max_length": words(_TOO_LONG)}
        self.fields["entry"].error_messages = {"invalid": words(_USED), "required": words(_USED)}


class CorrectionForm(PhotographForm):
    """A correction of what is said of one photograph."""

    reason = forms.CharField(max_length=2000, widget=forms.Textarea(attrs={"rows": 3}))
    withdrawn = forms.BooleanField(required=False)

    def __init__(self, *args: Any, language: Language, **options: Any) -> None:  # noqa: ANN401 (Django's options)
        super().__init__(*args, language=language, **options)
        self.fields["taken_on"].required = True
        self.fields["taken_on"].label = Text("Day on which it was taken", "Día en que se tomó").say(language)
        self.fields["taken_on"].help_text = ""
        reason, withdrawn = self.fields["reason"], self.fields["withdrawn"]
        reason.label = Text("Why it is corrected", "Por qué se corrige").say(language)
        reason.error_messages = {"required": _SAY_WHY.say(language), "max_length": _TOO_LONG.say(language)}
        withdrawn.label = Text(
            "Take it out of the course: it does not belong here", "Retirarla del curso: no corresponde aquí"
        ).say(language)
        withdrawn.help_text = Text(
            "The file and this entry are kept and stay readable; no figure comes from it any more.",
            "El archivo y esta anotación se conservan y siguen legibles; ninguna cifra vuelve a salir de ella.",
        ).say(language)

    def clean_session(self) -> Any:  # noqa: ANN401 (a Session, of an app above this one)
        """The session that was chosen; where nothing was said of it, the one that the photograph has."""
        if self.add_prefix("session") in self.data:
            return self.cleaned_data["session"]
        return self.fields["session"].clean(self.initial.get("session"))


class CardForm(forms.Form):
    """Which card is printed."""

    layout = forms.ChoiceField(choices=(("small", "small"), ("a6", "a6")))
    serial = forms.IntegerField(min_value=0)

    def __init__(self, *args: Any, language: Language, most: int, **options: Any) -> None:  # noqa: ANN401 (Django's options)
        super().__init__(*args, **options)
        layout: Any = self.fields["layout"]
        serial: Any = self.fields["serial"]
        layout.label = Text("Card", "Tarjeta").say(language)
        layout.choices = (
            ("small", Text("small, 74 × 52 mm: for lesions up to a hand", "pequeña, 74 × 52 mm").say(language)),
            ("a6", Text("A6, 148 × 105 mm: for large areas", "A6, 148 × 105 mm: para zonas grandes").say(language)),
        )
        layout.error_messages = {"invalid_choice": _UNKNOWN.say(language), "required": _UNKNOWN.say(language)}
        serial.label = Text("Number of this card", "Número de esta tarjeta").say(language)
        serial.help_text = Text(
            "Give every print its own: the photograph then says which card was in it.",
            "Dé uno distinto a cada copia: así la fotografía dice qué tarjeta aparece.",
        ).say(language)
        serial.max_value = most
        whole = Text(f"Write a whole number from 0 to {most}.", f"Escriba un número entero de 0 a {most}.").say(
            language
        )
        serial.error_messages = dict.fromkeys(("invalid", "required", "min_value", "max_value"), whole)
        serial.validators = [one for one in serial.validators if getattr(one, "code", "") != "max_value"]
        serial.widget.attrs.update({"min": 0, "max": most})
        self.most, self.whole = most, whole

    def clean_serial(self) -> int:
        """The number, if a card can carry it."""
        number: int = self.cleaned_data["serial"]
        if number > self.most:
            raise forms.ValidationError(self.whole)
        return number
