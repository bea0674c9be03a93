"""``dermograph series``: many visits of one area, every measure over time, all registered to the first photograph."""

from __future__ import annotations

import argparse
import dataclasses
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dermograph.cli.compare import make_folder
from dermograph.cli.inputs import print_json, write_text
from dermograph.cli.photographs import (
    UNITS,
    add_outline,
    add_references,
    figure,
    outline_from,
    progress,
    references_from,
)
from dermograph.core.errors import InputError, Place, nearest
from dermograph.core.text import Language, Text

if TYPE_CHECKING:
    from dermograph.photo.comparison import Side
    from dermograph.photo.outline.outline import Outline
    from dermograph.photo.series import Series

HELP = Text(
    "follow an area over many photographs: every measure over time, with its error",
    "seguir una zona en muchas fotografías: cada medida en el tiempo, con su error",
)


def arguments(command: argparse.ArgumentParser, language: Language) -> None:
    """What the command takes."""
    command.add_argument(
        "photographs",
        type=Path,
        nargs="+",
        metavar="PHOTO",
        help=Text("the baseline, then the visits in their order", "la inicial y después las visitas, en orden").say(
            language
        ),
    )
    add_outline(command, language, required=True)
    command.add_argument(
        "--landmarks",
        action="append",
        default=[],
        metavar="PHOTO=FILE",
        help=Text(
            "clicked landmark pairs of one visit, in an outline file; may be given several times",
            "pares de puntos marcados de una visita, en un archivo de contorno; se puede repetir",
        ).say(language),
    )
    command.add_argument(
        "--out",
        type=Path,
        metavar="FOLDER",
        help=Text(
            "write report.html, series.json and the visits there; a stopped series goes on from it",
            "escribir ahí report.html, series.json y las visitas; una serie interrumpida sigue desde ahí",
        ).say(language),
    )
    add_references(command, language)


def run(chosen: argparse.Namespace) -> int:
    """Measure every visit against the baseline and print."""
    from dermograph.photo.compare import look, shot_of
    from dermograph.photo.image import read_photograph
    from dermograph.photo.measure import measure_one
    from dermograph.photo.series import Series, baseline_of

    if len(chosen.photographs) < 2:
        raise InputError(
            Text("A series needs a baseline and at least one visit.", "Una serie necesita una inicial y una visita.")
        )
    marks = _landmarks(chosen.landmarks, chosen.photographs)
    if chosen.out is not None:
        make_folder(chosen.out)
    references = references_from(chosen.references)
    first, *later = chosen.photographs
    photo = read_photograph(first)
    outline = outline_from(chosen.outline, photo.width, photo.height)
    if outline is None:  # the argument is required
        return 2
    baseline = look(photo, outline, references=references)
    visits = []
    for number, path in enumerate(later, 1):
        drawn = _with_marks(outline, marks.get(path), photo.width, photo.height)
        visits.append(_visit(baseline, path, drawn, chosen, f"{number}/{len(later)} {path.name}: "))
    measures = measure_one(shot_of(baseline), outline)
    series = Series(baseline_of(baseline, measures), tuple(found for _, found in visits))
    if chosen.out is not None:
        _write(chosen.out, series, [key for key, _ in visits], chosen.lang)
    if chosen.json:
        print_json(series.to_json())
    else:
        _print(series, chosen.lang)
    return 0


def _visit(
    baseline: Side, path: Path, outline: Outline, chosen: argparse.Namespace, prefix: str
) -> tuple[str, dict[str, Any]]:
    """The key of one visit and what was found, taken from the folder if it was measured before."""
    from dermograph.photo.compare import compare_later
    from dermograph.photo.image import read_photograph
    from dermograph.photo.report.series_file import keep_visit, kept_visit
    from dermograph.photo.series import key_of

    tell = progress(chosen.lang, prefix=prefix)
    references = references_from(chosen.references)
    photo = read_photograph(path)
    key = key_of(baseline, photo.sha256, outline, references)
    if chosen.out is not None and (kept := kept_visit(chosen.out, key)) is not None:
        return key, {**kept, "after": {**kept["after"], "file": photo.name}}
    tell("read", 0.0)
    compared = compare_later(baseline, photo, outline, references=references, progress=tell)
    found = compared.to_json() if chosen.out is None else keep_visit(chosen.out, key, compared)
    tell("done", 1.0)
    return key, found


def _landmarks(given: list[str], photographs: list[Path]) -> dict[Path, Path]:
    found = {}
    for text in given:
        name, _, file = text.rpartition("=")
        if Path(name) not in photographs[1:]:
            names = [str(path) for path in photographs[1:]]
            raise InputError(
                Text(f"{name!r} is not one of the visits.", f"{name!r} no es una de las visitas."),
                Place(field="--landmarks"),
                nearest(name, names),
            )
        found[Path(name)] = Path(file)
    return found


def _with_marks(outline: Outline, file: Path | None, width: int, height: int) -> Outline:
    if file is None:
        return outline
    given = outline_from(file, width, height)
    return outline if given is None else dataclasses.replace(outline, before=given.before, after=given.after)


def _write(folder: Path, series: Series, keys: list[str], language: Language) -> None:
    from dermograph.photo.report.series_file import write_series_report

    write_series_report(folder / "report.html", series, keys, language)
    write_text(folder / "series.json", json.dumps(series.to_json(), ensure_ascii=False, indent=2) + "\n")


def _print(series: Series, language: Language) -> None:
    from dermograph.cli.sheet import Sheet
    from dermograph.photo.comparison import OUTCOMES
    from dermograph.photo.measure.values import Outcome

    sheet = Sheet(language)
    labels = {one["name"]: one["label"][language] for one in series.baseline["measures"]}
    units = {one["name"]: one["unit"] for one in series.baseline["measures"]}
    for name in series.names:
        points = series.points(name)
        if all(point.value is None for point in points):
            continue
        unit = UNITS.get(units[name], units[name])
        sheet.line(f"{labels[name]}{f' ({unit})' if unit else ''}", style="bold")
        for point in points:
            day = f"{point.on:%Y-%m-%d}" if point.on else "–"
            value = "–" if point.value is None or point.u is None else figure(point.value, point.u)
            outcome = Outcome(point.change["verdict"]) if point.change else None
            words = OUTCOMES[outcome].say(language) if outcome else ""
            sheet.line(f"{day}  {value:>15}  {words}  {point.file}", indent=2)
    for visit in series.visits:
        if visit["reason"]:
            says, todo = (visit["reason"][key][language] for key in ("says", "todo"))
            sheet.line(f"{visit['after']['file']}: {says} {todo}".strip(), mark="?")
