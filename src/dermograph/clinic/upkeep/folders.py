"""Data folders: one that a restore may fill, and whether it was filled to the end."""

from __future__ import annotations

import os
from pathlib import Path

from dermograph.clinic.folder import UNFINISHED
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text


def claim(folder: Path) -> None:
    """Take an empty folder, or make one, for a restore.

    Raises:
        InputError: If it holds anything, or cannot be made.
    """
    place = Place(str(folder))
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise InputError(
                Text("This folder is not empty: a restore goes into an empty one only.", "Esta carpeta no está vacía."),
                place,
                Text("Name one that does not exist yet.", "Indique una que aún no exista."),
            )
        folder.chmod(0o700)
        with os.fdopen(os.open(folder / UNFINISHED, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            file.write("A restore into this folder was begun and not finished.\n")
    except OSError as error:
        raise InputError(
            Text("The folder cannot be made or written to.", "La carpeta no se puede crear o escribir."),
            place,
            Text("Name another one with --data.", "Indique otra con --data."),
        ) from error


def finish(folder: Path) -> None:
    """Everything is there: from now on the folder may be served."""
    os.sync()  # thousands of files: once for all of them
    (folder / UNFINISHED).unlink()
    os.sync()


def check_finished(folder: Path) -> None:
    """Refuse a folder in which a restore was broken off.

    Raises:
        InputError: If it was.
    """
    if (folder / UNFINISHED).exists():
        raise InputError(
            Text(
                "A restore into this folder was begun and not finished: it is not whole.",
                "Se empezó a restaurar en esta carpeta y no se terminó: no está completa.",
            ),
            Place(str(folder)),
            Text("Remove it, and restore again into an empty one.", "Elimínela y restaure de nuevo en una vacía."),
        )


def open_folder(folder: Path) -> None:
    """Set Django up for a data folder that is there.

    Raises:
        InputError: If it is none, is open to others, or a restore into it was not finished.
    """
    # A machine beside others may have its keys and its database in the environment alone.
    elsewhere = os.environ.get("DATABASE_URL") and os.environ.get("DERMOGRAPH_SECRET_KEY")
    there = elsewhere or any((folder / name).exists() for name in ("clinic.sqlite3", "secret.key"))
    if not folder.is_dir() or not there:
        raise InputError(
            Text("This is no data folder of a clinic.", "Esto no es una carpeta de datos de una clínica."),
            Place(str(folder)),
            Text("Name the one that is served, with --data.", "Indique la que se sirve, con --data."),
        )
    check_finished(folder)
    settle(folder)


def check_version() -> None:
    """See that the open database is of this version, for what reads or writes records.

    Raises:
        InputError: If it was written by another one, or does not open.
    """
    from django.db import DatabaseError, connection  # noqa: PLC0415 (Django is set up by now, not before)
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415 (Django is set up by now, not before)

    from dermograph.clinic.records import QUEUE_APP  # noqa: PLC0415 (Django is set up by now, not before)

    try:
        executor = MigrationExecutor(connection)
        plan = executor.migration_plan(executor.loader.graph.leaf_nodes())
    except DatabaseError as error:
        raise InputError(
            Text("The database cannot be opened.", "La base de datos no se puede abrir."),
            todo=Text("dermograph check says more.", "dermograph check dice más."),
        ) from error
    newer = set(executor.loader.applied_migrations) - set(executor.loader.disk_migrations)
    if plan or any(app != QUEUE_APP for app, _ in newer - set(executor.loader.replacements)):
        raise InputError(
            Text("The database is of another version of Dermograph.", "La base es de otra versión de Dermograph."),
            todo=Text(
                "Back it up, then start the clinic once with the newest version.",
                "Haga una copia y abra la clínica una vez con la versión más nueva.",
            ),
        )


def settle(folder: Path) -> None:
    """Set Django up for a folder."""
    os.umask(0o077)
    os.environ["DJANGO_SETTINGS_MODULE"] = "dermograph.clinic.settings"
    os.environ["DERMOGRAPH_DATA"] = str(folder)
    import django  # noqa: PLC0415 (the environment has to be settled first)

    django.setup()
