"""The key book: the one copy of the patients' halves that is kept beside the backups, and where those are.

A backup holds no half (see ``halves``), so the halves need a copy of their own. There is one book a place, and it is
replaced, never added to: an erasure writes it anew without the patient, and from then on no older backup opens their
photographs. It is sealed under a key derived from the master key.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import fcntl
import json
import os
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.utils import timezone

from dermograph.clinic.vault import halves
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text

NAME = "dermograph.keys"
MADE = "backups.json"
_MAGIC = b"DERMOGRAPH KEY BOOK 1\n"
_NONCE, _KEY = 12, 32
_REMEMBERED = 1000
_LARGEST = 2_000_000_000


class OtherKey(InputError):  # noqa: N818 (an answer)
    """The book was altered, or is of another master key."""


@dataclass(frozen=True, slots=True)
class Book:
    """What a key book holds.

    Attributes:
        made_at: ISO 8601.
        halves: Of each patient who has a key.
        erased: Of each erased patient what ``halves.erased_patients`` says.
    """

    made_at: str = ""
    halves: Mapping[uuid.UUID, bytes] = field(default_factory=dict)
    erased: Mapping[uuid.UUID, Mapping[str, Any]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Made:
    """A backup that was made.

    Attributes:
        at: ISO 8601 in UTC.
        archive, book: Where it and its key book were put.
        bytes: How large it is.
    """

    at: str
    archive: str
    book: str
    bytes: int


def renew() -> list[Text]:
    """Write every key book that a backup was made with anew, without who was erased meanwhile.

    Returns:
        A sentence for each book that could not be written; nothing is raised.
    """
    told = []
    for name in dict.fromkeys(one.book for one in backups_made()):
        try:
            if not Path(name).parent.is_dir():
                raise FileNotFoundError
            told += write(Path(name))
        except (OSError, ValueError, InputError):
            told.append(
                Text(
                    f"The key book {name} cannot be reached: until the next backup replaces it, it holds the erased "
                    "key. Copies of it that lie elsewhere have to be replaced too.",
                    f"No se alcanza el libro de claves {name}: hasta que la próxima copia lo sustituya, contiene la "
                    "clave borrada. También hay que sustituir las copias que estén en otro sitio.",
                )
            )
    return told


def write(file: Path) -> list[Text]:
    """Write a book, in the place of the one that is there.

    Halves that only the former book holds are kept in it, so that an empty folder of keys, such as one that is not
    mounted, never empties the book.

    Returns:
        What the person should know: such halves.

    Raises:
        OtherKey: If another installation's book lies there; it is left as it is.
        OSError: If it cannot be written; the former one is still there.
    """
    former = read(file, settings.MASTER_KEY) if file.exists() else Book()
    erased = dict(former.erased) | halves.erased_patients()
    kept = {one: half for one, half in halves.every() if one not in erased}
    only_there = {one: half for one, half in former.halves.items() if one not in kept and one not in erased}
    said = {
        "made_at": timezone.now().astimezone(dt.UTC).isoformat(),
        "halves": {one.hex: half.hex() for one, half in (only_there | kept).items()},
        "erased": {one.hex: dict(proof) for one, proof in erased.items()},
    }
    nonce = os.urandom(_NONCE)
    sealed = AESGCM(_sealing_key(settings.MASTER_KEY)).encrypt(nonce, json.dumps(said).encode(), _MAGIC)
    _replace(file, _MAGIC + nonce + sealed)
    if not only_there:
        return []
    number = len(only_there)
    return [
        Text(
            f"{number} keys are in the key book {file} and not in the folder of keys: see that it is mounted.",
            f"{number} claves están en el libro {file} y no en la carpeta de claves: compruebe que está montada.",
        )
    ]


def read(file: Path, master_key: bytes) -> Book:
    """What a book holds.

    Raises:
        InputError: If it cannot be read, or is no key book.
        OtherKey: If it was altered, or is of another master key.
    """
    place = Place(str(file))
    try:
        if file.stat().st_size > _LARGEST:
            raise InputError(Text("This is no key book.", "Esto no es un libro de claves."), place)
        data = file.read_bytes()
    except OSError as error:
        raise InputError(Text("The key book cannot be read.", "No se puede leer el libro de claves."), place) from error
    if not data.startswith(_MAGIC):
        raise InputError(Text("This is no key book.", "Esto no es un libro de claves."), place)
    start = len(_MAGIC) + _NONCE
    try:
        text = AESGCM(_sealing_key(master_key)).decrypt(data[len(_MAGIC) : start], data[start:], _MAGIC)
    except (InvalidTag, ValueError):
        raise OtherKey(
            Text(
                "The key book was altered, or is of another master key.",
                "El libro de claves se ha alterado o es de otra clave maestra.",
            ),
            place,
            Text("Give the master key of this clinic.", "Indique la clave maestra de esta clínica."),
        ) from None
    said = json.loads(text)
    return Book(
        said["made_at"],
        {uuid.UUID(one): bytes.fromhex(half) for one, half in said["halves"].items()},
        {uuid.UUID(one): proof for one, proof in said["erased"].items()},
    )


def backups_made() -> list[Made]:
    """The backups that were made here, the newest last; a list that cannot be read counts as none."""
    try:
        listed = json.loads(_list_of_backups().read_text(encoding="utf-8"))
        return [Made(str(one["at"]), str(one["archive"]), str(one["book"]), int(one["bytes"])) for one in listed]
    except (OSError, ValueError, TypeError, KeyError):
        return []


def note_made(made: Made) -> None:
    """Write down that a backup was made."""
    path = _list_of_backups()
    with _alone(path):
        listed = [*backups_made(), made][-_REMEMBERED:]
        said = [{"at": one.at, "archive": one.archive, "book": one.book, "bytes": one.bytes} for one in listed]
        _replace(path, (json.dumps(said, ensure_ascii=False, indent=1) + "\n").encode())


def archives_before(moment: dt.datetime) -> list[str]:
    """The backups that were made before some moment, so that they hold what was erased then; by file and day."""
    found = []
    for one in backups_made():
        with contextlib.suppress(ValueError, TypeError):
            if dt.datetime.fromisoformat(one.at) <= moment:
                found.append(f"{one.archive} ({one.at[:10]})")
    return found


def _list_of_backups() -> Path:
    return Path(settings.DATA.path) / MADE


def _sealing_key(master_key: bytes) -> bytes:
    return HKDF(SHA256(), _KEY, salt=None, info=b"dermograph/key book/1").derive(master_key)


def _replace(file: Path, data: bytes) -> None:
    """Write beside the place, to the disk, then rename."""
    partial = file.with_name(f"{file.name}.{uuid.uuid4().hex[:8]}.part")
    try:
        with os.fdopen(os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as handle:
            handle.write(data)
            handle.flush()
            os.fsync(handle.fileno())
        partial.replace(file)
        folder = os.open(file.parent, os.O_RDONLY)
        try:
            with contextlib.suppress(OSError):  # not every system can
                os.fsync(folder)
        finally:
            os.close(folder)
    except BaseException:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)
        raise


@contextlib.contextmanager
def _alone(path: Path) -> Iterator[None]:
    """One at a time."""
    with os.fdopen(os.open(f"{path}.lock", os.O_RDWR | os.O_CREAT, 0o600), "r+b") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
