"""When a clinic is open, who works there and is away when, and its rooms: everything that rarely changes, at once."""

from __future__ import annotations

import datetime as dt
import json
import uuid
import zoneinfo
from dataclasses import dataclass

from django.db import connection

from dermograph.clinic.agenda.wall import edge_of
from dermograph.clinic.people.models import Clinic, Role
from dermograph.core.text import Text

HANDS = (Role.PRACTITIONER, Role.MEDICAL_LEAD)  # the roles that treat patients
WEEKDAYS: tuple[Text, ...] = (
    Text("Monday", "lunes"),
    Text("Tuesday", "martes"),
    Text("Wednesday", "miércoles"),
    Text("Thursday", "jueves"),
    Text("Friday", "viernes"),
    Text("Saturday", "sábado"),
    Text("Sunday", "domingo"),
)
Interval = tuple[dt.datetime, dt.datetime]


@dataclass(frozen=True, slots=True)
class Place:
    """A room as the agenda needs it."""

    id: uuid.UUID
    name: str
    active: bool


@dataclass(frozen=True, slots=True)
class Hands:
    """A person who treats patients, and what they are trained for.

    Attributes:
        treatments: The ids of protocols.
        active: Whether they still work there and treat patients.
    """

    id: uuid.UUID
    name: str
    treatments: frozenset[str]
    active: bool


@dataclass(frozen=True, slots=True)
class Stretch:
    """Opening hours of one weekday, wall time; 0 is Monday."""

    id: uuid.UUID
    weekday: int
    opens: dt.time
    closes: dt.time


@dataclass(frozen=True, slots=True)
class Away:
    """Days off, both ends inclusive.

    Attributes:
        person: The id of a membership; None closes the clinic.
    """

    id: uuid.UUID
    person: uuid.UUID | None
    first: dt.date
    last: dt.date
    reason: str

    def __contains__(self, day: dt.date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True, slots=True)
class Timetable:
    """The clinic's own side of a calendar."""

    zone: zoneinfo.ZoneInfo
    hours: tuple[Stretch, ...]
    absences: tuple[Away, ...]
    rooms: tuple[Place, ...]
    people: tuple[Hands, ...]

    def open_on(self, day: dt.date) -> list[Interval]:
        """The stretches in which the clinic is open on a day, in UTC, touching ones joined; empty if it is closed."""
        if self.closure(day):
            return []
        joined: list[Interval] = []
        for stretch in self.hours:
            if stretch.weekday != day.weekday():
                continue
            opens, closes = edge_of(day, stretch.opens, self.zone), edge_of(day, stretch.closes, self.zone)
            if joined and opens <= joined[-1][1]:
                joined[-1] = (joined[-1][0], max(joined[-1][1], closes))
            elif opens < closes:
                joined.append((opens, closes))
        return joined

    def closure(self, day: dt.date) -> Text | None:
        """Why the whole clinic is closed on a day; None if it is open."""
        for away in self.absences:
            if away.person is None and day in away:
                why = f": {away.reason}" if away.reason else "."
                return Text(f"The clinic is closed{why}", f"La clínica está cerrada{why}")
        if not any(stretch.weekday == day.weekday() for stretch in self.hours):
            name = WEEKDAYS[day.weekday()]
            plural = name.es if name.es.endswith("s") else f"{name.es}s"
            return Text(f"The clinic is closed on {name.en}s.", f"La clínica cierra los {plural}.")
        return None

    def is_open(self, starts_at: dt.datetime, ends_at: dt.datetime) -> bool:
        """Whether the clinic is open the whole time, without a break in between."""
        day = starts_at.astimezone(self.zone).date()
        return any(opens <= starts_at and ends_at <= closes for opens, closes in self.open_on(day))

    def away(self, person: uuid.UUID, day: dt.date) -> Away | None:
        """The absence of a person on a day; None if they are there."""
        return next((one for one in self.absences if one.person == person and day in one), None)

    def trained_for(self, treatment: str) -> list[Hands]:
        """Who may be booked for a treatment."""
        return [one for one in self.people if one.active and treatment in one.treatments]

    def open_rooms(self) -> list[Place]:
        """The rooms in use."""
        return [room for room in self.rooms if room.active]

    def person(self, pk: uuid.UUID) -> Hands | None:
        """Somebody by the id of their membership."""
        return next((one for one in self.people if one.id == pk), None)

    def room(self, pk: uuid.UUID) -> Place | None:
        """A room by its id."""
        return next((one for one in self.rooms if one.id == pk), None)


def timetable_of(clinic: Clinic) -> Timetable:
    """The timetable of a clinic, in one query: pages have few to spend, and these are four short lists."""
    rows: list[_Row] = [(kind, uuid.UUID(pk), a, b, c, d) for kind, pk, a, b, c, d in _rows(clinic)]
    return Timetable(
        zone=clinic.zone,
        hours=tuple(
            sorted((_stretch(row) for row in rows if row[0] == "hours"), key=lambda one: (one.weekday, one.opens))
        ),
        absences=tuple(sorted((_away(row) for row in rows if row[0] == "away"), key=lambda one: (one.first, one.last))),
        rooms=tuple(
            sorted(
                (Place(row[1], row[2], row[3] == "1") for row in rows if row[0] == "room"),
                key=lambda room: room.name.casefold(),
            )
        ),
        people=tuple(
            sorted(
                (_hands(row) for row in rows if row[0] == "person" and row[5] in HANDS),
                key=lambda one: one.name.casefold(),
            )
        ),
    )


# Written out: Django takes fifty times as long to build the same query as the database to answer it.
_QUERY = """
SELECT 'room', CAST(id AS text), name, CASE WHEN active THEN '1' ELSE '0' END, '', ''
    FROM agenda_room WHERE clinic_id = %s
UNION ALL SELECT 'hours', CAST(id AS text), CAST(weekday AS text), CAST(opens AS text), CAST(closes AS text), ''
    FROM agenda_openinghours WHERE clinic_id = %s
UNION ALL SELECT 'away', CAST(id AS text), COALESCE(CAST(membership_id AS text), ''), CAST("first" AS text),
    CAST("last" AS text), reason
    FROM agenda_absence WHERE clinic_id = %s
UNION ALL SELECT 'person', CAST(m.id AS text), u.name, CAST(m.treatments AS text),
    CASE WHEN m.active THEN '1' ELSE '0' END, m.role
    FROM people_membership m INNER JOIN people_user u ON u.id = m.user_id WHERE m.clinic_id = %s
"""
_Row = tuple[str, uuid.UUID, str, str, str, str]


def _rows(clinic: Clinic) -> list[tuple[str, str, str, str, str, str]]:
    """Rows of ``kind, id, a, b, c, d``, all as text."""
    pk = Clinic._meta.pk.get_db_prep_value(clinic.pk, connection)  # noqa: SLF001 (Django's way to the field)
    with connection.cursor() as cursor:
        cursor.execute(_QUERY, [pk] * 4)
        return list(cursor.fetchall())


def _stretch(row: _Row) -> Stretch:
    _, pk, weekday, opens, closes, _ = row
    return Stretch(pk, int(weekday), dt.time.fromisoformat(opens), dt.time.fromisoformat(closes))


def _away(row: _Row) -> Away:
    _, pk, person, first, last, reason = row
    who = uuid.UUID(person) if person else None
    return Away(pk, who, dt.date.fromisoformat(first), dt.date.fromisoformat(last), reason)


def _hands(row: _Row) -> Hands:
    _, pk, name, treatments, active, _ = row
    found = json.loads(treatments or "[]")
    known = frozenset(word for word in found if isinstance(word, str)) if isinstance(found, list) else frozenset()
    return Hands(pk, name, known, active == "1")
