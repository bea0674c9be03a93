"""The word SYNTHETIC on a picture that people will see."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

_WORD = "SYNTHETIC"


def labelled(rgb: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """A copy of a picture with a label burnt in along its lower edge.

    Args:
        rgb: ``(h, w, 3)`` uint8.
    """
    picture = rgb.copy()
    height, width = picture.shape[:2]
    size = max(width / 1600, 0.3)
    thick = max(round(2 * size), 1)
    (across, up), below = cv2.getTextSize(_WORD, cv2.FONT_HERSHEY_SIMPLEX, size, thick)
    pad = max(round(8 * size), 2)
    cv2.rectangle(picture, (0, height - up - below - 2 * pad), (across + 2 * pad, height), (0, 0, 0), -1)
    at = (pad, height - below - pad)
    cv2.putText(picture, _WORD, at, cv2.FONT_HERSHEY_SIMPLEX, size, (255, 255, 255), thick, cv2.LINE_AA)
    return picture
