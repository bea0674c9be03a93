"""From encoded values to light: the camera's tone curve and the stray light that it adds to everything."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dermograph.photo.colour.spaces import linear

Floats = NDArray[np.float64]

_LINEAR_TO = 0.04045  # IEC 61966-2-1: where sRGB's straight foot ends
BENDS = 3  # of the tone curve, on top of sRGB's own


@dataclass(frozen=True, slots=True, eq=False)
class ToneCurve:
    """How a camera's encoded values follow from light, undone.

    sRGB's curve, bent by a polynomial that leaves both ends in place; then what is not zero in black is taken away.
    The grey ramp settles it. Without the offset, stray light of 1 % of white, invisible on a light patch, is a fifth of
    the light of the darkest skin.

    Attributes:
        bends: ``(BENDS,)`` of the curve, common to the channels.
        offset: ``(3,)`` light in black, as a share of the encoding's white.
    """

    bends: Floats
    offset: Floats

    def light(self, share: Floats) -> Floats:
        """Light of the camera's channels.

        Args:
            share: ``(…, 3)`` encoded values, 0 to 1.

        Returns:
            ``(…, 3)``; below 0 where a value lies below black.
        """
        return linear(bent(share, self.bends)) - self.offset

    def light_by_bends(self, share: Floats) -> Floats:
        """``(…, 3, BENDS)``: how the light changes with each bend of the curve."""
        on_curve = np.abs(bent(share, self.bends))
        rise = np.where(on_curve <= _LINEAR_TO, 1 / 12.92, 2.4 / 1.055 * ((on_curve + 0.055) / 1.055) ** 1.4)
        basis = np.polynomial.chebyshev.chebvander(2 * share - 1, BENDS - 1)
        return (rise * share * (1 - share))[..., None] * basis

    def table(self) -> NDArray[np.float32]:
        """``(1, 256, 3)``: the light of each 8-bit value."""
        values = np.repeat(np.arange(256)[:, None] / 255, 3, axis=1)
        return self.light(values)[None].astype(np.float32)

    @property
    def rises(self) -> bool:
        """Whether more light never gives a smaller value."""
        return bool((np.diff(bent(np.arange(256) / 255, self.bends)) > 0).all())


def bent(share: Floats, bends: Floats) -> Floats:
    """Encoded values on sRGB's curve: ``e + e (1 - e) p(2e - 1)`` with ``p`` in Chebyshev polynomials."""
    polynomial = np.polynomial.chebyshev.chebval(2 * share - 1, bends)
    curve: Floats = share + share * (1 - share) * polynomial
    return curve
