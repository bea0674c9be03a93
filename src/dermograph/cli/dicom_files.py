"""What both ways of exporting DICOM share: files that only their owner reads, and an archive to send to."""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from pathlib import Path

from dermograph.cli.compare import make_folder
from dermograph.cli.inputs import write_whole
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text

SIDES = {"right": "R", "left": "L", "both": "B", "unpaired": "U"}
_OWNER_FOLDER, _OWNER_FILE = 0o700, 0o600


def own_folder(folder: Path) -> None:
    """A folder to write into; a new one is its owner's alone.

    Raises:
        InputError: If it cannot be made or written to.
    """
    is_new = not folder.is_dir()
    make_folder(folder)
    if is_new:
        folder.chmod(_OWNER_FOLDER)


def own_file(path: Path, data: bytes) -> None:
    """A whole file that only its owner reads.

    Raises:
        InputError: If it cannot be written.
    """

    def write(partial: Path) -> None:
        partial.unlink(missing_ok=True)
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_FILE), "wb") as file:
            file.write(data)

    write_whole(path, write)


def sender(chosen: argparse.Namespace) -> tuple[str, Callable[[bytes], object]] | None:
    """What people call the archive that ``--send`` names, and how a file goes there; None where nothing is sent.

    It is asked whether it is there before anything is written, where its protocol has a question for that.

    Raises:
        InputError: If it is no address, or nobody answers there.
    """
    if chosen.send is None:
        return None
    from dermograph.exchange.dicom.address import archive_at, deliver, place_of
    from dermograph.exchange.dicom.archive import Archive, echo

    to = archive_at(chosen.send, _key(chosen.key_file))
    if isinstance(to, Archive):
        echo(to)
    return place_of(to), lambda data: deliver(to, [data])


def _key(file: Path | None) -> str:
    if file is None:
        return ""
    if not file.exists():
        raise InputError(Text("There is no such file.", "No existe ese archivo."), Place(str(file)))
    try:
        return file.read_text(encoding="utf-8").split("\n")[0].strip()
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(Text("The key cannot be read.", "No se puede leer la clave."), Place(str(file))) from error
