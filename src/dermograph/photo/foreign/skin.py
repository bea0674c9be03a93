"""A photograph beside its own skin: how much darker or lighter each pixel is than the skin around it, and in what hue.

Everything is told apart by optical density, the negative logarithm of a channel. Ink, black hair and shade take about
as much of red as of green and blue; melanin and blood take little of red. Their ratio does not depend on the tone of
the skin, on white balance or on gamma, because each of those multiplies or adds the same to lesion and skin.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from cv2.typing import MatLike
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Mask = NDArray[np.bool_]

_FLOOR = 4.0  # of 255, added to each value: the noise of the darkest pixels is no density
_DENSITY = -np.log((np.arange(256, dtype=np.float32) + _FLOOR) / (255 + _FLOOR))
_LOW_PX = 64  # long side at which the colour of the skin around is found
#: Skin is redder than it is green or blue by at least these differences of density, in any usual white balance
#: (assumption; checked on the tones of the phantoms and the photographs of shared/data).
SKIN_RED_GREEN, SKIN_RED_BLUE = 0.04, 0.03
_LEAST_SKIN = 0.04  # share of such pixels below which the whole frame is taken for the colour of the skin
_NEAR = 0.30  # density within which a pixel counts as the plain skin around
_SPREAD = 0.12  # of the long side: how far light on the skin is taken to change
_FAINT = 0.02  # density: weight of no data against which a local mean is held


@dataclass(frozen=True, slots=True, eq=False)
class SkinView:
    """A reduced photograph against the colour of the skin around each pixel.

    Densities are natural, and those of the skin around are taken off: positive is darker than skin. One plane for each
    channel, because NumPy is thirty times slower along an axis of three.

    Attributes:
        red: ``(h, w)`` density in red.
        green: The same in green.
        blue: The same in blue.
        saturation: ``(h, w)`` range of the three whole densities: 0 for white, grey and black.
        skin_saturation: The same of the plain skin.
        brightest: ``(h, w)`` the greatest of the three encoded values.
        darkest: The least of them.
        rgb: ``(h, w, 3)`` the reduced photograph, sRGB-encoded.
        has_skin: Whether any part of it is of the colour of skin.
    """

    red: Floats
    green: Floats
    blue: Floats
    saturation: Floats
    skin_saturation: float
    brightest: NDArray[np.uint8]
    darkest: NDArray[np.uint8]
    rgb: NDArray[np.uint8]
    has_skin: bool

    @property
    def long_px(self) -> int:
        """The longer side, px."""
        height, width = self.rgb.shape[:2]
        return int(max(height, width))


def skin_view(rgb: NDArray[np.uint8]) -> SkinView:
    """Hold a reduced photograph against its own skin.

    Args:
        rgb: ``(h, w, 3)``, sRGB-encoded.
    """
    height, width = rgb.shape[:2]
    planes = [np.ascontiguousarray(rgb[..., channel]) for channel in range(3)]
    whole = [_density(plane) for plane in planes]
    reduction = min(1.0, _LOW_PX / max(height, width))
    size = (max(2, round(width * reduction)), max(2, round(height * reduction)))
    low = _density(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA))
    likely = _is_skin_coloured(low)
    has_skin = bool(likely.mean() >= _LEAST_SKIN)
    skin = np.median(low[likely] if has_skin else low.reshape(-1, 3), axis=0).astype(np.float32)
    around = cv2.resize(_around(low, skin), (width, height), interpolation=cv2.INTER_LINEAR)
    red, green, blue = (plane - around[..., channel] for channel, plane in enumerate(whole))
    brightest, darkest = (pick(pick(planes[0], planes[1]), planes[2]) for pick in (np.maximum, np.minimum))
    return SkinView(
        red=red,
        green=green,
        blue=blue,
        saturation=_density(darkest) - _density(brightest),
        skin_saturation=float(skin.max() - skin.min()),
        brightest=brightest,
        darkest=darkest,
        rgb=rgb,
        has_skin=has_skin,
    )


def _density(values: MatLike) -> Floats:
    """Natural density of encoded values."""
    return np.asarray(cv2.LUT(values, _DENSITY), np.float32)


def _is_skin_coloured(density: Floats) -> Mask:
    """Whether each pixel is redder than grey."""
    red, green, blue = density[..., 0], density[..., 1], density[..., 2]
    return np.asarray((green - red >= SKIN_RED_GREEN) & (blue - red >= SKIN_RED_BLUE), np.bool_)


def _around(low: Floats, skin: Floats) -> Floats:
    """The density of the plain skin near each pixel: shading followed, lesions and ink left out.

    Twice: the first mean follows broad shading, so that the second finds which pixels are plain under that shading.
    """
    sigma = _SPREAD * max(low.shape[:2])
    around: Floats = np.broadcast_to(skin, low.shape).astype(np.float32)
    for _ in range(2):
        plain = (np.abs(low - around).max(axis=2) <= _NEAR).astype(np.float32)
        weight = cv2.GaussianBlur(plain, (0, 0), sigma)[..., None] + _FAINT
        total = cv2.GaussianBlur(low * plain[..., None], (0, 0), sigma) + _FAINT * skin
        around = np.asarray(total / weight, np.float32)
    return around
