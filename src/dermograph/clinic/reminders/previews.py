"""Each text as it would go out, with made-up days, in both languages; nothing is stored."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

from dermograph.clinic.agenda.models import Appointment
from dermograph.clinic.agenda.wall import edge_of
from dermograph.clinic.people.models import Area, Clinic, Course, Membership, User
from dermograph.clinic.reminders import wording
from dermograph.clinic.reminders.models import Kind
from dermograph.clinic.reminders.reasons import KINDS
from dermograph.clinic.reminders.windows import cares_of, windows
from dermograph.clinic.reminders.wording import Letter
from dermograph.core.text import LANGUAGES, Language, Text
from dermograph.protocols import load_library
from dermograph.protocols.model import Protocol

_AHEAD, _LONG_AHEAD = dt.timedelta(days=60), dt.timedelta(days=400)


@dataclass(frozen=True, slots=True)
class Preview:
    """One text, of one treatment."""

    kind: str
    title: Text
    treatment: Text
    letters: tuple[tuple[Language, Letter], ...]


def previews(clinic: Clinic, protocol: Protocol, today: dt.date, hour: int, *, detailed: bool) -> list[Preview]:
    """Every text for one treatment; those of which its protocol has nothing to say are left out."""
    named = protocol if detailed else None
    found = []
    for kind, title in KINDS.items():
        each = [
            [(language, letter) for letter in _letters(kind, clinic, protocol, named, today, hour, language)]
            for language in LANGUAGES
        ]
        letters = tuple(one for both in zip(*each, strict=True) for one in both)  # side by side
        if letters:
            found.append(Preview(kind, title, protocol.title, letters))
    return found


def _letters(
    kind: str, clinic: Clinic, protocol: Protocol, named: Protocol | None, today: dt.date, hour: int, language: Language
) -> Iterator[Letter]:
    zone = clinic.zone
    course = Course(clinic=clinic, treatment=protocol.id, area=Area(name="…"))
    starts = edge_of(today + _AHEAD, dt.time(10), zone)
    appointment = Appointment(
        clinic=clinic,
        course=course,
        practitioner=Membership(user=User(name="…")),
        starts_at=starts,
        made_at=starts - _LONG_AHEAD,
    )
    if kind == Kind.APPOINTMENT:
        yield wording.of_appointment(appointment, clinic, named, language)
    elif kind == Kind.PREPARATION:
        for day in sorted({one.due_on for one in windows(appointment, protocol, zone, hour)}):
            told = [one for one in windows(appointment, protocol, zone, hour) if one.due_on == day]
            yield wording.of_preparation(appointment, clinic, told, day, named, language)
    elif kind == Kind.AFTERCARE:
        began = edge_of(today, dt.time(10), zone).astimezone(zone)
        told_of = cares_of(began, protocol, today)
        if told_of:
            yield wording.of_aftercare(course, clinic, today, told_of, named, language, begins=True)
    elif kind == Kind.PHOTOGRAPHS:
        yield wording.of_photographs(course, clinic, today, named, language)
    elif protocol.review.maintain is not None:
        yield wording.of_maintenance(course, clinic, today, named, language)


def treatments() -> list[Protocol]:
    """The treatments that texts can be seen of."""
    library = load_library()
    return [library.protocol(one) for one in library.treatments]
