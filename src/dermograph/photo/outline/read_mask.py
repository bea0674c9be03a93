"""An outline from a mask: a picture of the photograph's size, white where the lesion is."""

from __future__ import annotations

import io
from typing import NoReturn

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile

from dermograph.core.errors import NOTHING, InputError, Place
from dermograph.core.text import Text
from dermograph.photo.outline.check import MOST_PARTS
from dermograph.photo.outline.outline import Outline
from dermograph.photo.outline.walk import walk

_SPECK = 0.01  # parts and holes smaller than this share of the largest part are a slip of the brush
_GREY = 0.02  # of all pixels may be neither black nor white, as the soft edge of a brush is
_MODES = frozenset({"1", "L", "LA", "P", "PA", "RGB", "RGBA"})


def outline_of_mask(data: bytes, width: int, height: int, file: str | None = None) -> Outline:
    """The outline around the white parts of a mask, along the edges of its pixels.

    Parts that touch at a corner only are two. Specks and pinholes below 1 % of the largest part are left out and
    filled; a larger hole is refused, as an outline has no holes.

    Args:
        data: A PNG of 8 bits, black and white, or its alpha channel where the colours are all alike.
        width: Columns of the photograph.
        height: Rows of the photograph.
        file: What errors call it.

    Raises:
        InputError: If it is no such picture, of another size, empty, all white, or has a hole.
    """
    white = _white(data, width, height, file)
    if not white.any():
        _refuse(Text("The mask is empty.", "La máscara está vacía."), file, _WHITE)
    if white.all():
        _refuse(Text("The mask is white all over.", "La máscara es blanca en su totalidad."), file, _WHITE)
    _, labels, stats, _ = cv2.connectedComponentsWithStats(white.astype(np.uint8), connectivity=4)
    sizes = stats[1:, cv2.CC_STAT_AREA]
    largest = int(sizes.max())
    keep = np.flatnonzero(sizes >= max(_SPECK * largest, 4)) + 1
    if not 1 <= len(keep) <= MOST_PARTS:
        _refuse(Text("The mask holds no lesion but specks.", "La máscara no contiene más que motas."), file)
    parts = []
    for label in keep.tolist():
        x, y, w, h = (int(stats[label, column]) for column in range(4))
        part = np.pad(labels[y : y + h, x : x + w] == label, 1)
        parts.append(walk(_filled(part, _SPECK * largest, file)) + np.array([x - 1, y - 1]))
    return Outline(tuple(parts))


def _white(data: bytes, width: int, height: int, file: str | None) -> NDArray[np.bool_]:
    """The mask as truth, its size checked before it is unpacked."""
    size = int.from_bytes(data[16:20]), int.from_bytes(data[20:24])  # PNG (ISO/IEC 15948) 11.2.2: IHDR comes first
    if len(data) > 24 and size != (width, height):
        _refuse(
            Text(
                f"The mask has {size[0]} x {size[1]} px, the photograph {width} x {height}.",
                f"La máscara tiene {size[0]} x {size[1]} px; la fotografía, {width} x {height}.",
            ),
            file,
        )
    ImageFile.LOAD_TRUNCATED_IMAGES = False  # of the whole process: WeasyPrint, for one, asks for half pictures
    try:
        with Image.open(io.BytesIO(data), formats=("PNG",)) as picture:
            if picture.mode not in _MODES:
                _refuse(Text("The mask must have 8 bits.", "La máscara debe ser de 8 bits."), file)
            bands = np.asarray(picture.convert("RGBA" if "A" in picture.mode else "RGB"))
    except (OSError, ValueError, SyntaxError, EOFError, Image.DecompressionBombError) as error:
        damaged = Text(
            "The mask cannot be read; the PNG is damaged.", "No se puede leer la máscara; el PNG está dañado."
        )
        raise InputError(damaged, Place(file)) from error
    grey = bands[..., :3].max(axis=-1)
    if bands.shape[-1] == 4 and grey.min() == grey.max():
        grey = bands[..., 3]
    soft = (grey > 16) & (grey < 239) if grey.max() > 1 else grey > 1
    if float(soft.mean()) > _GREY:
        _refuse(
            Text(
                "The mask is not black and white; is it a photograph?",
                "La máscara no es en blanco y negro; ¿es una foto?",
            ),
            file,
            _WHITE,
        )
    white: NDArray[np.bool_] = grey > int(grey.max()) // 2
    return white


def _filled(part: NDArray[np.bool_], pinhole: float, file: str | None) -> NDArray[np.bool_]:
    """One part without its pinholes; a part has a margin of one pixel all around."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats((~part).astype(np.uint8), connectivity=8)
    holes = [label for label in range(1, count) if label != labels[0, 0]]
    if any(stats[label, cv2.CC_STAT_AREA] > pinhole for label in holes):
        _refuse(
            Text(
                "The mask has a hole; an outline cannot have one.",
                "La máscara tiene un hueco; un contorno no lo admite.",
            ),
            file,
            Text("Fill it, or split the lesion into parts.", "Rellénelo, o divida la lesión en partes."),
        )
    return part | np.isin(labels, holes)


def _refuse(what: Text, file: str | None, todo: Text = NOTHING) -> NoReturn:
    raise InputError(what, Place(file), todo)


_WHITE = Text(
    "Paint the lesion white on black, in a picture of the photograph's size.",
    "Pinte la lesión en blanco sobre negro, en una imagen del tamaño de la fotografía.",
)
