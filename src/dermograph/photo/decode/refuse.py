"""What is said of a file that is not read."""

from __future__ import annotations

from dermograph.core.errors import NOTHING, InputError, Place
from dermograph.core.text import Text

#: Pixels of the largest photograph that is read; twice what a phone of 2026 takes, 360 MB of colours.
LARGEST_MP = 120
#: Pixels along the shorter side below which no skin can be judged (assumption).
SMALLEST_SIDE_PX = 64
#: No compression of a real photograph comes near this many pixels for one byte of its file: deflate ends at 1,032
#: bytes for one, a JPEG of one flat colour at about 340 pixels. A header that claims more is forged or damaged.
MOST_PX_PER_BYTE = 1100

EXPORT = Text("Export the photograph as an RGB JPEG.", "Exporte la fotografía como JPEG en RGB.")
AGAIN = Text("Copy the file from the camera again.", "Vuelva a copiar el archivo desde la cámara.")
KINDS = Text(
    "Save the photograph as JPEG, PNG, TIFF, HEIC or WebP.", "Guarde la fotografía como JPEG, PNG, TIFF, HEIC o WebP."
)


def refused(name: str, what: Text, todo: Text = NOTHING) -> InputError:
    """The error for one file."""
    return InputError(what, Place(file=name), todo)


def damaged(name: str) -> InputError:
    """The error for a file whose pixels cannot be read whole."""
    return refused(
        name,
        Text(
            "The file is damaged or cut short: not all of the picture is in it.",
            "El archivo está dañado o incompleto: no contiene toda la imagen.",
        ),
        AGAIN,
    )


def too_large(name: str) -> InputError:
    """The error for more pixels than are read."""
    return refused(
        name,
        Text(
            "The picture has more than {mp} million pixels.",
            "La imagen tiene más de {mp} millones de píxeles.",
        ).format(mp=LARGEST_MP),
        Text("Export the photograph at a smaller size.", "Exporte la fotografía con un tamaño menor."),
    )


def check_size(name: str, width: int, height: int, size_bytes: int) -> None:
    """Refuse a picture by the size that its header claims, before anything is allocated for it.

    Args:
        name: The file.
        width: Columns that the header claims, px.
        height: Rows that it claims.
        size_bytes: Bytes of the file.

    Raises:
        InputError: If the picture is too small, too large, or larger than its file can hold.
    """
    if width * height > LARGEST_MP * 1_000_000:
        raise too_large(name)
    if min(width, height) < SMALLEST_SIDE_PX:
        raise refused(
            name,
            Text(
                "The picture has only {w} x {h} pixels; each side needs {least}.",
                "La imagen tiene solo {w} x {h} píxeles; cada lado necesita {least}.",
            ).format(w=width, h=height, least=SMALLEST_SIDE_PX),
            Text("Give the original photograph, not its thumbnail.", "Use la fotografía original, no su miniatura."),
        )
    if width * height > MOST_PX_PER_BYTE * size_bytes:
        raise damaged(name)
