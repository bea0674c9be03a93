"""A card as data: geometry and reference colours, for other programs and for the file beside a print."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from typing import Any

import cv2

from dermograph.photo.card.inks import file_rgb
from dermograph.photo.card.pieces import INK_LAB, PAPER_LAB, Area, Lab, Layout
from dermograph.photo.card.serial import marker_ids
from dermograph.photo.colour.spaces import adapted, lab_to_xyz, xyz_to_lab

SCHEMA = "dermograph.card/1"
_DICTIONARIES = {getattr(cv2.aruco, name): name for name in ("DICT_4X4_50", "DICT_5X5_250")}


def layout_hash(layout: Layout) -> str:
    """SHA-256 over everything that a layout fixes, in hexadecimal: two cards with one hash are read alike."""
    text = json.dumps(dataclasses.asdict(layout), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def lab_d65(lab_d50: Lab) -> Lab:
    """The same colour under D65, by Bradford's transform."""
    lightness, a, b = xyz_to_lab(adapted(lab_to_xyz(lab_d50, "D50"), "D50", "D65"), "D65").tolist()
    return lightness, a, b


def card_record(layout: Layout, serial: int | None) -> dict[str, Any]:
    """A card as one JSON object; lengths in millimetres from its top left, colours nominal.

    Raises:
        ValueError: As ``marker_ids`` does.
    """
    ids = marker_ids(layout, serial)
    return {
        "schema": SCHEMA,
        "layout": layout.name,
        "version": layout.version,
        "hash": layout_hash(layout),
        "serial": serial,
        "width_mm": layout.width_mm,
        "height_mm": layout.height_mm,
        "size_is_known": layout.size_is_known,
        "colours": "nominal",
        "paper": _colour(PAPER_LAB),
        "ink": _colour(INK_LAB),
        "dictionary": _DICTIONARIES[layout.dictionary],
        "markers": [
            {"id": number, "corner": marker.corner, "x_mm": marker.x_mm, "y_mm": marker.y_mm, "side_mm": marker.side_mm}
            for marker, number in zip(layout.markers, ids, strict=True)
        ],
        "patches": [{"id": p.id, "role": p.role, **_box(p.area), **_colour(p.lab_d50)} for p in layout.patches],
        "panels": [{**_box(panel), **_colour(panel.lab_d50)} for panel in layout.panels],
        "white": [_box(area) for area in layout.white],
        "ruler": None if layout.ruler is None else dataclasses.asdict(layout.ruler),
    }


def _box(area: Area) -> dict[str, float]:
    return {"x_mm": area.x_mm, "y_mm": area.y_mm, "width_mm": area.width_mm, "height_mm": area.height_mm}


def _colour(lab: Lab) -> dict[str, list[float] | list[int]]:
    """The colour as it should look on paper, and as the file tells the printer."""
    return {
        "lab_d50": list(lab),
        "lab_d65": [round(value, 3) for value in lab_d65(lab)],
        "print_srgb": list(file_rgb(lab)),
    }
