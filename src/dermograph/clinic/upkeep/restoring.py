"""Bringing a clinic back from an archive, into an empty place, and comparing it with what the archive says."""

from __future__ import annotations

import base64
import contextlib
import errno
import os
import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from dermograph.clinic.upkeep.folders import claim, finish, settle
from dermograph.clinic.upkeep.restored import Restored
from dermograph.clinic.upkeep.unlocking import Unlock
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_KEY_BYTES = 32
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Keys:
    """Where the keys are that no archive holds.

    Attributes:
        master: A file with the master key; None for the environment or the archive.
        book: The key book; None for beside the archive.
        without: Whether to go on without a key book: the photographs then stay closed.
    """

    master: Path | None = None
    book: Path | None = None
    without: bool = False


def check_archive(file: Path, unlock: Unlock, progress: Progress | None = None) -> Restored:
    """Verify an archive without keeping anything of it.

    Raises:
        InputError: If it is damaged, or opens with something else.
    """
    os.environ.pop("DATABASE_URL", None)  # nothing here concerns a database that is in use
    with tempfile.TemporaryDirectory(prefix="dermograph-verify-") as name, _disk_told(Path(name)):
        folder = Path(name)
        settle(folder)
        from dermograph.clinic.upkeep import comparing  # noqa: PLC0415 (its models need the setup)
        from dermograph.clinic.upkeep.reading import Archive  # noqa: PLC0415 (the same)

        archive = Archive(file, unlock)
        copy = folder / "copy"
        manifest = archive.unpack(copy, None, progress)
        compare = comparing.compare_sqlite if manifest.vendor == "sqlite" else comparing.compare_dump
        wrong, report = compare(manifest, copy)
    return Restored(
        manifest.made_at,
        len(manifest.counts),
        sum(manifest.counts.values()),
        report.entries,
        manifest.files,
        wrong=wrong,
        told=_missing(manifest.missing),
    )


def restore(
    file: Path, unlock: Unlock, folder: Path, keys: Keys, *, open_all: bool = False, progress: Progress | None = None
) -> Restored:
    """Restore into an empty folder, and into an empty PostgreSQL where ``DATABASE_URL`` names one.

    Args:
        file: The archive.
        unlock: What opens it.
        folder: An absolute path; it is made, or has to be empty.
        keys: Where the other keys are.
        open_all: Whether to open every photograph; else only the newest.
        progress: Told now and then how many bytes of files are done.

    Raises:
        InputError: If it cannot be restored. What was begun stays marked as unfinished.
    """
    from dermograph.clinic.upkeep.reading import Archive  # noqa: PLC0415 (slow to import, and not needed for --help)
    from dermograph.clinic.vault.keybook import read as read_book  # noqa: PLC0415 (the same)

    archive = Archive(file, unlock)
    about = archive.about()
    master = _master_key(keys.master, about.master_key, about.fingerprint)
    book = keys.book or file.with_name("dermograph.keys")
    if not keys.without and not book.is_file():
        raise InputError(
            Text("The key book is not there: without it no photograph opens.", "Falta el libro de claves."),
            Place(str(book)),
            Text(
                "Name it with --keys. Only if it is lost: --without-keys restores all but the keys.",
                "Indíquelo con --keys. Solo si se ha perdido: --without-keys restaura lo demás.",
            ),
        )
    _check_vendor(about.vendor)
    if not keys.without:
        read_book(book, master)  # before anything is begun
    claim(folder)
    with _disk_told(folder):
        key, text = folder / "master.key", base64.urlsafe_b64encode(master)
        if os.environ.get("DERMOGRAPH_MASTER_KEY"):
            os.environ["DERMOGRAPH_MASTER_KEY"] = text.decode()
        else:
            key.touch(mode=0o600)
            key.write_bytes(text)
        settle(folder)
        from dermograph.clinic.upkeep import filling  # noqa: PLC0415 (its models need the setup)

        restored = filling.fill(archive, folder, None if keys.without else book, open_all=open_all, progress=progress)
        if not restored.wrong:
            finish(folder)
    return restored


def _master_key(file: Path | None, held: bytes | None, fingerprint: str) -> bytes:
    """The master key, from wherever it is kept.

    Raises:
        InputError: If it is nowhere, or not the one of this clinic.
    """
    from dermograph.clinic.upkeep.manifest import fingerprint as fingerprint_of  # noqa: PLC0415 (as above)

    key = held
    try:
        if file is not None:
            key = base64.urlsafe_b64decode(file.read_text(encoding="ascii").strip())
        elif text := os.environ.get("DERMOGRAPH_MASTER_KEY"):
            key = base64.urlsafe_b64decode(text)
    except (OSError, ValueError):
        key = b""
    if key is None:
        raise InputError(
            Text(
                "The master key is needed; it is not in this backup.",
                "Hace falta la clave maestra; no está en la copia.",
            ),
            todo=Text(
                "Give the copy of master.key that you kept elsewhere, with --master-key.",
                "Indique con --master-key la copia de master.key que guardó aparte.",
            ),
        )
    if len(key) != _KEY_BYTES or fingerprint_of(key) != fingerprint:
        raise InputError(
            Text("This is not the master key of the backup's clinic.", "Esta no es la clave maestra de esa clínica."),
            Place(str(file or "DERMOGRAPH_MASTER_KEY")),
            Text("Its photographs would stay closed for good.", "Sus fotografías quedarían cerradas para siempre."),
        )
    return key


def _check_vendor(vendor: str) -> None:
    given = os.environ.get("DATABASE_URL", "")
    if vendor == "sqlite" and given and not given.startswith("sqlite"):
        raise InputError(
            Text("This backup is of SQLite, and DATABASE_URL names another database.", "Esta copia es de SQLite."),
            todo=Text("Restore without DATABASE_URL.", "Restaure sin DATABASE_URL."),
        )
    if vendor == "postgresql" and not given.startswith("postgres"):
        raise InputError(
            Text("This backup is of PostgreSQL.", "Esta copia es de PostgreSQL."),
            todo=Text(
                "Make an empty database, and name it in DATABASE_URL.",
                "Cree una base de datos vacía e indíquela en DATABASE_URL.",
            ),
        )


def _missing(names: list[str]) -> list[Text]:
    if not names:
        return []
    return [
        Text(
            f"{len(names)} files were missing already when the backup was made, such as {names[0]}.",
            f"{len(names)} archivos ya faltaban al hacer la copia, como {names[0]}.",
        )
    ]


@contextlib.contextmanager
def _disk_told(folder: Path) -> Iterator[None]:
    """A full disk in words."""
    try:
        yield
    except Exception as error:
        if getattr(error, "errno", None) not in _FULL and "disk is full" not in str(error):
            raise
        raise InputError(
            Text("The disk is full: the restore was not finished.", "El disco está lleno: la restauración no terminó."),
            Place(str(folder)),
            Text("Remove the folder, make room, and restore again.", "Elimine la carpeta, libere espacio y repita."),
        ) from error
