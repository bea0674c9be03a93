"""The cells of a window that a lesion and its ring consist of, and the colour of one against the other."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from dermograph.photo.outline.trend import deepest_of_parts, design

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]

_CORE_MM = 0.5  # the blurred border within the lesion
_CORE_SHARE = 0.35  # at most, of the way to its middle, so that a narrow band keeps its colour
_CORE_SHARE_UNSCALED = 0.2
_ORDER = 1  # the light over lesion and ring is taken as a plane


def core(lesion: Mask, per_mm: float | None, *, moved: float = 0.0) -> Mask:
    """The cells of a lesion without its blurred border.

    Args:
        lesion: ``(h, w)`` cells of all parts.
        per_mm: Cells in a mm; None without a scale.
        moved: Cells by which the border is moved outwards first; negative for inwards.
    """
    inside = cv2.distanceTransform(lesion.astype(np.uint8), cv2.DIST_L2, 5)
    away = cv2.distanceTransform((~lesion).astype(np.uint8), cv2.DIST_L2, 5) if moved > 0 else np.zeros_like(inside)
    depth = (np.where(lesion, inside - 0.5, 0.5 - away) + moved).astype(np.float32)
    labels, deepest = deepest_of_parts(depth)
    share = _CORE_SHARE if per_mm else _CORE_SHARE_UNSCALED
    border = share * deepest if per_mm is None else np.minimum(_CORE_MM * per_mm, share * deepest)
    return np.asarray((depth > 0) & (depth > border[labels]), dtype=bool)


@dataclass(frozen=True, slots=True, eq=False)
class Blocks:
    """Sums over square blocks of cells, from which a contrast and its bootstrap follow without touching a cell again.

    Attributes:
        lesion: ``(n, k)`` for each block of the lesion: number of cells, its terms of place, sums of the values.
        ring: ``(m, terms·terms + terms·values)`` for each block of the ring: normal equations of the plane through it.
    """

    lesion: Floats
    ring: Floats
    terms: int
    values: int

    @classmethod
    def of(cls, values: NDArray[np.float32], lesion: Mask, ring: Mask, side: float) -> Blocks:
        """Sum up.

        Args:
            values: ``(h, w, k)``.
            lesion: ``(h, w)`` cells whose mean is wanted, at least one.
            ring: ``(h, w)`` cells that it is held against, at least as many as a plane needs.
            side: Of a block, cells.
        """
        height, width = lesion.shape
        rows, cols = np.nonzero(lesion)
        middle, reach = (float(cols.mean()), float(rows.mean())), max(height, width) / 2

        def of(mask: Mask) -> tuple[Floats, Floats, NDArray[np.intp], int]:
            at_rows, at_cols = np.nonzero(mask)
            place = design((at_cols - middle[0]) / reach, (at_rows - middle[1]) / reach, _ORDER)
            across = int(np.ceil(width / side)) + 1
            block = (np.floor(at_rows / side) * across + np.floor(at_cols / side)).astype(np.intp)
            distinct, number = np.unique(block, return_inverse=True)
            return place, values[at_rows, at_cols].astype(np.float64), number, len(distinct)

        place, found, number, count = of(lesion)
        inner = _sums(np.concatenate([place, found], axis=1), number, count)
        place, found, number, count = of(ring)
        terms = place.shape[1]
        squares = (place[:, :, None] * place[:, None, :]).reshape(len(place), -1)
        products = (place[:, :, None] * found[:, None, :]).reshape(len(place), -1)
        outer = _sums(np.concatenate([squares, products], axis=1), number, count)
        return cls(inner, outer, terms, values.shape[-1])

    def means(self, lesion_times: Floats, ring_times: Floats) -> tuple[Floats, Floats]:
        """Mean of the lesion, and what the plane through the ring says there.

        Args:
            lesion_times: ``(draws, n)`` how often each block of the lesion counts.
            ring_times: ``(draws, m)`` the same for the ring.

        Returns:
            Two ``(draws, k)``.
        """
        inner, outer = lesion_times @ self.lesion, ring_times @ self.ring
        place, found = inner[:, : self.terms] / inner[:, :1], inner[:, self.terms :] / inner[:, :1]
        squares = outer[:, : self.terms**2].reshape(-1, self.terms, self.terms)
        squares = squares + 1e-6 * squares[:, :1, :1] * np.eye(self.terms)  # a draw may leave one side of the ring out
        products = outer[:, self.terms**2 :].reshape(-1, self.terms, self.values)
        plane = np.linalg.solve(squares, products)
        return found, np.einsum("dt,dtk->dk", place, plane)

    def whole(self) -> tuple[Floats, Floats]:
        """The same of all blocks once: two ``(k,)``."""
        found, skin = self.means(np.ones((1, len(self.lesion))), np.ones((1, len(self.ring))))
        return found[0], skin[0]

    def resampled(self, rng: np.random.Generator, draws: int) -> tuple[Floats, Floats]:
        """The same of blocks drawn with replacement; a lesion of a single block varies as one of the ring does."""
        return self.means(_times(rng, draws, len(self.lesion)), _times(rng, draws, len(self.ring)))


def _times(rng: np.random.Generator, draws: int, count: int) -> Floats:
    """How often each of some blocks is drawn, widened by what drawing from few blocks misses."""
    drawn = rng.multinomial(count, np.full(count, 1 / count), size=draws).astype(np.float64)
    wider = np.sqrt(count / max(count - 1, 1))
    return np.asarray(np.maximum(1 + wider * (drawn - 1), 1e-3), dtype=np.float64)


def _sums(values: Floats, number: NDArray[np.intp], count: int) -> Floats:
    order = np.argsort(number, kind="stable")
    starts = np.searchsorted(number[order], np.arange(count))
    return np.asarray(np.add.reduceat(values[order], starts, axis=0), dtype=np.float64)
