"""Tables that leave the house: CSV that a spreadsheet opens without running anything in it."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from django.http import HttpResponse

DANGEROUS = ("=", "+", "-", "@", "\t", "\r", "\n", "|", "%")


def harmless(cell: object) -> str:
    """A cell as text. What a spreadsheet would take for a formula has an apostrophe in front; numbers stay numbers."""
    if cell is None:
        return ""
    text = str(cell).replace("\x00", "")
    if isinstance(cell, int | float) or not text.lstrip().startswith(DANGEROUS):
        return text
    return f"'{text}"


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
