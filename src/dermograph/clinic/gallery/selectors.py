"""What is asked of the photographs of a course."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from dermograph.clinic.gallery.models import IN_TIME, Comparison, Outline, Photograph, Stage
from dermograph.clinic.people.models import Course

__all__ = [
    "IN_TIME",
    "Album",
    "Visit",
    "album",
    "baseline",
    "card_of",
    "current_outline",
    "failed_checks",
    "frame_mm",
    "latest_comparison",
    "measures_of",
    "photographs",
    "visits",
]
Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Visit:
    """One follow-up.

    Attributes:
        number: 1, 2, 3, … in the order of their days.
        comparison: The latest with the baseline as it is now; None if none was asked for.
        is_outdated: Whether that comparison was made with an outline that has been drawn anew since.
    """

    number: int
    photograph: Photograph
    comparison: Comparison | None
    is_outdated: bool = False


@dataclass(frozen=True, slots=True)
class Album:
    """The photographs of a course, read at once.

    Attributes:
        baseline: None while none is known to be usable.
        outline_pk: Of the outline on the baseline; None while nobody drew it.
        visits: The later photographs, by their day.
        earlier: Photographs before the baseline, which cannot be it, and while there is no baseline all of them.
    """

    baseline: Photograph | None
    outline_pk: uuid.UUID | None
    visits: tuple[Visit, ...]
    earlier: tuple[Photograph, ...]

    @property
    def photographs(self) -> tuple[Photograph, ...]:
        """All, by their day."""
        first = (self.baseline,) if self.baseline else ()
        return (*self.earlier, *first, *(visit.photograph for visit in self.visits))

    @property
    def is_under_way(self) -> bool:
        """Whether anything is still judged or measured."""
        measured = (visit.comparison for visit in self.visits if visit.comparison)
        return any(one.is_under_way for one in self.photographs) or any(one.is_under_way for one in measured)

    @property
    def measured(self) -> tuple[Visit, ...]:
        """The visits whose comparison is done."""
        return tuple(one for one in self.visits if one.comparison and one.comparison.stage == Stage.DONE)


def photographs(course: Course) -> QuerySet[Photograph]:
    """The photographs that belong to a course, by their day."""
    standing: QuerySet[Photograph] = Photograph.objects.standing().filter(course=course, withdrawn=False)
    return standing.order_by("taken_on", "written_at", "pk")


def baseline(course: Course) -> Photograph | None:
    """The clinic's oldest photograph that can be measured; None while none is known to be."""
    return photographs(course).filter(usable=True, from_home=False).first()


def visits(course: Course) -> tuple[Visit, ...]:
    """The follow-ups of a course with their comparisons, by their day."""
    return album(course).visits


def current_outline(photograph: Photograph) -> Outline | None:
    """The outline on a photograph, also if the photograph's entry was corrected since: the pixels are the same."""
    found: Outline | None = _outlines(photograph).order_by("-written_at").first()
    return found


def album(course: Course) -> Album:
    """Everything that the gallery shows of a course, in two queries."""
    drawn = (
        Outline.objects.standing()
        .filter(photograph__course=course, photograph__sha256=OuterRef("sha256"))
        .order_by("-written_at")
    )
    related = photographs(course).select_related("session", "written_by")
    every = list(related.annotate(outline_pk=Subquery(drawn.values("pk")[:1])))
    first = next((one for one in every if one.usable and not one.from_home), None)
    if first is None:
        return Album(None, None, (), tuple(every))
    at = every.index(first)
    outline_pk: uuid.UUID | None = first.outline_pk
    latest = _latest(course, first) if at + 1 < len(every) else {}
    found = tuple(
        Visit(number, one, latest.get(one.pk), _is_outdated(latest.get(one.pk), outline_pk))
        for number, one in enumerate(every[at + 1 :], start=1)
    )
    return Album(first, outline_pk, found, tuple(every[:at]))


def latest_comparison(course: Course) -> Comparison | None:
    """The comparison of the latest follow-up with the baseline, whatever its stage; None without one.

    Of one pair of photographs one comparison stands. Whoever asks for many courses at once orders them in the same
    way: ``Comparison.objects.from_baseline().in_time()``, the last of each course.
    """
    found: Comparison | None = Comparison.objects.from_baseline().filter(course=course).in_time().last()
    return found


def frame_mm(photograph: Photograph) -> float | None:
    """The longer side of a photograph on the skin, mm; None without a card in it."""
    scale = photograph.findings.get("scale_mm_per_px")
    return scale * max(photograph.width, photograph.height) if scale else None


def failed_checks(photograph: Photograph) -> list[Json]:
    """The checks that a photograph did not pass, what blocks first."""
    found = [one for one in photograph.findings.get("quality", []) if one["passed"] is False]
    return sorted(found, key=lambda one: not one["blocks"])


def card_of(photograph: Photograph) -> Json | None:
    """The card as it was read; None without one, or while it is not known."""
    card = photograph.findings.get("card") or {}
    return card if card.get("found", True) and card else None


def measures_of(done: Sequence[Visit]) -> list[Json]:
    """Each measure over time.

    Returns:
        For each measure ``{"name", "unit", "label", "caveat", "points"}``; a point is ``{"on", "value", "u", "change",
        "reason", "visit"}``, the baseline first, with None where something is not known.
    """
    if not done:
        return []
    last = done[-1].comparison
    assert last is not None  # noqa: S101 (they are done)
    found = []
    for one in _result(done[-1])["measures"]:
        first = one["before"] or {}
        points = [_point(last.before.taken_on, first, None, None, None)]
        for visit in done:
            result = _result(visit)
            measure: Json = next((other for other in result["measures"] if other["name"] == one["name"]), {})
            why = measure.get("reason") or result.get("reason")
            change = measure.get("change") or {}
            change = change if change.get("value") is not None else None
            points.append(_point(visit.photograph.taken_on, measure.get("after") or {}, change, why, visit))
        if any(point["value"] is not None for point in points):
            found.append({**{key: one[key] for key in ("name", "unit", "label", "caveat")}, "points": points})
    return found


def _result(visit: Visit) -> Json:
    return (visit.comparison.result if visit.comparison else None) or {"measures": []}


def _point(on: dt.date, value: Json, change: Json | None, why: Json | None, visit: Visit | None) -> Json:
    number = value.get("value")
    reason = why if change is None and visit is not None else None
    return {"on": on, "value": number, "u": value.get("u"), "change": change, "reason": reason, "visit": visit}


def _outlines(photograph: Photograph) -> QuerySet[Outline]:
    standing: QuerySet[Outline] = Outline.objects.standing()
    return standing.filter(photograph__course_id=photograph.course_id, photograph__sha256=photograph.sha256)


def _latest(course: Course, first: Photograph) -> dict[Any, Comparison]:
    """The latest comparison of each follow-up with the baseline."""
    found = (
        Comparison.objects.standing()
        .filter(course=course, before=first)
        .select_related("before")
        .defer("pictures")
        .in_time()
    )
    return {one.after_id: one for one in found}


def _is_outdated(comparison: Comparison | None, outline_pk: uuid.UUID | None) -> bool:
    return comparison is not None and outline_pk is not None and comparison.outline_id != outline_pk
