"""Rows into facts: the case of a course, as ``care`` takes it. Nothing is decided here, and nothing is made up.

What nobody answered is absent, never "no". A measurement is there only where a comparison is done.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from dermograph.care.case import Area, Case, Measurement, SignedReview
from dermograph.clinic.entries import Entries, entries_of
from dermograph.core.quantity import Quantity
from dermograph.protocols import Protocol, load_library
from dermograph.protocols.vocabulary import Fact, FactValue, Missing

if TYPE_CHECKING:
    from dermograph.clinic.people.models import Course


def protocol_of(course: Course) -> Protocol:
    """The protocol that a course follows, as it is today."""
    return load_library().protocol(course.treatment)


def today(course: Course) -> dt.date:
    """Today in the clinic's time zone."""
    return timezone.now().astimezone(course.clinic.zone).date()


def case_of(course: Course, on: dt.date, entries: Entries | None = None) -> Case:
    """Everything known about a course on one day.

    Args:
        course: Best fetched with its clinic, patient and area.
        on: The day that is decided for; what lies after it is left out, except dated happenings such as a journey.
        entries: Of the course, where they are there already.
    """
    entries = entries or entries_of([course])[course.pk]
    vocabulary = load_library().vocabulary
    patient: dict[str, FactValue] = {}
    missing: dict[str, Missing] = {}
    facts: dict[str, FactValue] = {}
    if course.patient.birth_date is not None and course.patient.birth_date <= on:
        patient["birth_date"] = course.patient.birth_date
    for answer in entries.answers:
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
        areas=(_area(course, on, {**patient, **facts}, missing, entries),),
        time_zone=course.clinic.time_zone,
        patient=patient,
    )


def read_value(fact: Fact, stored: Any) -> FactValue:  # noqa: ANN401 (JSON)
    """A stored answer as the engine takes it: a day where the fact is one, else as it stands."""
    if fact.type == "date" or (fact.type == "date_or_word" and stored not in fact.words):
        return dt.date.fromisoformat(stored)
    value: FactValue = stored
    return value


def stored_value(value: FactValue) -> Any:  # noqa: ANN401 (JSON)
    """The same the other way round."""
    return value.isoformat() if isinstance(value, dt.date) else value


def _area(
    course: Course, on: dt.date, facts: dict[str, FactValue], missing: dict[str, Missing], entries: Entries
) -> Area:
    zone = course.clinic.zone
    compared = [one for one in comparisons(course) if one.after.taken_on <= on]
    return Area(
        name=course.area.name,
        facts=facts,
        missing={name: why for name, why in missing.items() if name not in facts},
        events=entries.events,
        sessions=tuple(session.at.astimezone(zone) for session in entries.sessions if session.on <= on),
        measurements=tuple(measurements(compared)),
        signs=tuple(
            sign if sign.gone_on is None or sign.gone_on <= on else replace(sign, gone_on=None)
            for sign in entries.signs
            if sign.on <= on
        ),
        reviews=tuple(SignedReview(review.on, review.by) for review in entries.reviews if review.on <= on),
        size_cm2=_size_cm2(compared),
        goal_delta_e00=course.goal_delta_e00,
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
    """The comparisons with the baseline that are done, by the day of the follow-up; of each follow-up the latest."""
    found = (
        course.comparisons.from_baseline()
        .filter(stage="done")
        .select_related("before", "after")
        .defer("pictures", "before__findings", "after__findings")  # they are large
        .in_time()
    )
    latest = {one.after_id: one for one in found}
    return list(latest.values())


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
