"""``dermograph card``: the calibration card, to print or as data."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from dermograph.cli.inputs import add_json, check_writable, print_json, write_text, write_whole
from dermograph.cli.parser import one_of
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Language, Text

HELP = Text("make a calibration card to print", "crear una tarjeta de calibración para imprimir")

#: Cards that can be printed, and their highest number: known here so that help does not load the layouts.
KINDS = ("a6", "small")
_PAGES = ("a4", "card")
_FORMATS = (".pdf", ".png", ".json")
_DPI, _LEAST_DPI, _MOST_DPI = 600, 150, 1200
MOST_SERIAL = 3843


def arguments(command: argparse.ArgumentParser, language: Language) -> None:
    """What the command takes."""
    command.add_argument(
        "-o",
        "--out",
        type=Path,
        metavar="FILE",
        help=Text(
            "where to write it; its ending says what: .pdf, .png or .json",
            "dónde escribirla; la extensión dice qué: .pdf, .png o .json",
        ).say(language),
    )
    command.add_argument(
        "--layout",
        type=lambda text: one_of(text, KINDS, "--layout"),
        default="a6",
        metavar="|".join(KINDS),
        help=Text(
            "A6 (148 x 105 mm), or small for faces (74 x 52 mm)", "A6 (148 x 105 mm) o pequeña para caras (74 x 52 mm)"
        ).say(language),
    )
    command.add_argument(
        "--serial",
        type=lambda text: _whole(text, "--serial", 0, MOST_SERIAL),
        default=0,
        metavar="N",
        help=Text(
            f"number of this card, 0 to {MOST_SERIAL}; one for each print",
            f"número de esta tarjeta, de 0 a {MOST_SERIAL}; uno para cada impresión",
        ).say(language),
    )
    command.add_argument(
        "--dpi",
        type=lambda text: _whole(text, "--dpi", _LEAST_DPI, _MOST_DPI),
        metavar="N",
        help=Text(f"resolution of a PNG ({_DPI})", f"resolución de un PNG ({_DPI})").say(language),
    )
    command.add_argument(
        "--page",
        type=lambda text: one_of(text, _PAGES, "--page"),
        metavar="|".join(_PAGES),
        help=Text(
            "page of a PDF: A4 with instructions, or as large as the card",
            "página de un PDF: A4 con instrucciones o del tamaño de la tarjeta",
        ).say(language),
    )
    add_json(command, language)


def _whole(text: str, option: str, least: int, most: int) -> int:
    """A whole number within limits.

    Raises:
        InputError: If it is not.
    """
    value = int(text) if text.isascii() and text.isdigit() and len(text) <= len(str(most)) else -1
    if not least <= value <= most:
        raise InputError(
            Text(f"A whole number from {least} to {most} is needed.", f"Se necesita un entero de {least} a {most}."),
            Place(field=option),
        )
    return value


def run(chosen: argparse.Namespace) -> int:
    """Write the card and say where it is."""
    _check(chosen)
    from dermograph.photo.card.layout import LAYOUTS
    from dermograph.photo.card.record import card_record

    layout = LAYOUTS[chosen.layout]
    record = card_record(layout, chosen.serial)
    if chosen.out is not None:
        _write(chosen, record)
    if chosen.json:
        print_json({**record, "file": None if chosen.out is None else str(chosen.out)})
        return 0
    words = Text(
        f"{chosen.out}: card {layout.name}, {layout.width_mm:g} x {layout.height_mm:g} mm, No. {chosen.serial}.",
        f"{chosen.out}: tarjeta {layout.name}, {layout.width_mm:g} x {layout.height_mm:g} mm, n.º {chosen.serial}.",
    )
    print(words.say(chosen.lang))
    if chosen.out.suffix.lower() != ".json":
        print(_PRINT.say(chosen.lang))
    return 0


_PRINT = Text(
    "Print it at 100 % and measure it with a ruler. Its colours are nominal until\n"
    "they are measured; give the measurement with --references.",
    "Imprímala al 100 % y mídala con una regla. Sus colores son nominales hasta que\n"
    "se midan; indique la medición con --references.",
)


def _check(chosen: argparse.Namespace) -> None:
    """Refuse what cannot be done before any work for it.

    Raises:
        InputError: If no file is named where one is needed, or an option does not belong to its kind.
    """
    if chosen.out is None:
        if not chosen.json:
            todo = Text("Name a file with -o, such as card.pdf.", "Indique un archivo con -o, como card.pdf.")
            raise InputError(Text("No file is named.", "No se indica ningún archivo."), Place(field="-o"), todo)
        suffix = ".json"
    else:
        suffix = chosen.out.suffix.lower()
        if suffix not in _FORMATS:
            todo = Text("It ends in .pdf, .png or .json.", "Termina en .pdf, .png o .json.")
            what = Text("No such kind of file is made.", "No se crea ese tipo de archivo.")
            raise InputError(what, Place(str(chosen.out)), todo)
        check_writable(chosen.out)
    for given, option, kind in ((chosen.dpi, "--dpi", ".png"), (chosen.page, "--page", ".pdf")):
        if given is not None and suffix != kind:
            what = Text(f"Only a {kind} file has this.", f"Solo un archivo {kind} lo tiene.")
            raise InputError(what, Place(field=option))


def _write(chosen: argparse.Namespace, record: dict[str, Any]) -> None:
    from dermograph.photo.card.layout import LAYOUTS

    path, layout = chosen.out, LAYOUTS[chosen.layout]
    if path.suffix.lower() == ".json":
        write_text(path, json.dumps(record, ensure_ascii=False, indent=2) + "\n")
        return
    if path.suffix.lower() == ".png":
        from dermograph.photo.card.draw_raster import png

        data = png(layout, chosen.serial, chosen.dpi or _DPI, chosen.lang)
    else:
        from dermograph.photo.card.draw_pdf import pdf

        data = pdf(layout, chosen.serial, chosen.page or "a4", chosen.lang)
    write_whole(path, lambda partial: partial.write_bytes(data))
