"""Corners of a marker to a few hundredths of a pixel: its four edges are fitted as lines, and the lines are cut.

The edge of blurred ink lies where half of the light is reached, so the profiles are read in linear light: read in
encoded values every black square would look smaller than it is.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from dermograph.photo.colour.spaces import linear

Floats = NDArray[np.float64]
Grey = NDArray[np.uint8]

_LIGHT = linear(np.arange(256) / 255).astype(np.float32)
_PROFILES, _STEPS = 25, 33  # profiles along an edge, samples along a profile
_ALONG = np.linspace(0.12, 0.88, _PROFILES)  # clear of the corners, which blur rounds
_LEAST_REACH_PX, _MOST_REACH_PX = 2.0, 14.0
_PASSES = 2
_LEAST_RISE = 0.02  # of linear light; less is no edge of ink on paper


def refined(grey: Grey, corners_px: Floats, modules: int) -> tuple[Floats, float] | None:
    """The corners of one marker, refined on the full picture.

    Args:
        grey: ``(h, w)``, sRGB-encoded.
        corners_px: ``(4, 2)``, within a module of the truth.
        modules: Of one side, the black border included.

    Returns:
        ``(4, 2)`` corners and the blur of the edges, a standard deviation, both in px; None if an edge is not seen.
    """
    corners, blur = corners_px, 0.0
    for _ in range(_PASSES):
        found = _one_pass(grey, corners, modules)
        if found is None:
            return None
        corners, blur = found
    return corners, blur


def _one_pass(grey: Grey, corners: Floats, modules: int) -> tuple[Floats, float] | None:
    after = np.roll(corners, -1, axis=0)
    sides = np.linalg.norm(after - corners, axis=1)
    reach = float(np.clip(0.6 * sides.min() / modules, _LEAST_REACH_PX, _MOST_REACH_PX))
    window = _window(grey, corners, reach + 2)
    if window is None:
        return None
    light, left, top = window
    direction = (after - corners) / sides[:, None]
    outward = np.stack([direction[:, 1], -direction[:, 0]], axis=1)
    steps = np.linspace(-reach, reach, _STEPS)
    feet = corners[:, None] + _ALONG[None, :, None] * (after - corners)[:, None]
    points = feet[:, :, None] + steps[None, None, :, None] * outward[:, None, None]
    flat = (points.reshape(4 * _PROFILES, _STEPS, 2) - (left, top)).astype(np.float32)
    profiles = cv2.remap(light, flat[..., 0], flat[..., 1], cv2.INTER_LINEAR).reshape(4, _PROFILES, _STEPS)
    lines, blurs = [], []
    for side in range(4):
        fitted = _edge(profiles[side], steps, _ALONG * sides[side])
        if fitted is None:
            return None
        offset, slope, spread = fitted
        start = corners[side] + offset * outward[side]
        lines.append((start, direction[side] + slope * outward[side]))
        blurs.append(spread)
    cut = np.array([_intersection(lines[index - 1], lines[index]) for index in range(4)])
    if not np.isfinite(cut).all() or np.linalg.norm(cut - corners, axis=1).max() > 2 * reach:
        return None
    return cut, float(np.median(blurs))


def _window(grey: Grey, corners: Floats, margin: float) -> tuple[NDArray[np.float32], int, int] | None:
    """Linear light around a marker and the place of its first pixel; None if it does not lie in the picture."""
    height, width = grey.shape
    left, top = np.maximum(np.floor(corners.min(0) - margin), 0).astype(int)
    right, bottom = np.minimum(np.ceil(corners.max(0) + margin) + 1, (width, height)).astype(int)
    if right - left < 4 or bottom - top < 4:
        return None
    return _LIGHT[grey[top:bottom, left:right]], int(left), int(top)


def _edge(profiles: NDArray[np.float32], steps: Floats, along: Floats) -> tuple[float, float, float] | None:
    """The line through one edge: its offset at the start, its slope, and the blur across it, px."""
    rise = np.maximum(np.diff(profiles.astype(np.float64), axis=1), 0)
    middles = (steps[1:] + steps[:-1]) / 2
    # What rises less than a tenth of the steepest step is noise, and noise far out would pull the centre.
    rise = np.maximum(rise - 0.1 * rise.max(axis=1, keepdims=True), 0)
    total = rise.sum(1)
    good = total > _LEAST_RISE
    if good.sum() < _PROFILES // 2:
        return None
    rise, total, along = rise[good], total[good], along[good]
    centre = rise @ middles / total
    spread = np.sqrt(np.maximum((rise * (middles[None] - centre[:, None]) ** 2).sum(1) / total, 0))
    weight = np.ones_like(centre)
    slope = offset = 0.0
    for _ in range(3):
        slope, offset = np.polyfit(along, centre, 1, w=np.sqrt(weight))
        left = np.abs(centre - (slope * along + offset))
        weight = 1 / np.maximum(left / max(1.5 * float(np.median(left)), 1e-3), 1)
    return float(offset), float(slope), float(np.median(spread))


def _intersection(one: tuple[Floats, Floats], other: tuple[Floats, Floats]) -> Floats:
    """Where two lines, each a point and a direction, meet; NaN if they do not."""
    (start, along), (other_start, other_along) = one, other
    cross = along[0] * other_along[1] - along[1] * other_along[0]
    if abs(cross) < 1e-6:  # noqa: PLR2004 (parallel)
        return np.full(2, np.nan)
    between = other_start - start
    share = (between[0] * other_along[1] - between[1] * other_along[0]) / cross
    met: Floats = start + share * along
    return met
