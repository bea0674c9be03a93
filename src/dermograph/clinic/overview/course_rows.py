"""The rows that a course line is made from: the same few queries however many courses there are."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Exists,
    F,
    OuterRef,
    Prefetch,
    Q,
    Subquery,
    Value,
    When,
    prefetch_related_objects,
)
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce
from django.utils import timezone

from dermograph.clinic import facts
from dermograph.clinic.agenda.models import Appointment, State
from dermograph.clinic.gallery.models import Comparison, Photograph
from dermograph.clinic.intake.known import BIRTH, Known
from dermograph.clinic.intake.models import Answer, Assessment, Consent, Override
from dermograph.clinic.overview.course_records import Agreed, Booked, Decided, Held, Rows, Taken
from dermograph.clinic.people.models import Course
from dermograph.clinic.treatment.models import Review, Session
from dermograph.protocols import load_library
from dermograph.protocols.vocabulary import FactValue, Missing

TREATMENT = "treatment"


def rows_of(courses: Sequence[Course], today: dt.date | None = None) -> dict[uuid.UUID, Rows]:
    """The rows of courses, by their ids, in 5 queries; one more where a verdict was overridden.

    Args:
        courses: Each with its clinic, patient and area.
        today: None for today in each one's clinic.
    """
    by_id = {course.pk: course for course in courses}
    if not by_id:
        return {}
    assessments = _assessments(by_id)
    answers = list(
        Answer.objects.standing()
        .filter(Q(course=None) | Q(course__in=by_id), patient__in={course.patient_id for course in courses})
        .order_by("written_at")
    )
    consents, photographs, dated = _consents(by_id), _photographs(by_id), _dated(by_id)
    found = {}
    for course in courses:
        own = [one for one in answers if one.patient_id == course.patient_id and one.course_id in (None, course.pk)]
        day, happened = today or facts.today(course), dated.get(course.pk, [])
        found[course.pk] = Rows(
            today=day,
            assessment=assessments.get(course.pk),
            known=known_from(course, own, day),
            written_last=max((one.written_at for one in own), default=None),
            consent=_agreed(course, consents),
            sessions=_sessions(course, happened),
            photographs=tuple(photographs.get(course.pk, ())),
            reviews=_reviews(happened),
            booked=_booked(course, happened, day),
        )
    return found


def _assessments(by_id: Mapping[uuid.UUID, Course]) -> dict[uuid.UUID, Assessment]:
    rows: list[Any] = list(
        Assessment.objects.standing()
        .filter(course__in=by_id)
        .annotate(is_overridden=Exists(Override.objects.filter(assessment=OuterRef("pk"))))
        .order_by("written_at")
    )
    latest = {one.course_id: one for one in rows}
    overridden = [one for one in latest.values() if one.is_overridden]
    others = [one for one in latest.values() if not one.is_overridden]
    prefetch_related_objects(overridden, Prefetch("overrides", queryset=Override.objects.order_by("-written_at")))
    prefetch_related_objects(others, Prefetch("overrides", queryset=Override.objects.none()))  # no query
    return latest


def known_from(course: Course, answers: Iterable[Any], day: dt.date) -> Known:
    """The same as ``intake.known``, from answers that are there already."""
    vocabulary = load_library().vocabulary
    values: dict[str, FactValue] = {}
    missing: dict[str, Missing] = {}
    standing: dict[str, Answer] = {}
    born = course.patient.birth_date
    if born is not None and born <= day:
        values[BIRTH] = born
    for answer in answers:
        fact = vocabulary.facts.get(answer.fact)
        if fact is None or answer.answered_on > day:
            continue
        standing[fact.id] = answer
        if answer.missing:
            missing[fact.id] = Missing(answer.missing)
        else:
            values[fact.id] = facts.read_value(fact, answer.value)
    without = {name: why for name, why in missing.items() if name not in values}
    return Known(day, values, without, standing, {name: (one,) for name, one in standing.items()})


def _consents(by_id: Mapping[uuid.UUID, Course]) -> list[dict[str, Any]]:
    """Consents, once for each withdrawal of theirs."""
    return list(
        Consent.objects.standing()
        .filter(Q(course=None) | Q(course__in=by_id), patient__in={course.patient_id for course in by_id.values()})
        .annotate(back=F("withdrawals__purpose"), back_at=F("withdrawals__written_at"), treats=F("text__treatment"))
        .order_by("signed_at")
        .values("pk", "patient_id", "course_id", "purposes", "signed_at", "back", "back_at", "treats")
    )


def _agreed(course: Course, consents: Iterable[dict[str, Any]]) -> Agreed:
    zone = course.clinic.zone
    signed: dict[uuid.UUID, dt.datetime] = {}
    back: dict[uuid.UUID, dt.datetime] = {}
    for one in consents:
        if one["patient_id"] != course.patient_id or one["course_id"] not in (None, course.pk):
            continue
        if one["treats"] not in ("", course.treatment) or TREATMENT not in one["purposes"]:
            continue
        signed[one["pk"]] = one["signed_at"]
        if one["back"] in ("", TREATMENT):
            back[one["pk"]] = max(one["back_at"], back.get(one["pk"], one["back_at"]))
    stands = max((at for pk, at in signed.items() if pk not in back), default=None)
    gone = max(back.values(), default=None)
    return Agreed(
        stands.astimezone(zone).date() if stands else None,
        gone.astimezone(zone).date() if gone and not stands else None,
    )


def _dated(by_id: Mapping[uuid.UUID, Course]) -> dict[uuid.UUID, list[tuple[Any, ...]]]:
    """Sessions, reviews and appointments that are not over, by time, in one query.

    Returns:
        For each course rows of kind, id, course, instant, and three words: of a review its day, its decision and the
        first day that it speaks of; of an appointment its purpose.
    """
    nothing = Value("", output_field=CharField())
    now = timezone.now()
    sessions = (
        Session.objects.standing()
        .filter(course__in=by_id)
        .values_list(
            Value("session", output_field=CharField()), "pk", "course_id", "started_at", nothing, nothing, nothing
        )
    )
    # The proposal's day belongs to what was proposed, not to what somebody decided instead.
    said = Coalesce(Cast(KT("proposal__en__from"), CharField()), nothing)
    first = Case(When(decision=F("proposed"), then=said), default=nothing, output_field=CharField())
    reviews = (
        Review.objects.standing()
        .filter(course__in=by_id)
        .values_list(
            Value("review", output_field=CharField()),
            "pk",
            "course_id",
            "signed_at",
            Cast("reviewed_on", CharField()),
            Cast("decision", CharField()),
            first,
        )
    )
    waiting = Q(state__in=(State.BOOKED, State.ARRIVED)) | Q(state=State.HELD, held_until__gt=now)
    appointments = Appointment.objects.filter(
        waiting, course__in=by_id, starts_at__gte=now - dt.timedelta(days=1)
    ).values_list(
        Value("appointment", output_field=CharField()),
        "pk",
        "course_id",
        "starts_at",
        Cast("purpose", CharField()),
        nothing,
        nothing,
    )
    found: dict[uuid.UUID, list[tuple[Any, ...]]] = {}
    for row in sorted(sessions.order_by().union(reviews.order_by(), appointments.order_by(), all=True), key=_at):
        found.setdefault(row[2], []).append(row)
    return found


def _at(row: tuple[Any, ...]) -> dt.datetime:
    at: dt.datetime = row[3]
    return at


def _sessions(course: Course, dated: Iterable[tuple[Any, ...]]) -> tuple[Held, ...]:
    zone = course.clinic.zone
    return tuple(Held(row[1], row[3], row[3].astimezone(zone).date()) for row in dated if row[0] == "session")


def _reviews(dated: Iterable[tuple[Any, ...]]) -> tuple[Decided, ...]:
    found = [
        Decided(pk, dt.date.fromisoformat(on), decision, _day(first))
        for kind, pk, _, _, on, decision, first in dated
        if kind == "review"
    ]
    return tuple(sorted(found, key=lambda one: one.on))


def _day(text: str) -> dt.date | None:
    """A day as JSON holds it; ``null`` comes out of SQLite as that word."""
    return None if text in ("", "null") else dt.date.fromisoformat(text)


def _booked(course: Course, dated: Iterable[tuple[Any, ...]], today: dt.date) -> Booked | None:
    zone = course.clinic.zone
    ahead = (Booked(row[1], row[3], row[3].astimezone(zone).date(), row[4]) for row in dated if row[0] == "appointment")
    return next((one for one in ahead if one.on >= today), None)


def _photographs(by_id: Mapping[uuid.UUID, Course]) -> dict[uuid.UUID, list[Taken]]:
    latest = Comparison.objects.standing().filter(after=OuterRef("pk")).order_by("-written_at")
    rows = (
        Photograph.objects.standing()
        .filter(course__in=by_id, withdrawn=False)
        .annotate(
            compared=Subquery(latest.values("pk")[:1]),
            compared_to=Subquery(latest.values("stage")[:1]),
            found_to_be=Subquery(latest.annotate(says=KT("result__verdict")).values("says")[:1]),
        )
        .order_by("taken_on", "written_at", "pk")
    )
    found: dict[uuid.UUID, list[Taken]] = {}
    for one in rows.values("pk", "course_id", "taken_on", "usable", "compared", "compared_to", "found_to_be"):
        found.setdefault(one["course_id"], []).append(
            Taken(
                one["pk"],
                one["taken_on"],
                one["usable"],
                one["compared"],
                one["compared_to"] or "",
                one["found_to_be"] or "",
            )
        )
    return found
