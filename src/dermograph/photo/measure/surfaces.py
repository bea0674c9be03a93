"""How the surface of a lesion differs from that of the skin beside it: its texture and its evenness of colour.

Both compare the strength of a band of detail within the lesion to that in the ring, so that blur and noise, which both
share, matter less. They are read from colour, not from height.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dermograph.core.quantity import Quantity
from dermograph.core.text import Text
from dermograph.photo.finding import Refusal
from dermograph.photo.measure import kinds
from dermograph.photo.measure.cells import core
from dermograph.photo.measure.draws import Cells
from dermograph.photo.measure.values import Change, Kind, Measure
from dermograph.photo.measure.verdicts import outcome
from dermograph.photo.outline.trend import smoothed

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]
Picture = NDArray[np.float32]

#: Standard deviations of the blurs whose difference is the band, mm: details of about 0.4 to 1.5 mm, and 1.5 to 6 mm.
TEXTURE_MM, EVENNESS_MM = (0.12, 0.45), (0.5, 2.0)
_LEAST_PER_MM = 4.0  # cells: coarser cells do not hold texture
_LEAST_CELLS = 60
_BLOCK_MM = 2.5
_LEAST_BLOCKS = 4
_DRAWS = 400
_STRONGEST = 4.0  # detail beyond this many robust deviations, as a stray hair is, counts as this much

TOO_COARSE = Refusal(
    "too_coarse",
    Text(
        "The photograph has too few pixels on the lesion to see its surface.",
        "La fotografía tiene muy pocos píxeles sobre la lesión para ver su superficie.",
    ),
    Text("Come closer.", "Acérquese."),
)


@dataclass(frozen=True, slots=True, eq=False)
class _Strength:
    """Number of cells and squares of a band of detail by block, ``(blocks, 1 + photographs)``."""

    lesion: Floats
    ring: Floats


def surface_measures(labs: tuple[Picture, ...], cells: Cells) -> tuple[Measure, ...]:
    """Texture and unevenness in one photograph (as ``before``) or in two on the same cells."""
    if cells.per_mm is None or cells.per_mm < _LEAST_PER_MM:
        return tuple(Measure(kind, None, None, None, TOO_COARSE, {}) for kind in kinds.SURFACES)
    inner = core(cells.lesion, cells.per_mm) & cells.bare
    return (
        _measure(kinds.TEXTURE, [lab[..., :1] for lab in labs], inner, cells, TEXTURE_MM),
        _measure(kinds.HOMOGENEITY, list(labs), inner, cells, EVENNESS_MM),
    )


def _measure(kind: Kind, values: list[Picture], inner: Mask, cells: Cells, band_mm: tuple[float, float]) -> Measure:
    per_mm = cells.per_mm or 1.0
    found = _strength(values, inner, cells.ring, (band_mm[0] * per_mm, band_mm[1] * per_mm), _BLOCK_MM * per_mm)
    if found is None:
        return Measure(kind, None, None, None, TOO_COARSE, {})
    rng = np.random.default_rng(20_08)
    whole = _compared(kind, found, np.ones((1, len(found.lesion))), np.ones((1, len(found.ring))))[0]
    drawn = _compared(kind, found, _times(rng, len(found.lesion)), _times(rng, len(found.ring)))
    u = drawn.std(axis=0)
    before = Quantity(float(whole[0]), float(u[0]), kind.unit)
    if len(whole) == 1:
        return Measure(kind, before, None, None, None, {"spatial": float(u[0])})
    after = Quantity(float(whole[1]), float(u[1]), kind.unit)
    apart = float((drawn[:, 1] - drawn[:, 0]).std())
    light = _LIGHT[kind.name] * (1 + abs(before.value) / 100 if kind is kinds.TEXTURE else 1.0)
    difference = Quantity(after.value - before.value, float(np.hypot(apart, light)), kind.unit)
    change = Change(difference, outcome(before, after, difference), None)
    return Measure(kind, before, after, change, None, {"spatial": apart, "between_shot": light})


#: What light and blur of another shot do to a surface that did not change: standard deviation. Measured on phantoms
#: with seeds below 10,000.
_LIGHT = {"texture": 4.0, "unevenness": 0.055}


def _strength(
    values: list[Picture], lesion: Mask, ring: Mask, band: tuple[float, float], side: float
) -> _Strength | None:
    """Sums of squares of the detail between two blurs, each blur within lesion or ring only."""
    found = []
    for mask in (lesion, ring):
        rows, cols = np.nonzero(mask)
        if len(rows) < _LEAST_CELLS:
            return None
        squares = [np.ones(len(rows))]
        for value in values:
            detail = (smoothed(value, mask, band[0]) - smoothed(value, mask, band[1]))[rows, cols]
            limit = _STRONGEST * 1.4826 * np.median(np.abs(detail), axis=0)
            squares.append((np.clip(detail, -limit, limit) ** 2).sum(axis=-1).astype(np.float64))
        across = int(mask.shape[1] / side) + 1
        block = np.floor(rows / side).astype(np.intp) * across + np.floor(cols / side).astype(np.intp)
        _, number = np.unique(block, return_inverse=True)
        found.append(np.stack([np.bincount(number, weights=one) for one in squares], axis=-1).astype(np.float64))
    if min(len(one) for one in found) < _LEAST_BLOCKS:
        return None
    return _Strength(found[0], found[1])


def _compared(kind: Kind, found: _Strength, lesion_times: Floats, ring_times: Floats) -> Floats:
    """The measure for draws of blocks, ``(draws, photographs)``."""
    inner, outer = lesion_times @ found.lesion, ring_times @ found.ring
    inside, beside = np.sqrt(inner[:, 1:] / inner[:, :1]), np.sqrt(outer[:, 1:] / outer[:, :1])
    return np.asarray(100 * (inside / beside - 1) if kind is kinds.TEXTURE else inside - beside, dtype=np.float64)


def _times(rng: np.random.Generator, count: int) -> Floats:
    return rng.multinomial(count, np.full(count, 1 / count), size=_DRAWS).astype(np.float64)
