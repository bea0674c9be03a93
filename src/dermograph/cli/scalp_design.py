"""``dermograph scalp design``: a design on the patient's own photograph, its previews and its sheet."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dermograph.cli.inputs import print_json, read_input, write_text, write_whole
from dermograph.cli.photographs import add_references, outline_from, references_from
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Language, Text

if TYPE_CHECKING:
    from dermograph.photo.scalp.design import Design

DESIGN = Text(
    "design a treatment on a photograph: dots by session, previews, a sheet to print",
    "diseñar un tratamiento sobre una fotografía: puntos por sesión, simulaciones y una hoja para imprimir",
)
_YEARS = (1, 3, 5)
_OPTIONS: tuple[tuple[str, str, type, Text], ...] = (
    ("--density", "per_cm2", float, Text("dots and hairs on a cm² (90)", "puntos y pelos por cm² (90)")),
    ("--soft", "soft_mm", float, Text("mm in which an edge grows full (8)", "mm en que un borde se llena (8)")),
    ("--ragged", "ragged_mm", float, Text("mm by which an edge strays (2)", "mm que un borde se desvía (2)")),
    ("--sessions", "sessions", int, Text("in how many sessions (3)", "en cuántas sesiones (3)")),
    ("--diameter", "diameter_mm", float, Text("mm across a dot (as the stubble)", "mm de diámetro (como el pelo)")),
    ("--tone", "tone", float, Text("absorbance once settled (as the stubble)", "absorbancia asentado (como el pelo)")),
    ("--per-minute", "dots_a_minute", float, Text("dots set in a minute (60)", "puntos por minuto (60)")),
    ("--per-needle", "dots_a_needle", float, Text("dots set by a needle (3000)", "puntos por aguja (3000)")),
)


def arguments(actions: Any, language: Language) -> None:  # noqa: ANN401 (argparse's own, private)
    """What the action takes."""
    from dermograph.cli.scalp_asked import add_scalp

    design = actions.add_parser(
        "design", help=DESIGN.say(language), description=DESIGN.say(language), language=language
    )
    design.add_argument("photo", type=Path, metavar="PHOTO", help=Text("photograph", "fotografía").say(language))
    add_scalp(design, language)
    design.add_argument(
        "--front",
        metavar="FILE",
        help=Text('the front edge: {"front": [[x, y], …]}, px', 'la línea frontal: {"front": [[x, y], …]}, px').say(
            language
        ),
    )
    for option, name, kind, words in _OPTIONS:
        design.add_argument(option, dest=name, type=kind, metavar="N", help=words.say(language))
    design.add_argument(
        "--out",
        type=Path,
        required=True,
        metavar="FOLDER",
        help=Text(
            "write design.json, dots.csv, the previews (PNG) and sheet.pdf there",
            "escribir ahí design.json, dots.csv, las simulaciones (PNG) y sheet.pdf",
        ).say(language),
    )
    add_references(design, language)


def run(chosen: argparse.Namespace) -> int:
    """Design, preview, write."""
    from dermograph.cli.compare import make_folder
    from dermograph.cli.scalp_asked import refused
    from dermograph.cli.sheet import Sheet
    from dermograph.photo.finding import Refusal

    if chosen.area is None:
        raise InputError(
            Text("A design needs the area.", "Un diseño necesita la zona."),
            Place(field="--area"),
            Text("Give an outline file.", "Dé un archivo de contorno."),
        )
    make_folder(chosen.out)
    found = _designed(chosen)
    if isinstance(found, Refusal):
        return refused(found, "design", chosen)
    side, design, stubble = found
    told = {"schema": "dermograph.scalp.design/1", **design.to_json(), "stubble_found": stubble}
    files = _write(chosen.out, side, design, told, chosen.lang)
    if chosen.json:
        print_json({**told, "files": files})
        return 0
    sheet = Sheet(chosen.lang)
    area, size = f"{design.area_cm2:.0f} cm²", f"{told['diameter_mm']:.2f} mm"
    sheet.say(
        Text(f"{len(design)} dots of {size} on {area} of skin", f"{len(design)} puntos de {size} en {area} de piel")
    )
    if stubble is not None:
        sheet.say(
            Text(
                f"{stubble} cut hairs were found where the own stubble was outlined",
                f"se hallaron {stubble} pelos cortados donde se marcó el pelo rasurado propio",
            ),
            indent=2,
        )
    for number, one in enumerate(told["sessions"], 1):
        minutes = round(one["minutes"])
        sheet.say(
            Text(
                f"session {number}: {one['dots']} dots, about {minutes} min, needles: {one['needles']}",
                f"sesión {number}: {one['dots']} puntos, unos {minutes} min, agujas: {one['needles']}",
            ),
            indent=2,
        )
    sheet.line(", ".join(files), indent=2)
    return 0


def _designed(chosen: argparse.Namespace) -> Any:  # noqa: ANN401 (the side, the design and a count, or a refusal)
    """The photograph as it was looked at, the design, and how much stubble was found; or why there is none."""
    from dermograph.photo.compare import look
    from dermograph.photo.finding import Refusal
    from dermograph.photo.image import read_photograph
    from dermograph.photo.scalp.design import Wish, design
    from dermograph.photo.scalp.dots import NO_SCALE
    from dermograph.photo.scalp.head import RADIUS_MM, Head
    from dermograph.photo.scalp.survey import own_stubble

    photo = read_photograph(chosen.photo)
    area = outline_from(chosen.area, photo.width, photo.height)
    stubble = outline_from(chosen.hair, photo.width, photo.height)
    wish = Wish(**{name: given for _, name, _, _ in _OPTIONS if (given := getattr(chosen, name)) is not None})
    side = look(photo, references=references_from(chosen.references))
    if side.mm_per_px is None or area is None:
        return side.card if isinstance(side.card, Refusal) else NO_SCALE
    bend = RADIUS_MM if chosen.radius is None else chosen.radius
    x0, y0, x1, y1 = area.bounds
    head = Head(((x0 + x1) / 2, (y0 + y1) / 2), 1 / side.mm_per_px, bend)
    hair = None if stubble is None else own_stubble(side, stubble, radius_mm=bend)
    if isinstance(hair, Refusal):
        return hair
    front = None if chosen.front is None else _front(*read_input(chosen.front))
    found = design((photo.height, photo.width), head, area, wish, front=front, hair=hair)
    return side, found, None if hair is None else len(hair[0])


def _front(text: str, file: str) -> list[list[float]]:
    """The points of the front edge, each ``[x, y]`` in px of the photograph.

    Raises:
        InputError: If the text does not hold them.
    """
    from dermograph.protocols.strict_yaml import parse

    points = []
    for point in parse(text, file).mapping(required=("front",))["front"].items():
        both = point.items()
        if len(both) != 2:
            raise point.error(Text("A point is [x, y].", "Un punto es [x, y]."))
        points.append([value.number(-1e6, 1e6) for value in both])
    return points


def _write(folder: Path, side: Any, design: Design, told: dict[str, Any], language: Language) -> list[str]:  # noqa: ANN401 (a side)
    """Write everything, and name the files."""
    from dermograph.photo.scalp.fading import left_after
    from dermograph.photo.scalp.pictures import png
    from dermograph.photo.scalp.preview import preview, scenes
    from dermograph.photo.scalp.print_sheet import print_sheet

    write_text(folder / "design.json", json.dumps(told, ensure_ascii=False, indent=2) + "\n")
    rows = zip(design.xy_px, design.diameter_mm, design.tone, design.session, strict=True)
    lines = (f"{x:.2f},{y:.2f},{across:.3f},{tone:.3f},{session}" for (x, y), across, tone, session in rows)
    write_text(folder / "dots.csv", "\n".join(["x_px,y_px,diameter_mm,tone,session", *lines]) + "\n")
    files = ["design.json", "dots.csv"]
    left = {years: left_after([], 12.0 * years) for years in _YEARS}
    blur = getattr(side.card, "blur_px", None) or 0.6
    names = [f"session-{n}-{moment}" for n in range(1, design.wish.sessions + 1) for moment in ("fresh", "settled")]
    names += [f"after-{years}-years" for years in _YEARS]
    for name, scene in zip(names, scenes(design, left), strict=True):
        _write_bytes(
            folder / f"{name}.png", png(preview(side.photo.rgb, design, scene, blur_px=blur, language=language))
        )
        files.append(f"{name}.png")
    _write_bytes(folder / "sheet.pdf", print_sheet(design, language))
    return [*files, "sheet.pdf"]


def _write_bytes(path: Path, data: bytes) -> None:
    write_whole(path, lambda partial: partial.write_bytes(data))
