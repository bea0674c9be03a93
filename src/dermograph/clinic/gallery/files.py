"""What a file is that somebody sent: told by its content, never by its name or by what the browser calls it."""

from __future__ import annotations

import datetime as dt
import re
import threading
from dataclasses import dataclass

from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text
from dermograph.photo.image import Photograph, read_photograph_bytes
from dermograph.photo.preview import PREVIEW_PX, THUMBNAIL_PX, preview

LONGEST_NAME = 200
_SIGNS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"II+\x00", "image/tiff"),
    (b"MM\x00+", "image/tiff"),
)
ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "image/tiff": "tif", "image/webp": "webp", "image/heic": "heic"}
_HEAD, _TAIL = 1024, 66_000  # bytes in which readers of PDF and of ZIP look for their sign
_ZIP_END = b"PK\x05\x06"
_PAGE = re.compile(rb"<\s*(!doctype\s+html|html|script|svg|iframe|\?php)[\s>]", re.IGNORECASE)
# A decoded photograph takes up to 360 MB: two at once are enough for one process.
_ROOM = threading.BoundedSemaphore(2)


@dataclass(frozen=True, slots=True)
class Received:
    """A file that is one whole photograph.

    Attributes:
        data: As it came.
        name: As it is shown.
        kind: Such as ``image/jpeg``.
        width, height: Upright, px.
        camera_day: The day by the camera's clock; None where the file does not say.
        preview, thumbnail: Smaller copies, JPEG.
    """

    data: bytes
    name: str
    kind: str
    sha256: str
    width: int
    height: int
    camera_day: dt.date | None
    preview: bytes
    thumbnail: bytes


def received(data: bytes, name: str) -> Received:
    """Read a file that was sent.

    Args:
        data: The whole file.
        name: As the browser calls it; never used as the name of a file.

    Raises:
        InputError: If it is not one whole photograph, or is something else as well.
    """
    name = plain_name(name)
    check_one_face(data, name)
    with _ROOM:
        photograph: Photograph = read_photograph_bytes(data, name)
        large = preview(photograph, PREVIEW_PX)
        small = preview(photograph, THUMBNAIL_PX)
    return Received(
        data=data,
        name=name,
        kind=kind_of(data),
        sha256=photograph.sha256,
        width=photograph.width,
        height=photograph.height,
        camera_day=photograph.taken_at.date() if photograph.taken_at else None,
        preview=large,
        thumbnail=small,
    )


def plain_name(name: str) -> str:
    """A file's name as it may be shown and sent: its last part, without what is not printable, cut short."""
    last = re.split(r"[/\\]", name)[-1]
    shown = "".join(char if char.isprintable() else "·" for char in last).strip(" .")
    if len(shown) > LONGEST_NAME:
        stem, dot, ending = shown.rpartition(".")
        kept = ending if dot and len(ending) <= 5 else ""
        shown = (stem or shown)[: LONGEST_NAME - len(kept) - 2] + ("…." + kept if kept else "…")
    return shown or "photograph"


def kind_of(data: bytes) -> str:
    """The kind of a file that has been read as a photograph."""
    for sign, kind in _SIGNS:
        if data.startswith(sign):
            return kind
    return "image/webp" if data[8:12] == b"WEBP" else "image/heic"


def check_one_face(data: bytes, name: str) -> None:
    """Refuse a photograph that is also a document, an archive or a page to the program that opens it.

    Raises:
        InputError: If it is.
    """
    head, tail = data[:_HEAD], data[-_TAIL:]
    other = None
    if b"%PDF-" in head[1:]:
        other = "PDF"
    elif _ZIP_END in tail and data[:2] != b"PK":
        other = "ZIP"
    elif _PAGE.search(head) or _PAGE.search(data[-_HEAD:]):
        other = "HTML"
    if other and kind_is_picture(data):
        raise InputError(
            Text(
                f"The file is a picture and at the same time {other}: such files hide something.",
                f"El archivo es una imagen y a la vez {other}: esos archivos esconden algo.",
            ),
            Place(file=name),
            Text("Send the file as the camera wrote it.", "Envíe el archivo tal como lo escribió la cámara."),
        )


def kind_is_picture(data: bytes) -> bool:
    """Whether a file begins as one of the pictures that are read; anything else is refused by its name later."""
    return data.startswith(tuple(sign for sign, _ in _SIGNS)) or data[:4] == b"RIFF" or data[4:8] == b"ftyp"
