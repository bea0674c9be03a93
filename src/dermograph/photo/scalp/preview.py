"""A design shown in the patient's own photograph: a simulation, and marked as one in the picture itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from dermograph.core.errors import InputError
from dermograph.core.text import LANGUAGES, Language, Text
from dermograph.photo.scalp.design import Design
from dermograph.photo.scalp.lettering import band
from dermograph.photo.scalp.pictures import fitted

Floats = NDArray[np.float64]
Picture = NDArray[np.float32]
Moment = Literal["fresh", "settled"]

#: Absorbance of black pigment under skin in red, green, blue over that of the tone: a little blue. An assumption.
INK = (1.05, 1.0, 0.9)
#: What light scattered in the skin does to the edge of a dot, a standard deviation in mm. An assumption.
SCATTER_MM = 0.045
#: "The crust falls off, leaving a darker than desired color" (S3): how much darker is not said. An assumption.
FRESH_DARKER = 1.35
#: "A slight inflammatory reaction" (S3): absorbance of the blood around fresh dots in red, green, blue. An assumption.
FRESH_RED = (0.01, 0.10, 0.07)
_REDNESS_MM = 3.0  # how far from a dot the skin is red
_GAMMA = 2.2  # nearly, of any phone: a factor on light is a smaller one on the figures of the picture
_LEVELS, _DARKEST = 255, 2.0  # steps in which the ink is drawn, and the absorbance of the last
_SHIFT = 4  # bits of a pixel
_RIM = 0.5  # px that a smoothly drawn disc is wider than asked
_ROUND_PX = 6.0  # across: smaller discs are drawn larger and made smaller, else they would be no discs
_SIMULATION = {
    "fresh": Text("Simulation, just done (session {n})", "Simulación, recién hecho (sesión {n})"),
    "settled": Text("Simulation, settled after session {n}", "Simulación, asentado tras la sesión {n}"),
    "later": Text(
        "Simulation, {years} after the last session, with {share} % of the pigment left; {low} to {high} % are likely",
        "Simulación, {years} después de la última sesión, con el {share} % del pigmento; probable: {low} a {high} %",
    ),
}


@dataclass(frozen=True, slots=True)
class Scene:
    """What a preview shows.

    Attributes:
        sessions: How many were held, from 0 on.
        moment: ``fresh`` for the day of the last of them, ``settled`` for 10 to 20 days later and after.
        left: The share of pigment that is left, above 0, at most 1.
        title: What is written into the picture.
    """

    sessions: int
    moment: Moment
    left: float
    title: Text


def scenes(design: Design, left: dict[int, tuple[float, float, float]]) -> list[Scene]:
    """What there is to show: each session fresh and settled, then the years.

    Args:
        design: The design.
        left: By years, the share of pigment left: 5 %, 50 % and 95 %, as of ``fading.left_after``.
    """
    found = []
    for number in range(1, design.wish.sessions + 1):
        for moment in ("fresh", "settled"):
            words = _SIMULATION[moment]
            said = Text(words.en.format(n=number), words.es.format(n=number))
            found.append(Scene(number, "fresh" if moment == "fresh" else "settled", 1.0, said))
    for years, (low, middle, high) in left.items():
        counted = Text(f"{years} year{'s' * (years > 1)}", f"{years} año{'s' * (years > 1)}")
        shares = {"share": round(100 * middle), "low": round(100 * low), "high": round(100 * high)}
        words = _SIMULATION["later"]
        said = Text(words.en.format(years=counted.en, **shares), words.es.format(years=counted.es, **shares))
        found.append(Scene(design.wish.sessions, "settled", middle, said))
    return found


def preview(
    rgb: NDArray[np.uint8], design: Design, scene: Scene, *, blur_px: float = 0.6, language: Language | None = "en"
) -> NDArray[np.uint8]:
    """Draw the dots into the photograph.

    Light, grain and everything else stay those of the photograph: the dots take light away, as pigment under skin does.

    Args:
        rgb: ``(h, w, 3)`` uint8, the photograph that the design was drawn on.
        design: The design.
        scene: What is shown.
        blur_px: Blur of the photograph, a standard deviation.
        language: Of the words in the picture; None leaves them out, for a viewer that shows them beside it.

    Raises:
        InputError: If the photograph has another size than that of the design.
    """
    _check_same(rgb, design)
    shown = design.session <= scene.sessions
    last = design.session == scene.sessions
    tone = design.tone * scene.left
    if scene.moment == "fresh":
        tone = np.where(last, tone * FRESH_DARKER, tone)
    soft = float(np.hypot(SCATTER_MM * design.px_per_mm, blur_px))
    x0, y0, x1, y1 = _box(design, shown)
    shape, corner = (y1 - y0, x1 - x0), (x0, y0)
    across = (design.diameter_mm * design.px_per_mm)[shown]
    ink = _drawn(design.xy_px[shown] - corner, across, tone[shown], shape, soft)
    red = None
    if scene.moment == "fresh" and last.any():
        red = _redness(design.xy_px[last] - corner, shape, design.px_per_mm)
    found = rgb.copy()
    window = found[y0:y1, x0:x1]
    for channel in range(3):
        dark = ink * np.float32(-INK[channel] / _GAMMA)
        if red is not None:
            dark -= red * np.float32(FRESH_RED[channel] / _GAMMA)
        light = cv2.multiply(window[..., channel], cv2.exp(dark), dtype=cv2.CV_32F)
        window[..., channel] = cv2.convertScaleAbs(light)
    if language is None:
        return found
    return np.concatenate([found, band((rgb.shape[1], rgb.shape[0]), scene.title.say(language))])


def page_previews(
    rgb: NDArray[np.uint8], design: Design, scene: Scene, *, blur_px: float = 0.6
) -> dict[Language, NDArray[np.uint8]]:
    """A preview for a page, in every language: drawn once, no side of the photograph longer than a page shows.

    Args:
        rgb: ``(h, w, 3)`` uint8, the photograph that the design was drawn on.
        design: The design.
        scene: What is shown.
        blur_px: Blur of the photograph, a standard deviation.

    Raises:
        InputError: If the photograph has another size than that of the design.
    """
    _check_same(rgb, design)
    small, scale = fitted(rgb)
    shape = small.shape[0], small.shape[1]
    drawn = preview(small, design.scaled(shape), scene, blur_px=blur_px * scale, language=None)
    return {
        language: np.concatenate([drawn, band((shape[1], shape[0]), scene.title.say(language))])
        for language in LANGUAGES
    }


def _check_same(rgb: NDArray[np.uint8], design: Design) -> None:
    if rgb.shape[:2] != design.shape:
        raise InputError(
            Text("The design belongs to another photograph.", "El diseño es de otra fotografía."),
            todo=Text("Use the photograph that it was drawn on.", "Use la fotografía sobre la que se dibujó."),
        )


def _box(design: Design, shown: NDArray[np.bool_]) -> tuple[int, int, int, int]:
    """The part of the photograph that changes: x0, y0, x1, y1."""
    height, width = design.shape
    if not shown.any():
        return 0, 0, 1, 1
    margin = 3 * _REDNESS_MM * design.px_per_mm
    low = np.maximum(np.floor(design.xy_px[shown].min(axis=0) - margin), 0).astype(int)
    high = np.minimum(np.ceil(design.xy_px[shown].max(axis=0) + margin) + 1, (width, height)).astype(int)
    return int(low[0]), int(low[1]), int(high[0]), int(high[1])


def _drawn(xy: Floats, across: Floats, tone: Floats, shape: tuple[int, int], soft: float) -> Picture:
    """``(h, w)`` absorbance of the ink: each dot a disc, and then the skin's and the lens's blur over all of them."""
    finer = max(1, int(np.ceil(_ROUND_PX / np.median(across)))) if len(across) else 1
    canvas = np.zeros((shape[0] * finer, shape[1] * finer), np.uint8)
    one = 1 << _SHIFT
    middles = np.rint(((xy + 0.5) * finer - 0.5) * one).astype(int).tolist()
    radii = np.maximum(np.rint((across * finer / 2 - _RIM) * one), 1).astype(int).tolist()
    levels = np.clip(np.rint(tone / _DARKEST * _LEVELS), 1, _LEVELS).astype(int).tolist()
    for middle, radius, level in zip(middles, radii, levels, strict=True):
        cv2.circle(canvas, middle, radius, level, cv2.FILLED, cv2.LINE_AA, _SHIFT)
    if finer > 1:
        canvas = np.asarray(cv2.resize(canvas, shape[::-1], interpolation=cv2.INTER_AREA), dtype=np.uint8)
    ink = canvas.astype(np.float32) * np.float32(_DARKEST / _LEVELS)
    return np.asarray(cv2.GaussianBlur(ink, (0, 0), soft), dtype=np.float32)


def _redness(xy: Floats, shape: tuple[int, int], px_per_mm: float) -> Picture:
    """``(h, w)`` how red the skin is, 0 to 1: around the dots that were just set, fading out with distance."""
    scale = min(1.0, 1 / px_per_mm)
    rows, cols = max(round(shape[0] * scale), 1), max(round(shape[1] * scale), 1)
    marks = np.zeros((rows, cols), np.float32)
    cell = np.clip((xy * scale).astype(np.intp), 0, (cols - 1, rows - 1))
    marks[cell[:, 1], cell[:, 0]] = 1
    near = cv2.GaussianBlur(
        cv2.dilate(marks, np.ones((3, 3), np.uint8)), (0, 0), max(_REDNESS_MM * px_per_mm * scale / 2, 0.5)
    )
    return np.asarray(cv2.resize(near, (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR), dtype=np.float32)
