"""A ColorChecker's patches found by their own edges: the markers around it say only roughly where it was laid."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from dermograph.photo.card.pieces import Area, Layout

Floats = NDArray[np.float64]
Rgb = NDArray[np.uint8]

_PATCH_PX = 40  # side of a patch in the rectified picture
_PASSES = 3
_LEAST_PATCHES = 12  # of 24; the black one cannot be told from its frame
_SAME = 0.45  # of the way from the patch's colour to its frame's
_AREA_LIMITS = (0.6, 1.35)  # of the area that a patch should have


def on_own_edges(rgb: Rgb, layout: Layout, homography: Floats) -> Floats | None:
    """A homography through the patches' own middles.

    Args:
        rgb: ``(h, w, 3)``.
        layout: Of the chart.
        homography: ``(3, 3)``, card mm to photograph px, right to within half a patch.

    Returns:
        ``(3, 3)``; None if too few patches stand out from the black frame.
    """
    for _ in range(_PASSES):
        found = _one_pass(rgb, layout, homography)
        if found is None:
            return None
        homography = found
    return homography


def _one_pass(rgb: Rgb, layout: Layout, homography: Floats) -> Floats | None:
    scale = _PATCH_PX / layout.patches[0].width_mm
    to_raster = np.array([[scale, 0, -0.5], [0, scale, -0.5], [0, 0, 1]])
    size = (round(layout.width_mm * scale), round(layout.height_mm * scale))
    straight = cv2.warpPerspective(rgb, to_raster @ np.linalg.inv(homography), size, flags=cv2.INTER_LINEAR)
    flat = np.asarray(cv2.GaussianBlur(straight, (0, 0), 1.0), dtype=np.uint8)
    on_card, in_raster = [], []
    for patch in layout.patches:
        middle = _middle(flat, patch.area, scale)
        if middle is not None:
            on_card.append(patch.area.centre_mm)
            in_raster.append(middle)
    if len(on_card) < _LEAST_PATCHES:
        return None
    solved: Any = cv2.findHomography(np.array(on_card), np.array(in_raster), cv2.RANSAC, 0.06 * _PATCH_PX)
    if solved[0] is None or int(solved[1].sum()) < _LEAST_PATCHES:
        return None
    better: Floats = homography @ np.linalg.inv(to_raster) @ solved[0]
    better /= better[2, 2]
    return better


def _middle(flat: Rgb, area: Area, scale: float) -> tuple[float, float] | None:
    """The centre of the even region around a patch's expected centre; None if it is not the size of a patch."""
    middle_x, middle_y = (value * scale - 0.5 for value in area.centre_mm)
    reach = round(0.85 * _PATCH_PX)
    left, top = round(middle_x) - reach, round(middle_y) - reach
    window = flat[max(top, 0) : top + 2 * reach + 1, max(left, 0) : left + 2 * reach + 1].astype(np.float32)
    if min(window.shape[:2]) <= reach:
        return None
    left, top = max(left, 0), max(top, 0)
    x, y = round(middle_x) - left, round(middle_y) - top
    core = _PATCH_PX // 6
    colour = np.median(window[y - core : y + core + 1, x - core : x + core + 1].reshape(-1, 3), axis=0)
    frame = np.percentile(window.reshape(-1, 3), 4, axis=0)
    limit = _SAME * float(np.linalg.norm(colour - frame))
    alike = (np.linalg.norm(window - colour, axis=2) < limit).astype(np.uint8)
    _, labels, stats, centres = cv2.connectedComponentsWithStats(alike, connectivity=4)
    own = labels[y, x]
    if own == 0:
        return None
    share = stats[own, cv2.CC_STAT_AREA] / _PATCH_PX**2
    sides = stats[own, cv2.CC_STAT_WIDTH], stats[own, cv2.CC_STAT_HEIGHT]
    if not _AREA_LIMITS[0] < share < _AREA_LIMITS[1] or max(sides) > _AREA_LIMITS[1] * _PATCH_PX:
        return None
    return float(centres[own][0]) + left, float(centres[own][1]) + top
