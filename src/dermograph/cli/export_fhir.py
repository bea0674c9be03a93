"""``dermograph export fhir``: the record of a patient as a FHIR R4 Bundle, or those of a clinic as NDJSON."""

from __future__ import annotations

import argparse
import datetime as dt
import json
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dermograph.cli.clinic_extra import clinic_part, teller
from dermograph.cli.data_folder import add_data, opened_of_this_version
from dermograph.cli.export_measures import clinic_named, patient_numbered, refuse_without_recipient
from dermograph.cli.inputs import add_json, print_json, write_whole
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Language, Text, grouped

FHIR = Text(
    "write the record of a patient as a FHIR R4 Bundle, or all records of a clinic as NDJSON",
    "escribir la historia de un paciente como Bundle FHIR R4, o todas las de una clínica en NDJSON",
)
SCHEMA = "dermograph.export.fhir/1"
_OWNER_ONLY = 0o600
_SHOWN = 20
_RECORD = "record"
_STOPPED = Text(
    "It was stopped. The same command, with the same folder, goes on.",
    "Se ha interrumpido. La misma orden, con la misma carpeta, continúa.",
)


def arguments(actions: Any, language: Language) -> None:  # noqa: ANN401 (argparse's own, private)
    """What the action takes."""
    said = FHIR.say(language)
    command = actions.add_parser("fhir", help=said, description=said, language=language)

    def add(option: str, words: Text, **how: object) -> None:
        command.add_argument(option, help=words.say(language), **how)

    add_data(command, language)
    add("--clinic", Text("the clinic", "la clínica"), required=True, metavar="SLUG")
    add("--patient", Text("the record number", "el número de historia"), type=_number, metavar="N")
    add(
        "--all", Text("every patient, one file a type", "todos los pacientes, un archivo por tipo"), action="store_true"
    )
    add(
        "--out",
        Text(
            "write there: a file, for --all a folder (standard output)",
            "escribir ahí: un archivo o, con --all, una carpeta (salida estándar)",
        ),
        type=Path,
        metavar="PATH",
    )
    add(
        "--purpose",
        Text(
            "patient (their own copy), record (somebody else who treats them), clinic (its own copy)",
            "patient (copia propia), record (otro profesional que le trata), clinic (copia de la clínica)",
        ),
        default="",
        metavar="PURPOSE",
    )
    add("--to", Text("to whom it goes, with record", "a quién va, con record"), default="", metavar="NAME")
    add_json(command, language)


def _number(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) < 10:
        return int(text)
    raise InputError(Text("A record number is digits.", "Un número de historia son cifras."), Place(field="--patient"))


def run(chosen: argparse.Namespace) -> int:
    """Write down that it leaves, then the files."""
    if chosen.all == (chosen.patient is not None):
        raise InputError(
            Text("Give either --patient or --all.", "Indique --patient o --all."),
            todo=Text("--patient 17, for one record.", "--patient 17, para una historia."),
        )
    if chosen.all and chosen.out is None:
        raise InputError(
            Text("--all needs a folder.", "--all necesita una carpeta."),
            Place(field="--out"),
            Text("Name one that does not exist yet.", "Indique una que aún no exista."),
        )
    opened_of_this_version(chosen)
    clinic = clinic_named(chosen.clinic)
    return _every(chosen, clinic) if chosen.all else _one(chosen, clinic)


def _one(chosen: argparse.Namespace, clinic: Any) -> int:  # noqa: ANN401 (of the extra)
    found = patient_numbered(clinic, chosen.patient)
    purpose = chosen.purpose or ("record" if chosen.to else "patient")
    if purpose == _RECORD:
        refuse_without_recipient(chosen.to)
    handing = clinic_part("handover.handing_out")

    def made() -> dict[str, Any]:
        bundle: dict[str, Any] = handing.hand_out(
            found, purpose=purpose, recipient=chosen.to, who=None, at=dt.datetime.now(dt.UTC)
        )
        return bundle

    if chosen.out is None:
        print_json(made())
        return 0
    entries = 0

    def write(partial: Path) -> None:
        nonlocal entries
        # The place first: where nothing can be written, nothing is written down either.
        handle = os.open(partial, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, _OWNER_ONLY)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            try:
                bundle = made()
            except InputError:
                partial.unlink(missing_ok=True)
                raise
            entries = len(bundle["entry"])
            json.dump(bundle, file, ensure_ascii=False, separators=(",", ":"))

    write_whole(chosen.out, write)
    if chosen.json:
        print_json({"schema": SCHEMA, "file": str(chosen.out), "entries": entries})
    else:
        many = _many(entries, "resource", "recurso")
        words = Text(f"{chosen.out}  {many.en}", f"{chosen.out}  {many.es}")
        teller(chosen.lang)(words)
    return 0


def _every(chosen: argparse.Namespace, clinic: Any) -> int:  # noqa: ANN401 (of the extra)
    purpose = chosen.purpose or ("record" if chosen.to else "clinic")
    if purpose == "patient":
        raise InputError(
            Text("A patient's own copy is of one patient.", "La copia propia es de un paciente."),
            Place(field="--purpose"),
            Text("Give --patient.", "Indique --patient."),
        )
    if purpose == _RECORD:
        refuse_without_recipient(chosen.to)
    in_bulk = clinic_part("handover.in_bulk")
    try:
        far = in_bulk.hand_out_all(
            clinic,
            chosen.out.expanduser().absolute(),
            purpose=purpose,
            recipient=chosen.to,
            who=None,
            progress=_progress(chosen),
        )
    except KeyboardInterrupt:
        print(f"\n{_STOPPED.say(chosen.lang)}", end="", file=sys.stderr)  # whoever ends the command ends the line
        raise
    if chosen.json:
        left_out = {str(number): words.say(chosen.lang) for number, words in far.left_out.items()}
        print_json(
            {"schema": SCHEMA, "folder": str(chosen.out), "patients": far.patients, "resources": far.counts}
            | {"left_out": left_out}
        )
        return 0
    say = teller(chosen.lang)
    patients = _many(far.patients, "patient", "paciente")
    resources = _many(sum(far.counts.values()), "resource", "recurso")
    files = _many(len(far.counts), "file", "archivo")
    say(
        Text(
            f"✓ {chosen.out}: {patients.en}, {resources.en}, {files.en}.",
            f"✓ {chosen.out}: {patients.es}, {resources.es}, {files.es}.",
        )
    )
    for number, why in sorted(far.left_out.items())[:_SHOWN]:
        say(Text(f"! Record {number} was left out: {why.en}", f"! La historia {number} se ha omitido: {why.es}"))
    more = len(far.left_out) - _SHOWN
    if more > 0:
        say(Text(f"… and {more} more; manifest.json has them all.", f"… y {more} más; todos en manifest.json."))
    return 0


def _many(count: int, en: str, es: str) -> Text:
    """A number and its word: the plural of each of them takes an s."""
    number, more = grouped(count), "" if count == 1 else "s"
    return Text(f"{number.en} {en}{more}", f"{number.es} {es}{more}")


def _progress(chosen: argparse.Namespace) -> Callable[[int, int], None] | None:
    """Shows how far it is, where somebody looks on."""
    if chosen.json or not sys.stderr.isatty():
        return None
    word = Text("patients", "pacientes").say(chosen.lang)

    def show(done: int, total: int) -> None:
        end = "\n" if done >= total else ""
        far = " / ".join(grouped(number).say(chosen.lang) for number in (done, total))
        print(f"\r{far} {word}", end=end, file=sys.stderr, flush=True)

    return show
