"""The ring of adjacent skin: what a lesion is held against."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from dermograph.core.text import Text
from dermograph.photo.finding import Refusal
from dermograph.photo.outline.trend import design, outlying

GAP_MM = 2.0  # leaves out the blurred border of a lesion and what an outline is off by
WIDTHS_MM = (5.0, 10.0)
_WIDTH_SHARE = 0.5  # of the lesion's diameter
_GAP_SHARE = 0.12  # of the lesion's diameter, where there is no scale
LEAST_SHARE = 0.2  # of the whole ring must be usable
LEAST_AREA_MM2 = 40.0
LEAST_SIDES = 5  # of eight directions must have skin, so that light from one side is seen
_SIDE_SHARE = 0.1  # of a direction's part of the ring
_SMOOTH_MM = 0.6

Mask = NDArray[np.bool_]

TOO_LITTLE_SKIN = Refusal(
    "too_little_skin",
    Text(
        "Too little bare skin can be seen around the lesion.",
        "Alrededor de la lesión se ve demasiada poca piel libre.",
    ),
    Text(
        "Leave at least 1 cm of bare skin around the lesion, without card, pen, hair or glare.",
        "Deje al menos 1 cm de piel libre alrededor de la lesión, sin tarjeta, bolígrafo, vello ni brillos.",
    ),
)


@dataclass(frozen=True, slots=True)
class Reach:
    """How far from the lesion the ring begins and ends, in cells of a window."""

    gap: float
    width: float

    @property
    def outer(self) -> float:
        """Where the ring ends."""
        return self.gap + self.width

    @classmethod
    def of(cls, area: float, per_mm: float | None) -> Reach:
        """What suits a lesion.

        Args:
            area: Of the lesion, in the unit of length that is wanted, squared.
            per_mm: Such units in a mm; None without a scale: both are then shares of the lesion's size.
        """
        diameter = 2 * float(np.sqrt(area / np.pi))
        width = _WIDTH_SHARE * diameter
        if per_mm is None:
            return cls(_GAP_SHARE * diameter, width)
        return cls(GAP_MM * per_mm, float(np.clip(width, WIDTHS_MM[0] * per_mm, WIDTHS_MM[1] * per_mm)))


@dataclass(frozen=True, slots=True, eq=False)
class Ring:
    """The adjacent skin in a window.

    Attributes:
        mask: ``(h, w)`` cells of the window that are healthy skin beside the lesion.
        whole: ``(h, w)`` the ring before anything was left out.
        share: How much of the whole ring is usable, 0 to 1; what lies outside the photograph counts as not usable.
    """

    mask: Mask
    whole: Mask
    share: float


def ring(lesion: Mask, usable: Mask, lab: NDArray[np.float32], reach: Reach, per_mm: float | None) -> Ring | Refusal:
    """Build the ring of adjacent skin around a lesion.

    Left out are cells that are not usable (hair, pen, card, glare, outside) and, with a margin, those whose colour
    stands out from the smooth course of the skin's: other lesions, moles, veins.

    Args:
        lesion: ``(h, w)`` cells of the lesion, all of its parts.
        usable: ``(h, w)`` cells of bare skin, the lesion's own not counted.
        lab: ``(h, w, 3)`` CIELAB of the cells.
        reach: Where the ring begins and ends, cells.
        per_mm: Cells in a mm; None without a scale.

    Returns:
        The ring; refused if too small a share or area is left, or if it is left on too few sides.
    """
    away = cv2.distanceTransform((~lesion).astype(np.uint8), cv2.DIST_L2, 5)
    whole = (away > reach.gap) & (away <= reach.outer)
    rows, cols = np.nonzero(lesion)
    middle = float(cols.mean()), float(rows.mean())
    fine = _SMOOTH_MM * per_mm if per_mm else 0.06 * reach.width
    candidates = whole & usable
    if candidates.sum() < 3 * len(design(np.zeros(1), np.zeros(1), 2)[0]):
        return TOO_LITTLE_SKIN
    mask = candidates & ~outlying(lab, candidates, fine)
    share = float(mask.sum()) / _whole_area(lesion, reach)
    small = per_mm is not None and float(mask.sum()) < LEAST_AREA_MM2 * per_mm**2
    if share < LEAST_SHARE or small or _sides(mask, whole, middle) < LEAST_SIDES:
        return TOO_LITTLE_SKIN
    return Ring(mask, whole, min(share, 1.0))


def _whole_area(lesion: Mask, reach: Reach) -> float:
    """The area of the ring as it would be without an edge of the photograph, cells."""
    pad = int(np.ceil(reach.outer)) + 1
    wide = np.pad(lesion, pad)
    away = cv2.distanceTransform((~wide).astype(np.uint8), cv2.DIST_L2, 5)
    return float(((away > reach.gap) & (away <= reach.outer)).sum())


def _sides(mask: Mask, whole: Mask, middle: tuple[float, float]) -> int:
    """In how many of eight directions from the lesion's middle skin is left."""
    rows, cols = np.nonzero(whole)
    side = (np.floor(np.degrees(np.arctan2(rows - middle[1], cols - middle[0])) / 45).astype(np.intp)) % 8
    all_cells = np.bincount(side, minlength=8)
    left = np.bincount(side, weights=mask[rows, cols], minlength=8)
    return int((left > _SIDE_SHARE * np.maximum(all_cells.mean(), all_cells)).sum())
