"""How evenly the dots lie: distances to the nearest, clusters, gaps, and how much of the skin they cover."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from dermograph.core.quantity import Quantity
from dermograph.photo.scalp.dots import Dots
from dermograph.photo.scalp.head import Head

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

FEWEST = 50  # dots: fewer say nothing about how even they are
#: In units of the usual distance, one over the square root of the density. Assumptions, such that dots placed at the
#: distance that the design keeps never make a cluster, and almost never a gap.
NEAR, FAR = 0.4, 1.5
_CLUSTER = 3  # dots
_TILES = 4  # by so many, each left out once
_DRAWN_PX_PER_MM = 10.0
_SUBPIXEL = 4  # bits


@dataclass(frozen=True, slots=True)
class Gap:
    """A place without dots.

    Attributes:
        xy_px: The middle of the largest empty circle in it.
        diameter_mm: Of that circle.
    """

    xy_px: tuple[float, float]
    diameter_mm: float


@dataclass(frozen=True, slots=True)
class Evenness:
    """How evenly dots lie.

    Attributes:
        nearest_mm: Mean distance to the nearest dot.
        clark_evans: That over the mean at random, 1: below it dots crowd, above they keep apart (P. J. Clark and
            F. C. Evans, Ecology 35 (1954) 445–453), corrected at the borders as K.-H. Hanisch did (Mathematische
            Operationsforschung und Statistik 15 (1984) 409–416). Dots nearer than half a millimetre are seen as one.
        cv: Standard deviation of the distances to the nearest over their mean; 0.52 at random, less if even.
        coverage: The share of the skin under dots, 0 to 1.
        clustered: The share of dots in clusters of three or more.
        gaps: The largest first.
    """

    nearest_mm: Quantity
    clark_evans: Quantity
    cv: Quantity
    coverage: float
    clustered: float
    gaps: tuple[Gap, ...]

    def to_json(self) -> dict[str, Any]:
        """Figures with their errors; the ten largest gaps and how many there are."""
        return {
            **{
                name: {"value": one.value, "u": one.u}
                for name, one in (("nearest_mm", self.nearest_mm), ("clark_evans", self.clark_evans), ("cv", self.cv))
            },
            "coverage": self.coverage,
            "clustered": self.clustered,
            "gaps": len(self.gaps),
            "largest_gaps": [{"xy_px": list(gap.xy_px), "diameter_mm": gap.diameter_mm} for gap in self.gaps[:10]],
        }


def evenness(dots: Dots, head: Head) -> Evenness | None:
    """How evenly dots lie; None of fewer than 50.

    Args:
        dots: Those that were found.
        head: How the scalp is curved.
    """
    counted = head.is_counted(dots.xy_px)
    xy, size = dots.xy_px[counted], dots.diameter_mm[counted]
    if len(xy) < FEWEST:
        return None
    drawn, scale = _drawn(dots, head)
    skin = head.on_skin(xy)
    apart = np.asarray(cKDTree(skin).query(skin, k=2)[0][:, 1], dtype=np.float64)
    stretch = head.stretch(_grid(drawn.shape, scale))
    area_mm2 = float((stretch[drawn.ravel()]).sum() / (dots.px_per_mm * scale) ** 2)
    border = np.asarray(cv2.distanceTransform(np.pad(drawn, 1).astype(np.uint8), cv2.DIST_L2, 5)[1:-1, 1:-1])
    cell = np.clip(((xy + 0.5) * scale).astype(np.intp), 0, np.array(drawn.shape[::-1]) - 1)
    to_border = border[cell[:, 1], cell[:, 0]] / (dots.px_per_mm * scale)
    eroded = _eroded(np.asarray(border[drawn], dtype=np.float64) / (dots.px_per_mm * scale), apart)
    usual = float(np.sqrt(area_mm2 / len(xy)))
    tile = _tiles(xy, dots.shape)

    def figures(chosen: Mask) -> Floats:
        # Only dots whose nearest is surely seen, each standing for the part of the skin where that can be said.
        weight = np.where(chosen & (apart <= to_border), 1 / eroded, 0)
        mean = float(np.average(apart, weights=weight))
        spread = float(np.sqrt(np.average((apart - mean) ** 2, weights=weight)))
        return np.array([mean, mean / (usual / 2), spread / mean])

    whole = figures(np.ones(len(xy), np.bool_))
    parts = np.stack([figures(tile != one) for one in np.unique(tile)])
    u = np.sqrt((len(parts) - 1) / len(parts) * ((parts - parts.mean(axis=0)) ** 2).sum(axis=0))
    units = ("mm", "index", "index")
    nearest, ratio, cv = (
        Quantity(float(value), float(one), unit) for value, one, unit in zip(whole, u, units, strict=True)
    )
    return Evenness(
        nearest_mm=nearest,
        clark_evans=ratio,
        cv=cv,
        coverage=_coverage(xy, size, drawn, scale, dots.px_per_mm),
        clustered=_clustered(skin, NEAR * usual),
        gaps=tuple(_gaps(xy, drawn, border, scale, dots.px_per_mm, FAR * usual)),
    )


def _drawn(dots: Dots, head: Head) -> tuple[Mask, float]:
    """``(rows, cols)`` the bare scalp that is counted, at 10 px per mm or less, and that size over the photograph's."""
    scale = min(1.0, _DRAWN_PX_PER_MM / dots.px_per_mm)
    rows, cols = max(round(dots.shape[0] * scale), 1), max(round(dots.shape[1] * scale), 1)
    usable = np.ones((rows, cols), np.uint8)
    if dots.usable is not None:
        usable = np.asarray(cv2.resize(dots.usable.view(np.uint8), (cols, rows), interpolation=cv2.INTER_NEAREST))
    return usable.astype(np.bool_) & head.is_counted(_grid((rows, cols), scale)).reshape(rows, cols), scale


def _grid(shape: tuple[int, int], scale: float) -> Floats:
    """``(n, 2)`` the middle of each pixel of a smaller picture, px of the photograph."""
    down, across = np.mgrid[: shape[0], : shape[1]]
    return np.stack([across.ravel(), down.ravel()], axis=-1).astype(np.float64) / scale + (0.5 / scale - 0.5)


def _eroded(border: Floats, apart: Floats) -> Floats:
    """``(n,)`` the share of the skin that lies at least so far from its border as each distance."""
    order = np.sort(border)
    return np.maximum(1 - np.searchsorted(order, apart) / len(order), 1 / len(order))


def _tiles(xy: Floats, shape: tuple[int, int]) -> NDArray[np.intp]:
    """``(n,)`` the tile of each dot; tiles with hardly any dots are joined to others."""
    cell = (xy / (shape[1], shape[0]) * _TILES).astype(np.intp).clip(0, _TILES - 1)
    tile = cell[:, 1] * _TILES + cell[:, 0]
    many = np.bincount(tile, minlength=_TILES**2)
    few = np.flatnonzero(many < len(xy) / (4 * _TILES**2))
    return np.where(np.isin(tile, few), int(many.argmax()), tile)


def _coverage(xy: Floats, size: Floats, drawn: Mask, scale: float, px_per_mm: float) -> float:
    """The share under dots, drawn so that dots over each other count once."""
    canvas = np.zeros(drawn.shape, np.uint8)
    one = 1 << _SUBPIXEL
    at = np.rint(((xy + 0.5) * scale - 0.5) * one).astype(int).tolist()
    radius = np.rint(size / 2 * px_per_mm * scale * one).astype(int).tolist()
    for middle, reach in zip(at, radius, strict=True):
        cv2.circle(canvas, middle, reach, 1, cv2.FILLED, cv2.LINE_8, _SUBPIXEL)
    return float(canvas[drawn].mean()) if drawn.any() else 0.0


def _clustered(skin: Floats, near: float) -> float:
    """The share of dots in clusters of at least three that touch by less than a distance."""
    pairs = cKDTree(skin).query_pairs(near, output_type="ndarray")
    if not len(pairs):
        return 0.0
    graph = coo_array((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(len(skin), len(skin)))
    _, label = connected_components(graph, directed=False)
    return float((np.bincount(label)[label] >= _CLUSTER).mean())


def _gaps(xy: Floats, drawn: Mask, border: NDArray[Any], scale: float, px_per_mm: float, far: float) -> Sequence[Gap]:
    """The places that are farther than a distance from every dot and from the border, the largest first."""
    canvas = np.ones(drawn.shape, np.uint8)
    cell = np.clip(((xy + 0.5) * scale).astype(np.intp), 0, np.array(drawn.shape[::-1]) - 1)
    canvas[cell[:, 1], cell[:, 0]] = 0
    away = np.minimum(cv2.distanceTransform(canvas, cv2.DIST_L2, 5), border) / (px_per_mm * scale)
    count, label, _, _ = cv2.connectedComponentsWithStats((away > far).astype(np.uint8), connectivity=8)
    if count == 1:
        return []
    order = np.lexsort((away.ravel(), label.ravel()))  # the last of each label is its farthest place
    last = np.flatnonzero(np.diff(label.ravel()[order], append=-1))
    found = []
    for place in order[last]:
        if label.ravel()[place] == 0:
            continue
        row, col = divmod(int(place), drawn.shape[1])
        middle = ((col + 0.5) / scale - 0.5, (row + 0.5) / scale - 0.5)
        found.append(Gap(middle, 2 * float(away[row, col])))
    return sorted(found, key=lambda gap: -gap.diameter_mm)
