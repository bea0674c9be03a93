"""How the light varies over the photograph, as the card's bare paper and its patches show it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

TERMS = 8  # two slopes for each channel, and two bends common to all


@dataclass(frozen=True, slots=True, eq=False)
class FlatField:
    """The light relative to that at the card's centre: the exponential of a plane and of bends along x and y.

    A product of a function of the column and one of the row, so that a window costs two multiplications a pixel.

    Attributes:
        slopes: ``(3, 2)`` per channel: change of the logarithm of light along x and y, over half of the long side.
        bends: ``(2,)`` the same with the squares of x and y from the frame's centre; below 0 where the rim is darker.
        centre_px: ``(2,)`` of the frame.
        unit_px: Half of the long side.
        card: ``(2,)`` centre of the card in these units.
    """

    slopes: Floats
    bends: Floats
    centre_px: Floats
    unit_px: float
    card: Floats

    def at(self, xy_px: Floats) -> Floats:
        """The light at ``(…, 2)`` places, ``(…, 3)``; 1 at the card's centre."""
        place = self.normalised(xy_px)
        return np.exp(self.terms(place) @ self.parameters.T)

    def normalised(self, xy_px: Floats) -> Floats:
        """Places in units of half of the long side from the frame's centre."""
        return (np.asarray(xy_px, dtype=np.float64) - self.centre_px) / self.unit_px

    def terms(self, place: Floats) -> Floats:
        """``(…, 4)``: x, y and their squares, each relative to the card."""
        return np.concatenate([place - self.card, place**2 - self.card**2], axis=-1)

    @property
    def parameters(self) -> Floats:
        """``(3, 4)``: for each channel the factors of ``terms``."""
        return np.column_stack([self.slopes, np.tile(self.bends, (3, 1))])

    def gains(self, x_px: Floats, y_px: Floats) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """What the light of a window is multiplied with: ``(w, 3)`` by column and ``(h, 3)`` by row."""
        gains = []
        for axis, positions in enumerate((x_px, y_px)):
            place = (positions - self.centre_px[axis]) / self.unit_px
            square = place**2 - self.card[axis] ** 2
            log = (place - self.card[axis])[:, None] * self.slopes[:, axis] + self.bends[axis] * square[:, None]
            gains.append(np.exp(-log).astype(np.float32))
        return gains[0], gains[1]
