"""Bare skin: its tone by phototype, mottling, furrows, pores, freckles, moles and vessels."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from dermograph.photo.colour.spaces import RGB_TO_XYZ, WHITES
from dermograph.photo.phantom.fields import Field, Spectrum, smooth

#: Mean colour by phototype 1 to 6, CIELAB D65: ITA from 57° to -53°, the span that ``tone`` classes.
TONES: dict[int, tuple[float, float, float]] = {
    1: (70.0, 9.0, 13.0),
    2: (66.5, 10.0, 15.0),
    3: (61.5, 10.5, 17.0),
    4: (55.5, 11.0, 18.0),
    5: (45.0, 11.0, 17.0),
    6: (34.0, 9.0, 11.5),
}
DARK_FROM = 5  # phototype from which freckles and vessels hardly show
#: What more melanin and more blood do to L*, a*, b*, for one unit of each.
_MELANIN, _BLOOD = (-0.85, 0.22, 0.42), (-0.42, 0.78, 0.05)
_DENSITY = 10.0  # px per mm at which texture is drawn; a lens shows little that is finer
_BUMP_MM = 0.9  # from one bump to the next
_DARKEST = 6.0  # L*: a mole on dark skin still reflects something
_TO_RGB = np.linalg.inv(RGB_TO_XYZ)


@dataclass(frozen=True, slots=True, eq=False)
class Skin:
    """A flat patch of bare skin.

    Attributes:
        light: ``(h, w, 3)`` float32 linear sRGB of each place under even light: its reflectance.
        relief: ``(rows, cols)`` float32 depth of the furrows, mean 0, standard deviation 1; may be coarser than
            ``light``. Furrows are darker wherever the light comes from.
        bumps: Fine height of the surface, as ``relief``, of which only the shading by a light from one side is seen. It
            has nothing in common with ``relief``: else another light would seem to shift the furrows, and no
            registration could tell that from a movement.
        tone: The person's mean colour, CIELAB D65.
        depth_lightness: L* that one unit of relief adds, because furrows are darker.
    """

    light: NDArray[np.float32]
    relief: Field
    bumps: Field
    tone: tuple[float, float, float]
    depth_lightness: float

    def relief_window(self, x0: int, y0: int, x1: int, y1: int) -> Field:
        """The relief at each pixel of a window of ``light``; the last column and row are outside."""
        across = self.relief.shape[1] / self.light.shape[1]
        down = self.relief.shape[0] / self.light.shape[0]
        place = np.array([[across, 0, (x0 + 0.5) * across - 0.5], [0, down, (y0 + 0.5) * down - 0.5]])
        flags = cv2.INTER_CUBIC | cv2.WARP_INVERSE_MAP
        found = cv2.warpAffine(self.relief, place, (x1 - x0, y1 - y0), flags=flags, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(found, dtype=np.float32)


def bare_skin(rng: np.random.Generator, height: int, width: int, px_per_mm: float, phototype: int) -> Skin:
    """Skin of one person.

    Args:
        rng: Where the randomness comes from.
        height: Rows.
        width: Columns.
        px_per_mm: Density, px per mm.
        phototype: Fitzpatrick's, 1 to 6.

    Raises:
        ValueError: The phototype is not 1 to 6.
    """
    if phototype not in TONES:
        raise ValueError(f"phototype is {phototype}, it must be 1 to 6")
    tone = np.array(TONES[phototype]) + rng.normal(0, (1.0, 0.6, 0.8))
    density = min(px_per_mm, _DENSITY)
    rows, cols = round(height * density / px_per_mm), round(width * density / px_per_mm)
    relief = _furrows(rng, rows, cols, density)
    pores = _pores(rng, rows, cols, density)
    relief -= np.float32(0.9) * pores
    relief -= relief.mean()
    relief /= relief.std()
    melanin, blood = _mottling(rng, rows, cols, density)
    shown = np.float32(1.0 if phototype < DARK_FROM else 0.45)
    spots = shown * _freckles(rng, rows, cols, density)
    veins = shown * _vessels(rng, rows, cols, density)
    melanin += spots - np.float32(spots.mean())
    blood += veins - np.float32(veins.mean())
    lightness = 1.25 if phototype < DARK_FROM else 0.95
    gains = np.array([[*_MELANIN], [*_BLOOD], [lightness, -0.25 * lightness, -0.1 * lightness]]).T
    parts = cv2.merge([melanin, blood, relief])
    lab = np.asarray(cv2.transform(parts, np.column_stack([gains, tone])), dtype=np.float32)
    lab[..., 0] = np.maximum(lab[..., 0], _DARKEST)
    light = cv2.resize(_light(lab), (width, height), interpolation=cv2.INTER_CUBIC)
    found = np.asarray(np.maximum(light, np.float32(1e-4)), dtype=np.float32)
    bumps = Spectrum(rng.spawn(1)[0], rows, cols).band(_BUMP_MM * density)
    return Skin(found, relief, bumps, (float(tone[0]), float(tone[1]), float(tone[2])), lightness)


def _light(lab: NDArray[np.float32]) -> NDArray[np.float32]:
    """CIELAB D65 to linear sRGB, nearly: by the cube alone, which for L* below 8 is not CIELAB any more.

    The colour of a place is what its light says, never what it was drawn from.
    """
    to_f = np.array([[1 / 116, 1 / 500, 0, 16 / 116], [1 / 116, 0, 0, 16 / 116], [1 / 116, 0, -1 / 200, 16 / 116]])
    light = cv2.transform(lab, to_f)
    light = light * light * light
    return np.asarray(cv2.transform(light, _TO_RGB * WHITES["D65"]), dtype=np.float32)


def _mottling(rng: np.random.Generator, rows: int, cols: int, density: float) -> tuple[Field, Field]:
    """Low-frequency variation of melanin and of blood, about 1 ΔE together."""
    melanin, blood = np.zeros((rows, cols), np.float32), np.zeros((rows, cols), np.float32)
    for share, cell_mm in ((0.5, 22.0), (0.4, 6.0), (0.35, 1.6), (0.25, 0.7)):
        melanin += np.float32(share) * smooth(rng, rows, cols, cell_mm * density)
    for share, cell_mm in ((0.5, 15.0), (0.45, 4.0), (0.6, 1.8), (0.4, 0.8)):
        blood += np.float32(share) * smooth(rng, rows, cols, cell_mm * density)
    return melanin, blood


def _furrows(rng: np.random.Generator, rows: int, cols: int, density: float) -> Field:
    """The network of fine furrows: where band-passed fields of crossing directions pass through zero."""
    spectrum = Spectrum(rng, rows, cols)
    lie = rng.uniform(0, np.pi)
    spacing_px = rng.uniform(0.7, 1.0) * density
    depth = np.zeros((rows, cols), np.float32)
    # Turn against the first family, spacing, depth, width of a furrow.
    families = ((0.0, 1.0, 1.0, 0.45), (1.15, 1.0, 0.85, 0.45), (0.6, 0.5, 0.5, 0.6))
    for turn, size, share, wide in families:
        wave = spectrum.band(2 * spacing_px * size, lie + turn, lobe=1.6)
        deep = np.clip(0.8 + 0.35 * smooth(rng, rows, cols, 5 * density), 0.2, 1.4)
        wave *= np.float32(1 / wide)
        np.multiply(wave, wave, out=wave)
        depth += np.float32(share) * deep / (1 + wave)
    return np.asarray(np.float32(0.15) * spectrum.band(5 * spacing_px) - depth, dtype=np.float32)


def _pores(rng: np.random.Generator, rows: int, cols: int, density: float) -> Field:
    """Openings of hair follicles, each a small dark pit, at most about 1 deep."""
    count = round(0.25 * rows * cols / density**2)
    pits = np.zeros((rows, cols), np.float32)
    at = rng.integers(0, rows, count), rng.integers(0, cols, count)
    sigma = max(0.09 * density, 0.6)
    np.add.at(pits, at, rng.uniform(0.2, 1.0, count).astype(np.float32))
    return np.asarray(cv2.GaussianBlur(pits, (0, 0), sigma) * np.float32(2 * np.pi * sigma**2), dtype=np.float32)


def _freckles(rng: np.random.Generator, rows: int, cols: int, density: float) -> Field:
    """Freckles and a few moles, in units of melanin."""
    spots = np.zeros((rows, cols), np.float32)
    area_cm2 = rows * cols / density**2 / 100
    per_cm2 = float(rng.uniform(0.15, 0.8))
    for radius_mm, often, low, high in ((0.3, per_cm2, 1, 5), (0.8, per_cm2 / 4, 1, 4), (1.1, 0.008, 10, 20)):
        size = radius_mm * density
        dots = np.zeros((rows, cols), np.float32)
        for _ in range(rng.poisson(often * area_cm2)):
            at = (float(rng.uniform(0, cols)), float(rng.uniform(0, rows)))
            axes = (size * float(rng.uniform(0.5, 1.2)), size * float(rng.uniform(0.5, 1.2)))
            _ellipse(dots, at, axes, float(rng.uniform(0, 180)), float(rng.uniform(low, high)))
        spots += cv2.GaussianBlur(dots, (0, 0), max(0.35 * size, 0.6))
    ragged = 1 + np.float32(0.35) * smooth(rng, rows, cols, max(0.4 * density, 1.5))
    return np.asarray(spots * ragged, dtype=np.float32)


def _ellipse(canvas: Field, at: tuple[float, float], axes: tuple[float, float], turn_deg: float, value: float) -> None:
    """Draw one filled ellipse to a sixteenth of a pixel."""
    middle = round(16 * at[0]), round(16 * at[1])
    reach = max(round(16 * axes[0]), 8), max(round(16 * axes[1]), 8)
    cv2.ellipse(canvas, middle, reach, turn_deg, 0, 360, value, -1, cv2.LINE_8, 4)


def _vessels(rng: np.random.Generator, rows: int, cols: int, density: float) -> Field:
    """Small veins below the surface, in units of blood: blurred winding lines."""
    canvas = np.zeros((rows, cols), np.float32)
    for _ in range(rng.poisson(5)):
        steps = 60
        heading = rng.uniform(0, 2 * np.pi) + np.cumsum(rng.normal(0, 0.12, steps))
        walk = np.cumsum(np.stack([np.cos(heading), np.sin(heading)], -1) * 0.8 * density, axis=0)
        path = np.rint(walk + rng.uniform(0, 1, 2) * (cols, rows)).astype(np.int32)
        thick = max(round(float(rng.uniform(0.3, 0.9)) * density), 1)
        cv2.polylines(canvas, [path], isClosed=False, color=float(rng.uniform(0.8, 2.0)), thickness=thick)
    return np.asarray(cv2.GaussianBlur(canvas, (0, 0), 0.5 * density), dtype=np.float32)
