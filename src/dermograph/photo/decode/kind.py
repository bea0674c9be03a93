"""What kind of file it is, from its first bytes: so that what is not read is refused by its name."""

from __future__ import annotations

from dermograph.core.text import Text
from dermograph.photo.decode.refuse import AGAIN, KINDS, refused

_OTHERS: tuple[tuple[bytes, str], ...] = (
    (b"%PDF", "PDF"),
    (b"GIF8", "GIF"),
    (b"BM", "BMP"),
    (b"8BPS", "Photoshop"),
    (b"PK\x03\x04", "ZIP"),
    (b"\x00\x00\x01\x00", "icon"),
    (b"\xff\x0a", "JPEG XL"),
    (b"\x00\x00\x00\x0cJXL ", "JPEG XL"),
    (b"\x00\x00\x00\x0cjP  ", "JPEG 2000"),
    (b"FUJIFILMCCD-RAW", "camera raw"),
)
_READ = (b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"II*\x00", b"MM\x00*", b"II+\x00", b"MM\x00+")
_RAW_AT_8 = (b"CR\x02\x00",)
_TEXT_LOOKED_AT = 1024
_HALF = 0.5


def check_kind(data: bytes, name: str) -> None:
    """Refuse what is not a photograph of a kind that is read.

    Args:
        data: The whole file.
        name: What to call it in messages.

    Raises:
        InputError: If the file is empty, or begins like something else.
    """
    if not data:
        raise refused(name, Text("The file is empty.", "El archivo está vacío."), AGAIN)
    kind = _other(data)
    if kind is not None:
        raise refused(
            name,
            Text(
                f"The file is not a photograph that is read here but {kind}.",
                f"El archivo no es una fotografía que se pueda leer aquí, sino {kind}.",
            ),
            KINDS,
        )
    if not _is_read(data):
        raise refused(name, Text("The file is not a photograph.", "El archivo no es una fotografía."), KINDS)
    if not data.strip(b"\0"):
        raise refused(name, Text("The file holds nothing but zeros.", "El archivo solo contiene ceros."), AGAIN)


def _is_read(data: bytes) -> bool:
    """Whether a file begins as one of the formats that are read."""
    is_webp = data[:4] == b"RIFF" and data[8:12] == b"WEBP"
    return data.startswith(_READ) or is_webp or data[4:8] == b"ftyp"


def _other(data: bytes) -> str | None:
    """The name of a known kind of file that is not read; None if it is none of them."""
    if data[8:12] in _RAW_AT_8:
        return "camera raw"
    if data[4:8] == b"ftyp" and data[8:11] == b"avi":
        return "AVIF"
    if data[4:8] == b"ftyp" and data[8:11] == b"crx":
        return "camera raw"
    if data[4:8] == b"ftyp" and data[8:11] in (b"iso", b"mp4", b"qt ", b"M4V"):
        return "video"
    if b"<svg" in data[:_TEXT_LOOKED_AT].lower():
        return "SVG"
    return next((kind for start, kind in _OTHERS if data.startswith(start)), None)
