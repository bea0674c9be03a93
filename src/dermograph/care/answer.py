"""One more fact of a case, as an interview or a form learns it."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator

from dermograph.care.case import Area, Case, session_day
from dermograph.core.errors import InputError
from dermograph.core.text import Text
from dermograph.protocols.vocabulary import Fact, FactValue, Missing


def answered(case: Case, index: int, fact: Fact, answer: FactValue | Missing) -> Case:
    """The case with one more answer; an answer about the patient goes to every area.

    Args:
        case: The case so far.
        index: The area that the question was about.
        fact: The fact that was asked.
        answer: Its value, or why there is none.

    Raises:
        InputError: If the answer is a date that cannot be: after the day of assessment, or before the birth.
    """
    about_patient = fact.scope == "patient"
    areas = tuple(
        _with(area, fact.id, answer) if about_patient or number == index else area
        for number, area in enumerate(case.areas)
    )
    patient = dict(case.patient)
    if about_patient:
        patient.pop(fact.id, None)
        if not isinstance(answer, Missing):
            patient[fact.id] = answer
    new = dataclasses.replace(case, areas=areas, patient=patient)
    if isinstance(answer, dt.date):
        _check_dates(new)
    return new


def _with(area: Area, fact: str, answer: FactValue | Missing) -> Area:
    facts = {name: value for name, value in area.facts.items() if name != fact}
    missing = {name: value for name, value in area.missing.items() if name != fact}
    if isinstance(answer, Missing):
        missing[fact] = answer
    else:
        facts[fact] = answer
    return dataclasses.replace(area, facts=facts, missing=missing)


def _check_dates(case: Case) -> None:
    birth = case.patient.get("birth_date")
    for area in case.areas:
        known = [value for value in area.facts.values() if isinstance(value, dt.date)]
        for value in known:
            if value > case.assessed_on:
                raise InputError(
                    Text(
                        f"{value} lies after the day of assessment, {case.assessed_on}.",
                        f"{value} es posterior al día de la valoración, {case.assessed_on}.",
                    )
                )
        for value in (*known, *_happened(area)):
            if isinstance(birth, dt.date) and value < birth:
                raise InputError(
                    Text(
                        f"{value} lies before the birth on {birth}.",
                        f"{value} es anterior al nacimiento, el {birth}.",
                    )
                )


def _happened(area: Area) -> Iterator[dt.date]:
    yield from (session_day(session) for session in area.sessions)
    yield from (event.first for event in area.events)
    for entries in (area.measurements, area.signs, area.reviews):
        yield from (entry.on for entry in entries)
