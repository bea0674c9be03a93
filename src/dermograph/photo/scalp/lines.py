"""Dark lines on a scalp, each direction by itself, so that where hairs cross each keeps its own."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from dermograph.photo.scalp.ground import darkness

Picture = NDArray[np.float32]
Mask = NDArray[np.bool_]

LEVEL = 0.004  # of strength, one step of a byte
_COARSE_PX_PER_MM = 10.0  # a hair is still seen there, and a whole head takes no longer than its dots
_COARSE_BLUR_PX, _COARSE_MM, _COARSE_ANGLES = 0.7, 1.0, 12
_LONG_MM, _UNBROKEN = (
    9.0,
    0.75,
)  # along which a long hair is seen nearly everywhere, as stubble and rows of dots are not
_SEEN, _ONE_WAY = 0.02, 3.0


def strengths(dark: Picture, blur_px: float, length_px: float, angles: int) -> NDArray[np.uint8]:
    """``(angles, h, w)`` how much of a dark line of each direction every place lies on, in steps of a byte.

    Second derivative across the direction times the blur squared, averaged along it.

    Args:
        dark: ``(h, w)`` absorbance.
        blur_px: At which lines are looked for, a standard deviation.
        length_px: Along which is averaged.
        angles: How many directions, from 0 to half a turn.
    """
    smooth = cv2.GaussianBlur(dark, (0, 0), blur_px)
    xx, yy, xy = (
        np.asarray(cv2.Sobel(smooth, cv2.CV_32F, *order, ksize=3, scale=blur_px**2 / 4), dtype=np.float32)
        for order in ((2, 0), (0, 2), (1, 1))
    )
    found = np.empty((angles, *dark.shape), np.uint8)
    for number, angle in enumerate(np.arange(angles) * np.pi / angles):
        x, y = float(np.cos(angle)), float(np.sin(angle))
        across = xy * np.float32(2 * x * y) - xx * np.float32(y * y) - yy * np.float32(x * x)
        mean = cv2.filter2D(across, -1, _along(angle, length_px), borderType=cv2.BORDER_CONSTANT)
        found[number] = np.clip(mean / LEVEL, 0, 255)
    return found


def long_hair(rgb: NDArray[np.uint8], px_per_mm: float) -> Mask:
    """``(h, w)`` of a smaller picture: where hair longer than stubble lies, however densely.

    Args:
        rgb: ``(h, w, 3)`` uint8.
        px_per_mm: Density on the skin.
    """
    dark, share = darkness(rgb, px_per_mm, _COARSE_PX_PER_MM)
    density = px_per_mm * share
    strength = strengths(dark, _COARSE_BLUR_PX, _COARSE_MM * density, _COARSE_ANGLES)
    size = dark.shape[1] // 2, dark.shape[0] // 2
    found = np.zeros(size[::-1], np.bool_)
    for number, along in enumerate(strength):
        crosswise = strength[number - _COARSE_ANGLES // 2]  # of a dot both are alike
        here = (along > _SEEN / LEVEL) & (along > _ONE_WAY * crosswise)
        wide = cv2.resize(
            cv2.dilate(here.astype(np.uint8), np.ones((3, 3), np.uint8)), size, None, 0, 0, cv2.INTER_NEAREST
        )
        kernel = _along(number * np.pi / _COARSE_ANGLES, _LONG_MM * density / 2)
        unbroken = cv2.filter2D(wide, cv2.CV_32F, kernel, borderType=cv2.BORDER_REPLICATE)
        found |= (wide > 0) & (unbroken >= _UNBROKEN)
    return found


def _along(angle: float, length_px: float) -> Picture:
    """A kernel that averages along a direction."""
    half = max(round(length_px / 2), 1)
    kernel = np.zeros((2 * half + 1, 2 * half + 1), np.uint8)
    reach = half * np.array([np.cos(angle), np.sin(angle)])
    ends = [tuple(int(one) for one in np.rint((half + way * reach) * 16)) for way in (-1, 1)]
    cv2.line(kernel, (ends[0][0], ends[0][1]), (ends[1][0], ends[1][1]), 255, 1, cv2.LINE_AA, 4)
    return np.asarray(kernel, dtype=np.float32) / np.float32(kernel.sum())
