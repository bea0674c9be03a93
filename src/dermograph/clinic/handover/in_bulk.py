"""The records of a whole clinic as NDJSON, one file a type: in parts, so that it can be stopped and gone on with.

A part is some patients: it is written down that they leave, their lines are added, and how far it came is kept. What
stands in the files beyond that is cut off when it is gone on with. That they leave is written down with the id of the
export, so once only, also where it was ended between that and what is kept. What is kept after the last part is as
small as after the first: who is in the files is read from them.

Once all are through, it is listed again who is not in the files: who was registered meanwhile, is blocked no more or
agreed since is added, until a list adds nobody, or so many were made. The export is whole as of the last list, and its
manifest says when that was.

Whose record was blocked or erased, or who took a consent back, after their lines were added does not leave: the files
are begun anew without them, since lines of several types are about them, and not each says so.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import uuid
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

from dermograph.clinic.folder import OWNER_FOLDER, OWNER_ONLY
from dermograph.clinic.handover.handing_out import check_wish, refusals, write_down, written_down
from dermograph.clinic.handover.kept import in_parts, latest
from dermograph.clinic.handover.outgoing.whole import AT_ONCE
from dermograph.clinic.handover.received import NATIVE, received_resources
from dermograph.clinic.handover.shelf import Shelf
from dermograph.clinic.people.models import Clinic, Patient, User
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text
from dermograph.exchange.fhir.elements import Element
from dermograph.exchange.fhir.map.tables import to_resource

STATE, MANIFEST = "export.state.json", "manifest.json"
SCHEMA: Final = "dermograph.export.fhir/1"
#: Types of which several records name the same.
_SHARED: Final = frozenset({"Organization", "Practitioner", "Location", "Schedule", "Device", "Substance"})
#: So many times it is listed who is not in the files yet; a later list has only who came while the one before was done.
MOST_LISTS: Final = 10
_BLOCKED: Final = Text("The record is blocked.", "La historia está bloqueada.")
Json = dict[str, Any]


@dataclass(slots=True)
class Far:
    """How far it came.

    Attributes:
        to: The recipient; empty for the clinic itself.
        export: The id of the export, the same each time that it is gone on with.
        sizes, counts: Bytes and lines of each file that hold.
        in_files: The ids of the patients who are in it.
        left_out: The record numbers of those who are not, each with the reason, as the last list found them.
        listed_at: Just before who is there was listed last: whoever was there then is in it, or is left out.
    """

    clinic: str
    purpose: str
    to: str = ""
    export: uuid.UUID = field(default_factory=uuid.uuid4)
    sizes: dict[str, int] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    in_files: set[uuid.UUID] = field(default_factory=set)
    left_out: dict[int, Text] = field(default_factory=dict)
    listed_at: dt.datetime | None = None

    @property
    def patients(self) -> int:
        """How many are in it."""
        return len(self.in_files)

    def begin_anew(self) -> None:
        """Forget what the files hold; the same export goes on."""
        for some in (self.sizes, self.counts, self.in_files, self.left_out):
            some.clear()

    def to_json(self) -> Json:
        """As it is kept to go on with, whoever is in the files."""
        return {
            "schema": SCHEMA,
            "clinic": self.clinic,
            "purpose": self.purpose,
            "to": self.to,
            "export": str(self.export),
            "sizes": self.sizes,
            "counts": self.counts,
        }

    def manifest(self, at: dt.datetime) -> Json:
        """What it says once it is whole."""
        as_of = (self.listed_at or at).isoformat(timespec="seconds")
        left_out = {str(number): words.to_json() for number, words in sorted(self.left_out.items())}
        said = {name: value for name, value in self.to_json().items() if name != "sizes"}
        told = {"patients": self.patients, "left_out": left_out, "whole_as_of": as_of}
        return said | told | {"at": at.isoformat(timespec="seconds")}

    @classmethod
    def of(cls, said: Json, folder: Path) -> Far:
        """What was kept, and who is in the files.

        Raises:
            ValueError, KeyError, TypeError: If it is none, or the files hold less than it says.
            OSError: If a file is missing or cannot be read.
        """
        sizes = {str(kind): int(size) for kind, size in said["sizes"].items()}
        if any((folder / f"{kind}.ndjson").stat().st_size < size for kind, size in sizes.items()):
            raise ValueError
        return cls(
            clinic=said["clinic"],
            purpose=said["purpose"],
            to=said["to"],
            export=uuid.UUID(said["export"]),
            sizes=sizes,
            counts={str(kind): int(count) for kind, count in said["counts"].items()},
            in_files={uuid.UUID(key) for key in _ids(folder, "Patient", sizes)},
        )


def hand_out_all(
    clinic: Clinic,
    folder: Path,
    *,
    purpose: str,
    recipient: str,
    who: User | None,
    progress: Callable[[int, int], None] | None = None,
) -> Far:
    """Write the records of all patients of a clinic, or go on where it was stopped.

    Args:
        clinic: Whose.
        folder: A new one, an empty one, or one in which this was stopped.
        purpose: One of ``handing_out.PURPOSES``.
        recipient: To whom; not needed for the clinic itself.
        who: Who lets them leave; None for who runs the server.
        progress: Told how many patients are done, and how many there are.

    Returns:
        What is in the files, and who was left out.

    Raises:
        InputError: If the folder holds something else, cannot be written to, or it is not said to whom.
    """
    to = check_wish(purpose, recipient)
    far = _begun(folder, Far(clinic.slug, purpose, to))
    is_whole = False
    while not is_whole:
        if _may_not_leave(clinic, far):
            far.begin_anew()
            _write(folder / STATE, far.to_json())
        _go_on(clinic, folder, far, who, progress)
        is_whole = not _may_not_leave(clinic, far)
    _write(folder / MANIFEST, far.manifest(dt.datetime.now(dt.UTC)))
    (folder / STATE).unlink()
    return far


def _may_not_leave(clinic: Clinic, far: Far) -> bool:
    """Whether the files hold the record of somebody that may leave no more, or that is erased."""
    for some in in_parts(sorted(far.in_files)):
        may = set(Patient.objects.filter(clinic=clinic, restricted_at=None, pk__in=some).values_list("pk", flat=True))
        if may != set(some) or refusals(clinic, list(some), far.purpose):
            return True
    return False


def _go_on(
    clinic: Clinic, folder: Path, far: Far, who: User | None, progress: Callable[[int, int], None] | None
) -> None:
    """Add everything that the files do not hold yet, list after list; what is about nobody after the last of them."""
    shared = {f"{kind}/{key}" for kind in _SHARED for key in _ids(folder, kind, far.sizes)}
    with _Files(folder, far) as files:
        for turn in range(MOST_LISTS):
            before = far.patients
            missing, total = _listed(clinic, far)
            for start in range(0, len(missing), AT_ONCE):
                some = missing[start : start + AT_ONCE]
                has_added = _one_part(clinic, some, far, files, who, shared)
                if has_added:
                    files.keep()
                if progress is not None and (has_added or turn == 0):
                    progress(total - len(missing) + start + len(some), total)
            if far.patients == before:
                break
        # Not kept with the parts: where it is ended from here on, all of it is cut off and read again.
        _about_nobody(clinic, files)
        files.on_disk()


def _listed(clinic: Clinic, far: Far) -> tuple[list[uuid.UUID], int]:
    """Who is not in the files yet and is not blocked, in the order of their ids; and how many may be in all."""
    far.listed_at, far.left_out = dt.datetime.now(dt.UTC), {}
    missing, total = [], 0
    rows = Patient.objects.filter(clinic=clinic).order_by("pk")
    for pk, number, blocked_at in rows.values_list("pk", "number", "restricted_at"):  # one query: nobody slips between
        total += blocked_at is None
        if pk in far.in_files:
            continue
        if blocked_at is None:
            missing.append(pk)
        else:
            far.left_out[number] = _BLOCKED
    return missing, total


def _one_part(
    clinic: Clinic,
    some: Collection[uuid.UUID],
    far: Far,
    files: _Files,
    who: User | None,
    shared: set[str],
) -> bool:
    """Add those of some patients who may leave, and tell of the others; whether there was anybody to add."""
    numbers: dict[uuid.UUID, int] = {}
    refused: dict[uuid.UUID, Text] = {}
    shelf = Shelf(clinic)
    lines: list[Element] = []
    with written_down():
        # Held before it is asked, since they were listed long ago; who was erased since is told of nowhere.
        held = Patient.objects.select_for_update(no_key=True).filter(clinic=clinic, pk__in=some).order_by("pk")
        for pk, number, blocked_at in held.values_list("pk", "number", "restricted_at"):
            numbers[pk] = number
            if blocked_at is not None:
                refused[pk] = _BLOCKED
        refused |= refusals(clinic, [pk for pk in numbers if pk not in refused], far.purpose)
        wanted = [pk for pk in numbers if pk not in refused]
        write_down(clinic, wanted, far.purpose, far.to, who, far.export)
        for record in shelf.records(wanted) if wanted else ():
            lines += [to_resource(part) for part in record.parts()]
            far.in_files.add(record.patient.id)
        for one in received_resources(clinic, patients=wanted) if wanted else ():
            if shelf.is_beside(one):
                lines.append(one.resource)
    for resource in lines:
        kind, logical = resource["resourceType"], resource["id"]
        if kind in _SHARED:
            if f"{kind}/{logical}" in shared:
                continue
            shared.add(f"{kind}/{logical}")
        files.add(resource)
    far.left_out |= {numbers[pk]: words for pk, words in refused.items()}
    return bool(wanted)


def _about_nobody(clinic: Clinic, files: _Files) -> None:
    """What was received and is about nobody, such as places and things; nobody's record is opened for it."""
    rows = latest(clinic).filter(patient=None).exclude(kind__in=NATIVE)
    for kind in sorted(set(rows.order_by().values_list("kind", flat=True))):
        for some in in_parts(rows.filter(kind=kind).order_by("key").values_list("key", flat=True)):
            for one in received_resources(clinic, kind=kind, keys=some):
                files.add(one.resource)


class _Files:
    """The files that are added to, each the owner's only."""

    def __init__(self, folder: Path, far: Far) -> None:
        self._folder, self._far = folder, far
        self._open: dict[str, Any] = {}
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> Self:
        self._stack.__enter__()
        for file in self._folder.glob("*.ndjson"):  # what was added after the last part that was kept
            if size := self._far.sizes.get(file.stem, 0):
                os.truncate(file, size)
            else:
                file.unlink()
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()

    def add(self, resource: Element) -> None:
        """Add a line."""
        kind = resource["resourceType"]
        if kind not in self._open:
            handle = os.open(self._folder / f"{kind}.ndjson", os.O_WRONLY | os.O_CREAT, OWNER_ONLY)
            self._open[kind] = self._stack.enter_context(os.fdopen(handle, "wb"))
            self._open[kind].seek(0, os.SEEK_END)
        line = json.dumps(resource, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
        self._open[kind].write(line)
        self._far.counts[kind] = self._far.counts.get(kind, 0) + 1

    def on_disk(self) -> None:
        """See that everything is on the disk."""
        for kind, file in self._open.items():
            file.flush()
            os.fsync(file.fileno())
            self._far.sizes[kind] = file.tell()

    def keep(self) -> None:
        """The same, then keep how far it came."""
        self.on_disk()
        _write(self._folder / STATE, self._far.to_json())


def _begun(folder: Path, wanted: Far) -> Far:
    """How far it came in a folder; from the beginning in an empty or a new one."""
    place = Place(str(folder))
    try:
        folder.mkdir(mode=OWNER_FOLDER, parents=False, exist_ok=True)
        if (folder / STATE).exists():
            far = Far.of(json.loads((folder / STATE).read_text(encoding="utf-8")), folder)
            if (far.clinic, far.purpose, far.to) != (wanted.clinic, wanted.purpose, wanted.to):
                raise InputError(
                    Text("Another export was begun in this folder.", "En esta carpeta se empezó otra exportación."),
                    place,
                    Text("Name another folder, or the same options.", "Indique otra carpeta o las mismas opciones."),
                )
            (folder / MANIFEST).unlink(missing_ok=True)  # killed after its last write: the files hold less again
            return far
        if any(one.name != _unfinished(folder / STATE).name for one in folder.iterdir()):  # killed at its first write
            raise InputError(
                Text("This folder is not empty.", "Esta carpeta no está vacía."),
                place,
                Text("Name one that does not exist yet.", "Indique una que aún no exista."),
            )
        _write(folder / STATE, wanted.to_json())
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        if isinstance(error, InputError):
            raise
        raise InputError(
            Text("The folder cannot be made, read or written to.", "La carpeta no se puede crear, leer o escribir."),
            place,
        ) from error
    return wanted


def _ids(folder: Path, kind: str, sizes: Mapping[str, int]) -> set[str]:
    """The ids of what the file of a type holds, as far as it counts."""
    found: set[str] = set()
    if left := sizes.get(kind, 0):
        with (folder / f"{kind}.ndjson").open("rb") as file:
            while left > 0:
                line = file.readline()
                left -= len(line)
                found.add(json.loads(line)["id"])
    return found


def _write(path: Path, said: Json) -> None:
    own = _unfinished(path)
    with os.fdopen(os.open(own, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, OWNER_ONLY), "w", encoding="utf-8") as file:
        json.dump(said, file, ensure_ascii=False, indent=1)
        file.flush()
        os.fsync(file.fileno())
    own.replace(path)


def _unfinished(path: Path) -> Path:
    """Under which name a file is written until it is whole."""
    return path.with_name(f"{path.name}.part")
