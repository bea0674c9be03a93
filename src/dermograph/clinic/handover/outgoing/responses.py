"""Answers as the clinic writes them, one by one, and those that were given together as responses to our questions.

A row says neither of which page it was sent nor with which others. Together are the answers about the same course, or
about the patient, that the same person wrote down for the same day: the first of them gives the response its id, which
stays whatever is answered later on that day.
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections import defaultdict
from collections.abc import Sequence
from typing import Any, Final

from django.db.models import Exists, F, OuterRef, Q, QuerySet
from django.db.models.lookups import IsNull

from dermograph.clinic.handover.outgoing.keys import made_of
from dermograph.clinic.handover.outgoing.reading import Reading, day
from dermograph.clinic.handover.outgoing.source import Made, Source
from dermograph.clinic.intake.models import Answer
from dermograph.clinic.people.models import Course
from dermograph.exchange.fhir.codes import answer_code, word_link
from dermograph.exchange.record import clinical
from dermograph.exchange.record.part import Concept
from dermograph.exchange.record.partial import PartialDate, SomeTime
from dermograph.exchange.record.unknown import UNWRITTEN, Unknown
from dermograph.protocols import load_library

RESPONSE: Final = "response"


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


def put_together(rows: Sequence[Answer], _reading: Reading) -> None:
    """Give each answer those that were given together with it, itself included, in the order of time."""
    if not rows:
        return
    days = {row.answered_on for row in rows}
    every = Answer.objects.filter(patient__in={row.patient_id for row in rows}, answered_on__in=days)
    groups: dict[Any, list[Answer]] = defaultdict(list)
    for one in every.order_by("written_at", "pk"):
        groups[_group(one)].append(one)
    for row in rows:
        row.together = groups[_group(row)]  # type: ignore[attr-defined]  # read together with the row
        row.latest_at = row.together[-1].written_at  # type: ignore[attr-defined]  # the same


def _group(row: Answer) -> tuple[Any, ...]:
    return row.patient_id, row.course_id, row.written_by_id, row.answered_on


def response_of(row: Any) -> uuid.UUID:  # noqa: ANN401 (an answer with those that were given together with it)
    """The id of the response that an answer is part of."""
    return made_of(row.together[0].pk, RESPONSE)


def _put_in_courses(rows: Sequence[Any], reading: Reading) -> None:
    """The same, with the protocol whose questions were answered, as far as a row can tell."""
    put_together(rows, reading)
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
    ids = {one.pk for one in row.together}
    last = {one.fact: one for one in row.together}  # in the order of time: what was corrected gives way
    facts = load_library().vocabulary.facts
    return clinical.Response(
        id=response_of(row),
        patient=row.patient_id,
        course=row.course_id,
        protocol=row.protocol,
        author=reading.member(row.written_by_id),
        by_patient=row.written_by_id is None,
        answered_at=_answered_at(row, reading),
        state="amended" if any(one.supersedes_id in ids for one in row.together) else "completed",
        items=tuple(_item(last[name]) for name in facts if name in last),
    )


def _answered_at(row: Any, reading: Reading) -> SomeTime:  # noqa: ANN401 (the same)
    """The instant of the last answer; the day alone where they were told on another day than written down."""
    at: dt.datetime = row.latest_at
    return at if at.astimezone(reading.clinic.zone).date() == row.answered_on else day(row.answered_on)


def _item(row: Answer) -> clinical.Item:
    value = said(row.fact, row.value, row.missing)
    if not isinstance(value, Concept):
        return clinical.Item(row.fact, value)
    is_word = load_library().vocabulary.facts[row.fact].type == "date_or_word"
    link = word_link(row.fact) if is_word else row.fact
    return clinical.Item(link, Concept(answer_code(row.fact, value.code), words=value.words))


def _together() -> QuerySet[Answer]:
    """The answers that were given together with that of the query around it."""
    alike = Q(patient=OuterRef("patient"), answered_on=OuterRef("answered_on"))
    for column in ("course", "written_by"):  # either may be none, which equals nothing in a database
        neither = Q(IsNull(F(column), True)) & Q(IsNull(OuterRef(column), True))
        alike &= Q(**{column: OuterRef(column)}) | neither
    return Answer.objects.filter(alike).order_by()


def _is_first() -> Q:
    at = OuterRef("written_at")
    return ~Q(Exists(_together().filter(Q(written_at__lt=at) | Q(written_at=at, pk__lt=OuterRef("pk")))))


def _changed_since(since: dt.datetime) -> Q:
    return Q(Exists(_together().filter(written_at__gt=since)))


RESPONSES: Final = Source(
    Answer,
    (Made("responses", _response, RESPONSE, only=_is_first, date="answered_on"),),
    patient="patient_id",
    related=("course",),
    changed=("latest_at",),
    prepare=_put_in_courses,
    since=_changed_since,
)
