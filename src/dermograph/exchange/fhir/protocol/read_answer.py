"""One answer of a QuestionnaireResponse: its value, of the type that its question has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dermograph.core.errors import shown
from dermograph.core.text import Text
from dermograph.exchange.fhir.codes import ANSWERS, answer_code
from dermograph.exchange.fhir.protocol.refusal import refuse_unknown_meaning, refused
from dermograph.protocols.vocabulary import Fact

_TYPES: Mapping[str, tuple[type, Text]] = {
    "valueBoolean": (bool, Text("true or false", "true o false")),
    "valueInteger": (int, Text("a whole number", "un número entero")),
    "valueCoding": (Mapping, Text("a coded choice", "una opción codificada")),
    "valueDate": (str, Text("a date", "una fecha")),
}
_ALLOWED = ("id", "extension", "item")


def value_of(place: str, answer: Mapping[str, Any], wanted: str) -> Any:  # noqa: ANN401 (of the type that is wanted)
    """The value of an answer.

    Args:
        place: The path of its item.
        answer: The answer.
        wanted: The element that holds its value, such as ``valueDate``.

    Raises:
        InputError: If it holds another, two, or none, or one of the wrong type.
    """
    refuse_unknown_meaning(place, answer)
    kind, words = _TYPES[wanted]
    names = [name for name in answer if name not in _ALLOWED and name.lstrip("_") != wanted]
    todo = Text(f"It takes {wanted}, {words.en}.", f"Lleva {wanted}, {words.es}.")
    if names:
        raise refused(f"{place}.answer.{names[0]}", Text("The type is wrong.", "El tipo no es correcto."), todo)
    value = answer.get(wanted)
    right = isinstance(value, kind) and not (kind is int and isinstance(value, bool))
    if not right:
        raise refused(f"{place}.answer", Text("There is no such value.", "No hay tal valor."), todo)
    return value


def chosen(place: str, fact: Fact, value: Mapping[str, Any]) -> str:
    """The choice that a Coding stands for, by its system and code; its display is not looked at.

    Raises:
        InputError: If the fact has no such choice.
    """
    refuse_unknown_meaning(place, value)
    known = {answer_code(fact.id, word): word for word in (fact.values or fact.words)}
    code = value.get("code")
    if value.get("system") != ANSWERS:
        raise refused(
            f"{place}.answer.valueCoding.system",
            Text(
                f"{shown(value.get('system'))} is not known here.", f"{shown(value.get('system'))} no se conoce aquí."
            ),
            Text(f"The choices are of {ANSWERS}.", f"Las opciones son de {ANSWERS}."),
        )
    if not isinstance(code, str) or code not in known:
        raise refused(
            f"{place}.answer.valueCoding.code",
            Text(f"{shown(code)} is none of the choices.", f"{shown(code)} no es ninguna de las opciones."),
            near=(str(code), known),
        )
    return known[code]
