"""The patients of the large clinics, made a few thousand at a time: who they are and what happened in their courses."""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

from bench.clinic_large_courses import tell
from bench.clinic_large_making import Making

SESSIONS, PHOTOGRAPHS = 10, 20  # of a patient, on average, exactly
YEARS = 10
NEVER_TREATED, TWO_COURSES, MANY = 0.08, 0.2, 8
IN_PROGRESS = 0.15  # of the treated courses: their last session was at most so many days ago
IN_PROGRESS_DAYS = 45
GAP = (29, 42)  # days between two sessions
TREATMENTS = {"paramedical": 0.6, "microneedling": 0.25, "scalp": 0.15}


def session_counts(chance: random.Random, patients: int) -> list[int]:
    """How many sessions each patient had: none, one, many; on average exactly ``SESSIONS``."""
    counts = [
        0 if chance.random() < NEVER_TREATED else min(40, 1 + round(chance.expovariate(1 / 9.9)))
        for _ in range(patients)
    ]
    treated = [place for place, count in enumerate(counts) if count]
    excess = sum(counts) - SESSIONS * patients
    while excess:
        place, step = chance.choice(treated), -1 if excess > 0 else 1
        if counts[place] + step >= 1:
            counts[place] += step
            excess += step
    return counts


def add_patient(making: Making, number: int, sessions: int) -> None:
    """One patient with everything that belongs to them."""
    chance = making.chance
    ends = _last_days(making, sessions)
    first = min(end - dt.timedelta(days=36 * count) for end, count in ends)
    since = min(dt.datetime.combine(first, dt.time(8, 30)) - dt.timedelta(days=chance.randint(1, 20)), making.now)
    patient = _registered(making, number, since)
    treatments = list(dict.fromkeys(chance.choices([*TREATMENTS], weights=[*TREATMENTS.values()], k=6)))
    answers: dict[str, str] = {}
    for place, (end, count) in enumerate(ends):
        treatment = treatments[place % len(treatments)]
        _course(making, patient, treatment, (place, end, count), answers)


def _last_days(making: Making, sessions: int) -> list[tuple[dt.date, int]]:
    """The day of the last session of each course, or of its beginning, and how many sessions it has."""
    chance, today = making.chance, making.now.date()
    split = sessions >= MANY and chance.random() < TWO_COURSES
    counts = [sessions // 2, sessions - sessions // 2] if split else [sessions]
    found = []
    for count in counts:
        is_running = count and chance.random() < IN_PROGRESS
        ago = chance.randint(1, IN_PROGRESS_DAYS if is_running else 365 * YEARS)
        found.append((today - dt.timedelta(days=ago), count))
    return found


def _registered(making: Making, number: int, since: dt.datetime) -> dict[str, Any]:
    from dermograph.clinic.people.models import SORT_NAME
    from dermograph.clinic.people.name_words import folded, name_words, phone_words

    chance, place = making.chance, making.place
    given, family = making.names.one(chance)
    phone = f"000 {chance.randrange(1000):03} {chance.randrange(1000):03}"
    patient = making.add(
        "people_patient",
        making.samples.any["people_patient"],
        number=number,
        given_names=given,
        family_names=family,
        sort_name=folded(f"{family} {given}")[:SORT_NAME],
        birth_date=str(dt.date(1945, 1, 1) + dt.timedelta(days=chance.randrange(60 * 365))),
        phone=phone,
        since=str(since),
        clinic_id=place.id,
    )
    for word in name_words(given, family) | phone_words(phone) | {str(number)}:
        making.rows["people_nametoken"].append({"word": word, "clinic_id": place.id, "patient_id": patient["id"]})
    return patient


def _course(
    making: Making, patient: dict[str, Any], treatment: str, when: tuple[int, dt.date, int], answers: dict[str, str]
) -> None:
    """One course, from its questions to its end."""
    place, end, count = when
    chance, own = making.chance, making.place
    days = [end]
    while len(days) < count:
        days.append(days[-1] - dt.timedelta(days=chance.randint(*GAP)))
    days = days[::-1] if count else []
    opened = dt.datetime.combine(days[0] if days else end, dt.time(9)) - dt.timedelta(days=chance.randint(3, 12))
    area = making.add(
        "people_area", making.of("people_area", treatment), patient_id=patient["id"], name=f"zona {place + 1}"
    )
    course = making.add(
        "people_course",
        making.of("people_course", treatment),
        opened_at=str(opened),
        closed_at=None,
        outcome="",
        area_id=area["id"],
        clinic_id=own.id,
        lead_id=chance.choice(own.practitioners)[0],
        patient_id=patient["id"],
    )
    tell(making, course, treatment, opened, days, answers)
