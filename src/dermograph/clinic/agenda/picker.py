"""What the page for choosing a time shows: the month, the slots of the picked day, and what the plan says."""

from __future__ import annotations

import datetime as dt
import uuid
from dataclasses import dataclass
from itertools import groupby
from typing import Any
from urllib.parse import urlencode

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from dermograph.care.chain import ChainedSession
from dermograph.care.explain import next_session_sentence
from dermograph.care.reasons import Reason
from dermograph.clinic.agenda.course_days import NEEDLES, CourseDays, appointments_of, days_of
from dermograph.clinic.agenda.looks import looks_after
from dermograph.clinic.agenda.models import Appointment, Purpose
from dermograph.clinic.agenda.month import Look, bounds_of, month_of
from dermograph.clinic.agenda.rules import LONGEST_MINUTES, duration, rules_of
from dermograph.clinic.agenda.slots import Slot, Wanted, busy_times, slots_of
from dermograph.clinic.agenda.timetable import timetable_of
from dermograph.clinic.agenda.words import PURPOSES
from dermograph.clinic.entries import entries_of
from dermograph.clinic.facts import protocol_of
from dermograph.clinic.people.models import Course
from dermograph.core.dates import add_months
from dermograph.core.errors import InputError, Place, shown
from dermograph.core.text import Language, Text


@dataclass(frozen=True, slots=True)
class Ask:
    """What the address of the page asks for.

    Attributes:
        month: The first of a month; None for the first one with an open day.
        day: The picked day; None for none.
        minutes: None for the length that the rules give.
        room, practitioner: Only these; None for any.
    """

    purpose: str = Purpose.SESSION
    minutes: int | None = None
    month: dt.date | None = None
    day: dt.date | None = None
    room: uuid.UUID | None = None
    practitioner: uuid.UUID | None = None

    def query(self, **changed: object) -> str:
        """The same as the part of an address after ``?``, with some of it changed."""
        values: dict[str, object] = {
            "purpose": self.purpose,
            "minutes": self.minutes,
            "room": self.room,
            "practitioner": self.practitioner,
            "month": f"{self.month:%Y-%m}" if self.month else None,
            "day": self.day,
            **changed,
        }
        return urlencode({name: str(value) for name, value in values.items() if value})


def read_ask(query: QueryDict, moving: Appointment | None = None) -> Ask:
    """What an address or a form asks for.

    Args:
        query: Its values.
        moving: The appointment that is moved: it keeps its purpose, and its length unless another is asked for.

    Raises:
        InputError: If a value is none of its kind.
    """
    purpose = moving.purpose if moving else query.get("purpose") or Purpose.SESSION
    if purpose not in Purpose.values:
        raise _unreadable("purpose", purpose)
    minutes = _number(query.get("minutes", ""))
    if minutes is None and moving is not None:
        minutes = round((moving.ends_at - moving.starts_at).total_seconds() / 60)
    day = read_day(query.get("day", ""), "day")
    month = read_day(f"{query['month']}-01", "month") if query.get("month") else (day.replace(day=1) if day else None)
    return Ask(
        purpose,
        minutes,
        month,
        day,
        _id(query.get("room", ""), "room"),
        _id(query.get("practitioner", ""), "practitioner"),
    )


def picker(course: Course, ask: Ask, language: Language, moving: Appointment | None = None) -> dict[str, Any]:
    """The context of the page.

    Args:
        course: Fetched with its clinic, patient and area.
        ask: What is asked for.
        language: Of the page.
        moving: The appointment that is moved; None where a new one is made.
    """
    now, but = timezone.now(), moving.pk if moving else None
    others = appointments_of(course, now, but=but)
    entries = entries_of([course], now)[course.pk]
    days = days_of(course, ask.purpose, now=now, others=others, entries=entries)
    table, rules = timetable_of(course.clinic), rules_of(course.clinic)
    length = duration(course.clinic, protocol_of(course), ask.purpose, ask.minutes)
    horizon = add_months(days.today, rules.months_ahead)
    month = _month_shown(ask, days, horizon)
    wanted = Wanted(
        course.treatment, length.minutes, rules.booking_step_minutes, now, course.patient_id, ask.practitioner, ask.room
    )
    first, last = bounds_of(month)
    busy = busy_times(course.clinic, first, last, now, patient=course.patient_id, but=but)
    booked = [one for one in others if one.ends_at > now]
    session_booked = next((one for one in booked if days.plan and one.purpose in NEEDLES), None)
    shown_ask = Ask(ask.purpose, ask.minutes, month, ask.day, ask.room, ask.practitioner)
    standing = days.on(ask.day) if ask.day else None
    free = list(slots_of(ask.day, wanted, table, busy)) if ask.day and standing and standing.kind != "closed" else []
    look = Look(
        language=language,
        picked=ask.day,
        booked=frozenset(timezone.localtime(one.starts_at, table.zone).date() for one in booked),
        address=lambda day: f"?{shown_ask.query(day=day, month=None)}#slots",
    )
    return {
        "course": course,
        "entries": entries,
        "page": reverse("appointment_move", args=[but]) if but else reverse("booking", args=[course.pk]),
        "ask": shown_ask,
        "days": days,
        "length": length,
        "length_reason": _length_reason(length.cite, length.says, language),
        "longest": LONGEST_MINUTES,
        "purposes": PURPOSES,
        "rooms": table.open_rooms(),
        "people": table.trained_for(course.treatment),
        "month": month_of(month, days, table, busy, wanted, look),
        "earlier": _step(shown_ask, month, -1) if month > days.today.replace(day=1) else "",
        "later": _step(shown_ask, month, 1) if add_months(month, 1) <= horizon else "",
        "booked": booked,
        "standing": standing,
        "shut": table.closure(ask.day) if ask.day else None,
        "slots": by_person(free),
        "moving": moving,
        "entry": uuid.uuid4(),
        "step": "plan",
        "sentence": next_session_sentence(days.plan, language) if days.plan else "",
        "conflicts": [one.to_json(language) for one in days.plan.conflicts] if days.plan else [],
        "notes": [one.to_json(language) for one in days.plan.notes] if days.plan else [],
        "chain": _chain(days, bool(session_booked)),
        "session_booked": session_booked,
        **(_after_session(course, days, language) if ask.purpose == Purpose.REVIEW else {}),
        "hold_hours": rules.hold_minutes // 60,
    }


def by_person(slots: list[Slot]) -> list[tuple[str, list[Slot]]]:
    """Slots by practitioner, each person's in the order of time."""
    ordered = sorted(
        slots, key=lambda slot: (slot.practitioner_name.casefold(), str(slot.practitioner), slot.starts_at)
    )
    groups = groupby(ordered, key=lambda slot: (slot.practitioner_name, slot.practitioner))
    return [(name, list(group)) for (name, _), group in groups]


def _month_shown(ask: Ask, days: CourseDays, horizon: dt.date) -> dt.date:
    """The month that is asked for, within reach; else the first with an open day, else this one."""
    here = days.today.replace(day=1)
    if ask.month is None:
        first = days.first_open(horizon)
        return first.replace(day=1) if first else here
    return min(max(ask.month, here), horizon.replace(day=1))


def _chain(days: CourseDays, session_booked: bool) -> tuple[ChainedSession, ...]:  # noqa: FBT001 (private)
    """The sessions after the next; none while no day can be given, or while a booking decides the day of the next."""
    chained = days.plan.chain if days.plan else ()
    return () if session_booked or not chained or chained[0].first is None else chained[1:]


def _after_session(course: Course, days: CourseDays, language: Language) -> dict[str, Any]:
    """From when the photographs after the last session can be measured, and when to look; nothing without a session."""
    held = course.sessions.filter(superseded_by__isnull=True).order_by("-started_at")
    last, protocol = held.values_list("started_at", flat=True).first(), days.protocol
    if last is None:
        return {}
    after, day = protocol.review.measure_after, last.astimezone(course.clinic.zone).date()
    measurable = Reason.of_statement(after, protocol, grade="review", until=after.period.after(day))
    looks = looks_after(course.clinic, protocol, day, days.today, language)
    return {"measurable": measurable.to_json(language), "looks": looks}


def _step(ask: Ask, month: dt.date, by: int) -> str:
    return ask.query(month=f"{add_months(month, by):%Y-%m}", day=None)


def _length_reason(cite: tuple[Any, ...], says: Text, language: Language) -> dict[str, Any] | None:
    if not cite:
        return None
    return {
        "rule": "duration",
        "grade": "plan",
        "effect": "none",
        "facts": [],
        "until": None,
        "says": says.say(language),
        "cite": [one.to_json() for one in cite],
    }


def read_day(written: str, field: str) -> dt.date | None:
    """A day as 2026-11-21; None for nothing.

    Raises:
        InputError: If it is none.
    """
    if not written:
        return None
    try:
        day = dt.date.fromisoformat(written)
    except ValueError:
        raise _unreadable(field, written) from None
    if not 2000 <= day.year <= 2199:
        raise _unreadable(field, written)
    return day


def _number(written: str) -> int | None:
    if not written:
        return None
    if not written.isascii() or not written.isdigit() or len(written) > 4:
        raise _unreadable("minutes", written)
    return int(written)


def _id(written: str, field: str) -> uuid.UUID | None:
    if not written:
        return None
    try:
        return uuid.UUID(written)
    except ValueError:
        raise _unreadable(field, written) from None


def _unreadable(field: str, written: str) -> InputError:
    return InputError(
        Text(f"{shown(written)} cannot be read here.", f"{shown(written)} no se entiende aquí."),
        Place(field=field),
        Text("Go back to the calendar and choose again.", "Vuelva al calendario y elija de nuevo."),
    )
