"""Sharpness of the skin itself: a sharp card beside a blurred area is a blurred photograph."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from dermograph.core.text import Text
from dermograph.photo.finding import Finding

#: Blur as the standard deviation of a Gaussian, share of the long side: 3.6 px at 12 MP. The measures average over
#: millimetres and stand more than the eye does (assumption; registration on phantoms loses 0.1 px up to there).
BLUR_SHARE = 0.0009
#: The same never below this many px: a small picture cannot be sharper than its pixels.
BLUR_LEAST_PX = 1.6
#: Above this many times the limit nothing is measured.
BLUR_BLOCKS = 2.0

_REBLUR_PX = 1.5
_FIRST_PX = 1.0
_SIDE_PX = 800  # of the window that is looked at
_EDGES = 0.01  # share of the places that count as edges: the strongest
_OVER_NOISE = 8.0
_NOISE_SLOPE = 0.52  # usual slope after both blurs for noise of 1 in every pixel (measured)
_ROUNDING = 0.29  # noise of whole numbers
_NOISE_KERNEL = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
_BLOCK_PX, _PLAINEST = 16, 25
_LEAST_EDGES = 60
_SHARPEST = 30  # percentile of the edges' blurs: most edges of skin are soft in themselves
_LARGEST_RATIO, _LEAST_RATIO = 8.0, 1.02

_SHARP = Text("The skin is in focus.", "La piel está enfocada.")
_BLURRED = Text("The skin is out of focus.", "La piel está desenfocada.")
_UNKNOWN = Text(
    "The skin shows too little detail to judge the focus.",
    "La piel muestra muy poco detalle para juzgar el enfoque.",
)
_TODO = Text(
    "Tap on the area to focus there, hold the camera still or lean on something, and take the photograph again.",
    "Toque la zona en la pantalla para enfocarla, sujete firme la cámara o apóyese, y repita la fotografía.",
)


def focus(grey: NDArray[np.uint8], long_px: int, card_blur_px: float | None = None) -> Finding:
    """Judge the sharpness of a window of skin.

    Args:
        grey: ``(h, w)``, the window at full size.
        long_px: The longer side of the whole photograph.
        card_blur_px: Blur of the card's edges; None without a card. The worse of the two counts: smooth skin that is
            blurred has nothing left to show it by, and the card lies in its plane.
    """
    blurs = [blur for blur in (blur_px(grey), card_blur_px) if blur is not None]
    return focus_finding(max(blurs, default=None), long_px)


def focus_finding(blur: float | None, long_px: int) -> Finding:
    """What a blur in px means for a photograph of some size; None if it could not be measured."""
    limit = max(BLUR_LEAST_PX, BLUR_SHARE * long_px)
    if blur is None:
        return Finding("focus", passed=None, says=_UNKNOWN, limit=limit, unit="px")
    if blur <= limit:
        return Finding("focus", passed=True, says=_SHARP, value=blur, limit=limit, unit="px")
    return Finding(
        "focus",
        passed=False,
        says=_BLURRED,
        todo=_TODO,
        blocks=blur > BLUR_BLOCKS * limit,
        value=blur,
        limit=limit,
        unit="px",
    )


def blur_px(grey: NDArray[np.uint8]) -> float | None:
    """The blur of the sharper edges in a window, as the standard deviation of a Gaussian.

    Blurring once more lowers the slope of a sharp edge much and that of a soft edge little; the ratio does not depend
    on how strong the edge is, and so not on how much texture a skin has.

    Args:
        grey: ``(h, w)``.

    Returns:
        px; None if there are too few edges above the noise.

    Source: Zhuo and Sim, Defocus map estimation from a single image, Pattern Recognition 44 (2011), equation 5.
    """
    # One light blur first: it keeps the noise of single pixels out of the slopes, and is taken off again at the end.
    first = np.asarray(cv2.GaussianBlur(grey.astype(np.float32), (0, 0), _FIRST_PX), np.float32)
    slope, slope_after = _slope(first), _slope(np.asarray(cv2.GaussianBlur(first, (0, 0), _REBLUR_PX), np.float32))
    strongest = float(np.quantile(slope_after[::4, ::4], 1 - _EDGES))
    least = max(strongest, _OVER_NOISE * _NOISE_SLOPE * max(_noise(grey), _ROUNDING))
    edges = slope_after >= least
    if np.count_nonzero(edges) < _LEAST_EDGES:
        return None
    ratio = np.clip(slope[edges] / slope_after[edges], _LEAST_RATIO, _LARGEST_RATIO)
    blur = _REBLUR_PX / np.sqrt(ratio**2 - 1)
    found = float(np.percentile(blur, _SHARPEST))
    return float(np.sqrt(max(found**2 - _FIRST_PX**2, 0.0)))


def _noise(grey: NDArray[np.uint8]) -> float:
    """The noise of single pixels in the plainer parts of a window, as a standard deviation.

    Source: Immerkær, Fast noise variance estimation, Comput Vis Image Underst 64 (1996); on blocks, not on the whole.
    """
    answer = np.abs(cv2.filter2D(grey, cv2.CV_32F, _NOISE_KERNEL))
    rows, columns = (max(1, side // _BLOCK_PX) for side in grey.shape)
    blocks = cv2.resize(answer, (columns, rows), interpolation=cv2.INTER_AREA)
    return float(np.percentile(blocks, _PLAINEST)) * float(np.sqrt(np.pi / 2)) / 6


def _slope(values: NDArray[np.float32]) -> NDArray[np.float32]:
    """The length of the gradient."""
    return np.asarray(
        cv2.magnitude(cv2.Sobel(values, cv2.CV_32F, 1, 0), cv2.Sobel(values, cv2.CV_32F, 0, 1)), np.float32
    )


def window(width: int, height: int, bounds: tuple[float, float, float, float] | None) -> tuple[slice, slice]:
    """Rows and columns of the part of a photograph that focus is judged on.

    Args:
        width: Of the photograph, px.
        height: Of the photograph, px.
        bounds: x0, y0, x1, y1 of the area, px; None for the middle of the frame.
    """
    x0, y0, x1, y1 = bounds or (width * 0.2, height * 0.2, width * 0.8, height * 0.8)
    columns, rows = _span(x0, x1, width), _span(y0, y1, height)
    return slice(*rows), slice(*columns)


def _span(low: float, high: float, whole: int) -> tuple[int, int]:
    """The stretch around its middle, with some skin on both sides, no longer than is looked at."""
    middle, length = (low + high) / 2, min(max((high - low) * 1.3, 200), _SIDE_PX)
    start = int(min(max(middle - length / 2, 0), max(whole - length, 0)))
    return start, int(min(start + length, whole))
