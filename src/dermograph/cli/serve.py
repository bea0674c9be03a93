"""``dermograph serve``: the clinic in the browser, on this machine."""

from __future__ import annotations

import argparse
import os
import shlex
from pathlib import Path

from dermograph.cli.clinic_extra import add_address, clinic_part, folder_given, is_of_postgresql, teller
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Language, Text

HELP = Text("run the clinic in the browser", "abrir la clínica en el navegador")


def arguments(command: argparse.ArgumentParser, language: Language) -> None:
    """Where the data lie, where to listen, and the first clinic."""
    command.add_argument(
        "--data",
        type=Path,
        metavar="FOLDER",
        help=Text(
            "where everything is kept, for the owner's eyes only (DERMOGRAPH_DATA, else data)",
            "dónde se guarda todo, solo para su propietario (DERMOGRAPH_DATA o, si falta, data)",
        ).say(language),
    )
    add_address(command, language)
    command.add_argument(
        "--no-jobs",
        action="store_true",
        help=Text(
            "pages alone: workers elsewhere measure and send reminders (needs PostgreSQL)",
            "solo páginas: otros procesos miden y envían avisos (necesita PostgreSQL)",
        ).say(language),
    )
    command.add_argument(
        "--create-clinic",
        metavar="NAME",
        help=Text(
            "make a clinic of this name first; needs --admin", "crear antes una clínica con este nombre; pide --admin"
        ).say(language),
    )
    command.add_argument(
        "--admin",
        metavar="EMAIL",
        help=Text(
            "who administers the new clinic; a link to set the password is printed",
            "quién administra la clínica nueva; se escribe un enlace para la contraseña",
        ).say(language),
    )


def run(chosen: argparse.Namespace) -> int:
    """Serve until Ctrl+C."""
    if (chosen.create_clinic is None) is not (chosen.admin is None):
        missing = "--admin" if chosen.admin is None else "--create-clinic"
        raise InputError(
            Text("A new clinic needs both its name and its administrator.", "Una clínica nueva pide nombre y admin."),
            Place(field=missing),
            Text("Give both.", "Indique ambos."),
        )
    if chosen.no_jobs and not is_of_postgresql():
        raise InputError(
            Text("With SQLite nobody else can measure.", "Con SQLite nadie más puede medir."),
            Place(field="--no-jobs"),
            Text("Leave it out, or name PostgreSQL in DATABASE_URL.", "Quítelo, o indique PostgreSQL en DATABASE_URL."),
        )
    clinic, say = clinic_part("serve"), teller(chosen.lang)
    folder = folder_given(chosen.data, os.environ.get("DERMOGRAPH_DATA") or "data")
    options = clinic.Options(folder, chosen.host, chosen.port, chosen.workers, jobs=not chosen.no_jobs)
    clinic.check_address(options)
    if chosen.create_clinic is None and not is_of_postgresql():
        _check_there_is_one(folder)
    clinic.prepare(options, say)
    links = _first(chosen)

    def ready(address: str) -> None:
        say(Text(f"The clinic is open at {address}", f"La clínica está abierta en {address}"))
        for link in links:
            say(Text("Set the password, once, within three days:", "Ponga la contraseña, una vez, en tres días:"))
            say(Text(f"{address.rstrip('/')}{link}", f"{address.rstrip('/')}{link}"))
        say(Text("Ctrl+C ends it.", "Ctrl+C la cierra."))

    code: int = clinic.serve(options, say, ready=ready, prepared=True)
    return code


def _check_there_is_one(folder: Path) -> None:
    """See that a folder was used before: a mistyped name would look like a clinic that lost everything.

    Raises:
        InputError: If it is not there, or empty.
    """
    try:
        is_new = not folder.exists() or not any(folder.iterdir())
    except OSError:
        return  # what comes next says what is wrong with it
    if is_new:
        raise InputError(
            Text("No clinic was ever made in this folder.", "En esta carpeta no se ha creado nunca una clínica."),
            Place(file=str(folder)),
            Text(
                "Name its folder with --data, or make a clinic with --create-clinic and --admin.",
                "Indique su carpeta con --data, o cree una clínica con --create-clinic y --admin.",
            ),
        )


def _first(chosen: argparse.Namespace) -> list[str]:
    """Make the clinic that was asked for; say how where there is none. The paths of links to print."""
    first, say = clinic_part("serve.first"), teller(chosen.lang)
    if chosen.create_clinic is not None:
        made = first.make_clinic(chosen.create_clinic, chosen.admin, chosen.lang)
        say(Text(f"Made: {made.clinic.name}, {made.user.email}", f"Creada: {made.clinic.name}, {made.user.email}"))
        return [made.link] if made.link else []
    if not first.has_accounts():
        say(
            Text(
                "Nobody can sign in yet. Stop, and make the first clinic with:",
                "Aún no puede entrar nadie. Pare y cree la primera clínica con:",
            )
        )
        folder = f" --data {shlex.quote(str(chosen.data))}" if chosen.data is not None else ""
        print(f'dermograph serve --create-clinic "…" --admin name@example.org{folder}', flush=True)
    return []
