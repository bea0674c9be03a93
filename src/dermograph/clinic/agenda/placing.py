"""Putting an appointment into the agenda: the row, its time, and the checks, in one transaction."""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction
from django.utils import timezone

from dermograph.clinic.agenda.course_days import days_of
from dermograph.clinic.agenda.limits import Checked, checked_time, refuse_day
from dermograph.clinic.agenda.models import Appointment, Purpose, State
from dermograph.clinic.agenda.occupy import TimeTaken, give_back, occupy, patiently, taken_among
from dermograph.clinic.agenda.rules import duration, rules_of
from dermograph.clinic.agenda.taken import at_place
from dermograph.clinic.audit.record import record
from dermograph.clinic.facts import protocol_of
from dermograph.clinic.people.models import Clinic, Course, Patient, User
from dermograph.core.errors import InputError, Place, shown
from dermograph.core.text import Text

LONGEST_NOTE = 300
TIME_TO_TELL = dt.timedelta(hours=12)
HOLD_ENDED = "hold ended"  # the reason of a hold that nobody turned into a booking


@patiently
def place(asked: Checked, who: User | None, entry: uuid.UUID | None, now: dt.datetime, *, state: State) -> Appointment:
    """Book or hold what is asked for.

    Args:
        asked: What is asked for.
        who: Who asks; None for the system.
        entry: The id of the new row; where it exists already, that one is returned.
        now: The moment at which it is done.
        state: ``BOOKED`` or ``HELD``.

    Raises:
        TakenError, InputError: As ``services.book``.
    """
    course = asked.course
    with at_place(asked, now):
        there = _replayed(course, entry)
        if there is not None:
            return there
        checked_time(asked, now)
        if taken_among(asked.resources, asked.starts_at, asked.ends_at, now):
            raise TimeTaken  # seen beforehand, so that who comes much too late does not keep the others waiting
        with transaction.atomic():
            # The patient first: who erases them waits here, or is waited for, before anything else is held.
            if not Patient.objects.select_for_update(no_key=True).filter(pk=course.patient_id):
                raise InputError(Text("This record is not there any more.", "Esta historia ya no existe."))
            Course.objects.select_for_update(no_key=True).get(pk=course.pk)
            expire_holds(course.clinic, now)
            there = _replayed(course, entry)
            if there is not None:
                return there
            row = Appointment(
                pk=entry or uuid.uuid4(),
                clinic=course.clinic,
                patient=course.patient,
                course=course,
                purpose=asked.purpose,
                practitioner=asked.practitioner,
                room=asked.room,
                starts_at=asked.starts_at,
                ends_at=asked.ends_at,
                state=state,
                note=asked.note,
                held_until=held_until(course.clinic, asked.starts_at, now) if state == State.HELD else None,
            )
            row.save(force_insert=True)
            # Who comes too late fails here, before anything slow is done while others wait for the lock.
            occupy(row)
            refuse_closed_day(asked, now, held=state == State.HELD, but=row.pk)
            record(
                f"appointment.{state.value}",
                clinic=course.clinic,
                who=who,
                about=row,
                details={"purpose": asked.purpose, "at": row.starts_at.isoformat()},
            )
    return row


def expire_holds(clinic: Clinic | None = None, now: dt.datetime | None = None) -> int:
    """Give back the time of every hold that has ended.

    Args:
        clinic: Only of this one; None for all.
        now: None for now.

    Returns:
        How many ended.
    """
    now = now or timezone.now()
    ended = Appointment.objects.filter(state=State.HELD, held_until__lte=now)
    if clinic is None:  # one after the other, so that nobody waits for two clinics
        clinics = Clinic.objects.filter(pk__in=ended.values("clinic"))
        return sum(expire_holds(one, now) for one in clinics)
    ended = ended.filter(clinic=clinic)
    if not ended.exists():
        return 0
    with transaction.atomic():
        rows = list(ended.select_related("clinic").select_for_update(of=("self",), no_key=True).order_by("pk"))
        for row in rows:
            give_back(row)
            row.state, row.sequence = State.CANCELLED, row.sequence + 1
            row.reason = HOLD_ENDED
            row.save(update_fields=["state", "sequence", "reason"])
            record("appointment.hold_ended", clinic=row.clinic, who=None, about=row)
    return len(rows)


def locked(appointment: Appointment, sequence: int | None) -> Appointment:
    """The row as it is now, locked until the end of the transaction.

    Raises:
        InputError: If somebody changed it since it was seen.
    """
    row = (
        Appointment.objects.select_for_update(of=("self",), no_key=True)
        .select_related("clinic", "course__clinic", "course__patient", "course__area", "practitioner__user", "room")
        .get(pk=appointment.pk)
    )
    if sequence is not None and row.sequence != sequence:
        raise InputError(
            Text(
                "Somebody changed this appointment meanwhile. Nothing was changed now.",
                "Alguien ha cambiado esta cita entretanto. Ahora no se ha cambiado nada.",
            ),
            Place(field="sequence"),
            Text("See its history below, then decide again.", "Vea su historial abajo y decida de nuevo."),
        )
    return row


def refuse_closed_day(asked: Checked, now: dt.datetime, *, held: bool, but: uuid.UUID) -> None:
    """Refuse a day that the plan does not allow.

    Raises:
        ClosedDayError: If it is closed.
    """
    zone = asked.course.clinic.zone
    days = days_of(asked.course, asked.purpose, now=now, but=but)
    refuse_day(asked.starts_at.astimezone(zone).date(), days, held=held)


def held_until(clinic: Clinic, starts_at: dt.datetime, now: dt.datetime) -> dt.datetime:
    """When a hold ends: after the clinic's figure, and so long before it begins that the patient can still be told.

    That is ``TIME_TO_TELL``; of what begins sooner, half of the time that is left.
    """
    ends_at = now + dt.timedelta(minutes=rules_of(clinic).hold_minutes)
    return min(ends_at, starts_at - min(TIME_TO_TELL, (starts_at - now) / 2))


def length(course: Course, purpose: str, minutes: int | None) -> int:
    """How long an appointment is, minutes.

    Raises:
        InputError: If there is no such purpose, or the length is not possible.
    """
    if purpose not in Purpose.values:
        raise InputError(
            Text(f"{shown(purpose)} is no purpose of an appointment.", f"{shown(purpose)} no es un motivo de cita."),
            Place(field="purpose"),
        )
    return duration(course.clinic, protocol_of(course), purpose, minutes).minutes


def clean(note: str, field: str = "note") -> str:
    """A note on one line.

    Raises:
        InputError: If it is too long.
    """
    note = " ".join(note.replace("\x00", "").split())
    if len(note) > LONGEST_NOTE:
        raise InputError(
            Text(
                f"This text has {len(note)} characters; at most {LONGEST_NOTE} are kept.",
                f"Este texto tiene {len(note)} caracteres; se guardan como mucho {LONGEST_NOTE}.",
            ),
            Place(field=field),
            Text("Shorten it.", "Acórtela."),
        )
    return note


def _replayed(course: Course, entry: uuid.UUID | None) -> Appointment | None:
    """The appointment that this form has made already.

    Raises:
        InputError: If the id belongs to something else.
    """
    there = Appointment.objects.filter(pk=entry).first() if entry else None
    if there is not None and there.course_id != course.pk:
        raise InputError(Text("This form was used elsewhere.", "Este formulario se usó en otro lugar."))
    return there
