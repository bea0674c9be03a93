"""What the commands of the clinic share: it is an extra, found by its name, so that the rest works without it."""

from __future__ import annotations

import argparse
import importlib
import importlib.util
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dermograph.core.errors import InputError, Place
from dermograph.core.text import Language, Text

_NEEDED = ("django", "allauth", "axes", "csp", "django_htmx", "granian", "whitenoise", "cryptography")
MOST_WORKERS = 32


def clinic_part(name: str) -> Any:  # noqa: ANN401 (a module of the extra)
    """A module of the clinic. The command line and the clinic do not import each other: this finds it by name.

    Raises:
        InputError: If the extra is not installed.
    """
    missing = [one for one in _NEEDED if importlib.util.find_spec(one) is None]
    if missing:
        raise InputError(
            Text(
                f"The clinic is not installed: {', '.join(missing)} is missing.",
                f"La clínica no está instalada: falta {', '.join(missing)}.",
            ),
            todo=Text(
                "In a clone of the project: pip install -c constraints.txt '.[clinic]'",
                "En una copia del proyecto: pip install -c constraints.txt '.[clinic]'",
            ),
        )
    _check_address()
    return importlib.import_module(f"dermograph.clinic.{name}")


def _check_address() -> None:
    """See that ``DATABASE_URL`` names a PostgreSQL database, if anything. It is not shown: it may hold a password.

    Raises:
        InputError: If it names something else.
    """
    address = os.environ.get("DATABASE_URL") or ""
    if address and not address.startswith(("postgres://", "postgresql://", "pgsql://")):
        raise InputError(
            Text("This is no address of a PostgreSQL database.", "No es la dirección de una base PostgreSQL."),
            Place(field="DATABASE_URL"),
            todo=Text(
                "Write postgresql://user:password@host/name, or leave it empty for SQLite in the data folder.",
                "Escriba postgresql://usuario:contraseña@equipo/nombre, o déjela vacía para SQLite en la carpeta.",
            ),
        )


def is_of_postgresql() -> bool:
    """Whether the environment names a PostgreSQL database."""
    return (os.environ.get("DATABASE_URL") or "").startswith(("postgres", "pgsql"))


def add_address(command: argparse.ArgumentParser, language: Language) -> None:
    """The arguments that say where to listen."""
    command.add_argument(
        "--host",
        default="127.0.0.1",
        metavar="ADDRESS",
        help=Text(
            "address to listen on; beyond this machine it needs TLS before it (127.0.0.1)",
            "dirección en la que escuchar; fuera de este equipo necesita TLS delante (127.0.0.1)",
        ).say(language),
    )
    command.add_argument(
        "--port",
        type=lambda text: whole(text, "--port", 65_535),
        default=8000,
        metavar="PORT",
        help=Text("port to listen on; 0 takes a free one (8000)", "puerto; 0 elige uno libre (8000)").say(language),
    )
    command.add_argument(
        "--workers",
        type=lambda text: max(whole(text, "--workers", MOST_WORKERS), 1),
        default=2,
        metavar="N",
        help=Text("processes that answer pages (2)", "procesos que sirven páginas (2)").say(language),
    )


def whole(text: str, option: str, most: int) -> int:
    """A whole number from 0 on.

    Raises:
        InputError: If it is none, or more than ``most``.
    """
    if not text.isascii() or not text.isdigit() or len(text) > len(str(most)) or int(text) > most:
        raise InputError(
            Text(f"A whole number from 0 to {most} belongs here.", f"Aquí va un número entero de 0 a {most}."),
            Place(field=option),
        )
    return int(text)


def folder_given(path: Path | None, otherwise: str) -> Path:
    """A data folder as an absolute path, so that the children find it from wherever they start."""
    return (path if path is not None else Path(otherwise)).expanduser().absolute()


def teller(language: Language) -> Callable[[Text], None]:
    """What tells the person at the terminal something, at once."""
    return lambda text: print(text.say(language), flush=True)
