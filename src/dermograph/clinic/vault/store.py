"""Sealed files in Django's default storage: a local folder, or any other that Django knows.

A file's name says nothing: two letters for the folder, a random id, and what it is for (``original``, ``preview`` …).
In a local folder a file is written whole, to the disk, or not at all.
"""

from __future__ import annotations

import errno
import os
import re
import uuid
from contextlib import suppress
from pathlib import Path

from django.core.files.base import ContentFile
from django.core.files.storage import FileSystemStorage, default_storage
from django.db.models import Model

from dermograph.clinic.vault.seal import OutOfReach, Unreadable, seal, unseal
from dermograph.core.errors import InputError
from dermograph.core.text import Text

_NAME = re.compile(r"[0-9a-f]{2}/[0-9a-f]{32}\.[a-z0-9_]{1,20}")
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_OWNER_FOLDER, _OWNER_FILE = 0o700, 0o600


class NotStored(OutOfReach):
    """Nothing was stored, because the storage could not take it."""


class Missing(Unreadable, OutOfReach):
    """The file is not in the vault, or cannot be read there now."""

    def __init__(self) -> None:
        InputError.__init__(
            self,
            Text(
                "The file is not in the vault, or cannot be read there now.",
                "El archivo no está en el almacén, o no se puede leer ahora.",
            ),
            todo=Text(
                "See that the disk is there; else restore the file from the backup.",
                "Compruebe que el disco está; si no, restaure el archivo de la copia de seguridad.",
            ),
        )


def new_name(suffix: str, of: uuid.UUID | None = None) -> str:
    """A name for a file.

    Args:
        suffix: What it is for, a word in lower case.
        of: Settles the name, so that what is made again takes the place of the former; None for a random one.
    """
    letters = (of or uuid.uuid4()).hex
    return _checked(f"{letters[:2]}/{letters}.{suffix}")


def put(patient: Model, data: bytes, suffix: str, of: uuid.UUID | None = None) -> str:
    """Seal and store.

    Args:
        patient: Whose it is.
        data: Any bytes.
        suffix: What it is for, such as ``original``.
        of: As for ``new_name``; a file of that name is replaced.

    Returns:
        The name under which ``get`` finds it.

    Raises:
        NotStored: If the disk is full or cannot be written; nothing is left of it.
        Erased: If the patient's key was destroyed.
    """
    name = new_name(suffix, of)
    try:
        sealed = seal(patient, data, name)
        if isinstance(default_storage, FileSystemStorage):  # the lazy object answers for what it wraps
            _write(Path(default_storage.path(name)), sealed)
        else:
            _save(name, sealed)
    except OSError as error:
        raise _not_stored(error) from error
    return name


def get(patient: Model, name: str) -> bytes:
    """Read and open.

    Raises:
        Missing: If there is no such file.
        Unreadable: If it cannot be opened for this patient.
        Erased: If the patient's key was destroyed.
    """
    try:
        with default_storage.open(_checked(name)) as file:
            sealed = file.read()
    except OSError:
        # The clearer answer first: of an erased patient the files are gone as well.
        unseal(patient, seal(patient, b"", name), name)
        raise Missing from None
    return unseal(patient, sealed, name)


def remove(name: str) -> None:
    """Remove a file; nothing happens if it is not there."""
    with suppress(OSError):
        default_storage.delete(_checked(name))


def _write(path: Path, sealed: bytes) -> None:
    """Write beside the place, to the disk, then rename: whoever looks finds the whole file or none."""
    path.parent.mkdir(mode=_OWNER_FOLDER, parents=True, exist_ok=True)
    partial = path.with_name(f"{path.name}.{uuid.uuid4().hex[:8]}.part")
    try:
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_FILE)
        with os.fdopen(handle, "wb") as file:
            file.write(sealed)
            file.flush()
            os.fsync(file.fileno())
        partial.replace(path)
        _sync_folder(path.parent)
    except BaseException:
        with suppress(OSError):
            partial.unlink(missing_ok=True)
        raise


def _sync_folder(folder: Path) -> None:
    """Put the entry of a new file on the disk too; not every system can."""
    with suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _save(name: str, sealed: bytes) -> None:
    """The same in a storage that is no folder; it alone knows how to write whole."""
    if default_storage.exists(name):
        default_storage.delete(name)
    try:
        kept = default_storage.save(name, ContentFile(sealed))
    except BaseException:
        with suppress(Exception):
            default_storage.delete(name)
        raise
    if kept != name:
        default_storage.delete(kept)
        msg = f"the storage wanted to call {name} otherwise"
        raise OSError(errno.EEXIST, msg)


def _checked(name: str) -> str:
    """The name, if it is one of ours.

    Raises:
        ValueError: If not: a name from elsewhere could lead out of the storage.
    """
    if _NAME.fullmatch(name) is None:
        msg = "this is no name of the vault"
        raise ValueError(msg)
    return name


def _not_stored(error: OSError) -> NotStored:
    if error.errno in _FULL:
        return NotStored(
            Text("The disk is full: nothing was stored.", "El disco está lleno: no se ha guardado nada."),
            todo=Text(
                "Make room on it, then send the photograph again.",
                "Libere espacio y vuelva a enviar la fotografía.",
            ),
        )
    return NotStored(
        Text(
            "The storage cannot be written to: nothing was stored.",
            "No se puede escribir en el almacenamiento: no se ha guardado nada.",
        ),
        todo=Text("Tell who looks after the server.", "Avise a quien cuida del servidor."),
    )
