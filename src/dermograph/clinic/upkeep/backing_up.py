"""Making a backup: one moment of the database, every sealed file, a manifest, encrypted into one file."""

from __future__ import annotations

import base64
import contextlib
import datetime as dt
import errno
import hashlib
import io
import json
import os
import secrets
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.utils import timezone

from dermograph import __version__
from dermograph.clinic.upkeep import anchors, contents, stored
from dermograph.clinic.upkeep.manifest import (
    ABOUT,
    FILES,
    LIST,
    MANIFEST,
    MASTER_KEY,
    MEMBER,
    SCHEMA,
    Hashed,
    Manifest,
    fingerprint,
)
from dermograph.clinic.upkeep.sealed_stream import SealingWriter
from dermograph.clinic.upkeep.snapshot import Snapshot, snapshot, working_folder
from dermograph.clinic.upkeep.unlocking import Lock
from dermograph.clinic.upkeep.verify import anchor_file, own_ask
from dermograph.clinic.vault import keybook
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_PIECE = 1 << 20


@dataclass(frozen=True, slots=True)
class Backup:
    """What was made.

    Attributes:
        archive, book: Where.
        bytes: Of the archive.
        manifest: What it says of itself.
        told: What the person should know; empty where all is well.
    """

    archive: Path
    book: Path
    bytes: int
    manifest: Manifest
    told: list[Text]


def back_up(
    target: Path,
    lock: Lock,
    *,
    book: Path | None = None,
    with_master_key: bool = False,
    progress: Callable[[int], None] | None = None,
) -> Backup:
    """Make a backup while the clinic works.

    Args:
        target: A file that does not exist yet, or a folder, in which one named after the moment is made.
        lock: What the archive is encrypted with.
        book: Where the key book is; None for beside the archive.
        with_master_key: Whether the master key is put into it.
        progress: Told now and then how many bytes are done.

    Raises:
        InputError: If it cannot be made; nothing is left of it.
    """
    now = timezone.now().astimezone(dt.UTC)
    archive = target / f"dermograph-{now:%Y%m%d-%H%M%S}.backup" if target.is_dir() else target
    book = book or archive.with_name(keybook.NAME)
    _check_place(archive, book)
    partial = archive.with_name(f"{archive.name}.partial")
    try:
        with working_folder(Path(settings.DATA.path).absolute()) as work:
            taken = snapshot(work)
            with _fresh(partial) as raw:
                manifest = _write(raw, taken, lock, now, progress, with_master_key=with_master_key)
                raw.flush()
                os.fsync(raw.fileno())
            told = _missing_told(manifest)
        # The key book first: an archive without the keys of its newest patients would not open their photographs.
        told += keybook.write(book)
        partial.replace(archive)
        _sync(archive.parent)
    except OSError as error:
        if error.errno in _FULL:
            raise InputError(
                Text("The disk is full: no backup was kept.", "El disco está lleno: no se ha guardado la copia."),
                Place(str(archive)),
                Text("Make room there, then back up again.", "Libere espacio ahí y repita la copia."),
            ) from error
        raise InputError(
            Text(
                f"The backup cannot be written ({error.strerror or type(error).__name__}).",
                "La copia no se puede escribir.",
            ),
            Place(str(archive)),
        ) from error
    finally:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
    size = archive.stat().st_size
    anchors.drop(anchor_file(), manifest.heads, manifest.made_at, settings.MASTER_KEY)
    keybook.note_made(keybook.Made(manifest.made_at, str(archive.absolute()), str(book.absolute()), size))
    return Backup(archive, book, size, manifest, told)


def _check_place(archive: Path, book: Path) -> None:
    if archive.exists():
        raise InputError(
            Text("There is a file of that name already.", "Ya hay un archivo con ese nombre."),
            Place(str(archive)),
            Text("Name another one, or a folder.", "Indique otro, o una carpeta."),
        )
    data = Path(settings.DATA.path).resolve()
    for folder in (archive.parent, book.parent):
        if folder.resolve().is_relative_to(data):
            raise InputError(
                Text(
                    "This is the data folder: with its disk the backup would be gone too.",
                    "Es la carpeta de datos: con su disco se perdería también la copia.",
                ),
                Place(str(folder)),
                Text("Name a folder elsewhere, on another disk.", "Indique una carpeta en otro sitio, en otro disco."),
            )
        if not folder.is_dir() or not os.access(folder, os.W_OK | os.X_OK):
            raise InputError(
                Text("Nothing can be written there.", "Ahí no se puede escribir."),
                Place(str(folder)),
                Text(
                    "Name a folder that exists and that you may write to.",
                    "Indique una carpeta en la que pueda escribir.",
                ),
            )


@contextlib.contextmanager
def _fresh(partial: Path) -> Iterator[IO[bytes]]:
    """A new file, the owner's only; what an earlier attempt has left behind is overwritten."""
    handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb", buffering=_PIECE) as raw:
        yield raw


def _write(
    raw: IO[bytes],
    taken: Snapshot,
    lock: Lock,
    now: dt.datetime,
    progress: Callable[[int], None] | None,
    *,
    with_master_key: bool,
) -> Manifest:
    """The whole archive."""
    key = secrets.token_bytes(32)
    sealed = SealingWriter(raw, {"format": 1, "made_at": now.isoformat(), "lock": lock.lock(key)}, key)
    with tarfile.open(fileobj=sealed, mode="w", format=tarfile.GNU_FORMAT, copybufsize=_PIECE) as tar:  # type: ignore[call-overload]  # it is only written to
        mark = fingerprint(settings.MASTER_KEY)
        said = {"schema": SCHEMA, "version": __version__, "vendor": taken.vendor, "fingerprint": mark}
        about = (json.dumps(said) + "\n").encode()
        _add(tar, ABOUT, io.BytesIO(about), len(about), now)
        if with_master_key:
            text = base64.urlsafe_b64encode(settings.MASTER_KEY)
            _add(tar, MASTER_KEY, io.BytesIO(text), len(text), now)
        with taken.file.open("rb") as copy:
            database = _add(tar, MEMBER[taken.vendor], copy, taken.file.stat().st_size, now)
        listed, files, size = hashlib.sha256(), 0, 0
        with taken.files.with_name(LIST).open("w+b") as list_file:
            for name in stored.names():
                with stored.opened(name) as there:
                    if there is None:
                        continue  # removed meanwhile
                    content, length = there
                    line = f"{_add(tar, FILES + name, content, length, now)}  {FILES}{name}\n".encode()
                list_file.write(line)
                listed.update(line)
                files, size = files + 1, size + length
                if progress is not None:
                    progress(size)
            length = list_file.tell()
            list_file.seek(0)
            _add(tar, LIST, list_file, length, now)
        manifest = Manifest(
            made_at=now.isoformat(),
            version=__version__,
            vendor=taken.vendor,
            counts=taken.counts,
            heads=taken.heads,
            migrations=taken.migrations,
            database_sha256=database,
            files=files,
            files_bytes=size,
            list_sha256=listed.hexdigest(),
            missing=_missing(taken.files),
            fingerprint=mark,
        )
        text = manifest.to_bytes()
        _add(tar, MANIFEST, io.BytesIO(text), len(text), now)
    sealed.close()
    return manifest


def _add(tar: tarfile.TarFile, name: str, content: IO[bytes], size: int, now: dt.datetime) -> str:
    """Add a file; its SHA-256."""
    member = tarfile.TarInfo(name)
    member.size, member.mode, member.mtime = size, 0o600, int(now.timestamp())
    hashed: Any = Hashed(content)
    tar.addfile(member, hashed)
    return str(hashed.sha256.hexdigest())


def _missing(listed: Path) -> list[str]:
    """Files that rows speak of, in the copy and still now, and that are not there."""
    gone = set()
    with listed.open(encoding="utf-8") as names:
        for line in names:
            name = line.rstrip("\n")
            if not stored.exists(name):
                gone.add(name)
    return sorted(gone & set(contents.file_names(own_ask()))) if gone else []


def _missing_told(manifest: Manifest) -> list[Text]:
    if not manifest.missing:
        return []
    number = len(manifest.missing)
    return [
        Text(
            f"{number} files of photographs or comparisons are not in the vault, such as {manifest.missing[0]}.",
            f"{number} archivos de fotografías o comparaciones no están en el almacén, como {manifest.missing[0]}.",
        )
    ]


def _sync(folder: Path) -> None:
    with contextlib.suppress(OSError):  # not every system can
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
