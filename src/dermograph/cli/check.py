"""``dermograph check``: whether a clinic can work, and whether its records are safe."""

from __future__ import annotations

import argparse
import os

from dermograph.cli.clinic_extra import clinic_part, folder_given
from dermograph.cli.data_folder import add_data
from dermograph.cli.inputs import add_json, print_json
from dermograph.core.text import Language, Text

HELP = Text(
    "check keys, database, disk, clock, backups and settings of a clinic",
    "comprobar claves, base de datos, disco, reloj, copias y ajustes de una clínica",
)
_MARKS = {"ok": "✓", "mind": "!", "mend": "✗"}


def arguments(command: argparse.ArgumentParser, language: Language) -> None:
    """What to check."""
    add_data(command, language)
    add_json(command, language)


def run(chosen: argparse.Namespace) -> int:
    """Check; 1 if something has to be mended."""
    checks = clinic_part("upkeep.checks")
    folder = folder_given(chosen.data, os.environ.get("DERMOGRAPH_DATA") or "data")
    found = checks.check(folder)
    mend = sum(one.mark == "mend" for one in found)
    if chosen.json:
        print_json(
            {"schema": "dermograph.clinic-check/1", "sound": not mend, "checks": [one.to_json() for one in found]}
        )
        return 1 if mend else 0
    for one in found:
        todo = one.todo.say(chosen.lang)
        print(f"{_MARKS[one.mark]} {one.words.say(chosen.lang)}" + (f" → {todo}" if todo else ""))
    words = (
        Text(f"{mend} things have to be mended.", f"Hay que arreglar {mend} cosas.")
        if mend > 1
        else Text("One thing has to be mended.", "Hay que arreglar una cosa.")
        if mend
        else Text("Nothing has to be mended.", "No hay nada que arreglar.")
    )
    print(words.say(chosen.lang))
    return 1 if mend else 0
