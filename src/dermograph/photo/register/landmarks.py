"""A map from points that a person clicked in both photographs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dermograph.photo.register.warp import Positions, Warp, grid, projected

LEAST = 4  # fewer leave nothing to check the others by
SPLINE_FROM = 6  # fewer carry an affine map only: a spline through four clicks bends with the hand
BEND = 1e-3  # how much a spline may pass a click by, as a share of the spread
THIN = 0.08  # the narrow side of the clicks' spread over its long side, below which they stand in a line


@dataclass(frozen=True, slots=True, eq=False)
class Clicked:
    """A map from clicks, and how well they agree with each other.

    Attributes:
        warp: The map.
        residual_px: How far a click is from where the others put it, px of the follow-up, root mean square.
        spread_px: Root mean square distance of the follow-up's clicks from their centre.
    """

    warp: Warp
    residual_px: float
    spread_px: float


def clicked(before: Positions, after: Positions, size: tuple[int, int], spacing: float) -> Clicked | None:
    """The map that pairs of clicks settle.

    Similarity, affine map or thin-plate spline: whichever puts each click nearest to where it is when the map is made
    from the others, a stiffer one unless the looser is clearly better.

    Args:
        before: ``(n, 2)`` px of the baseline.
        after: ``(n, 2)`` px of the follow-up.
        size: Width and height of the baseline, px.
        spacing: Of the map's grid, baseline px.

    Returns:
        None if there are fewer than four, or if they stand in a line.
    """
    if len(before) < LEAST or _narrow(before) < THIN or _narrow(after) < THIN:
        return None
    errors = {name: _left_out(before, after, name) for name in _models(len(before))}
    clearly = 0.8
    best = "similarity"
    for name, error in errors.items():
        if error < clearly * errors[best]:
            best = name
    linear = _linear(before, after, "similarity" if best == "similarity" else "affine")
    nodes = grid(*size, spacing)
    field = np.zeros(nodes.shape)
    if best == "spline":
        field = _spline(before, after - projected(linear, before), nodes)
    spread = float(np.sqrt(((after - after.mean(axis=0)) ** 2).sum(axis=1).mean()))
    return Clicked(Warp(linear, field.astype(np.float32), spacing), errors[best], spread)


def _models(count: int) -> tuple[str, ...]:
    return ("similarity", "affine", "spline") if count >= SPLINE_FROM else ("similarity", "affine")


def _narrow(points: Positions) -> float:
    """The narrow side of a cloud of points over its long side, 0 to 1."""
    long, narrow = np.linalg.svd(points - points.mean(axis=0), compute_uv=False)[:2]
    return float(narrow / long) if long > 0 else 0.0


def _left_out(before: Positions, after: Positions, model: str) -> float:
    """Root mean square distance of each click from where the others put it."""
    errors = []
    for index in range(len(before)):
        others = np.arange(len(before)) != index
        linear = _linear(before[others], after[others], "similarity" if model == "similarity" else "affine")
        found = projected(linear, before[index : index + 1])
        if model == "spline":
            rest = after[others] - projected(linear, before[others])
            found = found + _spline(before[others], rest, before[index : index + 1])
        errors.append(np.sum((found - after[index]) ** 2))
    return float(np.sqrt(np.mean(errors)))


def _linear(before: Positions, after: Positions, model: str) -> NDArray[np.float64]:
    """The ``(3, 3)`` similarity or affine map with the least squared distance."""
    x, y, one, nil = before[:, 0], before[:, 1], np.ones(len(before)), np.zeros(len(before))
    if model == "similarity":
        rows = np.concatenate([np.stack([x, -y, one, nil], axis=1), np.stack([y, x, nil, one], axis=1)])
        a, b, c, d = np.linalg.lstsq(rows, after.T.ravel(), rcond=None)[0]
        return np.array([[a, -b, c], [b, a, d], [0.0, 0.0, 1.0]])
    found = np.linalg.lstsq(np.stack([x, y, one], axis=1), after, rcond=None)[0].T
    return np.concatenate([found, [[0.0, 0.0, 1.0]]])


def _spline(at: Positions, values: Positions, wanted: Positions) -> Positions:
    """The thin-plate spline through values at scattered positions, at other positions.

    Source: F. L. Bookstein, "Principal warps: thin-plate splines and the decomposition of deformations", IEEE PAMI 11
        (1989) 567–585.
    """
    middle = at.mean(axis=0)
    unit = float(np.sqrt(((at - middle) ** 2).sum(axis=1).mean()))
    knots, places = (at - middle) / unit, (wanted - middle) / unit

    def bending(places: Positions) -> NDArray[np.float64]:
        squares = ((places[..., None, :] - knots) ** 2).sum(axis=-1)
        return np.asarray(squares * np.log(np.maximum(squares, 1e-12)) / 2)

    count = len(knots)
    plane = np.concatenate([np.ones((count, 1)), knots], axis=1)
    system = np.zeros((count + 3, count + 3))
    system[:count, :count] = bending(knots) + BEND * np.eye(count)
    system[:count, count:], system[count:, :count] = plane, plane.T
    weights = np.linalg.lstsq(system, np.concatenate([values, np.zeros((3, 2))]), rcond=None)[0]
    flat = np.concatenate([np.ones((*places.shape[:-1], 1)), places], axis=-1)
    found: Positions = bending(places) @ weights[:count] + flat @ weights[count:]
    return found
