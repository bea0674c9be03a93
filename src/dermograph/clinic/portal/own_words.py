"""What was decided and measured, in the words of a patient. Nothing is promised, nothing within the error is told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from dermograph.core.dates import day_in_words
from dermograph.core.text import Language, Text

Json = dict[str, Any]
PURPOSES: Mapping[str, Text] = {
    "assessment": Text("Your assessment", "Su valoración"),
    "session": Text("Your session", "Su sesión"),
    "review": Text("A look at the result", "Revisión del resultado"),
    "maintenance": Text("Your maintenance session", "Su sesión de mantenimiento"),
}
DECISIONS: Mapping[str, Text] = {
    "another_session": Text("Another session follows.", "Sigue otra sesión."),
    "wait": Text("We wait before the next step.", "Se espera antes del siguiente paso."),
    "stop_goal_met": Text(
        "The treatment of this area ends: the goal that was set is met.",
        "El tratamiento de esta zona termina: se ha alcanzado el objetivo fijado.",
    ),
    "stop_plateau": Text(
        "The treatment of this area ends: the last photographs show no further gain that could be measured.",
        "El tratamiento de esta zona termina: las últimas fotografías no muestran más mejora medible.",
    ),
    "refer": Text(
        "Somebody else is to be asked before the treatment goes on.",
        "Antes de seguir hay que consultar a otro profesional.",
    ),
    "maintain": Text("From now on the result is maintained.", "Desde ahora se mantiene el resultado."),
    "not_comparable": Text(
        "The photographs could not be compared, so a new one is taken.",
        "Las fotografías no se pudieron comparar; se hará otra.",
    ),
}
_MAIN: Mapping[str, Text] = {
    "improved": Text(
        "The colour of the area is closer to that of the skin beside it than at the start, by more than the measuring "
        "error.",
        "El color de la zona se parece más al de la piel vecina que al principio, por encima del error de medida.",
    ),
    "no_detectable_change": Text(
        "The colour of the area shows no change that we can measure.",
        "El color de la zona no muestra ningún cambio que podamos medir.",
    ),
    "worsened": Text(
        "The colour of the area differs more from that of the skin beside it than at the start, by more than the "
        "measuring error.",
        "El color de la zona se parece menos al de la piel vecina que al principio, por encima del error de medida.",
    ),
}
_SIZES = frozenset({"area", "length", "width"})
_COLOURS: Mapping[str, Text] = {
    "improved": Text(
        "Closer to the skin beside it than at the start, by more than the measuring error.",
        "Más parecida a la piel vecina que al principio, por encima del error de medida.",
    ),
    "no_detectable_change": Text("No change that we can measure.", "Sin cambio que podamos medir."),
    "worsened": Text(
        "Further from the skin beside it than at the start, by more than the measuring error.",
        "Menos parecida a la piel vecina que al principio, por encima del error de medida.",
    ),
    "changed": Text(
        "As far from the skin beside it as at the start, but the other way round.",
        "Tan distinta de la piel vecina como al principio, pero en sentido contrario.",
    ),
}
_SIZE_WORDS: Mapping[str, Text] = {
    "improved": Text(
        "Smaller than at the start, by more than the measuring error.",
        "Menor que al principio, por encima del error de medida.",
    ),
    "worsened": Text(
        "Larger than at the start, by more than the measuring error.",
        "Mayor que al principio, por encima del error de medida.",
    ),
}
_LIGHT: Mapping[str, Text] = {
    "lighter": Text(
        "Lighter against the skin beside it than at the start, by more than the measuring error.",
        "Más clara frente a la piel vecina que al principio, por encima del error de medida.",
    ),
    "darker": Text(
        "Darker against the skin beside it than at the start, by more than the measuring error.",
        "Más oscura frente a la piel vecina que al principio, por encima del error de medida.",
    ),
}
_UNKNOWN = Text("The photographs cannot be compared.", "Las fotografías no se pueden comparar.")
_SEEN = Text("The change is large enough to be seen by eye.", "El cambio es lo bastante grande para verse.")
_NOT_SEEN = Text("It is too small to be seen by eye.", "Es demasiado pequeño para verse.")


def sentence(name: str, change: Json | None, reason: Json | None) -> Text:
    """What one measure says about a follow-up, in one sentence.

    Args:
        name: Of the measure, such as ``contrast``.
        change: With its ``verdict``; None where the two cannot be compared.
        reason: Why not, ``{"says": {"en", "es"}}``; None if nothing is known of it.
    """
    verdict = (change or {}).get("verdict", "not_comparable")
    if change is None or change.get("value") is None or verdict == "not_comparable":
        return cannot(reason)
    if name == "contrast_l" and verdict in ("improved", "worsened", "changed"):
        return _LIGHT["lighter" if change["value"] > 0 else "darker"]
    words = _SIZE_WORDS.get(verdict) if name in _SIZES else _MAIN.get(verdict) if name == "contrast" else None
    return words or _COLOURS.get(verdict, _UNKNOWN)


def cannot(reason: Json | None) -> Text:
    """That two photographs cannot be compared, and why."""
    says = (reason or {}).get("says") or {}
    if not says.get("en") or not says.get("es"):
        return _UNKNOWN
    return Text(
        f"The photographs cannot be compared: {inside(says['en'])}",
        f"Las fotografías no se pueden comparar: {inside(says['es'])}",
    )


def seen_by_eye(change: Json | None) -> Text | None:
    """Whether somebody would see a change that is more than the error; None where that is not known or none is."""
    if not change or change.get("verdict") not in ("improved", "worsened") or change.get("visible") is None:
        return None
    return _SEEN if change["visible"] else _NOT_SEEN


def inside(words: str) -> str:
    """A sentence as it goes on after a colon: its first letter small, unless the word is written in capitals."""
    return words if words[1:2].isupper() else words[:1].lower() + words[1:]


def filled(words: Text, **values: object) -> Text:
    """Words with values put in: days and words in the language of each."""

    def of(language: Language) -> dict[str, object]:
        return {name: _in(value, language) for name, value in values.items()}

    return Text(words.en.format(**of("en")), words.es.format(**of("es")))


def _in(value: object, language: Language) -> object:
    if isinstance(value, dt.date):
        return day_in_words(value, language)
    return value.say(language) if isinstance(value, Text) else value
