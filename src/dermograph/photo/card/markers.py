"""The markers in the corners of a card: found on a reduced picture, refined on the full one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Grey = NDArray[np.uint8]

#: Long sides of the pictures that are searched, px. The first finds almost every card; a small card in a large
#: photograph needs the second, and a blurred one is found only where the reduction has taken the blur away.
SEARCHED_PX = (1600, 3200, 800, 400)
#: The dictionaries of all our cards, each with how many of its ids are in use: fewer ids, fewer false alarms.
_DICTIONARIES = ((cv2.aruco.DICT_5X5_250, 250), (cv2.aruco.DICT_4X4_50, 4))


@dataclass(frozen=True, slots=True, eq=False)
class Sighting:
    """One marker that was found.

    Attributes:
        dictionary: ``cv2.aruco.DICT_…``.
        id: Its id in that dictionary.
        corners_px: ``(4, 2)`` in the photograph: the marker's own top left, top right, bottom right, bottom left.
    """

    dictionary: int
    id: int
    corners_px: Floats

    @property
    def side_px(self) -> float:
        """The root of its area."""
        return float(np.sqrt(cv2.contourArea(self.corners_px.astype(np.float32))))

    def is_at(self, other: Sighting) -> bool:
        """Whether the other lies on the same place, whatever its id."""
        apart = np.linalg.norm(self.corners_px.mean(0) - other.corners_px.mean(0))
        return float(apart) < 0.5 * max(self.side_px, other.side_px)


@cache
def _detector() -> cv2.aruco.ArucoDetector:
    """One detector for all dictionaries, so that the search for quadrangles is made once."""
    dictionaries = []
    for name, used in _DICTIONARIES:
        whole = cv2.aruco.getPredefinedDictionary(name)
        dictionaries.append(cv2.aruco.Dictionary(whole.bytesList[:used], whole.markerSize, whole.maxCorrectionBits))
    settings = cv2.aruco.DetectorParameters()
    # More samples a module, and only from its middle: a blurred marker is decoded that the defaults miss.
    settings.perspectiveRemovePixelPerCell = 8
    settings.perspectiveRemoveIgnoredMarginPerCell = 0.25
    return cv2.aruco.ArucoDetector(dictionaries, settings)


def reduced(grey: Grey, long_side_px: int) -> tuple[Grey, float]:
    """The picture at most so large, and by what it was multiplied."""
    scale = min(1.0, long_side_px / max(grey.shape))
    if scale == 1.0:
        return grey, 1.0
    height, width = grey.shape
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    return np.asarray(cv2.resize(grey, size, interpolation=cv2.INTER_AREA), dtype=np.uint8), size[0] / width


def sightings(grey: Grey) -> Iterator[tuple[Sighting, ...]]:
    """The markers seen in ever other reductions of a picture; each step adds to what was seen before.

    Args:
        grey: ``(h, w)``.

    Yields:
        All markers so far, each once.
    """
    seen: list[Sighting] = []
    done: set[tuple[int, ...]] = set()
    for long_side in SEARCHED_PX:
        picture, scale = reduced(grey, long_side)
        if picture.shape in done:
            continue
        done.add(picture.shape)
        for found in _seen_at(picture, scale):
            if not any(found.is_at(known) for known in seen):
                seen.append(found)
        yield tuple(seen)


def mirrored_sightings(grey: Grey) -> tuple[Sighting, ...]:
    """The markers seen in the mirror image, their corners in the mirror's pixels."""
    picture, scale = reduced(grey, SEARCHED_PX[0])
    return tuple(_seen_at(np.ascontiguousarray(picture[:, ::-1]), scale))


def _seen_at(picture: Grey, scale: float) -> Iterator[Sighting]:
    found: Any = _detector().detectMarkersMultiDict(picture)  # its stub knows nothing of None
    corners, ids, _, dictionaries = found
    if ids is None:
        return
    for quad, number, which in zip(corners, np.ravel(ids), np.ravel(dictionaries), strict=True):
        place = (quad.reshape(4, 2).astype(np.float64) + 0.5) / scale - 0.5
        yield Sighting(_DICTIONARIES[int(which)][0], int(number), place)
