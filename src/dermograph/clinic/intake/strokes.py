"""A signature as it was drawn, or typed where nobody can draw; a blank one is none."""

from __future__ import annotations

import itertools
import json
import math
from typing import Any

from dermograph.clinic.intake.guards import clean_words
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text

MOST_STROKES, MOST_POINTS = 200, 10_000
FEWEST_POINTS = 8
SHORTEST_LINE = 0.3  # of the width of the field: less is a slip of the pen
LONGEST_NAME = 200
WIDTH, HEIGHT = 600, 200  # of the field, as it is drawn again

Strokes = list[list[list[float]]]


def drawn(text: str) -> Strokes:
    """A drawn signature: strokes of ``[x, y]``, each from 0 to 1 of the field's width and height.

    Args:
        text: JSON as the page sends it.

    Raises:
        InputError: If it is blank, a slip of the pen, or no signature at all.
    """
    try:
        raw = json.loads(text) if text else []
    except (ValueError, RecursionError):
        raise _unreadable() from None
    if not isinstance(raw, list) or len(raw) > MOST_STROKES:
        raise _unreadable()
    strokes = [_stroke(one) for one in raw if one != []]
    points = [tuple(point) for stroke in strokes for point in stroke]
    if len(points) > MOST_POINTS:
        raise _unreadable()
    if len(set(points)) < FEWEST_POINTS or _length(strokes) < SHORTEST_LINE:
        raise InputError(
            Text("The signature is blank.", "La firma está en blanco."),
            Place(field="strokes"),
            Text("Sign in the field, or type the signature.", "Firme en el recuadro, o escriba la firma."),
        )
    return strokes


def typed(words: str, name: str) -> dict[str, str]:
    """A typed signature, marked as such: ``{"typed": …}``.

    Raises:
        InputError: If it is not the name that was written above it.
    """
    signature = signing_name(words, "typed")
    if signature.casefold() != name.casefold():
        raise InputError(
            Text("The typed signature differs from the name.", "La firma escrita no coincide con el nombre."),
            Place(field="typed"),
            Text("Type the name again as the signature.", "Escriba otra vez el nombre como firma."),
        )
    return {"typed": signature}


def signing_name(words: str, field: str = "name") -> str:
    """The name of who signs.

    Raises:
        InputError: If it is missing, too long, or has no letters.
    """
    try:
        name = " ".join(clean_words(words, LONGEST_NAME).split())
    except InputError as error:
        raise InputError(error.what, Place(field=field)) from None
    if sum(char.isalpha() for char in name) < 2:
        raise InputError(
            Text("The name of who signs is missing.", "Falta el nombre de quien firma."), Place(field=field)
        )
    return name


def paths(strokes: Strokes) -> list[str]:
    """The strokes as paths of an SVG of ``WIDTH`` by ``HEIGHT``."""
    return [
        "M" + " L".join(f"{point[0] * WIDTH:.1f} {point[1] * HEIGHT:.1f}" for point in stroke)
        for stroke in strokes
        if len(stroke) > 1
    ]


def _stroke(raw: Any) -> list[list[float]]:  # noqa: ANN401 (JSON)
    if not isinstance(raw, list):
        raise _unreadable()
    return [_point(one) for one in raw]


def _point(raw: Any) -> list[float]:  # noqa: ANN401 (JSON)
    if not isinstance(raw, list) or len(raw) != 2:
        raise _unreadable()
    if any(isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= 1 for value in raw):
        raise _unreadable()
    return [round(float(value), 4) for value in raw]


def _length(strokes: Strokes) -> float:
    """Of all strokes together, in widths of the field."""
    aspect = HEIGHT / WIDTH
    return sum(
        math.hypot(after[0] - before[0], (after[1] - before[1]) * aspect)
        for stroke in strokes
        for before, after in itertools.pairwise(stroke)
    )


def _unreadable() -> InputError:
    return InputError(
        Text("The signature could not be read.", "No se ha podido leer la firma."),
        Place(field="strokes"),
        Text("Clear the field and sign again.", "Borre el recuadro y firme de nuevo."),
    )
