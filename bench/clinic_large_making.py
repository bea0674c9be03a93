"""What the rows of the large clinics are made with."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from bench.clinic_large_names import Names
from bench.clinic_large_samples import Row, Samples

LATEST_START, SLOTS, SESSION = dt.time(17, 45), 8, dt.timedelta(minutes=75)  # sessions of a practitioner in a day


@dataclass(frozen=True, slots=True)
class Place:
    """A clinic that is filled, with ids as the databases take them.

    Attributes:
        size: How many patients it will have.
        lots: Ids of the lots of each kind that came in a month, by year and month.
    """

    id: str
    size: int
    desk: str
    lead: tuple[str, str]
    practitioners: tuple[tuple[str, str], ...]
    rooms: tuple[str, ...]
    texts: Mapping[str, tuple[str, str]]
    lots: Mapping[tuple[int, int], tuple[tuple[str, ...], ...]]


@dataclass(slots=True)
class Making:
    """What a part of a clinic is made with, and the rows that come of it.

    Attributes:
        taken: How many appointments each day has: the next one gets the next practitioner and hour.
        rows: By table.
        booked: The patients who have a coming appointment.
    """

    place: Place
    samples: Samples
    names: Names
    now: dt.datetime
    chance: random.Random
    taken: Counter[dt.date]
    rows: dict[str, list[dict[str, Any]]] = field(default_factory=lambda: defaultdict(list))
    booked: set[str] = field(default_factory=set)

    def id(self) -> str:
        """A new random id, of version 4, without dashes."""
        bits = f"{self.chance.getrandbits(120):030x}"
        return f"{bits[:12]}4{bits[12:15]}a{bits[15:]}"

    def add(self, table: str, like: Row, **changed: Any) -> dict[str, Any]:  # noqa: ANN401 (columns)
        """A row like a sample, with an id of its own."""
        row = {**like, "id": self.id(), **changed}
        self.rows[table].append(row)
        return row

    def of(self, table: str, treatment: str) -> Row:
        """One of the samples of a treatment."""
        return self.chance.choice(self.samples.of[table][treatment])

    def slot(self, day: dt.date) -> tuple[dt.datetime, tuple[str, str], str]:
        """The next free time from a day on: when, the practitioner's membership and user, and the room."""
        people = self.place.practitioners
        while self.taken[day] >= SLOTS * len(people):
            day += dt.timedelta(days=1)
        number = self.taken[day]
        self.taken[day] += 1
        start = dt.datetime.combine(day, LATEST_START) - SESSION * (number // len(people) % SLOTS)
        return start, people[number % len(people)], self.place.rooms[number % len(people)]
