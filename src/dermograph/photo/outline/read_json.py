"""An outline from JSON: ours, or LabelMe's."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from typing import Any, NoReturn

import numpy as np

from dermograph.core.errors import NOTHING, InputError, Place, shown
from dermograph.core.text import Text
from dermograph.photo.outline.check import MOST_CORNERS, check_landmarks, checked_parts
from dermograph.photo.outline.outline import Outline, Points, no_points

_LABELS = ("lesion", "lesión")
_SHIFT = 0.5  # LabelMe counts from the corner of the first pixel, we from its centre


def outline_of(
    data: bytes, width: int, height: int, file: str | None = None, *, after: tuple[int, int] | None = None
) -> Outline:
    """The outline in a JSON text.

    Ours: ``{"lesion": [[x, y], …]}`` or a list of such polygons, and optionally ``"landmarks": {"before": [...],
    "after": [...]}``; px, x right, y down, pixel centres at integers.

    LabelMe's: the shapes of type ``polygon`` labelled ``lesion``, or all of them if they share one label.
    ``imageWidth`` and
    ``imageHeight`` must be those of the photograph. Its positions count from the corner of the first pixel and are
    moved by half a pixel. Shapes of type ``point`` labelled ``before …`` and ``after …`` are landmarks, paired by the
    rest of the label; other shapes are left out.

    Args:
        data: UTF-8 text.
        width: Columns of the baseline photograph.
        height: Rows of the baseline photograph.
        file: What errors call the text.
        after: Columns and rows of the follow-up; None leaves its landmarks unchecked.

    Raises:
        InputError: If it is not such a text, or the outline in it cannot be used.
    """
    tree = _tree(data, file)
    source = _Source(file)
    if "shapes" in tree:
        source.labelme_size(tree, width, height)
        parts, landmarks = source.labelme(tree["shapes"])
    else:
        unknown = sorted(set(tree) - {"lesion", "landmarks"})
        if "lesion" not in tree or unknown:
            name = shown(unknown[0]) if unknown else ""
            missing = Text('"lesion" is missing.', 'Falta "lesion".')
            source.refuse("", Text(f"{name} is not known here.", f"{name} no se conoce aquí.") if unknown else missing)
        parts = source.polygons(tree["lesion"])
        landmarks = source.landmarks(tree.get("landmarks"))
    lesion = checked_parts(parts, width, height, file)
    check_landmarks(*landmarks, (width, height), after, file)
    return Outline(lesion, *landmarks)


def _tree(data: bytes, file: str | None) -> dict[str, Any]:
    def not_a_number(name: str) -> NoReturn:
        raise ValueError(name)

    def each_key_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) != len(pairs):
            raise ValueError("a key stands twice")
        return found

    try:
        tree = json.loads(data.decode("utf-8-sig"), parse_constant=not_a_number, object_pairs_hook=each_key_once)
    except (ValueError, RecursionError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else None
        what = Text("This is not a JSON text that can be read.", "Esto no es un texto JSON que se pueda leer.")
        raise InputError(what, Place(file, line)) from error
    if not isinstance(tree, dict):
        raise InputError(Text("An object { } is expected here.", "Aquí se espera un objeto { }."), Place(file))
    return tree


@dataclass(frozen=True, slots=True)
class _Source:
    """Reads pieces of a tree of JSON and says where one is wrong."""

    file: str | None

    def refuse(self, field: str, what: Text, todo: Text = NOTHING) -> NoReturn:
        raise InputError(what, Place(self.file, field=field), todo)

    def entries(self, value: object, field: str) -> list[Any]:
        if not isinstance(value, list):
            self.refuse(field, Text("A list [ ] is expected here.", "Aquí se espera una lista [ ]."))
        if len(value) > MOST_CORNERS:
            self.refuse(
                field,
                Text(
                    f"The list has more than {MOST_CORNERS} entries.",
                    f"La lista tiene más de {MOST_CORNERS} elementos.",
                ),
            )
        return value

    def points(self, value: object, field: str) -> Points:
        found = [self._point(entry, f"{field}[{number}]") for number, entry in enumerate(self.entries(value, field))]
        return np.array(found, dtype=np.float64).reshape(-1, 2)

    def _point(self, value: object, field: str) -> tuple[float, float]:
        numbers = (
            [one for one in value if isinstance(one, int | float) and not isinstance(one, bool)]
            if isinstance(value, list)
            else []
        )
        if not isinstance(value, list) or len(value) != 2 or len(numbers) != 2:
            self.refuse(field, Text("A position [x, y] is expected here.", "Aquí se espera una posición [x, y]."))
        try:
            x, y = float(numbers[0]), float(numbers[1])
        except OverflowError:
            x = y = math.inf
        if not (math.isfinite(x) and math.isfinite(y)):
            self.refuse(field, Text("The position is not finite.", "La posición no es finita."))
        return x, y

    def polygons(self, value: object) -> list[tuple[str, Points]]:
        """One polygon, or a list of them, each with its place."""
        entries = self.entries(value, "lesion")
        nested = bool(entries) and isinstance(entries[0], list) and bool(entries[0]) and isinstance(entries[0][0], list)
        if not nested:
            return [("lesion", self.points(entries, "lesion"))]
        return [(f"lesion[{number}]", self.points(one, f"lesion[{number}]")) for number, one in enumerate(entries)]

    def landmarks(self, value: object) -> tuple[Points, Points]:
        if value is None:
            return no_points(), no_points()
        if not isinstance(value, dict) or set(value) != {"before", "after"}:
            both = Text('"before" and "after" are expected here.', 'Aquí se esperan "before" y "after".')
            self.refuse("landmarks", both)
        return self.points(value["before"], "landmarks.before"), self.points(value["after"], "landmarks.after")

    def labelme_size(self, tree: dict[str, Any], width: int, height: int) -> None:
        size = tree.get("imageWidth"), tree.get("imageHeight")
        if size != (width, height):
            self.refuse(
                "imageWidth",
                Text(
                    f"The outline was drawn on a picture of {shown(size[0])} x {shown(size[1])} px; the photograph has"
                    f" {width} x {height}.",
                    f"El contorno se dibujó sobre una imagen de {shown(size[0])} x {shown(size[1])} px; la fotografía"
                    f" tiene {width} x {height}.",
                ),
            )

    def labelme(self, value: object) -> tuple[list[tuple[str, Points]], tuple[Points, Points]]:
        polygons: list[tuple[str, str, Points]] = []
        clicked: dict[str, dict[str, Points]] = {"before": {}, "after": {}}
        for number, shape in enumerate(self.entries(value, "shapes")):
            field = f"shapes[{number}]"
            if not isinstance(shape, dict) or not isinstance(label := shape.get("label"), str):
                self.refuse(
                    field, Text("A shape with a label is expected here.", "Aquí se espera una forma con etiqueta.")
                )
            kind, name = shape.get("shape_type", "polygon"), label.strip().lower()
            if kind not in ("polygon", "point"):
                continue
            points = self.points(shape.get("points"), f"{field}.points") - _SHIFT
            side, _, rest = name.partition(" ")
            if kind == "polygon":
                polygons.append((name, f"{field}.points", points))
            elif side in clicked and len(points) == 1:
                if rest.strip() in clicked[side]:
                    twice = Text("The same landmark stands twice.", "El mismo punto de referencia está dos veces.")
                    self.refuse(field, twice)
                clicked[side][rest.strip()] = points
        return self._lesion(polygons), self._pairs(clicked)

    def _lesion(self, polygons: list[tuple[str, str, Points]]) -> list[tuple[str, Points]]:
        named = [(field, points) for name, field, points in polygons if name in _LABELS]
        if not named and len({name for name, _, _ in polygons}) != 1:
            self.refuse(
                "shapes",
                Text("No polygon is labelled as the lesion.", "Ningún polígono está etiquetado como lesión."),
                Text("Label it “lesion”.", "Etiquételo como «lesión»."),
            )
        return named or [(field, points) for _, field, points in polygons]

    def _pairs(self, clicked: dict[str, dict[str, Points]]) -> tuple[Points, Points]:
        if clicked["before"].keys() != clicked["after"].keys():
            single = min(clicked["before"].keys() ^ clicked["after"].keys())
            self.refuse(
                "shapes",
                Text(
                    f"Landmark {shown(single)} lacks its pair.",
                    f"Al punto de referencia {shown(single)} le falta su par.",
                ),
            )
        names = sorted(clicked["before"])
        if not names:
            return no_points(), no_points()
        before, after = (np.concatenate([clicked[side][name] for name in names]) for side in ("before", "after"))
        return before, after
