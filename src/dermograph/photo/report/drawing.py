"""What is drawn on and around the pictures: outline, ring, scale bar, captions."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from dermograph.core.text import Language
from dermograph.photo.outline.outline import Outline
from dermograph.photo.report.figures import nice_below, number
from dermograph.photo.report.heat import HeatMap, colours
from dermograph.photo.report.rendering import SURROUND, Mask, Rgb
from dermograph.photo.report.window import Window

WHITE, DARK, PALE = (255, 255, 255), (24, 24, 24), (205, 205, 205)
TEXT_PX, SMALL_PX = 22, 18
_BAR_SHARE = 0.22  # of the picture's width, at most
_PAD = 16
_LINE = 30


@dataclass(frozen=True, slots=True)
class Bar:
    """A scale bar.

    Attributes:
        mm: Its length on the skin.
        px: Its length in the picture.
    """

    mm: float
    px: float

    def says(self, language: Language) -> str:
        """Its length in words."""
        return f"{number(self.mm, 0 if self.mm >= 1 else 1, language)} mm"


def scale_bar(window: Window) -> Bar | None:
    """The longest round length that takes about a fifth of the picture's width; None without a scale."""
    if window.mm_per_px is None:
        return None
    most = _BAR_SHARE * window.columns * window.mm_per_px
    mm = nice_below(most)
    return Bar(mm, mm / window.mm_per_px)


def with_lines(picture: Rgb, window: Window, outline: Outline | None, ring: Mask | None = None) -> Rgb:
    """A picture with the lesion's outline as a thin line and the ring of adjacent skin as a thin dashed one.

    Args:
        picture: Not changed.
        window: What it shows.
        outline: In px of the photograph; None draws none.
        ring: ``(rows, columns)`` of the picture; None draws none.
    """
    drawn = picture.copy()
    for part in () if outline is None else outline.lesion:
        _line(drawn, window.picture_xy(part))
    if ring is not None:
        contours, _ = cv2.findContours(ring.astype(np.uint8), cv2.RETR_CCOMP, cv2.CHAIN_APPROX_NONE)
        for contour in contours:
            _dashes(drawn, contour[:, 0, :].astype(np.float64))
    return drawn


def framed(picture: Rgb, caption: list[str], bar: Bar | None, language: Language) -> Rgb:
    """A picture on neutral mid-grey with lines of words and a scale bar below it."""
    rows, columns = picture.shape[:2]
    below = max(len(caption), 1) * _LINE + _PAD + (34 if bar else 0)
    canvas: Rgb = np.full((rows + 2 * _PAD + below, columns + 2 * _PAD, 3), SURROUND, np.uint8)
    canvas[_PAD : _PAD + rows, _PAD : _PAD + columns] = picture
    y = rows + 2 * _PAD
    if bar is not None:
        cv2.rectangle(canvas, (_PAD, y + 6), (_PAD + round(bar.px), y + 12), WHITE, -1)
        write(canvas, bar.says(language), (_PAD + round(bar.px) + 10, y + 17), SMALL_PX)
        y += 34
    for index, line in enumerate(caption):
        write(canvas, line, (_PAD, y + 20 + index * _LINE), TEXT_PX if index == 0 else SMALL_PX)
    return canvas


def beside(one: Rgb, other: Rgb) -> Rgb:
    """Two framed pictures side by side, filled up to one height."""
    rows = max(one.shape[0], other.shape[0])
    canvas: Rgb = np.full((rows, one.shape[1] + other.shape[1], 3), SURROUND, np.uint8)
    canvas[: one.shape[0], : one.shape[1]] = one
    canvas[: other.shape[0], one.shape[1] :] = other
    return canvas


def above(one: Rgb, other: Rgb) -> Rgb:
    """Two pictures, the first above the second, filled up to one width."""
    columns = max(one.shape[1], other.shape[1])
    canvas: Rgb = np.full((one.shape[0] + other.shape[0], columns, 3), SURROUND, np.uint8)
    canvas[: one.shape[0], : one.shape[1]] = one
    canvas[one.shape[0] :, : other.shape[1]] = other
    return canvas


def key(heat: HeatMap, columns: int, language: Language) -> Rgb:
    """The colour scale of a heat map: hollow up to the limit, then its colours, with figures."""
    canvas: Rgb = np.full((64, columns, 3), SURROUND, np.uint8)
    left, width = _PAD, min(columns - 2 * _PAD - 70, 420)
    at_limit = left + round(width * heat.limit / heat.top)
    ramp = colours(np.linspace(0, 1, width))[at_limit - left :]
    canvas[6:24, at_limit : left + width] = ramp[None]
    cv2.rectangle(canvas, (left, 6), (left + width, 23), WHITE, 1)
    cv2.line(canvas, (at_limit, 2), (at_limit, 28), WHITE, 2)
    write(canvas, "0", (left, 48), SMALL_PX)
    write(canvas, number(heat.limit, 1, language), (at_limit - 12, 48), SMALL_PX)
    write(canvas, f"{number(heat.top, 0, language)} ΔE00", (left + width - 14, 48), SMALL_PX)
    return canvas


def write(canvas: Rgb, text: str, at: tuple[int, int], size_px: int) -> None:
    """Words on a picture, in place, with the accents that Spanish needs; ``at`` is the start of the base line."""
    cv2.putText(canvas, text, at, WHITE, cv2.FontFace("sans"), size_px, 400)


def text_width(text: str, size_px: int) -> int:
    """How many pixels words take."""
    return int(cv2.getTextSize((10, 10), text, (0, 0), cv2.FontFace("sans"), size_px, 400)[2])


def fitted(lines: list[str], width: int) -> list[str]:
    """Lines of words broken between words so that each fits a width, px."""
    found: list[str] = []
    for line in lines:
        current = ""
        for word in line.split():
            longer = f"{current} {word}".strip()
            if current and text_width(longer, TEXT_PX) > width:
                found.append(current)
                current = word
            else:
                current = longer
        found.append(current)
    return found


def _line(canvas: Rgb, corners: NDArray[np.float64]) -> None:
    """A closed line, light on a dark edge, so that it shows on every skin."""
    sixteenths = 4
    fixed = [np.rint(corners * 2**sixteenths).astype(np.int32)]
    cv2.polylines(canvas, fixed, True, DARK, 3, cv2.LINE_AA, sixteenths)
    cv2.polylines(canvas, fixed, True, WHITE, 1, cv2.LINE_AA, sixteenths)


def _dashes(canvas: Rgb, corners: NDArray[np.float64]) -> None:
    for start in range(0, len(corners) - 8, 16):
        piece = [np.rint(corners[start : start + 8]).astype(np.int32)]
        cv2.polylines(canvas, piece, False, DARK, 2, cv2.LINE_AA)
        cv2.polylines(canvas, piece, False, PALE, 1, cv2.LINE_AA)
