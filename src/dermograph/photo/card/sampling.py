"""The colours of a card's patches and of its bare paper, as the photograph has them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from dermograph.photo.card.pieces import Area, Lab, Layout, Patch
from dermograph.photo.colour.spaces import encoded, linear

Floats = NDArray[np.float64]
Rgb = NDArray[np.uint8]

_LIGHT = linear(np.arange(256) / 255).astype(np.float32)
_MOST_RASTER_PX = 0.5e6  # of the rectified card: more tells a mean of a patch nothing new
_LEAST_INSET = 0.16  # of a patch's side, left out along each edge
_BLURS = 3.0  # standard deviations of the edge's blur that are left out as well
_LEAST_SIDE_PX = 6.0  # in the photograph, of what is left of a patch
_BLOCKS = 4  # a patch is divided into 4 x 4 blocks to see whether it is even
#: What noise alone lets a block's mean depart by is taken off: so many standard deviations of a mean, and how much
#: larger these are than for independent pixels, because JPEG and resampling join neighbours.
_NOISE_SHARE, _CORRELATED = 2.5, 2.5
_CLIPPED_HIGH, _CLIPPED_LOW = 254, 0
_PAPER_CELL_MM = 6.0  # bare paper is sampled in pieces no longer than this


@dataclass(frozen=True, slots=True, eq=False)
class Sample:
    """One patch as it was photographed.

    Attributes:
        patch: Which.
        lab_d50: What it is known to be: CIELAB under D50.
        rgb: ``(3,)`` its mean light, sRGB-encoded again, 0 to 255.
        noise: ``(3,)`` standard deviation from pixel to pixel in encoded values.
        unevenness: The largest departure of a block of it from its plane, as a share of its light; the worst channel.
        brighter: Whether that block is brighter than the rest, as with glare.
        clipped: Share of its pixels with a channel at the end of its range.
        xy_px: Its centre in the photograph.
    """

    patch: Patch
    lab_d50: Lab
    rgb: Floats
    noise: Floats
    unevenness: float
    brighter: bool
    clipped: float
    xy_px: tuple[float, float]


@dataclass(frozen=True, slots=True, eq=False)
class Paper:
    """Bare paper as it was photographed.

    Attributes:
        xy_px: ``(n, 2)`` places in the photograph.
        rgb: ``(n, 3)`` mean light there, sRGB-encoded again, 0 to 255; NaN where the paper is not even or is clipped.
    """

    xy_px: Floats
    rgb: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Raster:
    """The card seen from straight above.

    Attributes:
        rgb: ``(rows, columns, 3)``.
        px_per_mm: Its scale.
        photo_px_per_mm: The least scale of the card in the photograph.
        inset_mm: What is left out along every edge because blur mixes it with its neighbour.
        homography: ``(3, 3)``, card mm to photograph px.
    """

    rgb: Rgb
    px_per_mm: float
    photo_px_per_mm: float
    inset_mm: float
    homography: Floats

    def cut(self, area: Area, least_inset_mm: float) -> Rgb | None:
        """The pixels of an area without its edges; None if nothing is left or it does not lie in the picture."""
        inset = max(least_inset_mm, self.inset_mm)
        left, top = (area.x_mm + inset) * self.px_per_mm, (area.y_mm + inset) * self.px_per_mm
        right = (area.x_mm + area.width_mm - inset) * self.px_per_mm
        bottom = (area.y_mm + area.height_mm - inset) * self.px_per_mm
        piece = self.rgb[max(round(top), 0) : max(round(bottom), 0), max(round(left), 0) : max(round(right), 0)]
        return piece if min(piece.shape[:2]) >= _BLOCKS else None


def rectified(rgb: Rgb, layout: Layout, homography: Floats, blur_px: float) -> Raster:
    """The card from straight above, as large as it is useful."""
    corners = np.array([[0, 0], [layout.width_mm, 0], [layout.width_mm, layout.height_mm], [0, layout.height_mm]])
    least = float(np.sqrt(_areas(homography, corners).min()))
    most = (_MOST_RASTER_PX / (layout.width_mm * layout.height_mm)) ** 0.5
    scale = float(np.clip(1.2 * least, 4.0, max(most, 4.0)))
    to_raster = np.array([[scale, 0, -0.5], [0, scale, -0.5], [0, 0, 1]])
    size = (round(layout.width_mm * scale), round(layout.height_mm * scale))
    flat = cv2.warpPerspective(rgb, to_raster @ np.linalg.inv(homography), size, flags=cv2.INTER_LINEAR)
    return Raster(np.asarray(flat, dtype=np.uint8), scale, least, (_BLURS * blur_px + 0.7) / least, homography)


def _areas(homography: Floats, points_mm: Floats) -> Floats:
    """Square px per square mm at places of the card."""
    bottom = points_mm @ homography[2, :2] + homography[2, 2]
    areas: Floats = np.abs(np.linalg.det(homography)) / np.abs(bottom) ** 3
    return areas


def sampled(raster: Raster, layout: Layout, labs: Mapping[str, Lab]) -> tuple[Sample, ...] | None:
    """Every patch of the card; None if they are too small or too blurred in the photograph.

    Args:
        raster: The card from above.
        layout: Which card.
        labs: What each patch is known to be, by id.
    """
    samples = []
    for patch in layout.patches:
        side = min(patch.width_mm, patch.height_mm)
        inset = max(_LEAST_INSET * side, raster.inset_mm)
        if (side - 2 * inset) * raster.photo_px_per_mm < _LEAST_SIDE_PX:
            return None
        piece = raster.cut(patch.area, _LEAST_INSET * side)
        if piece is None:
            return None
        samples.append(_sample(patch, labs[patch.id], piece, _in_photo(raster, patch.area)))
    return tuple(samples)


def paper(raster: Raster, layout: Layout) -> Paper:
    """The bare paper between and around the patches, in small pieces."""
    places, colours = [], []
    for area in layout.white:
        across = max(1, round(area.width_mm / _PAPER_CELL_MM))
        down = max(1, round(area.height_mm / _PAPER_CELL_MM))
        width, height = area.width_mm / across, area.height_mm / down
        for column in range(across):
            for row in range(down):
                cell = Area(area.x_mm + column * width, area.y_mm + row * height, width, height)
                piece = raster.cut(cell, 0.12 * min(width, height))
                if piece is None:
                    continue
                places.append(_in_photo(raster, cell))
                colours.append(_paper_colour(piece))
    return Paper(np.array(places).reshape(-1, 2), np.array(colours).reshape(-1, 3))


def _paper_colour(piece: Rgb) -> Floats:
    pixels = piece.reshape(-1, 3)
    light = _LIGHT[pixels]
    middle = np.median(light, axis=0)
    even = np.abs(light - middle).max(axis=1) < 0.12 * middle.max() + 0.01
    if even.mean() < 0.7 or (pixels >= _CLIPPED_HIGH).any(axis=1).mean() > 0.02:  # noqa: PLR2004 (shares)
        return np.full(3, np.nan)
    return encoded(light[even].mean(0, dtype=np.float64)) * 255


def _in_photo(raster: Raster, area: Area) -> tuple[float, float]:
    x, y, w = raster.homography @ (*area.centre_mm, 1.0)
    return float(x / w), float(y / w)


def _sample(patch: Patch, lab: Lab, piece: Rgb, xy_px: tuple[float, float]) -> Sample:
    pixels = piece.reshape(-1, 3)
    light = _LIGHT[pixels]
    clipped = float(((pixels >= _CLIPPED_HIGH) | (pixels <= _CLIPPED_LOW)).any(axis=1).mean())
    middle = np.median(light, axis=0)
    spread = 1.4826 * np.median(np.abs(light - middle), axis=0) + 0.002
    near = (np.abs(light - middle) < 4 * spread).all(axis=1)
    mean = light[near].mean(0, dtype=np.float64) if near.any() else middle.astype(np.float64)
    unevenness, brighter = _unevenness(_LIGHT[piece])
    noise = 1.4826 * np.median(np.abs(pixels - np.median(pixels, axis=0)), axis=0)
    return Sample(patch, lab, encoded(mean) * 255, noise, unevenness, brighter, clipped, xy_px)


def _unevenness(light: NDArray[np.float32]) -> tuple[float, bool]:
    """How far the worst block of a patch lies from a plane through all of them, as a share of the patch's light."""
    blocks = cv2.resize(light, (_BLOCKS, _BLOCKS), interpolation=cv2.INTER_AREA).reshape(-1, 3).astype(np.float64)
    row, column = np.divmod(np.arange(_BLOCKS**2), _BLOCKS)
    basis = np.stack([np.ones(_BLOCKS**2), row - 1.5, column - 1.5], axis=1)
    plane = basis @ np.linalg.lstsq(basis, blocks, rcond=None)[0]
    squares = cv2.resize(light**2, (_BLOCKS, _BLOCKS), interpolation=cv2.INTER_AREA).reshape(-1, 3)
    own = np.sqrt(np.maximum(squares - blocks**2, 0))
    noise = _CORRELATED * np.median(own, axis=0) / np.sqrt(light[..., 0].size / _BLOCKS**2)
    away = blocks - plane
    away = np.sign(away) * np.maximum(np.abs(away) - _NOISE_SHARE * noise, 0) / (np.median(blocks, axis=0) + 0.02)
    tilt = (plane.max(0) - plane.min(0)) / (np.median(blocks, axis=0) + 0.02)
    worst = np.unravel_index(int(np.abs(away).argmax()), away.shape)
    size = max(float(np.abs(away[worst])), 0.5 * float(tilt.max()))
    return size, bool(away[worst] > 0)
