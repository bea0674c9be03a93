"""Rows into facts: the case of a course, as ``care`` takes it. Nothing is decided here, and nothing is made up.

What nobody answered is absent, never "no". A measurement is there only where a comparison is done.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from django.db.models import F, Subquery
from django.utils import timezone

from dermograph.care.case import Area, Case, Event, Measurement, Sign, SignedReview
from dermograph.core.quantity import Quantity
from dermograph.protocols import Protocol, load_library
from dermograph.protocols.vocabulary import Fact, FactValue, Missing

if TYPE_CHECKING:
    from dermograph.clinic.people.models import Course, Patient


def protocol_of(course: Course) -> Protocol:
    """The protocol that a course follows, as it is today."""
    return load_library().protocol(course.treatment)


def today(course: Course) -> dt.date:
    """Today in the clinic's time zone."""
    return timezone.now().astimezone(course.clinic.zone).date()


def case_of(course: Course, on: dt.date) -> Case:
    """Everything known about a course on one day.

    Args:
        course: Best fetched with its clinic, patient and area.
        on: The day that is decided for; what lies after it is left out, except dated happenings such as a journey.
    """
    vocabulary = load_library().vocabulary
    patient: dict[str, FactValue] = {}
    missing: dict[str, Missing] = {}
    facts: dict[str, FactValue] = {}
    if course.patient.birth_date is not None and course.patient.birth_date <= on:
        patient["birth_date"] = course.patient.birth_date
    for answer in answers_of(course):
        fact = vocabulary.facts.get(answer.fact)
        if fact is None or answer.answered_on > on:
            continue
        if answer.missing:
            missing[fact.id] = Missing(answer.missing)
            continue
        value = read_value(fact, answer.value)
        (patient if fact.scope == "patient" else facts)[fact.id] = value
    return Case(
        treatment=course.treatment,
        assessed_on=on,
        areas=(_area(course, on, {**patient, **facts}, missing),),
        time_zone=course.clinic.time_zone,
        patient=patient,
    )


def answers_of(course: Course) -> list[Any]:
    """The standing answers about the patient and about the area, the latest of each fact last."""
    found = course.patient.answers.filter(superseded_by__isnull=True).order_by("written_at")
    return [answer for answer in found if answer.course_id in (None, course.pk)]


def read_value(fact: Fact, stored: Any) -> FactValue:  # noqa: ANN401 (JSON)
    """A stored answer as the engine takes it: a day where the fact is one, else as it stands."""
    if fact.type == "date" or (fact.type == "date_or_word" and stored not in fact.words):
        return dt.date.fromisoformat(stored)
    value: FactValue = stored
    return value


def stored_value(value: FactValue) -> Any:  # noqa: ANN401 (JSON)
    """The same the other way round."""
    return value.isoformat() if isinstance(value, dt.date) else value


def _area(course: Course, on: dt.date, facts: dict[str, FactValue], missing: dict[str, Missing]) -> Area:
    zone = course.clinic.zone
    sessions = [
        session.started_at.astimezone(zone)
        for session in course.sessions.filter(superseded_by__isnull=True).order_by("started_at")
    ]
    signs = course.symptoms.filter(superseded_by__isnull=True, reported_on__lte=on).order_by("reported_on", "sign")
    reviews = course.reviews.filter(superseded_by__isnull=True, reviewed_on__lte=on).order_by("reviewed_on")
    compared = [one for one in comparisons(course) if one.after.taken_on <= on]
    return Area(
        name=course.area.name,
        facts=facts,
        missing={name: why for name, why in missing.items() if name not in facts},
        events=_events(course.patient, course),
        sessions=tuple(session for session in sessions if session.date() <= on),
        measurements=tuple(measurements(compared)),
        signs=tuple(
            Sign(sign.sign, sign.reported_on, sign.gone_on if sign.gone_on and sign.gone_on <= on else None)
            for sign in signs
        ),
        reviews=tuple(SignedReview(review.reviewed_on, review.signed_name) for review in reviews),
        size_cm2=_size_cm2(compared),
        goal_delta_e00=course.goal_delta_e00,
    )


def _events(patient: Patient, course: Course) -> tuple[Event, ...]:
    kinds = load_library().vocabulary.events
    found = patient.happenings.filter(superseded_by__isnull=True, cancelled=False).order_by("first", "last", "what")
    return tuple(
        Event(one.what, one.first, one.last)
        for one in found
        if one.what in kinds and one.course_id in (None, course.pk)
    )


def measurements(done: Sequence[Any]) -> Iterator[Measurement]:
    """What photographs showed, by day: the baseline first, then each follow-up; of ``comparisons`` of a course."""
    measured = [one for one in done if _measure(one.result, "contrast", "before")]
    if measured:
        first = measured[-1]
        yield Measurement(first.before.taken_on, _quantity(first.result, "before"), comparable=True)
    for one in done:
        contrast = _quantity(one.result, "after")
        comparable = contrast is not None and one.result["verdict"] != "not_comparable"
        why = ((one.result.get("reason") or {}).get("says") or {}).get("en")
        yield Measurement(one.after.taken_on, contrast if comparable else None, comparable, None if comparable else why)


def comparisons(course: Course) -> list[Any]:
    """The comparisons that are done and stand, by the day of the follow-up; the latest one of each follow-up.

    All of them are with the baseline as it is now, the oldest photograph that can be measured, and of follow-ups that
    stand.
    """
    here = course.photographs.filter(superseded_by__isnull=True, withdrawn=False)
    oldest = here.filter(usable=True).order_by("taken_on", "written_at", "pk").values("pk")[:1]
    found = (
        course.comparisons.filter(stage="done", superseded_by__isnull=True)
        .filter(before=Subquery(oldest), after__in=here, after__taken_on__gte=F("before__taken_on"))
        .select_related("before", "after")
        .order_by("after__taken_on", "done_at")
    )
    latest = {one.after_id: one for one in found}
    return sorted(latest.values(), key=lambda one: one.after.taken_on)


def _quantity(result: dict[str, Any], side: str) -> Quantity | None:
    value = _measure(result, "contrast", side)
    # The contrast is corrected for the error that makes it larger, so that none may come out just below 0.
    return Quantity(max(0.0, value["value"]), value["u"], "delta_e00") if value else None


def _measure(result: dict[str, Any], name: str, side: str) -> dict[str, Any] | None:
    """``{"value", "u"}`` of one measure; None if it was not measured."""
    found: Iterable[dict[str, Any]] = (one for one in result.get("measures", []) if one["name"] == name)
    value = next((one.get(side) for one in found), None)
    return value if value and value.get("value") is not None else None


def _size_cm2(done: Sequence[Any]) -> float | None:
    """The area in the visible border, at the latest visit at which it was measured."""
    sizes = [value["value"] for one in done if (value := _measure(one.result, "area", "after"))]
    return sizes[-1] if sizes else None
