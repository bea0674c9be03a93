"""The design on paper, true to the millimetre, for the practitioner: dots by session over a grid of millimetres."""

from __future__ import annotations

import datetime as dt

import numpy as np
from fpdf import FPDF

from dermograph.core.text import Language, Text
from dermograph.photo.scalp.design import Design

_PAGE_MM, _EDGE_MM, _TOP_MM = (210.0, 297.0), 10.0, 34.0
_INKS = ((200, 60, 40), (40, 90, 190), (40, 130, 70), (140, 60, 160), (200, 140, 20), (60, 60, 60))
_FINE, _BOLD = (225, 225, 225), (170, 170, 170)
_DATE = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)  # one design has one file: the same bytes whenever it is made
_HEAD = Text("Design, 1:1. A plan, not a photograph.", "Diseño, 1:1. Un plano, no una fotografía.")
_CHECK = Text(
    "Print at 100 %; the grid is 1 mm, bold every 10 mm. On the head the skin bends away from the sheet.",
    "Imprima al 100 %; la cuadrícula es de 1 mm, con trazo grueso cada 10 mm. En la cabeza la piel se curva.",
)
_SESSION = Text(
    "session {n}: {dots} dots, {minutes} min, needles: {needles}",
    "sesión {n}: {dots} puntos, {minutes} min, agujas: {needles}",
)
_PAGE = Text("page {n} of {all}", "página {n} de {all}")


def print_sheet(design: Design, language: Language) -> bytes:
    """A PDF of as many A4 pages as the area needs; the same design gives the same bytes.

    Args:
        design: The design.
        language: Of the words.
    """
    sheet = FPDF(unit="mm", format=_PAGE_MM)
    sheet.set_creation_date(_DATE)
    sheet.set_auto_page_break(auto=False)
    sheet.set_title(_HEAD.say(language))
    mm = (design.xy_px - design.xy_px.min(axis=0)) / design.px_per_mm
    wide, high = _PAGE_MM[0] - 2 * _EDGE_MM, _PAGE_MM[1] - _TOP_MM - _EDGE_MM
    columns, rows = (
        max(int(np.ceil(extent / room)), 1) for extent, room in zip(mm.max(axis=0), (wide, high), strict=True)
    )
    for row in range(rows):
        for column in range(columns):
            sheet.add_page()
            _head(sheet, design, language, row * columns + column + 1, rows * columns)
            _grid(sheet, wide, high)
            corner = np.array([column * wide, row * high])
            _dots(sheet, design, mm - corner, (wide, high))
    return bytes(sheet.output())


def _head(sheet: FPDF, design: Design, language: Language, number: int, pages: int) -> None:
    sheet.set_text_color(0)
    sheet.set_font("helvetica", "B", 12)
    page = _PAGE.say(language).format(n=number, all=pages)
    sheet.text(_EDGE_MM, 12, f"{_HEAD.say(language)} {page}")
    sheet.set_font("helvetica", "", 8)
    sheet.text(_EDGE_MM, 17, _CHECK.say(language))
    for index, one in enumerate(design.to_json()["sessions"]):
        sheet.set_text_color(*_INKS[index])
        words = _SESSION.say(language).format(
            n=index + 1, dots=one["dots"], minutes=round(one["minutes"]), needles=one["needles"]
        )
        sheet.text(_EDGE_MM + (index % 3) * 64, 22 + (index // 3) * 4, words)


def _grid(sheet: FPDF, wide: float, high: float) -> None:
    for step, ink, thick in ((1, _FINE, 0.05), (10, _BOLD, 0.15)):
        sheet.set_draw_color(*ink)
        sheet.set_line_width(thick)
        for x in np.arange(0, wide + 0.01, step):
            sheet.line(_EDGE_MM + x, _TOP_MM, _EDGE_MM + x, _TOP_MM + high)
        for y in np.arange(0, high + 0.01, step):
            sheet.line(_EDGE_MM, _TOP_MM + y, _EDGE_MM + wide, _TOP_MM + y)


def _dots(sheet: FPDF, design: Design, mm: np.ndarray, room: tuple[float, float]) -> None:
    inside = ((mm >= 0) & (mm < room)).all(axis=1)
    for session in range(1, design.wish.sessions + 1):
        sheet.set_fill_color(*_INKS[session - 1])
        for number in np.flatnonzero(inside & (design.session == session)):
            across = float(design.diameter_mm[number])
            x, y = (float(value) for value in mm[number])
            sheet.ellipse(_EDGE_MM + x - across / 2, _TOP_MM + y - across / 2, across, across, style="F")
