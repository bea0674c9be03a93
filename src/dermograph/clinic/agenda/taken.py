"""Telling who comes too late who or what is taken, and what is free nearby."""

from __future__ import annotations

import contextlib
import datetime as dt
import uuid
from collections.abc import Iterator
from dataclasses import replace

from dermograph.clinic.agenda.course_days import days_of
from dermograph.clinic.agenda.limits import Checked
from dermograph.clinic.agenda.occupy import TimeTaken, taken_among
from dermograph.clinic.agenda.rules import rules_of
from dermograph.clinic.agenda.slots import Slot, Wanted, nearest_slots
from dermograph.clinic.agenda.timetable import Timetable, timetable_of
from dermograph.clinic.agenda.wall import clock
from dermograph.core.dates import day_text
from dermograph.core.errors import InputError, Place
from dermograph.core.text import LANGUAGES, Language, Text

LOOKED_AROUND = 10  # days before and after the one that was wanted


class TakenError(InputError):
    """The time is taken.

    Attributes:
        free: The nearest free slots, in the order of time; empty if there are none near.
    """

    def __init__(self, what: Text, todo: Text, free: tuple[Slot, ...]) -> None:
        super().__init__(what, Place(field="starts_at"), todo)
        self.free = free


@contextlib.contextmanager
def at_place(asked: Checked, now: dt.datetime, *, but: uuid.UUID | None = None) -> Iterator[None]:
    """Tell people who or what is taken, and what is free nearby, once the transaction is over.

    Raises:
        TakenError: If the database found the time taken.
    """
    try:
        yield
    except TimeTaken:
        raise _taken(asked, now, but) from None


def _taken(asked: Checked, now: dt.datetime, but: uuid.UUID | None) -> TakenError:
    table = timetable_of(asked.course.clinic)
    names = _who_is_taken(asked, now, but)
    day = asked.starts_at.astimezone(table.zone).date()
    free = _free_nearby(asked, now, table, day)
    who = Text(
        " and ".join(name.en for name in names) or "this time",
        " y ".join(name.es for name in names) or "esta hora",
    )
    span, when = f"{clock(asked.starts_at, table.zone)}–{clock(asked.ends_at, table.zone)}", day_text(day)
    what = Text(
        f"{_first_up(who.en)} {'are' if len(names) > 1 else 'is'} taken on {when.en}, {span}.",
        f"{_first_up(who.es)}: ocupado el {when.es}, {span}.",
    )
    if not free:
        nothing = Text("Nothing is free near it: choose another week.", "No hay nada libre cerca: elija otra semana.")
        return TakenError(what, nothing, ())
    offers = Text(*("; ".join(_offer(slot, table, language) for slot in free) for language in LANGUAGES))
    return TakenError(what, Text(f"Nearest free: {offers.en}.", f"Lo más cercano libre: {offers.es}."), free)


def _who_is_taken(asked: Checked, now: dt.datetime, but: uuid.UUID | None) -> list[Text]:
    room, person = asked.room.name, asked.practitioner.user.name
    names = {
        asked.practitioner.pk: Text(person, person),
        asked.room.pk: Text(f"room {room}", f"la sala {room}"),
        asked.course.patient_id: Text("the patient", "el paciente"),
    }
    taken = taken_among(names, asked.starts_at, asked.ends_at, now, but)
    return [name for resource, name in names.items() if resource in taken]


def _free_nearby(asked: Checked, now: dt.datetime, table: Timetable, day: dt.date) -> tuple[Slot, ...]:
    """The nearest free slots on days that the plan leaves open, with the same person if there are any."""
    course = asked.course
    days = days_of(course, asked.purpose, now=now)
    around = [day + dt.timedelta(days=offset) for offset in range(-LOOKED_AROUND, LOOKED_AROUND + 1)]
    possible = [one for one in around if days.on(one).kind != "closed"]
    step = rules_of(course.clinic).booking_step_minutes
    wish = Wanted(course.treatment, asked.minutes, step, now, course.patient_id, asked.practitioner.pk)
    return tuple(
        nearest_slots(wish, asked.starts_at, course.clinic, table, possible)
        or nearest_slots(replace(wish, practitioner=None), asked.starts_at, course.clinic, table, possible)
    )


def _offer(slot: Slot, table: Timetable, language: Language) -> str:
    words = day_text(slot.starts_at.astimezone(table.zone).date())
    return f"{words.es if language == 'es' else words.en} {slot.clock} ({slot.practitioner_name}, {slot.room_name})"


def _first_up(words: str) -> str:
    return words[:1].upper() + words[1:]
