"""Hair on the skin."""

from __future__ import annotations

import cv2
import numpy as np

from dermograph.photo.foreign.skin import Floats, Mask, SkinView
from dermograph.photo.foreign.strokes import grown, joined, strokes

#: Width of a line that is looked for, as the deviation of a Gaussian, px of the working picture, and the width of what
#: is left alone: stretch marks and thin scars are lines too, but ten times as wide as a hair.
_SIGMA, _SIGMA_WIDE = 1.0, 2.0
_WIDER = 1.25  # the ratio of the two answers to a line 3 px wide at half its height
#: Width of the thickest hair, mm (terminal hair is 0.06 to 0.12 wide; a pair of them lies side by side), and the px of
#: the working picture from which on the wide lines are hair as well.
HAIR_MM, _WIDE_FROM_PX = 0.25, 3.0
_ANGLES = 12
#: Half the length along which a hair must be straight, px of the working picture halved: the furrows of skin and the
#: network of a mole bend or break within it.
_HALF_LENGTH = 9
#: Line strength, as density, from which a hair is seen and to which it is followed (set on shared/data).
SEEN, FOLLOWED = 0.045, 0.022
#: The same over the usual line strength of the skin's own texture. Light lines need more: furrows lie between rows of
#: highlights, and a mole's ground shows through its network.
OVER_TEXTURE_DARK, OVER_TEXTURE_LIGHT = 2.5, 5.0
#: On a dense growth the usual line is a hair itself; a dark line above this is one in any case.
SEEN_ANYWHERE = 0.10
#: Blood in thin vessels takes far less of red than of green; brown and black hair do not.
HAIR_HUE = 0.22
#: The same over the mean beside it: within a mole the ground itself is made of lines.
OVER_BESIDE = 3.0
_BESIDE_PX = 41  # of the working picture halved
_SIDE_PX = 4  # a broad dark line has light ones along both its sides
#: The strength in the best direction over the mean of all directions.
ONE_WAY = 2.7
#: Of the long side.
SHORTEST = 0.05
WIDEST_PX, SLENDER = 6, 5.0
_NORMAL = 0.6745  # median of the absolute value of a normal variable


def hair(view: SkinView, known: Mask, px_per_mm: float | None = None) -> Mask:
    """Thin straight or gently bent lines, darker or lighter than the skin around, in a reduced photograph.

    Args:
        view: The photograph.
        known: ``(h, w)`` what is known to be something else, pen or ruler; no hair is looked for there.
        px_per_mm: Of the reduced photograph; None if not known, and only thin lines count.

    Returns:
        ``(h, w)``.
    """
    height, width = view.green.shape
    dark_line, light_line, tangle, is_wide = _line_strength(view.green)
    if (px_per_mm or 0) * HAIR_MM >= _WIDE_FROM_PX:
        is_wide = np.zeros_like(is_wide)
    blurred = [cv2.blur(plane, (3, 3)) for plane in (view.red, view.green, view.blue)]
    hued = blurred[0] >= HAIR_HUE * np.maximum(blurred[1], blurred[2])
    size = (dark_line.shape[1], dark_line.shape[0])
    is_hair_hued = cv2.resize(hued.astype(np.uint8), size, interpolation=cv2.INTER_NEAREST)
    is_free = cv2.resize((~grown(known, _SIDE_PX)).astype(np.uint8), size, interpolation=cv2.INTER_NEAREST)
    found = np.zeros(dark_line.shape, np.bool_)
    for line, allowed, seen in (
        (dark_line, cv2.bitwise_and(is_hair_hued, is_free), _seen_dark(dark_line)),
        (light_line, is_free, _seen_light(light_line)),
    ):
        beside = OVER_BESIDE * cv2.blur(np.maximum(line, 0), (_BESIDE_PX, _BESIDE_PX))
        found |= _thin(_lines(line * allowed, np.maximum(seen, beside), tangle), is_wide)
    whole = cv2.resize(found.astype(np.uint8), (width, height), interpolation=cv2.INTER_NEAREST)
    # No margin: a line answers a pixel beyond its own edge on each side.
    return np.asarray(whole, np.bool_)


def _line_strength(density: Floats) -> tuple[Floats, Floats, Floats, Mask]:
    """How strongly each place lies on a dark line and on a light one, what a hair needs there, and what is too wide.

    All at half the size. The strength is the second derivative across a direction, averaged along that direction, for
    the best of the directions.
    """
    xx, yy, xy, is_wide = _bend(density)
    dark, light, tangle = (np.zeros_like(xx) for _ in range(3))
    for angle in np.arange(_ANGLES) * (np.pi / _ANGLES):
        x, y = float(np.cos(angle)), float(np.sin(angle))
        line = _along(xx * np.float32(y * y) + yy * np.float32(x * x) - xy * np.float32(2 * x * y), x, y)
        np.maximum(dark, -line, out=dark)
        np.maximum(light, line, out=light)
        tangle += np.abs(line)
    # A hair runs one way; where every direction answers there is texture.
    return dark, light, tangle * np.float32(ONE_WAY / _ANGLES), is_wide


def _bend(density: Floats) -> tuple[Floats, Floats, Floats, Mask]:
    """Second derivatives xx, yy, xy at half the size, at the width where it bends most, and where that is wide."""
    height, width = density.shape
    size = (max(1, width // 2), max(1, height // 2))
    # Line strength is a difference of light, not of density: on dark ground the noise of the density is larger.
    lit = np.exp(-np.maximum(cv2.resize(cv2.blur(density, (5, 5)), size, interpolation=cv2.INTER_AREA), 0))
    bends = []
    for sigma in (_SIGMA, _SIGMA_WIDE):
        smooth = cv2.GaussianBlur(density, (0, 0), sigma)
        # Sobel's weights add up to 4; derivatives at a width are comparable when multiplied by its square.
        whole = (
            cv2.Sobel(smooth, cv2.CV_32F, *order, ksize=3, scale=sigma**2 / 4) for order in ((2, 0), (0, 2), (1, 1))
        )
        bends.append([cv2.resize(plane, size, interpolation=cv2.INTER_AREA) * lit for plane in whole])
    fine, coarse = bends
    fine_bend, coarse_bend = np.abs(fine[0] + fine[1]), np.abs(coarse[0] + coarse[1])
    is_coarse = coarse_bend > fine_bend
    xx, yy, xy = (np.where(is_coarse, wide, narrow) for wide, narrow in zip(coarse, fine, strict=True))
    return xx, yy, xy, coarse_bend > _WIDER * fine_bend


def _along(values: Floats, x: float, y: float) -> Floats:
    """The mean of values along a short line through each place; beyond the frame they count as 0."""
    reach = _HALF_LENGTH
    height, width = values.shape
    padded = cv2.copyMakeBorder(values, reach, reach, reach, reach, cv2.BORDER_CONSTANT)
    total = np.zeros_like(values)
    for step in range(-reach, reach + 1):
        top, left = reach + round(step * y), reach + round(step * x)
        total += padded[top : top + height, left : left + width]
    return total / np.float32(2 * reach + 1)


def _seen_dark(strength: Floats) -> float:
    """The strength from which a dark line is a hair, given the texture of this skin."""
    return min(max(SEEN, OVER_TEXTURE_DARK * _texture(strength)), SEEN_ANYWHERE)


def _seen_light(strength: Floats) -> float:
    """The strength from which a light line is a hair."""
    return max(SEEN, OVER_TEXTURE_LIGHT * _texture(strength))


def _texture(strength: Floats) -> float:
    """The usual strength of lines, as a standard deviation; 0 where there are none."""
    sample = strength[::4, ::4]
    some = sample[sample > 0]
    return float(np.median(some)) / _NORMAL if some.size else 0.0


def _lines(strength: Floats, seen: Floats, tangle: Floats) -> Mask:
    """Where a line is strong enough, followed along itself, and long enough for a hair."""
    weak = (strength >= seen * (FOLLOWED / SEEN)).astype(np.uint8)
    wide = cv2.morphologyEx(weak, cv2.MORPH_OPEN, np.ones((WIDEST_PX, WIDEST_PX), np.uint8))
    found = joined((strength >= seen) & (strength >= tangle), np.asarray(weak > wide, np.bool_))
    return strokes(found, widest_px=WIDEST_PX, shortest_px=SHORTEST * max(strength.shape), slenderness=SLENDER)


def _thin(lines: Mask, is_wide: Mask) -> Mask:
    """The connected lines that are thin along most of their length."""
    count, labels = cv2.connectedComponents(lines.astype(np.uint8), connectivity=8, ltype=cv2.CV_32S)
    flat = np.asarray(labels, np.intp).ravel()
    size, wide = np.bincount(flat, minlength=count), np.bincount(flat[is_wide.ravel()], minlength=count)
    kept = 2 * wide <= size
    kept[0] = False
    return np.asarray(kept[labels], np.bool_)
