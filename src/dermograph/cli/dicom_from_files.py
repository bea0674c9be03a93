"""Photographs in files as DICOM, without a clinic: whom and what they show is said by options."""

from __future__ import annotations

import argparse
import datetime as dt
import hashlib
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dermograph.cli.dicom_files import SIDES, own_file, own_folder
from dermograph.cli.inputs import print_json
from dermograph.cli.photographs import outline_from, references_from
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text

if TYPE_CHECKING:
    from dermograph.exchange.dicom.from_file import Subject
    from dermograph.exchange.dicom.values import Photograph
    from dermograph.photo.image import Photograph as Picture

SCHEMA = "dermograph.export.dicom/1"
Send = Callable[[bytes], object]
_REPORT = "report"
_STAY_HERE = Text(
    "Under a pseudonym neither day, time and camera go out nor your own words for area and lesion.",
    "Con un seudónimo no salen ni el día, la hora y la cámara ni sus propias palabras para la zona y la lesión.",
)
_SUCH_AS = Text("One of them is --region 'Skin of abdomen'.", "Una de ellas es --region 'Skin of abdomen'.")
_NOT_LOOKED = Text(
    "Nobody looked whether a picture shows who it is: that identity was removed is not claimed (--no-names-seen).",
    "Nadie ha mirado si una imagen muestra de quién es: no se declara retirada la identidad (--no-names-seen).",
)


@dataclass(frozen=True, slots=True)
class _Written:
    """One photograph and the file that was written for it."""

    photo: Path
    file: Path
    picture: Picture
    photograph: Photograph


def export(chosen: argparse.Namespace, send: tuple[str, Send] | None) -> int:
    """Read, translate, write, send if that is wanted, and say what is in the files.

    Args:
        chosen: The options.
        send: What people call the archive, and how a file goes there; None where nothing is sent.
    """
    from dermograph.exchange.dicom.image import image_file

    names = {path.stem.casefold() for path in chosen.photographs}
    if not chosen.patient_id:
        raise InputError(
            Text("There is no identifier of the patient.", "Falta el identificador del paciente."),
            Place(field="--patient-id"),
            Text("Give a record number or a pseudonym.", "Indique un número de historia o un seudónimo."),
        )
    if len(names) < len(chosen.photographs):
        raise InputError(
            Text("Two photographs have one name.", "Dos fotografías tienen el mismo nombre."),
            todo=Text("Rename one: the files take their names.", "Cambie uno: los archivos toman sus nombres."),
        )
    if chosen.outline is not None and len(names) != 2:
        raise InputError(
            Text("An outline needs two photographs.", "Un contorno necesita dos fotografías."),
            Place(field="--outline"),
            Text("Give the baseline and the follow-up.", "Indique la inicial y el seguimiento."),
        )
    places = _places(chosen)
    own_folder(chosen.out)
    subject = _subject(chosen)
    photographs = zip(chosen.photographs, places, strict=False)  # the last place may be the report's
    found = [_one(path, to, number, subject, chosen) for number, (path, to) in enumerate(photographs, start=1)]
    files = [(one.file, image_file(one.photograph)) for one in found]
    if chosen.outline is not None:
        files.append((places[-1], _report(found, subject, chosen)))
    for path, data in files:
        own_file(path, data)
    if send is not None:
        _send([data for _, data in files], send[1], chosen)
    _tell(found, [path for path, _ in files[len(found) :]], chosen, send[0] if send is not None else "")
    return 0


def _send(files: list[bytes], send: Send, chosen: argparse.Namespace) -> None:
    """Each file to the archive; where that ends early, how far it came is said."""
    for number, data in enumerate(files):
        try:
            send(data)
        except InputError:
            said = Text(
                f"Only {number} of {len(files)} files were sent.",
                f"Solo se han enviado {number} de {len(files)} archivos.",
            )
            print(said.say(chosen.lang), file=sys.stderr)
            raise


def _places(chosen: argparse.Namespace) -> list[Path]:
    """Where each photograph goes, and the report; under a pseudonym by number, since a file's name may say who it is.

    Raises:
        InputError: If one is called like the report, or something is there already.
    """
    names = [path.stem for path in chosen.photographs]
    if chosen.pseudonym:
        names = [f"{number:03d}" for number in range(1, len(names) + 1)]
    if chosen.outline is not None:
        if _REPORT in (name.casefold() for name in names):
            raise InputError(
                Text("A photograph is called like the report.", "Una fotografía se llama como el informe."),
                Place(field="report"),
                Text("Rename it.", "Cámbiele el nombre."),
            )
        names.append(_REPORT)
    places = [chosen.out / f"{name}.dcm" for name in names]
    if there := next((one for one in places if one.exists()), None):
        raise InputError(
            Text("This file is there already.", "Este archivo ya existe."),
            Place(str(there)),
            Text("Give another folder: nothing is overwritten.", "Indique otra carpeta: no se sobrescribe nada."),
        )
    return places


def _subject(chosen: argparse.Namespace) -> Subject:
    """Whom and what the photographs show, as the options say."""
    from dermograph.exchange.dicom.codes import dermatology_site
    from dermograph.exchange.dicom.from_file import Subject
    from dermograph.exchange.dicom.values import Area, Laterality, Person

    person = Person(
        *(chosen.patient_id, chosen.family_name, chosen.given_names, chosen.birth_date, chosen.sex, chosen.pseudonym)
    )
    try:
        region = dermatology_site(chosen.region) if chosen.region else None
    except InputError as error:
        todo = error.todo if error.todo.en else _SUCH_AS
        raise InputError(error.what, Place(field="--region"), todo) from error
    side = Laterality(SIDES[chosen.laterality]) if chosen.laterality else None
    burned_in = False if chosen.no_names_seen else None
    return Subject(person, Area(chosen.area, region, side), chosen.lesion, chosen.time_zone, burned_in)


def _one(path: Path, to: Path, number: int, subject: Subject, chosen: argparse.Namespace) -> _Written:
    """One photograph translated."""
    from dermograph.exchange.dicom.from_file import photograph_from
    from dermograph.photo.image import read_photograph

    picture = read_photograph(path)
    data = path.read_bytes()
    if hashlib.sha256(data).hexdigest() != picture.sha256:
        raise InputError(Text("The file changed meanwhile.", "El archivo ha cambiado entretanto."), Place(str(path)))
    photograph = photograph_from(data, picture, subject, number, references_from(chosen.references))
    return _Written(path, to, picture, photograph)


def _report(found: list[_Written], subject: Subject, chosen: argparse.Namespace) -> bytes:
    """What changed between the two photographs."""
    from dermograph.exchange.dicom.from_file import report_from
    from dermograph.exchange.dicom.report import report_file
    from dermograph.photo.compare import compare

    lesion = subject.lesion
    if lesion is None:
        raise InputError(
            Text("A report needs the lesion's name.", "Un informe necesita el nombre de la lesión."),
            Place(field="--lesion"),
        )
    before, after = found
    outline = outline_from(chosen.outline, before.picture.width, before.picture.height)
    compared = compare(before.picture, after.picture, outline, references=references_from(chosen.references))
    photographs = (before.photograph, after.photograph)
    return report_file(report_from(compared, lesion, subject, photographs, dt.datetime.now(dt.UTC)))


def _tell(found: list[_Written], reports: list[Path], chosen: argparse.Namespace, to: str) -> None:
    from dermograph.cli.sheet import Sheet

    if chosen.json:
        rows = [_row(one) for one in found]
        written = {"photographs": rows, "reports": [str(path) for path in reports]}
        print_json({"schema": SCHEMA, **written, "sent_to": to or None})
        return
    sheet = Sheet(chosen.lang)
    for one in found:
        known = one.photograph.calibration
        sheet.line(f"{one.photo.name} → {one.file}", style="bold")
        if known is not None and known.mm_per_px is not None:
            sheet.line(f"{known.mm_per_px:.4f} mm/px ± {known.u_mm_per_px or 0:.4f}", indent=2)
        else:
            sheet.say(Text("without a scale", "sin escala"), indent=2, mark="?")
        way = one.photograph.pixels
        passed = Text("JPEG as it was, without its metadata", "JPEG tal cual, sin sus metadatos")
        sheet.say(passed if way.encoding == "jpeg" else Text("RGB", "RGB"), indent=2)
        for value, words in (
            (one.photograph.area.laterality, Text("side not known", "lado desconocido")),
            (one.photograph.taken_at or chosen.pseudonym or None, Text("time not known", "hora desconocida")),
        ):
            if value is None:
                sheet.say(words, indent=2, mark="?")
    for path in reports:
        sheet.line(str(path), style="bold")
    if to:
        sheet.say(_sent(len(found) + len(reports), to))
    if chosen.pseudonym:
        sheet.say(_STAY_HERE)
        if not chosen.no_names_seen:
            sheet.say(_NOT_LOOKED, mark="?")


def _sent(count: int, to: str) -> Text:
    if count == 1:
        return Text(f"1 file sent to {to}.", f"1 archivo enviado a {to}.")
    return Text(f"{count} files sent to {to}.", f"{count} archivos enviados a {to}.")


def _row(one: _Written) -> dict[str, Any]:
    known, value = one.photograph.calibration, one.photograph
    return {
        "photo": one.photo.name,
        "file": str(one.file),
        "uid": value.uid,
        "series_uid": value.series.uid,
        "study_uid": value.series.study.uid,
        "pixels": value.pixels.encoding,
        "derived": value.pixels.derived or None,
        "mm_per_px": None if known is None else known.mm_per_px,
        "u_mm_per_px": None if known is None else known.u_mm_per_px,
        "no_scale": (known.no_scale if known else "") or None,
        "taken_at": value.taken_at.isoformat() if value.taken_at else None,
    }
