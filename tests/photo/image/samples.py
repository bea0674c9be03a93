"""Small valid files of every kind that is read, made in memory."""

from __future__ import annotations

import io
import struct
import zlib
from functools import cache
from typing import Any

import cv2
import numpy as np
import pillow_heif
from numpy.typing import NDArray
from PIL import Image

WIDTH, HEIGHT = 88, 72


@cache
def scene() -> NDArray[np.uint8]:
    """A soft picture in the colours of skin with a darker patch left of the middle: no symmetry hides a wrong turn."""
    rng = np.random.default_rng(3)
    low = rng.normal(0, 12, (9, 11, 1)) + np.array([205, 160, 140])
    picture = cv2.resize(low.astype(np.float32), (WIDTH, HEIGHT), interpolation=cv2.INTER_CUBIC)
    cv2.circle(picture, (24, 22), 11, (140, 80, 60), thickness=cv2.FILLED)
    picture = cv2.GaussianBlur(picture, (0, 0), 1.2) + rng.normal(0, 1.5, picture.shape)
    made = np.clip(picture, 0, 255).astype(np.uint8)
    made.setflags(write=False)
    return np.asarray(made, np.uint8)


def image(mode: str = "RGB") -> Image.Image:
    """The scene in a mode of Pillow's."""
    return Image.fromarray(scene()).convert(mode)


def saved(picture: Image.Image, kind: str, **options: Any) -> bytes:  # noqa: ANN401 - what Pillow takes
    """The bytes of a file."""
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


def heic(**options: Any) -> bytes:  # noqa: ANN401 - what the library takes
    """The scene as HEIC."""
    buffer = io.BytesIO()
    pillow_heif.from_pillow(image()).save(buffer, quality=90, **options)
    return buffer.getvalue()


def deep(kind: str, *, grey: bool = False) -> bytes:
    """The scene with 16 bits a channel, each value the 8-bit one times 257."""
    pixels = scene()[..., ::-1].astype(np.uint16) * 257
    return bytes(cv2.imencode(f".{kind}", pixels[..., 2] if grey else pixels)[1])


def deep_tiff(orientation: int) -> bytes:
    """The scene as an uncompressed 16-bit TIFF with an orientation tag, which no library at hand writes."""
    height, width = scene().shape[:2]
    data = (scene().astype("<u2") * 257).tobytes()
    entries: list[tuple[int, int | None]] = [(256, width), (257, height), (258, None), (259, 1), (262, 2), (273, None)]
    entries += [(274, orientation), (277, 3), (278, height), (279, len(data)), (284, 1)]
    behind = 8 + 2 + 12 * len(entries) + 4
    table = b""
    for tag, value in entries:
        if tag == 258:
            table += struct.pack("<HHII", tag, 3, 3, behind)
        elif tag in (273, 279):
            table += struct.pack("<HHII", tag, 4, 1, behind + 6 if value is None else value)
        else:
            table += struct.pack("<HHIHH", tag, 3, 1, value or 0, 0)
    head = b"II*\0" + struct.pack("<IH", 8, len(entries))
    return head + table + struct.pack("<I3H", 0, 16, 16, 16) + data


def png_chunk(kind: bytes, body: bytes) -> bytes:
    """A chunk of a PNG with a right checksum."""
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


def png_claiming(width: int, height: int) -> bytes:
    """A PNG of a few bytes whose header claims any size."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = png_chunk(b"IHDR", header) + png_chunk(b"IDAT", zlib.compress(bytes(1000))) + png_chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + body


def jpeg_claiming(width: int, height: int) -> bytes:
    """A JPEG whose header claims any size."""
    data = bytearray(saved(image(), "JPEG"))
    at = data.index(b"\xff\xc0")
    data[at + 5 : at + 9] = struct.pack(">HH", height, width)
    return bytes(data)


@cache
def valid() -> dict[str, bytes]:
    """A valid file of each kind, by a name for messages."""
    exif = Image.Exif()
    exif[274], exif[271], exif[306] = 6, "Maker", "2024:05:06 07:08:09"
    return {
        "jpeg": saved(image(), "JPEG", quality=85, exif=exif),
        "jpeg_progressive": saved(image(), "JPEG", progressive=True),
        "jpeg_grey": saved(image("L"), "JPEG"),
        "mpo": saved(image(), "MPO", save_all=True, append_images=[image()]),
        "png": saved(image(), "PNG", exif=exif),
        "png_palette": saved(image().quantize(32), "PNG"),
        "png_16": deep("png"),
        "tiff": saved(image(), "TIFF"),
        "tiff_lzw": saved(image(), "TIFF", compression="tiff_lzw", exif=exif),
        "tiff_16": deep("tiff"),
        "webp": saved(image(), "WEBP", exif=exif),
        "webp_lossless": saved(image("RGBA"), "WEBP", lossless=True),
        "heic": heic(exif=exif.tobytes()),
    }
