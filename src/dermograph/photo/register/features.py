"""The homography between two photographs from what stands out in both."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from dermograph.photo.register.normalise import Grey, Mask, View

KEYPOINTS = 4000
CONTRAST = 0.01
RATIO = 0.85
LEAST_INLIERS = 12
EDGE_PX = 9  # keypoints nearer to something unusable describe it, not the skin
NEVER_BELOW = 4  # pairs that a homography needs
Points = NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class Matches:
    """Keypoints of one photograph and the likeliest ones of the other, with the homography that most of them share.

    Attributes:
        before: ``(n, 2)`` px of the baseline.
        after: ``(n, 2)`` px of the follow-up.
        inliers: ``(n,)``.
        homography: Baseline px to follow-up px; None if none was found.
    """

    before: Points
    after: Points
    inliers: NDArray[np.bool_]
    homography: NDArray[np.float64] | None

    @property
    def count(self) -> int:
        """How many pairs share the homography."""
        return int(np.count_nonzero(self.inliers))

    @property
    def enough(self) -> bool:
        """Whether so many share it that it is worth a closer look."""
        return self.homography is not None and self.count >= LEAST_INLIERS


@dataclass(frozen=True, slots=True, eq=False)
class Keypoints:
    """``(n, 2)`` positions in the photograph, px, and their ``(n, 128)`` descriptors."""

    xy: Points
    descriptors: NDArray[np.float32]


def keypoints(view: View) -> Keypoints:
    """What stands out in a view, away from everything unusable."""
    height, width = view.shape
    border = cv2.copyMakeBorder(view.usable.astype(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=1)
    kernel = np.ones((2 * EDGE_PX + 1, 2 * EDGE_PX + 1), np.uint8)
    mask = cv2.erode(border, kernel)[1 : height + 1, 1 : width + 1] * np.uint8(255)
    found, descriptors = cv2.SIFT.create(KEYPOINTS, contrastThreshold=CONTRAST).detectAndCompute(view.image, mask)
    if not found:
        return Keypoints(np.empty((0, 2)), np.empty((0, 128), np.float32))
    xy = np.array([point.pt for point in found], dtype=np.float64)
    roots = descriptors / np.maximum(np.abs(descriptors).sum(axis=1, keepdims=True), 1e-6)
    return Keypoints(view.to_photograph(xy), np.sqrt(roots).astype(np.float32))


def both_keypoints(before: View, after: View) -> tuple[Keypoints, Keypoints]:
    """The keypoints of two views, on two threads."""
    with ThreadPoolExecutor(2) as pool:
        one, other = pool.map(keypoints, (before, after))
    return one, other


def matched(before: Keypoints, after: Keypoints, tolerance_px: float) -> Matches:
    """Pair keypoints and find the homography that most pairs share.

    Args:
        before: Of the baseline.
        after: Of the follow-up.
        tolerance_px: How far a pair may be from a homography, px of the follow-up.
    """
    one, other = _pairs(before.descriptors, after.descriptors)
    xy, uv = before.xy[one], after.xy[other]
    nothing = np.zeros(len(xy), dtype=np.bool_)
    if len(xy) < NEVER_BELOW:
        return Matches(xy, uv, nothing, None)
    homography, inliers = cv2.findHomography(
        xy, uv, cv2.USAC_MAGSAC, ransacReprojThreshold=tolerance_px, maxIters=20_000, confidence=0.9999
    )
    found = np.asarray(homography, dtype=np.float64)
    if found.shape != (3, 3) or not np.isfinite(found).all():  # None, where no four pairs agree
        return Matches(xy, uv, nothing, None)
    return Matches(xy, uv, np.asarray(inliers).ravel().astype(np.bool_), found)


def mirrored(view: View) -> View:
    """The view as a mirror shows it, left and right exchanged."""
    image: Grey = np.ascontiguousarray(view.image[:, ::-1])
    usable: Mask = np.ascontiguousarray(view.usable[:, ::-1])
    return View(image, usable, view.scale)


def _pairs(one: NDArray[np.float32], other: NDArray[np.float32]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Rows whose nearest descriptor is clearly nearer than the next one, each row of ``other`` used once."""
    if len(one) < 2 or len(other) < 2:
        return np.empty(0, np.intp), np.empty(0, np.intp)
    likeness = one @ other.T
    first = np.argmax(likeness, axis=1)
    rows = np.arange(len(one))
    best = likeness[rows, first]
    likeness[rows, first] = -np.inf
    second = likeness.max(axis=1)
    # Distances of unit vectors: d² = 2 − 2·likeness.
    good = (1 - best) < RATIO**2 * (1 - second)
    back = np.argsort(-best[good], kind="stable")
    rows, first = rows[good][back], first[good][back]
    _, keep = np.unique(first, return_index=True)
    return rows[keep], first[keep]
