"""A card as flat rectangles and lines of text: the one drawing that print, pixels and phantoms share."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np

from dermograph.core.text import Language, Text
from dermograph.photo.card.pieces import INK_LAB, PAPER_LAB, Area, Lab, Layout, Ruler
from dermograph.photo.card.record import layout_hash
from dermograph.photo.card.serial import marker_ids

MUTED_LAB: Lab = (48.0, 0.0, 0.0)  # lettering that must be found, not seen
TITLES = {
    "a6": Text("Calibration card, A6", "Tarjeta de calibración, A6"),
    "small": Text("Calibration card, small", "Tarjeta de calibración, pequeña"),
}
Anchor = Literal["left", "middle", "right"]


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle of one colour; later ones cover earlier ones."""

    x_mm: float
    y_mm: float
    width_mm: float
    height_mm: float
    lab_d50: Lab = INK_LAB


@dataclass(frozen=True, slots=True)
class Line:
    """One line of text.

    Attributes:
        x_mm: Where its anchor stands.
        y_mm: Its baseline.
        size_mm: Height of the type, about 1.4 times that of its capitals.
        words: The text, Latin-1 only.
        anchor: Which part of the line stands at ``x_mm``.
        bold: Whether it is heavy.
        lab_d50: Its colour.
    """

    x_mm: float
    y_mm: float
    size_mm: float
    words: str
    anchor: Anchor = "left"
    bold: bool = False
    lab_d50: Lab = INK_LAB


@dataclass(frozen=True, slots=True)
class Drawing:
    """Everything on a card; what is not covered is bare paper."""

    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]


def drawing(layout: Layout, serial: int | None, language: Language = "en") -> Drawing:
    """A card with its number.

    Raises:
        ValueError: As ``marker_ids`` does.
    """
    ids = marker_ids(layout, serial)
    boxes = [_filled(panel, panel.lab_d50) for panel in layout.panels]
    boxes += [_filled(patch.area, patch.lab_d50) for patch in layout.patches]
    for marker, number in zip(layout.markers, ids, strict=True):
        boxes += _marker(layout.dictionary, number, marker.x_mm, marker.y_mm, marker.side_mm)
    lines: list[Line] = []
    if layout.ruler is not None:
        boxes += _ruler_boxes(layout.ruler)
        lines += _ruler_lines(layout.ruler)
    if serial is not None:
        lines += _heading(layout, serial, language)
        form_boxes, form_lines = _form(layout, language)
        boxes += form_boxes
        lines += [*form_lines, *_places(layout)]
    return Drawing(tuple(boxes), tuple(lines))


def _filled(area: Area, lab: Lab) -> Box:
    return Box(area.x_mm, area.y_mm, area.width_mm, area.height_mm, lab)


def _marker(dictionary: int, number: int, x_mm: float, y_mm: float, side_mm: float) -> Iterator[Box]:
    """A black square with its white cells, each run of cells once along and once down, so that no seam shows."""
    known = cv2.aruco.getPredefinedDictionary(dictionary)
    cells = known.markerSize + 2
    white = cv2.aruco.generateImageMarker(known, number, cells) > 0
    cell = side_mm / cells
    yield Box(x_mm, y_mm, side_mm, side_mm)
    for row, first, after in _runs(white):
        yield Box(x_mm + first * cell, y_mm + row * cell, (after - first) * cell, cell, PAPER_LAB)
    for column, first, after in _runs(white.T):
        yield Box(x_mm + column * cell, y_mm + first * cell, cell, (after - first) * cell, PAPER_LAB)


def _runs(grid: np.ndarray[tuple[int, ...], np.dtype[np.bool_]]) -> Iterator[tuple[int, int, int]]:
    """Row, first column and the column after the last of each run of true cells."""
    for row, cells in enumerate(grid):
        edges = np.flatnonzero(np.diff(np.concatenate(([False], cells, [False])).astype(np.int8)))
        for first, after in edges.reshape(-1, 2):
            yield row, int(first), int(after)


_BAR_MM = 1.2


def _ruler_boxes(ruler: Ruler) -> Iterator[Box]:
    """Centimetres as bars along the edge, alternately black and white, with millimetre ticks upon them."""
    top_mm = ruler.y_mm - _BAR_MM
    stroke_mm = 0.15
    yield Box(ruler.x_mm, top_mm, ruler.length_mm, stroke_mm)
    for cm in range(0, round(ruler.length_mm / 10), 2):
        yield Box(ruler.x_mm + 10 * cm, top_mm, 10, _BAR_MM)
    for mm in range(round(ruler.length_mm) + 1):
        height_mm = 2.4 if mm % 10 == 0 else 1.8 if mm % 5 == 0 else 1.2
        yield Box(ruler.x_mm + mm - stroke_mm / 2, top_mm - height_mm, stroke_mm, height_mm)


def _ruler_lines(ruler: Ruler) -> Iterator[Line]:
    base_mm = ruler.y_mm - _BAR_MM - 2.7
    size_mm = min(1.7, ruler.length_mm / 30)
    for cm in range(round(ruler.length_mm / 10) + 1):
        yield Line(ruler.x_mm + 10 * cm, base_mm, size_mm, str(cm), "middle")
    yield Line(ruler.x_mm + ruler.length_mm + 1.2, base_mm, size_mm, "cm")


def _heading(layout: Layout, serial: int, language: Language) -> Iterator[Line]:
    """Name, number and where the colours come from, between the upper markers."""
    left, right = layout.markers[0], layout.markers[1]
    gap_mm = left.side_mm * 0.2
    x_mm, right_mm, top_mm = left.x_mm + left.side_mm + gap_mm, right.x_mm - gap_mm, left.y_mm
    unit = left.side_mm / 10
    version = Text(f"layout {layout.version}", f"diseño {layout.version}").say(language)
    nominal = Text("Nominal colours unless measured", "Colores nominales si no se han medido")
    yield Line(x_mm, top_mm + 2.0 * unit, 2.4 * unit, "DERMOGRAPH", bold=True)
    yield Line(x_mm, top_mm + 4.5 * unit, 1.5 * unit, TITLES[layout.name].say(language))
    yield Line(x_mm, top_mm + 6.6 * unit, 1.3 * unit, f"{version} · {layout_hash(layout)[:8]}", lab_d50=MUTED_LAB)
    yield Line(x_mm, top_mm + 8.4 * unit, 1.3 * unit, nominal.say(language), lab_d50=MUTED_LAB)
    yield Line(
        right_mm, top_mm + 2.0 * unit, 2.4 * unit, Text("No.", "N.º").say(language) + f" {serial}", "right", bold=True
    )


def _form(layout: Layout, language: Language) -> tuple[list[Box], list[Line]]:
    """Lines to write on, between the lower markers: when it was printed and measured, and when it has served."""
    left, right = layout.markers[3], layout.markers[2]
    gap_mm = left.side_mm * 0.2
    x_mm, right_mm = left.x_mm + left.side_mm + gap_mm, right.x_mm - gap_mm
    unit = left.side_mm / 10
    middle_mm = (x_mm + right_mm) / 2
    words = (
        (Text("Printed on", "Impresa el"), Text("Printer, paper", "Impresora, papel")),
        (Text("Measured on", "Medida el"), Text("Replace on", "Sustituir el")),
    )
    boxes, lines = [], []
    for row, pair in enumerate(words):
        base_mm = left.y_mm + (2.0 + 3.8 * row) * unit
        for text, start_mm, end_mm in zip(
            pair, (x_mm, middle_mm + gap_mm / 2), (middle_mm - gap_mm / 2, right_mm), strict=True
        ):
            lines.append(Line(start_mm, base_mm, 1.3 * unit, text.say(language), lab_d50=MUTED_LAB))
            boxes.append(Box(start_mm, base_mm + 0.35 * unit, end_mm - start_mm, 0.1, MUTED_LAB))
    return boxes, lines


def _places(layout: Layout) -> Iterator[Line]:
    """The number of each column above the panel, and the letter of each row beside it."""
    panel, pitch_mm = layout.panels[0], layout.patches[1].x_mm - layout.patches[0].x_mm
    size_mm = pitch_mm * 0.16
    for patch in layout.patches:
        if patch.id.startswith("A"):
            yield Line(patch.area.centre_mm[0], panel.y_mm - 0.5, size_mm, patch.id[1:], "middle", lab_d50=MUTED_LAB)
        if patch.id[1:] == "1":
            y_mm = patch.area.centre_mm[1] + size_mm * 0.35
            yield Line(panel.x_mm - size_mm * 0.3, y_mm, size_mm, patch.id[0], "right", lab_d50=MUTED_LAB)
