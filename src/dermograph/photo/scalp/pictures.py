"""What was measured on a scalp, as pictures."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from dermograph.core.errors import InputError
from dermograph.core.text import Language, Text
from dermograph.photo.report.heat import colours
from dermograph.photo.scalp.change import SURE
from dermograph.photo.scalp.lettering import band
from dermograph.photo.scalp.marking import Marks, legend, marked
from dermograph.photo.scalp.survey import Scalp, ScalpChange

Rgb = NDArray[np.uint8]
Floats = NDArray[np.float64]

_WIDEST_PX = 1600
_SHOWN = 0.45  # of the colour over the photograph
_STEPS = 6
_KEY_ROWS = 0.05  # of the picture's height
_RIM_PX = 2.5  # from the edge of a dot to the mark around it
_MARGIN_MM = 3.0  # of skin shown around the area
_LIKELY = 0.5


def density_picture(scalp: Scalp, language: Language) -> Rgb:
    """The density over the photograph, with its scale: ``(h, w, 3)`` uint8.

    Args:
        scalp: What was measured.
        language: Of the words under it.
    """
    shown, scale = fitted(scalp.side.photo.rgb)
    size = shown.shape[1], shown.shape[0]
    density = scalp.density.per_cm2
    top = _round_up(float(np.nanmax(density))) if np.isfinite(density).any() else 1.0
    rows, cols = density.shape
    across, down = cols * scalp.density.step_px * scale, rows * scalp.density.step_px * scale
    wide = cv2.resize(np.nan_to_num(density), (round(across), round(down)), interpolation=cv2.INTER_LINEAR)
    known = cv2.resize(
        np.isfinite(density).astype(np.uint8), (round(across), round(down)), interpolation=cv2.INTER_NEAREST
    )
    wide, known = wide[: size[1], : size[0]], known[: size[1], : size[0]]
    tint = colours(np.clip(wide / top, 0, 1))
    part = shown[: wide.shape[0], : wide.shape[1]]
    mixed = np.where(known[..., None] > 0, (1 - _SHOWN) * part + _SHOWN * tint, part)
    shown[: wide.shape[0], : wide.shape[1]] = np.rint(mixed).astype(np.uint8)
    return np.concatenate([shown, _key(size), band(size, _words(scalp, top).say(language))])


def marks_picture(scalp: Scalp, language: Language) -> Rgb:
    """The photograph with a ring around each dot that is counted, and what the rings mean: ``(h, w, 3)`` uint8.

    Where only an area was looked at, that area is shown, so that its dots are large enough to be told apart.

    Args:
        scalp: What was measured.
        language: Of the words under it.
    """
    dots = scalp.dots
    x0, y0, x1, y1 = _box(scalp)
    shown, scale = fitted(scalp.side.photo.rgb[y0:y1, x0:x1])
    xy = (dots.xy_px - (x0, y0) + 0.5) * scale - 0.5
    across = dots.diameter_mm * dots.px_per_mm * scale + 2 * _RIM_PX
    sure = dots.chance > SURE
    counted = f"{len(dots)} ± {dots.count_u:.0f}"
    marks = [
        Marks("ring", "usual", xy[sure], across[sure], _COUNTED.say(language).format(dots=counted)),
        Marks("broken ring", "usual", xy[~sure], across[~sure], _UNSURE.say(language)),
    ]
    return _laid_out(shown, marks, dots.px_per_mm * scale, marks_words(scalp).say(language))


def marks_words(scalp: Scalp) -> Text:
    """What stands under the marked dots: how many, and what a photograph cannot tell."""
    mean = f"{scalp.per_cm2.value:.0f} ± {scalp.per_cm2.u:.0f}"
    return Text(
        f"{mean} on a square centimetre of skin. {_LOOKS_THE_SAME.en}",
        f"{mean} por centímetro cuadrado de piel. {_LOOKS_THE_SAME.es}",
    )


def change_picture(change: ScalpChange, language: Language) -> Rgb | None:
    """The follow-up with what became of each dot: kept, lost and new, each with a colour and a shape of its own.

    Args:
        change: Of two photographs.
        language: Of the words under it.

    Returns:
        ``(h, w, 3)`` uint8; None where the two may not be compared.
    """
    if change.dots is None:
        return None
    what, before, after = change.dots, change.before.dots, change.after.dots
    shown, scale = fitted(change.after.side.photo.rgb)
    carried = change.registration.after_xy(before.xy_px[what.before])
    size = before.diameter_mm[what.before]
    known, gone, fresh = np.isfinite(carried).all(axis=1), what.gone > _LIKELY, what.fresh > _LIKELY
    new = what.after[fresh]
    kept = len(what.before) - what.lost.value

    def of(xy: Floats, mm: Floats) -> tuple[Floats, Floats]:
        return (xy + 0.5) * scale - 0.5, mm * after.px_per_mm * scale + 2 * _RIM_PX

    def counted(words: Text, value: float, u: float) -> str:
        return words.say(language).format(dots=f"{value:.0f} ± {u:.0f}")

    there, away = known & ~gone, known & gone
    marks = [
        Marks("ring", "usual", *of(carried[there], size[there]), counted(_KEPT, kept, what.lost.u)),
        Marks("cross", "loss", *of(carried[away], size[away]), counted(_LOST, what.lost.value, what.lost.u)),
        Marks(
            "triangle",
            "gain",
            *of(after.xy_px[new], after.diameter_mm[new]),
            counted(_NEW, what.new.value, what.new.u),
        ),
    ]
    return _laid_out(shown, marks, after.px_per_mm * scale, change_words(change).say(language))


def change_words(change: ScalpChange) -> Text:
    """What stands under the change: which dots it speaks of, and what a photograph cannot tell."""
    seen = 0 if change.dots is None else len(change.dots.before)
    return Text(
        f"The follow-up. {seen} sure dots of the baseline were looked for in it, each by itself. {_LOOKS_THE_SAME.en}",
        f"El seguimiento. En él se buscaron, uno a uno, {seen} puntos seguros de la inicial. {_LOOKS_THE_SAME.es}",
    )


def fitted(rgb: Rgb) -> tuple[Rgb, float]:
    """A picture no side of which is longer than a page shows, and its size over what it was."""
    scale = min(1.0, _WIDEST_PX / max(rgb.shape[:2]))
    size = max(round(rgb.shape[1] * scale), 1), max(round(rgb.shape[0] * scale), 1)
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), dtype=np.uint8), scale


def png(rgb: Rgb) -> bytes:
    """A picture as a PNG file.

    Raises:
        InputError: If it cannot be encoded.
    """
    done, data = cv2.imencode(".png", cv2.cvtColor(rgb, cv2.COLOR_RGB2BGR))
    if not done:
        raise InputError(Text("The picture could not be written.", "No se pudo escribir la imagen."))
    return data.tobytes()


def _laid_out(shown: Rgb, marks: list[Marks], px_per_mm: float, words: str) -> Rgb:
    """The marked picture, what the marks mean, the scale and the words, one under the other."""
    size = shown.shape[1], shown.shape[0]
    return np.concatenate([marked(shown, marks), legend(shown, marks, px_per_mm), band(size, words)])


def _box(scalp: Scalp) -> tuple[int, int, int, int]:
    """The part of the photograph in which dots were looked for, with some skin around it: x0, y0, x1, y1."""
    height, width = scalp.dots.shape
    usable = scalp.dots.usable
    if usable is None or not usable.any():
        return 0, 0, width, height
    row, col = np.flatnonzero(usable.any(axis=1)), np.flatnonzero(usable.any(axis=0))
    down, across, margin = height / usable.shape[0], width / usable.shape[1], _MARGIN_MM * scalp.dots.px_per_mm
    return (
        max(int(col[0] * across - margin), 0),
        max(int(row[0] * down - margin), 0),
        min(int((col[-1] + 1) * across + margin), width),
        min(int((row[-1] + 1) * down + margin), height),
    )


def _key(size: tuple[int, int]) -> Rgb:
    """The colours from nothing to the top, in steps."""
    height = max(round(size[1] * _KEY_ROWS), 8)
    middles = (np.arange(_STEPS) + 0.5) / _STEPS
    steps = colours(middles)
    column = np.minimum(np.arange(size[0]) * _STEPS // size[0], _STEPS - 1)
    return np.asarray(np.broadcast_to(steps[column], (height, size[0], 3)), dtype=np.uint8)


def _words(scalp: Scalp, top: float) -> Text:
    mean = f"{scalp.per_cm2.value:.0f} ± {scalp.per_cm2.u:.0f}"
    return Text(
        f"Dots on a square centimetre, from 0 at the left to {top:.0f}; {mean} over all. Cut hair looks the same.",
        f"Puntos por centímetro cuadrado, de 0 a la izquierda a {top:.0f}; {mean} en total. El pelo se ve igual.",
    )


def _round_up(value: float) -> float:
    """The next of 1, 2, 5, 10, 20 … above a value."""
    power = 10 ** np.floor(np.log10(max(value, 1e-3)))
    return float(next(step * power for step in (1, 2, 5, 10) if step * power >= value))


_LOOKS_THE_SAME = Text(
    "A cut hair seen end-on or an open follicle looks the same as pigment and cannot be told from it.",
    "Un pelo cortado visto de frente o un folículo abierto se ven igual que el pigmento y no se distinguen de él.",
)
_COUNTED = Text("{dots} dots counted", "{dots} puntos contados")
_UNSURE = Text("counted, less sure", "contado, menos seguro")
_KEPT = Text("{dots} still there", "{dots} siguen ahí")
_LOST = Text("{dots} lost", "{dots} perdidos")
_NEW = Text("{dots} new", "{dots} nuevos")
