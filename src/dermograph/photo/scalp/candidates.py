"""Places that are darker than what is around them, at the sizes that dots have, and what each looks like."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Picture = NDArray[np.float32]
Mask = NDArray[np.bool_]

WORKED_PX_PER_MM = 10.0  # finer than this a photograph is not looked at: a dot has 0.2 mm at least
SCALES_PX = (0.8, 1.2, 1.8, 2.7, 4.0)  # of the blurs whose differences are taken, at that density
#: Absorbance (base e) that nothing counts below. A tenth of what the palest dot has that is seen at all.
_FLOOR = 0.004
_DARKEST = 1 / 2000  # of white: what is darker has no more absorbance
_GAMMA = 2.2  # nearly, of any phone; dots are compared with the skin beside them, where the curve is straight enough
_ABSORBANCE = (-np.log(np.maximum((np.arange(256) / 255) ** _GAMMA, _DARKEST))).astype(np.float32)
_ONLY = 5  # px: two dots are not nearer than about half of this


@dataclass(frozen=True, slots=True, eq=False)
class Candidates:
    """Dark places.

    Attributes:
        xy: ``(n, 2)`` px of the photograph, finer than a pixel.
        contrast: ``(n,)`` how much darker, the largest difference of two blurs, absorbance.
        looks: ``(n, 7)`` what tells dots from hairs and texture; see ``looks``.
    """

    xy: Floats
    contrast: Floats
    looks: Floats


def candidates(rgb: NDArray[np.uint8], px_per_mm: float, usable: Mask | None) -> Candidates:
    """Every dark place of a photograph.

    Args:
        rgb: ``(h, w, 3)`` uint8.
        px_per_mm: Density on the skin, at least about that at which is worked.
        usable: ``(h, w)`` at any size with the same aspect; None if all of it is.
    """
    height, width = rgb.shape[:2]
    share = min(1.0, WORKED_PX_PER_MM / px_per_mm)
    size = max(1, round(width * share)), max(1, round(height * share))
    small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA) if share < 1 else rgb
    dark = cv2.LUT(cv2.cvtColor(small, cv2.COLOR_RGB2GRAY), _ABSORBANCE)
    scale = WORKED_PX_PER_MM / max(px_per_mm, WORKED_PX_PER_MM) / share  # 1 but for coarse photographs
    with ThreadPoolExecutor(2) as pool:
        blurred: list[Picture] = list(pool.map(lambda sigma: _blurred(dark, sigma * scale), SCALES_PX))
        steps = list(pool.map(lambda number: blurred[number] - blurred[number + 1], range(len(SCALES_PX) - 1)))
    best = steps[0]
    for step in steps[1:]:
        best = np.maximum(best, step)
    top = cv2.dilate(best, np.ones((_ONLY, _ONLY), np.uint8))
    peaks = (best >= top) & (best > _FLOOR)
    if usable is not None:
        peaks &= cv2.resize(usable.view(np.uint8), size, interpolation=cv2.INTER_NEAREST).astype(np.bool_)
    edge = 2  # second differences reach so far
    peaks[:edge], peaks[-edge:], peaks[:, :edge], peaks[:, -edge:] = False, False, False, False
    row, col = np.nonzero(peaks)
    at = np.stack([col + _summit(best, row, col, 0, 1), row + _summit(best, row, col, 1, 0)], axis=-1)
    xy = (at + 0.5) / (size[0] / width, size[1] / height) - 0.5
    return Candidates(xy, best[row, col].astype(np.float64), looks(blurred, steps, best, row, col))


def _blurred(dark: NDArray[Any], sigma: float) -> Picture:
    return np.asarray(cv2.GaussianBlur(dark, (0, 0), sigma), dtype=np.float32)


def looks(
    blurred: list[Picture], steps: list[Picture], best: Picture, row: NDArray[np.intp], col: NDArray[np.intp]
) -> Floats:
    """What dark places look like.

    Returns:
        ``(n, 7)``: logarithm of the contrast; how round the darkest part is (1 round, 0 a line); contrast of the
        finest, the third and the coarsest difference over the largest; how much darker one direction is than the
        others, near and a little farther off.
    """
    contrast = best[row, col]
    near, far = _lines(blurred[0], row, col, 3.0), _lines(blurred[0], row, col, 4.5)
    found = np.stack(
        [
            np.log(contrast),
            _roundness(blurred[1], row, col),
            *(steps[number][row, col] / contrast for number in (0, 2, 3)),
            near / contrast,
            far / contrast,
        ],
        axis=-1,
    )
    return found.astype(np.float64)


def _roundness(dark: Picture, row: NDArray[np.intp], col: NDArray[np.intp], step: int = 2) -> Picture:
    """The weaker bend over the stronger one, from the second differences."""
    here = dark[row, col]
    across = dark[row, col + step] + dark[row, col - step] - 2 * here
    down = dark[row + step, col] + dark[row - step, col] - 2 * here
    both = dark[row + step, col + step] + dark[row - step, col - step]
    skew = (both - dark[row + step, col - step] - dark[row - step, col + step]) / 4
    middle, spread = (across + down) / 2, np.sqrt(((across - down) / 2) ** 2 + skew**2)
    strong, weak = middle - spread, middle + spread
    return np.clip(np.where(strong < 0, weak / np.where(strong < 0, strong, -1), -1), -1, 1)


def _lines(dark: Picture, row: NDArray[np.intp], col: NDArray[np.intp], reach: float) -> Picture:
    """How much darker the darkest of four directions is than the middle of them: a hair goes on, a dot ends."""
    height, width = dark.shape
    sides = []
    for number in range(4):
        dx, dy = round(reach * np.cos(np.pi * number / 4)), round(reach * np.sin(np.pi * number / 4))
        there = dark[np.clip(row + dy, 0, height - 1), np.clip(col + dx, 0, width - 1)]
        back = dark[np.clip(row - dy, 0, height - 1), np.clip(col - dx, 0, width - 1)]
        sides.append((there + back) / 2)
    found = np.stack(sides, axis=-1)
    return np.asarray(found.max(axis=-1) - np.median(found, axis=-1), dtype=np.float32)


def _summit(best: Picture, row: NDArray[np.intp], col: NDArray[np.intp], down: int, across: int) -> Floats:
    """How far the top of the parabola through a peak and its neighbours lies from it, at most half a pixel."""
    before, here, after = best[row - down, col - across], best[row, col], best[row + down, col + across]
    bend = before - 2 * here + after
    shift = np.where(bend < 0, (before - after) / np.where(bend < 0, 2 * bend, 1), 0)
    return np.clip(shift.astype(np.float64), -0.5, 0.5)
