"""A table as CSV (RFC 4180): CR LF, quotes where they are needed, UTF-8 without a mark; empty is not known."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from dermograph.clinic.ledger.export import harmless
from dermograph.clinic.research.columns import Row, Value

_AT_ONCE: Final = 1 << 16  # characters that are handed on at once


def csv_pieces(names: Sequence[str], rows: Iterable[Row]) -> Iterator[bytes]:
    """The file in pieces; the same rows give the same bytes.

    Args:
        names: Of the columns.
        rows: As many values each. Figures are written in full, so that reading them gives the same number; yes and no
            are ``true`` and ``false``. Text that a spreadsheet would take for a formula has an apostrophe in front.
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(names)
    for row in rows:
        writer.writerow([_cell(value) for value in row])
        if text.tell() >= _AT_ONCE:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()


def _cell(value: Value) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value)
    return harmless(value)
