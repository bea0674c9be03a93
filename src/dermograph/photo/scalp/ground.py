"""A scalp as dots are looked for in it: how much darker each place is than what is around it, at the sizes of dots."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Picture = NDArray[np.float32]
Mask = NDArray[np.bool_]
Index = NDArray[np.intp]
#: From ``(h, w, 3)`` encoded values to ``(h, w)`` light, as a share of white.
Light = Callable[[NDArray[np.uint8]], Picture]

WORKED_PX_PER_MM = 10.0  # finer than this a photograph is not looked at: a dot has 0.2 mm at least
SCALES_PX = (0.8, 1.2, 1.8, 2.7, 4.0)  # of the blurs whose differences are taken, at that density
REACH = 5  # px from the middle of a place to the edge of what is looked at: 1.1 mm across
LOOKS = (2 * REACH + 1) ** 2 + 2
#: Absorbance (base e) that nothing counts below. A tenth of what the palest dot has that is seen at all.
FLOOR = 0.004
_DARKEST = 1 / 2000  # of white: what is darker has no more absorbance
_GAMMA = 2.2  # nearly, of any phone; dots are compared with the skin beside them, where the curve is straight enough
_ABSORBANCE = (-np.log(np.maximum((np.arange(256) / 255) ** _GAMMA, _DARKEST))).astype(np.float32)
_ONLY = 5  # px: two dots are not nearer than about half of this
_EDGE = 2  # px from the border: what lies nearer is cut by it
_MAD = 1.4826  # to a standard deviation
_SAMPLED = 7  # every so manieth pixel tells the noise well enough


@dataclass(frozen=True, slots=True, eq=False)
class Ground:
    """A scalp at 10 px per mm.

    Attributes:
        fine: ``(h, w)`` absorbance, base e, blurred by 0.08 mm.
        wide: The same blurred by 0.4 mm.
        contrast: How much darker each place is than what is around it: the largest difference of two blurs.
        noise: The standard deviation of the finest of these differences.
        shape: Rows and columns of the photograph.
        is_calibrated: Whether the camera was undone by the card in view; else its curve is taken for the usual one.
    """

    fine: Picture
    wide: Picture
    contrast: Picture
    noise: float
    shape: tuple[int, int]
    is_calibrated: bool = False

    def peaks(self, usable: Mask | None) -> tuple[Index, Index]:
        """Rows and columns of every place that is darker than all around it.

        Args:
            usable: ``(h, w)`` at any size with the same aspect; None if all of it is.
        """
        top = cv2.dilate(self.contrast, np.ones((_ONLY, _ONLY), np.uint8))
        found = (self.contrast >= top) & (self.contrast > FLOOR)
        if usable is not None:
            size = self.contrast.shape[::-1]
            found &= cv2.resize(usable.view(np.uint8), size, interpolation=cv2.INTER_NEAREST).astype(np.bool_)
        found[:_EDGE], found[-_EDGE:], found[:, :_EDGE], found[:, -_EDGE:] = False, False, False, False
        row, col = np.nonzero(found)
        return row, col

    def peaks_near(self, xy: Floats) -> tuple[Index, Index]:
        """Rows and columns of the darkest place within 0.15 mm of each place ``(n, 2)`` px of the photograph."""
        height, width = self.contrast.shape
        scale = np.array([width, height]) / self.shape[::-1]
        cell = np.rint((xy + 0.5) * scale - 0.5).astype(np.intp)
        col, row = (np.clip(cell[:, axis], _EDGE, side - 1 - _EDGE) for axis, side in ((0, width), (1, height)))
        steps = [(down, across) for down in (-1, 0, 1) for across in (-1, 0, 1)]
        around = np.stack([self.contrast[row + down, col + across] for down, across in steps])
        best = np.array(steps)[around.argmax(axis=0)]
        return row + best[:, 0], col + best[:, 1]

    def xy(self, row: Index, col: Index) -> Floats:
        """``(n, 2)`` the tops of peaks, px of the photograph, finer than a pixel."""
        height, width = self.contrast.shape
        at = np.stack([col + self._summit(row, col, 0, 1), row + self._summit(row, col, 1, 0)], axis=-1)
        return np.asarray((at + 0.5) / (np.array([width, height]) / self.shape[::-1]) - 0.5, dtype=np.float64)

    def looks(self, row: Index, col: Index) -> Picture:
        """``(n, LOOKS)`` what places look like.

        Each place itself, 11 by 11 px: absorbance against what is around it, over the contrast; then the logarithms of
        the contrast and of the contrast over the noise.
        """
        contrast = np.maximum(self.contrast[row, col], FLOOR)
        wide = cv2.copyMakeBorder(self.fine, REACH, REACH, REACH, REACH, cv2.BORDER_REFLECT)
        windows = np.lib.stride_tricks.sliding_window_view(wide, (2 * REACH + 1, 2 * REACH + 1))
        found = np.empty((len(row), LOOKS), np.float32)
        place = windows[row, col].reshape(len(row), -1)
        found[:, :-2] = (place - self.wide[row, col][:, None]) / contrast[:, None]
        found[:, -2] = np.log(contrast)
        found[:, -1] = np.log(contrast / self.noise)
        return found

    def _summit(self, row: Index, col: Index, down: int, across: int) -> Floats:
        """How far the top of the parabola through a peak and its neighbours lies from it, at most half a pixel."""
        best = self.contrast
        before, here, after = best[row - down, col - across], best[row, col], best[row + down, col + across]
        bend = before - 2 * here + after
        shift = np.where(bend < 0, (before - after) / np.where(bend < 0, 2 * bend, 1), 0)
        return np.clip(shift.astype(np.float64), -0.5, 0.5)


def ground(rgb: NDArray[np.uint8], px_per_mm: float, light: Light | None = None) -> Ground:
    """Prepare a photograph.

    Args:
        rgb: ``(h, w, 3)`` uint8.
        px_per_mm: Density on the skin, at least about that at which is worked.
        light: The camera undone; None takes the curve of any phone.
    """
    height, width = rgb.shape[:2]
    dark, share = darkness(rgb, px_per_mm, WORKED_PX_PER_MM, light)
    scale = px_per_mm * share / WORKED_PX_PER_MM  # 1 but for coarse photographs
    with ThreadPoolExecutor(2) as pool:
        blurred: list[Picture] = list(pool.map(lambda sigma: _blurred(dark, sigma * scale), SCALES_PX))
        steps = list(pool.map(lambda number: blurred[number] - blurred[number + 1], range(len(SCALES_PX) - 1)))
    noise = _MAD * float(np.median(np.abs(steps[0].ravel()[::_SAMPLED])))
    best = steps[0]
    for step in steps[1:]:
        np.maximum(best, step, out=best)
    return Ground(blurred[0], blurred[-1], best, max(noise, 1e-6), (height, width), light is not None)


def darkness(
    rgb: NDArray[np.uint8], px_per_mm: float, finest: float, light: Light | None = None
) -> tuple[Picture, float]:
    """``(h, w)`` absorbance of a photograph, base e, no finer than so many px per mm, and its size over that one's."""
    height, width = rgb.shape[:2]
    share = min(1.0, finest / px_per_mm)
    size = max(1, round(width * share)), max(1, round(height * share))
    small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA) if share < 1 else rgb
    if light is not None:
        seen = np.maximum(light(np.asarray(small, dtype=np.uint8)), np.float32(_DARKEST))
        return -np.asarray(cv2.log(seen), dtype=np.float32), share
    return np.asarray(cv2.LUT(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), _ABSORBANCE), dtype=np.float32), share


def _blurred(dark: NDArray[Any], sigma: float) -> Picture:
    return np.asarray(cv2.GaussianBlur(dark, (0, 0), sigma), dtype=np.float32)
