"""Scalps that somebody should look at: pigment that is or soon comes below the clinic's limit, or the yearly check."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import BooleanField, Case, Exists, F, OuterRef, Q, QuerySet, Subquery, When
from django.db.models.functions import TruncDate
from django.utils import timezone

from dermograph.care.follow_up import due_since, next_check
from dermograph.clinic.agenda.models import Appointment, State
from dermograph.clinic.gallery.models import Stage
from dermograph.clinic.overview.listed import treated_scalps
from dermograph.clinic.overview.models import CourseStanding
from dermograph.clinic.people.models import Clinic, Course
from dermograph.clinic.scalp.course import SCALP
from dermograph.clinic.scalp.models import ScalpChange, ScalpReading
from dermograph.clinic.scalp.selectors import IN_TIME, protocol
from dermograph.clinic.treatment.models import Session
from dermograph.core.dates import add_months

#: How long before the limit may be passed a course is listed: time enough to find a day.
MONTHS_AHEAD: Final = 3
#: From this chance on that the limit is passed it counts as passed, also where the measurements carry no date.
LIKELY: Final = 0.5
_TOLD: Final = {"stage": Stage.DONE, "result__isnull": False, "result__refusal__code__isnull": True}
_COUNTED: Final = {**_TOLD, "photograph__superseded_by": None, "photograph__withdrawn": False}


@dataclass(frozen=True, slots=True)
class ListedScalp:
    """A course of the list.

    Attributes:
        fading: The change whose limit is passed, or may be soon; None where the list has it for its yearly check alone.
        is_passed: Whether the limit is rather passed than not.
        passed_on: The day on which that was measured; None where it was not.
        check_since: From when the yearly check is due; None where it is not.
        booked: The next appointment; None where nothing is booked.
    """

    course: Course
    fading: ScalpChange | None
    is_passed: bool
    passed_on: dt.date | None
    check_since: dt.date | None
    booked: Appointment | None


def has_scalps(clinic: Clinic) -> bool:
    """Whether the clinic has treated a scalp."""
    return treated_scalps(CourseStanding.objects.filter(clinic=clinic)).exists()


def to_maintain(clinic: Clinic, today: dt.date) -> QuerySet[Course]:
    """The open courses of scalps that should be looked at: those first whose limit is passed, then by when it will be.

    What a change says of fading is kept by ``scalp.reckoning``: only those from the settled look of a series say any.

    Args:
        clinic: Whose; records that are blocked are left out.
        today: In the clinic's time zone.
    """
    soon, checked_by = add_months(today, MONTHS_AHEAD), due_since(today, protocol())
    is_old, is_unseen = Q(pk__in=[]), Q(last_look=None)
    if checked_by is not None:
        is_old = Q(last_at__lt=dt.datetime.combine(checked_by + dt.timedelta(days=1), dt.time.min, clinic.zone))
        is_unseen |= Q(last_look__lte=checked_by)
    sessions = Session.objects.filter(course=OuterRef("pk")).standing().order_by("-started_at")
    counted = ScalpReading.objects.standing().filter(course=OuterRef("pk"), photograph__from_home=False, **_COUNTED)
    changes = ScalpChange.objects.standing().filter(course=OuterRef("pk"), **_TOLD).exclude(fading={})
    changes = changes.filter(before__photograph__taken_on__gte=OuterRef("last_on"))  # of the last series
    latest = changes.order_by(*(f"-after__{one}" for one in IN_TIME))
    fades = Q(fades_first__lte=soon) | Q(passed__gte=LIKELY)
    near = ScalpChange.objects.filter(fades, course=OuterRef("pk"), clinic=clinic)
    rows = Course.objects.filter(clinic=clinic, treatment=SCALP, closed_at=None, patient__restricted_at=None)
    rows = rows.annotate(last_at=Subquery(sessions.values("started_at")[:1]))
    rows = rows.filter(Exists(near) | is_old)  # few of all, by an index
    rows = rows.annotate(
        last_on=TruncDate("last_at", tzinfo=clinic.zone),
        last_look=Subquery(counted.order_by("-photograph__taken_on").values("photograph__taken_on")[:1]),
    )
    rows = rows.annotate(
        change=Subquery(latest.values("pk")[:1]),
        fades_first=Subquery(latest.values("fades_first")[:1]),
        passed=Subquery(latest.values("passed")[:1]),
    )
    is_passed = Case(When(passed__gte=LIKELY, then=True), default=False, output_field=BooleanField())
    rows = rows.filter(fades | (is_old & is_unseen)).annotate(is_passed=is_passed)
    return rows.order_by("-is_passed", F("fades_first").asc(nulls_last=True), "last_at", "pk")


def listed_scalps(clinic: Clinic, today: dt.date, first: int, many: int) -> list[ListedScalp]:
    """Some rows of the list, with why; three queries.

    Args:
        clinic: Whose.
        today: In its time zone.
        first: How many to leave out before.
        many: How many at most.
    """
    rows: list[Any] = list(to_maintain(clinic, today).select_related("patient", "area")[first : first + many])
    soon, zone = add_months(today, MONTHS_AHEAD), clinic.zone
    told = ScalpChange.objects.filter(pk__in=[one.change for one in rows if one.change])
    changes = told.select_related("after__photograph").defer("result", "after__photograph__findings").in_bulk()
    waiting = Appointment.objects.filter(
        course__in=[one.pk for one in rows], state__in=(State.BOOKED, State.ARRIVED), ends_at__gt=timezone.now()
    )
    booked: dict[object, Appointment] = {}
    for appointment in waiting.order_by("starts_at"):
        booked.setdefault(appointment.course_id, appointment)
    found = []
    for one in rows:
        days = [one.last_at.astimezone(zone).date(), *([one.last_look] if one.last_look else [])]
        look = next_check(max(days), protocol())
        is_near = one.is_passed or (one.fades_first is not None and one.fades_first <= soon)
        change = changes.get(one.change) if is_near else None
        on = change.fading.get("measured_on") if change is not None else None
        found.append(
            ListedScalp(
                course=one,
                fading=change,
                is_passed=one.is_passed,
                passed_on=dt.date.fromisoformat(on) if on else None,
                check_since=look.first if look is not None and look.first <= today else None,
                booked=booked.get(one.pk),
            )
        )
    return found
