"""Whether a polygon crosses or touches itself: exact, whatever the figures."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

Points = NDArray[np.float64]
_Edge = tuple[int, int]  # polygon, number of its corner where the edge begins
_ROWS = 512  # edges held against all others at a time


def crossing(parts: Sequence[Points]) -> tuple[_Edge, _Edge] | None:
    """Two edges that meet where they should not.

    Edges of one polygon or of two may not cross, touch or lie on each other; neighbours share only their corner.

    Args:
        parts: Closed polygons, ``(n, 2)`` each, without equal corners in a row.

    Returns:
        The first such pair, each as the number of the polygon and of the corner where the edge begins; None if none
        meet.
    """
    owner = [(part, corner) for part, points in enumerate(parts) for corner in range(len(points))]
    start = np.concatenate(parts)
    end = np.concatenate([np.roll(points, -1, axis=0) for points in parts])
    low, high = np.minimum(start, end), np.maximum(start, end)
    for begin in range(0, len(start), _ROWS):
        rows = slice(begin, begin + _ROWS)
        near = (low[rows, None] <= high[None]).all(-1) & (low[None] <= high[rows, None]).all(-1)
        first, second = np.nonzero(near)
        first += begin
        keep = first < second
        first, second = first[keep], second[keep]
        if len(first):
            suspect = _may_meet(start, end, first, second)
            for one, other in zip(first[suspect].tolist(), second[suspect].tolist(), strict=True):
                joined = owner[one][0] == owner[other][0] and (other == one + 1 or _closes(parts, owner, one, other))
                if _meet(_exact(start[one]), _exact(end[one]), _exact(start[other]), _exact(end[other]), joined=joined):
                    return owner[one], owner[other]
    return None


def _may_meet(start: Points, end: Points, one: NDArray[np.intp], other: NDArray[np.intp]) -> NDArray[np.bool_]:
    """Pairs of edges that floating point cannot tell apart for certain; true for some that do not meet."""

    def surely_one_side(a: NDArray[np.intp], b: NDArray[np.intp]) -> NDArray[np.bool_]:
        along = end[a] - start[a]
        to_start, to_end = start[b] - start[a], end[b] - start[a]
        sides, doubts = [], []
        for to in (to_start, to_end):
            left, right = along[:, 0] * to[:, 1], along[:, 1] * to[:, 0]
            sides.append(left - right)
            doubts.append(1e-12 * (np.abs(left) + np.abs(right)))  # a thousand times what rounding can do
        same = np.sign(sides[0]) == np.sign(sides[1])
        return np.asarray(same & (np.abs(sides[0]) > doubts[0]) & (np.abs(sides[1]) > doubts[1]), dtype=bool)

    apart: NDArray[np.bool_] = surely_one_side(one, other) | surely_one_side(other, one)
    return np.asarray(~apart, dtype=bool)


_Exact = tuple[Fraction, Fraction]


def _exact(point: Points) -> _Exact:
    return Fraction(float(point[0])), Fraction(float(point[1]))


def _closes(parts: Sequence[Points], owner: list[_Edge], one: int, other: int) -> bool:
    """Whether two edges of one polygon are its first and its last."""
    return owner[one][1] == 0 and owner[other][1] == len(parts[owner[one][0]]) - 1


def _meet(a: _Exact, b: _Exact, c: _Exact, d: _Exact, *, joined: bool) -> bool:
    """Whether the edges ab and cd share a point other than the corner that joins neighbours."""
    sides = _side(a, b, c), _side(a, b, d), _side(c, d, a), _side(c, d, b)
    if joined and len({a, b} & {c, d}) == 1:
        joint = ({a, b} & {c, d}).pop()
        one, other = (b if a == joint else a), (d if c == joint else c)
        return _side(joint, one, other) == 0 and _ahead(joint, one, other)
    if sides[0] * sides[1] < 0 and sides[2] * sides[3] < 0:
        return True
    ends = ((a, b, c, sides[0]), (a, b, d, sides[1]), (c, d, a, sides[2]), (c, d, b, sides[3]))
    return any(side == 0 and _between(one, other, point) for one, other, point, side in ends)


def _side(a: _Exact, b: _Exact, point: _Exact) -> int:
    cross = (b[0] - a[0]) * (point[1] - a[1]) - (b[1] - a[1]) * (point[0] - a[0])
    return (cross > 0) - (cross < 0)


def _ahead(joint: _Exact, one: _Exact, other: _Exact) -> bool:
    """Whether two edges leave their joint in the same direction."""
    return (one[0] - joint[0]) * (other[0] - joint[0]) + (one[1] - joint[1]) * (other[1] - joint[1]) > 0


def _between(a: _Exact, b: _Exact, point: _Exact) -> bool:
    """Whether a point on the line through a and b lies between them."""
    return all(min(p, q) <= value <= max(p, q) for p, q, value in zip(a, b, point, strict=True))
