"""One photograph on the cells of a window, with what its colours are known to be off by."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dermograph.photo.card.calibration import Calibration
from dermograph.photo.measure.compression import rounding_errors

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Picture = NDArray[np.float32]

#: What a colour difference of neighbouring places is off by, L*, a*, b*, in units of its size and of the calibration's
#: ``u_gain``: a little of a lesion's lightness turns into colour. And the shares of it that differ from photograph to
#: photograph and that all have alike. Measured on phantoms with seeds below 10,000.
_GAIN_PARTS = np.array([1.3, 2.3, 2.2])
_OWN, _ALIKE = np.array([0.4, 0.6, 0.6]), np.array([0.9, 0.8, 0.8])


@dataclass(frozen=True, slots=True, eq=False)
class Layer:
    """A photograph on the cells of a window.

    Attributes:
        lab: ``(h, w, 3)`` CIELAB.
        rgb: ``(h, w, 3)`` what it was computed from, encoded, 0 to 255.
        calibration: The way from one to the other.
        place: ``(2,)`` where the lesion lies in the photograph, px.
        cells_per_px: Cells for one px of this photograph.
    """

    lab: Picture
    rgb: Picture
    calibration: Calibration
    place: Floats
    cells_per_px: float


def gain_errors(rng: np.random.Generator, layers: Sequence[Layer], contrast: Floats, draws: int) -> Floats:
    """Errors of the contrast from calibrations that are off a little, ``(draws, photographs, 3)``."""
    gains = np.array([one.calibration.u_gain for one in layers])[:, None]
    scale = gains * np.linalg.norm(contrast, axis=-1, keepdims=True) * _GAIN_PARTS
    own, alike = rng.standard_normal((draws, *contrast.shape)), rng.standard_normal((draws, 1, 3))
    return np.asarray((_OWN * own + _ALIKE * alike) * scale, dtype=np.float64)


def compression_errors(
    rng: np.random.Generator, layers: Sequence[Layer], lesion: Mask, ring: Mask, draws: int
) -> Floats:
    """Errors of the contrast from the rounding of colour in the file, ``(draws, photographs, 3)``."""
    found = np.zeros((draws, len(layers), 3))
    for number, one in enumerate(layers):
        for area in (lesion, ring):
            parts = rounding_errors(one.rgb, area, one.cells_per_px, one.calibration, one.place)
            found[:, number] += rng.standard_normal((draws, len(parts))) @ parts
    return found


def skin_errors(rng: np.random.Generator, layers: Sequence[Layer], skin: Floats, draws: int) -> Floats:
    """Errors of the skin's own colour, ``(draws, photographs, 3)``.

    The card's known colours are off alike in all photographs of it; the rest is each photograph's own.
    """
    pairs = list(zip(layers, skin, strict=True))
    own = np.stack([one.calibration.u_lab(lab, one.place, with_references=False) for one, lab in pairs])
    whole = np.stack([one.calibration.u_lab(lab, one.place) for one, lab in pairs])
    alike = np.sqrt(np.maximum(whole**2 - own**2, 0))
    return rng.standard_normal((draws, *skin.shape)) * own + rng.standard_normal((draws, 1, 3)) * alike
