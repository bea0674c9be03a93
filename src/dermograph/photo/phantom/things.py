"""What grows on skin or is drawn on it: hair and pen."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from dermograph.photo.phantom.fields import Field, smooth

#: Hairs per cm² at 1, their length and width. Assumption: a hairy forearm.
_HAIRS_PER_CM2 = 5.0
_HAIR_MM, _HAIR_WIDTH_MM = (5.0, 20.0), (0.04, 0.11)
_HAIR_LIGHT = {True: (0.075, 0.045, 0.028), False: (0.012, 0.010, 0.009)}
#: What a surgical marker lets through, linear sRGB.
_INK = (0.16, 0.09, 0.20)
_FINE = 2


@dataclass(frozen=True, slots=True, eq=False)
class Coat:
    """A layer over the skin's canvas.

    Attributes:
        kind: ``hair`` or ``pen``.
        share: ``(h, w)`` float32, how much of each place it covers, 0 to 1.
        light: Linear sRGB that it shows; for pen, what it lets through.
    """

    kind: str
    share: Field
    light: tuple[float, float, float]

    def over(self, canvas: NDArray[np.float32]) -> None:
        """Put it over a canvas ``(h, w, 3)`` of linear sRGB, which is changed."""
        for band, level in enumerate(self.light):
            plane = canvas[..., band]
            if self.kind == "pen":
                plane *= 1 - self.share * np.float32(1 - level)
            else:
                plane += self.share * (np.float32(level) - plane)


def hair(person: int, visit: int, size: tuple[int, int], px_per_mm: float, amount: float, *, fair: bool) -> Coat:
    """Hair: the same follicles at every visit, lying a little differently.

    Args:
        person: Seed of follicles and growth.
        visit: Seed of how the hair lies that day.
        size: Rows and columns of the canvas.
        px_per_mm: Its density.
        amount: 0 for none to 1 for a hairy forearm.
        fair: Whether it is brown; black otherwise.
    """
    own, lie = np.random.default_rng([person, 11]), np.random.default_rng([person, visit, 12])
    rows, cols = size
    scale = px_per_mm * _FINE
    mask = np.zeros((rows * _FINE, cols * _FINE), np.uint8)
    count = round(amount * _HAIRS_PER_CM2 * rows * cols / px_per_mm**2 / 100)
    grain = own.uniform(0, 2 * np.pi)
    roots = own.uniform(0, 1, (count, 2)) * (mask.shape[1], mask.shape[0])
    headings = grain + own.normal(0, 0.5, count) + lie.normal(0, 0.15, count)
    bends = own.normal(0, 0.05, count) + lie.normal(0, 0.02, count)
    lengths = own.uniform(*_HAIR_MM, count)
    widths = own.uniform(*_HAIR_WIDTH_MM, count)
    for root, heading, bend, length, wide in zip(roots, headings, bends, lengths, widths, strict=True):
        turns = heading + bend * np.arange(16)
        steps = np.stack([np.cos(turns), np.sin(turns)], -1) * (length / 16 * scale)
        path = np.rint((root + np.cumsum(steps, axis=0)) * 16).astype(np.int32)
        thick = max(round(wide * scale), 1)
        cv2.polylines(mask, [path], isClosed=False, color=255, thickness=thick, lineType=cv2.LINE_AA, shift=4)
    share = cv2.resize(mask, (cols, rows), interpolation=cv2.INTER_AREA).astype(np.float32) * np.float32(0.9 / 255)
    return Coat("hair", share, _HAIR_LIGHT[fair])


def pen(visit: int, size: tuple[int, int], px_per_mm: float, box: tuple[int, int, int, int]) -> Coat:
    """A ring around the lesion and a number beside it, drawn anew at every visit.

    Args:
        visit: Seed of that day's drawing.
        size: Rows and columns of the canvas.
        px_per_mm: Its density.
        box: Of the lesion: x0, y0, x1, y1 in px.
    """
    rng = np.random.default_rng([visit, 13])
    mask = np.zeros(size, np.uint8)
    middle = np.array([box[0] + box[2], box[1] + box[3]]) / 2
    half = np.array([box[2] - box[0], box[3] - box[1]]) / 2 + rng.uniform(8, 10) * px_per_mm
    angle = np.linspace(0, rng.uniform(1.92, 2.05) * np.pi, 200) + rng.uniform(0, 2 * np.pi)
    wobble = 1 + 0.03 * np.sin(2 * angle + rng.uniform(0, 6)) + 0.02 * np.sin(3 * angle + rng.uniform(0, 6))
    ring = middle + half * np.stack([np.cos(angle), np.sin(angle)], -1) * wobble[:, None]
    thick = max(round(float(rng.uniform(0.9, 1.5)) * px_per_mm), 1)
    path = np.rint(ring * 16).astype(np.int32)
    cv2.polylines(mask, [path], isClosed=False, color=255, thickness=thick, lineType=cv2.LINE_AA, shift=4)
    at = round(float(middle[0] - 4 * px_per_mm)), round(float(middle[1] + half[1] + 9 * px_per_mm))
    number, letters = str(int(rng.integers(1, 30))), 0.22 * px_per_mm
    cv2.putText(mask, number, at, cv2.FONT_HERSHEY_SCRIPT_SIMPLEX, letters, 255, thick, cv2.LINE_AA)
    soft = cv2.GaussianBlur(mask, (0, 0), 0.08 * px_per_mm).astype(np.float32) / np.float32(255)
    rough = 0.88 + 0.12 * smooth(rng, size[0], size[1], 0.5 * px_per_mm)
    return Coat("pen", np.clip(soft * rough, 0, 1).astype(np.float32), _INK)
