"""Two photographs as pictures of one geometry: the baseline's window, and the follow-up warped onto it."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from dermograph.photo.colour.spaces import lab_to_rgb
from dermograph.photo.comparison import Comparison, Side
from dermograph.photo.finding import Refusal
from dermograph.photo.report.window import Window

Rgb = NDArray[np.uint8]
Lab = NDArray[np.float32]
Mask = NDArray[np.bool_]

SURROUND = 119  # sRGB of L* 50: neutral mid-grey, so that the surround does not change how skin is seen
_BAND_ROWS = 128  # worked on at a time, so that memory does not follow the size of the photographs


@dataclass(frozen=True, slots=True, eq=False)
class Aligned:
    """Both photographs over the same skin.

    Attributes:
        before: ``(rows, columns, 3)`` sRGB.
        after: The same; ``SURROUND`` where the follow-up does not show the place.
        before_lab: ``(rows, columns, 3)`` CIELAB D65; None unless both photographs are calibrated.
        after_lab: The same of the follow-up; its values mean nothing outside ``known``.
        known: ``(rows, columns)``, where the follow-up shows the place.
        usable: Where both photographs show skin.
    """

    window: Window
    before: Rgb
    after: Rgb
    before_lab: Lab | None
    after_lab: Lab | None
    known: Mask
    usable: Mask


def aligned(comparison: Comparison, window: Window) -> Aligned:
    """The baseline's window and the follow-up warped onto it, both through their calibration where both have one."""
    first, second = comparison.before, comparison.after
    xy = _after_xy(comparison, window)
    before = cut(first.photo.rgb, window)
    after = _warped(second.photo.rgb, xy)
    known = np.isfinite(xy[..., 0])
    usable = known & _usable_window(first, window) & _usable_at(second, xy)
    one, other = first.calibration, second.calibration
    if isinstance(one, Refusal) or isinstance(other, Refusal):
        after[~known] = SURROUND
        return Aligned(window, before, after, None, None, known, usable)
    before_lab, after_lab = np.empty(before.shape, np.float32), np.empty(before.shape, np.float32)
    for top in range(0, window.rows, _BAND_ROWS):
        rows = slice(top, min(top + _BAND_ROWS, window.rows))
        before_lab[rows] = one.lab(before[rows], window.photo_xy(rows.start, rows.stop))
        after_lab[rows] = other.lab(after[rows], np.nan_to_num(xy[rows]))
        before[rows], after[rows] = shown(before_lab[rows]), shown(after_lab[rows])
    after[~known] = SURROUND
    return Aligned(window, before, after, before_lab, after_lab, known, usable)


def shown(lab: Lab) -> Rgb:
    """CIELAB D65 as sRGB for a screen; what sRGB does not hold is clipped."""
    found: Rgb = np.rint(np.clip(lab_to_rgb(lab), 0, 1) * 255).astype(np.uint8)
    return found


def cut(rgb: Rgb, window: Window) -> Rgb:
    """A window of a photograph as a picture."""
    part = rgb[window.y0 : window.y0 + window.height, window.x0 : window.x0 + window.width]
    how = cv2.INTER_AREA if window.scale < 1 else cv2.INTER_CUBIC
    return np.ascontiguousarray(cv2.resize(part, (window.columns, window.rows), interpolation=how)).astype(np.uint8)


def _after_xy(comparison: Comparison, window: Window) -> NDArray[np.float32]:
    """Where the picture's pixels lie in the follow-up: ``(rows, columns, 2)`` px; NaN where it does not show them."""
    found = np.empty((window.rows, window.columns, 2), np.float32)
    photo = comparison.after.photo
    for top in range(0, window.rows, _BAND_ROWS):
        rows = slice(top, min(top + _BAND_ROWS, window.rows))
        band = comparison.registration.after_xy(window.photo_xy(rows.start, rows.stop))
        outside = ~np.all((band >= 0) & (band <= (photo.width - 1, photo.height - 1)), axis=-1)
        band[outside] = np.nan
        found[rows] = band
    return found


def _warped(rgb: Rgb, xy: NDArray[np.float32]) -> Rgb:
    """A photograph sampled at positions, black where they are NaN, reduced first where the picture is smaller."""
    rows, columns = xy.shape[:2]
    empty = np.zeros((rows, columns, 3), np.uint8)
    if not np.isfinite(xy).any():
        return empty
    low, high = np.nanmin(xy, axis=(0, 1)), np.nanmax(xy, axis=(0, 1))
    x0, y0 = (np.floor(low).astype(int) - 4).clip(0)
    x1, y1 = np.ceil(high).astype(int) + 5
    part = rgb[y0:y1, x0:x1]
    reduce = min(1.0, 1.0 / max(_pixels_apart(xy), 1e-6))
    size = max(1, round(part.shape[1] * reduce)), max(1, round(part.shape[0] * reduce))
    if reduce < 1:
        part = cv2.resize(part, size, interpolation=cv2.INTER_AREA).astype(np.uint8)
    else:
        size = part.shape[1], part.shape[0]
    stretch = np.array([size[0] / min(x1 - x0, rgb.shape[1] - x0), size[1] / min(y1 - y0, rgb.shape[0] - y0)])
    where = ((xy - (x0, y0) + 0.5) * stretch - 0.5).astype(np.float32)
    x, y = _planes(where)
    return cv2.remap(part, x, y, cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE).astype(np.uint8)


def _pixels_apart(xy: NDArray[np.float32]) -> float:
    """Pixels of the follow-up from one pixel of the picture to the next, in the middle of all."""
    steps = np.hypot(*np.moveaxis(np.diff(xy[::8], axis=1), -1, 0))
    steps = steps[np.isfinite(steps)]
    return float(np.median(steps)) if steps.size else 1.0


def _usable_window(side: Side, window: Window) -> Mask:
    return _usable_at(side, window.photo_xy(0, window.rows).astype(np.float32))


def _usable_at(side: Side, xy: NDArray[np.float32]) -> Mask:
    """Where positions of a photograph, px, lie on skin; false where they are NaN."""
    mask = (~side.foreign.any).astype(np.uint8)
    stretch = np.array([mask.shape[1] / side.photo.width, mask.shape[0] / side.photo.height])
    x, y = _planes((xy + 0.5) * stretch - 0.5)
    found = cv2.remap(mask, x, y, cv2.INTER_NEAREST, borderMode=cv2.BORDER_CONSTANT, borderValue=0)
    usable: Mask = np.asarray(found).astype(bool)
    return usable


def _planes(xy: NDArray[np.floating]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Columns and rows apart, unknown ones outside; in one array OpenCV 5.0 samples some pixels at random places."""
    known = np.nan_to_num(xy, nan=-10.0).astype(np.float32)
    return np.ascontiguousarray(known[..., 0]), np.ascontiguousarray(known[..., 1])
