"""Lesions with a true outline: scars, striae, burns, acne scars and dark patches."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from dermograph.photo.colour.difference import delta_e00
from dermograph.photo.outline.outline import Points
from dermograph.photo.phantom.fields import Field, smooth
from dermograph.photo.phantom.sheets import drawn

Kind = Literal["scar", "stria", "burn", "acne", "hyperpigmentation"]
Contrast = tuple[float, float, float]


class Usual(NamedTuple):
    """What is usual for a kind of lesion; assumptions of ours, in the range that is seen."""

    size_mm: float  # diameter; for striae, length
    contrast: Contrast  # to the skin beside it: ΔL*, Δa*, Δb*
    smoothed: float  # share of the furrows that is lost


KINDS: dict[Kind, Usual] = {
    "scar": Usual(18.0, (5.0, 1.5, -2.5), 0.7),
    "stria": Usual(45.0, (4.0, 0.5, -2.0), 0.5),
    "burn": Usual(45.0, (-2.0, 4.5, -1.5), 0.6),
    "acne": Usual(30.0, (-3.0, 2.5, 0.0), 0.3),
    "hyperpigmentation": Usual(16.0, (-7.0, 1.5, 2.5), 0.0),
}
#: How softly a lesion ends, where it does so most crisply and most softly, mm (standard deviations).
BLEND_MM: dict[Kind, tuple[float, float]] = {
    "scar": (0.12, 0.4),
    "stria": (0.12, 0.25),
    "burn": (0.15, 0.5),
    "acne": (0.1, 0.1),
    "hyperpigmentation": (0.2, 0.5),
}
#: How far the lesion lies above the skin, in units of its relief (assumption); striae and most scars are sunk.
HEIGHTS: dict[Kind, float] = {"scar": -1.5, "stria": -1.2, "burn": 1.0, "acne": -1.2, "hyperpigmentation": 0.0}


@dataclass(frozen=True, slots=True, eq=False)
class Lesion:
    """A lesion on the canvas of a scene.

    Attributes:
        kind: What it is.
        parts: Closed polygons, px of the canvas: the true outline, where half of the contrast is reached.
        contrast: What it adds to the skin at its full strength: ΔL*, Δa*, Δb*.
        smoothed: Share of the furrows that is lost within, 0 to 1.
        length_mm: Of the longest stria along its middle line; None for other kinds.
        width_mm: Its mean width, area over length; None for other kinds.
        texture_seed: Of the unevenness within.
    """

    kind: Kind
    parts: tuple[Points, ...]
    contrast: Contrast
    smoothed: float
    length_mm: float | None
    width_mm: float | None
    texture_seed: int

    @property
    def box(self) -> tuple[int, int, int, int]:
        """The smallest box around all parts, whole px: x0, y0, x1, y1."""
        corners = np.concatenate(self.parts)
        low, high = np.floor(corners.min(axis=0)), np.ceil(corners.max(axis=0))
        return int(low[0]), int(low[1]), int(high[0]), int(high[1])

    def resized(self, area_share: float) -> Lesion:
        """The same lesion grown or shrunk, each part about its own middle.

        Args:
            area_share: New area over old area.
        """
        by = float(np.sqrt(area_share))
        parts = tuple(part.mean(axis=0) + by * (part - part.mean(axis=0)) for part in self.parts)
        length = None if self.length_mm is None else self.length_mm * by
        width = None if self.width_mm is None else self.width_mm * by
        return replace(self, parts=parts, length_mm=length, width_mm=width)


def presence(found: Lesion, box: tuple[int, int, int, int], px_per_mm: float) -> Field:
    """How much of the lesion is at each pixel of a window of the canvas.

    A blurred step is half as high at the step's own place: so the outline is the 50 % level, however soft it is.

    Args:
        found: The lesion.
        box: The window: x0, y0, x1, y1; the last column and row are outside.
        px_per_mm: Density of the canvas.

    Returns:
        ``(height, width)``, 0 to 1.
    """
    x0, y0, x1, y1 = box
    share = drawn(tuple(part - (x0, y0) for part in found.parts), y1 - y0, x1 - x0)
    crisp, soft = BLEND_MM[found.kind]
    sharp = cv2.GaussianBlur(share, (0, 0), max(crisp * px_per_mm, 0.5))
    if soft > crisp:
        rng = np.random.default_rng([found.texture_seed, 1])
        mix = np.clip(0.5 + 0.6 * smooth(rng, y1 - y0, x1 - x0, 4 * px_per_mm), 0, 1)
        sharp += mix * (cv2.GaussianBlur(share, (0, 0), max(soft * px_per_mm, 0.5)) - sharp)
    return np.asarray(sharp, dtype=np.float32)


def lesion(
    rng: np.random.Generator, kind: Kind, centre_px: tuple[float, float], px_per_mm: float, size_mm: float
) -> Lesion:
    """Draw a lesion of one kind.

    Args:
        rng: Where the randomness comes from.
        kind: What it is.
        centre_px: Where its middle lies on the canvas.
        px_per_mm: Density of the canvas.
        size_mm: Its diameter (for striae: length).
    """
    usual = KINDS[kind]
    size_px = size_mm * px_per_mm
    length = width = None
    if kind == "stria":
        parts, lengths, areas = _striae(rng, centre_px, size_px, px_per_mm)
        longest = int(np.argmax(lengths))
        length = lengths[longest] / px_per_mm
        width = areas[longest] / lengths[longest] / px_per_mm
    elif kind == "acne":
        parts = _pits(rng, centre_px, size_px, px_per_mm)
    else:
        parts = (_blob(rng, centre_px, size_px / 2, 0.35 if kind == "burn" else 0.22),)
    return Lesion(kind, parts, usual.contrast, usual.smoothed, length, width, int(rng.integers(2**31)))


def contrast_of(tone: tuple[float, float, float], direction: Contrast, wanted_delta_e00: float) -> Contrast:
    """The contrast in one direction that gives a wanted ΔE00 from the mean skin, by bisection."""
    low, high = 0.0, 20.0
    for _ in range(50):
        middle = (low + high) / 2
        found = float(delta_e00(tone, np.array(tone) + middle * np.array(direction)))
        low, high = (middle, high) if found < wanted_delta_e00 else (low, middle)
    return direction[0] * low, direction[1] * low, direction[2] * low


def unevenness(found: Lesion, height: int, width: int, px_per_mm: float) -> Field:
    """Variation of the contrast within the lesion, about 0, the same at every visit."""
    rng = np.random.default_rng(found.texture_seed)
    coarse, fine = (0.35, 0.3) if found.kind == "burn" else (0.18, 0.15)
    field = coarse * smooth(rng, height, width, 5 * px_per_mm) + fine * smooth(rng, height, width, 1.2 * px_per_mm)
    return np.asarray(field, dtype=np.float32)


def _blob(rng: np.random.Generator, centre: tuple[float, float], radius: float, uneven: float) -> Points:
    """An irregular closed curve about a centre."""
    angle = np.linspace(0, 2 * np.pi, max(64, int(radius)), endpoint=False)
    shape = np.ones_like(angle)
    for order in range(2, 9):
        shape += uneven * rng.normal() / order * np.cos(order * angle + rng.uniform(0, 2 * np.pi))
    shape = np.clip(shape / shape.mean(), 0.45, 1.8)
    turn = rng.uniform(0, np.pi)
    long, short = rng.uniform(1.0, 1.25), rng.uniform(0.75, 1.0)
    x, y = long * shape * np.cos(angle), short * shape * np.sin(angle)
    spin = np.array([[np.cos(turn), -np.sin(turn)], [np.sin(turn), np.cos(turn)]])
    return np.asarray(np.array(centre) + radius * np.stack([x, y], -1) @ spin.T, dtype=np.float64)


def _striae(
    rng: np.random.Generator, centre: tuple[float, float], length_px: float, px_per_mm: float
) -> tuple[tuple[Points, ...], list[float], list[float]]:
    """One to three curved bands side by side, with the length and the area of each, px."""
    heading = rng.uniform(0, 2 * np.pi)
    along, beside = np.array([np.cos(heading), np.sin(heading)]), np.array([-np.sin(heading), np.cos(heading)])
    parts, lengths, areas = [], [], []
    count = int(rng.integers(1, 4))
    for number in range(count):
        extent = length_px * rng.uniform(0.75, 1.0)
        t = np.linspace(-0.5, 0.5, max(60, int(extent / 4)))
        bend = rng.uniform(-0.12, 0.12) * np.cos(np.pi * t) + 0.02 * np.sin(2 * np.pi * (t + rng.uniform()))
        offset = (number - (count - 1) / 2) * 9 * px_per_mm + rng.normal(0, 0.5 * px_per_mm)
        start = np.array(centre) + offset * beside + rng.normal(0, 0.06) * length_px * along
        middle = start + extent * (t[:, None] * along + bend[:, None] * beside)
        half = rng.uniform(2.0, 6.0) * px_per_mm / 2 * np.clip(1 - (2 * np.abs(t)) ** 4, 0.05, 1)
        half *= 1 + 0.12 * np.sin(2 * np.pi * (rng.uniform(2, 4) * t + rng.uniform()))
        tangent = np.gradient(middle, axis=0)
        normal = np.stack([-tangent[:, 1], tangent[:, 0]], -1) / np.linalg.norm(tangent, axis=1)[:, None]
        parts.append(np.concatenate([middle + half[:, None] * normal, (middle - half[:, None] * normal)[::-1]]))
        lengths.append(float(np.linalg.norm(np.diff(middle, axis=0), axis=1).sum()))
        areas.append(polygon_area(parts[-1]))
    return tuple(parts), lengths, areas


def _pits(rng: np.random.Generator, centre: tuple[float, float], size: float, px_per_mm: float) -> tuple[Points, ...]:
    """Many small pits that do not overlap."""
    placed: list[tuple[NDArray[np.float64], float]] = []
    for _ in range(400):
        radius = rng.uniform(0.6, 1.7) * px_per_mm
        at = np.array(centre) + rng.normal(0, size / 4, 2)
        if all(np.linalg.norm(at - other) > 1.6 * (radius + near) for other, near in placed):
            placed.append((at, radius))
        if len(placed) == 28:
            break
    return tuple(_blob(rng, (float(at[0]), float(at[1])), radius, 0.15) for at, radius in placed)


def polygon_area(part: Points) -> float:
    """Area of a closed polygon, in its own unit squared."""
    x, y = part[:, 0], part[:, 1]
    return float(abs(np.dot(x, np.roll(y, -1)) - np.dot(y, np.roll(x, -1))) / 2)
