"""From a photograph's file to the pixels of a DICOM file, and from those to an array."""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from dermograph.core.errors import InputError
from dermograph.core.text import Text
from dermograph.exchange.dicom.colour_profile import srgb_profile, without_its_maker
from dermograph.exchange.dicom.jpeg_stream import jpeg_stream
from dermograph.exchange.dicom.values import Lossy, Pixels
from dermograph.photo.decode.about import about
from dermograph.photo.image import Photograph

_JPEG_METHOD, _HEVC_METHOD = "ISO_10918_1", "ISO_23008_2"
_UPRIGHT = 1


def pixels_of(data: bytes, photo: Photograph, *, is_pseudonym: bool = False) -> Pixels:
    """The pixels of a photograph.

    A baseline JPEG that stands upright goes through as it is, its metadata left out; anything else as the RGB that
    this system measures.

    Args:
        data: The photograph's file.
        photo: The same file as ``photo.image`` read it: whole, upright, sRGB.
        is_pseudonym: Whether nothing of the device goes along: of its colour profile the colours alone, and where that
            cannot be, the pixels in sRGB.
    """
    kind, orientation, icc = _said(data)
    profiles = [one.passed for one in photo.findings if one.check == "colour_profile"]
    is_srgb = icc is None or False in profiles  # a broken profile was read as sRGB
    profile = srgb_profile() if is_srgb else without_its_maker(icc or b"") if is_pseudonym else icc
    stream = jpeg_stream(data) if kind == "JPEG" and orientation == _UPRIGHT else None
    if stream is not None and (stream.width, stream.height) == (photo.width, photo.height):
        ratio = stream.width * stream.height * stream.samples / len(stream.data)
        lossy = Lossy(_JPEG_METHOD, round(ratio, 2))
        if stream.samples == 1:
            return Pixels("jpeg", stream.data, stream.width, stream.height, 1, lossy)
        if profile is not None:
            return Pixels("jpeg", stream.data, stream.width, stream.height, 3, lossy, profile)
    done = [
        words
        for words, is_so in (
            ("decoded from JPEG", kind == "JPEG"),
            ("decoded from HEIC", kind == "HEIC"),
            ("turned upright", orientation != _UPRIGHT),
            (
                "colour profile converted to sRGB",
                True in profiles,
            ),
            ("reduced to 8 bits", any(one.check == "bit_depth" for one in photo.findings)),
        )
        if is_so
    ]
    rgb = np.ascontiguousarray(photo.rgb)
    return Pixels(
        "plain", rgb.tobytes(), photo.width, photo.height, 3, _lossy(kind, data, rgb), srgb_profile(), ", ".join(done)
    )


def rgb_of(pixels: Pixels) -> NDArray[np.uint8]:
    """The picture as it is shown.

    Returns:
        ``(h, w, 3)``, in the colours of ``pixels.icc``.

    Raises:
        InputError: If a JPEG stream cannot be decoded.
    """
    if pixels.encoding == "plain":
        rows = np.frombuffer(pixels.data, np.uint8).reshape(pixels.height, pixels.width, pixels.samples)
        return np.ascontiguousarray(np.repeat(rows, 3, axis=2) if pixels.samples == 1 else rows)
    try:
        with Image.open(io.BytesIO(pixels.data), formats=("JPEG",)) as picture:
            return np.asarray(picture.convert("RGB"), dtype=np.uint8)
    except Exception as error:  # Pillow raises whatever the bytes lead to
        raise InputError(
            Text("The JPEG picture in the file is damaged.", "La imagen JPEG del archivo está dañada.")
        ) from error


def _said(data: bytes) -> tuple[str, int, bytes | None]:
    """What kind of file it is, how EXIF says it is to be turned, and its colour profile."""
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "TIFF", "WEBP")) as picture:
            kind = "JPEG" if picture.format in ("JPEG", "MPO") else picture.format or ""
            turned = about(picture).orientation if kind == "JPEG" else _UPRIGHT
            return kind, turned, picture.info.get("icc_profile") or None
    except Exception:  # noqa: BLE001 (photo.image has read it whole; what Pillow does not open is HEIC)
        return "HEIC", _UPRIGHT, None


def _lossy(kind: str, data: bytes, rgb: NDArray[np.uint8]) -> Lossy | None:
    """How pixels that are sent plain were compressed before; None where the file does not say."""
    method = {"JPEG": _JPEG_METHOD, "HEIC": _HEVC_METHOD}.get(kind)
    return None if method is None else Lossy(method, round(rgb.size / len(data), 2))
