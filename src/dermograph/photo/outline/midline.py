"""The middle line of a band: what the length of a stria is measured along."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]

_MOST_ROUNDS = 400
_DEPTH = 5.0  # cells from border to middle line are enough; a wider band is looked at more coarsely
_STEPS = ((0, 1, 1.0), (1, 0, 1.0), (1, 1, 2.0**0.5), (1, -1, 2.0**0.5))


def midline(band: Mask) -> Floats:
    """The longest way along the middle of a band, from end to end.

    The band is thinned to a line one cell wide; the longest shortest way through it is smoothed and carried on to the
    band's ends.

    Args:
        band: ``(h, w)`` one connected part with a margin of at least one cell.

    Returns:
        ``(n, 2)`` positions x, y in cells, middles at integers; at least two.
    """
    depth = np.asarray(cv2.distanceTransform(band.astype(np.uint8), cv2.DIST_L2, 5), dtype=np.float32)
    coarser = max(int(float(depth.max()) / _DEPTH), 1)
    if coarser > 1:
        height, width = (int(np.ceil(size / coarser)) + 2 for size in band.shape)
        padded = np.zeros((height * coarser, width * coarser), np.float32)
        padded[coarser : coarser + band.shape[0], coarser : coarser + band.shape[1]] = band
        small = cv2.resize(padded, (width, height), interpolation=cv2.INTER_AREA) >= 0.5  # noqa: PLR2004 (half)
        found = midline(np.asarray(small, dtype=bool))
        inner = found[1:-1] if len(found) > 3 else found
        return _carried_on((inner + 0.5) * coarser - 0.5 - coarser, depth)
    from scipy.sparse import coo_array  # noqa: PLC0415 (a quarter of a second that only striae should cost)

    line = thinned(band)
    rows, cols = np.nonzero(line)
    number = np.full(band.shape, -1)
    number[rows, cols] = np.arange(len(rows))
    links = []
    for down, right, length in _STEPS:
        other = number[rows + down, cols + right]
        here = np.flatnonzero(other >= 0)
        links.append(np.stack([here, other[here], np.full(len(here), length)]))
    start, end, length = np.concatenate(links, axis=1)
    graph = coo_array((length, (start.astype(int), end.astype(int))), shape=(len(rows),) * 2).tocsr()
    first = int(_farthest(graph, 0)[0])
    last, before = _farthest(graph, first)
    way = [last]
    while way[-1] != first and before[way[-1]] >= 0:
        way.append(int(before[way[-1]]))
    path = np.stack([cols[way], rows[way]], axis=-1).astype(np.float64)
    return _carried_on(_smooth(path, float(depth.max())), depth)


def _farthest(graph: Any, start: int) -> tuple[int, NDArray[np.int32]]:  # noqa: ANN401 (scipy comes without types)
    """The node that is farthest from one, and each node's predecessor on the way there."""
    from scipy.sparse.csgraph import dijkstra  # noqa: PLC0415 (as above)

    far, before = dijkstra(graph, directed=False, indices=start, return_predecessors=True)
    return int(np.argmax(np.where(np.isfinite(far), far, -1))), before


def _smooth(path: Floats, width: float) -> Floats:
    """Without the staircase and the small forks of a thinned line."""
    half = max(int(width), 2)
    if len(path) < 4 * half:
        return path
    path = path[half:-half] if len(path) > 6 * half else path  # near its ends a thinned line turns into corners
    wide = np.concatenate([2 * path[:1] - path[half:0:-1], path, 2 * path[-1:] - path[-2 : -half - 2 : -1]])
    kernel = np.ones(2 * half + 1) / (2 * half + 1)
    return np.stack([np.convolve(wide[:, axis], kernel, "valid") for axis in range(2)], axis=-1)


def _carried_on(path: Floats, depth: NDArray[np.float32]) -> Floats:
    """The path with both ends moved on, straight, to where the band ends."""
    if len(path) < 2:
        return np.concatenate([path - np.array([0.5, 0]), path + np.array([0.5, 0])])
    ends = []
    for end, inner in ((path[0], path[min(8, len(path) - 1)]), (path[-1], path[max(-9, -len(path))])):
        heading = (end - inner) / max(float(np.linalg.norm(end - inner)), 1e-9)
        at = end.copy()
        while _depth_at(depth, at + 0.25 * heading) > 0:
            at = at + 0.25 * heading
        ends.append(at)
    return np.concatenate([ends[0][None], path, ends[1][None]])


def _depth_at(depth: NDArray[np.float32], at: Floats) -> float:
    x, y = round(float(at[0])), round(float(at[1]))
    return float(depth[y, x]) if 0 <= y < depth.shape[0] and 0 <= x < depth.shape[1] else 0.0


def thinned(mask: Mask) -> Mask:
    """A mask thinned to lines one cell wide that keep its connections.

    Source: Zhang, Suen, Communications of the ACM 27 (1984) 236-239.
    """
    image = np.pad(mask, 1).astype(np.uint8)
    for _ in range(_MOST_ROUNDS):
        changed = False
        for odd in (True, False):
            rows, cols = np.nonzero(image)
            around = [image[rows + y, cols + x] for y, x in _AROUND]
            north, east, south, west = around[0], around[2], around[4], around[6]
            count = np.sum(around, axis=0, dtype=np.intp)
            turns = np.sum(
                [(one == 0) & (other == 1) for one, other in zip(around, [*around[1:], around[0]], strict=True)], axis=0
            )
            first = (north * east * south, east * south * west) if odd else (north * east * west, north * south * west)
            away = (count >= 2) & (count <= 6) & (turns == 1) & (first[0] == 0) & (first[1] == 0)
            image[rows[away], cols[away]] = 0
            changed |= bool(away.any())
        if not changed:
            break
    return image[1:-1, 1:-1].astype(bool)


_AROUND = ((-1, 0), (-1, 1), (0, 1), (1, 1), (1, 0), (1, -1), (0, -1), (-1, -1))
