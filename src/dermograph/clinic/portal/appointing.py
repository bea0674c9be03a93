"""What a patient does with appointments by themselves: ask, book, move, cancel, and take a cancellation back.

Everything goes through the services of the agenda, with the patient as who did it. What the agenda says to who works
there, such as who else is away, the patient does not read.
"""

from __future__ import annotations

import datetime as dt
import uuid

from django.db import transaction
from django.utils import timezone

from dermograph.clinic.agenda import services
from dermograph.clinic.agenda.models import Appointment, Room, State
from dermograph.clinic.agenda.occupy import patiently
from dermograph.clinic.agenda.selectors import has_ended
from dermograph.clinic.agenda.slots import Slot
from dermograph.clinic.agenda.wall import read_instant
from dermograph.clinic.people.models import Course, Membership, Patient, User
from dermograph.clinic.portal.appointing_days import Desk, desk_of
from dermograph.clinic.portal.appointing_refusals import (
    found_slot,
    in_plain_words,
    lost_form,
    refuse,
    refuse_too_many,
    sent_before,
    why_not_cancel,
    why_not_move,
    why_not_new,
    why_not_restore,
)
from dermograph.clinic.portal.limits import limits_of, refuse_where_shut
from dermograph.clinic.portal.models import Change, Done
from dermograph.core.errors import InputError, Place
from dermograph.core.text import Text

LONGEST_WORDS = 200
_APPOINTMENT = ("clinic", "course__clinic", "course__patient", "course__area", "practitioner__user", "room")


@patiently
def choose(*, course: Course, purpose: str, slot: str, who: User, entry: uuid.UUID) -> Appointment:
    """Book a time, or have it kept until the clinic confirms it, as the clinic and the day allow.

    Args:
        course: Open, fetched with its clinic, patient and area.
        purpose: One of those that are offered.
        slot: As the page offered it: instant and practitioner.
        who: The patient's account.
        entry: The id of the new row; where it exists already and stands as it is asked for, that one is returned.

    Raises:
        TooLateError: If somebody else has the time.
        InputError: If it cannot be chosen for any other reason; also if the form was sent before and what it made is
            another time, or does not stand any more.
    """
    with transaction.atomic():
        now = _begin(course.patient)
        there = Appointment.objects.select_related("clinic").filter(pk=entry).first()
        if there is not None:
            return _replayed(there, course, purpose, slot, now)
        limits = limits_of(course.clinic)
        refuse_where_shut(limits)
        refuse_too_many(course.patient, now)
        desk = desk_of(course, limits, now, purpose=purpose)
        refuse(why_not_new(desk, purpose))
        wanted = found_slot(desk, slot)
        kept = not limits.books or desk.days.on(_day(desk, wanted)).kind == "pending"
        make = services.hold if kept else services.book
        with in_plain_words(wanted.starts_at):
            made = make(
                course=course,
                purpose=desk.purpose,
                practitioner=Membership.objects.select_related("user").get(pk=wanted.practitioner),
                room=Room.objects.get(pk=wanted.room),
                starts_at=wanted.starts_at,
                who=who,
                entry=entry,
                now=now,
            )
        _note(made, Done.ASKED if kept else Done.BOOKED, now)
    return made


@patiently
def move(*, appointment: Appointment, slot: str, who: User, sequence: int) -> Appointment:
    """Move an appointment to another time; the old one is given back.

    Args:
        appointment: The patient's.
        slot: As the page offered it.
        who: The patient's account.
        sequence: The number of the change that the patient saw.

    Raises:
        TooLateError: If somebody else has the time.
        InputError: If it cannot be moved, or not to that time.
    """
    with transaction.atomic():
        now = _begin(appointment.patient)
        row = _fresh(appointment, sequence)
        limits = limits_of(row.clinic)
        refuse(why_not_move(row, limits, now))
        refuse_too_many(row.patient, now)
        assert row.course is not None  # noqa: S101 (asked just before)
        desk = desk_of(row.course, limits, now, moving=row)
        wanted, was, was_at = found_slot(desk, slot), row.state, row.starts_at
        with in_plain_words(wanted.starts_at):
            moved = services.move(
                appointment=row,
                practitioner=Membership.objects.select_related("user").get(pk=wanted.practitioner),
                room=Room.objects.get(pk=wanted.room),
                starts_at=wanted.starts_at,
                who=who,
                sequence=sequence,
                now=now,
            )
        _note(moved, Done.MOVED, now, was=was, was_at=was_at)
    return moved


@patiently
def cancel(*, appointment: Appointment, words: str, who: User, sequence: int) -> Appointment:
    """Cancel an appointment; its time is given back.

    Args:
        appointment: The patient's.
        words: Why, if the patient likes to say so; at most 200 characters.
        who: The patient's account.
        sequence: The number of the change that the patient saw.

    Raises:
        InputError: If it cannot be cancelled here any more.
    """
    line = " ".join("".join(char if char.isprintable() else " " for char in words).split())
    if len(line) > LONGEST_WORDS:
        raise InputError(
            Text(
                f"Your words have {len(line)} characters; at most {LONGEST_WORDS} are kept.",
                f"Su texto tiene {len(line)} caracteres; se guardan como mucho {LONGEST_WORDS}.",
            ),
            Place(field="words"),
            Text("Shorten them.", "Acórtelo."),
        )
    with transaction.atomic():
        now = _begin(appointment.patient)
        row = _fresh(appointment, sequence)
        refuse(why_not_cancel(row, limits_of(row.clinic), now))
        said = Text("Cancelled by the patient online", "Anulada por el paciente en línea")
        reason = said.es if row.clinic.language == "es" else said.en
        was, was_at = row.state, row.starts_at
        done = services.set_state(
            appointment=row,
            state=State.CANCELLED,
            reason=f"{reason}: {line}" if line else reason,
            who=who,
            sequence=sequence,
            now=now,
        )
        _note(done, Done.CANCELLED, now, was=was, was_at=was_at)
    return done


@patiently
def restore(*, appointment: Appointment, who: User, sequence: int) -> Appointment:
    """Take a cancellation back, while the time is still free and the day still open.

    Args:
        appointment: The patient's, cancelled by them within the last hour.
        who: The patient's account.
        sequence: The number of the change that the patient saw.

    Raises:
        TooLateError: If somebody else has the time.
        InputError: If it cannot be taken back.
    """
    with transaction.atomic():
        now = _begin(appointment.patient)
        row = _fresh(appointment, sequence)
        refuse_where_shut(limits_of(row.clinic))
        refuse_too_many(row.patient, now)
        refuse(why_not_restore(row, now))
        with in_plain_words(row.starts_at):
            done = services.set_state(appointment=row, state=State.BOOKED, who=who, sequence=sequence, now=now)
        _note(done, Done.RESTORED, now, was=State.CANCELLED, was_at=row.starts_at)
    return done


def _begin(patient: Patient) -> dt.datetime:
    """Lock the patient, so that of two windows one is first; the moment that counts as now."""
    Patient.objects.select_for_update(no_key=True).get(pk=patient.pk)
    return timezone.now()


def _fresh(appointment: Appointment, sequence: int) -> Appointment:
    row = Appointment.objects.select_related(*_APPOINTMENT, "patient").get(pk=appointment.pk)
    if row.sequence != sequence:
        raise InputError(
            Text(
                "This appointment was changed meanwhile. Nothing was changed now.",
                "Esta cita ha cambiado entretanto. Ahora no se ha cambiado nada.",
            ),
            Place(field="sequence"),
            Text("See how it stands now, then decide again.", "Vea cómo está ahora y decida de nuevo."),
        )
    return row


def _replayed(there: Appointment, course: Course, purpose: str, slot: str, now: dt.datetime) -> Appointment:
    """The appointment that a form has made already, if it stands and is what the form asks for."""
    if there.course_id != course.pk:
        raise lost_form()
    try:
        written, practitioner = slot.split("|")
        wanted = (purpose, read_instant(written, there.clinic.zone), practitioner)
    except (InputError, ValueError):
        raise sent_before(there, now) from None
    stands = there.state in (State.HELD, State.BOOKED) and not has_ended(there, now)
    if not stands or wanted != (there.purpose, there.starts_at, str(there.practitioner_id)):
        raise sent_before(there, now)
    return there


def _day(desk: Desk, slot: Slot) -> dt.date:
    return slot.starts_at.astimezone(desk.table.zone).date()


def _note(row: Appointment, done: Done, now: dt.datetime, *, was: str = "", was_at: dt.datetime | None = None) -> None:
    """Write down for the clinic that the patient did it."""
    Change.objects.create(
        clinic=row.clinic,
        patient=row.patient,
        appointment=row,
        done=done,
        was=was,
        was_at=was_at,
        sequence=row.sequence,
        now_at=row.starts_at,
        at=now,
    )
