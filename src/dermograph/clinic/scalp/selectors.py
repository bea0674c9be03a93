"""What is asked of the readings, changes and designs of a course.

A series begins with a session. Its settled look is the clinic's first photograph in which dots can be counted once the
protocol lets colour count, a month after it: before that the colour of fresh pigment is not stable (doi
10.1055/a-2309-2731). Whatever is photographed after that and before the next session is held against it; a later
session begins a new series.

A photograph of the day of a session counts as one after it, since nobody can tell: so what the needles did that day is
never taken for what time did.
"""

from __future__ import annotations

import datetime as dt
import uuid
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import takewhile
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from dermograph.care import follow_up
from dermograph.clinic.gallery.models import Photograph, Stage
from dermograph.clinic.people.models import Course
from dermograph.clinic.scalp.course import SCALP
from dermograph.clinic.scalp.models import DesignChoice, ScalpChange, ScalpDesign, ScalpReading
from dermograph.core.dates import add_months
from dermograph.protocols import Protocol, load_library

Json = dict[str, Any]
#: A settled look that was photographed later than this after its session carries no date: what faded before is not in
#: it. As long as nothing is told of fading after the settled look itself (``photo.scalp.fading``); an assumption.
LATEST_SETTLED_MONTHS: Final = 6
IN_TIME: Final = ("photograph__taken_on", "photograph__written_at", "photograph__pk")
_AFTER_IN_TIME: Final = tuple(f"after__{one}" for one in IN_TIME)


@dataclass(frozen=True, slots=True)
class Series:
    """What was read between two sessions.

    Attributes:
        began: The day of the session that it begins with.
        settled: What everything later is held against; None while there is none, or an earlier one is still read.
        later: What was read since, in the order of the photographs; also what cannot be counted.
    """

    began: dt.date
    settled: ScalpReading | None
    later: tuple[ScalpReading, ...]

    @property
    def is_late(self) -> bool:
        """Whether the settled look was photographed so late that much may have faded before it."""
        latest = add_months(self.began, LATEST_SETTLED_MONTHS)
        return self.settled is not None and self.settled.photograph.taken_on > latest


@dataclass(frozen=True, slots=True)
class ScalpVisit:
    """One photograph that was read.

    Attributes:
        change: From the settled look of its series; None for that itself, and where nothing is held against it.
    """

    reading: ScalpReading
    change: ScalpChange | None


@dataclass(frozen=True)
class ScalpStanding:
    """How a scalp stands.

    Attributes:
        settled: The settled look after the last session; None while there is none.
        visits: Everything that was read, by the day of the photograph, also before the first session.
        latest: The last change since the settled look that has figures; None without one.
        next_check: When the clinic should look again at the latest: as long after the last session, or after its last
            photograph in which dots were counted, whichever is later, as the protocol says; None before the first
            session, and where the protocol asks for none.
        under_way: Whether anything is still read or matched.
    """

    settled: ScalpReading | None
    visits: tuple[ScalpVisit, ...]
    latest: ScalpChange | None
    next_check: dt.date | None
    under_way: bool

    @cached_property
    def fading(self) -> Json:
        """What the latest change says of fading, as ``ScalpChange.fading``; empty without one."""
        return dict(self.latest.fading) if self.latest else {}


def readings(course: Course) -> QuerySet[ScalpReading]:
    """The readings of the photographs that belong to a course, by their day. Other photographs' stand for nothing."""
    found: QuerySet[ScalpReading] = ScalpReading.objects.standing().filter(course=course, **_belongs("photograph"))
    return found.select_related("photograph").defer("photograph__findings").order_by(*IN_TIME)


def protocol() -> Protocol:
    """The protocol that courses of scalps follow, as it is today."""
    return load_library().protocol(SCALP)


def changes(course: Course, series: Sequence[Series] | None = None) -> QuerySet[ScalpChange]:
    """The changes from the settled look of each series, by the day of the follow-up. Others stand for nothing.

    Args:
        course: With its clinic.
        series: Of the course, where they are there already.
    """
    pairs = Q(pk__in=[])
    for one in series_of(course) if series is None else series:
        if one.settled is not None and one.later:
            later: list[uuid.UUID] = [reading.pk for reading in one.later]
            pairs |= Q(before=one.settled.pk, after__in=later)
    found: QuerySet[ScalpChange] = ScalpChange.objects.standing().filter(pairs, course=course)
    related = found.select_related("before__photograph", "after__photograph")
    return related.defer("before__photograph__findings", "after__photograph__findings").order_by(*_AFTER_IN_TIME)


def designs(course: Course, *, or_followed: bool = False) -> QuerySet[ScalpDesign]:
    """The designs on photographs that belong to a course, the oldest first.

    Args:
        course: Whose.
        or_followed: Also the one that the sessions follow, where another was drawn in its place.
    """
    kept = Q(superseded_by__isnull=True)
    if or_followed:
        kept |= Q(Exists(DesignChoice.objects.standing().filter(design=OuterRef("pk"))))
    found: QuerySet[ScalpDesign] = ScalpDesign.objects.filter(kept, course=course)
    return found.exclude(_on_what_was_taken_out()).select_related("photograph").order_by("written_at", "pk")


def choice(course: Course) -> DesignChoice | None:
    """The choice that the sessions follow; None where none was made, or it was taken back or drawn on another's."""
    chosen = DesignChoice.objects.standing().filter(course=course, design__isnull=False)
    found: DesignChoice | None = chosen.select_related("design__photograph", "written_by").first()
    if found is None or found.design is None:
        return None
    own = ScalpDesign.objects.filter(pk=found.design.pk).exclude(_on_what_was_taken_out())
    return found if own.exists() else None


def planned_dots(
    course: Course, began: dt.datetime, *, written_at: dt.datetime | None = None, but: uuid.UUID | None = None
) -> tuple[int, int] | None:
    """How many dots the chosen design sets in a session.

    A design begins with the first session after it was chosen: those held before followed nothing, or another one.

    Args:
        course: The session's.
        began: When the session began.
        written_at: When it was written down: the choice that stood then counts. None for now.
        but: The id of a session that does not count as an earlier one.

    Returns:
        Which of the sessions of the design it is, 1 for the first, and its dots; None where no design was chosen, where
        the session began before it was, and where the design has no such session.
    """
    written = Q(written_at__lte=written_at) if written_at is not None else Q()
    choices = list(DesignChoice.objects.filter(written, course=course).order_by("-written_at"))
    if not choices or choices[0].design_id is None:
        return None
    # Showing it to the patient is a later choice of the same design.
    since = list(takewhile(lambda one: one.design_id == choices[0].design_id, choices))[-1].written_at
    since = since.replace(second=0, microsecond=0)  # the beginning of a session is written to the minute
    design = ScalpDesign.objects.filter(pk=choices[0].design_id).exclude(_on_what_was_taken_out()).first()
    if design is None or began < since:
        return None
    earlier = course.sessions.filter(superseded_by__isnull=True, started_at__gte=since, started_at__lt=began)
    number = earlier.exclude(pk=but).count() + 1
    sessions = (design.result or {}).get("sessions", [])
    return (number, int(sessions[number - 1]["dots"])) if number <= len(sessions) else None


def settled_look(course: Course) -> ScalpReading | None:
    """What later photographs are held against: the settled look since the last session; None while there is none."""
    found = series_of(course)
    return found[-1].settled if found else None


def series_of(course: Course) -> tuple[Series, ...]:
    """The series of a course, one for each day with a session, the earliest first."""
    return _series(_session_days(course), list(readings(course)))


def standing(course: Course) -> ScalpStanding:
    """How the scalp of a course stands, in three queries."""
    days, every = _session_days(course), list(readings(course))
    series = _series(days, every)
    held = list(changes(course, series))
    by_after = {one.after_id: one for one in held}
    current = series[-1] if series else None
    since = [one for one in held if current and current.settled and one.before_id == current.settled.pk]
    told = [one for one in since if has_figures(one)]
    counted = [one.photograph.taken_on for one in every if has_figures(one) and not one.photograph.from_home]
    check = follow_up.next_check(max(days[-1:] + counted), protocol()) if days else None
    return ScalpStanding(
        settled=current.settled if current else None,
        visits=tuple(ScalpVisit(one, by_after.get(one.pk)) for one in every),
        latest=told[-1] if told else None,
        next_check=check.first if check is not None else None,
        under_way=any(one.is_under_way for one in (*every, *held)),
    )


def refusal_of(row: ScalpReading | ScalpChange | ScalpDesign) -> Json | None:
    """Why there are no figures, as ``Refusal.to_json``; None where there are, or it is not done."""
    found: Json | None = (row.result or {}).get("refusal")
    return found


def has_figures(row: ScalpReading | ScalpChange | ScalpDesign) -> bool:
    """Whether it is done and nothing was refused."""
    return row.stage == Stage.DONE and row.result is not None and refusal_of(row) is None


def _session_days(course: Course) -> list[dt.date]:
    """The days with a session, in the clinic's time zone."""
    zone = course.clinic.zone
    found = course.sessions.filter(superseded_by__isnull=True).values_list("started_at", flat=True)
    return sorted({at.astimezone(zone).date() for at in found})


def _series(days: Sequence[dt.date], every: Sequence[ScalpReading]) -> tuple[Series, ...]:
    parts: list[list[ScalpReading]] = [[] for _ in days]
    for one in every:
        at = bisect_right(days, one.photograph.taken_on) - 1
        if at >= 0:
            parts[at].append(one)
    return tuple(_one_series(day, part) for day, part in zip(days, parts, strict=True))


def _one_series(began: dt.date, part: Sequence[ScalpReading]) -> Series:
    first = follow_up.colour_counts_from(began, protocol())
    settled: ScalpReading | None = None
    at = len(part)
    for number, one in enumerate(part):
        if one.photograph.taken_on < first or one.photograph.from_home:
            continue
        if one.is_under_way:
            break  # it may be the one: nothing later takes its place meanwhile
        if has_figures(one):
            settled, at = one, number
            break
    return Series(began, settled, tuple(part[at + 1 :]))


def _belongs(way: str) -> dict[str, Any]:
    return {f"{way}__superseded_by__isnull": True, f"{way}__withdrawn": False}


def _on_what_was_taken_out() -> Exists:
    """A design on a file that was taken out of the course; one whose entry was corrected has the same pixels."""
    out = Photograph.objects.filter(course=OuterRef("course"), sha256=OuterRef("photograph__sha256"), withdrawn=True)
    return Exists(out.filter(superseded_by__isnull=True))
