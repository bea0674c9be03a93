"""What keeps a patient from an appointment or from changing one, in words that say only what is theirs to know."""

from __future__ import annotations

import contextlib
import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import replace

from django.utils import timezone

from dermograph.clinic.agenda.course_days import appointments_of
from dermograph.clinic.agenda.limits import Checked, ClosedDayError, checked_time
from dermograph.clinic.agenda.models import Appointment, State
from dermograph.clinic.agenda.selectors import has_ended
from dermograph.clinic.agenda.slots import Slot, slots_of
from dermograph.clinic.agenda.taken import TakenError
from dermograph.clinic.agenda.wall import clock, read_instant
from dermograph.clinic.people.models import Patient
from dermograph.clinic.portal.appointing_days import Desk, other_of, the_other
from dermograph.clinic.portal.limits import call, is_early_enough
from dermograph.clinic.portal.models import Change, Done, PortalLimits
from dermograph.core.dates import day_text
from dermograph.core.errors import NOTHING, InputError, Place
from dermograph.core.text import Text

MOST_A_DAY = 8  # of what one patient does with appointments in 24 hours
UNDO = dt.timedelta(hours=1)
_DAY_HOURS = 24


class TooLateError(InputError):
    """Somebody else has the time.

    Attributes:
        around: The time that was wanted.
    """

    def __init__(self, around: dt.datetime) -> None:
        self.around = around
        super().__init__(
            Text(
                "Somebody else has just taken this time. Nothing has changed for you.",
                "Otra persona acaba de ocupar esta hora. Para usted no ha cambiado nada.",
            ),
            Place(field="slot"),
            Text("Choose another one.", "Elija otra."),
        )


def why_not_new(desk: Desk, purpose: str) -> InputError | None:
    """What keeps a patient from a new appointment; None if nothing does."""
    if desk.course.closed_at is not None:
        return InputError(
            Text("This course of treatment is closed.", "Este curso de tratamiento está cerrado."),
            todo=call(desk.course.clinic),
        )
    if purpose != desk.purpose:
        return InputError(
            Text("This cannot be asked for here.", "Esto no puede pedirse aquí."),
            Place(field="purpose"),
            Text("Choose one of what is offered.", "Elija algo de lo que se ofrece."),
        )
    other = the_other(desk)
    if other is None:
        return None
    return _has_other(other, desk.table.zone)


def why_not_move(row: Appointment, limits: PortalLimits, now: dt.datetime) -> InputError | None:
    """What keeps a patient from moving an appointment; None if nothing does."""
    if (over := _why_over(row, limits, now)) is not None:
        return over
    if not limits.books and row.state == State.BOOKED:
        return InputError(
            Text(
                "This time is confirmed: only the clinic can move it.",
                "Esta hora está confirmada: solo la clínica puede cambiarla.",
            ),
            todo=call(limits.clinic),
        )
    if not is_early_enough(row.starts_at, limits.change_hours, now):
        return _too_late_for(limits.change_hours, Text("moved", "cambiar"), limits)
    return None


def why_not_cancel(row: Appointment, limits: PortalLimits, now: dt.datetime) -> InputError | None:
    """What keeps a patient from cancelling an appointment; None if nothing does."""
    if (over := _why_over(row, limits, now)) is not None:
        return over
    if not is_early_enough(row.starts_at, limits.cancel_hours, now):
        return _too_late_for(limits.cancel_hours, Text("cancelled", "anular"), limits)
    return None


def last_change(row: Appointment) -> Change | None:
    """What the patient did last to an appointment; None if nothing."""
    return Change.objects.filter(appointment=row).order_by("-at", "-pk").first()


def may_restore(row: Appointment, last: Change | None, now: dt.datetime) -> bool:
    """Whether a patient may take a cancellation back: of what was booked, within the hour, their own and the last word.

    Args:
        row: With its course.
        last: What the patient did last to it.
        now: The moment that counts as now.
    """
    own = last is not None and last.done == Done.CANCELLED and last.was == State.BOOKED and now - last.at <= UNDO
    is_last = last is not None and last.sequence == row.sequence
    is_open = row.course is not None and row.course.closed_at is None
    return own and is_last and is_open and row.state == State.CANCELLED and row.starts_at > now


def why_not_restore(row: Appointment, now: dt.datetime) -> InputError | None:
    """What keeps a patient from taking a cancellation back though the time is free; None if nothing does.

    Args:
        row: With its clinic, course, practitioner and room.
        now: The moment that counts as now.
    """
    if not may_restore(row, last_change(row), now):
        return InputError(
            Text(
                "This cancellation cannot be taken back here any more.", "Esta anulación ya no puede deshacerse aquí."
            ),
            todo=Text("Ask for a new appointment.", "Pida una cita nueva."),
        )
    assert row.course is not None  # noqa: S101 (asked just before)
    zone = row.clinic.zone
    if (other := other_of(appointments_of(row.course, now, but=row.pk), row.purpose, now)) is not None:
        return _has_other(other, zone)
    minutes = round((row.ends_at - row.starts_at).total_seconds() / 60)
    try:
        checked_time(Checked(row.course, row.purpose, row.practitioner, row.room, row.starts_at, minutes), now)
    except InputError:  # who is away, and why the clinic is shut, is said to who works there
        return InputError(
            Text("The clinic does not offer this time any more.", "La clínica ya no ofrece esta hora."),
            todo=Text("Ask for a new appointment.", "Pida una cita nueva."),
        )
    return None


def found_slot(desk: Desk, slot: str) -> Slot:
    """The free time that a form names, if it is one that the patient may choose, with the person that it names.

    Raises:
        TooLateError: If the time is not free any more.
        InputError: If it names none, or the day is closed.
    """
    try:
        written, practitioner = slot.split("|")
        starts_at, person = read_instant(written, desk.table.zone), uuid.UUID(practitioner[:40])
    except (InputError, ValueError):
        raise InputError(
            Text("No time was chosen.", "No se ha elegido ninguna hora."),
            Place(field="slot"),
            Text("Choose one of the free times.", "Elija una de las horas libres."),
        ) from None
    day = starts_at.astimezone(desk.table.zone).date()
    standing = desk.days.on(day)
    if standing.kind == "closed":
        raise _closed(day, standing.because[0].says if standing.because else NOTHING)
    offered = slots_of(day, replace(desk.wanted, practitioner=person), desk.table, desk.busy(day, day))
    there = next((one for one in offered if one.starts_at == starts_at), None)
    if there is None:
        raise TooLateError(starts_at)
    return there


@contextlib.contextmanager
def in_plain_words(starts_at: dt.datetime) -> Iterator[None]:
    """What the agenda refuses, without what is said only to who works there."""
    try:
        yield
    except TakenError:
        raise TooLateError(starts_at) from None
    except ClosedDayError as error:
        says = error.reasons[0].says if error.reasons else NOTHING
        raise _closed(timezone.localtime(starts_at).date(), says) from None
    except InputError as error:
        if error.place.field in ("sequence", ""):
            raise
        raise TooLateError(starts_at) from None


def refuse_too_many(patient: Patient, now: dt.datetime) -> None:
    """Refuse what no person does: more than so many bookings and moves in a day.

    Raises:
        InputError: If there were that many.
    """
    since = now - dt.timedelta(days=1)
    if Change.objects.filter(patient=patient, at__gt=since).exclude(done=Done.CANCELLED).count() >= MOST_A_DAY:
        raise InputError(
            Text("Too much was changed here within a day.", "Se han hecho demasiados cambios en un día."),
            todo=call(patient.clinic),
        )


def refuse(why: InputError | None) -> None:
    """Raise it, if there is any."""
    if why is not None:
        raise why


def sent_before(row: Appointment, now: dt.datetime) -> InputError:
    """That a form has made an appointment already that is not the one that it asks for now, and how that one stands."""
    begins = row.starts_at.astimezone(row.clinic.zone)
    day, hour = day_text(begins.date()), clock(row.starts_at, row.clinic.zone)
    over = has_ended(row, now) or row.state in (State.CANCELLED, State.NO_SHOW)
    stands = Text("It does not stand any more", "Ya no está en pie") if over else Text("It stands", "Está en pie")
    return InputError(
        Text(
            f"This form was sent before and made an appointment, {day.en}, {hour}. {stands.en}. Nothing is booked now.",
            f"Este formulario ya se envió y dio lugar a una cita, {day.es}, {hour}. {stands.es}. Ahora no se reserva "
            "nada.",
        ),
        todo=Text("See your appointments, or choose once more here.", "Vea sus citas o elija de nuevo aquí."),
    )


def lost_form() -> InputError:
    """That the number of a form belongs to something else."""
    return InputError(
        Text("This form was used elsewhere.", "Este formulario se usó en otro lugar."),
        todo=Text("Open the page again and choose once more.", "Abra de nuevo la página y elija otra vez."),
    )


def _has_other(other: Appointment, zone: dt.tzinfo) -> InputError:
    words = day_text(other.starts_at.astimezone(zone).date())
    return InputError(
        Text(
            f"You have an appointment for this already, on {words.en}.", f"Ya tiene una cita para esto, el {words.es}."
        ),
        todo=Text("Move that one instead.", "Cámbiela en su lugar."),
    )


def _why_over(row: Appointment, limits: PortalLimits, now: dt.datetime) -> InputError | None:
    if not limits.open:
        return InputError(
            Text("Appointments cannot be changed here at the moment.", "Por ahora no se pueden cambiar citas aquí."),
            todo=call(limits.clinic),
        )
    if row.course is None or row.state not in (State.HELD, State.BOOKED) or has_ended(row, now) or row.starts_at <= now:
        return InputError(
            Text("This appointment cannot be changed any more.", "Esta cita ya no se puede cambiar."),
            todo=call(limits.clinic),
        )
    return None


def _too_late_for(hours: int, done: Text, limits: PortalLimits) -> InputError:
    before = Text(f"{hours} hours before", f"{hours} horas antes")
    if hours > _DAY_HOURS and not hours % _DAY_HOURS:
        days = hours // _DAY_HOURS
        before = Text(f"{days} days before", f"{days} días antes")
    return InputError(
        Text(
            f"An appointment can be {done.en} here until {before.en}.",
            f"Una cita se puede {done.es} aquí hasta {before.es}.",
        ),
        todo=call(limits.clinic),
    )


def _closed(day: dt.date, says: Text) -> InputError:
    words = day_text(day)
    return InputError(
        Text(f"{words.en} is closed. {says.en}".strip(), f"El {words.es} está cerrado. {says.es}".strip()),
        Place(field="slot"),
        Text("Choose an open day.", "Elija un día abierto."),
    )
