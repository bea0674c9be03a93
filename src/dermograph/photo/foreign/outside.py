"""What lies beyond the skin: black borders, blacked-out parts, cloth, walls."""

from __future__ import annotations

import cv2
import numpy as np

from dermograph.photo.foreign.skin import Mask, SkinView
from dermograph.photo.foreign.strokes import grown

#: Of 255: no lit skin of any tone is this dark in every channel over a whole patch (assumption).
BLACK = 14
#: Shares of the frame that a black patch and a background cover at least.
BLACK_SMALLEST, BACKGROUND_SMALLEST = 0.002, 0.03
#: Background has no more red than green or blue, as density; it counts only where it reaches the frame's edge, so that
#: a pale scar or a bruise inside the skin is never one.
NO_RED = 0.01
CLIPPED = 250  # of 255
_SMOOTH = 0.01
_REDUCTION = 4
_GROWN = 0.006


def outside(view: SkinView) -> Mask:
    """What is no skin and no tool in a reduced photograph.

    Skin-coloured backgrounds, wood or a carpet, cannot be told from skin by colour and are not found.

    Returns:
        ``(h, w)``.
    """
    side = max(3, round(_SMOOTH * view.long_px) | 1)
    block = np.ones((side, side), np.uint8)
    dark = (view.brightest <= BLACK).astype(np.uint8)
    black = _large(np.asarray(cv2.morphologyEx(dark, cv2.MORPH_OPEN, block), np.bool_), BLACK_SMALLEST, at_edge=False)
    if not view.has_skin:
        return grown(black, side // 2)
    return grown(black | _background(view), max(1, round(_GROWN * view.long_px)))


def _background(view: SkinView) -> Mask:
    """Large parts without the red of skin that reach the frame's edge, found on a smaller picture."""
    height, width = view.brightest.shape
    size = (max(1, width // _REDUCTION), max(1, height // _REDUCTION))
    low = np.log(cv2.resize(view.rgb, size, interpolation=cv2.INTER_AREA).astype(np.float32) + 1)
    red, green, blue = low[..., 0], low[..., 1], low[..., 2]
    # A channel at its limit could be anything beyond it: overexposed skin is no background.
    cold = (red - np.maximum(green, blue) <= NO_RED) & (low.max(axis=2) < np.log(CLIPPED + 1))
    side = max(3, round(_SMOOTH * max(size)) | 1)
    opened = cv2.morphologyEx(cold.astype(np.uint8), cv2.MORPH_OPEN, np.ones((side, side), np.uint8))
    large = _large(np.asarray(opened, np.bool_), BACKGROUND_SMALLEST, at_edge=True).astype(np.uint8)
    return np.asarray(cv2.resize(large, (width, height), interpolation=cv2.INTER_NEAREST), np.bool_)


def _large(mask: Mask, share: float, *, at_edge: bool) -> Mask:
    """The connected parts that cover a share of the frame, and reach its edge if they must."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=4, ltype=cv2.CV_32S)
    kept = stats[:, cv2.CC_STAT_AREA] >= share * mask.size
    if at_edge:
        reaching = np.zeros(count, np.bool_)
        for line in (labels[0], labels[-1], labels[:, 0], labels[:, -1]):
            reaching[line] = True
        kept &= reaching
    kept[0] = False
    return np.asarray(kept[labels], np.bool_)
