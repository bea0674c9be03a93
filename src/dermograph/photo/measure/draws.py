"""The colour of lesion and skin with its error, as draws from which every colour measure follows.

Source of the method: propagation of distributions, JCGM 101:2008.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from dermograph.photo.measure.cells import Blocks, Mask, core
from dermograph.photo.measure.layer import Layer, compression_errors, gain_errors, skin_errors
from dermograph.photo.measure.nulls import Nulls

Floats = NDArray[np.float64]
Picture = NDArray[np.float32]

DRAWS = 1000
OUTLINE_MM = 0.3  # standard uncertainty of where a drawn border lies
_OUTLINE_SHARE = 0.02  # of the lesion's diameter, without a scale
BLOCK_MM, _BLOCK_SHARE = 6.4, 0.25  # 128 px at 20 px/mm; share of the lesion's diameter without a scale


@dataclass(frozen=True, slots=True, eq=False)
class Cells:
    """Which cells of a window count.

    Attributes:
        lesion: ``(h, w)`` the whole lesion.
        bare: ``(h, w)`` cells that show bare skin or lesion in every photograph.
        ring: ``(h, w)`` the adjacent skin.
        per_mm: Cells in a mm; None without a scale.
    """

    lesion: Mask
    bare: Mask
    ring: Mask
    per_mm: float | None

    @property
    def diameter(self) -> float:
        """Of a disc as large as the lesion, cells."""
        return 2 * float(np.sqrt(self.lesion.sum() / np.pi))

    @property
    def block(self) -> float:
        """Side of a block of the bootstrap, cells."""
        side = _BLOCK_SHARE * self.diameter if self.per_mm is None else BLOCK_MM * self.per_mm
        return max(side, 2.0)

    @property
    def outline_error(self) -> float:
        """Standard uncertainty of where the border lies, cells."""
        return _OUTLINE_SHARE * self.diameter if self.per_mm is None else OUTLINE_MM * self.per_mm


@dataclass(frozen=True, slots=True, eq=False)
class Draws:
    """Colours of the adjacent skin and of the lesion against it, in one or more photographs.

    Attributes:
        skin: ``(photographs, 3)`` CIELAB.
        contrast: ``(photographs, 3)`` lesion minus skin.
        skin_errors: ``(draws, photographs, 3)`` errors of ``skin``.
        errors: By source, ``(draws, photographs, 3)`` errors of ``contrast``, independent of each other.
        places: How many places of healthy skin the error between shots was read from.
    """

    skin: Floats
    contrast: Floats
    skin_errors: Floats
    errors: dict[str, Floats]
    places: int


def draws(layers: Sequence[Layer], cells: Cells, healthy: Nulls, residual: float) -> Draws:
    """Contrast and its error in photographs that lie on the same cells.

    Args:
        layers: The photographs.
        cells: Which of their cells count.
        healthy: The contrast of nothing in them.
        residual: Standard error of the registration along one axis, cells; 0 for one photograph.
    """
    rng = np.random.default_rng(20_08)
    plane = (len(layers), 3)
    values = np.concatenate([one.lab for one in layers], axis=-1)
    inner = core(cells.lesion, cells.per_mm) & cells.bare
    blocks = Blocks.of(values, inner, cells.ring, cells.block)
    mean, skin = blocks.whole()
    drawn, drawn_skin = blocks.resampled(rng, DRAWS)
    spatial = (_of_one_lesion(drawn - mean, blocks) if len(layers) > 1 else drawn - mean) - (drawn_skin - skin)
    between = rng.standard_normal((DRAWS, values.shape[-1])) @ _root(healthy.covariance - np.cov(spatial.T)).T
    contrast, skin_lab = (mean - skin).reshape(plane), skin.reshape(plane)
    errors = {
        "spatial": spatial.reshape(-1, *plane),
        "between_shot": between.reshape(-1, *plane),
        "registration": _registration(rng, values, inner, mean, residual).reshape(-1, *plane),
        "outline": _outline(rng, values, cells, mean).reshape(-1, *plane),
        "colour": gain_errors(rng, layers, contrast, DRAWS) + compression_errors(rng, layers, inner, cells.ring, DRAWS),
    }
    of_skin = (drawn_skin - skin).reshape(-1, *plane) + skin_errors(rng, layers, skin_lab, DRAWS)
    return Draws(skin_lab, contrast, of_skin, errors, healthy.places)


def _of_one_lesion(drawn: Floats, blocks: Blocks) -> Floats:
    """What drawing blocks of the lesion says of the error between two photographs.

    A lesion is uneven and all of it is measured: its own pattern, paler or stronger in the follow-up, is no error.
    What is left of the follow-up's pattern beside the baseline's is, half of it in each.
    """
    values = blocks.lesion[:, blocks.terms :] / blocks.lesion[:, :1]
    centred = values - values.mean(axis=0)
    first, second = centred[:, :3], centred[:, 3:]
    share = float((first * second).sum() / max(float((first**2).sum()), 1e-9))
    rest = (drawn[:, 3:] - share * drawn[:, :3]) / 2
    return np.concatenate([-rest, rest], axis=1)


def _root(covariance: Floats) -> Floats:
    """A square root of what is positive in a symmetric matrix."""
    sizes, directions = np.linalg.eigh(covariance)
    found: Floats = directions * np.sqrt(np.maximum(sizes, 0))
    return found


def _registration(rng: np.random.Generator, values: Picture, inner: Mask, mean: Floats, residual: float) -> Floats:
    """What a shift of all photographs but the first does to the lesion's mean."""
    found = np.zeros((DRAWS, len(mean)))
    if residual <= 0 or values.shape[-1] < 6:
        return found
    moving = np.ascontiguousarray(values[..., 3:6])
    for step in ((residual, 0.0), (0.0, residual)):
        change = np.zeros(len(mean))
        for sign in (-1, 1):
            shift = np.array([[1, 0, sign * step[0]], [0, 1, sign * step[1]]])
            moved = cv2.warpAffine(moving, shift, inner.shape[::-1], borderMode=cv2.BORDER_REPLICATE)
            change[3:6] += 0.5 * (moved[inner].mean(axis=0, dtype=np.float64) - mean[3:6]) ** 2
        found += rng.standard_normal((DRAWS, 1)) * np.sqrt(change)
    return found


def _outline(rng: np.random.Generator, values: Picture, cells: Cells, mean: Floats) -> Floats:
    """What moving the border in or out does: the same in all photographs, as they share one outline."""
    found = np.zeros((DRAWS, len(mean)))
    moved = []
    for sign in (-1, 1):
        other = core(cells.lesion, cells.per_mm, moved=sign * cells.outline_error) & cells.bare
        if other.any():
            moved.append(sign * (values[other].mean(axis=0, dtype=np.float64) - mean))
    if moved:
        found += rng.standard_normal((DRAWS, 1)) * np.mean(moved, axis=0)
    return found
