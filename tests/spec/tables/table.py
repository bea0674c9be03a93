"""A table that is at once the data of a test and a part of a page of the documentation."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from dermograph.care.explain import VERDICTS
from dermograph.core.text import Language, Text

#: Words that cells are made of, in Spanish. What is not among them (ids, dates, numbers) reads the same in both.
SPANISH: Mapping[str, str] = {
    "true": "verdadero",
    "false": "falso",
    "unknown": "desconocido",
    **{verdict.value: words.es for verdict, words in VERDICTS.items()},
    "none": "ninguno",
    "all": "todos",
    "yes": "sí",
    "no": "no",
    "if": "si",
    "and": "y",
    "while": "mientras",
    "taking": "en curso",
    "missing": "falta",
    "minutes": "minutos",
    "hours": "horas",
    "days": "días",
    "weeks": "semanas",
    "month": "mes",
    "months": "meses",
    "year": "año",
    "years": "años",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """A specification as a table.

    Attributes:
        id: Its anchor on the page, unique there.
        title: What it specifies.
        note: How to read it.
        head: One heading for each column.
        rows: The cells as words; the tests read them, and the page shows them.
        given: How many columns, from the left, are given; the others follow from them.
        code: The columns, counted from 0, that are shown as they are written in a file.
    """

    id: str
    title: Text
    note: Text
    head: tuple[Text, ...]
    rows: tuple[tuple[str, ...], ...]
    given: int = 1
    code: frozenset[int] = field(default_factory=frozenset)

    def __post_init__(self) -> None:
        if any(len(row) != len(self.head) for row in self.rows):
            msg = f"a row of {self.id} has not {len(self.head)} cells"
            raise ValueError(msg)

    def ids(self) -> list[str]:
        """A name for each row, for the tests: what is given in it."""
        return [" | ".join(row[: self.given]) for row in self.rows]


def said(cell: str, language: Language) -> str:
    """A cell as a reader of that language sees it."""
    if language == "en":
        return cell
    return re.sub(r"(?<![\w-])[a-z]+(?![\w-])", lambda match: SPANISH.get(match[0], match[0]), cell)
