"""Photographs of more than 8 bits a channel. Pillow cuts the lower bits of some and wraps those of others round."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import ExifTags, Image, TiffImagePlugin

from dermograph.core.text import Text
from dermograph.photo.decode.refuse import EXPORT, damaged, refused
from dermograph.photo.finding import Finding

_PNG_BITS_AT = 24  # in the header chunk, which is always the first
_ROWS = 256
_FULL_16 = 65535


def deep_bits(picture: Image.Image, data: bytes) -> int:
    """Bits a channel, from the header; 8 where the format has no others."""
    if picture.format == "PNG":
        return data[_PNG_BITS_AT]
    if isinstance(picture, TiffImagePlugin.TiffImageFile):
        bits = picture.tag_v2.get(ExifTags.Base.BitsPerSample, (1,))
        return max(bits) if isinstance(bits, tuple) else int(bits)
    return 8


def deep_pixels(picture: Image.Image, data: bytes, name: str) -> NDArray[np.uint8]:
    """The pixels of a PNG or TIFF of 16 bits, rounded to 8.

    Returns:
        ``(h, w, 3)``; grey is repeated, transparency is shown on black.

    Raises:
        InputError: If the numbers are not whole ones of 16 bits, or cannot be decoded.
    """
    try:
        deep = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    except cv2.error as error:
        raise damaged(name) from error
    if deep is None:
        raise damaged(name)
    if deep.dtype != np.uint16:
        raise refused(
            name,
            Text(
                f"The picture holds numbers of the kind {deep.dtype}, not 8 or 16 bits.",
                f"La imagen contiene números del tipo {deep.dtype}, no de 8 o 16 bits.",
            ),
            EXPORT,
        )
    if deep.shape[1::-1] != picture.size and deep.shape[:2] != picture.size:
        raise damaged(name)
    whole = np.asarray(deep[..., None] if deep.ndim == 2 else deep, np.uint16)
    rgb = np.empty((*whole.shape[:2], 3), np.uint8)
    for top in range(0, len(rgb), _ROWS):
        rgb[top : top + _ROWS] = _eight(whole[top : top + _ROWS])
    return rgb


def reduced(bits: int) -> Finding:
    """The finding for a photograph of more than 8 bits."""
    return Finding(
        "bit_depth",
        passed=True,
        says=Text(
            f"The photograph holds {bits} bits a channel and was read with 8.",
            f"La fotografía tiene {bits} bits por canal y se leyó con 8.",
        ),
        value=float(bits),
        unit="bit",
    )


def _eight(rows: NDArray[np.uint16]) -> NDArray[np.uint8]:
    """Rows of OpenCV's channel order to RGB of 8 bits, rounded: 65535 / 255 is 257."""
    channels = rows.shape[2]
    rgb = (rows[..., 2::-1] if channels >= 3 else rows[..., :1]).astype(np.uint32)
    if channels in (2, 4):
        rgb = (rgb * rows[..., -1:] + _FULL_16 // 2) // _FULL_16
    return np.broadcast_to((rgb + 128) // 257, (*rows.shape[:2], 3)).astype(np.uint8)
