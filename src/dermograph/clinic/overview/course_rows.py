"""The rows that a course line is made from: the same few queries however many courses there are."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable, Mapping, Sequence

from django.db.models import OuterRef, Subquery
from django.db.models.fields.json import KT

from dermograph.clinic import facts
from dermograph.clinic.entries import Consented, Entries, entries_of
from dermograph.clinic.gallery.models import Comparison, Photograph
from dermograph.clinic.intake.known import known_from
from dermograph.clinic.intake.models import Assessment
from dermograph.clinic.intake.selectors import with_overrides
from dermograph.clinic.overview.course_records import Agreed, Rows, Taken
from dermograph.clinic.people.models import Course

TREATMENT = "treatment"


def rows_of(
    courses: Sequence[Course], today: dt.date | None = None, entries: Mapping[uuid.UUID, Entries] | None = None
) -> dict[uuid.UUID, Rows]:
    """The rows of courses, by their ids, in 3 queries.

    Args:
        courses: Each with its clinic, patient and area.
        today: None for today in each one's clinic.
        entries: Of each course, where they are there already; then it is a query less.
    """
    by_id = {course.pk: course for course in courses}
    if not by_id:
        return {}
    assessments, photographs = _assessments(by_id), _photographs(by_id)
    written = entries or entries_of(courses)
    found = {}
    for course in courses:
        own, day = written[course.pk], today or facts.today(course)
        found[course.pk] = Rows(
            today=day,
            assessment=assessments.get(course.pk),
            known=known_from(course, own.answers, day),
            events=own.events,
            written_last=max((one.written_at for one in own.answers), default=None),
            consent=_agreed(course, own.consents),
            sessions=own.sessions,
            photographs=tuple(photographs.get(course.pk, ())),
            reviews=own.reviews,
            booked=next((one for one in own.appointments if one.on >= day), None),
        )
    return found


def _assessments(by_id: Mapping[uuid.UUID, Course]) -> dict[uuid.UUID, Assessment]:
    """The one of each course that was signed last."""
    rows = with_overrides(Assessment.objects.standing().filter(course__in=by_id).order_by("written_at"))
    return {one.course_id: one for one in rows}


def _agreed(course: Course, consents: Iterable[Consented]) -> Agreed:
    zone = course.clinic.zone
    signed: dict[uuid.UUID, dt.datetime] = {}
    back: dict[uuid.UUID, dt.datetime] = {}
    for one in consents:
        if one.treats not in ("", course.treatment) or TREATMENT not in one.purposes:
            continue
        signed[one.id] = one.at
        if one.back in ("", TREATMENT) and one.back_at is not None:
            back[one.id] = max(one.back_at, back.get(one.id, one.back_at))
    stands = max((at for pk, at in signed.items() if pk not in back), default=None)
    gone = max(back.values(), default=None)
    return Agreed(
        stands.astimezone(zone).date() if stands else None,
        gone.astimezone(zone).date() if gone and not stands else None,
    )


def _photographs(by_id: Mapping[uuid.UUID, Course]) -> dict[uuid.UUID, list[Taken]]:
    latest = Comparison.objects.from_baseline().filter(after=OuterRef("pk")).in_time().reverse()
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
    told = ("pk", "course_id", "taken_on", "usable", "from_home", "compared", "compared_to", "found_to_be")
    for one in rows.values(*told):
        found.setdefault(one["course_id"], []).append(
            Taken(
                one["pk"],
                one["taken_on"],
                one["usable"],
                one["compared"],
                one["compared_to"] or "",
                one["found_to_be"] or "",
                one["from_home"],
            )
        )
    return found
