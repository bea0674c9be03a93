"""The shift that the light's direction feigns, seen in the colour and taken off.

Furrows that are lit from another side seem to have moved: by a tenth of a millimetre and more, everywhere alike, and
no patch of grey tells that from a real shift. The ratio of green to red hardly knows the relief; blood and melanin,
which it shows, stay where they are.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from dermograph.photo.register.flow import tracked
from dermograph.photo.register.normalise import Grey, Mask, View, evened, usable_at
from dermograph.photo.register.warp import Warp

PATCH_PX = 49
NODES = 40.0  # of the grid along the side of the photograph
SOFT_PX = 1.5  # the ratio is noisy, and its finest part still holds some relief
DARK = 4.0  # grey levels that are added before the logarithm
GAIN = 400.0  # grey levels for a ratio that changes by a factor e
LEAST = 60  # patches
FARTHEST = 8.0 / 3464  # of the side: a greater shift is no trick of the light
SPREAD_PX = 2.5  # robust deviation of the patches, px of the view, beyond which the colour shows nothing
TO_DEVIATION = 1.4826


@dataclass(frozen=True, slots=True)
class Feigned:
    """The shift that was found.

    Attributes:
        x_px: Follow-up px.
        y_px: Follow-up px.
        error_px: Its standard error along one axis; infinite if the colour shows nothing, and then there is no shift.
    """

    x_px: float = 0.0
    y_px: float = 0.0
    error_px: float = np.inf

    @property
    def size_px(self) -> float:
        """Its length."""
        return float(np.hypot(self.x_px, self.y_px))


def ratio(rgb: NDArray[np.uint8], usable: Mask | None, share: float) -> View:
    """The ratio of green to red at a share of the photograph's size, locally normalised.

    Args:
        rgb: ``(h, w, 3)`` uint8.
        usable: ``(h', w')`` at any size, None if all of it is.
        share: 0 to 1.
    """
    height, width = rgb.shape[:2]
    size = max(1, round(width * share)), max(1, round(height * share))
    small = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    small += np.float32(DARK)
    found = np.log(small[..., 1] / small[..., 0])
    found -= np.median(found[::4, ::4])
    found = cv2.GaussianBlur(found, (0, 0), SOFT_PX)
    found *= np.float32(GAIN)
    clear = usable_at(usable, *size)
    return View(_evened(found, clear), clear, (size[0] / width, size[1] / height))


def feigned(warp: Warp, views: tuple[View, View], side: float) -> Feigned:
    """The shift, everywhere alike, between a map and what the colour says.

    Args:
        warp: The map.
        views: The ratio in both photographs.
        side: Square root of the baseline's number of pixels.
    """
    seen = tracked(warp, *views, side / NODES, levels=0, patch_px=PATCH_PX)
    known = seen.weights > 0
    if np.count_nonzero(known) < LEAST:
        return Feigned()
    off = (seen.after - warp.after(seen.nodes))[known]
    shift = np.median(off, axis=0)
    spread = TO_DEVIATION * np.median(np.abs(off - shift), axis=0)
    if spread.max() * views[1].scale[0] > SPREAD_PX or np.hypot(*shift) > FARTHEST * side:
        return Feigned()
    # Patches overlap: about one in three tells something of its own.
    error = 1.25 * float(spread.max()) / np.sqrt(len(off) / 3)
    return Feigned(float(shift[0]), float(shift[1]), error)


def without(warp: Warp, shift: Feigned) -> Warp:
    """The map with the shift taken off."""
    return replace(warp, field=warp.field + np.array([shift.x_px, shift.y_px], np.float32))


def _evened(ratio: NDArray[np.float32], usable: Mask) -> Grey:
    """Locally normalised, from as many grey levels as fit around the middle."""
    level = np.clip(ratio + 128, 0, 255).astype(np.uint8)
    return evened(level, usable)
