"""``dermograph worker``: measure and remind for servers on other machines, with PostgreSQL between them."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from dermograph.cli.clinic_extra import MOST_WORKERS, clinic_part, folder_given, is_of_postgresql, teller, whole
from dermograph.core.errors import InputError
from dermograph.core.text import Language, Text

HELP = Text(
    "measure and send reminders for servers of the same PostgreSQL database",
    "medir y enviar avisos para servidores de la misma base de datos PostgreSQL",
)
#: What OpenCV and the libraries below numpy read when they are loaded.
_THREADS = ("OPENCV_FOR_THREADS_NUM", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS")


def arguments(command: argparse.ArgumentParser, language: Language) -> None:
    """Where the data lie, and how much of the machine to use."""
    command.add_argument(
        "--data",
        type=Path,
        metavar="FOLDER",
        help=Text(
            "this machine's data folder (DERMOGRAPH_DATA, else data)",
            "la carpeta de datos de esta máquina (DERMOGRAPH_DATA o, si falta, data)",
        ).say(language),
    )
    command.add_argument(
        "--processes",
        type=lambda text: max(whole(text, "--processes", MOST_WORKERS), 1),
        default=1,
        metavar="N",
        help=Text(
            "comparisons that are measured at once (1); at most one a processor",
            "comparaciones que se miden a la vez (1); como mucho una por procesador",
        ).say(language),
    )
    command.add_argument(
        "--threads",
        type=lambda text: max(whole(text, "--threads", MOST_WORKERS), 1),
        default=1,
        metavar="N",
        help=Text("processors that one comparison uses (1)", "procesadores que usa una comparación (1)").say(language),
    )


def run(chosen: argparse.Namespace) -> int:
    """Work until Ctrl+C or SIGTERM."""
    clinic, say = clinic_part("serve"), teller(chosen.lang)
    folder = folder_given(chosen.data, os.environ.get("DERMOGRAPH_DATA") or "data")
    if not is_of_postgresql():
        raise InputError(
            Text(
                "With SQLite the server measures by itself; a worker needs PostgreSQL.",
                "Con SQLite el propio servidor mide; un proceso aparte necesita PostgreSQL.",
            ),
            todo=Text(
                "Name the database of the servers in DATABASE_URL, or use: dermograph serve",
                "Indique la base de datos de los servidores en DATABASE_URL, o use: dermograph serve",
            ),
        )
    for name in _THREADS:
        os.environ[name] = str(chosen.threads)
    clinic.prepare(clinic.Options(folder), say, pages=False)
    if not clinic_part("scale.deferring").is_possible():
        raise InputError(
            Text("procrastinate is not installed.", "Falta procrastinate."),
            todo=Text(
                "In a clone of the project: pip install -c constraints.txt '.[clinic,scale]'",
                "En un clon del proyecto: pip install -c constraints.txt '.[clinic,scale]'",
            ),
        )

    def ready() -> None:
        number = chosen.processes
        if number == 1:
            say(Text("It takes work. Ctrl+C ends it.", "Toma trabajo. Ctrl+C lo termina."))
        else:
            say(
                Text(
                    f"{number} processes take work. Ctrl+C ends them.",
                    f"{number} procesos toman trabajo. Ctrl+C los termina.",
                )
            )

    code: int = clinic.work(chosen.processes, say, ready=ready)
    return code
