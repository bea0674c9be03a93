"""The courses of a few patients with what all their rows share: pseudonyms, age, day 0, sessions, protocols."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.db.models import Min

from dermograph.clinic.gallery.models import Photograph
from dermograph.clinic.intake.models import Assessment
from dermograph.clinic.people.models import Clinic, Course
from dermograph.clinic.research.columns import Row, Value
from dermograph.clinic.research.participants import Agreed
from dermograph.clinic.research.pseudonyms import Pseudonyms
from dermograph.clinic.treatment.models import Review, Session

OLDEST: Final = 90  # years; who is older is one of few
_BANDS: Final = (18, 30, 40, 50, 60, 70, 80, 90)


@dataclass(frozen=True, slots=True)
class Followed:
    """One course.

    Attributes:
        zero: Day 0, of which nobody outside is told the date.
        baseline: What day 0 is.
        held: The days of its standing sessions, the earliest first.
        whose: The first values of each of its rows, up to ``protocol_reason``.
    """

    course: uuid.UUID
    patient: str
    treatment: str
    zero: dt.date
    baseline: str
    whose: Row
    held: tuple[dt.date, ...] = ()

    def days(self, on: dt.date | None) -> int | None:
        """Days since day 0; None where the day is not known."""
        return None if on is None else (on - self.zero).days

    def sessions_before(self, on: dt.date) -> int:
        """Sessions on earlier days."""
        return sum(day < on for day in self.held)

    def row(self, *rest: Value) -> Row:
        """A row of a table."""
        return (*self.whose, *rest)


def followed(
    clinic: Clinic, agreed: Mapping[uuid.UUID, Agreed], names: Pseudonyms, *, exact_age: bool
) -> dict[uuid.UUID, Followed]:
    """The courses that some patients agreed to have exported, by their ids; five queries.

    Args:
        clinic: Theirs.
        agreed: Each patient with what they agreed to.
        names: Of the project.
        exact_age: Whether years of age are told.
    """
    columns = ("pk", "patient_id", "area_id", "treatment", "opened_at", "area__view", "area__side")
    rows = Course.objects.filter(clinic=clinic, patient__in=list(agreed)).values(*columns, "patient__birth_date")
    courses = {one["pk"]: one for one in rows.order_by("pk") if agreed[one["patient_id"]].covers(one["pk"])}
    ids = list(courses)
    zone = clinic.zone
    usable = Photograph.objects.standing().filter(course__in=ids, withdrawn=False, usable=True, from_home=False)
    oldest = dict(usable.order_by().values_list("course_id").annotate(Min("taken_on")))
    held: dict[uuid.UUID, list[dt.date]] = {}
    sessions = Session.objects.standing().filter(course__in=ids).order_by("started_at")
    for course, at in sessions.values_list("course_id", "started_at"):
        held.setdefault(course, []).append(at.astimezone(zone).date())
    pins = _pins(ids)
    found = {}
    for pk, one in courses.items():
        days = tuple(held.get(pk, ()))
        if pk in oldest:
            zero, baseline = oldest[pk], "photograph"
        elif days:
            zero, baseline = days[0], "first_session"
        else:
            zero, baseline = one["opened_at"].astimezone(zone).date(), "opened"
        patient = names.of("patient", one["patient_id"])
        whose: Row = (
            patient,
            names.of("area", one["area_id"]),
            names.of("course", pk),
            one["treatment"],
            one["area__view"],
            one["area__side"] or None,
            *age(one["patient__birth_date"], zero, exact=exact_age),
            baseline,
            *pins.get(pk, (None, None, "nothing_signed")),
        )
        found[pk] = Followed(pk, patient, one["treatment"], zero, baseline, whose, days)
    return found


def age(born: dt.date | None, on: dt.date, *, exact: bool) -> tuple[str | None, int | None, str | None]:
    """The band, the years and why one of them is empty."""
    if born is None:
        return None, None, "no_birth_date"
    years = on.year - born.year - ((on.month, on.day) < (born.month, born.day))
    if years < 0:
        return None, None, "birth_date_after_baseline"
    lower = max((one for one in _BANDS if one <= years), default=0)
    upper = min((one for one in _BANDS if one > years), default=None)
    band = f"{OLDEST}+" if upper is None else f"{lower}-{upper - 1}"
    return (band, min(years, OLDEST), None) if exact else (band, None, "band_only")


def _pins(courses: Sequence[uuid.UUID]) -> dict[uuid.UUID, tuple[str | None, str | None, str | None]]:
    """By course the version and the hash of the protocol that was signed first.

    The same in every row and every export: the day on which a course passed from one version to the next would tell,
    with the days on which both came out, between which dates its day 0 lies.
    """
    found: list[tuple[dt.datetime, uuid.UUID, str, str]] = []
    for model in (Assessment, Review):
        rows = model.objects.standing().filter(course__in=courses)
        found += rows.values_list("written_at", "course_id", "protocol_version", "protocol_hash")
    pins: dict[uuid.UUID, tuple[str | None, str | None, str | None]] = {}
    for _, course, version, hash_ in sorted(found, key=lambda one: one[0]):
        pins.setdefault(course, (version or None, hash_ or None, None))
    return pins
