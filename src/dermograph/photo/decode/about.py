"""What a photograph's EXIF says about it: orientation, time, camera. Nothing in it is taken on trust."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass

from PIL import ExifTags, Image

from dermograph.core.errors import printable

_TIME = re.compile(r"(\d{4})\D(\d{1,2})\D(\d{1,2})(?:\D+(\d{1,2}):(\d{1,2})(?::(\d{1,2}))?)?")
_TIMES = (
    (ExifTags.IFD.Exif, ExifTags.Base.DateTimeOriginal),
    (ExifTags.IFD.Exif, ExifTags.Base.DateTimeDigitized),
    (None, ExifTags.Base.DateTime),
)
_UPRIGHT = 1
_ORIENTATIONS = range(1, 9)


@dataclass(frozen=True, slots=True)
class About:
    """What the file says of the photograph.

    Attributes:
        orientation: 1 to 8 as EXIF counts; 1 is upright.
        taken_at: By the camera's own clock, without a time zone; None if not said or not a time.
        camera: Maker and model; None if not said.
    """

    orientation: int = _UPRIGHT
    taken_at: dt.datetime | None = None
    camera: str | None = None


def about(picture: Image.Image) -> About:
    """Read the EXIF of an open picture; a broken one says nothing."""
    try:
        return about_exif(picture.getexif())
    except Exception:  # noqa: BLE001 - Pillow raises whatever the bytes lead to, from KeyError to struct.error
        return About()


def about_exif(exif: Image.Exif) -> About:
    """What an EXIF block says, as far as it can be read."""
    orientation = exif.get(ExifTags.Base.Orientation)
    return About(
        orientation if isinstance(orientation, int) and orientation in _ORIENTATIONS else _UPRIGHT,
        _taken_at(exif),
        _camera(exif),
    )


def _taken_at(exif: Image.Exif) -> dt.datetime | None:
    """The first of the three times that is one."""
    for folder, tag in _TIMES:
        found = _TIME.match(_words((exif if folder is None else exif.get_ifd(folder)).get(tag)))
        try:
            if found:
                year, month, day, hour, minute, second = (int(part or 0) for part in found.groups())
                return dt.datetime(year, month, day, hour, minute, second)  # noqa: DTZ001 - cameras know no zone
        except ValueError:
            continue
    return None


def _camera(exif: Image.Exif) -> str | None:
    """Maker and model, the maker once."""
    make, model = _words(exif.get(ExifTags.Base.Make)), _words(exif.get(ExifTags.Base.Model))
    whole = model if model.lower().startswith(make.lower()) else f"{make} {model}"
    return printable(whole.strip()) or None


def _words(value: object) -> str:
    """A value of EXIF as text, without the null characters that pad it."""
    text = value.decode("ascii", "replace") if isinstance(value, bytes) else value
    return text.replace("\0", " ").strip() if isinstance(text, str) else ""
