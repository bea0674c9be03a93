"""From bytes to JSON: what is no JSON, says something twice, is too large or too deep, is refused."""

from __future__ import annotations

import json
import math
from typing import Any, Final, NoReturn

from dermograph.core.errors import printable
from dermograph.core.text import Text
from dermograph.exchange.fhir.outcome import Issue, RefusedError

MOST_BYTES: Final = 50 * 2**20
_MB: Final = 2**20


def json_of(data: bytes | str, *, most_bytes: int = MOST_BYTES) -> Any:  # noqa: ANN401 (any JSON)
    """The JSON value that a text holds.

    Args:
        data: UTF-8 bytes, or text.
        most_bytes: How much is read at all.

    Raises:
        RefusedError: If it is larger, no UTF-8, XML, no JSON, too deep for any reader, names a key twice in an object,
            or holds a number that JSON does not know.
    """
    if len(data) > most_bytes:
        raise RefusedError(too_large(most_bytes))
    try:
        text = data if isinstance(data, str) else data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RefusedError(
            Issue("structure", Text("This is not UTF-8 text. Send UTF-8.", "No es texto UTF-8. Envíe UTF-8."))
        ) from error
    if text.lstrip()[:1] == "<":
        raise RefusedError(_XML)
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_no_number, parse_float=_finite)
    except json.JSONDecodeError as error:
        raise RefusedError(_no_json(error)) from error
    except RecursionError as error:
        raise RefusedError(TOO_DEEP) from error
    except ValueError as error:  # more digits than an integer may have
        raise RefusedError(_NUMBER) from error


def too_large(most_bytes: int) -> Issue:
    """That something is larger than what is read."""
    size = f"{most_bytes / _MB:g} MB"
    return Issue(
        "too-long",
        Text(
            f"This is larger than {size}. Send it in parts.",
            f"Ocupa más de {size}. Envíelo en partes.",
        ),
    )


TOO_DEEP: Final = Issue(
    "too-costly",
    Text("Objects stand too deep in each other.", "Hay objetos anidados a demasiada profundidad."),
)
_XML: Final = Issue(
    "not-supported",
    Text(
        "This is XML. Only FHIR JSON is read here (application/fhir+json).",
        "Es XML. Aquí solo se lee FHIR JSON (application/fhir+json).",
    ),
)
_NUMBER: Final = Issue(
    "value",
    Text(
        "A number is NaN, infinite or longer than any number may be.",
        "Un número es NaN, infinito o más largo de lo admitido.",
    ),
)


def _no_json(error: json.JSONDecodeError) -> Issue:
    return Issue(
        "structure",
        Text(
            f"This is not JSON: line {error.lineno}, column {error.colno}.",
            f"No es JSON: línea {error.lineno}, columna {error.colno}.",
        ),
    )


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    made = dict(pairs)
    if len(made) == len(pairs):
        return made
    seen: set[str] = set()
    twice = next(name for name, _ in pairs if name in seen or seen.add(name))  # type: ignore[func-returns-value]  # notes it
    raise RefusedError(
        Issue(
            "structure",
            Text(
                f"The key '{printable(twice)}' stands twice in one object. Say which value holds.",
                f"La clave '{printable(twice)}' está dos veces en un objeto. Indique qué valor vale.",
            ),
        )
    )


def _no_number(_name: str) -> NoReturn:
    raise RefusedError(_NUMBER)


def _finite(text: str) -> float:
    number = float(text)
    if not math.isfinite(number):
        raise RefusedError(_NUMBER)
    return number
