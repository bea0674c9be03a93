"""What an outline must be, so that nothing is measured in a place that nobody meant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NoReturn

import numpy as np

from dermograph.core.errors import NOTHING, InputError, Place
from dermograph.core.text import Text
from dermograph.photo.outline.crossing import crossing
from dermograph.photo.outline.outline import Outline, Points, signed_area

MOST_CORNERS = 5_000  # of all parts together
MOST_PARTS = 500
MOST_LANDMARKS = 200
LEAST_AREA_PX = 4.0
_EDGE = 0.5  # a pixel reaches this far around its centre
_DRAW_AGAIN = Text("Draw the outline again.", "Dibuje el contorno otra vez.")


def checked_parts(parts: Sequence[tuple[str, Points]], width: int, height: int, file: str | None) -> tuple[Points, ...]:
    """Polygons as an ``Outline`` holds them, without repeated corners.

    Args:
        parts: Each polygon with the field that it was read from.
        width: Columns of the photograph.
        height: Rows of the photograph.
        file: What errors call the file.

    Raises:
        InputError: If there is none, too many corners, one outside the photograph, fewer than three in a polygon, an
            area
            of nearly zero, or an outline that crosses or touches itself or another part, or lies inside another.
    """
    if not parts:
        _refuse(Text("The outline is empty.", "El contorno está vacío."), file, "lesion")
    if len(parts) > MOST_PARTS or sum(len(points) for _, points in parts) > MOST_CORNERS:
        _refuse(
            Text(
                f"The outline has more than {MOST_PARTS} parts or {MOST_CORNERS} corners.",
                f"El contorno tiene más de {MOST_PARTS} partes o {MOST_CORNERS} vértices.",
            ),
            file,
            "lesion",
        )
    kept = [_checked(points, width, height, file, field) for field, points in parts]
    met = crossing(kept)
    if met is not None:
        (one, first), (_, second) = met
        x, y = kept[one][first]
        _refuse(
            Text(
                f"The outline crosses or touches itself near x = {x:.0f}, y = {y:.0f}"
                f" (corners {first + 1} and {second + 1}).",
                f"El contorno se cruza o se toca cerca de x = {x:.0f}, y = {y:.0f}"
                f" (vértices {first + 1} y {second + 1}).",
            ),
            file,
            parts[one][0],
        )
    _check_apart(kept, [field for field, _ in parts], file)
    return tuple(kept)


def _checked(points: Points, width: int, height: int, file: str | None, field: str) -> Points:
    distinct = points[(points != np.roll(points, -1, axis=0)).any(axis=1)] if len(points) > 1 else points
    if len(distinct) < 3:
        few = Text("A polygon needs at least three corners.", "Un polígono necesita al menos tres vértices.")
        _refuse(few, file, field, _DRAW_AGAIN)
    _check_inside(points, (width, height), file, field)
    if abs(signed_area(distinct)) < LEAST_AREA_PX:
        _refuse(Text("The polygon has no area.", "El polígono no tiene área."), file, field, _DRAW_AGAIN)
    return distinct


def _check_inside(points: Points, size: tuple[int, int], file: str | None, field: str) -> None:
    outside = ~((points >= -_EDGE) & (points <= np.array(size) - _EDGE)).all(axis=1)  # so that NaN is outside too
    if outside.any():
        number = int(np.argmax(outside))
        x, y = points[number]
        _refuse(
            Text(
                f"x = {x:g}, y = {y:g} lies outside the photograph of {size[0]} x {size[1]} px.",
                f"x = {x:g}, y = {y:g} queda fuera de la fotografía de {size[0]} x {size[1]} px.",
            ),
            file,
            f"{field}[{number}]",
        )


def _check_apart(parts: Sequence[Points], fields: Sequence[str], file: str | None) -> None:
    """Parts whose edges do not meet lie apart or one inside the other; the latter could mean a hole or a slip."""
    for number, part in enumerate(parts):
        for other, points in enumerate(parts):
            if number != other and _holds(points, part[0]):
                _refuse(
                    Text("One polygon lies inside another.", "Un polígono queda dentro de otro."),
                    file,
                    fields[number],
                    Text(
                        "Holes cannot be given; draw the parts apart.",
                        "No se admiten huecos; dibuje las partes separadas.",
                    ),
                )


def _holds(polygon: Points, point: Points) -> bool:
    """Whether a point that is not on the polygon's edge lies inside it."""
    start, end = polygon, np.roll(polygon, -1, axis=0)
    straddles = (start[:, 1] > point[1]) != (end[:, 1] > point[1])
    a, b = start[straddles], end[straddles]
    x = a[:, 0] + (point[1] - a[:, 1]) * (b[:, 0] - a[:, 0]) / (b[:, 1] - a[:, 1])
    return int((x > point[0]).sum()) % 2 == 1


def check_landmarks(
    before: Points, after: Points, size: tuple[int, int], size_after: tuple[int, int] | None, file: str | None
) -> None:
    """Refuse landmarks that do not come in pairs, twice, too many, or outside their photograph.

    Args:
        before: ``(n, 2)`` in the baseline, px.
        after: ``(n, 2)`` in the follow-up, px.
        size: Columns and rows of the baseline.
        size_after: Columns and rows of the follow-up; None leaves ``after`` unchecked but for figures below 0.
        file: What errors call the file.

    Raises:
        InputError: If they cannot be used.
    """
    if len(before) != len(after):
        _refuse(
            Text(
                f"There are {len(before)} landmarks before and {len(after)} after.",
                f"Hay {len(before)} puntos de referencia antes y {len(after)} después.",
            ),
            file,
            "landmarks",
            Text("Each needs its pair, in the same order.", "Cada uno necesita su par, en el mismo orden."),
        )
    if len(before) > MOST_LANDMARKS:
        many = Text(f"More than {MOST_LANDMARKS} landmarks.", f"Más de {MOST_LANDMARKS} puntos de referencia.")
        _refuse(many, file, "landmarks")
    far = 10**6
    for points, limits, field in ((before, size, "before"), (after, size_after or (far, far), "after")):
        _check_inside(points, limits, file, f"landmarks.{field}")
        _, first = np.unique(points, axis=0, return_index=True)
        if len(first) < len(points):
            twice = min(set(range(len(points))) - set(first.tolist()))
            same = Text("The same landmark stands twice.", "El mismo punto de referencia está dos veces.")
            _refuse(same, file, f"landmarks.{field}[{twice}]")


def check_outline(outline: Outline, size: tuple[int, int], size_after: tuple[int, int] | None = None) -> Outline:
    """An outline that came from Python instead of a file, held to the same rules.

    Raises:
        InputError: If it cannot be used.
    """
    many = len(outline.lesion) > 1
    named = [(f"lesion[{number}]" if many else "lesion", part) for number, part in enumerate(outline.lesion)]
    parts = checked_parts(named, *size, None)
    check_landmarks(outline.before, outline.after, size, size_after, None)
    return Outline(parts, outline.before, outline.after)


def _refuse(what: Text, file: str | None, field: str, todo: Text = NOTHING) -> NoReturn:
    raise InputError(what, Place(file, field=field), todo)
