"""``dermograph measure``: one photograph of an outlined area, measured."""

from __future__ import annotations

import argparse
from pathlib import Path

from dermograph.cli.inputs import print_json
from dermograph.cli.photographs import (
    add_outline,
    add_references,
    outline_from,
    print_measures,
    print_side,
    references_from,
)
from dermograph.core.text import Language, Text

HELP = Text(
    "measure the outlined area of one photograph, each figure with its error",
    "medir la zona delimitada de una fotografía, cada cifra con su error",
)


def arguments(command: argparse.ArgumentParser, language: Language) -> None:
    """What the command takes."""
    command.add_argument("photo", type=Path, metavar="PHOTO", help=Text("photograph", "fotografía").say(language))
    add_outline(command, language, required=True)
    add_references(command, language)


def run(chosen: argparse.Namespace) -> int:
    """Measure and print."""
    from dermograph.cli.sheet import Sheet
    from dermograph.photo.caveats import with_reasons
    from dermograph.photo.colour.tone import skin_class
    from dermograph.photo.compare import look, shot_of
    from dermograph.photo.image import read_photograph
    from dermograph.photo.measure import measure_one

    references = references_from(chosen.references)
    photo = read_photograph(chosen.photo)
    outline = outline_from(chosen.outline, photo.width, photo.height)
    if outline is None:  # the argument is required
        return 2
    side = look(photo, outline, references=references)
    measures = with_reasons(measure_one(shot_of(side), outline), side)
    if chosen.json:
        plain = [
            {key: value for key, value in one.to_json().items() if key not in ("after", "change")} for one in measures
        ]
        print_json({"schema": "dermograph.measure/1", "photo": side.to_json(), "measures": plain})
        return 0
    sheet = Sheet(chosen.lang)
    print_side(sheet, side)
    if side.skin_ita_deg is not None:
        tone = skin_class(side.skin_ita_deg).says.say(chosen.lang)
        words = Text("skin beside it", "piel vecina").say(chosen.lang)
        sheet.line(f"{words}: ITA {side.skin_ita_deg:.0f}° ({tone})", indent=2)
    sheet.gap()
    print_measures(sheet, measures, changes=False)
    return 0
