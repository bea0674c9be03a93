"""A patient's photographs from a clinic's record as DICOM, with the rules that hold for whatever leaves there."""

from __future__ import annotations

import argparse
import secrets
import sys
import uuid
from collections.abc import Callable
from pathlib import Path
from typing import Any

from dermograph.cli.clinic_extra import clinic_part
from dermograph.cli.data_folder import opened_of_this_version
from dermograph.cli.dicom_files import own_file, own_folder
from dermograph.cli.inputs import print_json
from dermograph.core.errors import InputError, Place, shown
from dermograph.core.text import Text

SCHEMA = "dermograph.export.dicom.clinic/1"
_PART = ".part"


def export(chosen: argparse.Namespace, send: tuple[str, Callable[[bytes], object]] | None) -> int:
    """Write the files, and that they leave; send them if that is wanted.

    Files that are only kept end on ``.part`` until it is written down that all of them leave; where that cannot be,
    none stays. What is sent is written down before it goes, and stays.
    """
    pseudonym = _pseudonym(chosen)
    if chosen.out.is_dir() and any(chosen.out.iterdir()):
        raise InputError(
            Text("The folder is not empty.", "La carpeta no está vacía."),
            Place(str(chosen.out)),
            Text("Give a new one: the files have numbers for names.", "Indique una nueva: los nombres son números."),
        )
    opened_of_this_version(chosen)
    own_folder(chosen.out)
    handing = clinic_part("imaging.handing_out").hand_out(
        slug=chosen.clinic,
        number=chosen.patient,
        purpose=chosen.purpose,
        recipient=chosen.to or (send[0] if send is not None else ""),
        only=chosen.photograph,
        pseudonym=pseudonym,
        looked=chosen.no_names_seen,
        one_by_one=send is not None,
    )
    rows = _kept(chosen, handing) if send is None else _sent(chosen, handing, send[1])
    _tell(chosen, handing, rows, send[0] if send is not None else "")
    return 0


def _kept(chosen: argparse.Namespace, handing: Any) -> list[dict[str, Any]]:  # noqa: ANN401 (of the extra)
    """All files or none."""
    total, rows, parts = handing.photographs + handing.reports, [], []
    try:
        for number, file in enumerate(handing.files, start=1):
            path = chosen.out / file.name
            parts.append(path.with_name(f"{path.name}{_PART}"))
            own_file(parts[-1], file.data)
            rows.append({"file": str(path), "about": str(file.about), "sent": False})
            _show(chosen, number, total)
    except BaseException:  # also where somebody breaks it off: nothing was written down, so nothing is left behind
        for part in parts:
            part.unlink(missing_ok=True)
        raise
    for part in parts:
        part.replace(part.with_suffix(""))
    return rows


def _sent(
    chosen: argparse.Namespace,
    handing: Any,  # noqa: ANN401 (of the extra)
    send: Callable[[bytes], object],
) -> list[dict[str, Any]]:
    """Each file written, then sent; where that ends early, how far it came is said."""
    total, rows = handing.photographs + handing.reports, list[dict[str, Any]]()
    try:
        for number, file in enumerate(handing.files, start=1):
            path = chosen.out / file.name
            own_file(path, file.data)
            send(file.data)
            rows.append({"file": str(path), "about": str(file.about), "sent": True})
            _show(chosen, number, total)
    except InputError:
        done = len(rows)
        said = Text(f"Only {done} of {total} files were sent.", f"Solo se han enviado {done} de {total} archivos.")
        print(said.say(chosen.lang), file=sys.stderr)
        raise
    return rows


def photograph_given(text: str) -> uuid.UUID:
    """The id of a photograph.

    Raises:
        InputError: If it is none.
    """
    try:
        return uuid.UUID(text)
    except ValueError:
        raise InputError(
            Text(f"{shown(text)} is no id of a photograph.", f"{shown(text)} no identifica una fotografía."),
            Place(field="--photograph"),
            Text("It stands in the address of its page.", "Está en la dirección de su página."),
        ) from None


def _pseudonym(chosen: argparse.Namespace) -> str:
    """As whom the patient goes out; empty for the name, or where one is made up."""
    if chosen.patient_id and not chosen.pseudonym:
        raise InputError(
            Text("The record has its own number.", "La historia ya tiene su número."),
            Place(field="--patient-id"),
            Text("Give it with --pseudonym, or leave it out.", "Úselo con --pseudonym u omítalo."),
        )
    if chosen.pseudonym and not chosen.patient_id:
        return f"P-{secrets.token_hex(6)}"
    return chosen.patient_id or ""


def _show(chosen: argparse.Namespace, number: int, total: int) -> None:
    """How far it is, where somebody looks on."""
    if chosen.json or not sys.stderr.isatty():
        return
    word = Text("files", "archivos").say(chosen.lang)
    print(f"\r{number} / {total} {word}", end="\n" if number >= total else "", file=sys.stderr, flush=True)


def _tell(chosen: argparse.Namespace, handing: Any, rows: list[dict[str, Any]], to: str) -> None:  # noqa: ANN401 (of the extra)
    if chosen.json:
        kept_back = [{"photograph": str(pk), "why": why.to_json()} for pk, why in handing.kept_back.items()]
        found = {"schema": SCHEMA, "patient_id": handing.patient_id, "sent_to": to or None}
        print_json({**found, "files": rows, "kept_back": kept_back})
        return
    from dermograph.cli.sheet import Sheet

    sheet = Sheet(chosen.lang)
    sheet.line(f"{handing.patient_id} → {chosen.out}", style="bold")
    reports = sum(Path(one["file"]).name.startswith("report-") for one in rows)
    count = len(rows) - reports
    words = [Text(f"{count} photographs", f"{count} fotografías"), Text(f"{reports} reports", f"{reports} informes")]
    if count == 1:
        words[0] = Text("1 photograph", "1 fotografía")
    if reports == 1:
        words[1] = Text("1 report", "1 informe")
    sheet.say(Text(f"{words[0].en}, {words[1].en}", f"{words[0].es}, {words[1].es}"), indent=2)
    if to:
        sheet.say(Text(f"sent to {to}", f"enviado a {to}"), indent=2)
    for pk, why in handing.kept_back.items():
        sheet.say(Text(f"{Path(str(pk)).name}: {why.en}", f"{pk}: {why.es}"), indent=2, mark="?")
