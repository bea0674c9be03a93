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


def export(chosen: argparse.Namespace, send: tuple[str, Callable[[bytes], object]] | None) -> int:
    """Write down what leaves, then write the files, and send them if that is wanted."""
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
    )
    total, rows = handing.photographs + handing.reports, []
    for number, file in enumerate(handing.files, start=1):
        path = chosen.out / file.name
        own_file(path, file.data)
        if send is not None:
            send[1](file.data)
        rows.append({"file": str(path), "about": str(file.about), "sent": send is not None})
        _show(chosen, number, total)
    _tell(chosen, handing, rows, send[0] if send is not None else "")
    return 0


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
    count, reports = handing.photographs, len(rows) - handing.photographs
    said = Text(f"{count} photographs, {reports} reports", f"{count} fotografías, {reports} informes")
    sheet.say(said, indent=2)
    if to:
        sheet.say(Text(f"sent to {to}", f"enviado a {to}"), indent=2)
    for pk, why in handing.kept_back.items():
        sheet.say(Text(f"{Path(str(pk)).name}: {why.en}", f"{pk}: {why.es}"), indent=2, mark="?")
