"""Marks over a photograph: each kind with a shape and a colour of its own, and what they mean in a row under it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from dermograph.photo.scalp.lettering import length_of, letters_for, line_height, write

Floats = NDArray[np.float64]
Rgb = NDArray[np.uint8]
Shape = Literal["ring", "broken ring", "cross", "triangle"]
Role = Literal["usual", "loss", "gain"]

#: Colours of the palette of M. Okabe and K. Ito (2008), which people see apart who do not see red or green, made
#: darker for light skin and lighter for dark skin. Shapes differ as well.
ON_LIGHT: dict[Role, tuple[int, int, int]] = {"usual": (0, 84, 166), "loss": (204, 30, 0), "gain": (0, 70, 52)}
ON_DARK: dict[Role, tuple[int, int, int]] = {"usual": (110, 205, 255), "loss": (255, 140, 50), "gain": (250, 240, 110)}
_LIGHT_FROM = 110.0  # grey of the middle of the photograph
_FINER = 3  # what marks are drawn at
_STROKE, _BOLD = 1.1, 1.7  # px
_LEAST_ACROSS = 7.0  # px: smaller marks would not show their shape
_ARCS = ((15, 105), (135, 225), (255, 345))  # of a broken ring, degrees
_SHIFT = 4  # bits of a pixel
_ROOM, _BETWEEN = 0.96, 1.2  # of the width; of a row's height
_STEPS_MM = (1, 2, 5, 10, 20, 50, 100)
_WIDEST_BAR = 0.25  # of the width


@dataclass(frozen=True, slots=True, eq=False)
class Marks:
    """One kind of marks.

    Attributes:
        shape: How each is drawn.
        role: What settles the colour.
        xy: ``(n, 2)`` px of the picture.
        across: ``(n,)`` px, of what is marked.
        words: What they mean.
    """

    shape: Shape
    role: Role
    xy: Floats
    across: Floats
    words: str


def marked(picture: Rgb, marks: list[Marks]) -> Rgb:
    """Draw marks over a picture, which stays as it is.

    Args:
        picture: ``(h, w, 3)``.
        marks: The last on top.
    """
    return _inked(picture, marks, colours_on(picture))


def colours_on(picture: Rgb) -> dict[Role, tuple[int, int, int]]:
    """The colours that show on this skin."""
    grey = cv2.cvtColor(picture, cv2.COLOR_RGB2GRAY)
    return ON_LIGHT if float(np.median(grey)) >= _LIGHT_FROM else ON_DARK


def legend(picture: Rgb, marks: list[Marks], px_per_mm: float) -> Rgb:
    """What the marks mean and how long some mm are, ``(rows, w, 3)``, on the colour of the skin itself.

    Args:
        picture: ``(h, w, 3)`` what the marks lie on.
        marks: Those that are explained.
        px_per_mm: Density of the picture.
    """
    height, width = picture.shape[:2]
    rows = line_height((width, height))
    ground = np.median(picture.reshape(-1, 3)[::97], axis=0).astype(np.uint8)
    palette = colours_on(picture)
    words = (255, 255, 255) if palette is ON_DARK else (0, 0, 0)
    bar = next((mm for mm in reversed(_STEPS_MM) if mm * px_per_mm <= _WIDEST_BAR * width), _STEPS_MM[0])
    size = max(0.45 * rows, _LEAST_ACROSS)
    letters = letters_for(rows, 0.85)
    lengths = [1.8 * size + length_of(kind.words, letters) for kind in marks]
    lengths.append(bar * px_per_mm + 0.4 * rows + length_of(f"{bar} mm", letters))
    places: list[tuple[float, float]] = []
    lines, left = 1, (1 - _ROOM) / 2 * width
    for length in lengths:
        if places and left + length > (1 + _ROOM) / 2 * width:
            lines, left = lines + 1, (1 - _ROOM) / 2 * width
        places.append((left, (lines - 0.5) * rows))
        left += length + _BETWEEN * rows
    canvas = np.full((rows * lines, width, 3), ground, np.uint8)
    samples = []
    for kind, (x, y) in zip(marks, places, strict=False):
        write(canvas, kind.words, (x + 1.8 * size, y), letters, words)
        samples.append(Marks(kind.shape, kind.role, np.array([[x + size / 2, y]]), np.array([size]), ""))
    x, y = places[-1]
    end, tick = round(x + bar * px_per_mm), 0.2 * rows
    cv2.line(canvas, (round(x), round(y)), (end, round(y)), words, 2)
    for side in (round(x), end):
        cv2.line(canvas, (side, round(y - tick)), (side, round(y + tick)), words, 2)
    write(canvas, f"{bar} mm", (end + 0.4 * rows, y), letters, words)
    return _inked(canvas, samples, palette)


def _inked(picture: Rgb, marks: list[Marks], palette: dict[Role, tuple[int, int, int]]) -> Rgb:
    found = picture.astype(np.float32)
    for kind in marks:
        ink = _drawn(kind, picture.shape[:2])[..., None]
        found += ink * (np.array(palette[kind.role], np.float32) - found)
    return np.asarray(np.rint(found), dtype=np.uint8)


def _drawn(marks: Marks, shape: tuple[int, ...]) -> NDArray[np.float32]:
    """``(h, w)`` how much of each pixel the marks cover."""
    canvas = np.zeros((shape[0] * _FINER, shape[1] * _FINER), np.uint8)
    unit = _FINER << _SHIFT
    thick = max(round((_STROKE if marks.shape in ("ring", "broken ring") else _BOLD) * _FINER), 1)
    middles = np.rint(((marks.xy + 0.5) * _FINER - 0.5) * (1 << _SHIFT)).astype(int)
    reach = np.rint(np.maximum(marks.across / 2, _LEAST_ACROSS / 2) * unit).astype(int)
    for (x, y), r in zip(middles.tolist(), reach.tolist(), strict=True):
        if marks.shape == "ring":
            cv2.circle(canvas, (x, y), r, 255, thick, cv2.LINE_AA, _SHIFT)
        elif marks.shape == "broken ring":
            for start, end in _ARCS:
                cv2.ellipse(canvas, (x, y), (r, r), 0, start, end, 255, thick, cv2.LINE_AA, _SHIFT)
        elif marks.shape == "cross":
            s = round(0.85 * r)
            for ends in (((x - s, y - s), (x + s, y + s)), ((x - s, y + s), (x + s, y - s))):
                cv2.line(canvas, *ends, 255, thick, cv2.LINE_AA, _SHIFT)
        else:
            corners = np.array([(x, y - round(1.2 * r)), (x + r, y + round(0.7 * r)), (x - r, y + round(0.7 * r))])
            cv2.polylines(canvas, [corners.astype(np.int32)], True, 255, thick, cv2.LINE_AA, _SHIFT)
    small = cv2.resize(canvas, (shape[1], shape[0]), interpolation=cv2.INTER_AREA)
    return np.asarray(small, dtype=np.float32) / np.float32(255)
