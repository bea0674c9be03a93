"""Plain drawings of skin with things on it."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from dermograph.photo.colour.spaces import lab_to_rgb
from dermograph.photo.image import Photograph

#: CIELAB D65 from very light to very dark skin.
TONES = {
    "very light": (76.0, 8.0, 13.0),
    "light": (68.0, 11.0, 17.0),
    "tan": (56.0, 13.0, 20.0),
    "brown": (44.0, 12.0, 17.0),
    "dark": (33.0, 10.0, 11.0),
}
WIDTH, HEIGHT = 1000, 750
Rgb = tuple[int, int, int]


def rgb(lab: tuple[float, float, float]) -> Rgb:
    """A colour of 0 to 255."""
    red, green, blue = (int(value) for value in np.clip(np.rint(lab_to_rgb(np.array(lab)) * 255), 0, 255))
    return red, green, blue


def skin(tone: str) -> NDArray[np.uint8]:
    """Skin with blotches, pores, shading from left to right, and noise; to be drawn on."""
    return np.array(_skin(tone))


@cache
def _skin(tone: str) -> NDArray[np.uint8]:
    rng = np.random.default_rng(1)
    ground = np.ones((HEIGHT, WIDTH, 1)) * np.array(rgb(TONES[tone]))
    blotches = cv2.resize(rng.normal(1, 0.03, (10, 13)), (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
    pores = 1 + 0.02 * cv2.GaussianBlur(rng.normal(0, 1, (HEIGHT, WIDTH)), (0, 0), 1.5) * 5
    shade = np.linspace(1.08, 0.88, WIDTH)
    shaded = ground * (blotches * pores * shade)[..., None] + rng.normal(0, 1.5, ground.shape)
    return np.asarray(np.clip(shaded, 0, 255), np.uint8)


def softened(drawn: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """What a lens makes of hard edges."""
    return np.asarray(cv2.GaussianBlur(drawn, (0, 0), 0.8), np.uint8)


def lesion(ground: NDArray[np.uint8], delta: tuple[float, float, float], tone: str) -> NDArray[np.bool_]:
    """Draw a lesion of another colour in the middle, with a soft edge; returns where it is."""
    base = TONES[tone]
    inside = np.zeros(ground.shape[:2], np.uint8)
    cv2.ellipse(inside, (480, 370), (110, 80), 20, 0, 360, 1, thickness=cv2.FILLED)
    weight = cv2.GaussianBlur(inside.astype(np.float32), (0, 0), 4)[..., None]
    l_star, a_star, b_star = (value + change for value, change in zip(base, delta, strict=True))
    ratio = np.array(rgb((l_star, a_star, b_star))) / np.maximum(np.array(rgb(base)), 1)
    ground[:] = np.clip(ground * (1 + weight * (ratio - 1)), 0, 255).astype(np.uint8)
    return inside.astype(np.bool_)


def photo(drawn: NDArray[np.uint8]) -> Photograph:
    """A photograph of it."""
    return Photograph(rgb=drawn, name="drawn")
