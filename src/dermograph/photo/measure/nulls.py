"""What the contrast of nothing is: the lesion's own shape laid over healthy skin, again and again.

Light and colour are common to a whole photograph, so that a bootstrap within one lesion does not see their error. The
shape of the lesion and its ring, moved and turned over the healthy skin of the same photographs, has no contrast; what
is measured there is error of every kind: light, colour, noise, registration, and the unevenness of healthy skin itself.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from dermograph.photo.measure.cells import Blocks, Mask
from dermograph.photo.outline.ring import Reach
from dermograph.photo.outline.trend import outlying

Floats = NDArray[np.float64]

_PLACES = 60  # looked at, at most
_LEAST_COVER = 0.6  # of lesion and of ring must be healthy skin at a place
_LEAST = 12  # cells of healthy skin that say anything
_STEP = 0.5  # of the lesion's reach, from one place to the next
_PRIOR_WEIGHT = 4.0  # places that the prior counts for


@dataclass(frozen=True, slots=True, eq=False)
class Nulls:
    """The contrast of nothing.

    Attributes:
        covariance: ``(k, k)`` of the error of the contrast, about 0.
        places: How many there were; 0 leaves nothing but the prior.
    """

    covariance: Floats
    places: int


def nulls(values: NDArray[np.float32], bare: Mask, lesion: Mask, reach: Reach, prior: Floats) -> Nulls:
    """Lay the shape of a lesion over healthy skin.

    Args:
        values: ``(h, w, k)`` CIELAB of one photograph, or of several on the same cells, one after the other.
        bare: ``(h, w)`` cells of bare skin in all of them, the lesion's own among them or not.
        lesion: ``(h, w)`` cells of the lesion.
        reach: Where its ring begins and ends, cells.
        prior: ``(k, k)`` covariance to expect where there is little skin to look at.
    """
    shape, outer = _shape(lesion, reach)
    near = cv2.dilate(lesion.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(bool)
    healthy = bare & ~near
    for band in range(0, values.shape[-1], 3):
        if healthy.sum() < _LEAST * _LEAST:
            break
        healthy &= ~outlying(values[..., band : band + 3], healthy, 1.0)
    found = []
    for turns in range(4):
        part = np.rot90(shape, turns), np.rot90(outer, turns)
        found += _over(values, healthy, part, share=_PLACES // 4)
    seen = np.array(found).reshape(-1, values.shape[-1])
    return Nulls((_PRIOR_WEIGHT * prior + seen.T @ seen) / (_PRIOR_WEIGHT + len(seen)), len(seen))


def _shape(lesion: Mask, reach: Reach) -> tuple[Mask, Mask]:
    """The lesion and its whole ring, cut out with room all around."""
    rows, cols = np.nonzero(lesion)
    part = lesion[rows.min() : rows.max() + 1, cols.min() : cols.max() + 1]
    wide = np.pad(part, int(np.ceil(reach.outer)) + 1)
    away = cv2.distanceTransform((~wide).astype(np.uint8), cv2.DIST_L2, 5)
    return wide, np.asarray((away > reach.gap) & (away <= reach.outer), dtype=bool)


def _over(values: NDArray[np.float32], healthy: Mask, part: tuple[Mask, Mask], share: int) -> list[Floats]:
    """The contrasts of one turned shape at up to ``share`` places."""
    lesion, ring = part
    height, width = lesion.shape
    room = healthy.shape[0] - height, healthy.shape[1] - width
    if min(room) < 0:
        return []
    step = max(int(_STEP * min(height, width)), 1)
    places = [(y, x) for y in range(0, room[0] + 1, step) for x in range(0, room[1] + 1, step)]
    found: list[Floats] = []
    for y, x in places[:: max(len(places) // share, 1)]:
        window = healthy[y : y + height, x : x + width]
        inner, outer = lesion & window, ring & window
        enough = inner.sum() >= _LEAST_COVER * lesion.sum() and outer.sum() >= _LEAST_COVER * ring.sum()
        if enough and inner.sum() > 0 and outer.sum() >= _LEAST:
            mean, skin = Blocks.of(values[y : y + height, x : x + width], inner, outer, float(width + height)).whole()
            found.append(mean - skin)
    return found
