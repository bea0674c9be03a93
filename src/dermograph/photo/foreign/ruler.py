"""Rulers, labels and other white things with straight edges."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from dermograph.photo.foreign.skin import Mask, SkinView
from dermograph.photo.foreign.strokes import grown

#: White paper or plastic: at most this share of the skin's own colour, and lighter in blue by this density. Set on the
#: rulers of shared/data/mole-series.
PALE, LIGHTER = 0.50, 0.10
#: Its brightest channel, of 255: an exposure that shows skin does not leave paper darker. A patch without pigment on
#: dark skin is darker (assumption).
BRIGHT = 150
#: Share of the frame that a ruler covers at least.
SMALLEST = 0.012
#: Share of its outline inside the frame that must be made of straight pieces, and how long such a piece is at least: as
#: a share of that outline, which tells it from the arcs of a round patch, and as a share of the long side.
STRAIGHT, PIECE, PIECE_PX = 0.5, 0.12, 0.08
_TICKS = 0.022  # share of the long side: gaps that ticks and figures leave
_ROUGH = 0.008  # of the long side: how far a straight edge may wander
_AT_EDGE_PX = 4
_GROWN = 0.006


def ruler(view: SkinView) -> Mask:
    """White things with straight edges in a reduced photograph, with all that is printed on them.

    Returns:
        ``(h, w)``.
    """
    pale = view.saturation <= PALE * view.skin_saturation
    white = (pale & (view.blue <= -LIGHTER) & (view.brightest >= BRIGHT)).astype(np.uint8)
    side = max(3, round(_TICKS * view.long_px) | 1)
    # Specks first: the sparkle of skin next to a ruler would widen it.
    cleared = cv2.morphologyEx(white, cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    closed = cv2.morphologyEx(
        _framed(np.asarray(cleared, np.uint8), side), cv2.MORPH_CLOSE, np.ones((side, side), np.uint8)
    )
    closed = cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones((side, side), np.uint8))[side:-side, side:-side]
    found = np.zeros(white.shape, np.uint8)
    contours, _ = cv2.findContours(np.ascontiguousarray(closed), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    for contour in contours:
        if cv2.contourArea(contour) >= SMALLEST * white.size and _is_straight(np.asarray(contour), white.shape):
            cv2.drawContours(found, [contour], -1, 1, thickness=cv2.FILLED)
    return grown(found.astype(np.bool_), max(1, round(_GROWN * view.long_px)))


def _framed(mask: NDArray[np.uint8], border_px: int) -> NDArray[np.uint8]:
    """A mask continued beyond the frame as it is at its edge, so that closing works there."""
    framed = cv2.copyMakeBorder(mask, border_px, border_px, border_px, border_px, cv2.BORDER_REPLICATE)
    return np.asarray(framed, np.uint8)


def _is_straight(contour: NDArray[np.int32], shape: tuple[int, ...]) -> bool:
    """Whether most of an outline that is not the frame's own edge is made of long straight pieces."""
    height, width = shape[:2]
    long_px = max(height, width)
    corners = cv2.approxPolyDP(contour, _ROUGH * long_px, closed=True)[:, 0].astype(np.float64)
    following = np.roll(corners, -1, axis=0)
    middle = (corners + following) / 2
    limit = (width - 1 - _AT_EDGE_PX, height - 1 - _AT_EDGE_PX)
    along_edge = ((middle < _AT_EDGE_PX) | (middle > limit)).any(axis=1)
    length = np.linalg.norm(following - corners, axis=1)[~along_edge]
    whole = length.sum()
    return bool(whole > 0 and length[length >= max(PIECE_PX * long_px, PIECE * whole)].sum() >= STRAIGHT * whole)
