"""Calendar arithmetic: months clipped to the month's end, hours on days, hours that pass."""

from dermograph.core.text import Text
from tests.spec.tables.table import Table

_BEGUN, _PERIOD, _OVER = Text("begun on", "comienza"), Text("period", "periodo"), Text("over on", "termina")

AFTER = Table(
    id="period-after",
    title=Text("When a period is over", "Cuándo termina un periodo"),
    note=Text(
        "A month is the same day of a later month, clipped to that month's end. Hours on a day without a clock are "
        "whole days, rounded up.",
        "Un mes es el mismo día de un mes posterior, recortado a su último día. Las horas sobre un día sin reloj son "
        "días enteros, redondeados hacia arriba.",
    ),
    head=(_BEGUN, _PERIOD, _OVER),
    rows=(
        ("2026-11-21", "14 days", "2026-12-05"),
        ("2026-11-21", "4 weeks", "2026-12-19"),
        ("2026-11-21", "12 months", "2027-11-21"),
        ("2026-01-31", "1 month", "2026-02-28"),
        ("2024-01-31", "1 month", "2024-02-29"),
        ("2026-01-31", "3 months", "2026-04-30"),
        ("2026-03-30", "1 month", "2026-04-30"),
        ("2026-11-30", "3 months", "2027-02-28"),
        ("2024-02-29", "12 months", "2025-02-28"),
        ("2024-02-29", "48 months", "2028-02-29"),
        ("2008-02-29", "18 years", "2026-02-28"),
        ("2026-12-31", "2 months", "2027-02-28"),
        ("2026-11-21", "24 hours", "2026-11-22"),
        ("2026-11-21", "48 hours", "2026-11-23"),
        ("2026-11-21", "49 hours", "2026-11-24"),
        ("2026-11-21", "12 hours", "2026-11-22"),
        ("2026-11-21", "30 minutes", "2026-11-22"),
        ("2026-11-21", "0 days", "2026-11-21"),
    ),
    given=2,
)

LAST_START = Table(
    id="period-last-start",
    title=Text("The last day to begin", "El último día para comenzar"),
    note=Text(
        "The last day from which a period is over by a given day: the next day would be too late.",
        "El último día desde el que un periodo ha terminado en una fecha dada: el siguiente ya sería tarde.",
    ),
    head=(Text("over by", "terminado el"), _PERIOD, Text("last start", "último comienzo")),
    rows=(
        ("2026-12-05", "14 days", "2026-11-21"),
        ("2026-12-19", "4 weeks", "2026-11-21"),
        ("2026-11-23", "48 hours", "2026-11-21"),
        ("2026-02-28", "1 month", "2026-01-31"),
        ("2024-02-28", "1 month", "2024-01-28"),
        ("2024-02-29", "1 month", "2024-01-31"),
        ("2026-03-31", "1 month", "2026-02-28"),
        ("2026-04-30", "3 months", "2026-01-31"),
        ("2025-02-28", "12 months", "2024-02-29"),
        ("2025-02-27", "12 months", "2024-02-27"),
        ("2026-11-21", "0 days", "2026-11-21"),
    ),
    given=2,
)

INSTANT = Table(
    id="period-instant",
    title=Text("On the clock", "Con reloj"),
    note=Text(
        "Hours are hours that pass, also across a change of the clock; days, weeks and months keep the time of day. "
        "Without a time zone the time is wall time.",
        "Las horas son horas que pasan, también con el cambio de hora; días, semanas y meses conservan la hora del "
        "día. Sin huso horario, la hora es la del reloj de pared.",
    ),
    head=(
        Text("time zone", "huso horario"),
        Text("begun at", "comienza"),
        _PERIOD,
        Text("over at", "termina"),
        Text("hours passed", "horas pasadas"),
    ),
    rows=(
        ("none", "2026-11-21T10:00", "48 hours", "2026-11-23T10:00", "48"),
        ("none", "2026-03-28T18:00", "48 hours", "2026-03-30T18:00", "48"),
        ("Europe/Madrid", "2026-11-21T10:00", "48 hours", "2026-11-23T10:00", "48"),
        ("Europe/Madrid", "2026-03-28T18:00", "48 hours", "2026-03-30T19:00", "48"),
        ("Europe/Madrid", "2026-03-28T18:00", "2 days", "2026-03-30T18:00", "47"),
        ("Europe/Madrid", "2026-10-24T18:00", "48 hours", "2026-10-26T17:00", "48"),
        ("Europe/Madrid", "2026-10-24T18:00", "2 days", "2026-10-26T18:00", "49"),
        ("Europe/Madrid", "2026-10-25T00:30", "2 hours", "2026-10-25T02:30", "2"),
        ("Europe/Madrid", "2026-10-25T00:30", "3 hours", "2026-10-25T02:30", "3"),
        ("Europe/Madrid", "2026-03-29T01:30", "60 minutes", "2026-03-29T03:30", "1"),
        ("Atlantic/Canary", "2026-03-28T18:00", "48 hours", "2026-03-30T19:00", "48"),
        ("Asia/Tokyo", "2026-03-28T18:00", "48 hours", "2026-03-30T18:00", "48"),
        ("Europe/Madrid", "2026-01-31T09:15", "1 month", "2026-02-28T09:15", "672"),
    ),
    given=3,
)

ALL = (AFTER, LAST_START, INSTANT)
