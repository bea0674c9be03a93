"""Small made-up photographs of skin-like texture with exact maps, for tests that need no phantom."""

from __future__ import annotations

from dataclasses import dataclass, field

import cv2
import numpy as np
from numpy.typing import NDArray

from dermograph.photo.image import Photograph

WIDTH, HEIGHT = 800, 600


def no_points() -> NDArray[np.float64]:
    return np.empty((0, 2))


@dataclass(frozen=True, eq=False)
class Area:
    """A lesion and landmarks, as registration wants them."""

    lesion: tuple[NDArray[np.float64], ...] = ()
    before: NDArray[np.float64] = field(default_factory=no_points)
    after: NDArray[np.float64] = field(default_factory=no_points)


def photograph(rgb: NDArray[np.uint8], sha256: str = "") -> Photograph:
    """A photograph that does not come from a file."""
    return Photograph(rgb=rgb, name="made up", sha256=sha256)


def texture(seed: int, width: int = WIDTH, height: int = HEIGHT) -> NDArray[np.float32]:
    """Noise of several sizes, ``(height, width)``, about ±20."""
    rng = np.random.default_rng(seed)
    found = np.zeros((height, width), np.float32)
    for size, height_of in ((40, 8), (16, 6), (7, 5), (3, 4)):
        cells = rng.normal(size=(height // size + 3, width // size + 3)).astype(np.float32)
        found += height_of * cv2.resize(cells, (width, height), interpolation=cv2.INTER_CUBIC)
    return found


def coloured(values: NDArray[np.float32], seed: int, noise: float = 2.0) -> NDArray[np.uint8]:
    """Skin-coloured, with noise."""
    rng = np.random.default_rng(seed)
    rgb = np.stack([190 + 0.6 * values, 150 + values, 130 + 0.9 * values], axis=-1)
    rgb += rng.normal(size=rgb.shape) * noise
    return np.clip(rgb, 0, 255).astype(np.uint8)


def bent(
    seed: int = 1, turn_deg: float = 4, zoom: float = 1.05, sway_px: float = 5
) -> tuple[Photograph, Photograph, NDArray[np.float64]]:
    """A baseline, its follow-up turned, zoomed and swayed, and the true map on every tenth pixel of the baseline.

    Returns:
        Both photographs and ``(rows, cols, 2)``, NaN where the follow-up does not show the place.
    """
    base = texture(seed)
    turn = cv2.getRotationMatrix2D((WIDTH / 2, HEIGHT / 2), turn_deg, zoom)
    turn[:, 2] += (9, -6)

    def sway(xy: NDArray[np.float64]) -> NDArray[np.float64]:
        x, y = xy[..., 0] / WIDTH, xy[..., 1] / HEIGHT
        return sway_px * np.stack([np.sin(5 * x + 2 * y), np.cos(3 * x - 5 * y)], axis=-1)

    def backwards(uv: NDArray[np.float64]) -> NDArray[np.float64]:
        inverse = cv2.invertAffineTransform(turn)
        straight = uv @ inverse[:, :2].T + inverse[:, 2]
        return np.asarray(straight + sway(straight))

    columns, rows = np.meshgrid(np.arange(float(WIDTH)), np.arange(float(HEIGHT)))
    source = backwards(np.stack([columns, rows], axis=-1)).astype(np.float32)
    after = cv2.remap(
        base, source[..., 0].copy(), source[..., 1].copy(), cv2.INTER_CUBIC, borderMode=cv2.BORDER_REFLECT
    )
    nodes: NDArray[np.float64] = np.stack(np.meshgrid(np.arange(0.0, WIDTH, 10), np.arange(0.0, HEIGHT, 10)), axis=-1)
    straight = nodes.copy()
    for _ in range(30):
        straight = nodes - sway(straight)
    truth: NDArray[np.float64] = straight @ turn[:, :2].T + turn[:, 2]
    outside = np.any((truth < 0) | (truth > (WIDTH - 1, HEIGHT - 1)), axis=-1)
    truth[outside] = np.nan
    return photograph(coloured(base, seed + 1)), photograph(coloured(np.asarray(after, np.float32), seed + 2)), truth


def nodes_of(truth: NDArray[np.float64]) -> NDArray[np.float64]:
    """The baseline positions of a map on every tenth pixel."""
    rows, cols = truth.shape[:2]
    return np.stack(np.meshgrid(np.arange(cols) * 10.0, np.arange(rows) * 10.0), axis=-1)


def ellipse(x: float, y: float, across: float, down: float) -> NDArray[np.float64]:
    """A polygon, ``(24, 2)``."""
    angle = np.linspace(0, 2 * np.pi, 24, endpoint=False)
    return np.stack([x + across * np.cos(angle), y + down * np.sin(angle)], axis=-1)
