"""``dermograph export dicom``: photographs as DICOM files and measures as structured reports; and sending them."""

from __future__ import annotations

import argparse
import datetime as dt
import importlib.util
from pathlib import Path
from typing import Any

from dermograph.cli import dicom_from_clinic, dicom_from_files
from dermograph.cli.clinic_extra import whole
from dermograph.cli.data_folder import add_data
from dermograph.cli.dicom_files import SIDES, sender
from dermograph.cli.inputs import day_given
from dermograph.cli.parser import one_of
from dermograph.cli.photographs import add_outline, add_references
from dermograph.core.errors import InputError, Place, shown
from dermograph.core.text import Language, Text

DICOM = Text(
    "write photographs as DICOM files, with the scale and colours that the card gives",
    "escribir fotografías como archivos DICOM, con la escala y los colores que da la tarjeta",
)
_NEEDED = "pydicom"
_LARGEST_NUMBER = 2**31 - 1
_SEXES = ("F", "M", "O")
_WORDS: tuple[tuple[str, str, Text], ...] = (
    ("--family-name", "NAME", Text("family name; left out unless given", "apellidos; se omiten si no se indican")),
    ("--given-names", "NAME", Text("given names; left out unless given", "nombre; se omite si no se indica")),
    ("--area", "NAME", Text("the area as you call it", "la zona como usted la llama")),
    (
        "--region",
        "CODE",
        Text(
            "its code or name in DICOM's CID 4029, such as 'Skin of abdomen'",
            "su código o nombre en CID 4029 de DICOM, como 'Skin of abdomen'",
        ),
    ),
    (
        "--lesion",
        "NAME",
        Text("the lesion, to follow it from visit to visit", "la lesión, para seguirla entre visitas"),
    ),
)


def arguments(actions: Any, language: Language) -> None:  # noqa: ANN401 (argparse's own, private)
    """What the action takes."""
    said = DICOM.say(language)
    command = actions.add_parser("dicom", help=said, description=said, language=language)

    def add(option: str, words: Text, **how: object) -> None:
        command.add_argument(option, help=words.say(language), **how)

    add("photographs", Text("photographs", "fotografías"), type=Path, nargs="*", metavar="PHOTO")
    add("--out", Text("write there", "escribir ahí"), type=Path, required=True, metavar="FOLDER")
    number = Text("record number or pseudonym", "número de historia o seudónimo")
    add("--patient-id", number, default="", metavar="ID")
    add("--pseudonym", Text("the ID is a pseudonym", "el ID es un seudónimo"), action="store_true")
    for option, value, words in _WORDS:
        add(option, words, default="", metavar=value)
    add(
        "--birth-date",
        Text("left out unless given", "se omite si no se indica"),
        type=lambda text: day_given(text, "--birth-date"),
        metavar="DAY",
    )
    add(
        "--sex",
        Text("left out unless given", "se omite si no se indica"),
        type=lambda text: one_of(text, _SEXES, "--sex"),
        metavar="F|M|O",
    )
    add(
        "--laterality",
        Text("the side; unknown unless given", "el lado; desconocido si no se indica"),
        type=lambda text: one_of(text, SIDES, "--laterality"),
        metavar="|".join(SIDES),
    )
    add(
        "--time-zone",
        Text("of the camera's clock, such as Europe/Madrid", "del reloj de la cámara, como Europe/Madrid"),
        type=_zone,
        metavar="ZONE",
    )
    add(
        "--no-names-seen",
        Text("you looked: no picture shows who it is", "lo ha mirado: ninguna imagen muestra de quién es"),
        action="store_true",
    )
    add_outline(command, language, required=False)
    add_references(command, language)
    add(
        "--send",
        Text(
            "send them too: https://host/dicom-web, dicom://TITLE@localhost:port, or dicom-clear:// to another host",
            "además, enviarlos: https://equipo/dicom-web, dicom://TITULO@localhost:puerto o, a otro equipo, "
            "dicom-clear://",
        ),
        metavar="ADDRESS",
    )
    add(
        "--key-file",
        Text("its first line is what a web archive asks for", "su primera línea es la clave del archivo web"),
        type=Path,
        metavar="FILE",
    )
    _add_record(command, language)


def _add_record(command: Any, language: Language) -> None:  # noqa: ANN401 (argparse's own, private)
    """The arguments for photographs of a clinic's record."""

    def add(option: str, words: Text, **how: object) -> None:
        command.add_argument(option, help=words.say(language), **how)

    add_data(command, language)
    add("--clinic", Text("from this clinic's record", "de la historia de esta clínica"), metavar="SLUG")
    add(
        "--patient",
        Text("the number of the record", "el número de historia"),
        type=lambda text: whole(text, "--patient", _LARGEST_NUMBER),
        metavar="N",
    )
    add(
        "--photograph",
        Text("this one alone", "solo esta"),
        type=dicom_from_clinic.photograph_given,
        metavar="ID",
    )
    add(
        "--purpose",
        Text("what it is for: patient, record, teaching …", "para qué es: patient, record, teaching …"),
        default="",
        metavar="PURPOSE",
    )
    add("--to", Text("to whom it goes; written down", "a quién va; se anota"), default="", metavar="NAME")


def _zone(text: str) -> dt.tzinfo:
    from zoneinfo import ZoneInfo

    try:
        return ZoneInfo(text)
    except (KeyError, ValueError, OSError):
        raise InputError(
            Text(f"{shown(text)} is no time zone.", f"{shown(text)} no es una zona horaria."),
            Place(field="--time-zone"),
        ) from None


def run(chosen: argparse.Namespace) -> int:
    """Export from files, or from a clinic's record.

    Raises:
        InputError: If the extra is not installed, or it is not said which of the two.
    """
    if importlib.util.find_spec(_NEEDED) is None:
        raise InputError(
            Text("DICOM is not installed.", "DICOM no está instalado."),
            todo=Text(
                "In a clone of the project: pip install -c constraints.txt '.[exchange]'",
                "En un clon del proyecto: pip install -c constraints.txt '.[exchange]'",
            ),
        )
    of_record = chosen.clinic is not None or chosen.patient is not None
    if bool(chosen.photographs) == of_record:
        raise InputError(
            Text("Give photographs, or --clinic and --patient.", "Indique fotografías, o bien --clinic y --patient."),
            todo=Text("See --help.", "Véase --help."),
        )
    if not of_record:
        return dicom_from_files.export(chosen, sender(chosen))
    for option, value in (("--clinic", chosen.clinic), ("--patient", chosen.patient), ("--purpose", chosen.purpose)):
        if value is None or value == "":
            raise InputError(
                Text(f"{option} is missing.", f"Falta {option}."), todo=Text("See --help.", "Véase --help.")
            )
    return dicom_from_clinic.export(chosen, sender(chosen))
