"""A smooth field through scattered, partly wrong displacements on a regular grid."""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

Field = NDArray[np.float64]
Weights = NDArray[np.float64]
Fine = NDArray[np.float32]

MARGIN = 6  # empty cells around the grid, so that the mirror boundary of the cosine transform is far away
DEGREE = 3  # of the polynomial that is taken off first: a stretch would otherwise bend at the edges
REWEIGHTED = 4
STEPS, SOLVED = 10, 1e-6  # of the conjugate gradients each time; the share of the error at which they stop
CUT = 4.0  # residuals beyond this many robust deviations count for nothing (Tukey)
LEAST_DEVIATION = 0.1  # px; so that a perfect fit does not throw its own points out
TO_DEVIATION = 1.4826  # from the median of absolute values to the standard deviation of a normal one


def smoothed(values: Field, weights: Weights, wavelength: float, rounds: int = REWEIGHTED) -> tuple[Field, Weights]:
    """The smoothest field near the values, wrong ones left out.

    Minimises the weighted squares of what is left plus the squared Laplacian, by conjugate gradients that the cosine
    transform conditions, with Tukey's weights.

    Args:
        values: ``(rows, cols, k)`` displacements; anything where the weight is zero.
        weights: ``(rows, cols)``, 0 to 1.
        wavelength: Waves shorter than this are smoothed away, in cells.
        rounds: How often the values are weighed anew by how far they are from the field.

    Returns:
        The field, known everywhere, and the weights that were left to the values.

    Source: D. Garcia, "Robust smoothing of gridded data in one and higher dimensions with missing values",
        Comput. Stat. Data Anal. 54 (2010) 1167–1178, for the transform and the reweighting.
    """
    strength = (wavelength / (2 * np.pi)) ** 4
    kept = weights.copy()
    trend = np.zeros_like(values)
    rest = np.zeros_like(values)
    for _ in range(rounds):
        trend = _polynomial(values, kept)
        rest = _penalised(values - trend, kept, strength, rest)
        kept = weights * tukey(np.linalg.norm(values - trend - rest, axis=-1), weights)
    return trend + rest, kept


def tukey(residuals: NDArray[np.float64], weights: Weights) -> Weights:
    """Weights that fall to zero at ``CUT`` robust deviations of the residuals."""
    known = weights > 0
    if not known.any():
        return np.zeros_like(residuals)
    deviation = max(TO_DEVIATION * float(np.median(residuals[known])), LEAST_DEVIATION)
    inside = np.clip(1 - (residuals / (CUT * deviation)) ** 2, 0, 1)
    found: Weights = inside**2
    return found


def _polynomial(values: Field, weights: Weights) -> Field:
    """The weighted least-squares polynomial, of a lower degree where few values are known."""
    rows, cols = weights.shape
    y, x = np.meshgrid(np.linspace(-1, 1, rows), np.linspace(-1, 1, cols), indexing="ij")
    known = int(np.count_nonzero(weights))
    degree = next((d for d in range(DEGREE, 0, -1) if known >= 4 * (d + 1) * (d + 2) // 2), 0)
    terms = np.stack([x**i * y**j for i in range(degree + 1) for j in range(degree + 1 - i)], axis=-1)
    weighted = terms * weights[..., None]
    # A little ridge: values in one corner only must not throw the other corners away.
    ridge = 1e-4 * max(known, 1) * np.eye(terms.shape[-1])
    # einsum, here and below: the threads of a BLAS wait for each other far longer than such small sums take.
    normal = np.einsum("rci,rcj->ij", weighted, terms) + ridge
    found: Field = np.einsum("rci,ik->rck", terms, np.linalg.solve(normal, np.einsum("rci,rck->ik", weighted, values)))
    return found


def _penalised(values: Field, weights: Weights, strength: float, start: Field) -> Field:
    """Solve (W + s·L²) z = W y, in single precision: a tenth of a thousandth of a pixel is lost."""
    rows, cols = weights.shape
    inner = slice(MARGIN, MARGIN + rows), slice(MARGIN, MARGIN + cols)
    around = ((0, 0), (MARGIN, MARGIN), (MARGIN, MARGIN))
    wide = np.pad(weights[None], around).astype(np.float32)
    bend: Fine = (strength * _laplacian(wide.shape[1:]) ** 2).astype(np.float32)
    near = (1 / (max(float(weights.mean()), 1e-3) + bend)).astype(np.float32)

    def applied(field: Fine) -> Fine:
        return np.asarray(wide * field + _filtered(field, bend))

    z = np.pad(np.moveaxis(start, -1, 0), around, mode="edge").astype(np.float32)
    left = np.pad(weights * np.moveaxis(values, -1, 0), around).astype(np.float32) - applied(z)
    ready = _filtered(left, near)
    way, power = ready.copy(), _product(left, ready)
    enough = SOLVED * power
    for _ in range(STEPS):
        if power <= enough:
            break
        image = applied(way)
        length = np.float32(power / _product(way, image))
        z += length * way
        left -= length * image
        ready = _filtered(left, near)
        power, before = _product(left, ready), power
        way = ready + np.float32(power / before) * way
    return np.moveaxis(z[:, *inner], 0, -1).astype(np.float64)


def _product(one: Fine, other: Fine) -> float:
    return float(np.einsum("krc,krc->", one, other))


def _filtered(field: Fine, gain: Fine) -> Fine:
    """A field ``(k, rows, cols)`` with each of its cosine waves multiplied.

    By matrices: on so small a grid they are as fast as a fast transform, and need no library that takes long to load.
    """
    down, across = _cosines(field.shape[1]), _cosines(field.shape[2])
    return np.asarray(down.T @ ((down @ field @ across.T) * gain) @ across, dtype=np.float32)


@lru_cache(maxsize=16)
def _cosines(count: int) -> Fine:
    """The orthonormal cosine transform of that length (DCT-II), one wave a row."""
    wave, place = np.arange(count)[:, None], np.arange(count)[None, :]
    rows = np.sqrt(2 / count) * np.cos(np.pi * (place + 0.5) * wave / count)
    rows[0] /= np.sqrt(2)
    return np.asarray(rows, dtype=np.float32)


def _laplacian(size: tuple[int, ...]) -> NDArray[np.float64]:
    """The eigenvalues of the Laplacian with a mirror boundary."""
    rows, cols = (2 * np.cos(np.pi * np.arange(n) / n) - 2 for n in size)
    found: NDArray[np.float64] = rows[:, None] + cols[None, :]
    return found
