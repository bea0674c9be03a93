"""HEIC, the format of recent phones."""

from __future__ import annotations

from typing import Any

import numpy as np
import pillow_heif
from numpy.typing import NDArray
from PIL import Image

from dermograph.core.text import Text
from dermograph.photo.decode.about import About, about_exif
from dermograph.photo.decode.deep import reduced
from dermograph.photo.decode.refuse import EXPORT, check_size, damaged, refused
from dermograph.photo.finding import Finding

_STILLS = frozenset({b"heic", b"heix", b"heim", b"heis", b"mif1", b"mif2", b"mif3"})
_SEQUENCES = frozenset({b"hevc", b"hevx", b"hevm", b"hevs", b"msf1"})
# Colour primaries that are sRGB's, or not said. Source: ITU-T H.273, table 2.
_SRGB_PRIMARIES = frozenset({1, 2})
_OTHER_PRIMARIES = Finding(
    "colour_profile",
    passed=False,
    says=Text(
        "The file names colours other than sRGB without a colour profile; they are taken as sRGB.",
        "El archivo indica colores distintos de sRGB sin perfil de color; se toman como sRGB.",
    ),
    todo=Text("Export the photograph as sRGB.", "Exporte la fotografía en sRGB."),
)


def is_heic(data: bytes) -> bool:
    """Whether a file begins as HEIC does."""
    return data[4:8] == b"ftyp" and data[8:12] in _STILLS | _SEQUENCES


def heic_picture(data: bytes, name: str) -> tuple[NDArray[np.uint8], About, bytes | None, tuple[Finding, ...]]:
    """Pixels, EXIF, colour profile and findings of the main picture of a HEIC file.

    Returns:
        The pixels upright: the format says itself how to turn them, and its EXIF orientation does not count.

    Raises:
        InputError: If it is a film, of a size that is not read, or cannot be decoded.
    """
    if data[8:12] in _SEQUENCES:
        raise refused(
            name,
            Text("The file holds a film or a burst of pictures.", "El archivo contiene un vídeo o una ráfaga."),
            Text("Export the one photograph as JPEG.", "Exporte solo la fotografía como JPEG."),
        )
    heif = pillow_heif.open_heif(data, convert_hdr_to_8bit=True)
    picture = heif[heif.primary_index]
    check_size(name, *picture.size, len(data))
    info: dict[str, Any] = dict(picture.info)
    icc = info.get("icc_profile")
    pixels = np.asarray(picture)
    if pixels.shape[1::-1] != picture.size or pixels.dtype != np.uint8:
        raise damaged(name)
    bits = int(info.get("bit_depth", 8))
    noticed: tuple[Finding, ...] = (reduced(bits),) if bits > 8 else ()
    if not icc and _primaries(info) not in _SRGB_PRIMARIES:
        noticed = (*noticed, _OTHER_PRIMARIES)
    return _rgb(pixels, picture.mode, name), _about(info.get("exif")), icc, noticed


def _rgb(pixels: NDArray[np.uint8], mode: str, name: str) -> NDArray[np.uint8]:
    """Three channels that can be written to."""
    if mode == "RGB":
        return pixels if pixels.flags.writeable else pixels.copy()
    if mode not in ("L", "RGBA", "LA"):
        raise refused(
            name, Text(f"The picture is not in RGB but in {mode}.", f"La imagen no está en RGB sino en {mode}."), EXPORT
        )
    return np.asarray(Image.fromarray(pixels).convert("RGB")).copy()


def _about(exif: bytes | None) -> About:
    """What its EXIF says, but for the orientation."""
    if not exif:
        return About()
    try:
        block = Image.Exif()
        block.load(exif)
        said = about_exif(block)
    except Exception:  # noqa: BLE001 - Pillow raises whatever the bytes lead to
        return About()
    return About(taken_at=said.taken_at, camera=said.camera)


def _primaries(info: dict[str, Any]) -> int:
    """The number of the colour primaries that the file names; 2 if it names none."""
    return int((info.get("nclx_profile") or {}).get("color_primaries", 2))
