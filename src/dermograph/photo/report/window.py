"""Which part of a photograph the pictures show, and at which scale."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from dermograph.photo.comparison import Side
from dermograph.photo.finding import Refusal
from dermograph.photo.outline.outline import Outline
from dermograph.photo.outline.ring import Reach

LONG_SIDE_PX = 1400  # of a picture: sharp on a screen, and two of them stay below 3 MB
_SHORTEST_SIDE_PX = 900  # a small lesion is enlarged to this, so that lines drawn on it stay thin
_MOST_ENLARGED = 3.0
_MARGIN = 0.25  # of the lesion's long side at least, as skin to compare with
_BEYOND_RING = 1.15
_SLIMMEST = 0.5  # the short side of a window at least, of its long side: a stria is seen on its skin


@dataclass(frozen=True, slots=True)
class Window:
    """A part of a photograph as a picture shows it.

    Attributes:
        x0: First column, px of the photograph.
        y0: First row.
        width: Columns of the photograph.
        height: Rows of the photograph.
        scale: Pixels of the picture for one of the photograph, pixel centres kept in place.
        mm_per_px: Of the picture; None if it is not known.
    """

    x0: int
    y0: int
    width: int
    height: int
    scale: float
    mm_per_px: float | None

    @property
    def columns(self) -> int:
        """Of the picture."""
        return max(1, round(self.width * self.scale))

    @property
    def rows(self) -> int:
        """Of the picture."""
        return max(1, round(self.height * self.scale))

    def photo_xy(self, top: int, bottom: int) -> NDArray[np.float64]:
        """Where the pixels of some rows of the picture lie in the photograph: ``(bottom - top, columns, 2)``, px."""
        x = (np.arange(self.columns) + 0.5) * self.width / self.columns - 0.5 + self.x0
        y = (np.arange(top, bottom) + 0.5) * self.height / self.rows - 0.5 + self.y0
        return np.stack(np.meshgrid(x, y), axis=-1)

    def picture_xy(self, photo_xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Where positions of the photograph lie in the picture, px."""
        stretch = np.array([self.columns / self.width, self.rows / self.height])
        shown: NDArray[np.float64] = (photo_xy - (self.x0, self.y0) + 0.5) * stretch - 0.5
        return shown


def around(outline: Outline | None, side: Side) -> Window:
    """The lesion with skin around it, in the baseline; the whole photograph without an outline."""
    if outline is None:
        return whole(side)
    x0, y0, x1, y1 = outline.bounds
    mm_per_px = scale_at(side, ((x0 + x1) / 2, (y0 + y1) / 2))
    long_side = max(x1 - x0, y1 - y0)
    margin = max(_MARGIN * long_side, _BEYOND_RING * reach_px(outline, mm_per_px).outer, 40.0)
    least = _SLIMMEST * (long_side + 2 * margin)
    left, right = _reach(x0, x1, margin, least, side.photo.width)
    top, bottom = _reach(y0, y1, margin, least, side.photo.height)
    return _window(left, top, right - left, bottom - top, mm_per_px)


def whole(side: Side, long_side_px: int = LONG_SIDE_PX) -> Window:
    """A whole photograph."""
    photo = side.photo
    centre = ((photo.width - 1) / 2, (photo.height - 1) / 2)
    scale = min(1.0, long_side_px / max(photo.width, photo.height))
    mm_per_px = scale_at(side, centre)
    return Window(0, 0, photo.width, photo.height, scale, mm_per_px / scale if mm_per_px else None)


def reach_px(outline: Outline, mm_per_px: float | None) -> Reach:
    """Where the ring of adjacent skin begins and ends around a lesion, px of the photograph."""
    area = sum(float(cv2.contourArea(part.astype(np.float32))) for part in outline.lesion)
    return Reach.of(area, 1 / mm_per_px if mm_per_px else None)


def scale_at(side: Side, xy: tuple[float, float]) -> float | None:
    """Millimetres for one pixel of a photograph at a place; None without a card whose size is known."""
    if isinstance(side.card, Refusal) or side.mm_per_px is None:
        return None
    there = float(side.card.mm_per_px_at(np.array(xy)))
    return there if there > 0 and np.isfinite(there) else None


def _window(x0: int, y0: int, width: int, height: int, mm_per_px: float | None) -> Window:
    long_side = max(width, height)
    wanted = LONG_SIDE_PX / long_side
    if wanted > 1:
        wanted = min(max(1.0, _SHORTEST_SIDE_PX / long_side), _MOST_ENLARGED)
    return Window(x0, y0, width, height, wanted, mm_per_px / wanted if mm_per_px else None)


def _reach(low: float, high: float, margin: float, least: float, size: int) -> tuple[int, int]:
    """First and one past the last pixel along one side, within the photograph."""
    margin = max(margin, (least - (high - low)) / 2)
    first, last = max(0, int(np.floor(low - margin))), min(size, int(np.ceil(high + margin)) + 1)
    return first, max(last, first + 1)
