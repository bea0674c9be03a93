"""The data folder that a command works on, and the secrets that it asks for."""

from __future__ import annotations

import argparse
import getpass
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dermograph.cli.clinic_extra import clinic_part, folder_given
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Language, Text, spanish

_VARIABLE = "DERMOGRAPH_BACKUP_PASSPHRASE"


def add_data(command: argparse.ArgumentParser, language: Language) -> None:
    """The argument that names the folder."""
    command.add_argument(
        "--data",
        type=Path,
        metavar="FOLDER",
        help=Text(
            "the clinic's data folder (DERMOGRAPH_DATA, else data)",
            "la carpeta de datos de la clínica (DERMOGRAPH_DATA o, si falta, data)",
        ).say(language),
    )


def opened(chosen: argparse.Namespace) -> Path:
    """The folder that was named, with the site set up for it.

    Raises:
        InputError: If it is no data folder.
    """
    folder = folder_given(chosen.data, os.environ.get("DERMOGRAPH_DATA") or "data")
    clinic_part("upkeep.folders").open_folder(folder)
    return folder


def opened_of_this_version(chosen: argparse.Namespace) -> Path:
    """The same, for what reads or writes records: the database has to be of this version.

    Raises:
        InputError: If it is no data folder, or its database is older or newer.
    """
    folder = opened(chosen)
    clinic_part("upkeep.folders").check_version()
    return folder


def add_passphrase(command: argparse.ArgumentParser, language: Language) -> None:
    """The argument that names a file with the passphrase."""
    command.add_argument(
        "--passphrase-file",
        type=Path,
        metavar="FILE",
        help=Text(
            f"a file whose first line is the passphrase (else {_VARIABLE}, else it is asked for)",
            f"archivo cuya primera línea es la frase (si no, {_VARIABLE}; si no, se pregunta)",
        ).say(language),
    )


def passphrase(chosen: argparse.Namespace, *, new: bool) -> Any:  # noqa: ANN401 (of the extra)
    """The passphrase of a backup, from the file, the environment or the person.

    Args:
        chosen: The command's arguments.
        new: Whether it locks something: asked for twice, and not too short.

    Raises:
        InputError: If there is none, or it does not do.
    """
    unlocking = clinic_part("upkeep.unlocking")
    if chosen.passphrase_file is not None:
        words = _first_line(chosen.passphrase_file)
    elif given := os.environ.get(_VARIABLE):
        words = given
    elif sys.stdin is not None and sys.stdin.isatty():
        words = _asked(chosen.lang, twice=new)
    else:
        raise InputError(
            Text("There is no passphrase.", "Falta la frase."),
            todo=Text(
                f"Give it with --passphrase-file, or in {_VARIABLE}, or a key file with --key.",
                f"Indíquela con --passphrase-file o en {_VARIABLE}, o un archivo de clave con --key.",
            ),
        )
    return unlocking.passphrase(words) if new else unlocking.Passphrase(words)


def _asked(language: Language, *, twice: bool) -> str:
    words = getpass.getpass(Text("Passphrase of the backup: ", "Frase de la copia: ").say(language))
    if twice and getpass.getpass(Text("Once more: ", "Otra vez: ").say(language)) != words:
        raise InputError(Text("The two are not the same.", "No coinciden."))
    return words


def _first_line(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8").split("\n")[0].rstrip("\r")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            Text("The passphrase cannot be read.", "No se puede leer la frase."), Place(str(file))
        ) from error


def megabytes(language: Language) -> Callable[[int], None] | None:
    """Shows how many megabytes are done, where somebody looks on."""
    if not sys.stderr.isatty():
        return None

    def show(done: int) -> None:
        done_mb = done / 1e6
        words = Text(f"{done_mb:,.0f} MB of photographs", f"{spanish(done_mb)} MB de fotografías").say(language)
        print(f"\r{words} ", end="", file=sys.stderr, flush=True)

    return show
