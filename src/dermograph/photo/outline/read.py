"""Reading an outline from a file: our JSON, LabelMe's JSON, or a mask as PNG."""

from __future__ import annotations

from pathlib import Path

from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text
from dermograph.photo.outline.outline import Outline
from dermograph.photo.outline.read_json import outline_of
from dermograph.photo.outline.read_mask import outline_of_mask

MAX_BYTES = 64_000_000  # LabelMe keeps the whole photograph in its file
_PNG = b"\x89PNG\r\n\x1a\n"


def read_outline(path: Path, width: int, height: int, *, after: tuple[int, int] | None = None) -> Outline:
    """The outline of a lesion, for a baseline photograph of a known size.

    The kind of file is told by its content. See ``outline_of`` for JSON and ``outline_of_mask`` for PNG.

    Args:
        path: The file; its name is what errors show.
        width: Columns of the baseline photograph.
        height: Rows of the baseline photograph.
        after: Columns and rows of the follow-up, in which its landmarks must lie; None leaves these unchecked.

    Raises:
        InputError: If the file cannot be read, is of another kind, or holds no usable outline of this photograph.
    """
    place = Place(path.name or str(path))
    data = _content(path, place)
    if not data.strip():
        raise InputError(Text("The file is empty.", "El archivo está vacío."), place)
    if data.startswith(_PNG):
        return outline_of_mask(data, width, height, place.file)
    if data.lstrip()[:1] in (b"{", b"\xef"):
        return outline_of(data, width, height, place.file, after=after)
    raise InputError(
        Text(
            "This is neither an outline (JSON) nor a mask (PNG).", "Esto no es un contorno (JSON) ni una máscara (PNG)."
        ),
        place,
        Text(
            "Give the lesion as JSON, as LabelMe writes it, or as a black-and-white PNG.",
            "Indique la lesión como JSON, como lo escribe LabelMe, o como PNG en blanco y negro.",
        ),
    )


def _content(path: Path, place: Place) -> bytes:
    try:
        if not path.is_file():
            raise InputError(Text("There is no such file.", "No existe ese archivo."), place)
        if path.stat().st_size > MAX_BYTES:
            raise InputError(
                Text(
                    f"The file is larger than {MAX_BYTES // 1_000_000} MB.",
                    f"El archivo pasa de {MAX_BYTES // 1_000_000} MB.",
                ),
                place,
            )
        return path.read_bytes()
    except (OSError, ValueError) as error:
        raise InputError(Text("The file cannot be read.", "No se puede leer el archivo."), place) from error
