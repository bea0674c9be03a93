"""A card in pixels: to print from, and as the true colours that a phantom photographs."""

from __future__ import annotations

import io
import math
from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from dermograph.core.text import Language
from dermograph.photo.card.drawing import Drawing, Line, drawing
from dermograph.photo.card.inks import file_rgb
from dermograph.photo.card.pieces import PAPER_LAB, Lab, Layout
from dermograph.photo.colour.spaces import encoded, lab_to_xyz, linear, xyz_to_lab

MM_PER_INCH = 25.4
Cover = NDArray[np.float32]
_FINER = 4  # lettering is drawn this many times too large
_WEIGHTS = {False: 400, True: 700}  # of the variable typeface that OpenCV carries


def card_image(layout: Layout, serial: int | None, px_per_mm: float, language: Language = "en") -> NDArray[np.uint8]:
    """A card as its file tells the printer.

    A point at ``x_mm`` lies at ``x_mm * px_per_mm - 0.5`` px. Edges within a pixel are mixed in linear light.

    Args:
        layout: The kind of card.
        serial: Its number; None for a kind without one.
        px_per_mm: Resolution.
        language: Of its lettering.

    Returns:
        ``(height, width, 3)`` sRGB; bare paper is 255.
    """

    def light(lab: Lab) -> NDArray[np.float32]:
        value: NDArray[np.float32] = linear(np.array(file_rgb(lab)) / 255).astype(np.float32)
        return value

    canvas = np.empty((*_shape(layout, px_per_mm), 3), dtype=np.float32)
    canvas[:] = light(PAPER_LAB)
    drawn = drawing(layout, serial, language)
    for rows, columns, cover, lab in _covers(drawn, canvas.shape[:2], px_per_mm):
        canvas[rows, columns] += cover * (light(lab) - canvas[rows, columns])
    rgb: NDArray[np.uint8] = np.rint(np.clip(encoded(canvas), 0, 1) * 255).astype(np.uint8)
    return rgb


def card_lab(layout: Layout, serial: int | None, px_per_mm: float) -> NDArray[np.float32]:
    """The colours of a perfect print, paper and ink included.

    Returns:
        ``(height, width, 3)`` CIELAB under D50; pixels as in ``card_image``.
    """
    canvas = np.empty((*_shape(layout, px_per_mm), 3), dtype=np.float32)
    canvas[:] = lab_to_xyz(PAPER_LAB, "D50")
    for rows, columns, cover, lab in _covers(drawing(layout, serial), canvas.shape[:2], px_per_mm):
        canvas[rows, columns] += cover * (lab_to_xyz(lab, "D50").astype(np.float32) - canvas[rows, columns])
    return xyz_to_lab(canvas, "D50").astype(np.float32)


def png(layout: Layout, serial: int | None, dpi: int, language: Language) -> bytes:
    """A card as a PNG file that knows its size in millimetres and that it is sRGB."""
    marks = PngInfo()
    marks.add(b"sRGB", b"\x01")  # relative colorimetric: white is bare paper
    image = Image.fromarray(card_image(layout, serial, dpi / MM_PER_INCH, language))
    buffer = io.BytesIO()
    image.save(buffer, "PNG", dpi=(dpi, dpi), pnginfo=marks)
    return buffer.getvalue()


def _shape(layout: Layout, px_per_mm: float) -> tuple[int, int]:
    return max(1, round(layout.height_mm * px_per_mm)), max(1, round(layout.width_mm * px_per_mm))


def _covers(drawn: Drawing, shape: tuple[int, ...], px_per_mm: float) -> Iterator[tuple[slice, slice, Cover, Lab]]:
    """For each thing drawn: the rows and columns that it touches, how far it covers each pixel, and its colour."""
    for box in drawn.boxes:
        rows, down = _span(box.y_mm * px_per_mm, (box.y_mm + box.height_mm) * px_per_mm, shape[0])
        columns, across = _span(box.x_mm * px_per_mm, (box.x_mm + box.width_mm) * px_per_mm, shape[1])
        yield rows, columns, (down[:, None] * across)[..., None], box.lab_d50
    for line in drawn.lines:
        rows, columns, cover = _lettering(line, shape, px_per_mm)
        yield rows, columns, cover, line.lab_d50


def _span(start_px: float, end_px: float, length_px: int) -> tuple[slice, NDArray[np.float32]]:
    """The pixels between two edges, counted from the image's edge, and the share of each that lies between them."""
    start_px, end_px = max(start_px, 0.0), min(end_px, float(length_px))
    first, after = math.floor(start_px), math.ceil(end_px)
    left = np.arange(first, max(after, first))
    share = np.minimum(left + 1, end_px) - np.maximum(left, start_px)
    return slice(first, max(after, first)), share.astype(np.float32)


def _lettering(line: Line, shape: tuple[int, ...], px_per_mm: float) -> tuple[slice, slice, Cover]:
    """A line of text, drawn several times too large and averaged down, so that it stands right within a pixel."""
    fine = px_per_mm * _FINER
    size, weight, face = max(1, round(line.size_mm * fine)), _WEIGHTS[line.bold], cv2.FontFace("sans")
    _, _, length, _ = cv2.getTextSize((1, 1), line.words, (0, 0), face, size, weight)
    start_px = line.x_mm * fine - {"left": 0.0, "middle": length / 2, "right": length}[line.anchor]
    left, top = math.floor(start_px / _FINER) - 1, math.floor((line.y_mm * fine - size) / _FINER) - 1
    width, height = math.ceil((length + size) / _FINER) + 2, math.ceil(1.5 * size / _FINER) + 2
    ink = np.zeros((height * _FINER, width * _FINER), dtype=np.uint8)
    origin = (round(start_px) - left * _FINER, round(line.y_mm * fine) - top * _FINER)
    cv2.putText(ink, line.words, origin, (255,), face, size, weight)
    shrunk = cv2.resize(ink, (width, height), interpolation=cv2.INTER_AREA)[..., None]
    cover = np.divide(shrunk, 255, dtype=np.float32)
    y0, x0 = max(top, 0), max(left, 0)
    y1, x1 = max(y0, min(top + height, shape[0])), max(x0, min(left + width, shape[1]))
    return slice(y0, y1), slice(x0, x1), cover[y0 - top : y1 - top, x0 - left : x1 - left]
