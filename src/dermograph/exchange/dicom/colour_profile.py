"""ICC profiles of photographs: one of sRGB, and the colours of a camera's without what else its maker wrote there.

Source: ICC.1:2022, 7 (header, tag table), 8.3.3 (matrix profiles), 10.15 (texts); PS3.3, C.11.15.
"""

from __future__ import annotations

import struct
from functools import cache
from typing import Final

from PIL import ImageCms

# Of a profile: its device class, when it was made, and its checksum.
_CLASS_AT, _DATE_AT, _ID_AT = slice(12, 16), slice(24, 36), slice(84, 100)
_NEVER = bytes.fromhex("07d000010001000000000000")  # 2000-01-01, so that one profile is one profile
_SPACES_AT, _RGB_TO_XYZ = slice(16, 24), b"RGB XYZ "
_HEADER, _COUNT, _ENTRY = 128, 4, 12
_MOST_TAGS: Final = 100
_LONGEST_CURVE: Final = 12 + 2 * 4096
#: What takes values to colours in a matrix profile, each with the types and the most bytes that it may have.
_COLOURS: Final = {
    **dict.fromkeys((b"rXYZ", b"gXYZ", b"bXYZ"), ((b"XYZ ",), 20)),
    **dict.fromkeys((b"rTRC", b"gTRC", b"bTRC"), ((b"curv", b"para"), _LONGEST_CURVE)),
}
_NEEDED: Final = (b"cprt", b"wtpt", b"chad")
_TABLES: Final = (b"A2B0", b"A2B1", b"A2B2", b"D2B0", b"D2B1", b"D2B2")
_NAME: Final = "RGB"


@cache
def srgb_profile() -> bytes:
    """An ICC profile of sRGB, the same bytes each time.

    Its class is that of an input device, as PS3.3 C.11.15 asks; it needs the same tags as a display's.
    """
    profile = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    profile[_CLASS_AT] = b"scnr"
    profile[_DATE_AT] = _NEVER
    profile[_ID_AT] = bytes(16)
    return bytes(profile)


def without_its_maker(profile: bytes) -> bytes | None:
    """A profile that shows the same colours and says nothing of who made it, on what device and when.

    Args:
        profile: Of a camera.

    Returns:
        Primaries and curves of the camera in a profile of ours; None if it shows colours in any other way.
    """
    if profile[_SPACES_AT] != _RGB_TO_XYZ:
        return None
    theirs = _tags(profile)
    if theirs is None or any(name in theirs for name in _TABLES):
        return None
    for name, (types, most) in _COLOURS.items():
        value = theirs.get(name, b"")
        if value[:4] not in types or len(value) > most:
            return None
    ours = _tags(srgb_profile()) or {}
    kept = {name: theirs[name] for name in _COLOURS} | {name: ours[name] for name in _NEEDED if name in ours}
    return _written(srgb_profile()[:_HEADER], kept | {b"desc": _text(_NAME)})


def _tags(profile: bytes) -> dict[bytes, bytes] | None:
    """The tags of a profile by their signatures; None if it is not whole."""
    if len(profile) < _HEADER + _COUNT:
        return None
    (count,) = struct.unpack_from(">I", profile, _HEADER)
    if count > _MOST_TAGS or len(profile) < _HEADER + _COUNT + count * _ENTRY:
        return None
    found = {}
    for number in range(count):
        name, begin, size = struct.unpack_from(">4sII", profile, _HEADER + _COUNT + number * _ENTRY)
        if begin + size > len(profile):
            return None
        found[name] = _alone(profile[begin : begin + size])
    return found


def _alone(value: bytes) -> bytes:
    """A colour or a curve without whatever follows it, nothing where it is not whole; anything else as it is."""
    kind = value[:4]
    if kind == b"XYZ ":
        return kind + bytes(4) + value[8:20]
    if kind == b"curv" and len(value) >= 12:
        (count,) = struct.unpack_from(">I", value, 8)
        return kind + bytes(4) + value[8 : 12 + 2 * count] if 12 + 2 * count <= len(value) else b""
    if kind == b"para" and len(value) >= 12:
        (function,) = struct.unpack_from(">H", value, 8)
        end = 12 + 4 * (1, 3, 4, 5, 7)[function] if function <= 4 else len(value) + 1
        return kind + bytes(4) + value[8:10] + bytes(2) + value[12:end] if end <= len(value) else b""
    return value


def _text(words: str) -> bytes:
    """A text in one language (multiLocalizedUnicodeType)."""
    data = words.encode("utf-16-be")
    return b"mluc" + bytes(4) + struct.pack(">II2s2sII", 1, 12, b"en", b"US", len(data), 28) + data


def _written(header: bytes, tags: dict[bytes, bytes]) -> bytes:
    """A profile of a header and tags; its size is put in."""
    table, body = b"", b""
    start = _HEADER + _COUNT + len(tags) * _ENTRY
    for name, value in tags.items():
        table += struct.pack(">4sII", name, start + len(body), len(value))
        body += value + bytes(-len(value) % 4)
    whole = header + struct.pack(">I", len(tags)) + table + body
    return struct.pack(">I", len(whole)) + whole[4:]
