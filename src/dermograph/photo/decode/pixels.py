"""The pixels of a photograph's file."""

from __future__ import annotations

import io
import threading
import warnings
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFile, TiffImagePlugin

from dermograph.core.errors import InputError
from dermograph.core.text import Text
from dermograph.photo.decode.about import About, about
from dermograph.photo.decode.deep import deep_bits, deep_pixels, reduced
from dermograph.photo.decode.heic import heic_picture, is_heic
from dermograph.photo.decode.jpeg import is_whole, jpeg_pixels
from dermograph.photo.decode.kind import check_kind
from dermograph.photo.decode.profile import apply_profile
from dermograph.photo.decode.refuse import EXPORT, check_size, damaged, refused, too_large
from dermograph.photo.finding import Finding

_SUBFILE, _DNG_VERSION = 254, 50706  # TIFF tags; bit 0 of the first: a smaller copy of another picture
_FORMATS = ("JPEG", "PNG", "TIFF", "WEBP")
_JPEG = frozenset({"JPEG", "MPO"})
_ROWS = 256  # rows copied at a time
_GREY_MODES = frozenset({"1", "L", "LA", "La"})
_SEEN_THROUGH = frozenset({"RGBA", "RGBa", "LA", "La", "PA"})
_COLOUR_MODES = frozenset({"RGB", "P", "YCbCr"})
_TURNED = {
    3: cv2.ROTATE_180,
    5: cv2.ROTATE_90_COUNTERCLOCKWISE,
    6: cv2.ROTATE_90_CLOCKWISE,
    7: cv2.ROTATE_90_CLOCKWISE,
    8: cv2.ROTATE_90_COUNTERCLOCKWISE,
}
_MIRRORED = {2: 1, 4: 0, 5: 0, 7: 0}  # EXIF orientation: the axis that OpenCV flips after turning
# Pillow warns of odd files, and Python's way to keep a warning quiet is not safe from two threads at once.
_QUIET = threading.Lock()

_PALETTE = Finding(
    "palette",
    passed=False,
    says=Text("The picture holds at most 256 different colours.", "La imagen tiene como máximo 256 colores distintos."),
    todo=Text("Give the original photograph.", "Use la fotografía original."),
)
_SEE_THROUGH = Finding(
    "transparency",
    passed=False,
    says=Text(
        "Parts of the picture are transparent; they are shown black and not measured as skin.",
        "Partes de la imagen son transparentes; se muestran en negro y no se miden como piel.",
    ),
    todo=Text("Give the original photograph.", "Use la fotografía original."),
)


@dataclass(frozen=True, slots=True, eq=False)
class Decoded:
    """What a file holds.

    Attributes:
        rgb: ``(h, w, 3)``, upright, sRGB-encoded.
        about: What its EXIF says.
        findings: What was noticed.
    """

    rgb: NDArray[np.uint8]
    about: About
    findings: tuple[Finding, ...]


def decoded(data: bytes, name: str) -> Decoded:
    """Decode a file of any kind that is read.

    Args:
        data: The whole file.
        name: What to call it in messages.

    Raises:
        InputError: If it is not one whole photograph of a size that is read.
    """
    check_kind(data, name)
    with _QUIET, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        ImageFile.LOAD_TRUNCATED_IMAGES = False  # of the whole process: WeasyPrint, for one, asks for half pictures
        try:
            if is_heic(data):
                rgb, said, icc, noticed = heic_picture(data, name)
            else:
                rgb, said, icc, noticed = _picture(data, name)
        except InputError:
            raise
        except Image.DecompressionBombError:
            raise too_large(name) from None
        except Exception as error:  # decoders raise whatever the bytes lead to
            raise damaged(name) from error
    profile = apply_profile(rgb, icc)
    return Decoded(_upright(rgb, said.orientation), said, noticed + profile)


def _picture(data: bytes, name: str) -> tuple[NDArray[np.uint8], About, bytes | None, tuple[Finding, ...]]:
    """Pixels as they lie in the file, EXIF, colour profile and findings of anything but HEIC."""
    with Image.open(io.BytesIO(data), formats=_FORMATS) as picture:
        check_size(name, *picture.size, len(data))
        _check_single(picture, name)
        icc = picture.info.get("icc_profile")
        if picture.format in _JPEG:
            if picture.mode not in ("L", "RGB"):
                raise _not_rgb(name, picture.mode)
            rgb = jpeg_pixels(data) if is_whole(data) else None
            if rgb is None or rgb.shape[1::-1] != picture.size:
                raise damaged(name)
            return rgb, about(picture), icc, ()
        bits = deep_bits(picture, data)
        if bits > 8:
            said = about(picture)
            # OpenCV turns a TIFF by its own tag, whatever flag it is given, and leaves the EXIF of a PNG alone.
            said = replace(said, orientation=1) if picture.format == "TIFF" else said
            return deep_pixels(picture, data, name), said, icc, (reduced(bits),)
        picture.load()
        rgb, noticed = _colours(picture, name)
        # Read after loading: a PNG may keep its EXIF behind the pixels, and Pillow turns a TIFF while loading it.
        return rgb, about(picture), icc, noticed


def _colours(picture: Image.Image, name: str) -> tuple[NDArray[np.uint8], tuple[Finding, ...]]:
    """The pixels of a loaded picture of 8 bits, whatever its mode."""
    noticed: tuple[Finding, ...] = (_PALETTE,) if picture.mode in ("P", "PA") else ()
    if picture.mode in _SEEN_THROUGH or "transparency" in picture.info:
        whole = picture.convert("RGBA")
        if whole.getchannel("A").getextrema() != (255, 255):
            ground = Image.new("RGBA", whole.size, (0, 0, 0, 255))
            ground.alpha_composite(whole)
            whole, noticed = ground, (*noticed, _SEE_THROUGH)
        return _copied(whole.convert("RGB")), noticed
    if picture.mode not in _GREY_MODES | _COLOUR_MODES:
        raise _not_rgb(name, picture.mode)
    return _copied(picture), noticed


def _copied(picture: Image.Image) -> NDArray[np.uint8]:
    """A picture as an array, a few rows at a time: Pillow would hold two more copies of the whole."""
    width, height = picture.size
    rgb = np.empty((height, width, 3), np.uint8)
    for top in range(0, height, _ROWS):
        rows = picture.crop((0, top, width, min(height, top + _ROWS)))
        rgb[top : top + _ROWS] = np.asarray(rows if rows.mode == "RGB" else rows.convert("RGB"))
    return rgb


def _check_single(picture: Image.Image, name: str) -> None:
    """Refuse what holds several pictures. The second picture of a phone's JPEG is its depth or brightness map."""
    if isinstance(picture, TiffImagePlugin.TiffImageFile) and _is_raw(picture):
        raise refused(name, Text("The file is camera raw.", "El archivo es un RAW de cámara."), EXPORT)
    count = getattr(picture, "n_frames", 1)
    if count > 1 and picture.format not in _JPEG:
        raise refused(
            name,
            Text(
                f"The file holds {count} pictures, an animation or pages.",
                f"El archivo contiene {count} imágenes: una animación o varias páginas.",
            ),
            Text("Export the one photograph as JPEG.", "Exporte solo la fotografía como JPEG."),
        )


def _is_raw(picture: TiffImagePlugin.TiffImageFile) -> bool:
    """Whether a TIFF is a camera's raw file, whose first picture is its thumbnail."""
    return _DNG_VERSION in picture.tag_v2 or bool(int(picture.tag_v2.get(_SUBFILE, 0)) & 1)


def _not_rgb(name: str, mode: str) -> InputError:
    """The error for colours that are not light from a screen: what they look like depends on a press."""
    if mode == "CMYK":
        says = Text("The picture is in CMYK, colours for printing.", "La imagen está en CMYK, colores de imprenta.")
    else:
        says = Text(f"The picture is not in RGB but in {mode}.", f"La imagen no está en RGB sino en {mode}.")
    return refused(name, says, EXPORT)


def _upright(rgb: NDArray[np.uint8], orientation: int) -> NDArray[np.uint8]:
    """Pixels as they lie in the file, turned as EXIF says."""
    if orientation in _TURNED:
        rgb = np.asarray(cv2.rotate(rgb, _TURNED[orientation]), np.uint8)
    if orientation in _MIRRORED:
        rgb = np.asarray(cv2.flip(rgb, _MIRRORED[orientation]), np.uint8)
    return rgb
