"""The heat map: by how much the colour of each place changed, and where that is more than noise."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from dermograph.photo.colour.difference import delta_e00
from dermograph.photo.comparison import Comparison
from dermograph.photo.report.figures import nice
from dermograph.photo.report.rendering import Aligned, Mask, Rgb
from dermograph.photo.report.window import reach_px

_MOST_BLOCKS = 64  # along the long side: smaller ones show the noise of the camera
_RESIDUALS = 3.0  # a block spans this many registration errors at least, so that edges of detail do not show as change
_LEAST_SHARE = 0.5  # of a block that has to be skin in both photographs
_LEAST_SKIN = 40  # blocks of adjacent skin from which a limit can be read
_QUIET = 0.99  # share of the blocks of adjacent skin that stay below the limit
_FAINT = 0.55  # contrast at which the photograph shows below the limit


@dataclass(frozen=True, slots=True, eq=False)
class HeatMap:
    """Local change of colour.

    Attributes:
        values: ``(rows, columns)`` ΔE00 of the mean colours of each block, after the shift that the adjacent skin shows
            too was taken off; NaN where a block is not known.
        block_px: Side of a block, px of the picture.
        block_mm: The same on the skin; None without a scale.
        limit: ΔE00 below which a block is no change: what 99 of 100 blocks of adjacent skin stay below, and never less
            than the smallest detectable change of the contrast.
        top: ΔE00 at the upper end of the colour scale.
        shift: ΔE00 of the shift that was taken off.
    """

    values: NDArray[np.float64]
    block_px: float
    block_mm: float | None
    limit: float
    top: float
    shift: float

    @property
    def above(self) -> Mask:
        """The blocks that changed by more than the limit and touch another one that did: chance seldom falls twice."""
        with np.errstate(invalid="ignore"):
            alone = (self.values > self.limit).astype(np.uint8)
        neighbours = np.array([[1, 1, 1], [1, 0, 1], [1, 1, 1]], np.uint8)
        touching = cv2.filter2D(alone, -1, neighbours, borderType=cv2.BORDER_CONSTANT)
        found: Mask = (alone > 0) & (np.asarray(touching) > 0)
        return found


def heat_map(comparison: Comparison, pair: Aligned) -> HeatMap | None:
    """The heat map of a comparison.

    Args:
        comparison: Whose contrast gives the least limit.
        pair: Both photographs over the same skin.

    Returns:
        None without colour, without an outline, or with too little adjacent skin to tell change from noise.
    """
    if pair.before_lab is None or pair.after_lab is None or comparison.outline is None:
        return None
    blocks = _block_px(comparison, pair)
    rows = max(1, round(pair.window.rows / blocks))
    columns = max(1, round(pair.window.columns / blocks))
    weight = _means(pair.usable.astype(np.float32), rows, columns)
    before = _means(pair.before_lab * pair.usable[..., None], rows, columns)
    after = _means(pair.after_lab * pair.usable[..., None], rows, columns)
    seen = weight >= _LEAST_SHARE
    lesion = _means(lesion_mask(comparison, pair).astype(np.float32), rows, columns)
    skin = seen & (lesion == 0)
    if np.count_nonzero(skin) < _LEAST_SKIN:
        return None
    with np.errstate(invalid="ignore", divide="ignore"):
        before, after = before / weight[..., None], after / weight[..., None]
    shift = np.median(after[skin] - before[skin], axis=0)
    values = np.where(seen, delta_e00(np.nan_to_num(before), np.nan_to_num(after - shift)), np.nan)
    contrast = comparison.measure("contrast")
    least = contrast.change.mdc95 if contrast and contrast.change else 0.0
    limit = max(least, float(np.quantile(values[skin], _QUIET)))
    middle = np.median(before[skin], axis=0)
    top = nice(max(2 * limit, float(np.nanquantile(values, _QUIET)), 1.0))
    size = pair.window.columns / columns
    mm = pair.window.mm_per_px
    return HeatMap(values, size, size * mm if mm else None, limit, top, float(delta_e00(middle, middle + shift)))


def lesion_mask(comparison: Comparison, pair: Aligned) -> Mask:
    """The outlined lesion as pixels of the picture; empty without an outline."""
    window = pair.window
    if comparison.outline is None:
        return np.zeros((window.rows, window.columns), bool)
    return comparison.outline.mask(window.x0, window.y0, window.columns, window.rows, scale=window.scale)


def ring_mask(comparison: Comparison, pair: Aligned) -> Mask | None:
    """The ring of adjacent skin as pixels of the picture, with what is left out in it; None without an outline."""
    if comparison.outline is None:
        return None
    window = pair.window
    lesion = lesion_mask(comparison, pair)
    stretch = window.columns / window.width
    mm_per_px = window.mm_per_px * stretch if window.mm_per_px else None
    reach = reach_px(comparison.outline, mm_per_px)
    away = cv2.distanceTransform((~lesion).astype(np.uint8), cv2.DIST_L2, 5)
    found: Mask = (away > reach.gap * stretch) & (away <= reach.outer * stretch)
    return found


def painted(heat: HeatMap, pair: Aligned) -> Rgb:
    """The heat map as a picture.

    Blocks above the limit are coloured. Below it the baseline shows through in grey, so that what did not change looks
    like nothing. Blocks that are not known are hatched.
    """
    rows, columns = pair.window.rows, pair.window.columns
    grey = cv2.cvtColor(pair.before, cv2.COLOR_RGB2GRAY).astype(np.float32)
    faint = np.clip(128 + (grey - float(grey.mean())) * _FAINT, 40, 215).astype(np.uint8)
    picture = np.repeat(faint[..., None], 3, axis=2)

    def enlarged(blocks: NDArray[np.uint8]) -> NDArray[np.uint8]:
        return cv2.resize(blocks, (columns, rows), interpolation=cv2.INTER_NEAREST).astype(np.uint8)

    above = enlarged(heat.above.astype(np.uint8)).astype(bool)
    coloured = enlarged(colours(np.nan_to_num(heat.values) / heat.top))
    picture[above] = coloured[above]
    unknown = enlarged(np.isnan(heat.values).astype(np.uint8)).astype(bool)
    y, x = np.indices((rows, columns), sparse=True)
    stripes = (x + y) % 14 < 2  # px: a hatch that also shows on a small print
    picture[unknown] = 150
    picture[unknown & stripes] = 90
    return picture


def colours(share: NDArray[np.float64]) -> Rgb:
    """Colours of the scale, 0 to 1: viridis, whose lightness rises evenly and which colour-blind eyes can order.

    Source: Smith and van der Walt, matplotlib 2.0 (2015).
    """
    level = np.rint(np.clip(share, 0, 1) * 255).astype(np.uint8)
    flat = cv2.applyColorMap(level.reshape(-1, 1), cv2.COLORMAP_VIRIDIS)
    found: Rgb = np.asarray(flat)[:, 0, ::-1].reshape(*level.shape, 3).astype(np.uint8)
    return found


def _block_px(comparison: Comparison, pair: Aligned) -> float:
    """Side of a block, px of the picture: a round figure in mm where the scale is known."""
    window = pair.window
    least = max(window.rows, window.columns) / _MOST_BLOCKS
    residual = comparison.registration.residual_mm
    if window.mm_per_px is None:
        return least
    return nice(max(least * window.mm_per_px, _RESIDUALS * (residual or 0.0))) / window.mm_per_px


def _means(values: NDArray[np.float32], rows: int, columns: int) -> NDArray[np.float64]:
    """Means of blocks that share a picture out evenly."""
    return np.asarray(cv2.resize(values, (columns, rows), interpolation=cv2.INTER_AREA), np.float64)
