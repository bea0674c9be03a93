"""What the page of components shows: every mark in every state, from the protocols where there is something real."""

from __future__ import annotations

import base64
import datetime as dt
from typing import Any

from django import forms

from dermograph.care.reasons import Reason
from dermograph.care.verdict import Verdict
from dermograph.core.text import Language, Text
from dermograph.protocols import load_library

LONG_NAME = "María de los Ángeles Etxeberria-Goikoetxea Fernández de Villavicencio y Ortiz de Zárate"
DAY = dt.date(2026, 11, 22)


class SampleForm(forms.Form):
    """A form with every kind of control; given nothing it has an error in every row."""

    name = forms.CharField(max_length=120)
    birth_date = forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), required=False)
    depth = forms.FloatField(min_value=0, max_value=3, widget=forms.NumberInput(attrs={"step": "0.1"}))
    notes = forms.CharField(widget=forms.Textarea(attrs={"rows": 3}), required=False)
    view = forms.ChoiceField(choices=[("", "–"), ("front", "Front"), ("back", "Back")], required=False)
    pregnant = forms.ChoiceField(widget=forms.RadioSelect)
    photograph = forms.FileField(required=False)
    handed = forms.BooleanField()

    def __init__(self, language: Language, *args: Any, **options: Any) -> None:  # noqa: ANN401 (Django's)
        super().__init__(*args, **options)
        words = {
            "name": Text("Family names", "Apellidos"),
            "birth_date": Text("Date of birth", "Fecha de nacimiento"),
            "depth": Text("Depth setting", "Ajuste de profundidad"),
            "notes": Text("What was seen", "Lo que se vio"),
            "view": Text("View of the body map", "Vista del mapa corporal"),
            "pregnant": Text("Is she pregnant?", "¿Está embarazada?"),
            "photograph": Text("Photograph", "Fotografía"),
            "handed": Text("The pigment's label was handed over", "Se entregó la etiqueta del pigmento"),
        }
        for name, text in words.items():
            self.fields[name].label = text.say(language)
        self.fields["depth"].help_text = Text(
            "As set on the device. It is not the depth that the needles reach.",
            "La del aparato. No es la profundidad que alcanzan las agujas.",
        ).say(language)
        answers = (
            ("yes", Text("Yes", "Sí")),
            ("no", Text("No", "No")),
            ("unknown", Text("Not known yet", "No se sabe")),
        )
        self.fields["pregnant"].choices = [(value, text.say(language)) for value, text in answers]  # type: ignore[attr-defined]  # a field of choices


def samples(language: Language) -> dict[str, Any]:
    """Everything that the page of components is given."""
    before, after, heat = (_picture(state) for state in ("before", "after", "heat"))
    return {
        "verdicts": [
            (verdict.value, DAY + dt.timedelta(days=19) if verdict is Verdict.DEFERRED else None) for verdict in Verdict
        ],
        "reasons": _reasons(language),
        "figures": [
            ({"value": 6.2, "u": 0.4}, "ΔE", None),
            ({"value": -3.1, "u": 0.4}, "ΔE", 0.8),
            ({"value": 0.4, "u": 0.5}, "ΔE", 1.0),
            ({"value": 0.034, "u": 0.012}, "mm", 0.024),
            ({"value": 12.4, "u": 2.4}, "cm²", None),
            (None, "ΔE", None),
        ],
        "weeks": _weeks(language),
        "series": _series(language),
        "empty_series": {"name": Text("Contrast", "Contraste"), "unit": "ΔE", "points": []},
        "pictures": {"before": before, "after": after, "heat": heat},
        "captions": _captions(language),
        "form": SampleForm(language),
        "wrong_form": SampleForm(language, {"name": "", "depth": "abc", "birth_date": "2026-13-40"}, prefix="wrong"),
        "signed_at": dt.datetime(2026, 11, 22, 10, 42, tzinfo=dt.UTC),
        "long_name": LONG_NAME,
    }


def _reasons(language: Language) -> list[dict[str, Any]]:
    protocol = load_library().protocol("paramedical")
    agreed = next(rule for rule in protocol.rules if rule.conflict is None and rule.cite)
    disputed = next(rule for rule in protocol.rules if rule.conflict is not None)
    found = [Reason.of_statement(rule, protocol, grade=rule.grade).to_json(language) for rule in (agreed, disputed)]
    own = dict(found[0])
    own["replaces"] = {"says": found[0]["says"], "cite": found[0]["cite"]}
    own["says"] = Text("At this clinic: 18 months.", "En esta clínica: 18 meses.").say(language)
    own["until"] = "2027-03-14"
    own["cite"] = [{"source": "", "at": Text("house rule", "norma propia").say(language), "basis": "clinic"}]
    return [*found, own]


def _weeks(language: Language) -> list[list[dict[str, Any]]]:
    sun = Text("sun on the area until 30 November", "sol en la zona hasta el 30 de noviembre").say(language)
    sunday = Text("the clinic is closed on Sundays", "la clínica cierra los domingos").say(language)
    first = dt.date(2026, 11, 30)
    weeks: list[list[dict[str, Any]]] = []
    for number in range(35):
        day = first + dt.timedelta(days=number)
        cell: dict[str, Any] = {"day": day, "state": "open", "href": f"#day-{day.isoformat()}", "marks": []}
        if day.month != 12:
            cell = {"day": day, "state": "outside"}
        elif day.day < 3:
            cell = {"day": day, "state": "past", "marks": ["session"] if day.day == 1 else []}
        elif day.day < 9:
            cell = {"day": day, "state": "closed", "reason": sun, "marks": ["today"] if day.day == 3 else []}
        elif day.weekday() == 6:
            cell = {"day": day, "state": "closed", "reason": sunday}
        elif day.day == 16:
            cell["state"] = "held"
        marks = {9: "first", 18: "booked", 23: "last", 28: "late", 29: "late", 30: "late", 31: "late"}
        if day.month == 12 and day.day in marks:
            cell["marks"] = [marks[day.day]]
        if number % 7 == 0:
            weeks.append([])
        weeks[-1].append(cell)
    return weeks


def _series(language: Language) -> dict[str, Any]:
    def on(month: int, day: int) -> dt.date:
        return dt.date(2026, month, day)

    why = Text("the card was not found", "no se encontró la tarjeta").say(language)
    baseline = Text("baseline", "inicial")
    return {
        "name": Text("Contrast", "Contraste"),
        "unit": "ΔE",
        "limit": 1.1,
        "goal": 3.0,
        "sessions": [on(3, 4), on(4, 15), on(6, 3)],
        "points": [
            {"day": on(3, 2), "value": 11.2, "u": 0.4, "label": baseline},
            {"day": on(4, 13), "value": 10.6, "u": 0.45},
            {"day": on(5, 27), "value": 7.9, "u": 0.4},
            {"day": on(6, 20), "value": None, "u": None, "why": why},
            {"day": on(7, 20), "value": 5.1, "u": 0.5},
        ],
    }


def _captions(language: Language) -> list[dict[str, Any]]:
    fine = Text("calibrated, ΔE 1.1 on held-out patches", "calibrada, ΔE 1,1 en parches reservados").say(language)
    sharp = Text("sharp, evenly lit", "nítida, luz uniforme").say(language)
    titles = (Text("Baseline", "Inicial"), Text("After session 2", "Tras la sesión 2"))
    days = (dt.date(2026, 3, 2), dt.date(2026, 5, 27))
    return [
        {"title": title.say(language), "day": day, "calibration": fine, "quality": sharp}
        for title, day in zip(titles, days, strict=True)
    ]


def _picture(state: str) -> str:
    """A drawn piece of skin with a paler stria, as an address that holds the picture itself."""
    stria = "M58 158C110 190 150 186 196 156S290 96 344 122"
    if state == "heat":
        pen = 'stroke="#b3246a" stroke-linecap="round" stroke-opacity=".75" stroke-width="30"'
        drawn = f'<path d="{stria}" fill="none" {pen}/>'
    else:
        colour, width = ("#eccab8", 26) if state == "before" else ("#d8a78f", 17)
        drawn = (
            '<defs><radialGradient id="s"><stop stop-color="#cf9c84"/><stop offset="1" stop-color="#b8836b"/>'
            '</radialGradient></defs><path d="M0 0H400V300H0Z" fill="url(#s)"/>'
            f'<path d="{stria}" fill="none" stroke="{colour}" stroke-linecap="round" stroke-width="{width}"/>'
            '<g fill="#8d5a45"><circle cx="92" cy="64" r="3"/><circle cx="318" cy="228" r="2"/></g>'
        )
    picture = f'<svg xmlns="http://www.w3.org/2000/svg" width="400" height="300">{drawn}</svg>'
    return "data:image/svg+xml;base64," + base64.b64encode(picture.encode()).decode()
