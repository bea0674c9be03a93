"""The records of a whole clinic as NDJSON, one file a type: in parts, so that it can be stopped and gone on with.

A part is some patients: it is written down that they leave, their lines are added, and how far it came is kept. What
stands in the files beyond that is cut off when it is gone on with. That they leave is written down with the id of the
export, so once only, also where it was ended between that and what is kept.

Whose record was blocked or erased, or who took a consent back, after their lines were added does not leave: the files
are begun anew without them, since lines of several types are about them, and not each says so.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import uuid
from collections.abc import Callable, Iterator, Sequence
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
#: What is kept to go on with, and says nothing of what is whole.
_OF_THE_WAY: Final = frozenset({"last", "sizes", "has_nobodys", "in_files"})
Json = dict[str, Any]


@dataclass(slots=True)
class Far:
    """How far it came.

    Attributes:
        to: The recipient; empty for the clinic itself.
        export: The id of the export, the same each time that it is gone on with.
        last: The last patient who is in the files; None before the first.
        sizes, counts: Bytes and lines of each file that hold.
        patients: How many are in it.
        in_files: Their ids.
        left_out: The record numbers of those who are not, each with the reason.
        has_nobodys: Whether what is about nobody is in it, which comes after the last patient.
    """

    clinic: str
    purpose: str
    to: str = ""
    export: uuid.UUID = field(default_factory=uuid.uuid4)
    last: uuid.UUID | None = None
    sizes: dict[str, int] = field(default_factory=dict)
    counts: dict[str, int] = field(default_factory=dict)
    patients: int = 0
    in_files: set[uuid.UUID] = field(default_factory=set)
    left_out: dict[int, Text] = field(default_factory=dict)
    has_nobodys: bool = False

    def begin_anew(self) -> None:
        """Forget what the files hold; the same export goes on."""
        self.last, self.patients, self.has_nobodys = None, 0, False
        for some in (self.sizes, self.counts, self.in_files, self.left_out):
            some.clear()

    def to_json(self) -> Json:
        """As it is kept."""
        return {
            "schema": SCHEMA,
            "clinic": self.clinic,
            "purpose": self.purpose,
            "to": self.to,
            "export": str(self.export),
            "last": str(self.last) if self.last else None,
            "sizes": self.sizes,
            "counts": self.counts,
            "patients": self.patients,
            "in_files": sorted(map(str, self.in_files)),
            "left_out": {str(number): words.to_json() for number, words in self.left_out.items()},
            "has_nobodys": self.has_nobodys,
        }

    @classmethod
    def of(cls, said: Json) -> Far:
        """What was kept.

        Raises:
            ValueError, KeyError, TypeError: If it is none.
        """
        return cls(
            clinic=said["clinic"],
            purpose=said["purpose"],
            to=said["to"],
            export=uuid.UUID(said["export"]),
            last=uuid.UUID(said["last"]) if said["last"] else None,
            sizes=dict(said["sizes"]),
            counts=dict(said["counts"]),
            patients=int(said["patients"]),
            in_files={uuid.UUID(one) for one in said["in_files"]},
            left_out={int(number): Text(words["en"], words["es"]) for number, words in said["left_out"].items()},
            has_nobodys=bool(said["has_nobodys"]),
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
        blocked = Patient.objects.filter(clinic=clinic).exclude(restricted_at=None)
        for number in blocked.values_list("number", flat=True):
            far.left_out[number] = Text("The record is blocked.", "La historia está bloqueada.")
        is_whole = not _may_not_leave(clinic, far)
    made = far.to_json() | {"at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds")}
    _write(folder / MANIFEST, {name: value for name, value in made.items() if name not in _OF_THE_WAY})
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
    """Add everything that the files do not hold yet."""
    every = Patient.objects.filter(clinic=clinic, restricted_at=None)
    total, done = every.count(), 0
    if far.last is not None:
        done = every.filter(pk__lte=far.last).count()
    shared = _shared(folder, far)
    with _Files(folder, far) as files:
        for some in _parts(clinic, far.last):
            _one_part(clinic, some, far, files, who, shared)
            done += len(some)
            files.keep()
            if progress is not None:
                progress(min(done, total), total)
        if not far.has_nobodys:
            _about_nobody(clinic, files)
            far.has_nobodys = True
            files.keep()


def _parts(clinic: Clinic, last: uuid.UUID | None) -> Iterator[list[tuple[uuid.UUID, int]]]:
    """Ids and numbers of patients, in the order of their ids."""
    while True:
        rows = Patient.objects.filter(clinic=clinic, restricted_at=None).order_by("pk")
        if last is not None:
            rows = rows.filter(pk__gt=last)
        some = list(rows.values_list("pk", "number")[:AT_ONCE])
        if not some:
            return
        yield some
        last = some[-1][0]


def _one_part(
    clinic: Clinic,
    some: Sequence[tuple[uuid.UUID, int]],
    far: Far,
    files: _Files,
    who: User | None,
    shared: set[str],
) -> None:
    numbers = dict(some)
    refused = refusals(clinic, list(numbers), far.purpose)
    wanted = [pk for pk in numbers if pk not in refused]
    shelf = Shelf(clinic)
    lines: list[Element] = []
    with written_down():
        write_down(clinic, wanted, far.purpose, far.to, who, far.export)
        for record in shelf.records(wanted) if wanted else ():
            lines += [to_resource(part) for part in record.parts()]
            far.patients += 1
        far.in_files |= set(wanted)
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
    far.last = some[-1][0]


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

    def keep(self) -> None:
        """See that everything is on the disk, then keep how far it came."""
        for kind, file in self._open.items():
            file.flush()
            os.fsync(file.fileno())
            self._far.sizes[kind] = file.tell()
        _write(self._folder / STATE, self._far.to_json())


def _begun(folder: Path, wanted: Far) -> Far:
    """How far it came in a folder; from the beginning in an empty or a new one."""
    place = Place(str(folder))
    try:
        folder.mkdir(mode=OWNER_FOLDER, parents=False, exist_ok=True)
        if (folder / STATE).exists():
            far = Far.of(json.loads((folder / STATE).read_text(encoding="utf-8")))
            if (far.clinic, far.purpose, far.to) != (wanted.clinic, wanted.purpose, wanted.to):
                raise InputError(
                    Text("Another export was begun in this folder.", "En esta carpeta se empezó otra exportación."),
                    place,
                    Text("Name another folder, or the same options.", "Indique otra carpeta o las mismas opciones."),
                )
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


def _shared(folder: Path, far: Far) -> set[str]:
    """What several records name and the files hold already."""
    found = set()
    for kind in _SHARED & set(far.sizes):
        with (folder / f"{kind}.ndjson").open("rb") as file:
            for line in file.read(far.sizes[kind]).splitlines():
                found.add(f"{kind}/{json.loads(line)['id']}")
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
