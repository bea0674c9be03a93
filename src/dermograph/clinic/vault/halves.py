"""The second half of every patient's key, kept apart from the database and from every backup.

The key of a patient lies in the database, wrapped under the master key *and* under 32 random bytes that lie here, one
small file a patient. A backup holds the database and the photographs and never this folder: once a patient's half is
destroyed, no older backup opens their photographs, not even with the master key.

Beside the destroyed half stays ``….erased``, which names no person: the list of who was erased, which outlives a
database that is restored from an older day. Whoever is in it gets no new half.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import secrets
import uuid
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils import timezone

HALF_BYTES = 32
KEY, ERASED = ".key", ".erased"
_MARK = "halves.of"
_OWNER_FOLDER, _OWNER_FILE = 0o700, 0o600


def folder() -> Path:
    """Where the halves lie."""
    return Path(settings.PATIENT_KEYS)


def read(patient: uuid.UUID) -> bytes | None:
    """The half of a patient's key; None if it is not there, cannot be read, or was destroyed."""
    try:
        if is_erased(patient):
            return None
        half = _place(patient, KEY).read_bytes()
    except OSError:
        return None
    return half if len(half) == HALF_BYTES else None


def make(patient: uuid.UUID) -> bytes | None:
    """The half of a patient's key, made if there is none; None if it was destroyed.

    Raises:
        OSError: If it cannot be kept.
    """
    if is_erased(patient):
        return None
    place = _place(patient, KEY)
    if not place.exists():
        _make_folder(place.parent)
        own = _written(place, secrets.token_bytes(HALF_BYTES))
        with contextlib.suppress(FileExistsError):  # another process was faster: its half counts
            os.link(own, place)
        own.unlink()
        _sync(place.parent)
    return read(patient)


def make_each(patients: Iterable[uuid.UUID]) -> None:
    """Make the halves of many patients; all are on the disk when it returns. Whoever was erased gets none.

    Raises:
        OSError: If they cannot be kept.
    """
    made: list[tuple[Path, Path]] = []
    for patient in patients:
        place = _place(patient, KEY)
        if is_erased(patient) or place.exists():
            continue
        _make_folder(place.parent)
        own = place.with_name(f"{place.name}.{uuid.uuid4().hex[:8]}.part")
        with os.fdopen(os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_FILE), "wb") as file:
            file.write(secrets.token_bytes(HALF_BYTES))
        made.append((own, place))
    if not made:
        return
    os.sync()  # once for all of them, and before any has its name: after a power cut none is empty
    for own, place in made:
        with contextlib.suppress(FileExistsError):  # another process was faster: its half counts
            os.link(own, place)
        own.unlink()
    os.sync()


def destroy(patient: uuid.UUID, proof: Mapping[str, Any] | None = None) -> None:
    """Destroy a half, and write down that it was; again where that was interrupted.

    The list is written first: after a power cut in between, the half counts as destroyed already.

    Args:
        patient: Whose.
        proof: What stays of it: ids and figures, no person.

    Raises:
        OSError: If the folder cannot be written.
    """
    at = timezone.now().astimezone(dt.UTC).isoformat()
    bring_back_erased({"patient": str(patient), "at": at, "proof": dict(proof or {})})


def is_erased(patient: uuid.UUID) -> bool:
    """Whether a patient stands in the list of the erased.

    Raises:
        OSError: If the folder cannot be read.
    """
    return _place(patient, ERASED).exists()


def has_file(patient: uuid.UUID) -> bool:
    """Whether the file of a patient's half is there, also of one who is on the list of the erased."""
    return _place(patient, KEY).exists()


def erased_patients() -> dict[uuid.UUID, dict[str, Any]]:
    """Everybody who was erased, with what their proof says."""
    return {uuid.UUID(path.stem): json.loads(path.read_text(encoding="utf-8")) for path in _files(ERASED)}


def every() -> Iterator[tuple[uuid.UUID, bytes]]:
    """Each patient's half, for the one copy that is kept of them."""
    for path in _files(KEY):
        half = read(uuid.UUID(path.stem))
        if half is not None:
            yield uuid.UUID(path.stem), half


def bring_back(patient: uuid.UUID, half: bytes) -> bool:
    """Put a half back from its copy; what is there already stays as it is.

    Returns:
        Whether the patient has a half now; False for who was erased.

    Raises:
        ValueError: If it is no half.
        OSError: If it cannot be kept.
    """
    if len(half) != HALF_BYTES:
        msg = f"a half has {HALF_BYTES} bytes, not {len(half)}"
        raise ValueError(msg)
    place = _place(patient, KEY)
    if not is_erased(patient) and not place.exists():
        _make_folder(place.parent)
        _written(place, half).replace(place)
        mark()
    return read(patient) is not None


def bring_back_erased(said: Mapping[str, Any]) -> None:
    """Put an erased patient on the list; their half goes if it is there. Who is on it already stays as they are.

    Args:
        said: As ``erased_patients`` has it.

    Raises:
        OSError: If the folder cannot be written.
    """
    patient = uuid.UUID(str(said["patient"]))
    listed = _place(patient, ERASED)
    _make_folder(listed.parent)
    if not listed.exists():
        _written(listed, json.dumps(dict(said), ensure_ascii=False, sort_keys=True).encode()).replace(listed)
        _sync(listed.parent)
    _overwrite(_place(patient, KEY))


def count() -> int:
    """How many halves there are."""
    return sum(1 for _ in _files(KEY))


def mark() -> None:
    """Say that this folder is the one that the database belongs to."""
    place = folder() / _MARK
    if not place.exists():
        _make_folder(folder())
        _written(place, b"halves of the keys of patients; never part of a backup\n").replace(place)


def is_marked() -> bool:
    """Whether this is a folder of halves, and not the empty place where one has yet to be mounted."""
    return (folder() / _MARK).exists()


def _files(ending: str) -> Iterator[Path]:
    yield from sorted(folder().glob(f"??/*{ending}"))


def _place(patient: uuid.UUID, ending: str) -> Path:
    letters = uuid.UUID(str(patient)).hex
    return folder() / letters[:2] / f"{letters}{ending}"


def _make_folder(path: Path) -> None:
    path.mkdir(mode=_OWNER_FOLDER, parents=True, exist_ok=True)


def _written(beside: Path, data: bytes) -> Path:
    """A file of a name of its own beside a place, on the disk."""
    own = beside.with_name(f"{beside.name}.{uuid.uuid4().hex[:8]}.part")
    with os.fdopen(os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_FILE), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
    return own


def _overwrite(place: Path) -> None:
    """Write over a half, to the disk, and take it away; nothing happens if it is not there."""
    with contextlib.suppress(FileNotFoundError):
        with place.open("r+b") as file:
            file.write(bytes(HALF_BYTES))
            file.flush()
            os.fsync(file.fileno())
        place.unlink()
        _sync(place.parent)


def _sync(path: Path) -> None:
    """Put a folder's entries on the disk too; not every system can."""
    with contextlib.suppress(OSError):
        handle = os.open(path, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
