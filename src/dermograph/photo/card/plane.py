"""The plane that a card lies in, from what was stored of its reading."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from dermograph.core.quantity import Quantity
from dermograph.photo.card.layout import LAYOUTS
from dermograph.photo.card.scale import mm_per_px_at

Floats = NDArray[np.float64]
_CORNERS = 4


@dataclass(frozen=True, slots=True, eq=False)
class CardPlane:
    """Lengths in the plane of a card that was read before.

    Attributes:
        homography: ``(3, 3)``, card mm to photograph px.
        corners_px: ``(4, 2)`` of its paper, as ``CardReading`` has them.
        scale: Millimetres per px at the card's centre.
    """

    homography: Floats
    corners_px: Floats
    scale: Quantity

    @classmethod
    def of_json(cls, card: Mapping[str, Any] | None) -> CardPlane | None:
        """The plane of ``CardReading.to_json``; None without a card, or for one whose size is not known."""
        if not card or not card.get("found") or not card.get("mm_per_px"):
            return None
        layout, corners = LAYOUTS.get(str(card.get("layout"))), np.array(card.get("corners_px"), dtype=np.float64)
        if layout is None or corners.shape != (_CORNERS, 2) or cv2.contourArea(corners.astype(np.float32)) < 1:
            return None
        width, height = layout.width_mm, layout.height_mm
        on_card = np.array([[0, 0], [width, 0], [width, height], [0, height]], dtype=np.float32)
        homography = np.asarray(cv2.getPerspectiveTransform(on_card, corners.astype(np.float32)), dtype=np.float64)
        if not np.isfinite(homography).all():
            return None
        return cls(homography, corners, Quantity(card["mm_per_px"]["value"], card["mm_per_px"]["u"], "mm/px"))

    @property
    def u_scale(self) -> float:
        """Relative standard uncertainty of a length."""
        return self.scale.u / self.scale.value

    @property
    def to_mm(self) -> list[list[float]]:
        """``(3, 3)``, px of the photograph to mm on the plane."""
        found: list[list[float]] = np.linalg.inv(self.homography).tolist()
        return found

    def mm_per_px_at(self, x: float, y: float) -> float | None:
        """Length of a px at a place of the photograph, mm; None at or beyond the plane's horizon."""
        length = float(mm_per_px_at(self.homography, (x, y)))
        return length if math.isfinite(length) else None
