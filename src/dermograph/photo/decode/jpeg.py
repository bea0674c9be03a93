"""Whether a JPEG file is whole. Decoders fill what is missing with grey and say nothing that a caller can read."""

from __future__ import annotations

import re
from collections.abc import Iterator

import cv2
import numpy as np
from numpy.typing import NDArray

_END, _SCAN = 0xD9, 0xDA
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_PROGRESSIVE = frozenset({0xC2, 0xC6, 0xCA, 0xCE})
_ALONE = frozenset({0x00, 0x01, *range(0xD0, 0xD9)})
# A marker inside coded data: 0xFF and anything but a stuffed zero, a restart or a fill byte.
_MARKER = re.compile(rb"\xff[^\x00\xd0-\xd7\xff]", re.DOTALL)
_COEFFICIENTS = 64
_UNSENT = 14  # above any bit position
_BLOCK_PX = 16
_FILL = 128  # what libjpeg makes of blocks that never came

Segment = tuple[int, bytes]


def is_whole(data: bytes) -> bool:
    """Whether the coded data of the first picture in a JPEG file run to its end marker, with every scan in it.

    A file cut inside a scan has no end marker; a progressive one that was cut and closed again lacks scans.

    Args:
        data: The file, which starts with a JPEG start marker. What follows the first picture is not looked at.
    """
    parts: list[int] = []
    is_progressive = False
    left: dict[int, list[int]] = {}
    for marker, body in _segments(data):
        if marker == _END:
            return bool(parts) and all(max(left.get(part, [_UNSENT])) == 0 for part in parts)
        if marker in _FRAMES and len(body) > 5:
            is_progressive = marker in _PROGRESSIVE
            parts = list(body[6 : 6 + 3 * body[5] : 3])
        elif marker == _SCAN and body:
            _note_scan(body, left, is_progressive=is_progressive)
    return False


def jpeg_pixels(data: bytes) -> NDArray[np.uint8] | None:
    """The pixels of a JPEG file as they lie in it: not turned, no colour profile applied.

    OpenCV decodes, because it writes into the array that is returned; Pillow's picture would need to be copied twice.

    Returns:
        ``(h, w, 3)``; None if they cannot be decoded or the last of them were never sent.
    """
    try:
        rgb = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR_RGB | cv2.IMREAD_IGNORE_ORIENTATION)
    except cv2.error:
        return None
    # OpenCV's types promise an array; it returns None for what it cannot decode.
    if rgb is None or rgb.dtype != np.uint8 or (rgb[-_BLOCK_PX // 2 :, -_BLOCK_PX // 2 :] == _FILL).all():
        return None
    return np.asarray(rgb, np.uint8)


def _segments(data: bytes) -> Iterator[Segment]:
    """Each marker with what belongs to it, up to the end marker or to where the file breaks off."""
    at = 2
    while (at := data.find(b"\xff", at)) >= 0 and at + 1 < len(data):
        marker = data[at + 1]
        if marker == 0xFF:
            at += 1
            continue
        at += 2
        if marker == _END:
            yield marker, b""
            return
        if marker in _ALONE:
            continue
        length = int.from_bytes(data[at : at + 2], "big")
        yield marker, data[at + 2 : at + length]
        at += max(length, 2)
        if marker == _SCAN:
            found = _MARKER.search(data, at)
            if found is None:
                return
            at = found.start()


def _note_scan(body: bytes, left: dict[int, list[int]], *, is_progressive: bool) -> None:
    """Enter into ``left``, for each component, the lowest bit of each coefficient that has not been sent yet."""
    count = body[0]
    if len(body) < 4 + 2 * count:
        return
    first, last, bits = body[1 + 2 * count : 4 + 2 * count]
    if not is_progressive:
        first, last, bits = 0, _COEFFICIENTS - 1, 0
    for part in body[1 : 1 + 2 * count : 2]:
        unsent = left.setdefault(part, [_UNSENT] * _COEFFICIENTS)
        for place in range(first, min(last, _COEFFICIENTS - 1) + 1):
            unsent[place] = bits & 0x0F
