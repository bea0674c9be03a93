"""Whether the photographs and the keys that a machine sees are those of its database.

Each of the two folders holds a small file with a random id; the database holds the same id. A machine on which a disk
is not mounted, or another one is, is told so before it stores a photograph that the others do not see.
"""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from django.core.files.storage import FileSystemStorage, default_storage

from dermograph.clinic.gallery.models import Photograph
from dermograph.clinic.vault import halves
from dermograph.clinic.vault.models import PatientKey, StorePlace
from dermograph.clinic.vault.seal import KEY_BYTES, NONCE_BYTES
from dermograph.core.errors import InputError
from dermograph.core.errors import Place as Where
from dermograph.core.text import Text

MARK: Final = "place.of"
_OWNER_FOLDER, _OWNER_FILE = 0o700, 0o600
_WITHOUT_HALF = NONCE_BYTES + KEY_BYTES + 16  # bytes of a key that was wrapped before there were halves
_LOOKED_AT = 20


@dataclass(frozen=True, slots=True)
class Place:
    """One of the two.

    Attributes:
        name: What the database calls it.
        words: What people call it.
        folder: Where it is; None where it is no folder, so that nothing can be mixed up here.
        is_ours: Whether something that the newest rows speak of lies there; None where they speak of nothing.
    """

    name: str
    words: Text
    folder: Callable[[], Path | None]
    is_ours: Callable[[], bool | None]


def check(place: Place, *, make: bool = True) -> None:
    """Hold the mark of a folder against the database's; make what is missing of the two.

    A folder and a database of which one has a mark and the other has none belong together only where something that
    the database speaks of lies there; or, where the database is the new one, where nothing lies there yet.

    Args:
        place: Photographs or keys.
        make: Whether to make it; else a database without any is no fault while it speaks of nothing.

    Raises:
        InputError: If the folder belongs to another database, or is empty while the database speaks of what should
            lie there.
    """
    folder = place.folder()
    if folder is None:
        return
    here, ours = _mark(folder), StorePlace.objects.filter(pk=place.name).values_list("mark", flat=True).first()
    if here is not None and here == ours:
        return
    if here is not None and ours is not None:
        raise _not_ours(place, folder)
    known = place.is_ours()
    fits = known is not False if ours is None else known is True
    if not fits:
        raise _not_ours(place, folder)
    if not make:
        return
    if known is None and not _is_empty(folder):
        raise _not_ours(place, folder)
    row, _ = StorePlace.objects.get_or_create(pk=place.name, defaults={"mark": here or uuid.uuid4()})
    if (here or _made(folder, row.mark)) != row.mark:
        raise _not_ours(place, folder)


def in_the_way() -> InputError | None:
    """What speaks against working with the two folders as they are now; None if nothing does."""
    try:
        for place in PLACES:
            check(place, make=False)
    except InputError as why:
        return why
    return None


def take_over() -> None:
    """Have the folders that a marked database was just restored beside carry its mark, also where nothing lies in them.

    Raises:
        InputError: If a folder cannot be marked.
    """
    for place in PLACES:
        folder, row = place.folder(), StorePlace.objects.filter(pk=place.name).first()
        if folder is None or row is None or place.is_ours() is False:
            continue
        row.mark = _mark(folder) or _made(folder, row.mark) or row.mark
        row.save()


def _is_empty(folder: Path) -> bool:
    """Whether neither a photograph nor a key lies in a folder."""
    return not any(folder.glob("[0-9a-f][0-9a-f]/*"))


def _not_ours(place: Place, folder: Path) -> InputError:
    return InputError(
        Text(
            f"These are not the {place.words.en} that the database speaks of.",
            f"No son {place.words.es} de los que habla la base de datos.",
        ),
        Where(str(folder)),
        Text(
            "See that the right disk is mounted there, and that DERMOGRAPH_FILES and DERMOGRAPH_KEYS are the same on "
            "every machine.",
            "Compruebe que está montado el disco correcto y que DERMOGRAPH_FILES y DERMOGRAPH_KEYS son iguales en "
            "todas las máquinas.",
        ),
    )


def _mark(folder: Path) -> uuid.UUID | None:
    try:
        return uuid.UUID((folder / MARK).read_text(encoding="ascii").strip())
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise InputError(
            Text("The mark of this folder cannot be read.", "La marca de esta carpeta no se puede leer."),
            Where(str(folder / MARK)),
        ) from error


def _made(folder: Path, mark: uuid.UUID) -> uuid.UUID | None:
    """Mark a folder, unless another machine has just done so; the mark that it has."""
    folder.mkdir(mode=_OWNER_FOLDER, parents=True, exist_ok=True)
    own = folder / f"{MARK}.{uuid.uuid4().hex[:8]}"
    with os.fdopen(os.open(own, os.O_WRONLY | os.O_CREAT | os.O_EXCL, _OWNER_FILE), "w") as file:
        file.write(f"{mark}\n")
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(own, folder / MARK)
    except FileExistsError:
        pass
    except OSError as error:
        raise InputError(
            Text("This disk has no hard links.", "Este disco no admite enlaces físicos."),
            Where(str(folder)),
            Text("Name a folder on one that has.", "Indique una carpeta en uno que los admita."),
        ) from error
    finally:
        own.unlink()
    return _mark(folder)


def _files() -> Path | None:
    return Path(default_storage.path("")) if isinstance(default_storage, FileSystemStorage) else None


def _holds_a_file() -> bool | None:
    names = Photograph.objects.order_by("-written_at").values_list("file", flat=True)[:_LOOKED_AT]
    return any(default_storage.exists(name) for name in names) if names else None


def _holds_a_key() -> bool | None:
    found = PatientKey.objects.filter(destroyed_at=None).order_by("-made_at")[:_LOOKED_AT]
    patients = [one.patient_id for one in found if len(bytes(one.wrapped)) > _WITHOUT_HALF]
    return any(halves.read(patient) is not None for patient in patients) if patients else None


PLACES: Final = (
    Place("files", Text("photographs", "las fotografías"), _files, _holds_a_file),
    Place("keys", Text("keys of patients", "las claves de pacientes"), halves.folder, _holds_a_key),
)
