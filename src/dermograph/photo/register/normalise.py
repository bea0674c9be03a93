"""Photographs made alike before they are matched: grey at a working size, light and contrast evened out."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

Grey = NDArray[np.uint8]
Mask = NDArray[np.bool_]

NEIGHBOURHOOD_PX = 14.0  # σ over which light and contrast are evened out, px of the working size
COARSER = 4  # the neighbourhood's mean and deviation are smooth: they are found on an image this many times smaller
FLOOR = 1.5  # grey levels; a deviation below it is noise, and is not blown up to look like texture
MIDDLE, SPREAD = 128.0, 42.0  # of the result: grey levels of the mean, and of one deviation


@dataclass(frozen=True, slots=True, eq=False)
class View:
    """One photograph at a working size.

    Attributes:
        image: ``(h, w)`` uint8, locally normalised: 128 is the mean of its neighbourhood; 128 where unusable.
        usable: ``(h, w)``, false where something lies on the skin or the photograph ends.
        scale: Pixels of the view for one pixel of the photograph, along x and along y, pixel centres kept in place.
    """

    image: Grey
    usable: Mask
    scale: tuple[float, float]

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns."""
        return self.image.shape[0], self.image.shape[1]

    def to_view(self, xy: NDArray[np.floating]) -> NDArray[np.float64]:
        """Positions in the photograph as positions in the view, ``(…, 2)`` px."""
        return (np.asarray(xy, dtype=np.float64) + 0.5) * self.scale - 0.5

    def to_photograph(self, xy: NDArray[np.floating]) -> NDArray[np.float64]:
        """Positions in the view as positions in the photograph, ``(…, 2)`` px."""
        return (np.asarray(xy, dtype=np.float64) + 0.5) / self.scale - 0.5


@dataclass(frozen=True, slots=True, eq=False)
class Source:
    """A photograph in grey, at the largest size that is worked at, from which the smaller ones are made.

    Attributes:
        grey: ``(h, w)`` uint8.
        usable: ``(h, w)``, None if all of it is.
        size: Width and height of the photograph itself, px.
    """

    grey: Grey
    usable: Mask | None
    size: tuple[int, int]

    def resized(self, share: float) -> tuple[Grey, Mask, tuple[float, float]]:
        """Grey, usable pixels and scale at ``share`` of the photograph's size, at most the size that is held."""
        width, height = (max(1, min(round(side * share), held)) for side, held in self._sides())
        grey = self.grey
        if (width, height) != (grey.shape[1], grey.shape[0]):
            grey = np.asarray(cv2.resize(grey, (width, height), interpolation=cv2.INTER_AREA), dtype=np.uint8)
        return grey, usable_at(self.usable, width, height), (width / self.size[0], height / self.size[1])

    def view(self, share: float) -> View:
        """The photograph at ``share`` of its size, locally normalised."""
        grey, usable, scale = self.resized(share)
        return View(evened(grey, usable), usable, scale)

    def _sides(self) -> tuple[tuple[int, int], tuple[int, int]]:
        return (self.size[0], self.grey.shape[1]), (self.size[1], self.grey.shape[0])


def source(rgb: NDArray[np.uint8], usable: Mask | None, share: float) -> Source:
    """A photograph in grey at ``share`` of its size.

    Args:
        rgb: ``(h, w, 3)`` uint8.
        usable: ``(h', w')`` at any size with the same aspect; None if every pixel is.
        share: 0 to 1.
    """
    height, width = rgb.shape[:2]
    if share < 1:
        size = max(1, round(width * share)), max(1, round(height * share))
        rgb = np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), dtype=np.uint8)
    grey = np.asarray(cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    held = None if usable is None else usable_at(usable, grey.shape[1], grey.shape[0])
    return Source(grey, held, (width, height))


def usable_at(usable: Mask | None, width: int, height: int) -> Mask:
    """A mask at another size: a pixel is usable if nearly all that it covers is."""
    if usable is None:
        return np.ones((height, width), dtype=np.bool_)
    wanted = 250
    if usable.shape == (height, width):
        return usable
    grey = usable.view(np.uint8) * np.uint8(255)
    smaller = width <= grey.shape[1]
    way = cv2.INTER_AREA if smaller else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(grey, (width, height), interpolation=way) >= wanted, dtype=np.bool_)


def evened(grey: Grey, usable: Mask) -> Grey:
    """Grey minus the mean of its neighbourhood, over the deviation there; unusable pixels count in neither.

    Args:
        grey: ``(h, w)`` uint8.
        usable: ``(h, w)``.

    Returns:
        ``(h, w)`` uint8, 128 for the mean of the neighbourhood and for every unusable pixel.
    """
    height, width = grey.shape
    small = max(1, -(-width // COARSER)), max(1, -(-height // COARSER))
    share = cv2.resize(usable.astype(np.float32), small, interpolation=cv2.INTER_AREA)
    values = np.where(usable, grey, np.uint8(0)).astype(np.float32)
    blur = NEIGHBOURHOOD_PX / COARSER
    weight = np.maximum(cv2.GaussianBlur(share, (0, 0), blur), 1e-3)
    mean = cv2.GaussianBlur(cv2.resize(values, small, interpolation=cv2.INTER_AREA), (0, 0), blur) / weight
    values -= cv2.resize(mean, (width, height), interpolation=cv2.INTER_LINEAR)
    values[~usable] = 0
    squares = cv2.GaussianBlur(cv2.resize(values * values, small, interpolation=cv2.INTER_AREA), (0, 0), blur) / weight
    gain = SPREAD / np.sqrt(squares + FLOOR**2)
    values *= cv2.resize(gain, (width, height), interpolation=cv2.INTER_LINEAR)
    values += MIDDLE
    return np.asarray(cv2.convertScaleAbs(np.clip(values, 0, 255, out=values)), dtype=np.uint8)
