"""Millimetres and tilt from the plane that a card lies in."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

Floats = NDArray[np.float64]

#: Focal length over the long side of the picture: from a telephone's wide lens to a short telephoto. The homography
#: alone does not settle it, so the tilt is given for the middle, and the ends make its uncertainty.
FOCAL_SHARES = (0.65, 0.85, 1.4)


def mm_per_px_at(homography: Floats, xy_px: ArrayLike) -> Floats:
    """Length of a px in the card's plane: the root of the ratio of areas.

    Args:
        homography: ``(3, 3)``, card mm to photograph px.
        xy_px: ``(…, 2)`` places in the photograph.

    Returns:
        ``(…)`` mm; infinite where the plane is not seen, at or beyond its horizon.
    """
    inverse = np.linalg.inv(homography)
    inverse = inverse / np.linalg.det(inverse) ** (1 / 3)
    bottom = np.asarray(xy_px, dtype=np.float64) @ inverse[2, :2] + inverse[2, 2]
    ahead = bottom > 0
    length: Floats = np.where(ahead, np.where(ahead, bottom, 1.0) ** -1.5, np.inf)
    return length


def tilt_deg(homography: Floats, width: int, height: int) -> tuple[float, float]:
    """The angle between the card and the sensor with its standard uncertainty, degrees.

    Args:
        homography: ``(3, 3)``, card mm to photograph px.
        width: Of the photograph, px.
        height: Of the photograph, px.
    """
    angles = [_tilt_deg(homography, width, height, share * max(width, height)) for share in FOCAL_SHARES]
    return angles[1], (max(angles) - min(angles)) / np.sqrt(12)


def _tilt_deg(homography: Floats, width: int, height: int, focal_px: float) -> float:
    camera = np.array([[focal_px, 0, (width - 1) / 2], [0, focal_px, (height - 1) / 2], [0, 0, 1]])
    seen = np.linalg.inv(camera) @ homography
    across, down = seen[:, 0], seen[:, 1]
    normal = np.cross(across, down)
    cosine = abs(normal[2]) / max(float(np.linalg.norm(normal)), 1e-12)
    return float(np.degrees(np.arccos(np.clip(cosine, 0, 1))))
