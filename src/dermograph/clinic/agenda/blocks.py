"""The agenda as columns of blocks, placed by classes of a grid of five minutes."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from dermograph.clinic.agenda.models import Appointment, State
from dermograph.clinic.agenda.rules import GRID_MINUTES, Rules
from dermograph.clinic.agenda.selectors import has_ended
from dermograph.clinic.agenda.slots import ACTIVE
from dermograph.clinic.agenda.timetable import Timetable
from dermograph.clinic.agenda.wall import clock
from dermograph.clinic.agenda.words import PURPOSES, STATE_ICONS, STATES
from dermograph.core.text import Text

HOUR, DAY = 60, 24 * 60
TALL = 9  # rows from which a block has room for a second line
WIDEST = 8
ENDED = Text("hold ended", "reserva provisional terminada")


@dataclass(frozen=True, slots=True)
class Block:
    """An appointment in the grid.

    Attributes:
        row: The row of its first five minutes, from 1; ``rows`` how many it takes.
        lane: Its column within the column of the day, from 1; 0 for the whole width.
    """

    appointment: Appointment
    row: int
    rows: int
    lane: int
    begins: str
    ends: str
    state: Text
    icon: str
    purpose: Text
    ended: bool

    @property
    def tall(self) -> bool:
        """Whether it has room for a second line."""
        return self.rows >= TALL


@dataclass(frozen=True, slots=True)
class Shut:
    """Time in which the clinic is closed, in rows."""

    row: int
    rows: int


@dataclass(frozen=True, slots=True)
class Column:
    """One column: of a practitioner, or of a day.

    Attributes:
        who: The id of a membership; None in a column of a day.
        away: Why nobody is there; None if they are.
        now: The row of the present; None if it is not in it.
    """

    title: str
    day: dt.date
    blocks: tuple[Block, ...]
    shut: tuple[Shut, ...]
    who: uuid.UUID | None = None
    away: Text | None = None
    now: int | None = None
    today: bool = False

    @property
    def lanes(self) -> int:
        """How many blocks stand side by side at most."""
        return max((block.lane for block in self.blocks), default=1) or 1


@dataclass(frozen=True, slots=True)
class Grid:
    """The hours that are shown: from the hour ``first`` until the hour ``last``, wall time."""

    first: int
    last: int

    @property
    def hours(self) -> list[tuple[int, str]]:
        """The row and the word of each full hour."""
        return [
            ((hour - self.first) * HOUR // GRID_MINUTES + 1, f"{hour:02d}:00") for hour in range(self.first, self.last)
        ]

    @property
    def height(self) -> int:
        """Hours that are shown."""
        return self.last - self.first

    def row(self, minute: int) -> int:
        """The row of a minute of the day, kept within the grid."""
        inside = min(max(minute, self.first * HOUR), self.last * HOUR)
        return (inside - self.first * HOUR) // GRID_MINUTES + 1


def grid_of(rules: Rules, table: Timetable, days: Iterable[dt.date], appointments: Iterable[Appointment]) -> Grid:
    """Enough hours for the clinic's figures, its opening hours and everything that is booked."""
    first, last = rules.first_hour * HOUR, rules.last_hour * HOUR
    for day in days:
        for opens, closes in table.open_on(day):
            first = min(first, minute_of(opens, day, table))
            last = max(last, minute_of(closes, day, table))
    for one in appointments:
        day = one.starts_at.astimezone(table.zone).date()
        first = min(first, minute_of(one.starts_at, day, table))
        last = max(last, minute_of(one.ends_at, day, table))
    return Grid(first // HOUR, -(-last // HOUR))


def minute_of(moment: dt.datetime, day: dt.date, table: Timetable) -> int:
    """The minute of the day on the clinic's wall; of the next day all are its end."""
    local = moment.astimezone(table.zone)
    return DAY if local.date() > day else local.hour * HOUR + local.minute


def column_of(
    title: str,
    day: dt.date,
    appointments: Sequence[Appointment],
    grid: Grid,
    table: Timetable,
    now: dt.datetime,
    *,
    who: uuid.UUID | None = None,
) -> Column:
    """A column with the appointments that take time; the others are listed elsewhere."""
    there = [one for one in appointments if one.state in ACTIVE and not has_ended(one, now)]
    lanes = _lanes(there)
    away = table.away(who, day) if who is not None else None
    today = now.astimezone(table.zone).date() == day
    minute = minute_of(now, day, table)
    inside = today and grid.first * HOUR <= minute < grid.last * HOUR
    return Column(
        title=title,
        day=day,
        blocks=tuple(block_of(one, grid, table, now, lane) for one, lane in zip(there, lanes, strict=True)),
        shut=tuple(_shut(day, grid, table)),
        who=who,
        away=Text(f"Away. {away.reason}", f"No está. {away.reason}") if away else table.closure(day),
        now=grid.row(minute) if inside else None,
        today=today,
    )


def block_of(one: Appointment, grid: Grid, table: Timetable, now: dt.datetime, lane: int = 1) -> Block:
    """An appointment as the agenda shows it."""
    day = one.starts_at.astimezone(table.zone).date()
    row = grid.row(minute_of(one.starts_at, day, table))
    rows = max(grid.row(minute_of(one.ends_at, day, table)) - row, 1)
    ended = has_ended(one, now)
    return Block(
        appointment=one,
        row=row,
        rows=rows,
        lane=lane,
        begins=clock(one.starts_at, table.zone),
        ends=clock(one.ends_at, table.zone),
        state=ENDED if ended else STATES[one.state],
        icon=STATE_ICONS[State.CANCELLED if ended else one.state],
        purpose=PURPOSES[one.purpose],
        ended=ended,
    )


def _lanes(appointments: Sequence[Appointment]) -> list[int]:
    """For each the first lane that is free when it begins; 0 for one that overlaps nothing."""
    ends: list[dt.datetime] = []
    lanes = []
    for one in appointments:
        lane = next((number for number, end in enumerate(ends) if end <= one.starts_at), len(ends))
        if lane == len(ends):
            ends.append(one.ends_at)
        ends[lane] = one.ends_at
        lanes.append(min(lane + 1, WIDEST))
    alone = [
        not any(
            one.starts_at < other.ends_at and other.starts_at < one.ends_at and one is not other
            for other in appointments
        )
        for one in appointments
    ]
    return [0 if by_itself else lane for lane, by_itself in zip(lanes, alone, strict=True)]


def _shut(day: dt.date, grid: Grid, table: Timetable) -> Iterable[Shut]:
    """The rows in which the clinic is closed."""
    begin, last = 1, grid.height * HOUR // GRID_MINUTES + 1
    for opens, closes in table.open_on(day):
        first = grid.row(minute_of(opens, day, table))
        if first > begin:
            yield Shut(begin, first - begin)
        begin = grid.row(minute_of(closes, day, table))
    if last > begin:
        yield Shut(begin, last - begin)
