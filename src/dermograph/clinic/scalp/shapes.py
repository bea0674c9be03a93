"""What is drawn on a photograph of a scalp, checked before anything is written."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from typing import Any

from dermograph.clinic.gallery.models import Photograph
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text
from dermograph.photo.outline.check import MOST_CORNERS
from dermograph.photo.outline.read_json import outline_of

Json = dict[str, Any]
_EDGE = 0.5  # a pixel reaches this far around its middle
_DRAW_AGAIN = Text("Draw it again.", "Dibújelo otra vez.")


def checked_outline(shape: Any, photograph: Photograph, field: str) -> Json:  # noqa: ANN401 (JSON as it was sent)
    """An outline as it is stored; empty for None and for an empty one.

    Args:
        shape: ``{"lesion": …}`` px of the original.
        photograph: What it was drawn on.
        field: What a refusal names.

    Raises:
        InputError: If it is none, crosses itself, or lies outside the photograph.
    """
    if not shape:
        return {}
    try:
        text = json.dumps(shape).encode()
    except (TypeError, ValueError) as error:
        raise InputError(Text("This is no outline.", "Esto no es un contorno."), Place(field=field)) from error
    try:
        read = outline_of(text, photograph.width, photograph.height)
    except InputError as error:
        raise InputError(error.what, Place(field=field), error.todo) from error
    return {"lesion": read.to_json()["lesion"]}


def checked_shapes(shapes: Any, photograph: Photograph) -> Json:  # noqa: ANN401 (JSON as it was sent)
    """The shapes of a design as they are stored: ``area``, and where they were drawn ``hair`` and ``front``.

    Raises:
        InputError: If the area is missing, or one of them cannot be used; it names the field.
    """
    if not isinstance(shapes, Mapping) or set(shapes) - {"area", "hair", "front"}:
        raise InputError(Text("These are no shapes of a design.", "No son las formas de un diseño."))
    area = checked_outline(shapes.get("area"), photograph, "area")
    if not area:
        raise InputError(
            Text("A design needs the area.", "Un diseño necesita la zona."),
            Place(field="area"),
            Text("Draw where dots may lie.", "Dibuje dónde pueden ir los puntos."),
        )
    area = {"lesion": _inwards(area["lesion"], photograph)}
    found: Json = {"area": checked_outline(area, photograph, "area")}
    if hair := checked_outline(shapes.get("hair"), photograph, "hair"):
        found["hair"] = hair
    if shapes.get("front"):
        found["front"] = _inwards(_front(shapes["front"], photograph), photograph)
    return found


def _front(points: Any, photograph: Photograph) -> list[Any]:  # noqa: ANN401 (JSON as it was sent)
    """The front edge: at least two different points within the photograph."""
    size = photograph.width, photograph.height
    is_line = isinstance(points, list | tuple) and 2 <= len(points) <= MOST_CORNERS
    if not is_line or not all(_is_point(one, size) for one in points):
        raise InputError(
            Text(
                "The front edge needs two points or more, all within the photograph.",
                "La línea frontal necesita dos puntos o más, todos dentro de la fotografía.",
            ),
            Place(field="front"),
            _DRAW_AGAIN,
        )
    kept = [[float(x), float(y)] for x, y in points]
    if all(one == kept[0] for one in kept):
        raise InputError(
            Text("All points of the front edge are one.", "Todos los puntos de la línea frontal son el mismo."),
            Place(field="front"),
            _DRAW_AGAIN,
        )
    return kept


def _is_point(point: Any, size: tuple[int, int]) -> bool:  # noqa: ANN401 (JSON as it was sent)
    if not isinstance(point, list | tuple) or len(point) != 2:
        return False
    if not all(isinstance(one, int | float) and not isinstance(one, bool) and math.isfinite(one) for one in point):
        return False
    return all(-_EDGE <= one <= most - _EDGE for one, most in zip(point, size, strict=True))


def _inwards(points: list[Any], photograph: Photograph) -> list[Any]:
    """Points, or lists of them, with those on the edge of the last pixels at their middles: dots lie nowhere else."""
    if points and not isinstance(points[0], list):
        most = photograph.width - 1, photograph.height - 1
        return [min(max(float(one), 0.0), float(end)) for one, end in zip(points, most, strict=True)]
    return [_inwards(one, photograph) for one in points]
