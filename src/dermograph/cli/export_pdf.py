"""``dermograph export pdf``: the record of a patient, or their aftercare sheet, as a PDF."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from dermograph.cli.clinic_extra import clinic_part
from dermograph.cli.data_folder import add_data, opened_of_this_version
from dermograph.cli.dicom_files import own_file
from dermograph.cli.export_measures import clinic_named, patient_numbered
from dermograph.cli.inputs import add_json, check_writable, print_json
from dermograph.cli.parser import one_of
from dermograph.core.errors import InputError, Place
from dermograph.core.text import LANGUAGES, Language, Text, grouped

PDF = Text(
    "write the record of a patient, or their aftercare sheet, as a PDF",
    "escribir la historia de un paciente, o su hoja de cuidados, en PDF",
)
SCHEMA = "dermograph.export.pdf/1"
_PAPERS = ("record", "aftercare")


def arguments(actions: Any, language: Language) -> None:  # noqa: ANN401 (argparse's own, private)
    """What the action takes."""
    said = PDF.say(language)
    command = actions.add_parser("pdf", help=said, description=said, language=language)

    def add(option: str, words: Text, **how: object) -> None:
        command.add_argument(option, help=words.say(language), **how)

    command.add_argument(
        "paper",
        type=lambda text: one_of(text, _PAPERS, "paper"),
        metavar="record|aftercare",
        help=Text("which paper", "qué documento").say(language),
    )
    add_data(command, language)
    add("--clinic", Text("the clinic", "la clínica"), required=True, metavar="SLUG")
    add("--patient", Text("the record number", "el número de historia"), required=True, type=_number, metavar="N")
    add("--out", Text("write there", "escribir ahí"), type=Path, required=True, metavar="FILE")
    add(
        "--in",
        Text("language of the paper (the patient's)", "idioma del documento (el del paciente)"),
        dest="language",
        type=lambda text: one_of(text, LANGUAGES, "--in"),
        metavar="en|es",
    )
    add(
        "--to",
        Text(
            "who gets it, where it is not the patient: somebody else who treats them",
            "quién lo recibe, si no es el paciente: otro profesional que lo trata",
        ),
        default="",
        metavar="WHOM",
    )
    add("--no-pictures", Text("without photographs", "sin fotografías"), action="store_true")
    add_json(command, language)


def _number(text: str) -> int:
    if text.isascii() and text.isdigit() and len(text) < 10:
        return int(text)
    raise InputError(Text("A record number is digits.", "Un número de historia son cifras."), Place(field="--patient"))


def run(chosen: argparse.Namespace) -> int:
    """Write down that it leaves, then the file."""
    opened_of_this_version(chosen)
    check_writable(chosen.out)
    clinic = clinic_named(chosen.clinic)
    found = patient_numbered(clinic, chosen.patient)
    handing = clinic_part("printed.handing")
    language = chosen.language or ("es" if found.language == "es" else "en")
    if chosen.paper == "record":
        purpose = "record" if chosen.to else "patient"
        wish = handing.For(purpose, chosen.to, language, pictures=not chosen.no_pictures)
        made = handing.hand_out_record(found, wish, who=None)
    else:
        made = handing.hand_out_aftercare(found, language, who=None)
    own_file(chosen.out, made)
    if chosen.json:
        print_json({"schema": SCHEMA, "paper": chosen.paper, "file": str(chosen.out), "bytes": len(made)})
    else:
        print(f"{chosen.out}  {grouped(len(made)).say(chosen.lang)} B")
    return 0
