"""The patient's own stubble as marks that a design can follow: hair seen end-on, and hair that lies flat."""

from __future__ import annotations

import dataclasses

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from dermograph.photo.scalp.dot_model import USUAL_MM
from dermograph.photo.scalp.dots import MODEL_ERROR, Dots
from dermograph.photo.scalp.ground import Light
from dermograph.photo.scalp.lying import LyingHairs, find_lying

Floats = NDArray[np.float64]

#: How likely a line that was found is one hair, on tuning photographs (``tests/photo/scalp/test_lying.py``).
RIGHT = 0.9
_ON_HAIR_MM = 0.2  # a dot so near to a line is part of it
_STEPS = 12  # along a line, nearer than that to each other


def with_lying(dots: Dots, rgb: NDArray[np.uint8], *, light: Light | None = None, always: bool = False) -> Dots:
    """Marks of the stubble: the dots, and where more hair lies flat than is seen end-on, those lines as well.

    A line becomes a mark half-way along it, of the usual width of a dot, and so dark that it takes as much light as the
    hair does: from afar both give the same shade. That it should is an assumption.

    Args:
        dots: What was found as dots.
        rgb: ``(h, w, 3)`` uint8, the photograph that they were found in.
        light: The camera undone, as for the dots.
        always: Take the lines in even where they are fewer.
    """
    lines = find_lying(rgb, dots.px_per_mm, dots.usable, light=light)
    if not len(lines) or (len(lines) <= len(dots) and not always):
        return dots
    alone = _off(dots.xy_px, lines, _ON_HAIR_MM * dots.px_per_mm)
    tone = lines.shade_mm2 / (np.pi / 4 * USUAL_MM**2)
    count = len(lines)
    return dataclasses.replace(
        dots,
        xy_px=np.concatenate([dots.xy_px[alone], lines.xy_px]),
        diameter_mm=np.concatenate([dots.diameter_mm[alone], np.full(count, USUAL_MM)]),
        absorbance=np.concatenate([dots.absorbance[alone], tone]),
        chance=np.concatenate([dots.chance[alone], np.full(count, RIGHT)]),
        count_u=float(np.hypot(dots.count_u, np.hypot(np.sqrt(count * RIGHT * (1 - RIGHT)), MODEL_ERROR * count))),
    )


def _off(xy: Floats, lines: LyingHairs, near: float) -> NDArray[np.bool_]:
    """``(n,)`` which places lie on none of the lines."""
    if not len(xy):
        return np.zeros(0, np.bool_)
    share = np.linspace(0, 1, _STEPS)[:, None, None]
    along = (lines.ends_px[:, 0] * (1 - share) + lines.ends_px[:, 1] * share).reshape(-1, 2)
    away, _ = cKDTree(along).query(xy)
    return np.asarray(away > near)
