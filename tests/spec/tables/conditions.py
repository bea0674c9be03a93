"""The operators of conditions, on both sides of each limit and where the fact is missing."""

import datetime as dt

from dermograph.core.text import Text
from tests.spec.tables.table import Table

TODAY = dt.date(2026, 11, 21)

_CONDITION = Text("condition", "condición")
_KNOWN = Text("what is known", "lo que se sabe")
_FINDING = Text("finding", "resultado")

COMPARED = Table(
    id="operators",
    title=Text("Values", "Valores"),
    note=Text(
        "The word of an operator settles whether the limit itself counts.",
        "La palabra de cada operador decide si el propio límite cuenta.",
    ),
    head=(_CONDITION, _KNOWN, _FINDING),
    rows=(
        ("phototype: {at_least: 4}", "phototype 3", "false"),
        ("phototype: {at_least: 4}", "phototype 4", "true"),
        ("phototype: {at_least: 4}", "phototype 5", "true"),
        ("phototype: {at_least: 4}", "missing", "unknown"),
        ("phototype: {more_than: 4}", "phototype 4", "false"),
        ("phototype: {more_than: 4}", "phototype 5", "true"),
        ("phototype: {more_than: 4}", "missing", "unknown"),
        ("phototype: {at_most: 2}", "phototype 2", "true"),
        ("phototype: {at_most: 2}", "phototype 3", "false"),
        ("phototype: {at_most: 2}", "missing", "unknown"),
        ("phototype: {less_than: 2}", "phototype 1", "true"),
        ("phototype: {less_than: 2}", "phototype 2", "false"),
        ("phototype: {less_than: 2}", "missing", "unknown"),
        ("phototype: {is: 4}", "phototype 4", "true"),
        ("phototype: {is: 4}", "phototype 5", "false"),
        ("phototype: {is: 4}", "missing", "unknown"),
        ("phototype: {one_of: [1, 6]}", "phototype 6", "true"),
        ("phototype: {one_of: [1, 6]}", "phototype 3", "false"),
        ("phototype: {one_of: [1, 6]}", "missing", "unknown"),
        ("pregnant: {is: true}", "pregnant true", "true"),
        ("pregnant: {is: true}", "pregnant false", "false"),
        ("pregnant: {is: true}", "missing", "unknown"),
        ("pregnant: {is: false}", "pregnant false", "true"),
        ("pregnant: {is: false}", "missing", "unknown"),
        ("scar_type: {one_of: [hypertrophic, keloid]}", "scar_type keloid", "true"),
        ("scar_type: {one_of: [hypertrophic, keloid]}", "scar_type atrophic", "false"),
        ("scar_type: {one_of: [hypertrophic, keloid]}", "missing", "unknown"),
        ("isotretinoin: {is: never}", "isotretinoin never", "true"),
        ("isotretinoin: {is: never}", "isotretinoin 2020-01-01", "false"),
        ("phototype: {is_known: true}", "phototype 1", "true"),
        ("phototype: {is_known: true}", "missing", "false"),
        ("phototype: {is_known: false}", "phototype 1", "false"),
        ("phototype: {is_known: false}", "missing", "true"),
    ),
    given=2,
    code=frozenset({0, 1}),
)

WAITED = Table(
    id="within",
    title=Text("Waits", "Esperas"),
    note=Text(
        "On 2026-11-21. A wait is true as long as the period after the date is not over; the day on which it is over "
        "is outside it. Where the date is missing, the last column is the latest day that it leaves possible.",
        "El 2026-11-21. Una espera es verdadera mientras no termina el periodo que sigue a la fecha; el día en que "
        "termina ya queda fuera. Si falta la fecha, la última columna es el día más tardío que deja posible.",
    ),
    head=(_CONDITION, _KNOWN, _FINDING, Text("over on", "termina")),
    rows=(
        ("onset: {within: {months: 12}}", "onset 2025-11-22", "true", "2026-11-22"),
        ("onset: {within: {months: 12}}", "onset 2025-11-21", "false", "none"),
        ("onset: {within: {months: 12}}", "onset 2025-11-20", "false", "none"),
        ("onset: {within: {months: 12}}", "onset 2026-11-21", "true", "2027-11-21"),
        ("onset: {within: {months: 12}}", "missing", "unknown", "2027-11-21"),
        ("surgery: {within: {days: 90}}", "surgery 2026-08-23", "false", "none"),
        ("surgery: {within: {days: 90}}", "surgery 2026-08-24", "true", "2026-11-22"),
        ("surgery: {within: {days: 90}}", "surgery never", "false", "none"),
        ("surgery: {within: {days: 90}}", "missing", "unknown", "2027-02-19"),
        ("isotretinoin: {within: {months: 6}}", "isotretinoin 2026-05-21", "false", "none"),
        ("isotretinoin: {within: {months: 6}}", "isotretinoin 2026-05-22", "true", "2026-11-22"),
        ("isotretinoin: {within: {months: 6}}", "isotretinoin never", "false", "none"),
        ("isotretinoin: {within: {months: 6}}", "isotretinoin current", "true", "none"),
        ("isotretinoin: {within: {months: 6}}", "missing", "unknown", "none"),
        ("birth_date: {within: {years: 18}}", "birth_date 2008-11-21", "false", "none"),
        ("birth_date: {within: {years: 18}}", "birth_date 2008-11-22", "true", "2026-11-22"),
    ),
    given=2,
    code=frozenset({0, 1}),
)

JOINED = Table(
    id="joined",
    title=Text("Several facts", "Varios datos"),
    note=Text(
        "On 2026-11-21. The last column names the facts that decide it; where it is unknown, the missing ones that "
        "would.",
        "El 2026-11-21. La última columna nombra los datos que lo deciden; si se desconoce, los que faltan.",
    ),
    head=(_CONDITION, _KNOWN, _FINDING, Text("over on", "termina"), Text("decided by", "lo deciden")),
    rows=(
        ("all: [tanned: {is: true}, herpes: {is: true}]", "tanned true, herpes true", "true", "none", "tanned, herpes"),
        ("all: [tanned: {is: true}, herpes: {is: true}]", "tanned false", "false", "none", "tanned"),
        ("all: [tanned: {is: true}, herpes: {is: true}]", "tanned true", "unknown", "none", "herpes"),
        ("all: [tanned: {is: true}, herpes: {is: true}]", "missing", "unknown", "none", "tanned, herpes"),
        ("any: [tanned: {is: true}, herpes: {is: true}]", "herpes true", "true", "none", "herpes"),
        ("any: [tanned: {is: true}, herpes: {is: true}]", "tanned false", "unknown", "none", "herpes"),
        (
            "any: [tanned: {is: true}, herpes: {is: true}]",
            "tanned false, herpes false",
            "false",
            "none",
            "tanned, herpes",
        ),
        ("not: {tanned: {is: true}}", "tanned true", "false", "none", "tanned"),
        ("not: {tanned: {is: true}}", "missing", "unknown", "none", "tanned"),
        (
            "all: [lesion: {is: scar}, onset: {within: {months: 12}}]",
            "lesion scar, onset 2026-06-01",
            "true",
            "2027-06-01",
            "lesion, onset",
        ),
        ("all: [lesion: {is: scar}, onset: {within: {months: 12}}]", "lesion stria", "false", "none", "lesion"),
        (
            "all: [lesion: {is: scar}, onset: {within: {months: 12}}]",
            "lesion scar",
            "unknown",
            "2027-11-21",
            "onset",
        ),
        (
            "all: [lesion: {is: scar}, onset: {within: {months: 12}}]",
            "onset 2026-06-01",
            "unknown",
            "2027-06-01",
            "lesion",
        ),
        (
            "all: [onset: {within: {months: 12}}, surgery: {within: {days: 90}}]",
            "onset 2026-06-01, surgery 2026-11-01",
            "true",
            "2027-01-30",
            "onset, surgery",
        ),
    ),
    given=2,
    code=frozenset({0, 1, 4}),
)

ALL = (COMPARED, WAITED, JOINED)
