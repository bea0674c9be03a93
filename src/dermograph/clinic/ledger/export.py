"""Tables that leave the house: CSV that a spreadsheet opens without running anything in it."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

from django.http import HttpResponse

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")
#: What some spreadsheets take for the end of a cell, with what would then begin a formula.
_NEXT_CELL = re.compile(r"([;\t\r\n]\s*+[\"']?)(?=\s*+[=+\-@|%])")


def harmless(cell: object) -> str:
    """A cell as text. What a spreadsheet would take for a formula has an apostrophe in front; numbers stay numbers.

    So has what would begin a formula after a semicolon, a tab or a new line: where semicolons separate cells, as in
    Spanish spreadsheets, a cell of its own.
    """
    if cell is None:
        return ""
    text = str(cell).replace("\x00", "")
    if isinstance(cell, int | float):
        return text
    apostrophe = "'" if text.lstrip().startswith(DANGEROUS) else ""
    return apostrophe + _NEXT_CELL.sub(r"\1'", text)


def as_csv(name: str, head: Sequence[str], rows: Iterable[Sequence[object]]) -> HttpResponse:
    """A table as a file to keep.

    Args:
        name: Of the file, without what follows the point.
        head: The names of the columns.
        rows: As many cells each.
    """
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow([harmless(cell) for cell in head])
    writer.writerows([harmless(cell) for cell in row] for row in rows)
    # The mark tells a spreadsheet that it is UTF-8.
    response = HttpResponse("\ufeff" + text.getvalue(), content_type="text/csv; charset=utf-8")
    safe = "".join(char if char.isascii() and (char.isalnum() or char in "-_") else "-" for char in name)
    response["Content-Disposition"] = f'attachment; filename="{safe[:100]}.csv"'
    return response
