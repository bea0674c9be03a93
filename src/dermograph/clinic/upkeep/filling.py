"""Filling an empty data folder from an archive, step by step; what ``restore`` does once Django is set up for it."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterable
from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connection
from django.db.migrations.loader import MigrationLoader

from dermograph.clinic.gallery import places
from dermograph.clinic.gallery.models import Photograph
from dermograph.clinic.records import QUEUE_APP
from dermograph.clinic.upkeep import anchors, comparing, contents, stored
from dermograph.clinic.upkeep.manifest import Manifest
from dermograph.clinic.upkeep.postgresql import run_program
from dermograph.clinic.upkeep.reading import Archive
from dermograph.clinic.upkeep.restored import Restored
from dermograph.clinic.upkeep.snapshot import check_whole
from dermograph.clinic.upkeep.verify import anchor_file, own_ask, the_trail
from dermograph.clinic.vault import halves, keybook, store
from dermograph.clinic.vault.seal import Erased
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text

_RIGHTS = "dermograph.clinic.rights"


def fill(
    archive: Archive,
    folder: Path,
    book: Path | None,
    *,
    open_all: bool,
    progress: Callable[[int], None] | None,
) -> Restored:
    """Restore into the database and the storage of the settings, which have to be empty.

    Raises:
        InputError: If they are not, or the archive is damaged or of a newer version.
        OSError: If the disk is full.
    """
    _check_empty()
    keys = keybook.read(book, settings.MASTER_KEY) if book is not None else keybook.Book()
    copy = folder / "database.restored"
    manifest = archive.unpack(copy, stored.put_back, progress)
    _check_known(manifest)
    _put_database(copy)
    wrong, report = comparing.compare(manifest, the_trail(), own_ask())
    restored = Restored(
        manifest.made_at,
        len(manifest.counts),
        sum(manifest.counts.values()),
        report.entries,
        manifest.files,
        wrong=wrong,
    )
    if wrong:
        return restored
    call_command("migrate", interactive=False, verbosity=0)
    _put_keys(keys)
    places.take_over()
    restored.erased = _erase_again()
    gone = _missing_files(manifest)
    if gone:
        number = len(gone)
        restored.wrong.append(
            Text(f"{number} files are missing, such as {gone[0]}.", f"Faltan {number} archivos, como {gone[0]}.")
        )
    _open_photographs(restored, open_all=open_all, without_keys=book is None)
    anchors.drop(anchor_file(), manifest.heads, manifest.made_at, settings.MASTER_KEY)
    if book is not None:
        # A later erasure has to reach this book too.
        made = keybook.Made(manifest.made_at, archive.name, str(book.absolute()), archive.file.stat().st_size)
        keybook.note_made(made)
    connection.close()
    return restored


def _check_empty() -> None:
    there = contents.tables(the_trail(), own_ask())
    connection.close()
    if there:
        raise InputError(
            Text("The database is not empty.", "La base de datos no está vacía."),
            todo=Text("Name an empty one in DATABASE_URL.", "Indique una vacía en DATABASE_URL."),
        )
    if not stored.is_empty():
        raise InputError(
            Text("The storage of photographs is not empty.", "El almacén de fotografías no está vacío."),
            todo=Text("Restore beside an empty one.", "Restaure junto a uno vacío."),
        )


def _check_known(manifest: Manifest) -> None:
    known = {f"{app}.{name}" for app, name in MigrationLoader(None).disk_migrations or ()}
    if any(not one.startswith(f"{QUEUE_APP}.") for one in set(manifest.migrations) - known):
        raise InputError(
            Text("This backup was made by a newer Dermograph.", "Esta copia es de un Dermograph más nuevo."),
            todo=Text(f"Install version {manifest.version}.", f"Instale la versión {manifest.version}."),
        )


def _put_database(copy: Path) -> None:
    """Put the copy in the database's place."""
    if connection.vendor == "sqlite":
        place = Path(str(connection.settings_dict["NAME"]))
        place.unlink(missing_ok=True)  # empty: seen just now
        for ending in ("-wal", "-shm"):
            place.with_name(place.name + ending).unlink(missing_ok=True)
        copy.replace(place)
        connection.ensure_connection()
        check_whole(connection.connection)
        return
    name = str(connection.settings_dict["NAME"])
    run_program(
        "pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges", "-d", name, str(copy),
        into=copy.parent,
    )  # fmt: skip
    copy.unlink()


def _put_keys(book: keybook.Book) -> None:
    """Put back the halves of the keys, but for those of whoever was erased since."""
    for said in book.erased.values():
        halves.bring_back_erased(said)
    for patient, half in book.halves.items():
        halves.bring_back(patient, half)
    halves.mark()


def _erase_again() -> int:
    """Erase whom the older database brought back."""
    if not apps.is_installed(_RIGHTS):
        return 0
    return len(importlib.import_module(f"{_RIGHTS}.erasing").reapply())


def _missing_files(manifest: Manifest) -> list[str]:
    known = set(manifest.missing)
    names: Iterable[str] = contents.file_names(own_ask())
    return sorted({name for name in names if name not in known and not stored.exists(name)})


def _open_photographs(restored: Restored, *, open_all: bool, without_keys: bool) -> None:
    """Open the newest photograph, or all of them, with the keys that are there now."""
    if without_keys:
        restored.told.append(
            Text(
                "The photographs stay closed: no key book was given.", "Las fotografías siguen cerradas: no hay claves."
            )
        )
        return
    photographs = Photograph.objects.select_related("course__patient").order_by("-written_at")
    tried = 0
    for photograph in photographs.iterator() if open_all else photographs[:1]:
        try:
            store.get(photograph.course.patient, photograph.file)
        except Erased:
            continue
        except InputError as error:
            place = Place(photograph.file)
            restored.wrong.append(
                Text(InputError(error.what, place).say("en"), InputError(error.what, place).say("es"))
            )
            return
        tried += 1
    restored.opened = tried
