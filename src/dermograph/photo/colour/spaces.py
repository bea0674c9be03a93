"""sRGB, CIE XYZ and CIELAB, for whole images and for lists of colours.

``cv2.cvtColor`` is not used for measuring: its float Lab differs from CIELAB by up to 0.34 ΔE.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

White = Literal["D50", "D65"]
Floats = NDArray[np.float64]

#: Tristimulus values of the white for the 2° observer, Y = 1. Source: ASTM E308-01 (D50 as the ICC rounds it).
WHITES: dict[White, Floats] = {
    "D50": np.array([0.96422, 1.0, 0.82521]),
    "D65": np.array([0.95047, 1.0, 1.08883]),
}
#: Linear sRGB to XYZ under D65. Source: IEC 61966-2-1 in Lindbloom's precision.
RGB_TO_XYZ = np.array(
    [
        [0.4124564, 0.3575761, 0.1804375],
        [0.2126729, 0.7151522, 0.0721750],
        [0.0193339, 0.1191920, 0.9503041],
    ]
)
_BRADFORD = np.array([[0.8951, 0.2664, -0.1614], [-0.7502, 1.7135, 0.0367], [0.0389, -0.0685, 1.0296]])
_EPSILON, _KAPPA = 216 / 24389, 24389 / 27  # CIE 15:2004, the exact fractions
_KNEE, _LIGHT_KNEE = 0.04045, 0.0031308  # of the sRGB curve, encoded and in light


def linear(encoded: ArrayLike) -> Floats:
    """sRGB-encoded values to linear light.

    Args:
        encoded: Any shape, 0 to 1. Values outside are continued with the sign.

    Source: IEC 61966-2-1.
    """
    value = np.asarray(encoded, dtype=np.float64)
    size = np.abs(value)
    return np.sign(value) * np.where(size <= _KNEE, size / 12.92, ((size + 0.055) / 1.055) ** 2.4)


def encoded(light: ArrayLike) -> Floats:
    """Linear light to sRGB-encoded values, 0 to 1: the inverse of ``linear``."""
    value = np.asarray(light, dtype=np.float64)
    size = np.abs(value)
    return np.sign(value) * np.where(size <= _LIGHT_KNEE, size * 12.92, 1.055 * size ** (1 / 2.4) - 0.055)


def adapted(xyz: ArrayLike, source: White, target: White) -> Floats:
    """Tristimulus values seen under another white, by Bradford's transform.

    Args:
        xyz: ``(…, 3)``, Y of the white = 1.
        source: The white that ``xyz`` refers to.
        target: The white that is wanted.

    Source: CIECAM97s's Bradford matrix as ICC.1:2022, annex E uses it.
    """
    value = np.asarray(xyz, dtype=np.float64)
    if source == target:
        return value
    gain = (_BRADFORD @ WHITES[target]) / (_BRADFORD @ WHITES[source])
    matrix = np.linalg.inv(_BRADFORD) @ np.diag(gain) @ _BRADFORD
    found: Floats = value @ matrix.T
    return found


def xyz_to_lab(xyz: ArrayLike, white: White = "D65") -> Floats:
    """Tristimulus values to CIELAB under the same white.

    Args:
        xyz: ``(…, 3)``, Y of the white = 1.
        white: The white that ``xyz`` refers to, and that the result refers to.

    Returns:
        ``(…, 3)``: L* 0 to 100, a*, b*.

    Source: CIE 15:2004, 8.2.1.
    """
    ratio = np.asarray(xyz, dtype=np.float64) / WHITES[white]
    f = np.where(ratio > _EPSILON, np.cbrt(ratio), (_KAPPA * ratio + 16) / 116)
    x, y, z = f[..., 0], f[..., 1], f[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def lab_to_xyz(lab: ArrayLike, white: White = "D65") -> Floats:
    """CIELAB to tristimulus values under the same white: the inverse of ``xyz_to_lab``."""
    value = np.asarray(lab, dtype=np.float64)
    y = (value[..., 0] + 16) / 116
    f = np.stack([y + value[..., 1] / 500, y, y - value[..., 2] / 200], axis=-1)
    cube = f**3
    return np.where(cube > _EPSILON, cube, (116 * f - 16) / _KAPPA) * WHITES[white]


def rgb_to_lab(rgb: ArrayLike, white: White = "D65") -> Floats:
    """Colours of an sRGB image, taken at its word, to CIELAB.

    Args:
        rgb: ``(…, 3)``, sRGB-encoded, 0 to 1.
        white: The white that the result refers to.
    """
    return xyz_to_lab(adapted(linear(rgb) @ RGB_TO_XYZ.T, "D65", white), white)


def lab_to_rgb(lab: ArrayLike, white: White = "D65") -> Floats:
    """CIELAB to sRGB-encoded values; outside 0 to 1 where sRGB does not hold the colour."""
    xyz = adapted(lab_to_xyz(lab, white), white, "D65")
    return encoded(xyz @ np.linalg.inv(RGB_TO_XYZ).T)
