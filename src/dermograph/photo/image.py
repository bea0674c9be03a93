"""A photograph as everything else here sees it: upright, sRGB, 8 bits. The file it comes from is only read."""

from __future__ import annotations

import datetime as dt
import hashlib
import stat
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text
from dermograph.photo.decode.pixels import decoded
from dermograph.photo.finding import Finding

#: Larger than a 16-bit TIFF of the largest photograph that is read (assumption).
LARGEST_FILE_MB = 800
#: Two channels of a grey picture differ by no more than this, of 255, after JPEG (assumption).
GREY_CHANNELS_DIFFER = 2
#: Share of the pixels that must be grey for the whole picture to count as grey (assumption).
GREY_SHARE = 0.999
_SAMPLED_EVERY = 4  # rows and columns looked at first: an answer of "colour" is settled there


@dataclass(frozen=True, slots=True, eq=False)
class Photograph:
    """One photograph.

    Attributes:
        rgb: ``(h, w, 3)``, upright, sRGB-encoded: an embedded colour profile has been applied.
        name: The file's name, for messages.
        sha256: Hex digest of the file's bytes; empty if it does not come from a file.
        has_colour: Whether it holds colour at all; a grey picture is not measured for colour.
        taken_at: When the camera says it was taken, by its own clock without a time zone; None if it does not say.
        camera: Maker and model; None if the file does not say.
        findings: What was noticed while reading, such as 16 bits reduced to 8.
    """

    rgb: NDArray[np.uint8]
    name: str
    sha256: str = ""
    has_colour: bool = True
    taken_at: dt.datetime | None = None
    camera: str | None = None
    findings: tuple[Finding, ...] = ()

    @property
    def width(self) -> int:
        """Columns, px."""
        return int(self.rgb.shape[1])

    @property
    def height(self) -> int:
        """Rows, px."""
        return int(self.rgb.shape[0])


def read_photograph(path: Path) -> Photograph:
    """Read a photograph from a JPEG, PNG, TIFF, HEIC or WebP file, whatever its name ends with.

    Args:
        path: The file. It is never written to.

    Raises:
        InputError: If there is no such file, or it cannot be read whole as one photograph.
    """
    return read_photograph_bytes(_file_bytes(path), path.name)


def read_photograph_bytes(data: bytes, name: str) -> Photograph:
    """Read a photograph from the bytes of a file.

    Args:
        data: The whole file.
        name: What to call it in messages.

    Raises:
        InputError: If the bytes cannot be read whole as one photograph.
    """
    picture = decoded(data, name)
    return Photograph(
        rgb=picture.rgb,
        name=name,
        sha256=hashlib.sha256(data).hexdigest(),
        has_colour=not _is_grey(picture.rgb),
        taken_at=picture.about.taken_at,
        camera=picture.about.camera,
        findings=picture.findings,
    )


def _is_grey(rgb: NDArray[np.uint8]) -> bool:
    """Whether the channels are equal, as far as JPEG leaves them so."""
    return all(_share_grey(rgb[::every, ::every]) >= GREY_SHARE for every in (_SAMPLED_EVERY * 4, _SAMPLED_EVERY))


def _share_grey(rgb: NDArray[np.uint8]) -> float:
    """The share of the pixels whose channels differ by no more than JPEG makes them."""
    red, green, blue = (rgb[..., channel] for channel in range(3))
    spread = np.maximum(np.maximum(red, green), blue) - np.minimum(np.minimum(red, green), blue)
    return float(np.mean(spread <= GREY_CHANNELS_DIFFER))


def _file_bytes(path: Path) -> bytes:
    """All bytes of an ordinary file."""
    place = Place(file=str(path))
    try:
        about = path.stat()
        if stat.S_ISDIR(about.st_mode):
            raise InputError(
                Text("This is a folder, not a photograph.", "Es una carpeta, no una fotografía."),
                place,
                Text("Name one file in it.", "Indique un archivo de la carpeta."),
            )
        if not stat.S_ISREG(about.st_mode):
            raise InputError(Text("This is not an ordinary file.", "No es un archivo normal."), place)
        if about.st_size > LARGEST_FILE_MB * 2**20:
            raise InputError(
                Text(
                    f"The file is larger than {LARGEST_FILE_MB} MB.", f"El archivo ocupa más de {LARGEST_FILE_MB} MB."
                ),
                place,
                Text("Export the photograph as JPEG.", "Exporte la fotografía en JPEG."),
            )
        return path.read_bytes()
    except FileNotFoundError:
        raise InputError(
            Text("There is no such file.", "No existe ese archivo."),
            place,
            Text("Check the name and the folder.", "Compruebe el nombre y la carpeta."),
        ) from None
    except (OSError, ValueError) as error:  # ValueError: a name with a null character
        raise InputError(
            Text("The file cannot be opened.", "No se puede abrir el archivo."),
            place,
            Text("Check that you may read it.", "Compruebe que tiene permiso para leerlo."),
        ) from error
