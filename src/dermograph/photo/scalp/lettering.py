"""Words in a picture, that stay with it wherever it goes."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Rgb = NDArray[np.uint8]
Colour = tuple[int, int, int]

_HEIGHT, _LEAST_PX = 0.04, 18  # of the picture's height
_LETTERS, _BASE = 0.6, 0.22  # of a line's height: the size of letters, and how far below the middle they stand
_SMALLEST = 0.75  # of the usual size: longer words go on in another line
_ROOM = 0.96  # of the width
_WEIGHT = 400
_DARK, _LIGHT = (24, 24, 24), (255, 255, 255)


def line_height(size: tuple[int, int]) -> int:
    """Rows of one line under a picture of such a width and height, px."""
    return max(round(_HEIGHT * size[1]), _LEAST_PX)


def letters_for(rows: int, share: float = 1.0) -> int:
    """The size of letters in a line of so many rows, or a share of it, px."""
    return max(round(_LETTERS * rows * share), 5)


def length_of(words: str, letters: int) -> int:
    """How long words are, px."""
    found = cv2.getTextSize((10, 10), words, (0, 0), cv2.FontFace("sans"), letters, _WEIGHT)
    return int(found[0] + found[2])


def write(canvas: Rgb, words: str, at: tuple[float, float], letters: int, colour: Colour) -> None:
    """Write words into a picture, which is changed.

    Args:
        canvas: ``(h, w, 3)``.
        words: One line, with every letter of both languages.
        at: Its left end, and the middle of its height.
        letters: Their size, px.
        colour: Of the words.
    """
    base = round(at[0]), round(at[1] + _BASE / _LETTERS * letters)
    cv2.putText(canvas, words, base, colour, cv2.FontFace("sans"), letters, _WEIGHT)


def band(size: tuple[int, int], words: str) -> Rgb:
    """A band to lay under a picture, ``(rows, width, 3)``: the words in one line if they fit, else in several.

    Args:
        size: Width and height of the picture, px.
        words: What it says.
    """
    width = size[0]
    rows, room = line_height(size), _ROOM * width
    share = min(1.0, max(_SMALLEST, room / max(length_of(words, letters_for(rows)), 1)))
    letters = letters_for(rows, share)
    lines = _broken(words, letters, room)
    while len(lines) > 1 and len(narrower := _broken(words, letters, room * 0.95)) == len(lines):
        lines, room = narrower, room * 0.95  # lines of about one length, and no word alone
    canvas = np.full((rows * len(lines), width, 3), _DARK, np.uint8)
    for number, line in enumerate(lines):
        write(canvas, line, (width * (1 - _ROOM) / 2, rows * (number + 0.5)), letters, _LIGHT)
    return canvas


def _broken(words: str, letters: int, room: float) -> list[str]:
    """Words in lines, each as long as it fits."""
    lines = [""]
    for word in words.split(" "):
        longer = f"{lines[-1]} {word}".lstrip()
        if lines[-1] and length_of(longer, letters) > room:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines
