"""How dense the dots are from place to place, each with its interval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from dermograph.core.quantity import COVERAGE_95
from dermograph.photo.scalp.dots import MODEL_ERROR, Dots
from dermograph.photo.scalp.head import Head

Floats = NDArray[np.float64]

STEP_MM = 1.0  # from one figure of the map to the next
WINDOW_MM = 4.0  # standard deviation of the window over which dots are counted: a little more than 1 cm across
_LEAST_SEEN = 0.35  # of the window: with less of it on bare scalp there is no figure
_TAIL = 3.0  # standard deviations after which the window ends


@dataclass(frozen=True, slots=True, eq=False)
class DensityMap:
    """Dots per cm² of skin, counted in a window around each place.

    Attributes:
        per_cm2: ``(rows, cols)``; NaN where hardly any bare scalp is in the window.
        u: The standard uncertainty of each: dots missed, things taken for dots, and the curvature of the head.
        area_cm2: ``(rows, cols)`` of bare skin in each cell.
        step_px: Photograph px from one figure to the next; the first lies at half of it.
    """

    per_cm2: Floats
    u: Floats
    area_cm2: Floats
    step_px: float

    @property
    def low(self) -> Floats:
        """Lower end of the 95 % interval, at least 0."""
        return np.maximum(self.per_cm2 - COVERAGE_95 * self.u, 0)

    @property
    def high(self) -> Floats:
        """Upper end of the 95 % interval."""
        return np.asarray(self.per_cm2 + COVERAGE_95 * self.u)

    @property
    def unevenness(self) -> float | None:
        """Standard deviation of the density over the skin, over its mean; None without any dot."""
        known = np.isfinite(self.per_cm2) & (self.area_cm2 > 0)
        share = self.area_cm2[known]
        if not known.any() or not (mean := float(np.average(self.per_cm2[known], weights=share))) > 0:
            return None
        return float(np.sqrt(np.average((self.per_cm2[known] - mean) ** 2, weights=share)) / mean)

    def to_json(self) -> dict[str, Any]:
        """The map as rows of figures, None where there is none."""

        def rows(values: Floats) -> list[list[float | None]]:
            return [[None if np.isnan(one) else round(float(one), 2) for one in row] for row in values]

        return {
            "per_cm2": rows(self.per_cm2),
            "u": rows(self.u),
            "step_px": self.step_px,
            "window_mm": WINDOW_MM,
            "unevenness": self.unevenness,
        }


def density_map(dots: Dots, head: Head) -> DensityMap:
    """Count dots in a window around each place.

    Args:
        dots: Those that were found.
        head: How the scalp is curved.
    """
    step = STEP_MM * dots.px_per_mm
    height, width = dots.shape
    rows, cols = max(int(np.ceil(height / step)), 1), max(int(np.ceil(width / step)), 1)
    middles = np.stack(np.meshgrid(np.arange(cols), np.arange(rows)), axis=-1).reshape(-1, 2)
    at = np.asarray((middles + 0.5) * step - 0.5, dtype=np.float64)
    seen = _usable(dots, rows, cols, step) * head.is_counted(at).reshape(rows, cols)
    stretch = np.where(np.isfinite(found := head.stretch(at)), found, 0).reshape(rows, cols)
    area = seen * stretch * (STEP_MM / 10) ** 2
    inside = head.is_counted(dots.xy_px)
    count = _counted(dots.xy_px[inside], np.ones(inside.sum()), rows, cols, step)
    sure = dots.chance[inside]
    doubt = _counted(dots.xy_px[inside], sure * (1 - sure), rows, cols, step)
    maybe = head.is_counted(dots.unsure_xy_px)
    other = dots.unsure_chance[maybe]
    doubt += _counted(dots.unsure_xy_px[maybe], other * (1 - other), rows, cols, step)
    weight = _window(area, 1)
    with np.errstate(divide="ignore", invalid="ignore"):
        per_cm2 = _window(count, 1) / weight
        # The window squared is a narrower one: what chance does to a sum of weights.
        chance = np.sqrt(_window(doubt, 2)) / weight
    whole = _window(np.full((rows, cols), (STEP_MM / 10) ** 2), 1)
    known = weight > _LEAST_SEEN * whole.max()
    bend = np.where(known, head.doubt(at).reshape(rows, cols), 0)
    u = np.sqrt(chance**2 + ((MODEL_ERROR**2 + bend**2) * per_cm2**2))
    return DensityMap(np.where(known, per_cm2, np.nan), np.where(known, u, np.nan), area, step)


def _counted(xy_px: Floats, weight: Floats, rows: int, cols: int, step: float) -> Floats:
    """``(rows, cols)`` the weights of dots in each cell."""
    cell = np.clip(((xy_px + 0.5) / step).astype(np.intp), 0, (cols - 1, rows - 1))
    found = np.bincount(cell[:, 1] * cols + cell[:, 0], weights=weight, minlength=rows * cols)
    return np.asarray(found.reshape(rows, cols), dtype=np.float64)


def _usable(dots: Dots, rows: int, cols: int, step: float) -> Floats:
    """``(rows, cols)`` the share of each cell that is bare scalp within the photograph."""
    height, width = dots.shape
    inside = np.outer(
        np.clip(height / step - np.arange(rows), 0, 1), np.clip(width / step - np.arange(cols), 0, 1)
    ).astype(np.float64)
    if dots.usable is None:
        return inside
    size = (max(round(cols * step), 1), max(round(rows * step), 1))
    scale = dots.usable.shape[1] / width
    across, down = max(round(size[0] * scale), 1), max(round(size[1] * scale), 1)
    mask = np.zeros((down, across), np.float32)
    part = dots.usable[:down, :across]
    mask[: part.shape[0], : part.shape[1]] = part
    shares = cv2.resize(mask, (cols, rows), interpolation=cv2.INTER_AREA)
    return np.asarray(np.minimum(shares, inside), dtype=np.float64)


def _window(cells: Floats, power: int) -> Floats:
    """Sums over the window, or over the window squared."""
    sigma = WINDOW_MM / STEP_MM
    reach = int(np.ceil(_TAIL * sigma))
    line = np.exp(-0.5 * (np.arange(-reach, reach + 1) / sigma) ** 2)
    kernel = (line / line.sum()) ** power
    found = cv2.sepFilter2D(cells, cv2.CV_64F, kernel, kernel, borderType=cv2.BORDER_CONSTANT)
    return np.asarray(found, dtype=np.float64)
