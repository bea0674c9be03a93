"""Glare: light mirrored by wet or oily skin, which carries the colour of the lamp and not of the skin."""

from __future__ import annotations

import cv2
import numpy as np

from dermograph.photo.foreign.skin import Mask, SkinView
from dermograph.photo.foreign.strokes import grown

#: A highlight is nearly as bright as the sensor can say in its brightest channel, and bright in its darkest too; a
#: white scar under a correct exposure is neither (assumption).
BRIGHTEST, DARKEST = 246, 215
#: A small highlight on darker skin: density below the skin around, within a spot of this share of the long side.
SPOT_LIGHT, SPOT_WIDE = 0.35, 0.012
#: Share of the skin's own colour that is left in a highlight.
COLOUR_LEFT = 0.65
_GROWN = 0.002


def glare(view: SkinView) -> Mask:
    """Highlights in a reduced photograph.

    Returns:
        ``(h, w)``.
    """
    pale = view.saturation <= COLOUR_LEFT * view.skin_saturation
    burnt = (view.brightest >= BRIGHTEST) & (view.darkest >= DARKEST) & pale
    side = max(3, round(SPOT_WIDE * view.long_px) | 1)
    spot = cv2.morphologyEx(view.green, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8)) - view.green
    spark = (np.asarray(spot) >= SPOT_LIGHT) & (view.green < -SPOT_LIGHT / 2) & pale
    return grown(np.asarray(burnt | spark, np.bool_), max(1, round(_GROWN * view.long_px)))
