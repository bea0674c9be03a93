"""``dermograph export measures``: tables for research, without names, of patients who agree to it now."""

from __future__ import annotations

import argparse
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from dermograph.cli.clinic_extra import clinic_part
from dermograph.cli.data_folder import add_data, opened_of_this_version
from dermograph.cli.inputs import add_json, print_json
from dermograph.cli.parser import one_of
from dermograph.core.errors import InputError, Place, nearest, shown
from dermograph.core.text import Language, Text, grouped

MEASURES = Text(
    "write measures for research, without names, of patients who agree to it",
    "escribir medidas para investigación, sin nombres, de los pacientes que lo aceptan",
)
SCHEMA = "dermograph.export.measures/1"
_FORMATS = ("csv", "parquet")
_OPERATOR = Text("operator of the server", "responsable del servidor")
_RESEARCH = Text("research", "investigación")
_OWNER_FOLDER, _OWNER_FILE = 0o700, 0o600


def arguments(actions: Any, language: Language) -> None:  # noqa: ANN401 (argparse's own, private)
    """What the action takes."""
    said = MEASURES.say(language)
    command = actions.add_parser("measures", help=said, description=said, language=language)

    def add(option: str, words: Text, **how: object) -> None:
        command.add_argument(option, help=words.say(language), **how)

    add_data(command, language)
    add("--clinic", Text("the clinic", "la clínica"), required=True, metavar="SLUG")
    add("--out", Text("a new or empty folder", "una carpeta nueva o vacía"), type=Path, required=True, metavar="FOLDER")
    formats = Text("csv or parquet (csv)", "csv o parquet (csv)")
    add("--format", formats, type=lambda text: one_of(text, _FORMATS, "--format"), default="csv", metavar="csv|parquet")
    add(
        "--project",
        Text("within it a patient keeps their pseudonym (research)", "en él se conservan los seudónimos (research)"),
        default="research",
        metavar="NAME",
    )
    purpose = Text(f"what it is for ({_RESEARCH.en})", f"para qué es ({_RESEARCH.es})")
    add("--purpose", purpose, default=_RESEARCH.say(language), metavar="WORDS")
    add(
        "--to",
        Text(f"who gets it; written down ({_OPERATOR.en})", f"quién lo recibe; se anota ({_OPERATOR.es})"),
        default=_OPERATOR.say(language),
        metavar="WHOM",
    )
    add("--years", Text("ages in years, not in bands only", "edades en años, no solo en tramos"), action="store_true")
    add("--synthetic", Text("made-up patients too", "también pacientes inventados"), action="store_true")
    add_json(command, language)


def run(chosen: argparse.Namespace) -> int:
    """Write down that they leave, then the files, whole or not at all."""
    opened_of_this_version(chosen)
    clinic = clinic_named(chosen.clinic)
    folder = _empty(chosen.out)
    exporting = clinic_part("research.exporting")
    wish = exporting.Wish(
        project=chosen.project,
        purpose=chosen.purpose,
        recipient=chosen.to,
        kind=chosen.format,
        exact_age=chosen.years,
        synthetic=chosen.synthetic,
        language=chosen.lang,
    )
    made, files = exporting.let_leave(clinic=clinic, who=None, wish=wish, entry=uuid.uuid4())
    sizes = _write(folder, files)
    fewest = clinic_part("research.participants").FEWEST
    patients = clinic_part("research.counting").told(made.patients)
    if chosen.json:
        few = None if patients is not None else fewest
        found = {"export": str(made.pk), "patients": patients, "fewer_than": few, "files": sizes}
        print_json({"schema": SCHEMA, **found})
        return 0
    for name, size in sizes.items():
        print(f"{folder / name}  {grouped(size).say(chosen.lang)} B")
    words = Text(f"{patients} patients agreed to it.", f"{patients} pacientes lo aceptan.")
    if patients is None:
        words = Text(f"Fewer than {fewest} patients agreed to it.", f"Menos de {fewest} pacientes lo aceptan.")
    print(words.say(chosen.lang))
    return 0


def clinic_named(slug: str) -> Any:  # noqa: ANN401 (of the extra)
    """The clinic of that name.

    Raises:
        InputError: If there is none.
    """
    clinics = clinic_part("people.models").Clinic.objects
    found = clinics.filter(slug=slug).first()
    if found is None:
        raise InputError(
            Text(f"There is no clinic {shown(slug)}.", f"No hay una clínica {shown(slug)}."),
            Place(field="--clinic"),
            nearest(slug, clinics.values_list("slug", flat=True)),
        )
    return found


def patient_numbered(clinic: Any, number: int) -> Any:  # noqa: ANN401 (of the extra)
    """The patient with that record number, with the clinic fetched.

    Raises:
        InputError: If there is none.
    """
    found = clinic.patients.select_related("clinic").filter(number=number).first()
    if found is None:
        raise InputError(
            Text(
                f"There is no patient {number} in this clinic.",
                f"En esta clínica no hay ningún paciente con el número {number}.",
            ),
            Place(field="--patient"),
        )
    return found


def refuse_without_recipient(recipient: str) -> None:
    """Refuse what is for somebody else where it is not said for whom.

    Raises:
        InputError: If nobody is named.
    """
    if not recipient.strip():
        raise InputError(
            Text("The recipient is missing.", "Falta el destinatario."),
            Place(field="--to"),
            Text("Name it with --to.", "Indíquelo con --to."),
        )


def _empty(folder: Path) -> Path:
    """A folder that nothing lies in, so that nothing older is taken for a part of it.

    Raises:
        InputError: If something does, or it cannot be made.
    """
    try:
        folder.mkdir(mode=_OWNER_FOLDER, parents=True, exist_ok=True)
        if not any(folder.iterdir()):
            return folder
    except OSError as error:
        words = Text("The folder cannot be made or read.", "La carpeta no se puede crear o leer.")
        raise InputError(words, Place(str(folder))) from error
    raise InputError(
        Text("This folder is not empty.", "Esta carpeta no está vacía."),
        Place(str(folder)),
        Text("Name one that does not exist yet.", "Indique una que aún no exista."),
    )


def _write(folder: Path, files: Iterator[tuple[str, Iterator[bytes]]]) -> dict[str, int]:
    """The files under other names until the last is whole; their sizes by name.

    Raises:
        InputError: If one cannot be written; nothing is left behind.
    """
    parts: list[tuple[Path, Path]] = []
    try:
        for name, pieces in files:
            partial, whole = folder / f"{name}.part", folder / name
            parts.append((partial, whole))
            partial.touch(mode=_OWNER_FILE)
            with partial.open("wb") as file:
                for piece in pieces:
                    file.write(piece)
        for partial, whole in parts:
            partial.replace(whole)
    except BaseException as error:
        for partial, whole in parts:
            partial.unlink(missing_ok=True)
            whole.unlink(missing_ok=True)
        if isinstance(error, OSError):
            words = Text("The files cannot be written.", "No se pueden escribir los archivos.")
            raise InputError(words, Place(str(folder))) from error
        raise
    return {whole.name: whole.stat().st_size for _, whole in parts}
