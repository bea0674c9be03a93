"""How far each node of a grid is off, seen by tracking patches from the baseline into the warped follow-up."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from dermograph.photo.register.coherence import shared
from dermograph.photo.register.normalise import MIDDLE, Grey, Mask, View
from dermograph.photo.register.warp import Positions, Warp, dense, grid

PATCH_PX = 25
ITERATIONS = (cv2.TERM_CRITERIA_COUNT | cv2.TERM_CRITERIA_EPS, 12, 0.01)
FLAT = 1e-3  # least eigenvalue that OpenCV tracks
CLEAR_SHARE = 0.5  # of a patch that must be usable in both photographs
RETURN_PX = 0.8  # a patch that comes back farther off than this, px of the view, was not found
RETURN_WEIGHT_PX = 0.3


@dataclass(frozen=True, slots=True, eq=False)
class Seen:
    """What tracking found on the nodes of a grid.

    Attributes:
        nodes: ``(rows, cols, 2)`` baseline px.
        after: ``(rows, cols, 2)`` follow-up px where each node was found.
        weights: ``(rows, cols)`` 0 to 1; zero where it was not found.
        tried: ``(rows, cols)`` whether the node lay on skin in both photographs.
    """

    nodes: Positions
    after: Positions
    weights: NDArray[np.float64]
    tried: Mask


def laid_over(warp: Warp, before: View, after: View) -> tuple[Grey, Grey, Mask]:
    """Both photographs as the map lays them over each other, with the waves that they share, and where both show skin.

    Args:
        warp: The map.
        before: Baseline.
        after: Follow-up.
    """
    x, y = cv2.split(dense(warp, before, after))
    image = cv2.remap(after.image, x, y, cv2.INTER_LINEAR, borderValue=MIDDLE)
    usable = cv2.remap(after.usable.astype(np.uint8), x, y, cv2.INTER_NEAREST, borderValue=0)
    both = np.asarray(usable.astype(np.bool_) & before.usable)
    one, other = (np.where(both, grey, np.uint8(MIDDLE)) for grey in (before.image, image))
    return *shared(one, np.asarray(other, dtype=np.uint8), both), both


def tracked(warp: Warp, before: View, after: View, spacing: float, *, levels: int, patch_px: int = PATCH_PX) -> Seen:
    """Track the nodes of a grid from the baseline into the follow-up and back.

    Args:
        warp: The map so far.
        before: Baseline.
        after: Follow-up.
        spacing: Of the grid, baseline px.
        levels: Halvings of the view that the search starts from, 0 for none.
        patch_px: Side of a patch, px of the view.
    """
    height, width = before.shape
    size = before.to_photograph(np.array([width - 0.5, height - 0.5]))
    nodes = grid(round(size[0]) + 1, round(size[1]) + 1, spacing)
    one, other, usable = laid_over(warp, before, after)
    at = before.to_view(nodes)
    tried = _inside(at, width, height) & (_clear(usable, at, patch_px) >= CLEAR_SHARE)
    weights, moved = np.zeros(tried.shape), at.copy()
    if tried.any():
        there, weight = _there_and_back(one, other, at[tried], levels, patch_px)
        moved[tried], weights[tried] = there, weight
    return Seen(nodes, warp.after(before.to_photograph(moved)), weights, tried)


def _there_and_back(
    one: Grey, other: Grey, points: Positions, levels: int, patch_px: int
) -> tuple[Positions, NDArray[np.float64]]:
    """Where patches of one image lie in the other, with a weight by how well they find their way back."""
    start = points.astype(np.float32).reshape(-1, 1, 2)
    there, found = _followed(one, other, start, levels, patch_px)
    back, returned = _followed(other, one, there, levels, patch_px)
    off = np.linalg.norm((back - start).reshape(-1, 2), axis=1)
    good = found & returned & (off < RETURN_PX)
    good &= _inside(there.reshape(-1, 2).astype(np.float64), one.shape[1], one.shape[0])
    weight = np.where(good, 1 / (1 + (off / RETURN_WEIGHT_PX) ** 2), 0.0)
    return there.reshape(-1, 2).astype(np.float64), weight


def _followed(
    one: Grey, other: Grey, start: NDArray[np.float32], levels: int, patch_px: int
) -> tuple[NDArray[np.float32], Mask]:
    """Where points of one image lie in the other, ``(n, 1, 2)``, and which were found."""
    there, found, _ = cv2.calcOpticalFlowPyrLK(
        one,
        other,
        start,
        start.copy(),
        winSize=(patch_px, patch_px),
        maxLevel=levels,
        criteria=ITERATIONS,
        minEigThreshold=FLAT,
    )
    return np.asarray(there, dtype=np.float32), np.asarray(found).ravel() == 1


def _inside(xy: Positions, width: int, height: int) -> Mask:
    x, y = xy[..., 0], xy[..., 1]
    return np.asarray((x >= 0) & (y >= 0) & (x <= width - 1) & (y <= height - 1), dtype=np.bool_)


def _clear(usable: Mask, at: Positions, patch_px: int) -> NDArray[np.float64]:
    """The usable share of the patch around each position."""
    share = cv2.blur(usable.astype(np.float32), (patch_px, patch_px), borderType=cv2.BORDER_CONSTANT)
    height, width = usable.shape
    col = np.clip(np.rint(at[..., 0]), 0, width - 1).astype(np.intp)
    row = np.clip(np.rint(at[..., 1]), 0, height - 1).astype(np.intp)
    return np.asarray(share[row, col], dtype=np.float64)
