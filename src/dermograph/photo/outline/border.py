"""Where the visible border of a lesion runs: half-way between its colour and that of the skin beside it.

A rough outline tells where to look; colour tells where the border is. The colours of the lesion's inside and of the
ring are projected onto the one direction that separates them best (Fisher's), so that the ring is 0 and the inside 1.
The border is where the smoothed projection passes the middle between what it is some mm to the inside and to the
outside of that place. That level does not move when a lesion fades, evenly or not, nor with blur.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from dermograph.core.text import Text
from dermograph.photo.finding import Refusal
from dermograph.photo.outline.trend import deepest_of_parts, design
from dermograph.photo.outline.walk import walk_length

Mask = NDArray[np.bool_]
Picture = NDArray[np.float32]
Floats = NDArray[np.float64]

FINER = 2  # sub-cells of a cell, in each direction, in which the border is followed
_BAND_MM, _BAND_SHARE = 1.5, 0.12  # how far the border may lie from the rough outline: share of the lesion's diameter
_WIDEST_MM = 4.0
_SMOOTH_MM = 0.3
_SMOOTH_SHARE = 0.25  # at most, of the way to the middle of a part
_ROUND_MM = 0.5  # inlets and spikes much narrower than this are rounded off
_LOCAL_MM = 1.5  # how far from the border the levels on its two sides are looked at
_PROBE_MM = 0.8  # how far on both sides of the border its step is looked at
_STEP_LEAST = 0.4  # of the whole step must be there locally
_LEAST_DISTINCT = 0.8  # share of the border that must show it
_LEAST_SEPARATION = 2.0  # standard deviations of the smoothed skin between inside and ring
_LEAST_CORE = 12  # cells
_LEAST_WEIGHT, _RIDGE = 0.02, 0.05
_MOST_RIM = 0.1  # of the border may lie at the outer edge of the band
_PROBES = 20_000  # places of the border that are looked at, at most
_ROUNDS = 3
_HALF = 0.5

NOT_DISTINCT = Refusal(
    "border_not_distinct",
    Text(
        "The border of the lesion is not distinct enough to measure its size.",
        "El borde de la lesión no es lo bastante nítido para medir su tamaño.",
    ),
)


@dataclass(frozen=True, slots=True, eq=False)
class Border:
    """The visible border of a lesion in a window.

    Attributes:
        fine: ``(h, w)`` sub-cells, ``FINER`` for a cell in each direction, of a box of the window; true within the
            border.
        corner: First column and row of the box, cells.
        confidence: Share of the border at which a distinct step is seen, 0 to 1.
        noise: Standard uncertainty of where the border lies from the unevenness of skin, in cells, as one shift of all
            of it.
        unevenness: Standard deviation of the level within, as a share of its step.
        length: Of the border, cells.
        parts: How many separate parts there are.
        smoothing: Standard deviation of the blur that it was found with, cells.
    """

    fine: Mask
    corner: tuple[int, int]
    confidence: float
    noise: float
    unevenness: float
    length: float
    parts: int
    smoothing: float

    @property
    def lost_area(self) -> float:
        """What the blur has taken off the area, cells²: π σ² for each part, whatever its shape.

        Blur moves a level inwards by σ²/2 times its curvature, and the curvature of a closed line sums up to 2π.
        """
        return self.parts * float(np.pi) * self.smoothing**2


@dataclass(frozen=True, slots=True, eq=False)
class Rough:
    """What is known before: a rough outline and the skin beside it, on the cells of a window.

    Attributes:
        lesion: ``(h, w)`` cells within the rough outline.
        ring: ``(h, w)`` adjacent skin.
        bare: ``(h, w)`` cells that show skin or lesion and nothing else.
        lab: ``(h, w, 3)`` CIELAB.
        per_mm: Cells in a mm.
    """

    lesion: Mask
    ring: Mask
    bare: Mask
    lab: Picture
    per_mm: float


def border(rough: Rough) -> Border | Refusal:
    """Find the visible border near a rough outline.

    Returns:
        The border; refused where no distinct one is seen: little contrast, a step on too small a part of it, or a
        lesion that ends beyond the band in which it is looked for.
    """
    signed = _signed_distance(rough.lesion)
    deep = _depth_of_parts(signed)
    core = rough.bare & (signed > max(0.35 * deep, 0.5))
    level = _projected(rough, core) if core.sum() >= _LEAST_CORE else None
    if level is None:
        return NOT_DISTINCT
    sigma = max(min(_SMOOTH_MM * rough.per_mm, _SMOOTH_SHARE * deep), 0.5)
    soft = _smoothed(level, rough.bare, sigma)
    spread = float(np.std(soft[rough.ring]))
    if spread * _LEAST_SEPARATION > 1:
        return NOT_DISTINCT
    diameter = 2 * float(np.sqrt(rough.lesion.sum() / np.pi))
    band = float(np.clip(_BAND_SHARE * diameter, _BAND_MM * rough.per_mm, _WIDEST_MM * rough.per_mm))
    rows, cols = np.nonzero(signed > -band - 3)
    box = slice(int(rows.min()), int(rows.max()) + 1), slice(int(cols.min()), int(cols.max()) + 1)
    soft, bare, signed = soft[box], rough.bare[box], signed[box]
    rounding = min(_ROUND_MM * rough.per_mm, _SMOOTH_SHARE * deep)
    found = _followed(soft, bare, signed, band, rough.per_mm * _LOCAL_MM, rounding)
    if found is None:
        return NOT_DISTINCT
    corner = int(cols.min()), int(rows.min())
    uneven = float(np.std(_smoothed(level, rough.bare, sigma)[core]))
    blank = Border(found, corner, 0.0, 0.0, uneven, 0.0, 0, float(np.hypot(sigma, rounding)))
    return _judged(blank, soft, spread, rough.per_mm)


def _depth_of_parts(signed: Picture) -> float:
    """How deep the parts of a lesion are, cells: the depth that half of its area lies in parts of at least."""
    labels, deepest = deepest_of_parts(signed)
    inside = labels[labels > 0]
    return float(np.median(deepest[inside])) if len(inside) else 0.0


def _signed_distance(mask: Mask) -> Picture:
    """Distance from the border of a mask in cells, positive inside."""
    inside = cv2.distanceTransform(np.pad(mask, 1).astype(np.uint8), cv2.DIST_L2, 5)[1:-1, 1:-1]
    away = cv2.distanceTransform((~mask).astype(np.uint8), cv2.DIST_L2, 5)
    return np.asarray(np.where(mask, inside - 0.5, 0.5 - away), dtype=np.float32)


def _projected(rough: Rough, core: Mask) -> Picture | None:
    """The colours on the line from ring (0) to lesion (1), a plane of light taken off; None if they are alike."""
    height, width = core.shape
    rows, cols = np.nonzero(rough.ring)
    terms = design(2 * cols / width - 1, 2 * rows / height - 1, 1)
    plane = np.linalg.solve(terms.T @ terms + 1e-6 * np.eye(3), terms.T @ rough.lab[rows, cols].astype(np.float64))
    y, x = np.mgrid[:height, :width]
    flat = rough.lab - design(2 * x.ravel() / width - 1, 2 * y.ravel() / height - 1, 1).dot(plane).reshape(
        height, width, 3
    )
    inside, beside = flat[core].astype(np.float64), flat[rough.ring].astype(np.float64)
    step = inside.mean(axis=0) - beside.mean(axis=0)
    scatter = np.cov(inside.T) + np.cov(beside.T)
    weights = np.linalg.solve(scatter + _RIDGE * np.trace(scatter) * np.eye(3), step)
    reach = float(weights @ step)
    if reach <= 0:
        return None
    return np.asarray((flat @ weights - beside.mean(axis=0) @ weights) / reach, dtype=np.float32)


def _smoothed(level: Picture, bare: Mask, sigma: float) -> Picture:
    weight = cv2.GaussianBlur(bare.astype(np.float32), (0, 0), sigma)
    blurred = cv2.GaussianBlur(np.where(bare, level, np.float32(0)), (0, 0), sigma)
    return np.asarray(blurred / np.maximum(weight, np.float32(1e-2)), dtype=np.float32)


def _followed(soft: Picture, bare: Mask, signed: Picture, band: float, local: float, rounding: float) -> Mask | None:
    """The half-way level in sub-cells, held to the band; None where it runs along the band's outer edge."""
    inner = min(band, 0.9 * float(signed.max()))
    size = (soft.shape[1] * FINER, soft.shape[0] * FINER)
    place = cv2.resize(signed, size, interpolation=cv2.INTER_LINEAR)
    level = _middle(soft, bare, signed, local)
    found = place > 0
    for number in range(_ROUNDS):
        fine = cv2.resize(soft - level, size, interpolation=cv2.INTER_CUBIC)
        raw = ((fine > 0) | (place > inner)) & (place > -band)
        even = cv2.GaussianBlur(raw.astype(np.float32), (0, 0), rounding * FINER) > _HALF
        found = _whole(np.asarray(even), place > 0.25 * inner)
        if not found.any():
            return None
        if number < _ROUNDS - 1:
            coarse = cv2.resize(found.astype(np.float32), soft.shape[::-1], interpolation=cv2.INTER_AREA) > _HALF
            level = _middle(soft, bare, _signed_distance(np.asarray(coarse)), local)
    at_edge = np.count_nonzero(found & (place < -band + 1))
    return None if at_edge > _MOST_RIM * np.count_nonzero(_rim(found)) * FINER else found


def _whole(inside: Mask, seed: Mask) -> Mask:
    """The parts of a mask that hold a seed, their holes filled."""
    count, labels = cv2.connectedComponents(inside.astype(np.uint8), connectivity=4)
    kept = np.bincount(labels[seed], minlength=count) > 0
    kept[0] = False
    found = kept[labels]
    _, labels = cv2.connectedComponents((~np.pad(found, 1)).astype(np.uint8), connectivity=4)
    return np.asarray(labels[1:-1, 1:-1] != labels[0, 0], dtype=bool)


def _middle(soft: Picture, bare: Mask, signed: Picture, local: float) -> Picture:
    """Half-way between the levels inside and outside near each place."""
    total = np.zeros_like(soft)
    for side, whole in ((signed > 0.25 * local, 1.0), (signed < -0.25 * local, 0.0)):
        near = (side & bare).astype(np.float32)
        weight = cv2.GaussianBlur(near, (0, 0), local)
        mean = cv2.GaussianBlur(soft * near, (0, 0), local) / np.maximum(weight, np.float32(1e-6))
        total += np.where(weight > _LEAST_WEIGHT, mean, np.float32(whole))
    return np.asarray(total / 2, dtype=np.float32)


def _rim(mask: Mask) -> Mask:
    eroded = cv2.erode(mask.astype(np.uint8), np.ones((3, 3), np.uint8), borderType=cv2.BORDER_CONSTANT, borderValue=0)
    return np.asarray(mask & ~eroded.astype(bool), dtype=bool)


def _judged(found: Border, soft: Picture, spread: float, per_mm: float) -> Border | Refusal:
    """How distinct the border is, and how far noise moves it."""
    rim = np.argwhere(_rim(found.fine))
    rows, cols = rim[:: len(rim) // _PROBES + 1].T
    place = _signed_distance(found.fine)
    slope_y, slope_x = np.gradient(cv2.GaussianBlur(place, (0, 0), 2.0 * FINER))
    normal = np.stack([slope_x[rows, cols], slope_y[rows, cols]], axis=-1)
    normal /= np.maximum(np.linalg.norm(normal, axis=-1, keepdims=True), 1e-6)
    at = (np.stack([cols, rows], axis=-1) + 0.5) / FINER - 0.5
    probe = min(max(_PROBE_MM * per_mm, 1.5 * found.smoothing), 0.8 * _depth_of_parts(place) / FINER)
    sides = []
    for sign in (1, -1):
        xy = (at + sign * probe * normal).astype(np.float32)
        sides.append(cv2.remap(soft, xy[:, :1], xy[:, 1:], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)[:, 0])
    step = sides[0] - sides[1]
    confidence = float(np.mean(step > _STEP_LEAST))
    if confidence < _LEAST_DISTINCT:
        return NOT_DISTINCT
    length = walk_length(found.fine) / FINER
    slope = float(np.median(step)) / (2 * probe)
    alike = max(4 * found.smoothing, 1.0)  # noise is alike over some four deviations of the blur
    noise = spread / max(slope, 1e-6) / float(np.sqrt(max(length / alike, 1.0)))
    parts = cv2.connectedComponents(found.fine.astype(np.uint8))[0] - 1
    return replace(found, confidence=confidence, noise=noise, length=length, parts=parts)
