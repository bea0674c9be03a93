"""Flat stiff things that lie on skin: drawn as rectangles, laid into a photograph by a homography."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from dermograph.photo.card.layout import INK_LAB
from dermograph.photo.colour.spaces import RGB_TO_XYZ, WHITES, adapted, lab_to_xyz
from dermograph.photo.phantom.fields import Field

_TO_RGB = np.linalg.inv(RGB_TO_XYZ)
_FINE = 4  # sub-pixels a side where an edge is drawn
_SHADOW, _SHADOW_MM = 0.35, 0.4
RULER_MM = (110.0, 14.0)
Matrix = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Sheet:
    """A stiff sheet.

    Attributes:
        light: ``(h, w, 3)`` float32 linear sRGB reflectance of the whole sheet.
        px_per_mm: Density of ``light``; the centre of its first pixel lies at (0.5, 0.5) / density mm.
        width_mm: Width.
        height_mm: Height.
    """

    light: NDArray[np.float32]
    px_per_mm: float
    width_mm: float
    height_mm: float

    @property
    def quad_mm(self) -> Matrix:
        """``(4, 2)``: its corners from the top left, clockwise."""
        return np.array([[0, 0], [self.width_mm, 0], [self.width_mm, self.height_mm], [0, self.height_mm]])


def light_of(lab_d50: ArrayLike) -> Matrix:
    """CIELAB D50 to linear sRGB, ``(…, 3)``."""
    return adapted(lab_to_xyz(lab_d50, "D50"), "D50", "D65") @ _TO_RGB.T


def light_of_white() -> Matrix:
    """``(3, 3)``: tristimulus values over those of D50's white, to linear sRGB."""
    return _TO_RGB @ adapted(np.diag(WHITES["D50"]), "D50", "D65").T


def blank(width_mm: float, height_mm: float, px_per_mm: float, light: Matrix) -> NDArray[np.float32]:
    """An empty sheet to draw on."""
    canvas = np.empty((round(height_mm * px_per_mm), round(width_mm * px_per_mm), 3), np.float32)
    canvas[:] = light
    return canvas


def fill(canvas: NDArray[np.float32], density: float, box_mm: tuple[float, float, float, float], light: Matrix) -> None:
    """Paint one rectangle; each pixel of its edge by the share of it that is covered.

    Args:
        canvas: ``(h, w, 3)``; is changed.
        density: Pixels for one mm.
        box_mm: Left, top, width, height.
        light: ``(3,)`` linear sRGB.
    """
    x, y, width, height = (v * density for v in box_mm)
    down, rows = _cover(y, y + height, canvas.shape[0])
    across, cols = _cover(x, x + width, canvas.shape[1])
    share = (down[:, None] * across[None, :])[..., None]
    part = canvas[rows, cols]
    part += share * (light.astype(np.float32) - part)


def _cover(start: float, end: float, size: int) -> tuple[Field, slice]:
    """Share of each pixel between two edges, and which pixels those are."""
    first, last = max(int(np.floor(start)), 0), min(int(np.ceil(end)), size)
    cells = np.arange(first, last)
    share = np.minimum(cells + 1, end) - np.maximum(cells, start)
    return np.clip(share, 0, 1).astype(np.float32), slice(first, last)


def ticks(canvas: NDArray[np.float32], density: float, zero_mm: tuple[float, float], length_mm: float) -> None:
    """Draw a scale of millimetres whose ticks hang upwards from a line."""
    ink = light_of(INK_LAB)
    for tick in range(int(length_mm) + 1):
        tall = 3.0 if tick % 10 == 0 else 2.2 if tick % 5 == 0 else 1.5
        fill(canvas, density, (zero_mm[0] + tick - 0.075, zero_mm[1] - tall, 0.15, tall), ink)


@lru_cache(maxsize=2)
def ruler(px_per_mm: float) -> Sheet:
    """A white plastic ruler with millimetres and numbers."""
    width, height = RULER_MM
    canvas = blank(width, height, px_per_mm, light_of((92.0, -0.5, 1.5)))
    ticks(canvas, px_per_mm, (5.0, height), width - 10)
    mask = np.zeros(canvas.shape[:2], np.uint8)
    for number in range(1, int(width - 10) // 10 + 1):
        at = round((4.2 + 10 * number) * px_per_mm), round((height - 4.5) * px_per_mm)
        thick = max(round(0.25 * px_per_mm), 1)
        cv2.putText(mask, str(number), at, cv2.FONT_HERSHEY_SIMPLEX, 0.1 * px_per_mm, 255, thick, cv2.LINE_AA)
    share = (mask / np.float32(255)).astype(np.float32)[..., None]
    canvas += share * (light_of(INK_LAB).astype(np.float32) - canvas)
    return Sheet(canvas, px_per_mm, width, height)


def lay(light: NDArray[np.float32], sheet: Sheet, mm_to_photo: Matrix) -> None:
    """Lay a sheet over a photograph, with a soft shadow at its edge.

    Args:
        light: ``(h, w, 3)`` linear sRGB of the photograph; is changed.
        sheet: What is laid.
        mm_to_photo: ``(3, 3)`` mm of the sheet to px of the photograph.
    """
    density = sheet.px_per_mm
    to_mm = np.array([[1 / density, 0, 0.5 / density], [0, 1 / density, 0.5 / density], [0, 0, 1]])
    corners = cv2.perspectiveTransform(sheet.quad_mm[None], mm_to_photo)[0]
    height, width = light.shape[:2]
    pad = 4 * density * _SHADOW_MM
    x0, y0 = (int(v) for v in np.clip(np.floor(corners.min(axis=0) - pad), 0, (width - 1, height - 1)))
    x1, y1 = (int(v) for v in np.clip(np.ceil(corners.max(axis=0) + pad), (x0 + 1, y0 + 1), (width, height)))
    shifted = np.array([[1, 0, -x0], [0, 1, -y0], [0, 0, 1.0]]) @ mm_to_photo @ to_mm
    size = (x1 - x0, y1 - y0)
    paper = cv2.warpPerspective(sheet.light, shifted, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE)
    cover = drawn((corners - (x0, y0),), size[1], size[0])
    shadow = 1 - np.float32(_SHADOW) * cv2.GaussianBlur(cover, (0, 0), _SHADOW_MM * density)
    part = light[y0:y1, x0:x1]
    part *= shadow[..., None]
    part += cover[..., None] * (paper - part)


def drawn(parts: tuple[NDArray[np.float64], ...], height: int, width: int) -> Field:
    """Closed polygons as the share of each pixel that they cover.

    Args:
        parts: ``(n, 2)`` corners each, px, pixel centres at integers.
        height: Rows.
        width: Columns.

    Returns:
        ``(height, width)``, 0 to 1.
    """
    canvas = np.zeros((height * _FINE, width * _FINE), np.uint8)
    for part in parts:  # one at a time: together, overlapping parts would cancel
        fixed = np.rint(((part + 0.5) * _FINE - 0.5) * 16).astype(np.int32)
        cv2.fillPoly(canvas, [fixed], 255, shift=4)
        # fillPoly paints the pixels that an edge runs through as well; on average it covers half of each.
        cv2.polylines(canvas, [fixed], isClosed=True, color=128, shift=4)
    small = cv2.resize(canvas, (width, height), interpolation=cv2.INTER_AREA)
    return small.astype(np.float32) / np.float32(255)
