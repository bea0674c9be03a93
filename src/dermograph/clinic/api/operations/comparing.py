"""Outlines, comparisons and what was measured over time."""

from __future__ import annotations

import uuid
from typing import Any

from ninja import Router
from ninja.responses import Status

from dermograph.clinic.api.gate import ApiRequest
from dermograph.clinic.api.pages import After, Limit, Page, page, whole
from dermograph.clinic.api.pictured import shown_comparison, shown_series
from dermograph.clinic.api.problems import ProblemError
from dermograph.clinic.api.seen import course_of, made, opened, opened_course
from dermograph.clinic.api.shapes import Json
from dermograph.clinic.api.shapes_pictures import (
    ComparisonNew,
    ComparisonOut,
    ComparisonWhole,
    OutlineNew,
    OutlineOut,
    SeriesOut,
)
from dermograph.clinic.api.site import operation
from dermograph.clinic.gallery.models import Comparison, Outline, Photograph
from dermograph.clinic.gallery.rules import changed_meanwhile
from dermograph.clinic.gallery.selectors import album, current_outline, measures_of
from dermograph.clinic.gallery.services import ask_for_comparison, draw_outline
from dermograph.clinic.people.within import within
from dermograph.core.text import Text

router = Router(tags=["comparisons"])
READ, WRITE = "photographs:read", "photographs:write"


@operation(router, "get", "/photographs/{uuid:photograph}/outlines", out=Page[OutlineOut], scope=READ, like="outline")
def list_outlines(request: ApiRequest, photograph: uuid.UUID, after: After = None, limit: Limit = 50) -> Json:
    """The outlines on a photograph, every version, the oldest first."""
    row = within(request.clinic, Photograph, photograph, "course")
    opened(request, row.course.patient_id)
    rows = Outline.objects.filter(photograph__course=row.course, photograph__sha256=row.sha256)
    return page(rows.select_related("written_by"), _outlined, by="written_at", after=after, limit=limit)


@operation(
    router,
    "post",
    "/photographs/{uuid:photograph}/outlines",
    out=OutlineOut,
    scope=WRITE,
    like="outline",
    takes="json",
    made=True,
    refuses=(409,),
)
def draw_outline_on(request: ApiRequest, photograph: uuid.UUID, given: OutlineNew) -> Status[Json]:
    """Keep a lesion as it was drawn, a new version of it.

    Every follow-up that can be measured is then compared with it. `supersedes` is the outline that it was drawn from:
    409 if another one stands by now.
    """
    row = within(request.clinic, Photograph, photograph, "course__patient", "course__clinic", "course__area")
    seen = current_outline(row)
    if given.supersedes is not None and (seen is None or seen.pk != given.supersedes):
        raise _drawn_meanwhile(seen)
    drawn = draw_outline(
        photograph=row,
        shape=given.shape.model_dump(),
        who=request.person,
        entry=request.entry,
        supersedes=seen if given.supersedes is not None else None,
    )
    made(request, f"photographs/{photograph}/outlines", drawn, alone=False)
    return Status(201, _outlined(drawn))


@operation(router, "get", "/courses/{uuid:course}/comparisons", out=Page[ComparisonOut], scope=READ, like="comparison")
def list_comparisons(request: ApiRequest, course: uuid.UUID, after: After = None, limit: Limit = 50) -> Json:
    """The comparisons of a course that stand, in the order in which they were asked for."""
    row = opened_course(request, course)
    rows = Comparison.objects.standing().filter(course=row).select_related("superseded_by")
    return page(rows, shown_comparison, by="written_at", after=after, limit=limit)


@operation(
    router,
    "post",
    "/courses/{uuid:course}/comparisons",
    out=ComparisonOut,
    scope=WRITE,
    like="comparison_again",
    takes="json",
    made=True,
)
def ask_comparison(request: ApiRequest, course: uuid.UUID, given: ComparisonNew) -> Status[Json]:
    """Ask what changed between the baseline and a follow-up.

    It is measured in the background: read it again until `work.stage` is `done` or `failed`. What was asked before is
    answered with the comparison that is there.
    """
    clinic = request.clinic
    row = ask_for_comparison(
        course=course_of(request, course),
        before=within(clinic, Photograph, given.before, "course"),
        after=within(clinic, Photograph, given.after, "course"),
        outline=within(clinic, Outline, given.outline, "photograph"),
        landmarks=given.landmarks.model_dump() if given.landmarks else None,
        who=request.person,
        entry=request.entry,
    )
    made(request, "comparisons", row)
    return Status(201, shown_comparison(row))


@operation(router, "get", "/comparisons/{uuid:comparison}", out=ComparisonWhole, scope=READ, like="comparison")
def get_comparison(request: ApiRequest, comparison: uuid.UUID) -> Json:
    """A comparison: how far it is, and then what it says, with everything that was computed."""
    row: Any = within(request.clinic, Comparison, comparison, "course", "superseded_by")
    opened(request, row.course.patient_id)
    shown = shown_comparison(row)
    return {**shown, "landmarks": row.landmarks, "result": row.result if shown["verdict"] else None}


@operation(router, "get", "/courses/{uuid:course}/measures", out=Page[SeriesOut], scope=READ, like="measures")
def list_measures(request: ApiRequest, course: uuid.UUID) -> Json:
    """Each measure of a course over time, the baseline first.

    Every value with its standard uncertainty and unit, every change with its interval and the smallest one that could
    be detected.
    """
    row = opened_course(request, course)
    return whole([shown_series(one) for one in measures_of(album(row).measured)])


def _outlined(row: Outline) -> Json:
    return {
        "id": row.pk,
        "photograph": row.photograph_id,
        "shape": row.shape,
        "written_by": row.written_by.name if row.written_by else None,
        "written_at": row.written_at,
        "supersedes": row.supersedes_id,
    }


def _drawn_meanwhile(there: Outline | None) -> ProblemError:
    """That another outline stands than the one that was read."""
    if there is None:
        return ProblemError(409, "changed-meanwhile", Text("It is not there any more.", "Ya no existe."))
    said = changed_meanwhile(Outline, there, is_newer=True)
    return ProblemError(409, "changed-meanwhile", said.what, said.todo, more={"stands": str(there.pk)})
