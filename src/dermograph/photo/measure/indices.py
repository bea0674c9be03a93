"""Colour measures as functions of the skin's colour and of the lesion's contrast to it."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from dermograph.photo.colour.difference import delta_e00
from dermograph.photo.colour.spaces import RGB_TO_XYZ, lab_to_xyz
from dermograph.photo.colour.tone import ita_deg
from dermograph.photo.measure import kinds
from dermograph.photo.measure.values import Kind

Floats = NDArray[np.float64]
Index = Callable[[Floats, Floats], Floats]

_LEAST_REFLECTANCE = 1e-3


def melanin_index(lab: Floats) -> Floats:
    """100 log10(1 / R) of the red reflectance, ``(…)``.

    Args:
        lab: ``(…, 3)`` CIELAB D65. R and G are its linear sRGB, that is, after calibration.

    Source: Yamamoto, Takiwaki, Arase, Ohshima, Skin Res Technol 14 (2008) 26-34.
    """
    return np.asarray(-100 * np.log10(_reflectance(lab)[..., 0]), dtype=np.float64)


def erythema_index(lab: Floats) -> Floats:
    """100 (log10(1 / G) - log10(1 / R)) of the green and red reflectances; see ``melanin_index``."""
    light = _reflectance(lab)
    return np.asarray(100 * np.log10(light[..., 0] / light[..., 1]), dtype=np.float64)


def _reflectance(lab: Floats) -> Floats:
    return np.maximum(lab_to_xyz(lab) @ np.linalg.inv(RGB_TO_XYZ).T, _LEAST_REFLECTANCE)


def _part(band: int) -> Index:
    return lambda _skin, contrast: contrast[..., band]


def _difference(of: Callable[[Floats], Floats]) -> Index:
    return lambda skin, contrast: of(skin + contrast) - of(skin)


def _turn(skin: Floats, contrast: Floats) -> Floats:
    angle = ita_deg(skin + contrast) - ita_deg(skin)
    return (angle + 180) % 360 - 180


#: Every colour measure but the contrast itself: ``(skin, contrast) -> value``, CIELAB ``(…, 3)`` to ``(…)``.
INDICES: dict[Kind, Index] = {
    kinds.LIGHTNESS: _part(0),
    kinds.REDNESS: _part(1),
    kinds.YELLOWNESS: _part(2),
    kinds.ITA: _turn,
    kinds.MELANIN: _difference(melanin_index),
    kinds.ERYTHEMA: _difference(erythema_index),
}


def distance(skin: Floats, contrast: Floats) -> Floats:
    """ΔE00 of the lesion to the skin, ``(…)``."""
    return delta_e00(skin + contrast, skin)
