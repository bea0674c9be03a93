"""A part of a photograph at a working density, in which a lesion and the skin around it are looked at."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from dermograph.photo.outline.outline import Outline

_MOST_PIXELS = 500_000  # of a window: what follows needs no more, and a large lesion is not slower than a small one
_MARGIN_PX = 3
_SAMPLES_ACROSS = 4  # pixels of a cell that count, in each direction, at least


@dataclass(frozen=True, slots=True)
class Window:
    """A grid of square cells laid over a photograph.

    Attributes:
        x0: Where the left edge of its first cell lies, px of the photograph from the edge of the first pixel.
        y0: Where the upper edge of its first cell lies.
        scale: Cells for one px of the photograph, at most 1.
        width: Columns of cells.
        height: Rows of cells.
    """

    x0: int
    y0: int
    scale: float
    width: int
    height: int

    @classmethod
    def around(cls, outline: Outline, reach_px: float, size: tuple[int, int], density: float) -> Window:
        """The window that holds a lesion and what lies beside it.

        Args:
            outline: The lesion, px.
            reach_px: How far beyond the lesion it goes, where the photograph does.
            size: Columns and rows of the photograph.
            density: Cells for one px that are wanted; fewer where the window would grow too large.
        """
        left, top, right, bottom = outline.bounds
        reach = reach_px + _MARGIN_PX
        x0, y0 = max(int(left - reach), 0), max(int(top - reach), 0)
        x1, y1 = min(int(np.ceil(right + reach)) + 1, size[0]), min(int(np.ceil(bottom + reach)) + 1, size[1])
        return cls.over(x0, y0, x1 - x0, y1 - y0, density)

    @classmethod
    def over(cls, x0: int, y0: int, width: int, height: int, density: float) -> Window:
        """The window over a box of the photograph, px; its last cells may reach beyond it by a part of their size."""
        most = float(np.sqrt(_MOST_PIXELS / max(width * height, 1)))
        scale = min(1.0, density, most)
        return cls(x0, y0, scale, max(round(width * scale), 1), max(round(height * scale), 1))

    @property
    def xy(self) -> NDArray[np.float64]:
        """``(height, width, 2)`` positions of the middles of the cells, px of the photograph."""
        x = (np.arange(self.width) + 0.5) / self.scale - 0.5 + self.x0
        y = (np.arange(self.height) + 0.5) / self.scale - 0.5 + self.y0
        return np.stack(np.meshgrid(x, y), axis=-1)

    def cell_of(self, xy: NDArray[np.float64]) -> NDArray[np.float64]:
        """Positions of the photograph, px, as positions in cells, middles at integers."""
        return np.asarray((xy - (self.x0, self.y0) + 0.5) * self.scale - 0.5, dtype=np.float64)

    def px_of(self, cells: NDArray[np.float64]) -> NDArray[np.float64]:
        """Positions in cells as positions of the photograph, px: the inverse of ``cell_of``."""
        return np.asarray((cells + 0.5) / self.scale - 0.5 + (self.x0, self.y0), dtype=np.float64)

    def mean_rgb(self, rgb: NDArray[np.uint8]) -> NDArray[np.float32]:
        """The mean of the pixels of each cell, ``(height, width, 3)``, encoded as the photograph is, 0 to 255."""
        x1, y1 = self.x0 + round(self.width / self.scale), self.y0 + round(self.height / self.scale)
        part = rgb[self.y0 : y1, self.x0 : x1]
        skip = int(1 / (_SAMPLES_ACROSS * self.scale))
        if skip > 1:  # the mean of 16 pixels spread over a cell is as good here as that of 100, and much faster
            part = np.ascontiguousarray(part[skip // 2 :: skip, skip // 2 :: skip])
        if part.shape[:2] == (self.height, self.width):
            return part.astype(np.float32)
        size = (self.width, self.height)
        return np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA), dtype=np.float32)

    def mask(self, outline: Outline) -> NDArray[np.bool_]:
        """Cells whose middle lies in the lesion."""
        return outline.mask(self.x0, self.y0, self.width, self.height, scale=self.scale)

    def cover(self, outline: Outline) -> NDArray[np.float32]:
        """How much of each cell lies in the lesion, 0 to 1."""
        return outline.cover(self.x0, self.y0, self.width, self.height, scale=self.scale)
