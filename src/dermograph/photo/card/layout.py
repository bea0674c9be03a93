"""The kinds of card that are printed and read, to the millimetre."""

from __future__ import annotations

import cv2

from dermograph.photo.card.colorchecker import COLORCHECKER, COLORCHECKER_MINI
from dermograph.photo.card.patches import A6_ROWS, GROUND_LAB, SMALL_ROWS, Colour
from dermograph.photo.card.pieces import (
    INK_LAB,
    PAPER_LAB,
    Area,
    Lab,
    Layout,
    Marker,
    Panel,
    Patch,
    Role,
    Ruler,
)

__all__ = [
    "A6",
    "COLORCHECKER",
    "COLORCHECKER_MINI",
    "INK_LAB",
    "LAYOUTS",
    "PAPER_LAB",
    "SMALL",
    "Area",
    "Lab",
    "Layout",
    "Marker",
    "Panel",
    "Patch",
    "Role",
    "Ruler",
]


def _grid(
    rows: tuple[tuple[Colour, ...], ...], left_mm: float, top_mm: float, side_mm: float, gap_mm: float
) -> tuple[Patch, ...]:
    """Square patches from the top left of the first; the place of each is its id."""
    pitch_mm = side_mm + gap_mm

    def at(row: int, column: int, colour: Colour) -> Patch:
        x_mm, y_mm = round(left_mm + column * pitch_mm, 4), round(top_mm + row * pitch_mm, 4)
        return Patch(f"{chr(ord('A') + row)}{column + 1}", x_mm, y_mm, side_mm, side_mm, *colour)

    return tuple(at(row, column, colour) for row, colours in enumerate(rows) for column, colour in enumerate(colours))


def _corner_markers(width_mm: float, height_mm: float, border_mm: float, side_mm: float) -> tuple[Marker, ...]:
    right, bottom = width_mm - border_mm - side_mm, height_mm - border_mm - side_mm
    places = ((border_mm, border_mm), (right, border_mm), (right, bottom), (border_mm, bottom))
    return tuple(Marker(corner, corner, x, y, side_mm) for corner, (x, y) in enumerate(places))


A6 = Layout(
    name="a6",
    version="1",
    width_mm=148.0,
    height_mm=105.0,
    dictionary=cv2.aruco.DICT_5X5_250,
    markers=_corner_markers(148.0, 105.0, 6.0, 17.5),
    patches=_grid(A6_ROWS, 11.5, 32.0, 9.5, 1.0),
    white_border_mm=6.0,
    code=1,
    white=(
        Area(0.5, 0.5, 147.0, 5.0),
        Area(0.5, 0.5, 5.0, 104.0),
        Area(142.5, 0.5, 5.0, 104.0),
        Area(0.5, 99.5, 24.0, 5.0),
        Area(123.5, 99.5, 24.0, 5.0),
        Area(0.5, 25.0, 147.0, 3.5),
        Area(0.5, 75.5, 147.0, 3.5),
    ),
    panels=(Panel(10.5, 31.0, 127.0, 43.0, GROUND_LAB),),
    ruler=Ruler(27.0, 105.0, 90.0),
)
SMALL = Layout(
    name="small",
    version="1",
    width_mm=74.0,
    height_mm=52.0,
    dictionary=cv2.aruco.DICT_5X5_250,
    markers=_corner_markers(74.0, 52.0, 3.5, 9.1),
    patches=_grid(SMALL_ROWS, 4.4, 17.4, 5.2, 0.8),
    white_border_mm=3.5,
    code=2,
    white=(
        Area(0.5, 0.5, 73.0, 2.5),
        Area(0.5, 0.5, 2.1, 51.0),
        Area(71.0, 0.5, 2.5, 51.0),
        Area(0.5, 49.0, 12.5, 2.5),
        Area(61.0, 49.0, 12.5, 2.5),
        Area(0.5, 13.1, 73.0, 2.0),
        Area(0.5, 36.0, 73.0, 2.9),
    ),
    panels=(Panel(3.6, 16.6, 66.8, 18.8, GROUND_LAB),),
    ruler=Ruler(16.0, 52.0, 40.0),
)
LAYOUTS: dict[str, Layout] = {layout.name: layout for layout in (A6, SMALL, COLORCHECKER, COLORCHECKER_MINI)}
