"""What an appointment is refused for, in words: who is taken or away, what closes the day, and which source says so."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass

from dermograph.care.reasons import Reason
from dermograph.clinic.agenda.course_days import CourseDays, cited
from dermograph.clinic.agenda.models import Room
from dermograph.clinic.agenda.rules import GRID_MINUTES, rules_of
from dermograph.clinic.agenda.timetable import Timetable, timetable_of
from dermograph.clinic.agenda.wall import clock
from dermograph.clinic.people.models import Course, Membership
from dermograph.core.dates import day_text
from dermograph.core.errors import InputError, Place
from dermograph.core.text import LANGUAGES, Language, Text


class ClosedDayError(InputError):
    """The plan does not allow the day.

    Attributes:
        reasons: What closes it, each with its source.
    """

    def __init__(self, what: Text, todo: Text, reasons: tuple[Reason, ...]) -> None:
        super().__init__(what, Place(field="starts_at"), todo)
        self.reasons = reasons


@dataclass(frozen=True, slots=True)
class Checked:
    """What is asked for.

    Attributes:
        starts_at: Aware.
        minutes: A possible length.
    """

    course: Course
    purpose: str
    practitioner: Membership
    room: Room
    starts_at: dt.datetime
    minutes: int
    note: str = ""

    @property
    def resources(self) -> tuple[uuid.UUID, uuid.UUID, uuid.UUID]:
        """Who and what it takes: practitioner, room, patient."""
        return (self.practitioner.pk, self.room.pk, self.course.patient_id)

    @property
    def ends_at(self) -> dt.datetime:
        """When it ends: so many minutes pass, whatever the clock does."""
        return self.starts_at.astimezone(dt.UTC) + dt.timedelta(minutes=self.minutes)


def checked_time(asked: Checked, now: dt.datetime, table: Timetable | None = None) -> None:
    """Refuse a closed course, other clinics' people and rooms, who is not trained, and times outside the hours.

    Raises:
        InputError: If any of these is so.
    """
    course = asked.course
    clinic = course.clinic
    if course.closed_at is not None:
        raise InputError(
            Text("This course is closed.", "Este curso está cerrado."),
            todo=Text("Open it again first, or book in another one.", "Reábralo antes, o reserve en otro."),
        )
    if asked.starts_at.tzinfo is None or asked.starts_at.timestamp() % (GRID_MINUTES * 60):
        raise InputError(
            Text(
                f"An appointment begins on a full {GRID_MINUTES} minutes.",
                f"Una cita empieza en un múltiplo de {GRID_MINUTES} minutos.",
            ),
            Place(field="starts_at"),
        )
    if asked.starts_at < now:
        raise InputError(
            Text("This time is past.", "Esta hora ya ha pasado."),
            Place(field="starts_at"),
            Text("Choose a later one.", "Elija una posterior."),
        )
    if asked.starts_at > now + dt.timedelta(days=31 * rules_of(clinic).months_ahead):
        raise InputError(
            Text(
                f"Booking reaches {rules_of(clinic).months_ahead} months ahead.",
                f"Se reserva con una antelación de hasta {rules_of(clinic).months_ahead} meses.",
            ),
            Place(field="starts_at"),
        )
    _refuse_place(asked, table or timetable_of(clinic))


def refuse_day(day: dt.date, days: CourseDays, *, held: bool) -> None:
    """Refuse a day that the plan does not allow.

    Args:
        day: In the clinic's time zone.
        days: Of the course.
        held: Whether the slot is only held, which a pending day allows.

    Raises:
        ClosedDayError: If it is closed, with the words of each reason and its source.
    """
    standing = days.on(day)
    if standing.kind == "open" or (held and standing.kind == "pending"):
        return
    words = day_text(day)
    reasons = Text(
        *(" ".join(cited(reason, days.protocol, language) for reason in standing.because) for language in LANGUAGES)
    )
    if standing.kind == "pending":
        raise ClosedDayError(
            Text(
                f"No session can be booked on {words.en} yet. {reasons.en}",
                f"Todavía no se puede reservar una sesión el {words.es}. {reasons.es}",
            ),
            Text(
                "Hold the slot until the assessment is signed.",
                "Reserve provisionalmente el hueco hasta que se firme la valoración.",
            ),
            standing.because,
        )
    raise ClosedDayError(
        Text(
            f"{words.en} is closed to a session. {reasons.en}", f"El {words.es} está cerrado a una sesión. {reasons.es}"
        ),
        Text("Choose an open day.", "Elija un día abierto."),
        standing.because,
    )


def _refuse_place(asked: Checked, table: Timetable) -> None:
    course, zone = asked.course, table.zone
    person, room = table.person(asked.practitioner.pk), table.room(asked.room.pk)
    if person is None or not person.active or course.treatment not in person.treatments:
        name = asked.practitioner.user.name if person is not None else ""
        raise InputError(
            Text(
                f"{name or 'This person'} is not booked for this treatment here.",
                f"A {name or 'esta persona'} no se le reserva aquí este tratamiento.",
            ),
            Place(field="practitioner"),
            Text("Choose somebody who is trained for it.", "Elija a alguien con formación para ello."),
        )
    if room is None or not room.active:
        raise InputError(
            Text("This room is not in use.", "Esta sala no está en uso."),
            Place(field="room"),
            Text("Choose another room.", "Elija otra sala."),
        )
    day = asked.starts_at.astimezone(zone).date()
    closure = table.closure(day)
    if closure is not None or not table.is_open(asked.starts_at, asked.ends_at):
        raise InputError(
            closure or Text(*(_outside(asked, table, day, language) for language in LANGUAGES)),
            Place(field="starts_at"),
            Text("Choose a time within the opening hours.", "Elija una hora dentro del horario."),
        )
    away = table.away(person.id, day)
    if away is not None:
        first, last = day_text(away.first), day_text(away.last)
        raise InputError(
            Text(
                f"{person.name} is away from {first.en} to {last.en}.",
                f"{person.name} no está del {first.es} al {last.es}.",
            ),
            Place(field="practitioner"),
            Text("Choose another day or person.", "Elija otro día u otra persona."),
        )


def _outside(asked: Checked, table: Timetable, day: dt.date, language: Language) -> str:
    hours = ", ".join(f"{clock(opens, table.zone)}–{clock(closes, table.zone)}" for opens, closes in table.open_on(day))
    span = f"{clock(asked.starts_at, table.zone)}–{clock(asked.ends_at, table.zone)}"
    if language == "es":
        return f"{span} queda fuera del horario de ese día ({hours or 'cerrado'})."
    return f"{span} lies outside the opening hours of that day ({hours or 'closed'})."
