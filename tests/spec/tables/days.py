"""The algebra of sets of days, on days of November 2026."""

from dermograph.core.text import Text
from tests.spec.tables.table import Table

_NOTE = Text(
    "Days of one month. 3–7 is from the 3rd to the 7th, both included; an end that is left out is open.",
    "Días de un mismo mes. 3–7 va del 3 al 7, ambos incluidos; un extremo que falta queda abierto.",
)

TOGETHER = Table(
    id="days-together",
    title=Text("Two sets of days", "Dos conjuntos de días"),
    note=_NOTE,
    head=(
        Text("a", "a"),
        Text("b", "b"),
        Text("in a or in b", "en a o en b"),
        Text("in both", "en ambos"),
        Text("in a, not in b", "en a y no en b"),
    ),
    rows=(
        ("1–5", "9–12", "1–5 9–12", "none", "1–5"),
        ("1–5", "6–9", "1–9", "none", "1–5"),
        ("1–5", "7–9", "1–5 7–9", "none", "1–5"),
        ("1–5", "5–9", "1–9", "5", "1–4"),
        ("1–9", "3–5", "1–9", "3–5", "1–2 6–9"),
        ("3–5", "1–9", "1–9", "3–5", "none"),
        ("4", "4", "4", "4", "none"),
        ("1–5 11–15", "4–12", "1–15", "4–5 11–12", "1–3 13–15"),
        ("–7", "5–", "all", "5–7", "–4"),
        ("–7", "9–", "–7 9–", "none", "–7"),
        ("–7", "8–", "all", "none", "–7"),
        ("none", "3–5", "3–5", "none", "none"),
        ("all", "3–5", "all", "3–5", "–2 6–"),
    ),
    given=2,
)

REST = Table(
    id="days-rest",
    title=Text("All other days", "Todos los demás días"),
    note=_NOTE,
    head=(Text("a", "a"), Text("not in a", "no en a")),
    rows=(
        ("3–7", "–2 8–"),
        ("–7", "8–"),
        ("8–", "–7"),
        ("4", "–3 5–"),
        ("1–5 9–12", "–0 6–8 13–"),
        ("–3 7 20–", "4–6 8–19"),
        ("none", "all"),
        ("all", "none"),
    ),
)

NEAREST = Table(
    id="days-nearest",
    title=Text("The nearest day", "El día más cercano"),
    note=Text(
        "The first day of a set on or after a day, and the last on or before it.",
        "El primer día de un conjunto en esa fecha o después, y el último en ella o antes.",
    ),
    head=(
        Text("a", "a"),
        Text("day", "día"),
        Text("in a", "en a"),
        Text("first from it", "primero desde él"),
        Text("last until it", "último hasta él"),
    ),
    rows=(
        ("3–7", "2", "false", "3", "none"),
        ("3–7", "3", "true", "3", "3"),
        ("3–7", "7", "true", "7", "7"),
        ("3–7", "8", "false", "none", "7"),
        ("3–7 10–12", "8", "false", "10", "7"),
        ("8–", "2", "false", "8", "none"),
        ("8–", "20", "true", "20", "20"),
        ("–7", "20", "false", "none", "7"),
        ("none", "5", "false", "none", "none"),
        ("all", "5", "true", "5", "5"),
    ),
    given=2,
)

ALL = (TOGETHER, REST, NEAREST)
