"""A patient's own photographs, and how each one compares with the first."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from dermograph.clinic.gallery.models import Comparison, Photograph
from dermograph.clinic.gallery.selectors import baseline
from dermograph.clinic.people.models import Course, Patient
from dermograph.clinic.portal.mine import mine, my_courses
from dermograph.core.text import Text

Json = dict[str, Any]
SMALL = ("preview", "thumbnail")
COMPARED = ("before", "after")


@dataclass(frozen=True, slots=True)
class Shown:
    """One photograph in the list.

    Attributes:
        title: "At the start", or which photograph after it.
        from_home: Whether the patient took it.
        is_first: Whether every later one is held against it.
        is_measured: Whether its comparison with the first is done.
    """

    photograph: Any
    title: Text
    from_home: bool
    is_first: bool
    is_measured: bool


@dataclass(frozen=True, slots=True)
class Album:
    """The photographs of one course, the latest first."""

    course: Course
    photographs: tuple[Shown, ...]
    is_measured: bool


def albums_of(patient: Patient) -> list[Album]:
    """The photographs of each of a patient's courses, in three queries; also of courses without any.

    Args:
        patient: With their clinic.
    """
    courses = list(my_courses(patient))
    rows = own_rows().filter(course__in=[one.pk for one in courses]).order_by("taken_on", "written_at", "pk")
    by_course: dict[uuid.UUID, list[Photograph]] = {one.pk: [] for one in courses}
    for row in rows.defer("findings"):
        by_course[row.course_id].append(row)
    done = Comparison.objects.from_baseline().filter(course__in=list(by_course), stage="done")
    measured = set(done.values_list("after_id", flat=True))
    return [_album(course, by_course[course.pk], measured) for course in courses]


def own_rows() -> Any:  # noqa: ANN401 (a query of entries)
    """The photographs that stand and belong to their course."""
    return Photograph.objects.standing().filter(withdrawn=False)


def photograph_of(patient: Patient, pk: uuid.UUID) -> Photograph:
    """One photograph of a patient with its course.

    Raises:
        Http404: If there is none, or it is somebody else's, was corrected, or taken out of the course.
    """
    rows = own_rows().select_related("course__patient", "course__area", "course__clinic")
    found: Photograph = mine(patient, rows, pk)
    return found


def comparison_of(photograph: Photograph) -> Comparison | None:
    """The latest comparison of a photograph with the first one that is done; None without one."""
    rows = Comparison.objects.from_baseline().filter(course=photograph.course_id, after=photograph, stage="done")
    found: Comparison | None = rows.select_related("before", "after").in_time().last()
    return found


def is_first(photograph: Photograph) -> bool:
    """Whether every later one is held against it."""
    first = baseline(photograph.course)
    return first is not None and first.pk == photograph.pk


def neighbours(photograph: Photograph) -> tuple[Photograph | None, Photograph | None]:
    """The one before and the one after it in the same course."""
    rows: Sequence[Photograph] = list(
        own_rows().filter(course=photograph.course_id).order_by("taken_on", "written_at", "pk").only("pk", "taken_on")
    )
    at = next((number for number, one in enumerate(rows) if one.pk == photograph.pk), None)
    if at is None:
        return None, None
    return (rows[at - 1] if at else None), (rows[at + 1] if at + 1 < len(rows) else None)


def _album(course: Course, rows: Sequence[Photograph], measured: set[uuid.UUID]) -> Album:
    first = next((one for one in rows if one.usable and not one.from_home), None)
    shown = [
        Shown(
            one,
            _title(one, first),
            one.from_home,
            one is first,
            one.pk in measured,
        )
        for one in rows
    ]
    return Album(course, tuple(reversed(shown)), any(one.pk in measured for one in rows))


def _title(one: Photograph, first: Photograph | None) -> Text:
    if one is first:
        return Text("At the start", "Al principio")
    days = (one.taken_on - first.taken_on).days if first else 0
    if first is None or days < 0:
        return Text("Photograph", "Fotografía")
    weeks = round(dt.timedelta(days=days) / dt.timedelta(weeks=1))
    if days < 7:
        return Text("In the first week", "En la primera semana")
    return Text(
        "1 week later" if weeks == 1 else f"{weeks} weeks later",
        "1 semana después" if weeks == 1 else f"{weeks} semanas después",
    )
