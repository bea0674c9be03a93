"""Smaller copies of a photograph, to look at and never to measure in."""

from __future__ import annotations

import cv2

from dermograph.photo.image import Photograph

PREVIEW_PX, THUMBNAIL_PX = 1600, 320  # long sides
_QUALITY = 86


def preview(photograph: Photograph, longest_px: int) -> bytes:
    """A smaller copy as a JPEG file: upright, sRGB, without any metadata.

    Args:
        photograph: As it was read.
        longest_px: Long side of the copy at most; a smaller photograph keeps its size.
    """
    scale = min(1.0, longest_px / max(photograph.width, photograph.height))
    size = max(1, round(photograph.width * scale)), max(1, round(photograph.height * scale))
    small = photograph.rgb if scale == 1 else cv2.resize(photograph.rgb, size, interpolation=cv2.INTER_AREA)
    ok, data = cv2.imencode(".jpg", cv2.cvtColor(small, cv2.COLOR_RGB2BGR), [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    if not ok:
        msg = f"a picture of {size} cannot be written as JPEG"
        raise RuntimeError(msg)
    return data.tobytes()
