"""The smooth course of light and colour over skin, and what stands out from it."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]

_STANDS_OUT = 4.0  # robust standard deviations
_LEAST_SPREAD = (0.7, 0.4, 0.4)  # L*, a*, b*: even the most even skin varies as much over some mm
_MAD_TO_SD = 1.4826
_ROUNDS = 4
_SAMPLES = 4000


def deepest_of_parts(depth: NDArray[np.float32]) -> tuple[NDArray[np.int32], Floats]:
    """The connected parts where a depth is above 0, and how deep each is.

    Returns:
        ``(h, w)`` number of the part of each place, 0 outside; and the depth by number, 0 for number 0.
    """
    count, labels = cv2.connectedComponents((depth > 0).astype(np.uint8))
    inside = np.flatnonzero(labels)
    number = labels.ravel()[inside]
    order = np.argsort(number, kind="stable")
    starts = np.searchsorted(number[order], np.arange(1, count))
    deepest = np.zeros(count)
    if count > 1:
        deepest[1:] = np.maximum.reduceat(depth.ravel()[inside][order], starts)
    return np.asarray(labels, dtype=np.int32), deepest


def design(x: Floats, y: Floats, order: int) -> Floats:
    """The terms of a polynomial of places, ``(n, 1, 3 or 6)`` for order 0, 1 or 2."""
    columns = [np.ones_like(x)]
    if order >= 1:
        columns += [x, y]
    if order >= 2:
        columns += [x * x, x * y, y * y]
    return np.stack(columns, axis=-1)


def smoothed(lab: NDArray[np.float32], mask: Mask, sigma: float) -> NDArray[np.float32]:
    """Colours blurred within a mask only, so that nothing from outside it leaks in."""
    weight = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), max(sigma, 0.3))
    blurred = cv2.GaussianBlur(np.where(mask[..., None], lab, np.float32(0)), (0, 0), max(sigma, 0.3))
    return np.asarray(blurred.reshape(lab.shape) / np.maximum(weight, np.float32(1e-3))[..., None], dtype=np.float32)


def outlying(lab: NDArray[np.float32], mask: Mask, sigma: float) -> Mask:
    """Places of a mask whose colour stands out from a robust quadratic through it, with a margin.

    Args:
        lab: ``(h, w, 3)`` CIELAB.
        mask: ``(h, w)`` places that are looked at; at least 18.
        sigma: Standard deviation of the blur before, in cells: what is smaller does not stand out.
    """
    soft = smoothed(lab, mask, sigma)
    rows, cols = np.nonzero(mask)
    height, width = mask.shape
    terms = design(2 * cols / width - 1, 2 * rows / height - 1, 2)
    values = soft[rows, cols].astype(np.float64)
    step = max(len(rows) // _SAMPLES, 1)
    sample, wanted = terms[::step], values[::step]
    kept = np.ones(len(sample), bool)
    spread: Floats = np.array(_LEAST_SPREAD)
    coefficients: Floats = np.zeros((terms.shape[1], 3))
    for _ in range(_ROUNDS):
        part = sample[kept]  # normal equations: the places lie within ±1, and it is ten times as fast
        square = part.T @ part + 1e-6 * np.eye(part.shape[1])
        coefficients = np.asarray(np.linalg.solve(square, part.T @ wanted[kept]), dtype=np.float64)
        rest = wanted - sample @ coefficients
        middle = np.median(rest[kept], axis=0)
        found = _MAD_TO_SD * np.median(np.abs(rest[kept] - middle), axis=0)
        spread = np.maximum(found, np.array(_LEAST_SPREAD)).astype(np.float64)
        kept = np.asarray((np.abs(rest - middle) / spread).max(axis=-1) < _STANDS_OUT)
        if kept.sum() < 3 * terms.shape[1]:
            break
    far = np.zeros(mask.shape, np.uint8)
    far[rows, cols] = (np.abs(values - terms @ coefficients) / spread).max(axis=-1) >= _STANDS_OUT
    size = 2 * int(np.ceil(max(sigma, 0.5))) + 1
    return np.asarray(cv2.dilate(far, np.ones((size, size), np.uint8)), dtype=bool)
