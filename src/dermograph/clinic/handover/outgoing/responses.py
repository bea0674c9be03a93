"""Answers as the clinic writes them, one by one, and those that were given together as responses to our questions.

A row says neither of which page it was sent nor with which others. Together are the answers about the same course, or
about the patient, that the same person wrote down for the same day: the first of them gives the response its id, which
stays whatever is answered later on that day. What was replaced or taken back since, by whomever and on whatever day, is
left out: all responses of a patient together say what stands, each answer once, in whatever order they are read.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final

from dermograph.clinic.handover.outgoing.keys import made_of
from dermograph.clinic.handover.outgoing.reading import Reading, day
from dermograph.clinic.handover.outgoing.source import Made, Source
from dermograph.clinic.handover.outgoing.together import (
    RESPONSE,
    changed_since,
    is_first,
    put_in_place,
    put_together,
)
from dermograph.clinic.intake.models import Answer
from dermograph.clinic.people.models import Course
from dermograph.exchange.fhir.codes import answer_code, word_link
from dermograph.exchange.record import clinical
from dermograph.exchange.record.part import Concept
from dermograph.exchange.record.partial import PartialDate, SomeTime
from dermograph.exchange.record.unknown import UNWRITTEN, Unknown
from dermograph.protocols import load_library

_NOT_ASKED: Final = "not_asked"


def said(fact: str, value: Any, missing: str) -> clinical.Said:  # noqa: ANN401 (JSON)
    """An answer as it is stored, or why there is none.

    Args:
        fact: Its id; of one that the vocabulary does not know, the value stays as it is.
        value: As JSON.
        missing: Why it is missing; empty if it has a value.
    """
    if missing or value is None:
        return Unknown(missing) if missing else UNWRITTEN
    if isinstance(value, bool | int):
        return value
    asked = load_library().vocabulary.facts.get(fact)
    text = str(value)
    if asked is None:
        return text
    if asked.type in ("date", "date_or_word") and text not in asked.words:
        return PartialDate.of(dt.date.fromisoformat(text))
    return Concept(text, words=asked.reads(text).en)


def published(treatment: str) -> str:
    """The id under which the protocol of a treatment is published."""
    library = load_library()
    return library.protocol(treatment).id if treatment in library.treatments else treatment


def _put_in_courses(rows: Sequence[Any], reading: Reading) -> None:
    """The same, with the protocol whose questions were answered, as far as a row can tell."""
    put_together(rows, reading)
    put_in_place(rows)
    of_patients = {row.patient_id for row in rows if row.course_id is None}
    courses = Course.objects.filter(patient__in=of_patients) if of_patients else Course.objects.none()
    found: dict[uuid.UUID, list[Course]] = defaultdict(list)
    for course in courses:
        found[course.patient_id].append(course)
    for row in rows:
        at = row.written_at
        among = [row.course] if row.course_id else found[row.patient_id]
        asked = {one.treatment for one in among if row.course_id or _was_open(one, at)}
        row.protocol = published(asked.pop()) if len(asked) == 1 else ""  # of several nobody knows which one it was


def _was_open(course: Course, at: dt.datetime) -> bool:
    return course.opened_at <= at and (course.closed_at is None or at <= course.closed_at)


def _response(row: Any, reading: Reading) -> clinical.Response:  # noqa: ANN401 (the first of its group, prepared)
    items = _items(row)
    return clinical.Response(
        id=made_of(row.pk, RESPONSE),
        patient=row.patient_id,
        course=row.course_id,
        protocol=row.protocol,
        author=reading.member(row.written_by_id),
        by_patient=row.written_by_id is None,
        answered_at=_answered_at(row, reading),
        changed_at=row.latest_at,
        state=_state(row, items),
        items=items,
    )


def _items(row: Any) -> tuple[clinical.Item, ...]:  # noqa: ANN401 (the same)
    """What still stands, whoever else answered on whatever day since, in the order of the questions."""
    last = {one.fact: one for one in row.together if one.pk not in row.replaced}
    facts = load_library().vocabulary.facts
    return tuple(item_of(last[name]) for name in facts if name in last)


def _state(row: Any, items: Sequence[clinical.Item]) -> str:  # noqa: ANN401 (the same)
    """``amended`` where an answer was replaced; in error where nothing is left and everything was taken back."""
    if not row.replaced:
        return "completed"
    taken_back = all(one.missing == _NOT_ASKED for one in row.replaced.values())
    return "entered-in-error" if not items and taken_back else "amended"


def _answered_at(row: Any, reading: Reading) -> SomeTime:  # noqa: ANN401 (the same)
    """The instant of the last answer; the day alone where they were told on another day than written down.

    It never goes back when one of them is replaced, and no item is older than what took the place of it: none stands.
    """
    at: dt.datetime = row.together[-1].written_at
    return at if at.astimezone(reading.clinic.zone).date() == row.answered_on else day(row.answered_on)


def item_of(row: Answer) -> clinical.Item:
    """An answer as an item of a response."""
    value = said(row.fact, row.value, row.missing)
    if not isinstance(value, Concept):
        return clinical.Item(row.fact, value)
    is_word = load_library().vocabulary.facts[row.fact].type == "date_or_word"
    link = word_link(row.fact) if is_word else row.fact
    return clinical.Item(link, Concept(answer_code(row.fact, value.code), words=value.words))


RESPONSES: Final = Source(
    Answer,
    (Made("responses", _response, RESPONSE, only=is_first, date="answered_on"),),
    patient="patient_id",
    related=("course",),
    changed=("latest_at",),
    prepare=_put_in_courses,
    since=changed_since,
)
