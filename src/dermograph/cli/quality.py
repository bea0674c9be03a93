"""``dermograph quality``: whether a photograph can be measured, and what the photographer can do about it."""

from __future__ import annotations

import argparse
from pathlib import Path

from dermograph.cli.inputs import print_json
from dermograph.cli.photographs import (
    add_outline,
    add_references,
    baseline_from,
    print_side,
    references_from,
)
from dermograph.core.text import Language, Text

HELP = Text(
    "judge photographs before they are measured, and say what to do better",
    "juzgar fotografías antes de medirlas y decir qué mejorar",
)


def arguments(command: argparse.ArgumentParser, language: Language) -> None:
    """What the command takes."""
    command.add_argument(
        "photographs", type=Path, nargs="+", metavar="PHOTO", help=Text("photographs", "fotografías").say(language)
    )
    command.add_argument(
        "--baseline",
        type=Path,
        metavar="PHOTO",
        help=Text(
            "the first photograph of the area, whose distance and framing is to be kept",
            "la primera fotografía de la zona, cuya distancia y encuadre se mantienen",
        ).say(language),
    )
    add_outline(command, language, required=False)
    add_references(command, language)


def run(chosen: argparse.Namespace) -> int:
    """Judge every photograph and print."""
    from dermograph.cli.sheet import Sheet
    from dermograph.photo.compare import look
    from dermograph.photo.image import read_photograph

    references = references_from(chosen.references)
    baseline = baseline_from(chosen.baseline, chosen.outline, references)
    sheet, found = Sheet(chosen.lang), []
    for path in chosen.photographs:
        side = look(read_photograph(path), references=references, baseline=baseline)
        if chosen.json:
            found.append(side.to_json())
            continue
        print_side(sheet, side)
        if all(finding.passed is not False for finding in side.findings):
            sheet.say(Text("Nothing to improve.", "Nada que mejorar."), indent=2, mark="✓")
    if chosen.json:
        print_json({"schema": "dermograph.quality/1", "photographs": found})
    return 0
