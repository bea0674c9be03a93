"""What lies on a scalp besides dots of pigment: freckles, cut hair that lies flat, and a film of water."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from dermograph.photo.phantom.fields import smooth

Floats = NDArray[np.float64]
Picture = NDArray[np.float32]

#: Freckles, mm across and absorbance in green, and the spread of each one's edge: larger, paler and less regular than
#: any dot.
FRECKLE_MM, FRECKLE_DARK = (0.8, 3.0), (0.05, 0.22)
_WAVES = 5  # around a freckle's edge
_SOFT_EDGE = (0.12, 0.3)  # of a freckle, as a share of its radius
#: Cut hair that lies flat. Terminal hair is 0.05 to 0.12 mm wide; clipped, 0.5 to 3 mm stand out.
LYING_MM, LYING_WIDE = (0.5, 3.0), (0.05, 0.12)
_LYING_DARK = 0.9  # absorbance of dark hair in green
_POINTS = 9  # along a hair
_MIRROR = 1.4  # of the light of a white print: what water sends back of the lamp
_PUDDLE_MM, _RIPPLE_MM = 3.0, 0.5  # from one wet place to the next, and of the skin's relief under it


@dataclass(frozen=True, slots=True, eq=False)
class LyingHairs:
    """Cut hairs that lie flat.

    Attributes:
        middle_px: ``(n, 2)`` half-way along each, px of the drawn scalp.
        length_mm: ``(n,)``.
        width_mm: ``(n,)``.
        absorbance: ``(n,)`` green, base e.
    """

    middle_px: Floats
    length_mm: Floats
    width_mm: Floats
    absorbance: Floats


def freckles(rng: np.random.Generator, shape: tuple[int, int], px_per_mm: float, per_cm2: float) -> Picture:
    """``(h, w)`` absorbance in green of freckles."""
    height, width = shape
    canvas = np.zeros(shape, np.float32)
    for x, y in rng.uniform(0, 1, (rng.poisson(per_cm2 * _cm2(shape, px_per_mm)), 2)) * (width, height):
        radius = float(rng.uniform(*FRECKLE_MM)) / 2 * px_per_mm
        tone, soft = float(rng.uniform(*FRECKLE_DARK)), float(rng.uniform(*_SOFT_EDGE)) * radius
        swing, turn = rng.normal(0, 0.16, _WAVES), rng.uniform(0, 2 * np.pi, _WAVES)
        half = int(np.ceil(1.8 * radius + 3 * soft))
        x0, x1 = max(round(x) - half, 0), min(round(x) + half + 1, width)
        y0, y1 = max(round(y) - half, 0), min(round(y) + half + 1, height)
        if x0 >= x1 or y0 >= y1:
            continue
        down, across = np.mgrid[y0:y1, x0:x1] - np.array([y, x])[:, None, None]
        angle = np.arctan2(down, across)
        edge = np.full(angle.shape, radius)
        for wave in range(_WAVES):
            edge += radius * swing[wave] / (1 + wave / 2) * np.cos((wave + 1) * angle + turn[wave])
        blotches = 1 + 0.2 * smooth(rng, y1 - y0, x1 - x0, max(0.3 * px_per_mm, 1))
        stain = tone * blotches / (1 + np.exp((np.hypot(down, across) - edge) * 2 / soft))
        canvas[y0:y1, x0:x1] = np.maximum(canvas[y0:y1, x0:x1], stain)
    return canvas


def lying(
    rng: np.random.Generator, shape: tuple[int, int], px_per_mm: float, per_cm2: float
) -> tuple[LyingHairs, Picture | None]:
    """Cut hairs that lie flat, and ``(h, w)`` their absorbance in green; None without any."""
    height, width = shape
    count = int(rng.poisson(per_cm2 * _cm2(shape, px_per_mm)))
    lie = float(rng.uniform(0, 2 * np.pi))
    middle = rng.uniform(0, 1, (count, 2)) * (width, height) - 0.5
    length, wide = rng.uniform(*LYING_MM, count), rng.uniform(*LYING_WIDE, count)
    tone = _LYING_DARK * np.exp(rng.normal(0, 0.15, count))
    heading, bend = lie + rng.normal(0, 0.45, count), rng.normal(0, 0.06, count)
    found = LyingHairs(middle, length, wide, tone)
    if not count:
        return found, None
    canvas = np.zeros(shape, np.float32)
    along = np.linspace(-0.5, 0.5, _POINTS)
    for number in range(count):
        turned = heading[number] + bend[number] * 2 * along
        step = np.stack([np.cos(turned), np.sin(turned)], axis=-1)
        path = along[:, None] * step * length[number] * px_per_mm + middle[number]
        _lay_strip(canvas, path, float(wide[number]) * px_per_mm, float(tone[number]))
    soft = cv2.GaussianBlur(canvas, (0, 0), max(0.015 * px_per_mm, 0.3))
    return found, np.asarray(soft, dtype=np.float32)


def film(rng: np.random.Generator, shape: tuple[int, int], px_per_mm: float, share: float) -> Picture:
    """``(h, w)`` light that a film of water on a share of the scalp mirrors, linear."""
    field = smooth(rng, *shape, max(_PUDDLE_MM * px_per_mm, 1))
    edge = np.float32(np.quantile(field[::4, ::4], 1 - share))
    ripples = 1 + np.float32(0.3) * smooth(rng, *shape, max(_RIPPLE_MM * px_per_mm, 1))
    return np.asarray(np.float32(_MIRROR) * ripples * np.clip((field - edge) * 4 + 0.5, 0, 1), dtype=np.float32).clip(0)


def _cm2(shape: tuple[int, int], px_per_mm: float) -> float:
    return shape[0] * shape[1] / (100 * px_per_mm**2)


def _lay_strip(canvas: Picture, path: Floats, wide: float, dark: float) -> None:
    """One hair of even width, each pixel as dark as the share of it that the hair covers."""
    low = np.maximum(np.floor(path.min(axis=0) - wide - 1), 0).astype(int)
    high = np.minimum(np.ceil(path.max(axis=0) + wide + 2), canvas.shape[::-1]).astype(int)
    if (low >= high).any():
        return
    down, across = np.mgrid[low[1] : high[1], low[0] : high[0]]
    places = np.stack([across, down], axis=-1)[..., None, :]
    start, run = path[:-1], np.diff(path, axis=0)
    share = np.clip(((places - start) * run).sum(axis=-1) / (run**2).sum(axis=-1), 0, 1)
    off = np.linalg.norm(places - start - share[..., None] * run, axis=-1).min(axis=-1)
    cover = np.clip((wide + 1) / 2 - off, 0, min(wide, 1.0))  # a box of the hair's width over one of a pixel's
    part = canvas[low[1] : high[1], low[0] : high[0]]
    np.maximum(part, (dark * cover).astype(np.float32), out=part)
