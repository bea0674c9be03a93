"""CIEDE2000 between two pictures: the numbers of ``difference``, in tiles on two threads.

The angles of hue are never formed where their sines and cosines are enough: these follow from sums and products of the
two chroma vectors, which single precision bears where a difference of two angles would cancel.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
from numpy.typing import NDArray

from dermograph.photo.colour.difference import delta_e00

Picture = NDArray[np.float32]

_ROWS = 50  # of a tile: some 50 intermediate rows of it stay in the processor's cache
_THREADS = 2
_TINY = np.float32(1e-30)


def delta_e00_picture(one: Picture, other: Picture) -> Picture:
    """The CIEDE2000 difference, pixel by pixel.

    Args:
        one: ``(h, w, 3)`` CIELAB, single precision.
        other: The same shape, under the same white.

    Returns:
        ``(h, w)``, at least 0; within 2e-5 of ``delta_e00``.

    Raises:
        ValueError: If the shapes differ.
    """
    if one.shape != other.shape:
        msg = f"two pictures of one size are needed, not {one.shape} and {other.shape}"
        raise ValueError(msg)
    out = np.empty(one.shape[:-1], np.float32)

    def tile(top: int) -> None:
        rows = slice(top, top + _ROWS)
        out[rows] = _tile(one[rows].astype(np.float32, copy=False), other[rows].astype(np.float32, copy=False))

    with ThreadPoolExecutor(_THREADS) as threads:
        list(threads.map(tile, range(0, one.shape[0], _ROWS)))
    return out


def _tile(one: Picture, other: Picture) -> Picture:
    """One tile. Source: Sharma, Wu, Dalal (2005), with the hue as unit vectors."""
    l1, a1, b1 = np.moveaxis(one, -1, 0).copy()
    l2, a2, b2 = np.moveaxis(other, -1, 0).copy()
    stretch = np.float32(1.5) - np.float32(0.5) * _share((np.sqrt(a1 * a1 + b1 * b1) + np.sqrt(a2 * a2 + b2 * b2)) / 2)
    a1 *= stretch
    a2 *= stretch
    c1, c2 = np.sqrt(a1 * a1 + b1 * b1), np.sqrt(a2 * a2 + b2 * b2)
    sum_c = c1 + c2
    d_c = ((a2 - a1) * (a2 + a1) + (b2 - b1) * (b2 + b1)) / np.maximum(sum_c, _TINY)
    near, across = a1 * a2 + b1 * b2, a1 * b2 - b1 * a2
    scale1, scale2 = 1 / np.maximum(c1, _TINY), 1 / np.maximum(c2, _TINY)
    ua, ub, va, vb = a1 * scale1, b1 * scale1, a2 * scale2, b2 * scale2
    wide = near < 0
    sum_a, sum_b = ua + va, ub + vb
    length = np.sqrt(sum_a * sum_a + sum_b * sum_b)
    d_h = 2 * across / np.maximum(np.sqrt(c1 * c2) * length, _TINY)
    sin_m, cos_m = sum_b, sum_a
    if wide.any():
        turn = np.where(across < 0, np.float32(-1), np.float32(1))
        d_h = np.where(wide, turn * np.sqrt(2 * np.maximum(c1 * c2 - near, 0)), d_h)
        cos_m, sin_m = np.where(wide, turn * (vb - ub), sum_a), np.where(wide, turn * (ua - va), sum_b)
    size = np.maximum(np.sqrt(cos_m * cos_m + sin_m * sin_m), _TINY)
    cos_m, sin_m = cos_m / size, sin_m / size
    cos_m = np.where(c1 + c2 == 0, np.float32(1), cos_m)
    result = _weighted(l1, l2, d_c, d_h, sum_c / 2, cos_m, sin_m)
    opposite = wide & (across == 0)
    if opposite.any():  # the mean of two opposite hues is a convention, which the reference keeps
        result[opposite] = delta_e00(one[opposite], other[opposite])
    return result


def _weighted(
    l1: Picture, l2: Picture, d_c: Picture, d_h: Picture, mean_c: Picture, cos_m: Picture, sin_m: Picture
) -> Picture:
    """The weighted sum of equation 22 from the parts and the mean hue, a unit vector."""
    cos2, sin2 = cos_m * cos_m - sin_m * sin_m, 2 * sin_m * cos_m
    cos3, sin3 = cos2 * cos_m - sin2 * sin_m, sin2 * cos_m + cos2 * sin_m
    cos4, sin4 = cos2 * cos2 - sin2 * sin2, 2 * sin2 * cos2
    t = 1 + sum(
        np.float32(gain * np.cos(np.radians(phase))) * cos + np.float32(gain * np.sin(np.radians(phase))) * sin
        for gain, phase, cos, sin in (
            (-0.17, 30, cos_m, sin_m),
            (0.24, 0, cos2, sin2),
            (0.32, -6, cos3, sin3),
            (-0.20, 63, cos4, sin4),
        )
    )
    far = ((l1 + l2) / 2 - 50) ** 2
    l_part = (l2 - l1) / (1 + np.float32(0.015) * far / np.sqrt(20 + far))
    c_part = d_c / (1 + np.float32(0.045) * mean_c)
    h_part = d_h / (1 + np.float32(0.015) * mean_c * t)
    hue = np.arctan2(sin_m, cos_m) * np.float32(180 / np.pi)
    hue = np.where(hue < 0, hue + 360, hue)
    angle = np.exp(-(((hue - 275) / 25) ** 2)) * np.float32(np.pi / 3)
    r_t = -2 * _share(mean_c) * np.sin(angle)
    squared = l_part * l_part + c_part * c_part + h_part * h_part + r_t * c_part * h_part
    difference: Picture = np.sqrt(np.maximum(squared, 0))
    return difference


def _share(chroma: Picture) -> Picture:
    """``sqrt(c^7 / (c^7 + 25^7))``."""
    ratio = chroma / np.float32(25)
    square = ratio * ratio
    seventh = square * square * square * ratio
    share: Picture = np.sqrt(seventh / (seventh + 1))
    return share
