"""Lines among marks: long for their width, and nowhere wider than a line."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]


def strokes(mask: Mask, *, widest_px: float, shortest_px: float, slenderness: float) -> Mask:
    """The connected parts of a mask that are lines.

    Length is taken as area over width, which follows a line round a ring, and width as twice the largest distance to
    the edge.

    Args:
        mask: ``(h, w)``.
        widest_px: The greatest width of a line.
        shortest_px: The least length of a line.
        slenderness: The least length over width.
    """
    marks = mask.astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(marks, connectivity=8, ltype=cv2.CV_32S)
    depth = cv2.distanceTransform(marks, cv2.DIST_L2, 3)
    at = np.flatnonzero(marks)
    deepest = np.zeros(count, np.float32)
    np.maximum.at(deepest, np.asarray(labels, np.intp).ravel()[at], np.asarray(depth, np.float32).ravel()[at])
    # The distance transform gives a line of one pixel a depth of about 1: the pixel's other half is not inside.
    width = np.maximum(2 * deepest - 1, 1)
    length = stats[:, cv2.CC_STAT_AREA] / width
    kept = (width <= widest_px) & (length >= shortest_px) & (length >= slenderness * width)
    kept[0] = False
    return np.asarray(kept[labels], np.bool_)


def grown(mask: Mask, radius_px: int) -> Mask:
    """A mask with its edge moved outwards."""
    if radius_px < 1 or not mask.any():
        return mask
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius_px + 1, 2 * radius_px + 1))
    return np.asarray(cv2.dilate(mask.astype(np.uint8), disc), np.bool_)


def joined(strong: Mask, weak: Mask, *, least_share: float = 0.0) -> Mask:
    """The connected parts of the weak mask that hold some of the strong one.

    Args:
        strong: ``(h, w)``.
        weak: ``(h, w)``.
        least_share: The least share of a part that is strong; 0 asks for one pixel.
    """
    count, labels = cv2.connectedComponents(weak.astype(np.uint8), connectivity=8, ltype=cv2.CV_32S)
    held = np.bincount(np.asarray(labels[strong & weak], np.intp), minlength=count)
    areas = np.bincount(np.asarray(labels, np.intp).ravel(), minlength=count)
    kept = (held > 0) & (held >= least_share * areas)
    kept[0] = False
    return np.asarray(kept[labels], np.bool_)
