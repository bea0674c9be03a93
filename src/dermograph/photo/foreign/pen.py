"""Pen on the skin: rings around a lesion, numbers, letters."""

from __future__ import annotations

import cv2
import numpy as np

from dermograph.photo.foreign.skin import Floats, Mask, SkinView
from dermograph.photo.foreign.strokes import grown, joined, strokes

#: Ink against the skin around, as density (natural logarithm) and as density in red over green or blue. All four were
#: set on the rings of shared/data/mole-series, black, violet, olive and green, against their moles.
INK_DARK, INK_DARK_FAINT = 0.30, 0.16
INK_HUE, INK_HUE_FAINT = 0.60, 0.47
#: Share of a stroke that is ink beyond doubt. The uneven brown of a lesion on dark skin is as faint and as grey as old
#: ink, with holes in it, so that it looks long for its width. Of such lesions at most 0.01 is, of the ink of
#: shared/data/mole-series at least 0.08 (phantoms with seeds below 10,000; held-out ones gave at most 0.03).
LEAST_STRONG = 0.05
#: Share of the long side that a stroke is wide at most, and long at least (assumption: a felt pen seen from near).
WIDEST, SHORTEST = 0.11, 0.05
SLENDER = 3.5
_BROAD = 0.10  # share of the long side: darkness wider than this is shade
_REDUCTION = 4
_GROWN = 0.002


def pen(view: SkinView) -> Mask:
    """Strokes of ink in a reduced photograph.

    Ink is darker than the skin around, about as much in red as in blue, and drawn as a line. A mole is darker in blue
    than in red, and no line; a hair is a thinner line.

    Returns:
        ``(h, w)``.
    """
    # One pixel of blur: the texture of skin breaks a faint stroke into dots.
    sigma = max(0.8, view.long_px / 800)
    red, green, blue = (cv2.GaussianBlur(plane, (0, 0), sigma) for plane in (view.red, view.green, view.blue))
    dark = np.maximum(green, blue)
    hue = red / np.maximum(dark, INK_DARK_FAINT / 2)
    narrow = dark - _broad(dark)
    strong = (narrow >= INK_DARK) & (hue >= INK_HUE)
    weak = (narrow >= INK_DARK_FAINT) & (hue >= INK_HUE_FAINT)
    opened = cv2.morphologyEx(weak.astype(np.uint8), cv2.MORPH_OPEN, np.ones((3, 3), np.uint8))
    found = joined(strong, np.asarray(opened, np.bool_), least_share=LEAST_STRONG)
    long_px = view.long_px
    lines = strokes(found, widest_px=WIDEST * long_px, shortest_px=SHORTEST * long_px, slenderness=SLENDER)
    return grown(lines, max(1, round(_GROWN * long_px)))


def _broad(dark: Floats) -> Floats:
    """The darkness that is wider than any stroke, found on a smaller picture."""
    height, width = dark.shape
    small = cv2.resize(dark, (max(1, width // _REDUCTION), max(1, height // _REDUCTION)), interpolation=cv2.INTER_AREA)
    side = max(3, round(_BROAD * max(small.shape)))
    opened = cv2.morphologyEx(small, cv2.MORPH_OPEN, np.ones((side, side), np.uint8))
    broad = cv2.resize(cv2.blur(opened, (side, side)), (width, height), interpolation=cv2.INTER_LINEAR)
    return np.asarray(np.maximum(broad, 0), np.float32)
