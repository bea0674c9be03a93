"""The part of the baseline that a registration must be right in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from dermograph.photo.register.normalise import Source, usable_at
from dermograph.photo.register.warp import Positions

MARGIN = 0.5  # of the lesion's larger side: the ring of skin beside it is measured as well
LEAST_MARGIN = 0.03  # of the photograph's side, so that a small lesion is not judged by one patch
RASTER_PX = 400  # the larger side of the raster that the area is held in


class Area(Protocol):
    """What registration needs of an outline; ``outline.Outline`` has it."""

    @property
    def lesion(self) -> tuple[NDArray[np.float64], ...]:
        """Closed polygons, ``(n, 2)`` px of the baseline."""

    @property
    def before(self) -> NDArray[np.float64]:
        """``(n, 2)`` landmarks in the baseline, px."""

    @property
    def after(self) -> NDArray[np.float64]:
        """``(n, 2)`` the same landmarks in the follow-up, px."""


@dataclass(frozen=True, slots=True, eq=False)
class Interest:
    """The area of interest as a raster: the lesion with a margin, else the whole baseline; its usable part only.

    Attributes:
        raster: ``(h, w)``.
        scale: Pixels of the raster for one of the baseline, along x and along y.
        drawn: Whether a lesion was drawn.
    """

    raster: NDArray[np.bool_]
    scale: tuple[float, float]
    drawn: bool

    def holds(self, xy: Positions) -> NDArray[np.bool_]:
        """Which positions of the baseline lie in it, ``(…,)``."""
        height, width = self.raster.shape
        at = (np.asarray(xy) + 0.5) * self.scale - 0.5
        col, row = np.rint(at[..., 0]).astype(np.intp), np.rint(at[..., 1]).astype(np.intp)
        inside = (col >= 0) & (row >= 0) & (col < width) & (row < height)
        found = self.raster[np.clip(row, 0, height - 1), np.clip(col, 0, width - 1)]
        return np.asarray(inside & found, dtype=np.bool_)

    def points(self) -> Positions:
        """``(n, 2)`` the centres of its raster's pixels in the baseline, px."""
        rows, cols = np.nonzero(self.raster)
        return np.asarray((np.stack([cols, rows], axis=-1) + 0.5) / self.scale - 0.5, dtype=np.float64)


def interest(before: Source, area: Area | None, margin: float = MARGIN) -> Interest:
    """The area of interest of a baseline.

    Args:
        before: The baseline; what of it is unusable is left out.
        area: The lesion; None for the whole photograph.
        margin: How much of the skin beside the lesion belongs to it, as a share of the lesion's larger side.
    """
    width, height = before.size
    share = min(1.0, RASTER_PX / max(width, height))
    cols, rows = max(1, round(width * share)), max(1, round(height * share))
    scale = cols / width, rows / height
    drawn = area is not None and len(area.lesion) > 0
    raster = np.ones((rows, cols), np.uint8)
    if area is not None and drawn:
        lesion = np.zeros((rows, cols), np.uint8)
        parts = [np.rint((part + 0.5) * scale - 0.5).astype(np.int32) for part in area.lesion]
        cv2.fillPoly(lesion, parts, 1)
        ends = np.concatenate(parts)
        side = float((ends.max(axis=0) - ends.min(axis=0)).max())
        reach = max(margin * side, LEAST_MARGIN * max(cols, rows))
        away = cv2.distanceTransform(1 - lesion, cv2.DIST_L2, cv2.DIST_MASK_5)
        raster = (away <= reach).astype(np.uint8)
    usable = usable_at(before.usable, cols, rows)
    kept = raster.astype(np.bool_) & usable
    return Interest(kept if kept.any() else raster.astype(np.bool_), scale, drawn)
