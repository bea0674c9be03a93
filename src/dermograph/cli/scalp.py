"""``dermograph scalp``: dots of pigment in a photograph, what became of them, how they fade, and a design."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from dermograph.cli import scalp_design
from dermograph.cli.inputs import add_json, check_writable, print_json, read_input, write_whole
from dermograph.cli.photographs import add_references, figure, outline_from, print_side, references_from
from dermograph.cli.scalp_asked import add_scalp, new_action, refused
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Language, Text

if TYPE_CHECKING:
    from dermograph.cli.sheet import Sheet
    from dermograph.photo.finding import Refusal
    from dermograph.photo.scalp.pictures import Rgb
    from dermograph.photo.scalp.survey import Scalp

HELP = Text(
    "scalp micropigmentation: count dots, follow them, forecast their fading, design a treatment",
    "micropigmentación capilar: contar puntos, seguirlos, prever su desvanecimiento, diseñar un tratamiento",
)
DOTS = Text("count and measure the dots of one photograph", "contar y medir los puntos de una fotografía")
CHANGE = Text(
    "match the dots of two photographs: kept, lost, new, and the pigment left",
    "emparejar los puntos de dos fotografías: conservados, perdidos, nuevos y el pigmento que queda",
)
FADING = Text(
    "when tone or uniformity will pass a limit, from a series of measurements",
    "cuándo el tono o la uniformidad pasarán un límite, a partir de una serie de medidas",
)
_LEAST_LIMIT, _MOST_LIMIT = 1.0, 99.0


def arguments(command: argparse.ArgumentParser, language: Language) -> None:
    """The actions and what each takes."""
    actions = command.add_subparsers(dest="action", metavar="ACTION", title=Text("actions", "acciones").say(language))
    dots = new_action(actions, "dots", DOTS, language)
    dots.add_argument("photo", type=Path, metavar="PHOTO", help=Text("photograph", "fotografía").say(language))
    add_scalp(dots, language)
    for option, words in (
        ("--map", Text("write the map of the density there", "escribir ahí el mapa de densidad")),
        ("--marks", Text("write the photograph with each dot ringed", "escribir la foto con cada punto rodeado")),
    ):
        dots.add_argument(option, type=Path, metavar="FILE.png", help=words.say(language))
    add_references(dots, language)
    change = actions.add_parser(
        "change", help=CHANGE.say(language), description=CHANGE.say(language), language=language
    )
    for name, words in (
        ("before", Text("the baseline", "la fotografía inicial")),
        ("after", Text("the follow-up", "el seguimiento")),
    ):
        change.add_argument(name, type=Path, metavar=name.upper(), help=words.say(language))
    add_scalp(change, language)
    change.add_argument(
        "--marks",
        type=Path,
        metavar="FILE.png",
        help=Text(
            "write the follow-up with what became of each dot", "escribir el seguimiento con lo que fue de cada punto"
        ).say(language),
    )
    add_references(change, language)
    fading = actions.add_parser(
        "fading", help=FADING.say(language), description=FADING.say(language), language=language
    )
    fading.add_argument(
        "series",
        metavar="SERIES",
        help=Text(
            'JSON or YAML: {"visits": [{"months": 12, "left": 0.8, "u": 0.05}, …]}, months since the settled look',
            'JSON o YAML: {"visits": [{"months": 12, "left": 0.8, "u": 0.05}, …]}, meses desde el aspecto asentado',
        ).say(language),
    )
    fading.add_argument(
        "--limit",
        type=float,
        default=60.0,
        metavar="PERCENT",
        help=Text(
            "the pigment left that the clinic wants at least (60)", "el pigmento mínimo que quiere la clínica (60)"
        ).say(language),
    )
    add_json(fading, language)
    scalp_design.arguments(actions, language)


def run(chosen: argparse.Namespace) -> int:
    """Do the action."""
    actions: dict[str, Callable[[argparse.Namespace], int]] = {
        "dots": _dots,
        "change": _change,
        "fading": _fading,
        "design": scalp_design.run,
    }
    return actions[chosen.action](chosen)


def surveyed(path: Path, chosen: argparse.Namespace) -> Scalp | Refusal:
    """One photograph as the options say."""
    from dermograph.photo.image import read_photograph
    from dermograph.photo.scalp.head import RADIUS_MM
    from dermograph.photo.scalp.survey import survey

    photo = read_photograph(path)
    return survey(
        photo,
        area=outline_from(chosen.area, photo.width, photo.height),
        hair=outline_from(chosen.hair, photo.width, photo.height),
        references=references_from(chosen.references),
        radius_mm=RADIUS_MM if chosen.radius is None else chosen.radius,
    )


def _dots(chosen: argparse.Namespace) -> int:
    from dermograph.cli.sheet import Sheet
    from dermograph.photo.finding import Refusal

    for path in (chosen.map, chosen.marks):
        if path is not None:
            check_writable(path)
    found = surveyed(chosen.photo, chosen)
    if isinstance(found, Refusal):
        return refused(found, "dots", chosen)
    from dermograph.photo.scalp.pictures import density_picture, marks_picture

    for path, draw in ((chosen.map, density_picture), (chosen.marks, marks_picture)):
        if path is not None:
            _write_picture(path, draw(found, chosen.lang))
    if chosen.json:
        print_json({"schema": "dermograph.scalp.dots/1", **found.to_json()})
        return 0
    sheet = Sheet(chosen.lang)
    print_side(sheet, found.side)
    sheet.gap()
    print_dots(sheet, found)
    return 0


def _write_picture(path: Path, picture: Rgb) -> None:
    from dermograph.photo.scalp.pictures import png

    data = png(picture)
    write_whole(path, lambda partial: partial.write_bytes(data))


def print_dots(sheet: Sheet, found: Scalp) -> None:
    """Count, density, size, evenness, each with its error, and what cannot be told."""
    from dermograph.photo.scalp.dots import CAVEAT

    def tell(en: str, es: str) -> None:
        sheet.say(Text(en, es), indent=2)

    dots, even = found.dots.to_json(), found.evenness
    count = f"{dots['count']['value']} ± {dots['count']['u']:.0f}"
    tell(f"{count} dots", f"{count} puntos")
    density = figure(found.per_cm2.value, found.per_cm2.u)
    tell(f"{density} per cm² of skin", f"{density} por cm² de piel")
    if len(found.dots):
        across, tone = f"{dots['diameter_mm']:.2f} mm", f"{dots['absorbance']:.2f}"
        tell(f"{across} across, absorbance {tone}", f"{across} de diámetro, absorbancia {tone}")
    if even is not None:
        near = figure(even.nearest_mm.value, even.nearest_mm.u, "mm")
        ratio, cv = figure(even.clark_evans.value, even.clark_evans.u), figure(even.cv.value, even.cv.u)
        tell(
            f"nearest dot {near}; Clark–Evans {ratio}; CV {cv}", f"el más cercano {near}; Clark–Evans {ratio}; CV {cv}"
        )
        cover, crowd, gaps = f"{even.coverage:.1%}", f"{even.clustered:.1%}", len(even.gaps)
        tell(
            f"{cover} of the skin covered; {gaps} gaps; {crowd} of the dots in clusters",
            f"{cover} de la piel cubierta; {gaps} huecos; {crowd} de los puntos en grupos",
        )
    if found.against_hair is not None:
        share = f"{found.against_hair:.0%}"
        tell(f"tone {share} of the own stubble", f"tono: {share} del pelo rasurado propio")
    for words in (found.head.says, CAVEAT):
        sheet.say(words, indent=2, mark="?")


def _change(chosen: argparse.Namespace) -> int:
    from dermograph.cli.sheet import Sheet
    from dermograph.photo.finding import Refusal
    from dermograph.photo.scalp.dots import CAVEAT
    from dermograph.photo.scalp.pictures import change_picture
    from dermograph.photo.scalp.survey import compare_scalps

    if chosen.marks is not None:
        check_writable(chosen.marks)
    sides = []
    for path in (chosen.before, chosen.after):
        side = surveyed(path, chosen)
        if isinstance(side, Refusal):
            return refused(side, "change", chosen)
        sides.append(side)
        chosen.area = chosen.hair = None  # both are drawn on the baseline
    found = compare_scalps(*sides)
    if chosen.marks is not None and (picture := change_picture(found, chosen.lang)) is not None:
        _write_picture(chosen.marks, picture)
    if chosen.json:
        print_json({"schema": "dermograph.scalp.change/1", **found.to_json()})
        return 0
    if found.refusal is not None or found.dots is None:
        return refused(found.refusal, "change", chosen) if found.refusal else 0
    sheet, dots = Sheet(chosen.lang), found.dots
    seen, survived = len(dots.before), dots.survived
    share = f"{survived.value:.1%} ± {survived.u:.1%}"
    sheet.say(
        Text(f"{seen} sure dots are in both photographs' view.", f"Ambas fotografías muestran {seen} puntos seguros.")
    )
    sheet.say(Text(f"still there: {share}", f"siguen ahí: {share}"), indent=2)
    for value, words in ((dots.lost, Text("lost", "perdidos")), (dots.new, Text("new", "nuevos"))):
        sheet.line(f"{words.say(chosen.lang)}: {value.value:.0f} ± {value.u:.0f}", indent=2)
    if dots.pigment_left is not None:
        left = f"{dots.pigment_left.value:.0%} ± {dots.pigment_left.u:.0%}"
        sheet.say(Text(f"pigment left in a dot: {left}", f"pigmento que queda en un punto: {left}"), indent=2)
    sheet.say(CAVEAT, indent=2, mark="?")
    return 0


def _fading(chosen: argparse.Namespace) -> int:
    import math

    from dermograph.cli.sheet import Sheet
    from dermograph.photo.scalp.fading import passing, read_series

    if not _LEAST_LIMIT <= chosen.limit <= _MOST_LIMIT:
        raise InputError(
            Text(f"{chosen.limit:g} % is no limit.", f"{chosen.limit:g} % no es un límite."),
            Place(field="--limit"),
            Text("Give 1 to 99.", "Dé de 1 a 99."),
        )
    found = passing(read_series(*read_input(chosen.series)), -math.log(chosen.limit / 100))
    if chosen.json:
        print_json({"schema": "dermograph.scalp.fading/1", "limit_percent": chosen.limit, **found.to_json()})
        return 0
    sheet = Sheet(chosen.lang)
    if found.passed is not None:
        chance = f"{found.passed:.0%}"
        sheet.say(Text(f"already passed with a chance of {chance}", f"ya superado con una probabilidad del {chance}"))
    if found.months is None:
        sheet.say(found.why or Text("No date.", "Sin fecha."))
        return 0
    low, middle, high = (f"{month:.0f}" for month in found.months)
    sheet.say(
        Text(
            f"{chosen.limit:g} % is passed {low} to {high} months after the settled look (likely {middle}).",
            f"El {chosen.limit:g} % se pasa de {low} a {high} meses tras el aspecto asentado (probable {middle}).",
        )
    )
    return 0
