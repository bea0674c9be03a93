"""What is wrong with a body or an address, in our own words and in both languages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from dermograph.clinic.api.problems import ProblemError, language
from dermograph.core.errors import printable
from dermograph.core.text import Text

MOST = 20  # that are listed
_CANNOT = Text("This cannot be used.", "Esto no se puede usar.")
_SMALL, _LARGE = Text("This is too small.", "Esto es demasiado pequeño."), Text("This is too large.", "Es demasiado.")
_WHOLE, _NUMBER = (
    Text("A whole number belongs here.", "Aquí va un número entero."),
    Text("A number belongs here.", "Aquí va un número."),
)
_OBJECT = Text("An object belongs here.", "Aquí va un objeto.")
_WORDS: Mapping[str, Text] = {
    "missing": Text("This is missing.", "Esto falta."),
    "extra_forbidden": Text("Nothing here is called so.", "Aquí nada se llama así."),
    "string_type": Text("A text belongs here.", "Aquí va un texto."),
    "string_too_long": Text("This is too long.", "Esto es demasiado largo."),
    "string_too_short": Text("This is too short.", "Esto es demasiado corto."),
    "string_pattern_mismatch": Text("This is not written as it has to be.", "Esto no está escrito como debe."),
    "int_type": _WHOLE,
    "int_parsing": _WHOLE,
    "int_from_float": _WHOLE,
    "int_parsing_size": _LARGE,
    "float_type": _NUMBER,
    "float_parsing": _NUMBER,
    "finite_number": _NUMBER,
    "bool_type": Text("true or false belongs here.", "Aquí va true o false."),
    "list_type": Text("A list belongs here.", "Aquí va una lista."),
    "too_long": Text("There are too many of them.", "Son demasiados."),
    "too_short": Text("There are too few of them.", "Son muy pocos."),
    "dict_type": _OBJECT,
    "model_type": _OBJECT,
    "model_attributes_type": _OBJECT,
    "greater_than": _SMALL,
    "greater_than_equal": _SMALL,
    "less_than": _LARGE,
    "less_than_equal": _LARGE,
    "literal_error": Text("This is none of the words that can stand here.", "No es ninguna de las palabras posibles."),
}
_OWN: Mapping[str, Text] = {
    "a day is written 2026-11-21": Text("A day is written 2026-11-21.", "Un día se escribe 2026-11-21."),
    "an instant is written 2026-11-21T10:00:00+01:00": Text(
        "An instant is written 2026-11-21T10:00:00+01:00, with its offset.",
        "Un instante se escribe 2026-11-21T10:00:00+01:00, con su diferencia horaria.",
    ),
    "an id is a UUID": Text("An id is a UUID.", "Un identificador es un UUID."),
}


def invalid(errors: Sequence[Mapping[str, Any]]) -> ProblemError:
    """A request whose values are not of their kind.

    Args:
        errors: As pydantic lists them.
    """
    said = language()
    wrong = [{"place": _place(one), "what": _words(one).say(said)} for one in errors[:MOST]]
    first = _words(errors[0]) if errors else _CANNOT
    at = wrong[0]["place"] if wrong else ""
    what = Text(f"{at}: {first.en}", f"{at}: {first.es}") if at else first
    return ProblemError(422, "invalid", what, more={"errors": wrong, "place": at})


def _words(error: Mapping[str, Any]) -> Text:
    kind = str(error.get("type"))
    if kind == "value_error":
        return _OWN.get(str(error.get("msg", "")).removeprefix("Value error, "), _CANNOT)
    return _WORDS.get(kind, _CANNOT)


def _place(error: Mapping[str, Any]) -> str:
    """Where, without the names that only the code knows."""
    parts = [str(one) for one in error.get("loc", ())]
    if parts[:1] and parts[0] in ("query", "path", "header", "body"):
        parts = parts[1:]
    if parts[:1] == ["given"]:
        parts = parts[1:]
    return printable(".".join(parts), limit=120)
