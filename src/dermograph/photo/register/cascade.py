"""From what stands out in both photographs to a smooth map, coarse to fine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from dermograph.photo.register.features import Keypoints, Matches, both_keypoints, matched
from dermograph.photo.register.flow import Seen, tracked
from dermograph.photo.register.normalise import Source, View
from dermograph.photo.register.smooth import smoothed
from dermograph.photo.register.warp import Warp, flat_warp, projected, sampled

Progress = Callable[[str, float], None]

# Sizes are the square root of the number of pixels, so that a wide photograph is not worked at coarser than a square.
COARSE, MIDDLE, FINE = 433.0, 866.0, 1732.0  # 1/8, 1/4 and 1/2 of 12 megapixels
NODES = {COARSE: 54.0, MIDDLE: 54.0, FINE: 72.0}  # of the grid along the side of that size
WAVELENGTH = 4.0  # cells
TOLERANCE = 30.0 / 3464  # of the homography, as a share of the side: 30 px of 12 megapixels
LOOSE = 450.0 / 3464  # of a pair that the smooth field may still carry
HALVINGS = 2  # of the coarse view, from which its tracking starts
MOST_PASSES, GROWN, SETTLED = 4, 0.01, 0.3 / 3464  # at the coarse size: until hardly a node is new and none moves
NEAR = 1.5  # cells: how far what was seen carries
CARRIED = 0.1  # weight of what only an earlier pass saw
SAME_SCALE = (0.85, 1.2)  # the follow-up is resized only where its scale differs more than this


@dataclass(frozen=True, slots=True, eq=False)
class Photographs:
    """Both photographs in grey.

    Attributes:
        before: Baseline.
        after: Follow-up.
        made: The views that were made of them, by photograph and share of its size.
    """

    before: Source
    after: Source
    made: dict[tuple[str, float], View] = field(default_factory=dict)

    @property
    def side(self) -> float:
        """The square root of the baseline's number of pixels."""
        return float(np.sqrt(self.before.size[0] * self.before.size[1]))

    @property
    def after_side(self) -> float:
        """The same of the follow-up."""
        return float(np.sqrt(self.after.size[0] * self.after.size[1]))

    def views(self, size: float, zoom: float | None = None) -> tuple[View, View]:
        """Both photographs at a size.

        Args:
            size: Square root of the number of pixels of the baseline's view.
            zoom: Follow-up pixels for one of the baseline, so that both views show the skin at one scale; None for
                two views of one size.
        """
        share = min(1.0, size / self.side)
        same = zoom is None or SAME_SCALE[0] <= zoom <= SAME_SCALE[1]
        other = min(1.0, size / self.after_side) if zoom is None else share if same else min(1.0, share / zoom)
        return self._view("before", share), self._view("after", other)

    def _view(self, name: str, share: float) -> View:
        """A view, made once."""
        if (name, share) not in self.made:
            self.made[name, share] = (self.before if name == "before" else self.after).view(share)
        return self.made[name, share]


@dataclass(frozen=True, slots=True, eq=False)
class Refined:
    """A map with what its last pass saw.

    Attributes:
        warp: The map.
        seen: What the last pass tracked.
        kept: ``(rows, cols)`` weights that the smoother left to it.
        support: ``(rows, cols)`` how much was seen around each node, in this pass or the one before.
        views: Both photographs as the last pass saw them.
    """

    warp: Warp
    seen: Seen
    kept: NDArray[np.float64]
    support: NDArray[np.float64]
    views: tuple[View, View]


def features(photographs: Photographs) -> Matches:
    """The homography that most keypoints share, at the coarse size and else at the middle one."""
    found: Matches | None = None
    for size in sizes(photographs.side)[:2]:
        views = photographs.views(size)
        again = matched(*both_keypoints(*views), TOLERANCE * photographs.after_side)
        if found is None or again.count > found.count:
            found = again
        if found.enough and found.count >= 100:
            break
    if found is None:
        none = Keypoints(np.empty((0, 2)), np.empty((0, 128), np.float32))
        return matched(none, none, 1.0)
    return found


def sizes(side: float) -> tuple[float, ...]:
    """The sizes that a photograph is worked at: none is larger than it is, but each pass is made."""
    below = [size for size in (COARSE, MIDDLE, FINE) if size < side]
    return (*below, *((COARSE, MIDDLE, FINE)[len(below) : max(2, len(below) + 1)]))


def start(photographs: Photographs, matches: Matches) -> Warp:
    """The homography with the smooth field that the pairs around it share."""
    if matches.homography is None:
        raise ValueError("no homography to start from")
    width, height = photographs.before.size
    spacing = photographs.side / 36
    warp = flat_warp(matches.homography, width, height, spacing)
    off = matches.after - projected(matches.homography, matches.before)
    near = np.linalg.norm(off, axis=1) < LOOSE * photographs.after_side
    rows, cols = warp.field.shape[:2]
    at = np.rint(matches.before[near] / spacing).astype(np.intp)
    cell = at[:, 1] * cols + at[:, 0]
    values, counts = np.zeros((rows * cols, 2)), np.bincount(cell, minlength=rows * cols)
    ordered, ends = off[near][np.argsort(cell, kind="stable")], np.cumsum(counts)
    for index in np.flatnonzero(counts):
        values[index] = np.median(ordered[ends[index] - counts[index] : ends[index]], axis=0)
    weights = np.minimum(counts / 3, 1.0).reshape(rows, cols)
    extra, _ = smoothed(values.reshape(rows, cols, 2), weights, 6.0)
    return replace(warp, field=extra.astype(np.float32))


def refined(photographs: Photographs, warp: Warp, progress: Progress) -> Refined:
    """Track a grid at each size and smooth what it finds."""
    todo = sizes(photographs.side)
    views = photographs.views(todo[0], zoom(warp, photographs))
    found = passed(warp, views, photographs.side / NODES[todo[0]], levels=HALVINGS)
    # What was found lets the next pass reach a little farther into what was not.
    for _ in range(MOST_PASSES - 1):
        known = found.kept > 0
        again = passed(found.warp, views, found.warp.spacing, levels=HALVINGS)
        moved = np.linalg.norm(again.warp.field - found.warp.field, axis=-1)
        grown = np.count_nonzero((again.kept > 0) & ~known)
        found = again
        if grown < GROWN * known.size and (not known.any() or np.median(moved[known]) < SETTLED * photographs.side):
            break
    for number, size in enumerate(todo[1:], start=1):
        progress("flow", number / len(todo))
        views = photographs.views(size, zoom(found.warp, photographs))
        before = found if number > 1 else None
        found = passed(found.warp, views, photographs.side / NODES[size], levels=0, before=before)
    return found


def passed(
    warp: Warp, views: tuple[View, View], spacing: float, *, levels: int, before: Refined | None = None
) -> Refined:
    """Track a grid once and smooth what it finds; where that is nothing, what an earlier pass saw counts a little.

    Args:
        warp: The map so far.
        views: Both photographs.
        spacing: Of the grid, baseline px.
        levels: Halvings of the views that tracking starts from.
        before: A pass at a smaller size that was exact enough to be relied on; None if there was none.
    """
    seen = tracked(warp, *views, spacing, levels=levels)
    off = seen.after - projected(warp.homography, seen.nodes)
    weights = seen.weights
    carried = np.zeros(weights.shape)
    if before is not None:
        at = (seen.nodes / before.warp.spacing).astype(np.float32).reshape(-1, 1, 2)
        carried = sampled(before.support[..., None].astype(np.float32), at).reshape(weights.shape)
        blind = weights == 0
        off[blind] = sampled(before.warp.field, at).reshape(off.shape)[blind]
        weights = np.where(blind, CARRIED * np.clip(carried, 0, 1), weights)
    extra, kept = smoothed(off, weights, WAVELENGTH)
    kept = np.where(seen.weights > 0, kept, 0)
    near = cv2.GaussianBlur(kept, (0, 0), NEAR, borderType=cv2.BORDER_CONSTANT)
    found = Warp(warp.homography, extra.astype(np.float32), spacing)
    return Refined(found, seen, kept, np.maximum(near, carried), views)


def zoom(warp: Warp, photographs: Photographs) -> float:
    """Follow-up pixels for one of the baseline, at its middle."""
    width, height = photographs.before.size
    return float(np.sqrt(abs(np.linalg.det(jacobian(warp, np.array([width / 2, height / 2]), photographs.side / 50)))))


def jacobian(warp: Warp, xy: NDArray[np.float64], reach: float) -> NDArray[np.float64]:
    """``(…, 2, 2)`` how the follow-up position changes with the baseline position, over a distance in px."""
    across, down = np.array([reach, 0.0]), np.array([0.0, reach])
    columns = [(warp.after(xy + step) - warp.after(xy - step)) / (2 * reach) for step in (across, down)]
    return np.stack(columns, axis=-1)
