"""The truth tables of Kleene's three-valued logic."""

from dermograph.core.text import Text
from tests.spec.tables.table import Table

_T, _U, _F = Text("true", "verdadero"), Text("unknown", "desconocido"), Text("false", "falso")

NOT = Table(
    id="not",
    title=Text("Not", "No"),
    note=Text("What is not known is not known either way.", "Lo que no se sabe no se sabe en ningún sentido."),
    head=(Text("a", "a"), Text("not a", "no a")),
    rows=(
        ("true", "false"),
        ("unknown", "unknown"),
        ("false", "true"),
    ),
)

AND = Table(
    id="and",
    title=Text("And", "Y"),
    note=Text(
        "One part that is false settles it, whatever the others are.",
        "Una parte falsa lo decide, sean lo que sean las demás.",
    ),
    head=(Text("a and b", "a y b"), _T, _U, _F),
    rows=(
        ("true", "true", "unknown", "false"),
        ("unknown", "unknown", "unknown", "false"),
        ("false", "false", "false", "false"),
    ),
)

OR = Table(
    id="or",
    title=Text("Or", "O"),
    note=Text(
        "One part that is true settles it, whatever the others are.",
        "Una parte verdadera lo decide, sean lo que sean las demás.",
    ),
    head=(Text("a or b", "a o b"), _T, _U, _F),
    rows=(
        ("true", "true", "true", "true"),
        ("unknown", "true", "unknown", "unknown"),
        ("false", "true", "unknown", "false"),
    ),
)

ALL = (NOT, AND, OR)
