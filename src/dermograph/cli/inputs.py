"""What several commands read: case files, pack folders, days."""

from __future__ import annotations

import argparse
import dataclasses
import datetime as dt
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dermograph.core.errors import InputError, Place
from dermograph.core.text import Language, Text

if TYPE_CHECKING:
    from dermograph.care.case import Case
    from dermograph.protocols import Protocol


def add_case(command: argparse.ArgumentParser, language: Language) -> None:
    """The arguments of every command that reads a case."""
    command.add_argument(
        "case",
        metavar="CASE",
        help=Text(
            "case file (YAML or JSON), - for standard input",
            "archivo del caso (YAML o JSON), - para la entrada estándar",
        ).say(language),
    )
    add_packs(command, language)
    add_json(command, language)
    command.add_argument(
        "--on",
        type=lambda text: day_given(text, "--on"),
        metavar="DAY",
        help=Text(
            "decide for this day instead of the case's own, such as 2026-11-21",
            "decidir para este día en vez del que indica el caso, como 2026-11-21",
        ).say(language),
    )


def add_packs(command: argparse.ArgumentParser, language: Language) -> None:
    """The argument for a clinic's own packs."""
    command.add_argument(
        "--packs",
        action="append",
        type=Path,
        default=[],
        metavar="FOLDER",
        help=Text(
            "a clinic's own pack folder; may be given several times",
            "carpeta con un paquete propio de la clínica; se puede repetir",
        ).say(language),
    )


def add_json(command: argparse.ArgumentParser, language: Language) -> None:
    """The argument for one JSON object instead of words."""
    command.add_argument(
        "--json", action="store_true", help=Text("print one JSON object", "escribir un objeto JSON").say(language)
    )


def day_given(text: str, option: str) -> dt.date:
    """A day as it is given on the command line, read as a case would.

    Raises:
        InputError: If it is not such a day.
    """
    from dermograph.protocols.field import Field, Node

    try:
        return Field(Node(text, 0), "", "").day()
    except InputError as error:
        raise InputError(error.what, Place(field=option)) from error


def read_input(name: str) -> tuple[str, str]:
    """The text of a file, or of standard input for ``-``, with the name that errors show.

    Raises:
        InputError: If it cannot be read as text.
    """
    from dermograph.protocols.strict_yaml import MAX_BYTES, read_file, read_stream

    if name == "-" and sys.stdin is None:
        raise InputError(Text("Standard input is closed.", "La entrada estándar está cerrada."))
    if name == "-":
        return read_stream(sys.stdin.buffer.read(MAX_BYTES + 1), "stdin"), "stdin"
    if not name:
        raise InputError(
            Text("No case file is named.", "No se indica ningún archivo."),
            todo=Text("Name one, or - for standard input.", "Indique uno, o - para la entrada estándar."),
        )
    path = Path(name)
    return read_file(path), path.name


def load_case(chosen: argparse.Namespace, *, reviewed: bool = False) -> tuple[Case, Protocol]:
    """The case that a command names, on the day that it names, with its protocol.

    Args:
        chosen: The command's arguments.
        reviewed: Whether the day is that of a review; the facts then stay those of the case's own day.

    Raises:
        InputError: If the case, its treatment or a pack cannot be used.
    """
    from dermograph.care.read_case import read_case
    from dermograph.protocols import load_library

    library = load_library(*chosen.packs)
    text, name = read_input(chosen.case)
    today = dt.date.today()  # noqa: DTZ011 (the person's own day)
    case = read_case(text, library.vocabulary, file=name, today=today, treatments=library.treatments)
    if chosen.on is not None and not reviewed:
        case = on_day(case, chosen.on)
    return case, library.protocol(case.treatment)


def on_day(case: Case, day: dt.date) -> Case:
    """The same case on another day; not before a fact of it, since then it was not yet so.

    Raises:
        InputError: If a fact lies after that day.
    """
    for area in case.areas:
        for name, value in area.facts.items():
            if isinstance(value, dt.date) and value > day:
                raise InputError(
                    Text(f"{name} {value} lies after {day}.", f"{name} {value} es posterior al {day}."),
                    Place(field="--on"),
                )
    return dataclasses.replace(case, assessed_on=day)


def print_json(value: dict[str, Any]) -> None:
    """One JSON object on standard output."""
    print(json.dumps(value, ensure_ascii=False, indent=2))


def check_writable(path: Path) -> None:
    """Refuse a place where no file can be written, before any work is done for it.

    Raises:
        InputError: If it is a folder, or its folder does not exist or cannot be written to.
    """
    folder = path.parent
    if not path.name or path.is_dir():
        raise InputError(
            Text("This is not the name of a file.", "Esto no es el nombre de un archivo."), Place(str(path))
        )
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        raise InputError(
            Text("No file can be written there.", "Ahí no se puede escribir ningún archivo."), Place(str(path))
        )


def write_text(path: Path, text: str) -> None:
    """Write a text file whole or not at all.

    Raises:
        InputError: If it cannot be written.
    """
    write_whole(path, lambda partial: partial.write_text(text, encoding="utf-8"))


def write_whole(path: Path, write: Callable[[Path], object]) -> None:
    """Write a file beside its place and move it there when it is whole.

    Raises:
        InputError: If it cannot be written; nothing is left behind.
    """
    check_writable(path)
    partial = path.with_name(path.name + ".part")
    try:
        write(partial)
        partial.replace(path)
    except OSError as error:
        partial.unlink(missing_ok=True)
        reason = error.strerror or Text("the system refuses", "el sistema lo rechaza").en
        raise InputError(
            Text(f"The file cannot be written ({reason}).", "No se puede escribir el archivo."), Place(str(path))
        ) from error
