"""The page of specifications: the very tables that the tests read."""

from __future__ import annotations

from dermograph.core.text import Language, Text
from docs.pages.markup import code, escaped, table
from tests.spec.tables import conditions, dates, days, truth, verdicts
from tests.spec.tables.table import Table, said

TITLE = Text("Specifications", "Especificaciones")
_INTRODUCTION = Text(
    "What the system decides rests on a few small definitions. Each table below is read by a test as it stands here, "
    "so that this page cannot disagree with the program.",
    "Lo que el sistema decide se apoya en unas pocas definiciones. Cada tabla de esta página la lee una prueba tal "
    "como está aquí, de modo que la página no puede discrepar del programa.",
)
_SECTIONS = (
    (Text("Three-valued logic", "Lógica trivalente"), truth.ALL),
    (Text("Conditions", "Condiciones"), conditions.ALL),
    (Text("From rules to a verdict", "De las reglas al veredicto"), verdicts.ALL),
    (Text("Sets of days", "Conjuntos de días"), days.ALL),
    (Text("Calendar", "Calendario"), dates.ALL),
)


def page(language: Language) -> str:
    """The page in one language."""
    parts = [f"# {TITLE.say(language)}", escaped(_INTRODUCTION.say(language))]
    for title, tables in _SECTIONS:
        parts.append(f"## {title.say(language)}")
        for one in tables:
            parts += [
                f"### {one.title.say(language)} {{#{one.id}}}",
                escaped(one.note.say(language)),
                _rendered(one, language),
            ]
    return "\n\n".join(parts) + "\n"


def _rendered(one: Table, language: Language) -> str:
    rows = [[_cell(one, column, cell, language) for column, cell in enumerate(row)] for row in one.rows]
    return table([heading.say(language) for heading in one.head], rows, kind="spec")


def _cell(one: Table, column: int, cell: str, language: Language) -> str:
    words = said(cell, language)
    if cell in ("true", "false", "unknown"):
        return f'<span class="truth {cell}">{escaped(words)}</span>'
    if cell in ("none", "missing"):
        return f'<span class="nothing">{escaped(words)}</span>'
    return code(words) if column in one.code else escaped(words)
