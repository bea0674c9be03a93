"""From a mask to the polygon around it."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray


def walk(part: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The closed walk along the edges of the pixels of one part without holes, corners at halves.

    With the lesion to the right of the walk, each corner of the grid has one way on; where two pixels touch at a corner
    only, the walk stays with the pixel that it came along, so that it touches itself there but does not cross.
    """
    grid = part.astype(np.int8)
    down, right = np.diff(grid, axis=0), np.diff(grid, axis=1)
    ways: dict[tuple[int, int], list[tuple[int, int]]] = {}
    for table, sign, begin, step in (
        (down, 1, (0, 1), (1, 0)),
        (down, -1, (1, 1), (-1, 0)),
        (right, -1, (1, 0), (0, 1)),
        (right, 1, (1, 1), (0, -1)),
    ):
        rows, cols = np.nonzero(table == sign)
        for y, x in zip(rows.tolist(), cols.tolist(), strict=True):
            corner = (x + begin[0], y + begin[1])
            ways.setdefault(corner, []).append(step)
    start = at = next(iter(ways))
    heading = ways[at][0]
    corners = []
    while True:
        choices = ways[at]
        turned = (-heading[1], heading[0])  # to the right, where the lesion is
        way = choices[0] if len(choices) == 1 or choices[0] == turned else choices[1]
        choices.remove(way)
        if way != heading or at == start:
            corners.append(at)
        heading = way
        at = (at[0] + way[0], at[1] + way[1])
        if at == start and not ways[at]:
            break
    return np.array(corners, dtype=np.float64) - 0.5


def smooth_walk(corners: NDArray[np.float64], over: float, spacing: float) -> NDArray[np.float64]:
    """A closed walk without its staircase.

    Args:
        corners: ``(n, 2)`` of the walk, in order.
        over: Length that positions are averaged over, in their unit.
        spacing: From one point of the result to the next.

    Returns:
        ``(m, 2)``, at least three points.
    """
    edges = np.roll(corners, -1, axis=0) - corners
    lengths = np.linalg.norm(edges, axis=1)
    along = np.concatenate([[0.0], np.cumsum(lengths)])
    count = max(int(np.ceil(4 * along[-1] / over)), 12)
    at = np.linspace(0, along[-1], count, endpoint=False)
    closed = np.concatenate([corners, corners[:1]])
    even = np.stack([np.interp(at, along, closed[:, axis]) for axis in range(2)], axis=-1)
    half = 2
    wide = np.concatenate([even[-half:], even, even[:half]])
    kernel = np.array([1.0, 2.0, 3.0, 2.0, 1.0]) / 9
    soft = np.stack([np.convolve(wide[:, axis], kernel, "valid") for axis in range(2)], axis=-1)
    keep = max(int(spacing * count / along[-1]), 1)
    found: NDArray[np.float64] = soft[::keep]
    return found if len(found) > 2 else soft


def walk_length(mask: NDArray[np.bool_]) -> float:
    """Length of the border of a mask, in its own cells: along a smoothed walk around each part."""
    contours, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    total = 0.0
    for contour in contours:
        walk = contour[:, 0].astype(np.float64)
        if len(walk) > 12:
            kernel = np.ones(5) / 5
            wide = np.concatenate([walk[-2:], walk, walk[:2]])
            walk = np.stack([np.convolve(wide[:, axis], kernel, "valid") for axis in range(2)], axis=-1)
        total += float(np.linalg.norm(walk - np.roll(walk, 1, axis=0), axis=1).sum())
    return total
