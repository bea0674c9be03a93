"""Assisted refinement: a rough outline drawn to the visible border, for a person to accept or not."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from dermograph.photo.card.calibration import Calibration
from dermograph.photo.colour.spaces import rgb_to_lab
from dermograph.photo.finding import Refusal
from dermograph.photo.foreign.foreign import Foreign
from dermograph.photo.image import Photograph
from dermograph.photo.outline.border import FINER, NOT_DISTINCT, Border, Rough, border
from dermograph.photo.outline.outline import Outline
from dermograph.photo.outline.ring import Reach, ring
from dermograph.photo.outline.walk import smooth_walk, walk
from dermograph.photo.outline.window import Window

_CELLS_PER_MM = 5.0
_CELLS_ACROSS = 90.0  # of the lesion's diameter, without a scale
_USUAL_MM = 18.0  # diameter that a lesion is taken to have without a scale (assumption)
_SPECK_MM2 = 0.5
_OVER_MM, _SPACING_MM = 0.5, 0.3


@dataclass(frozen=True, slots=True, eq=False)
class Refined:
    """An outline that follows the visible border.

    Attributes:
        outline: The refined outline, with the landmarks of the drawn one.
        drawn: What it was refined from; it stays available.
        confidence: Share of the border at which a distinct step of colour is seen, 0 to 1.
    """

    outline: Outline
    drawn: Outline
    confidence: float


def refine(
    photo: Photograph,
    outline: Outline,
    foreign: Foreign | None = None,
    *,
    mm_per_px: float | None = None,
    calibration: Calibration | None = None,
) -> Refined | Refusal:
    """Draw a rough outline to the visible border of the lesion.

    Args:
        photo: The photograph.
        outline: Rough, off by some mm at most.
        foreign: What in the photograph is not skin; None if nothing was looked for.
        mm_per_px: Scale at the lesion; None if it is not known.
        calibration: The way to CIELAB; None takes the pixels as sRGB.

    Returns:
        The refined outline; refused where no distinct border is seen or where too little skin lies around.
    """
    diameter_px = 2 * float(np.sqrt(outline.area_px / np.pi))
    mm_per_px = mm_per_px or _USUAL_MM / diameter_px
    density = min(_CELLS_PER_MM * mm_per_px, max(_CELLS_ACROSS / diameter_px, 0.5 * _CELLS_PER_MM * mm_per_px))
    reach_px = Reach.of(outline.area_px, 1 / mm_per_px).outer
    window = Window.around(outline, reach_px, (photo.width, photo.height), density)
    per_mm = window.scale / mm_per_px
    rgb = window.mean_rgb(photo.rgb)
    lab = rgb_to_lab(rgb / 255) if calibration is None else calibration.lab(rgb, window.xy)
    bare = np.ones(rgb.shape[:2], dtype=bool)
    if foreign is not None:
        bare = foreign.window(window.x0, window.y0, window.width, window.height, window.scale)
    lesion = window.mask(outline)
    picture = lab.astype(np.float32)
    beside = ring(lesion, bare, picture, Reach.of(float(lesion.sum()), per_mm), per_mm)
    if isinstance(beside, Refusal):
        return beside
    found = border(Rough(lesion, beside.mask, bare, picture, per_mm))
    if isinstance(found, Refusal):
        return found
    parts = _polygons(found, window, per_mm)
    if not parts:
        return NOT_DISTINCT
    return Refined(Outline(parts, outline.before, outline.after), outline, found.confidence)


def _polygons(found: Border, window: Window, per_mm: float) -> tuple[NDArray[np.float64], ...]:
    """The parts of a border as polygons of the photograph, without staircase."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(found.fine.astype(np.uint8), connectivity=4)
    parts = []
    for label in range(1, count):
        if stats[label, cv2.CC_STAT_AREA] < _SPECK_MM2 * (per_mm * FINER) ** 2:
            continue
        x, y, w, h = (int(stats[label, column]) for column in range(4))
        around = walk(np.pad(labels[y : y + h, x : x + w] == label, 1)) + np.array([x - 1, y - 1])
        smooth = smooth_walk(around, _OVER_MM * per_mm * FINER, _SPACING_MM * per_mm * FINER)
        cells = (smooth + 0.5) / FINER - 0.5 + np.array(found.corner)
        parts.append(window.px_of(cells))
    return tuple(parts)
