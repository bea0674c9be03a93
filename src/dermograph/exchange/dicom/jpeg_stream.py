"""The JPEG stream of a photograph's file, as it may stand in a DICOM file: the coded picture and nothing about anybody.

A camera writes place, time, serial numbers and a thumbnail into the segments beside the picture; an archive would keep
them for ever, also under a pseudonym. They are left out, and so is what follows the end of the picture. The tables and
the coded data go out bit for bit, so that every decoder gives the same pixels as for the file.
"""

from __future__ import annotations

from dataclasses import dataclass

_START, _END, _SCAN = 0xD8, 0xD9, 0xDA
_BASELINE = 0xC0
_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_ALONE = frozenset({0x01, *range(0xD0, 0xD8)})
_JFIF, _ADOBE = 0xE0, 0xEE
_JFIF_BYTES, _ADOBE_BYTES = 14, 12  # without a thumbnail, and without anything behind
_TABLES = frozenset({0xC4, 0xDB, 0xDD})  # Huffman, quantisation, restart interval
_YCC = 1
_BITS = 8


@dataclass(frozen=True, slots=True)
class JpegStream:
    """One baseline picture.

    Attributes:
        data: From its start marker to its end marker.
        width: Columns, px.
        height: Rows, px.
        samples: 3 for YCbCr, 1 for grey.
    """

    data: bytes
    width: int
    height: int
    samples: int


def jpeg_stream(data: bytes) -> JpegStream | None:
    """The first picture of a JPEG file.

    Returns:
        None if it is not one that DICOM's JPEG Baseline takes: 8 bits, Huffman, sequential (SOF0), one component or
        three in YCbCr (PS3.5, 8.2.1); or if the file is not whole.
    """
    if data[:2] != bytes((0xFF, _START)):
        return None
    kept, frame, transform, at = [data[:2]], None, _YCC, 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF or marker in _ALONE:
            at += 1 if marker == 0xFF else 2
            continue
        if marker in (_END, _START):
            return None
        end = at + 2 + int.from_bytes(data[at + 2 : at + 4], "big")
        body = data[at + 4 : end]
        if end > len(data) or end < at + 4 or (marker in _FRAMES and marker != _BASELINE):
            return None
        if marker == _BASELINE:
            frame = body
        if marker == _ADOBE and body[:5] == b"Adobe" and len(body) >= _ADOBE_BYTES:
            transform = body[11]
        if _is_kept(marker, body):
            kept.append(data[at:end])
        at = end
        if marker == _SCAN:
            stop = _end_of_picture(data, at)
            if stop is None or frame is None:
                return None
            return _checked(b"".join((*kept, data[at:stop])), frame, transform)
    return None


def _is_kept(marker: int, body: bytes) -> bool:
    """Whether a segment belongs to the picture: its frame, scan and tables, and what tells how colours are coded."""
    if marker == _JFIF:
        return body.startswith(b"JFIF\0") and len(body) == _JFIF_BYTES
    if marker == _ADOBE:
        return body.startswith(b"Adobe") and len(body) == _ADOBE_BYTES
    return marker in _TABLES or marker in (_BASELINE, _SCAN)


def _end_of_picture(data: bytes, at: int) -> int | None:
    """Just behind the end marker; segments between scans, which hold tables, are passed over."""
    while (at := data.find(b"\xff", at)) >= 0 and at + 1 < len(data):
        marker = data[at + 1]
        if marker == _END:
            return at + 2
        if marker in (0x00, 0xFF) or marker in _ALONE:
            at += 1 if marker == 0xFF else 2
            continue
        if marker not in _TABLES and marker != _SCAN:
            return None  # something beside the picture in the midst of it: not passed through
        at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return None


def _checked(stream: bytes, frame: bytes, transform: int) -> JpegStream | None:
    if len(frame) < 6 or frame[0] != _BITS:
        return None
    height, width, samples = int.from_bytes(frame[1:3], "big"), int.from_bytes(frame[3:5], "big"), frame[5]
    names = frame[6::3][:samples]
    is_colour = samples == 3 and transform == _YCC and names != b"RGB"
    if not (width and height) or not (is_colour or samples == 1):
        return None
    return JpegStream(stream, width, height, samples)
