"""What becomes of an appointment: it is confirmed, the patient arrives, it is done, cancelled, or nobody came."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping

from django.db import transaction
from django.utils import timezone

from dermograph.clinic.agenda.limits import Checked
from dermograph.clinic.agenda.models import Appointment, State
from dermograph.clinic.agenda.occupy import give_back, occupy, patiently, taken_among
from dermograph.clinic.agenda.placing import clean, expire_holds, held_until, locked, refuse_closed_day
from dermograph.clinic.agenda.rules import rules_of
from dermograph.clinic.agenda.slots import ACTIVE
from dermograph.clinic.agenda.taken import at_place
from dermograph.clinic.agenda.words import STATES
from dermograph.clinic.audit.record import record
from dermograph.clinic.people.models import User
from dermograph.core.errors import InputError, Place, shown
from dermograph.core.text import Text

# Where an appointment may go from where it stands. Back again is there too: people press the wrong button.
STEPS: Mapping[State, tuple[State, ...]] = {
    State.HELD: (State.BOOKED, State.HELD, State.CANCELLED),
    State.BOOKED: (State.ARRIVED, State.DONE, State.NO_SHOW, State.CANCELLED),
    State.ARRIVED: (State.DONE, State.BOOKED, State.CANCELLED),
    State.DONE: (State.ARRIVED,),
    State.CANCELLED: (State.BOOKED,),
    State.NO_SHOW: (State.ARRIVED, State.BOOKED),
}
_PLANNED_ANEW = (State.HELD, State.CANCELLED)  # to be booked from here, the day must be open by then


@patiently
def set_state(
    *,
    appointment: Appointment,
    state: str,
    who: User | None,
    reason: str = "",
    sequence: int | None = None,
    now: dt.datetime | None = None,
) -> Appointment:
    """Take an appointment to another state.

    ``held`` again holds it for longer; ``booked`` from ``held`` needs a day that is open by then; ``booked`` from
    ``cancelled`` takes the time back if it is still free.

    Args:
        appointment: As it was seen.
        state: A value of ``State``.
        who: Who says so; None for the system.
        reason: Why; needed to cancel.
        sequence: The number of the change that the person saw; None does not look.
        now: None for now.

    Raises:
        TakenError: If its time has been taken meanwhile.
        InputError: If there is no way from where it stands, or somebody changed it meanwhile.
    """
    now, reason = now or timezone.now(), clean(reason, "reason")
    if state not in State.values:
        raise InputError(
            Text(f"{shown(state)} is no state of an appointment.", f"{shown(state)} no es un estado de cita."),
            Place(field="state"),
        )
    wanted = State(state)
    if appointment.course is None:
        raise InputError(Text("This appointment belongs to no course.", "Esta cita no pertenece a ningún curso."))
    with at_place(_as_asked(appointment), now), transaction.atomic():
        row = locked(appointment, sequence)
        _refuse_step(row, wanted, reason, now)
        before, late = State(row.state), False
        if wanted in ACTIVE and before not in ACTIVE:
            expire_holds(row.clinic, now)
            occupy(row)
        if wanted == State.BOOKED and before in _PLANNED_ANEW:
            _refuse_past(row, now)
            refuse_closed_day(_as_asked(row), now, held=False, but=row.pk)
        if wanted not in ACTIVE:
            give_back(row)
            late = wanted == State.CANCELLED and is_late(row, now)
        row.state, row.reason, row.sequence = wanted, reason, row.sequence + 1
        row.held_until = held_until(row.clinic, row.starts_at, now) if wanted == State.HELD else None
        row.save()
        details = {"from": before.value, **({"late": True} if late else {})}
        action = "appointment.hold_prolonged" if wanted == before == State.HELD else f"appointment.{wanted.value}"
        record(action, clinic=row.clinic, who=who, about=row, details=details)
    return row


def possible_steps(appointment: Appointment, now: dt.datetime) -> list[State]:
    """The states that an appointment may be taken to now, but for the ``hindrances``."""
    if appointment.course is None:
        return []
    steps = []
    for state in STEPS[State(appointment.state)]:
        try:
            _refuse_step(appointment, state, "…", now)
        except InputError:
            continue
        steps.append(state)
    return steps


def hindrances(appointment: Appointment, steps: Iterable[State], now: dt.datetime) -> dict[State, InputError]:
    """What keeps an appointment from some of its possible states: its time is taken, or the plan closes its day.

    Args:
        appointment: Of a course.
        steps: As of ``possible_steps``.
        now: The moment at which it would be done.
    """
    asked, before, wanted = _as_asked(appointment), State(appointment.state), set(steps)
    found: dict[State, InputError] = {}
    again = wanted & set(ACTIVE) if before not in ACTIVE else set()
    if again and taken_among(asked.resources, asked.starts_at, appointment.ends_at, now, appointment.pk):
        what = Text("Its time has been given to somebody else.", "Su hora se ha dado a otra persona.")
        taken = InputError(what, todo=Text("Book a new appointment.", "Reserve una cita nueva."))
        found |= dict.fromkeys(again, taken)
    if State.BOOKED in wanted - found.keys() and before in _PLANNED_ANEW:
        try:
            refuse_closed_day(asked, now, held=False, but=appointment.pk)
        except InputError as closed:
            found[State.BOOKED] = closed
    return found


def is_late(appointment: Appointment, now: dt.datetime) -> bool:
    """Whether a cancellation at this moment comes later than the clinic asks for."""
    hours = rules_of(appointment.clinic).cancellation_hours
    return appointment.starts_at - now < dt.timedelta(hours=hours)


def _refuse_step(row: Appointment, wanted: State, reason: str, now: dt.datetime) -> None:
    before = State(row.state)
    if wanted not in STEPS[before]:
        raise InputError(
            Text(
                f"An appointment that is “{STATES[before].en}” cannot become “{STATES[wanted].en}”.",
                f"Una cita «{STATES[before].es}» no puede pasar a «{STATES[wanted].es}».",
            ),
            Place(field="state"),
        )
    if wanted == State.CANCELLED and not reason:
        raise InputError(
            Text("A cancellation needs a reason.", "Una cancelación necesita un motivo."),
            Place(field="reason"),
            Text("Write why, in a few words.", "Escriba por qué, en pocas palabras."),
        )
    zone = row.clinic.zone
    day_to_come = row.starts_at.astimezone(zone).date() > now.astimezone(zone).date()
    if (wanted in (State.ARRIVED, State.DONE) and day_to_come) or (wanted == State.NO_SHOW and row.starts_at > now):
        raise InputError(
            Text("The time of this appointment has not come yet.", "La hora de esta cita aún no ha llegado."),
            Place(field="state"),
        )
    if wanted in (State.BOOKED, State.HELD) and before not in (State.ARRIVED, State.NO_SHOW):
        _refuse_past(row, now)


def _refuse_past(row: Appointment, now: dt.datetime) -> None:
    if row.starts_at < now:
        raise InputError(
            Text("This time is past.", "Esta hora ya ha pasado."),
            Place(field="state"),
            Text("Book a new appointment.", "Reserve una cita nueva."),
        )


def _as_asked(row: Appointment) -> Checked:
    assert row.course is not None  # noqa: S101 (an appointment without a course goes no further)
    minutes = round((row.ends_at - row.starts_at).total_seconds() / 60)
    return Checked(row.course, row.purpose, row.practitioner, row.room, row.starts_at, minutes, row.note)
