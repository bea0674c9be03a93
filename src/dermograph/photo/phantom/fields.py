"""Smooth random fields that skin and light are made of."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy import fft

Field = NDArray[np.float32]
_BAND = 0.35  # width of a band, as a share of its middle frequency


def smooth(rng: np.random.Generator, height: int, width: int, cell_px: float) -> Field:
    """A field without structure finer than one cell.

    Args:
        rng: Where the randomness comes from.
        height: Rows.
        width: Columns.
        cell_px: Size of one cell, px; at least 1.

    Returns:
        ``(height, width)``, mean about 0, standard deviation about 1.
    """
    rows, cols = int(np.ceil(height / cell_px)) + 1, int(np.ceil(width / cell_px)) + 1
    padded = rng.standard_normal((rows + 4, cols + 4), dtype=np.float32)
    grid = np.asarray(cv2.GaussianBlur(padded, (0, 0), 0.7), dtype=np.float32)
    grid /= grid.std()
    size = max(round(cols * cell_px), width), max(round(rows * cell_px), height)
    inner = np.ascontiguousarray(grid[2:-2, 2:-2])
    return np.asarray(cv2.resize(inner, size, interpolation=cv2.INTER_CUBIC)[:height, :width], dtype=np.float32)


def times(picture: NDArray[np.float32], field: NDArray[np.float32]) -> None:
    """Multiply all three channels of a picture ``(h, w, 3)``, which is changed, by one field ``(h, w)``."""
    cv2.multiply(picture, cv2.merge([field, field, field]), dst=picture)


def plus(picture: NDArray[np.float32], field: NDArray[np.float32]) -> None:
    """Add one field ``(h, w)`` to all three channels of a picture ``(h, w, 3)``, which is changed."""
    cv2.add(picture, cv2.merge([field, field, field]), dst=picture)


class Spectrum:
    """White noise from which several band-passed fields are made, each for the price of one transform back."""

    def __init__(self, rng: np.random.Generator, height: int, width: int) -> None:
        """Draw the noise.

        Args:
            rng: Where the randomness comes from.
            height: Rows of the fields.
            width: Columns of the fields.
        """
        self._shape = (height, width)
        self._padded = (fft.next_fast_len(height, real=True), fft.next_fast_len(width, real=True))
        self._noise = fft.rfft2(rng.standard_normal(self._padded, dtype=np.float32))
        down = fft.fftfreq(self._padded[0]).astype(np.float32)[:, None]
        across = fft.rfftfreq(self._padded[1]).astype(np.float32)[None, :]
        self._radius = np.hypot(down, across)
        squared = np.maximum(self._radius**2, np.float32(1e-12))
        self._twice = (across**2 - down**2) / squared, 2 * across * down / squared

    def band(self, period_px: float, angle_rad: float | None = None, *, lobe: float = 3.0) -> Field:
        """One band-passed field.

        Args:
            period_px: Wavelength in the middle of the band.
            angle_rad: Direction of the waves; None for all directions alike.
            lobe: How narrowly the direction is kept.

        Returns:
            Mean 0, standard deviation 1.
        """
        log_weight = (self._radius * np.float32(period_px) - 1) ** 2
        log_weight *= np.float32(-1 / (2 * _BAND**2))
        if angle_rad is not None:
            cosine, sine = self._twice
            turned = cosine * np.float32(np.cos(2 * angle_rad)) + sine * np.float32(np.sin(2 * angle_rad))
            log_weight += np.float32(lobe) * (turned - 1)
        weight = np.exp(log_weight, out=log_weight)
        field = fft.irfft2(self._noise * weight, s=self._padded)[: self._shape[0], : self._shape[1]]
        return np.ascontiguousarray(field / field.std(), dtype=np.float32)
