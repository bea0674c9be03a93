"""Assisted drawing: a rough outline of a stored photograph, refined for a hand to take and correct."""

from __future__ import annotations

import cv2
import numpy as np

from dermograph.core.errors import InputError
from dermograph.photo.card.plane import CardPlane
from dermograph.photo.finding import Refusal
from dermograph.photo.foreign import foreign
from dermograph.photo.image import Photograph
from dermograph.photo.outline.check import check_outline
from dermograph.photo.outline.outline import Outline
from dermograph.photo.outline.refine import refine

_EDGE = 0.5
#: What a refined outline may move by so that it has fewer points to correct: far below what it is off by.
_SIMPLER_MM, _SIMPLER_PX = 0.05, 0.5


def assisted(photo: Photograph, rough: Outline, plane: CardPlane | None) -> tuple[Outline, float] | Refusal:
    """Draw a rough outline to the visible border, with few enough points to correct them by hand.

    Args:
        photo: The photograph.
        rough: Off by some mm at most.
        plane: Where the card lies; None without a card of known size.

    Returns:
        The refined outline, and the share of its border at which a distinct step of colour is seen; refused where there
        is none.
    """
    x0, y0, x1, y1 = rough.bounds
    mm_per_px = plane.mm_per_px_at((x0 + x1) / 2, (y0 + y1) / 2) if plane else None
    found = refine(photo, rough, foreign(photo, plane), mm_per_px=mm_per_px)
    if isinstance(found, Refusal):
        return found
    size = photo.width, photo.height
    inside = tuple(np.clip(part, -_EDGE, np.array(size) - _EDGE).round(2) for part in found.outline.lesion)
    off = _SIMPLER_MM / mm_per_px if mm_per_px else _SIMPLER_PX
    simpler = tuple(
        np.asarray(cv2.approxPolyDP(part.astype(np.float32)[:, None], off, closed=True)[:, 0], np.float64).round(2)
        for part in inside
    )
    try:
        return check_outline(Outline(simpler), size), found.confidence
    except InputError:  # fewer points made it cross itself
        return check_outline(Outline(inside), size), found.confidence
