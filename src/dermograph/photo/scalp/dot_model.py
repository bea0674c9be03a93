"""What tells a dot from everything else that is dark, and how large and dark it is.

All figures were fitted to synthetic scalps of seeds 201 to 264 (``photo.phantom.scalp``), of phototypes 1 to 6, dense,
sparse and without any dot, with and without stubble; how good they are is judged on seeds from 10,000 on.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_MEAN = np.array([-3.761, 0.296, 0.945, 0.142, -0.228, 1.258, 1.837])
_SPREAD = np.array([0.871, 0.499, 0.127, 0.889, 0.945, 1.190, 2.379])
_LINEAR = np.array([10.050, 1.381, -2.548, -0.831, -0.760, 0.171, 0.452])
_QUADRATIC = np.array(
    [
        [-3.274, 2.629, -0.981, 6.584, -7.700, -1.215, 2.773],
        [0, -1.932, 0.421, 4.225, -2.775, -3.543, 0.131],
        [0, 0, -0.364, 2.018, 0.146, 0.347, 1.080],
        [0, 0, 0, -3.017, 4.799, 2.148, -0.406],
        [0, 0, 0, 0, -1.336, -0.839, 0.272],
        [0, 0, 0, 0, 0, -1.867, 1.284],
        [0, 0, 0, 0, 0, 0, -0.532],
    ]
)
_CONSTANT = -6.617
#: Of 1, a, b, c, a², b², ab, bc, c², where a, b, c are the differences of blurs over the largest.
_DIAMETER = np.array([1.696, 0.087, 0.091, -0.092, -0.647, 0.020, -0.066, 0.023, 0.093])
_TONE = np.array([0.984, 0.587, -0.414, 1.301, 0.545, 1.505, -1.166, -3.066, 1.477])
_FARTHEST = 30.0  # log odds: nothing is surer
_OUTSIDE = 4.0  # spreads: places unlike all that was learned from are judged as if they lay there


def chance(looks: Floats) -> Floats:
    """``(n,)`` how likely each dark place is a dot, 0 to 1, from ``(n, 7)`` what it looks like."""
    z = np.clip((looks - _MEAN) / _SPREAD, -_OUTSIDE, _OUTSIDE)
    odds = z @ _LINEAR + np.einsum("ni,ij,nj->n", z, _QUADRATIC, z, optimize=True) + _CONSTANT
    return np.asarray(1 / (1 + np.exp(-np.clip(odds, -_FARTHEST, _FARTHEST))), dtype=np.float64)


def diameter_mm(looks: Floats) -> Floats:
    """``(n,)`` diameter at half of the tone, mm."""
    return np.asarray(np.exp(_terms(looks) @ _DIAMETER) / 10, dtype=np.float64)


def absorbance(looks: Floats) -> Floats:
    """``(n,)`` absorbance in the middle, base e, against the skin beside it."""
    return np.asarray(np.exp(looks[:, 0] + _terms(looks) @ _TONE), dtype=np.float64)


def _terms(looks: Floats) -> Floats:
    a, b, c = np.clip(looks[:, 2:5], -1.5, 1.5).T
    return np.stack([np.ones(len(a)), a, b, c, a * a, b * b, a * b, b * c, c * c], axis=-1)
