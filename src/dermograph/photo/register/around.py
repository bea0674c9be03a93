"""Registering by the skin around a lesion alone, where the lesion itself has changed too much to be found again.

A lesion that has grown, shrunk or crossed to the other side speaks against a right map: its edge lies elsewhere.
It then neither draws the map nor judges it; the skin all around it does both, and the smooth field carries over.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from dermograph.photo.register.area import Area
from dermograph.photo.register.normalise import Mask, usable_at
from dermograph.photo.register.warp import Positions

RASTER_PX = 800  # the larger side of the mask
EDGE = 0.012  # of the photograph's side: how far beyond the outline the lesion is left out
MARGIN = 1.0  # of the lesion's larger side: the skin that takes its place as the area of interest
SURROUNDED = 0.8  # share of the nodes next to the lesion that must be known for the field to carry over it
NEXT = 2  # cells: what lies this near to the lesion is next to it
CARRIED_OVER = 2.0  # the error of what was carried over, against that of the skin around it


def without_lesion(area: Area, size: tuple[int, int], usable: Mask | None) -> tuple[Mask, Mask]:
    """What of a baseline is usable once its lesion is left out, and the lesion with its edge.

    Args:
        area: The lesion.
        size: Width and height of the photograph, px.
        usable: Bare skin at any size with the photograph's aspect; None for all of it.

    Returns:
        Both ``(h, w)`` of one size, whose larger side is at most ``RASTER_PX``.
    """
    share = min(1.0, RASTER_PX / max(size))
    cols, rows = (max(1, round(side * share)) for side in size)
    lesion = np.zeros((rows, cols), np.uint8)
    cv2.fillPoly(lesion, [np.rint((part + 0.5) * share - 0.5).astype(np.int32) for part in area.lesion], 1)
    edge = 2 * max(1, round(EDGE * max(rows, cols))) + 1
    wide = cv2.dilate(lesion, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (edge, edge))).astype(np.bool_)
    return usable_at(usable, cols, rows) & ~wide, wide


def bridged(known: Mask, nodes: Positions, lesion: Mask, size: tuple[int, int]) -> NDArray[np.bool_]:
    """The nodes of a grid that are known once the field is carried over a lesion with known skin all around.

    Args:
        known: ``(rows, cols)``.
        nodes: ``(rows, cols, 2)`` their positions, px.
        lesion: As ``without_lesion`` gives it.
        size: Width and height of the photograph, px.
    """
    height, width = lesion.shape
    col = np.clip(np.rint(nodes[..., 0] * width / size[0]), 0, width - 1).astype(np.intp)
    row = np.clip(np.rint(nodes[..., 1] * height / size[1]), 0, height - 1).astype(np.intp)
    inside = lesion[row, col]
    if not inside.any():
        return known
    reach = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * NEXT + 1, 2 * NEXT + 1))
    beside = cv2.dilate(inside.astype(np.uint8), reach).astype(np.bool_) & ~inside
    if float(known[beside].mean()) < SURROUNDED:
        return known
    return np.asarray(known | cv2.dilate(inside.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(np.bool_))
