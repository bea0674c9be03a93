"""CIEDE2000, the colour difference that every change of colour is given in."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

_POW_25_7 = 25.0**7


def delta_e00(one: ArrayLike, other: ArrayLike) -> NDArray[np.float64]:
    """The CIEDE2000 difference of colours, with kL = kC = kH = 1.

    Args:
        one: ``(…, 3)`` CIELAB.
        other: CIELAB under the same white; its shape broadcasts against that of ``one``.

    Returns:
        ``(…)``, at least 0.

    Source: Sharma, Wu, Dalal, Color Research and Application 30 (2005), equations 2 to 22.
    """
    lab1, lab2 = np.asarray(one, dtype=np.float64), np.asarray(other, dtype=np.float64)
    l1, a1, b1 = lab1[..., 0], lab1[..., 1], lab1[..., 2]
    l2, a2, b2 = lab2[..., 0], lab2[..., 1], lab2[..., 2]
    mean_c7 = ((np.hypot(a1, b1) + np.hypot(a2, b2)) / 2) ** 7
    stretch = 1 + 0.5 * (1 - np.sqrt(mean_c7 / (mean_c7 + _POW_25_7)))
    c1, c2 = np.hypot(stretch * a1, b1), np.hypot(stretch * a2, b2)
    h1 = np.degrees(np.arctan2(b1, stretch * a1)) % 360
    h2 = np.degrees(np.arctan2(b2, stretch * a2)) % 360
    grey = c1 * c2 == 0
    turn = h2 - h1
    turn = np.where(turn > 180, turn - 360, np.where(turn < -180, turn + 360, turn))
    turn = np.where(grey, 0.0, turn)
    d_l, d_c = l2 - l1, c2 - c1
    d_h = 2 * np.sqrt(c1 * c2) * np.sin(np.radians(turn / 2))
    mean_l, mean_c = (l1 + l2) / 2, (c1 + c2) / 2
    total = h1 + h2
    half = np.where(np.abs(h1 - h2) <= 180, total / 2, np.where(total < 360, total / 2 + 180, total / 2 - 180))
    mean_h = np.where(grey, total, half)
    t = (
        1
        - 0.17 * np.cos(np.radians(mean_h - 30))
        + 0.24 * np.cos(np.radians(2 * mean_h))
        + 0.32 * np.cos(np.radians(3 * mean_h + 6))
        - 0.20 * np.cos(np.radians(4 * mean_h - 63))
    )
    far = (mean_l - 50) ** 2
    s_l = 1 + 0.015 * far / np.sqrt(20 + far)
    s_c, s_h = 1 + 0.045 * mean_c, 1 + 0.015 * mean_c * t
    c7 = mean_c**7
    r_c = 2 * np.sqrt(c7 / (c7 + _POW_25_7))
    r_t = -r_c * np.sin(np.radians(60 * np.exp(-(((mean_h - 275) / 25) ** 2))))
    l_part, c_part, h_part = d_l / s_l, d_c / s_c, d_h / s_h
    squared: NDArray[np.float64] = l_part**2 + c_part**2 + h_part**2 + r_t * c_part * h_part
    return np.sqrt(np.maximum(squared, 0))
