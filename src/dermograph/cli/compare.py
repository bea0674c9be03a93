"""``dermograph compare``: what changed in a skin area between two photographs."""

from __future__ import annotations

import argparse
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from dermograph.cli.inputs import check_writable, print_json, write_text
from dermograph.cli.photographs import (
    add_outline,
    add_references,
    outline_from,
    print_measures,
    print_refusal,
    print_side,
    progress,
    references_from,
)
from dermograph.core.text import Language, Text

if TYPE_CHECKING:
    from dermograph.photo.comparison import Comparison

HELP = Text(
    "compare two photographs of a skin area: what changed, with its error, or why that cannot be known",
    "comparar dos fotografías de una zona: qué ha cambiado, con su error, o por qué no se puede saber",
)


def arguments(command: argparse.ArgumentParser, language: Language) -> None:
    """What the command takes."""
    command.add_argument("before", type=Path, help=Text("the baseline", "la fotografía inicial").say(language))
    command.add_argument("after", type=Path, help=Text("the follow-up", "la de seguimiento").say(language))
    add_outline(command, language, required=False)
    command.add_argument(
        "--out",
        type=Path,
        metavar="FOLDER",
        help=Text(
            "write report.html, compare.json and the pictures there",
            "escribir ahí report.html, compare.json y las imágenes",
        ).say(language),
    )
    command.add_argument(
        "--transform-out",
        type=Path,
        metavar="FILE.npz",
        help=Text(
            "write the map from the baseline to the follow-up",
            "escribir la correspondencia entre ambas fotografías",
        ).say(language),
    )
    add_references(command, language)


def run(chosen: argparse.Namespace) -> int:
    """Compare and print."""
    from dermograph.photo.image import read_photograph

    if chosen.transform_out is not None:
        check_writable(chosen.transform_out)
    if chosen.out is not None:
        make_folder(chosen.out)
    with ThreadPoolExecutor(2) as pool:
        read = pool.map(read_photograph, (chosen.before, chosen.after))
        # What compares is loaded while the photographs are decoded.
        from dermograph.photo.compare import compare
        from dermograph.photo.register.transform import write_transform

        references = references_from(chosen.references)
        before, after = read
    outline = outline_from(chosen.outline, before.width, before.height)
    tell = progress(chosen.lang)
    found = compare(before, after, outline, references=references, progress=tell)
    if chosen.transform_out is not None:
        write_transform(chosen.transform_out, found.registration)
    if chosen.out is not None:
        tell("write", 0.0)
        _write(chosen.out, found, chosen.lang)
        tell("write", 1.0)
    if chosen.json:
        print_json(found.to_json())
    else:
        _print(found, chosen.lang)
    return 0


def make_folder(folder: Path) -> None:
    """A folder to write into; refused early where nothing can be written.

    Raises:
        InputError: If it cannot be made or written to.
    """
    check_writable(folder if not folder.is_dir() else folder / "report.html")
    folder.mkdir(exist_ok=True)


def _write(folder: Path, found: Comparison, language: Language) -> None:
    import json

    from dermograph.photo.report.page import write_report
    from dermograph.photo.report.pictures import write_pictures

    write_pictures(folder, found, language)
    write_report(folder / "report.html", found, language)
    write_text(folder / "compare.json", json.dumps(found.to_json(), ensure_ascii=False, indent=2) + "\n")


def _print(found: Comparison, language: Language) -> None:
    from dermograph.cli.sheet import Sheet
    from dermograph.photo.comparison import OUTCOMES

    sheet = Sheet(language)
    sheet.title(OUTCOMES[found.outcome].say(language))
    if found.reason is not None:
        print_refusal(sheet, found.reason)
    sheet.gap()
    for side in (found.before, found.after):
        print_side(sheet, side)
    sheet.gap()
    registration = found.registration
    words = Text("registration", "alineación").say(language)
    error = "–" if registration.residual_px is None else f"{registration.residual_px:.2f} px"
    if registration.residual_mm is not None:
        error += f" ({registration.residual_mm:.3f} mm)"
    covers = Text("covers", "cubre").say(language)
    sheet.line(f"{words}: {registration.method}, ± {error}, {covers} {registration.coverage:.0%}")
    print_measures(sheet, found.measures, changes=True)
