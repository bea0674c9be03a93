"""From the colours of a card to what a printer is told, and back."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from dermograph.photo.card.pieces import INK_LAB, PAPER_LAB, Lab
from dermograph.photo.colour.spaces import RGB_TO_XYZ, WHITES, adapted, encoded, lab_to_xyz, linear, xyz_to_lab

# What is not printed is paper. A printer's driver takes sRGB white as bare paper and scales every colour with it, so
# the file holds each colour relative to the paper, and the print shows it absolute.
_PAPER_GAIN = lab_to_xyz(PAPER_LAB, "D50") / WHITES["D50"]


def print_rgb(lab_d50: ArrayLike) -> NDArray[np.uint8]:
    """The sRGB that a card's file holds for a colour.

    Args:
        lab_d50: ``(…, 3)`` CIELAB under D50, absolute, on paper of ``PAPER_LAB``.

    Returns:
        ``(…, 3)``; 255 for bare paper.

    Source: ICC.1:2022, 6.3.2, the media-relative scaling of colours.
    """
    light = adapted(lab_to_xyz(lab_d50, "D50") / _PAPER_GAIN, "D50", "D65") @ np.linalg.inv(RGB_TO_XYZ).T
    rgb: NDArray[np.uint8] = np.rint(np.clip(encoded(light), 0, 1) * 255).astype(np.uint8)
    return rgb


def file_rgb(lab_d50: Lab) -> tuple[int, int, int]:
    """The sRGB that a card's file holds for a patch, paper or ink.

    Ink is told as pure black, whatever it looks like on paper, so that markers and type are solid and not screened.
    """
    if lab_d50 == INK_LAB:
        return 0, 0, 0
    red, green, blue = print_rgb(lab_d50).tolist()
    return red, green, blue


def lab_of_print(rgb: ArrayLike) -> NDArray[np.float64]:
    """The colour on paper of what the file holds: the inverse of ``print_rgb`` but for its rounding."""
    light = linear(np.asarray(rgb, dtype=np.float64) / 255)
    return xyz_to_lab(adapted(light @ RGB_TO_XYZ.T, "D65", "D50") * _PAPER_GAIN, "D50")
