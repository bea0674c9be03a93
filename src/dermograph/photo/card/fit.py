"""Fitting a camera to a card, in CIELAB: an error on a dark patch counts as the eye counts it.

A least-squares fit in linear light would all but ignore the dark patches: an error of 5 ΔE on the darkest skin is as
small there as one of 0.3 ΔE on white.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dermograph.photo.card.model import Camera
from dermograph.photo.colour.difference import delta_e00

Floats = NDArray[np.float64]

_PASSES = 14
_ENOUGH = 1e-3  # change of the residuals' root mean square, ΔE, that ends the fit
_HUBER = 2.0  # standard deviations from where on an error counts less
_LEAST_SPREAD = 0.15  # ΔE: what noise, JPEG and the model leave on a perfect card


@dataclass(frozen=True, slots=True, eq=False)
class Data:
    """What is fitted.

    Attributes:
        share: ``(n, 3)`` encoded values, 0 to 1; patches first, then bare paper.
        xy_px: ``(n, 2)`` where.
        lab_d50: ``(n, 3)`` what they are known to be.
        weight: ``(n,)`` one over the standard deviation expected, ΔE; 0 for what only checks the fit.
        patches: How many of the rows are patches.
    """

    share: Floats
    xy_px: Floats
    lab_d50: Floats
    weight: Floats
    patches: int


@dataclass(frozen=True, slots=True, eq=False)
class Fit:
    """A fitted camera.

    Attributes:
        camera: It.
        residuals: ``(patches, 3)`` CIELAB D50 found minus known.
        left_out: ``(patches, 3)`` the same for each patch if it had not been in the fit.
        covariance: Of the camera's parameters.
        spread: What an error of weight 1 turned out to be, as a multiple of what was expected.
    """

    camera: Camera
    residuals: Floats
    left_out: Floats
    covariance: Floats
    spread: float


def fitted(start: Camera, data: Data) -> Fit:
    """Gauss-Newton with damping and robust weights, from a camera that is nearly right."""
    metric = _metric(data.lab_d50)
    used = data.weight > 0
    vector, robust = start.vector(), np.ones(len(data.weight))
    damping, last = 1e-3, np.inf
    residual = _weighted(start, data, metric, robust)
    for _ in range(_PASSES):
        slope = _slopes(start.with_vector(vector), data, metric, robust)
        normal = slope.T @ slope
        step = np.linalg.solve(normal + damping * np.diag(np.diag(normal)), -slope.T @ residual)
        tried = start.with_vector(vector + step)
        after = _weighted(tried, data, metric, robust)
        if after @ after > residual @ residual:
            damping *= 10
            if damping > 1e6:  # noqa: PLR2004 (no step helps)
                break
            continue
        damping = max(damping / 10, 1e-9)
        vector = vector + step
        robust = _robust(tried, data, metric)
        residual = _weighted(tried, data, metric, robust)
        size = float(np.sqrt((residual[: 3 * used.sum()] ** 2).mean()))
        if abs(last - size) < _ENOUGH:
            break
        last = size
    return _judged(start.with_vector(vector), data, metric, robust)


def _metric(lab: Floats) -> Floats:
    """``(n, 3, 3)``: what a small difference in CIELAB is multiplied with so that its length is ΔE00."""
    step = 0.05
    rows = np.empty((len(lab), 3, 3))
    squares = np.empty((len(lab), 3, 3))
    for i in range(3):
        for j in range(i, 3):
            one, other = np.zeros(3), np.zeros(3)
            one[i] += step
            other[j] += step
            both = delta_e00(lab, lab + one + other) ** 2
            alone = delta_e00(lab, lab + one) ** 2, delta_e00(lab, lab + other) ** 2
            squares[:, i, j] = squares[:, j, i] = (alone[0] if i == j else (both - alone[0] - alone[1]) / 2) / step**2
    squares += 0.02 * np.eye(3)
    for index, square in enumerate(squares):
        rows[index] = np.linalg.cholesky(square).T
    return rows


def _errors(camera: Camera, data: Data, metric: Floats) -> Floats:
    """``(n, 3)`` errors in units of ΔE00; those of the paper around their mean, which itself counts as one patch.

    Paper is even to a fifth of a ΔE, so that it shows the light well; how white it is, is known no better than a patch.
    """
    errors: Floats = np.einsum("nij,nj->ni", metric, camera.lab_d50(data.share, data.xy_px) - data.lab_d50)
    cells = len(errors) - data.patches
    if cells:
        mean = errors[data.patches :].mean(0)
        errors[data.patches :] -= mean * (1 - 1 / np.sqrt(cells))
    return errors


def _weighted(camera: Camera, data: Data, metric: Floats, robust: Floats) -> Floats:
    weight = (data.weight * np.sqrt(robust))[:, None]
    errors = (_errors(camera, data, metric) * weight)[data.weight > 0].ravel()
    expected, deviation = camera.prior()
    known = np.isfinite(deviation)
    return np.concatenate([errors, ((camera.vector() - expected)[known] / deviation[known])])


def _slopes(camera: Camera, data: Data, metric: Floats, robust: Floats) -> Floats:
    """The derivative of ``_weighted`` by each parameter."""
    used = data.weight > 0
    slopes = metric @ camera.slopes(data.share, data.xy_px)
    cells = len(slopes) - data.patches
    if cells:
        slopes[data.patches :] -= slopes[data.patches :].mean(0) * (1 - 1 / np.sqrt(cells))
    slopes *= (data.weight * np.sqrt(robust))[:, None, None]
    deviation = camera.prior()[1]
    known = np.isfinite(deviation)
    return np.concatenate([slopes[used].reshape(-1, slopes.shape[2]), np.diag(1 / deviation)[known]])


def _robust(camera: Camera, data: Data, metric: Floats) -> Floats:
    """Weights that keep a few bad patches from pulling the others."""
    size = np.linalg.norm(_errors(camera, data, metric), axis=1) * np.maximum(data.weight, 1e-9)
    robust = np.ones(len(size))
    for part in (slice(0, data.patches), slice(data.patches, None)):
        used = data.weight[part] > 0
        if used.any():
            typical = max(float(np.median(size[part][used])), _LEAST_SPREAD)
            robust[part] = 1 / np.maximum(size[part] / (_HUBER * typical), 1)
    return robust


def _judged(camera: Camera, data: Data, metric: Floats, robust: Floats) -> Fit:
    slope = _slopes(camera, data, metric, robust)
    normal = slope.T @ slope
    inverse = np.linalg.inv(normal + 1e-12 * np.diag(np.diag(normal)))
    found = camera.lab_d50(data.share, data.xy_px) - data.lab_d50
    left_out = found[: data.patches].copy()
    row = 0
    for index in np.flatnonzero(data.weight > 0):
        own = slope[row : row + 3]
        row += 3
        if index >= data.patches:
            continue
        pull = own @ inverse @ own.T
        unseen = np.linalg.solve(np.eye(3) - pull, metric[index] @ found[index])
        left_out[index] = np.linalg.solve(metric[index], unseen)
    used = data.weight[: data.patches] > 0
    rows = int(used.sum())
    sizes = (metric[: data.patches][used] @ found[: data.patches][used][..., None])[..., 0]
    sizes = sizes * (data.weight[: data.patches][used] * np.sqrt(robust[: data.patches][used]))[:, None]
    freedom = max(3 * rows - len(camera.vector()), 3)
    spread = float(np.sqrt((sizes**2).sum() / freedom))
    covariance = np.asarray(inverse, dtype=np.float64) * max(spread, _LEAST_SPREAD) ** 2
    return Fit(camera, found[: data.patches], left_out, covariance, spread)
