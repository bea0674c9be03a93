"""Plain synthetic skin with a perfect calibration: what is measured on it is known without a camera."""

from __future__ import annotations

from typing import cast

import cv2
import numpy as np
from numpy.typing import ArrayLike, NDArray

from dermograph.core.quantity import Quantity
from dermograph.photo.card.calibration import Calibration
from dermograph.photo.card.reading import CardReading
from dermograph.photo.colour.spaces import lab_to_rgb, rgb_to_lab
from dermograph.photo.image import Photograph
from dermograph.photo.measure import Shot
from dermograph.photo.outline.outline import Outline
from dermograph.photo.register.registration import Registration

SIZE = (600, 480)
PX_PER_MM = 8.0
SKIN = (62.0, 11.0, 16.0)
CENTRE = (300.0, 240.0)


class Perfect:
    """A calibration that is right: sRGB at its word."""

    u_gain = 0.005

    def lab(self, rgb: ArrayLike, xy: ArrayLike) -> NDArray[np.float64]:
        assert np.asarray(xy).shape[:-1] == np.asarray(rgb).shape[:-1]
        return rgb_to_lab(np.asarray(rgb) / 255)

    def u_lab(
        self, lab: ArrayLike, xy: ArrayLike | None = None, *, with_references: bool = True
    ) -> NDArray[np.float64]:
        return np.full(np.shape(lab), 0.5 if with_references and xy is not None else 0.2)


class Flat:
    """A card in whose plane every px is as long."""

    scale = Quantity(1 / PX_PER_MM, 0.001 / PX_PER_MM, "mm/px")
    u_scale = 0.001
    tilt_deg = 0.0

    def mm_per_px_at(self, xy: ArrayLike) -> NDArray[np.float64]:
        return np.full(np.asarray(xy).shape[:-1], 1 / PX_PER_MM)


def disc(radius_mm: float, centre: tuple[float, float] = CENTRE) -> Outline:
    angle = np.linspace(0, 2 * np.pi, 180, endpoint=False)
    around = np.stack([np.cos(angle), np.sin(angle)], axis=-1)
    return Outline((np.array(centre) + radius_mm * PX_PER_MM * around,))


def bar(length_mm: float, width_mm: float) -> Outline:
    x, y = length_mm * PX_PER_MM / 2, width_mm * PX_PER_MM / 2
    return Outline((np.array(CENTRE) + np.array([[-x, -y], [x, -y], [x, y], [-x, y]]),))


def skin(
    lesion: Outline,
    contrast: tuple[float, float, float],
    *,
    seed: int = 1,
    slope: tuple[float, float] = (0.0, 0.0),
    mottled: float = 0.5,
) -> NDArray[np.uint8]:
    """Mottled skin with a lesion of one colour, in light that falls off evenly.

    The mottling belongs to the person and is the same for every seed, which settles the noise.
    """
    width, height = SIZE
    person, rng = np.random.default_rng(0), np.random.default_rng(seed)
    lab = np.empty((height, width, 3), np.float32)
    for band in range(3):
        coarse = cv2.GaussianBlur(person.standard_normal((height, width)).astype(np.float32), (0, 0), 12)
        lab[..., band] = SKIN[band] + mottled * coarse / coarse.std()
    share = cv2.GaussianBlur(lesion.cover(0, 0, width, height), (0, 0), 1.2)
    lab += share[..., None] * np.array(contrast, np.float32)
    y, x = np.mgrid[:height, :width]
    light = 1 + slope[0] * (x / width - 0.5) + slope[1] * (y / height - 0.5)
    rgb = lab_to_rgb(lab) * light[..., None] ** (1 / 2.2) + rng.normal(0, 0.01, lab.shape)
    return np.asarray(np.clip(np.rint(255 * rgb), 0, 255), dtype=np.uint8)


def shot(rgb: NDArray[np.uint8], *, calibrated: bool = True, scaled: bool = True, colour: bool = True) -> Shot:
    card = cast("CardReading", Flat()) if scaled else None
    calibration = cast("Calibration", Perfect()) if calibrated else None
    return Shot(Photograph(rgb=rgb, name="synthetic.png", has_colour=colour), card, calibration, None)


def same_place(*, residual_px: float = 0.3) -> Registration:
    """The registration of photographs that lie on each other."""
    width, height = SIZE
    y, x = np.mgrid[: height + 8 : 8, : width + 8 : 8].astype(np.float32)
    return Registration("known", np.stack([x, y], axis=-1), 8, residual_px, None, 1.0, None, {})
