"""Letting measures leave: written down first, then read and handed on patient by patient."""

from __future__ import annotations

import hashlib
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db import IntegrityError, transaction

from dermograph.clinic.audit.record import record
from dermograph.clinic.people.models import Clinic, Patient, User
from dermograph.clinic.people.plain import plain_line
from dermograph.clinic.research import rows_photographs, rows_sessions
from dermograph.clinic.research.columns import Row, Table
from dermograph.clinic.research.counting import Counted
from dermograph.clinic.research.csv_file import csv_pieces
from dermograph.clinic.research.dictionary import HEAD, dictionary, dictionary_rows
from dermograph.clinic.research.followed import Followed, followed
from dermograph.clinic.research.models import (
    LONGEST_PROJECT,
    LONGEST_PURPOSE,
    LONGEST_RECIPIENT,
    Export,
    FileFormat,
    Included,
    Project,
)
from dermograph.clinic.research.parquet_file import parquet_pieces, refuse_without_pyarrow
from dermograph.clinic.research.participants import Participants, participants
from dermograph.clinic.research.pseudonyms import Pseudonyms, new_key, opened
from dermograph.clinic.research.table_measures import MEASURES
from dermograph.clinic.research.table_scalp import SCALP_CHANGES, SCALP_READINGS
from dermograph.clinic.research.table_sessions import SESSIONS, SYMPTOMS
from dermograph.clinic.rights.leaving import RECIPIENT, NotAllowed
from dermograph.core.errors import NOTHING, InputError, Place
from dermograph.core.text import Language, Text

#: A file of the export: its name, and its bytes in pieces, asked for when it is its turn.
File = tuple[str, Iterator[bytes]]
AT_ONCE: Final = 200  # patients who are read together
PROJECT: Final = Text("name of the project", "nombre del proyecto")
PURPOSE: Final = Text("purpose", "fin")
_MADE_UP: Final = Text(
    "Patients who are made up for demonstration are left out unless they are asked for.",
    "Los pacientes inventados para demostración quedan fuera si no se piden.",
)
_Reader = Callable[[Clinic, Mapping[uuid.UUID, Followed], Pseudonyms, Language], Iterator[Row]]
_READERS: Final[tuple[tuple[Table, _Reader], ...]] = (
    (MEASURES, lambda _clinic, courses, names, language: rows_photographs.measures(courses, names, language)),
    (SCALP_READINGS, lambda _clinic, courses, names, _: rows_photographs.scalp_readings(courses, names)),
    (SCALP_CHANGES, lambda clinic, courses, names, _: rows_photographs.scalp_changes(clinic, courses, names)),
    (SESSIONS, lambda clinic, courses, names, _: rows_sessions.sessions(clinic, courses, names)),
    (SYMPTOMS, lambda _clinic, courses, _names, _: rows_sessions.symptoms(courses)),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What is asked for.

    Attributes:
        project: Its name; a new one begins a new project.
        purpose: What it is for.
        recipient: Who gets it.
        kind: A value of ``FileFormat``.
        exact_age: Whether years of age are told, and not only bands.
        synthetic: Whether made-up patients are exported too.
        language: Of the words in the tables; codes and names are the same in every language.
    """

    project: str
    purpose: str
    recipient: str
    kind: str = FileFormat.CSV
    exact_age: bool = False
    synthetic: bool = False
    language: Language = "en"


def let_leave(*, clinic: Clinic, who: User | None, wish: Wish, entry: uuid.UUID) -> tuple[Export, Iterator[File]]:
    """Write down that measures leave, of whom and to whom, then the files.

    Who takes a consent back afterwards, while the files are still being read, is left out of what was not read yet.

    Args:
        clinic: Whose patients.
        who: Who lets them leave; None for who runs the server.
        wish: What is asked for.
        entry: The id of the export.

    Raises:
        NotAllowed: If nobody agreed to it.
        InputError: If something is not said, the form was used before, or the format cannot be written.
    """
    name = _line(wish.project, PROJECT, LONGEST_PROJECT, "project")
    purpose = _line(wish.purpose, PURPOSE, LONGEST_PURPOSE, "purpose")
    recipient = _line(wish.recipient, RECIPIENT, LONGEST_RECIPIENT, "recipient")
    if wish.kind not in FileFormat.values:
        raise InputError(Text("Choose a format.", "Elija un formato."), Place(field="kind"))
    if wish.kind == FileFormat.PARQUET:
        refuse_without_pyarrow()
    with transaction.atomic():
        if Export.objects.filter(pk=entry).exists():
            raise InputError(
                Text("This export has left already.", "Esta exportación ya salió."),
                todo=Text("Open the page again for another one.", "Abra la página de nuevo para otra."),
            )
        asked = participants(clinic, synthetic=wish.synthetic)
        _hold(sorted(asked.agreed))
        found = participants(clinic, synthetic=wish.synthetic)  # again, now that nobody can take anything back
        found = Participants({pk: one for pk, one in found.agreed.items() if pk in asked.agreed}, found.left_out)
        if not found.agreed:
            raise NotAllowed(
                Text(
                    "No patient agrees to research now, so nothing was exported.",
                    "Ningún paciente acepta ahora el uso para investigación: no se ha exportado nada.",
                ),
                todo=_MADE_UP if found.left_out.get("synthetic") else NOTHING,
            )
        project = _project(clinic, name, who)
        names = opened(project.pk, bytes(project.sealed))
        export: Export = Export.objects.create(
            pk=entry,
            clinic=clinic,
            written_by=who,
            project=project,
            purpose=purpose,
            recipient=recipient,
            kind=wish.kind,
            exact_age=wish.exact_age,
            synthetic=wish.synthetic,
            patients=len(found.agreed),
        )
        told = (
            Included(clinic=clinic, written_by=who, export=export, patient_id=patient, consent_id=one.consent)
            for patient, one in found.agreed.items()
        )
        Included.objects.bulk_create(told, batch_size=AT_ONCE)
        details = {"project": str(project.pk), "format": wish.kind, "patients": len(found.agreed)}
        record("research.exported", clinic=clinic, who=who, about=export, details=details)
    return export, files(clinic, found, names, project=name, wish=wish)


def files(clinic: Clinic, found: Participants, names: Pseudonyms, *, project: str, wish: Wish) -> Iterator[File]:
    """The tables, then the dictionary; each file has to be read to its end before the next is asked for.

    Nothing is written down by this; ``let_leave`` does.
    """
    # By pseudonym: the order of the rows tells nothing, and is the same whenever the same patients are exported.
    order = sorted(found.agreed, key=lambda pk: names.of("patient", pk))
    kept: dict[str, tuple[str, int]] = {}
    counted = []
    for table, reader in _READERS:
        counts = Counted(table)
        rows = counts.passing(_rows(clinic, found, order, names, reader, wish))
        file = f"{table.name}.{wish.kind}"
        is_csv = wish.kind == FileFormat.CSV
        pieces = csv_pieces(table.names, rows) if is_csv else parquet_pieces(table, rows)
        yield file, _summed(file, pieces, kept)
        counted.append(counts)
    yield "dictionary.csv", _summed("dictionary.csv", csv_pieces(HEAD, dictionary_rows()), kept)
    whole = dictionary(project=project, kind=wish.kind, language=wish.language, files=kept, counted=counted, who=found)
    yield "dictionary.json", iter([whole])


def _rows(
    clinic: Clinic,
    found: Participants,
    order: Sequence[uuid.UUID],
    names: Pseudonyms,
    reader: _Reader,
    wish: Wish,
) -> Iterator[Row]:
    for start in range(0, len(order), AT_ONCE):
        some = order[start : start + AT_ONCE]
        still = participants(clinic, synthetic=wish.synthetic, among=some).agreed
        agreed = {pk: still[pk] for pk in some if pk in still and pk in found.agreed}
        courses = followed(clinic, agreed, names, exact_age=wish.exact_age)
        # Patients in order, and of one patient the courses by pseudonym; within a course as it was read, which is in
        # the order of time.
        yield from sorted(reader(clinic, courses, names, wish.language), key=lambda row: (row[0], row[2]))


def _summed(name: str, pieces: Iterator[bytes], kept: dict[str, tuple[str, int]]) -> Iterator[bytes]:
    """The same pieces; afterwards their SHA-256 and length are known."""
    sha256, size = hashlib.sha256(), 0
    for piece in pieces:
        sha256.update(piece)
        size += len(piece)
        yield piece
    kept[name] = (sha256.hexdigest(), size)


def _line(text: str, what: Text, longest: int, field: str) -> str:
    try:
        return plain_line(text, what, longest=longest)
    except InputError as error:
        raise InputError(error.what, Place(field=field), error.todo) from error


def _hold(patients: Sequence[uuid.UUID]) -> None:
    """Lock patients: who takes a consent back, or erases one of them, waits until it is written down what left."""
    for start in range(0, len(patients), AT_ONCE):
        some = patients[start : start + AT_ONCE]
        rows = Patient.objects.select_for_update(no_key=True).filter(pk__in=some).order_by("pk")
        list(rows.values_list("pk", flat=True))


def _project(clinic: Clinic, name: str, who: User | None) -> Project:
    """The project of that name; a new one where there is none."""
    found = Project.objects.filter(clinic=clinic, name=name).first()
    if found is not None:
        return found
    pk = uuid.uuid4()
    try:
        with transaction.atomic():
            new: Project = Project.objects.create(pk=pk, clinic=clinic, name=name, sealed=new_key(pk), made_by=who)
    except IntegrityError:  # somebody else made it in this very moment
        return Project.objects.get(clinic=clinic, name=name)
    return new
