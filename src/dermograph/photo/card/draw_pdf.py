"""A card as a vector PDF, true to the millimetre, alone or on a page that says how to print it."""

from __future__ import annotations

import datetime as dt
from typing import Literal

from fpdf import FPDF

from dermograph.core.text import Language, Text
from dermograph.photo.card.drawing import MUTED_LAB, TITLES, Box, Drawing, Line, drawing
from dermograph.photo.card.inks import file_rgb
from dermograph.photo.card.pieces import Layout

Page = Literal["a4", "card"]
PAGES: tuple[Page, ...] = ("a4", "card")
CHECK_MM = 100.0  # length of the line that is measured after printing
_A4_MM = (210.0, 297.0)
_TOP_MM = 42.0
_POINTS_PER_MM = 72 / 25.4
# One card has one file: the same bytes whenever it is made.
_DATE = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)

_HEAD = Text("Print this page at 100 %", "Imprima esta página al 100 %")
_STEPS: tuple[Text, ...] = (
    Text(
        "Choose “actual size” or 100 %, never “fit to page”. Best quality, matt white photo paper, one side.",
        "Elija «tamaño real» o 100 %, nunca «ajustar a la página». Calidad máxima, papel fotográfico blanco mate.",
    ),
    Text(
        "Turn off every image enhancement, toner saving and borderless printing. The colours are sRGB.",
        "Desactive toda mejora de imagen, el ahorro de tóner y la impresión sin bordes. Los colores son sRGB.",
    ),
    Text(
        "Let it dry for a day. The line above must measure 99.5 to 100.5 mm with a steel ruler, or print it again.",
        "Déjela secar un día. La línea de arriba debe medir de 99,5 a 100,5 mm con regla de acero; si no, repítala.",
    ),
    Text(
        "Cut along the marks; the white border belongs to the card. Glue it flat on stiff board. Do not laminate it.",
        "Corte por las marcas; el borde blanco es parte de la tarjeta. Péguela plana sobre cartón. No la plastifique.",
    ),
    Text(
        "Have its colours measured (CIELAB, D50, 2°). Until then they are nominal, and printers differ widely.",
        "Haga medir sus colores (CIELAB, D50, 2°). Mientras tanto son nominales, y las impresoras difieren mucho.",
    ),
)


def pdf(layout: Layout, serial: int | None, page: Page, language: Language) -> bytes:
    """A card as one PDF page; the same input gives the same bytes.

    Args:
        layout: The kind of card.
        serial: Its number; None for a kind without one.
        page: ``a4`` with cut marks, a line to check the print by and instructions; ``card`` as large as the card.
        language: Of everything lettered.
    """
    drawn = drawing(layout, serial, language)
    size_mm = _A4_MM if page == "a4" else (layout.width_mm, layout.height_mm)
    sheet = FPDF(unit="mm", format=size_mm)
    sheet.set_creation_date(_DATE)
    sheet.set_title(f"Dermograph {layout.name} {layout.version}" + ("" if serial is None else f" {serial}"))
    sheet.set_producer("Dermograph")
    sheet.set_lang(language)
    sheet.set_auto_page_break(auto=False)
    sheet.set_margin(0)
    sheet.add_page()
    left_mm = (size_mm[0] - layout.width_mm) / 2 if page == "a4" else 0.0
    top_mm = _TOP_MM if page == "a4" else 0.0
    _draw(sheet, drawn, left_mm, top_mm)
    if page == "a4":
        title = TITLES[layout.name].say(language) if layout.name in TITLES else layout.name
        _draw(sheet, _around(layout, title, left_mm, language), 0.0, 0.0)
    return bytes(sheet.output())


def _draw(sheet: FPDF, drawn: Drawing, left_mm: float, top_mm: float) -> None:
    for box in drawn.boxes:
        sheet.set_fill_color(*file_rgb(box.lab_d50))
        sheet.rect(left_mm + box.x_mm, top_mm + box.y_mm, box.width_mm, box.height_mm, style="F")
    for line in drawn.lines:
        sheet.set_text_color(*file_rgb(line.lab_d50))
        sheet.set_font("Helvetica", "B" if line.bold else "", line.size_mm * _POINTS_PER_MM)
        words = line.words.replace("“", '"').replace("”", '"')  # the built-in typefaces hold Latin-1
        length_mm = sheet.get_string_width(words)
        start_mm = line.x_mm - {"left": 0.0, "middle": length_mm / 2, "right": length_mm}[line.anchor]
        sheet.text(left_mm + start_mm, top_mm + line.y_mm, words)


def _around(layout: Layout, title: str, left_mm: float, language: Language) -> Drawing:
    """Cut marks, the line to check the print by, and what to do, on an A4 page."""
    bottom_mm = _TOP_MM + layout.height_mm
    boxes = _cut_marks(left_mm, _TOP_MM, left_mm + layout.width_mm, bottom_mm)
    margin_mm = 25.0
    lines = [
        Line(margin_mm, 20.0, 6.0, _HEAD.say(language), bold=True),
        Line(margin_mm, 27.0, 3.6, title, lab_d50=MUTED_LAB),
    ]
    check_mm = bottom_mm + 26
    boxes += _check_line((_A4_MM[0] - CHECK_MM) / 2, check_mm)
    lines.append(Line(_A4_MM[0] / 2, check_mm - 4.5, 3.4, f"{CHECK_MM:.0f} mm", "middle", bold=True))
    for number, step in enumerate(_STEPS, start=1):
        y_mm = check_mm + 12 + 6.5 * number
        lines.append(Line(margin_mm, y_mm, 3.0, f"{number}", bold=True))
        lines.append(Line(margin_mm + 5, y_mm, 3.0, step.say(language)))
    return Drawing(tuple(boxes), tuple(lines))


def _cut_marks(left_mm: float, top_mm: float, right_mm: float, bottom_mm: float) -> list[Box]:
    """Two hairlines at each corner, outside the card, so that nothing is left on it after cutting."""
    hair_mm, away_mm, long_mm = 0.1, 2.0, 8.0
    across = [
        Box(x, y - hair_mm / 2, long_mm, hair_mm)
        for x in (left_mm - away_mm - long_mm, right_mm + away_mm)
        for y in (top_mm, bottom_mm)
    ]
    down = [
        Box(x - hair_mm / 2, y, hair_mm, long_mm)
        for x in (left_mm, right_mm)
        for y in (top_mm - away_mm - long_mm, bottom_mm + away_mm)
    ]
    return across + down


def _check_line(x_mm: float, y_mm: float) -> list[Box]:
    """A line between two ticks whose outer edges are ``CHECK_MM`` apart, and shorter ticks every centimetre."""
    stroke_mm = 0.2
    line = Box(x_mm, y_mm - stroke_mm / 2, CHECK_MM, stroke_mm)
    ends = [Box(x, y_mm - 3, stroke_mm, 6) for x in (x_mm, x_mm + CHECK_MM - stroke_mm)]
    ticks = [Box(x_mm + 10 * cm - stroke_mm / 2, y_mm - 1.2, stroke_mm, 1.2) for cm in range(1, round(CHECK_MM / 10))]
    return [line, *ends, *ticks]
