"""From graded rules and what is known to the verdict, its worst case, its date and its questions."""

from dermograph.core.text import Text
from tests.spec.tables.table import Table

_RULES, _KNOWN = Text("rules", "reglas"), Text("what is known", "lo que se sabe")
_VERDICT = (
    Text("verdict", "veredicto"),
    Text("worst case", "peor caso"),
    Text("not before", "no antes de"),
    Text("ask", "preguntar"),
)

GRADES = Table(
    id="grades",
    title=Text("One rule of each grade", "Una regla de cada grado"),
    note=Text(
        "Assessed on 2026-11-21. The letters are facts; what is not said of them is not known. An unknown that could "
        "block, or add a condition, makes the verdict incomplete.",
        "Valorado el 2026-11-21. Las letras son datos; lo que no se dice de ellos no se sabe. Algo desconocido que "
        "podría bloquear, o añadir una condición, deja el veredicto incompleto.",
    ),
    head=(_RULES, _KNOWN, *_VERDICT),
    rows=(
        ("absolute if a", "a yes", "excluded", "excluded", "none", "none"),
        ("absolute if a", "none", "incomplete", "excluded", "none", "a"),
        ("absolute if a", "a no", "suitable", "suitable", "2026-11-21", "none"),
        ("clearance if a", "a yes", "referred", "referred", "none", "none"),
        ("clearance if a", "none", "incomplete", "referred", "none", "a"),
        ("clearance if a", "a no", "suitable", "suitable", "2026-11-21", "none"),
        ("until_condition if a", "a yes", "deferred", "deferred", "none", "none"),
        ("until_condition if a", "none", "incomplete", "deferred", "none", "a"),
        ("until_condition if a", "a no", "suitable", "suitable", "2026-11-21", "none"),
        ("until_date while a 30 days", "a 2026-11-20", "deferred", "deferred", "2026-12-20", "none"),
        ("until_date while a 30 days", "a 2026-10-22", "suitable", "suitable", "2026-11-21", "none"),
        ("until_date while a 30 days", "a 2026-10-23", "deferred", "deferred", "2026-11-22", "none"),
        ("until_date while a 30 days", "none", "incomplete", "deferred", "none", "a"),
        ("caution if a", "a yes", "conditional", "conditional", "2026-11-21", "none"),
        ("caution if a", "none", "incomplete", "conditional", "none", "a"),
        ("caution if a", "a no", "suitable", "suitable", "2026-11-21", "none"),
        ("info if a", "a yes", "suitable", "suitable", "2026-11-21", "none"),
        ("info if a", "none", "suitable", "suitable", "2026-11-21", "none"),
        ("info if a", "a no", "suitable", "suitable", "2026-11-21", "none"),
    ),
    given=2,
    code=frozenset({0, 1, 5}),
)

SEVERAL = Table(
    id="several",
    title=Text("Several rules", "Varias reglas"),
    note=Text(
        "Assessed on 2026-11-21. The most severe rule that applies decides. Once something blocks, only what could "
        "make it worse, or later, is asked.",
        "Valorado el 2026-11-21. Decide la regla más severa que se cumple. Si algo ya bloquea, solo se pregunta lo "
        "que podría empeorarlo o retrasarlo.",
    ),
    head=(_RULES, _KNOWN, *_VERDICT),
    rows=(
        ("caution if a; absolute if b", "a yes, b yes", "excluded", "excluded", "none", "none"),
        ("absolute if b; caution if a", "a yes, b yes", "excluded", "excluded", "none", "none"),
        ("caution if a; clearance if b", "a yes, b no", "conditional", "conditional", "2026-11-21", "none"),
        ("caution if a; clearance if b", "a yes", "incomplete", "referred", "none", "b"),
        ("caution if a; caution if b", "a yes", "conditional", "conditional", "2026-11-21", "b"),
        ("caution if a; info if b", "a no", "suitable", "suitable", "2026-11-21", "none"),
        ("absolute if a; clearance if b", "a yes", "excluded", "excluded", "none", "none"),
        ("clearance if a; absolute if b", "a yes", "referred", "excluded", "none", "b"),
        ("clearance if a; clearance if b", "a yes", "referred", "referred", "none", "none"),
        ("clearance if a; caution if b", "a yes", "referred", "referred", "none", "none"),
        ("until_condition if a; until_condition if b", "a yes", "deferred", "deferred", "none", "none"),
        ("until_condition if a; absolute if b", "a yes", "deferred", "excluded", "none", "b"),
        ("until_date while a 30 days; until_condition if b", "a 2026-11-20", "deferred", "deferred", "2026-12-20", "b"),
        (
            "until_date while a 30 days; until_condition if b",
            "a 2026-11-20, b yes",
            "deferred",
            "deferred",
            "none",
            "none",
        ),
        (
            "until_date while a 30 days; until_date while b 90 days",
            "a 2026-11-20, b 2026-11-01",
            "deferred",
            "deferred",
            "2027-01-30",
            "none",
        ),
        (
            "until_date while a 30 days; until_date while b 90 days",
            "a 2026-11-20",
            "deferred",
            "deferred",
            "2026-12-20",
            "b",
        ),
        (
            "until_date while a 30 days; until_date while b 7 days",
            "a 2026-11-20",
            "deferred",
            "deferred",
            "2026-12-20",
            "none",
        ),
        ("until_date while a 30 days; caution if b", "a 2026-11-20", "deferred", "deferred", "2026-12-20", "none"),
        ("absolute if a and b; caution if c", "none", "incomplete", "excluded", "none", "c, a, b"),
        ("absolute if a and b; caution if c", "a yes", "incomplete", "excluded", "none", "b, c"),
        ("absolute if a and b; caution if c", "a no", "incomplete", "conditional", "none", "c"),
        ("caution if a; absolute if b", "none", "incomplete", "excluded", "none", "b, a"),
        ("absolute if a and b; clearance if a", "none", "incomplete", "excluded", "none", "a, b"),
    ),
    given=2,
    code=frozenset({0, 1, 5}),
)

ALL = (GRADES, SEVERAL)
