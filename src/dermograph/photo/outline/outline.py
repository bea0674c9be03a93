"""The value of an outline."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
_FINER = 4  # rows and columns of sub-pixels in a pixel whose cover is asked for


def no_points() -> Points:
    """An empty list of positions."""
    return np.empty((0, 2))


@dataclass(frozen=True, slots=True, eq=False)
class Outline:
    """The lesion of an area as a person drew it on the baseline photograph.

    Attributes:
        lesion: One closed polygon for each part, ``(n, 2)`` positions in px, pixel centres at integers, at least three
            corners, not crossing itself. The first corner is not repeated at the end.
        before: ``(n, 2)`` landmarks in the baseline, px; empty if none were clicked.
        after: ``(n, 2)`` the same landmarks in the follow-up, px.
    """

    lesion: tuple[Points, ...]
    before: Points = field(default_factory=no_points)
    after: Points = field(default_factory=no_points)

    @property
    def bounds(self) -> tuple[float, float, float, float]:
        """The smallest upright box around the lesion: x0, y0, x1, y1, px."""
        corners = np.concatenate(self.lesion)
        (x0, y0), (x1, y1) = corners.min(axis=0), corners.max(axis=0)
        return float(x0), float(y0), float(x1), float(y1)

    @property
    def area_px(self) -> float:
        """The area of all parts together, px²."""
        return sum(abs(signed_area(part)) for part in self.lesion)

    def mask(self, x0: float, y0: float, width: int, height: int, *, scale: float = 1.0) -> NDArray[np.bool_]:
        """The lesion as pixels of a window of the photograph.

        Args:
            x0: First column of the window, px of the photograph.
            y0: First row of the window.
            width: Columns of the result.
            height: Rows of the result.
            scale: Pixels of the result for one pixel of the photograph, pixel centres kept in place.

        Returns:
            ``(height, width)``, true where the centre of a pixel lies in the lesion.
        """
        filled = np.zeros((height, width), bool)
        for part in self.lesion:
            filled |= _inside((part - (x0, y0) + 0.5) * scale - 0.5, width, height)
        return filled

    def cover(self, x0: float, y0: float, width: int, height: int, *, scale: float = 1.0) -> NDArray[np.float32]:
        """How much of each pixel of a window lies in the lesion, 0 to 1; the arguments are those of ``mask``."""
        fine = self.mask(x0, y0, _FINER * width, _FINER * height, scale=_FINER * scale)
        shares = cv2.resize(fine.astype(np.float32), (width, height), interpolation=cv2.INTER_AREA)
        return np.asarray(shares, dtype=np.float32)

    def to_json(self) -> dict[str, Any]:
        """The file that ``--outline`` reads."""
        parts = [part.tolist() for part in self.lesion]
        found: dict[str, Any] = {"lesion": parts[0] if len(parts) == 1 else parts}
        if len(self.before):
            found["landmarks"] = {"before": self.before.tolist(), "after": self.after.tolist()}
        return found


def signed_area(part: Points) -> float:
    """The area of a closed polygon, px²; negative if it runs the other way round."""
    x, y = (part - part.mean(axis=0)).T
    return float(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2


def _inside(part: Points, width: int, height: int) -> NDArray[np.bool_]:
    """Pixels whose centre lies in a polygon, by the even-odd rule; ``cv2.fillPoly`` would add all that it touches."""
    start, end = part, np.roll(part, -1, axis=0)
    upward = start[:, 1] <= end[:, 1]
    low, high = np.where(upward[:, None], start, end), np.where(upward[:, None], end, start)
    first = np.clip(np.ceil(low[:, 1]), 0, height).astype(np.intp)
    count = np.clip(np.ceil(high[:, 1]), 0, height).astype(np.intp) - first
    edge = np.repeat(np.arange(len(part)), count)
    row = np.arange(len(edge)) - np.repeat(np.cumsum(count) - count, count) + first[edge]
    rise = (high - low)[edge]
    x = low[edge, 0] + (row - low[edge, 1]) * rise[:, 0] / rise[:, 1]
    toggled = np.zeros((height, width + 1), np.uint8)
    np.bitwise_xor.at(toggled, (row, np.clip(np.ceil(x), 0, width).astype(np.intp)), 1)
    filled: NDArray[np.bool_] = np.bitwise_xor.accumulate(toggled, axis=1)[:, :width].astype(bool)
    return filled
