"""Synthetic photographs as files."""

from __future__ import annotations

import cv2

from dermograph.photo.phantom.shots import PhantomPhoto


def jpeg(photo: PhantomPhoto, quality: int = 96) -> bytes:
    """A synthetic photograph as the JPEG file that a camera would write.

    Args:
        photo: The photograph.
        quality: Of the file, 1 to 100.
    """
    picture = cv2.cvtColor(photo.photograph.rgb, cv2.COLOR_RGB2BGR)
    return cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, quality])[1].tobytes()
