"""CIELAB for whole pictures in single precision: the numbers of ``spaces``, some twenty times as fast.

The error against the reference stays below 0.001 ΔE, which a test holds.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Picture = NDArray[np.float32]

_EPSILON, _SLOPE, _FOOT = np.float32(216 / 24389), np.float32(24389 / 27 / 116), np.float32(16 / 116)


def ratios_to_lab(ratios: Picture) -> Picture:
    """Tristimulus values as a share of those of their white to CIELAB.

    Args:
        ratios: ``(…, 3)`` single precision, 1 for the white. Used as working space: its values are lost.

    Returns:
        ``(…, 3)`` single precision: L* 0 to 100, a*, b*.

    Source: CIE 15:2004, 8.2.1.
    """
    dark = ratios <= _EPSILON
    feet = ratios[dark] * _SLOPE + _FOOT
    np.cbrt(ratios, out=ratios)
    ratios[dark] = feet
    x, y, z = ratios[..., 0], ratios[..., 1], ratios[..., 2]
    lab = np.empty_like(ratios)
    np.subtract(x, y, out=lab[..., 1])
    np.subtract(y, z, out=lab[..., 2])
    np.multiply(y, np.float32(116), out=lab[..., 0])
    lab[..., 0] -= np.float32(16)
    lab[..., 1] *= np.float32(500)
    lab[..., 2] *= np.float32(200)
    return lab
