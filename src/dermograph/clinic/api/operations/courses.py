"""Courses: opened, read, closed."""

from __future__ import annotations

import uuid
from typing import Annotated, Literal

from ninja import Query, Router
from ninja.responses import Status

from dermograph.clinic.api.gate import ApiRequest
from dermograph.clinic.api.pages import After, Limit, Page, page
from dermograph.clinic.api.seen import course_of, made, member_of, opened_course
from dermograph.clinic.api.shapes import Id, Json
from dermograph.clinic.api.shapes_people import CourseAgain, CourseEnd, CourseNew, CourseOut
from dermograph.clinic.api.site import operation
from dermograph.clinic.people.models import Area, Course
from dermograph.clinic.people.services import close_course, open_course, reopen_course
from dermograph.clinic.people.within import within

router = Router(tags=["courses"])
READ, WRITE = "patients:read", "clinical:write"


@operation(router, "get", "/courses", out=Page[CourseOut], scope=READ, like="course")
def list_courses(
    request: ApiRequest,
    patient: Annotated[Id | None, Query(None, description="Only of this patient.")] = None,
    treatment: Annotated[str | None, Query(None, max_length=60, description="Only of this treatment.")] = None,
    state: Annotated[Literal["open", "closed"] | None, Query(None, description="Only open or closed ones.")] = None,
    after: After = None,
    limit: Limit = 50,
) -> Json:
    """The courses of the clinic, the oldest first."""
    here = Course.objects.filter(clinic=request.clinic, patient__restricted_at=None)
    rows = here.select_related("area", "lead__user")
    if patient is not None:
        rows = rows.filter(patient=patient)
    if treatment is not None:
        rows = rows.filter(treatment=treatment)
    if state is not None:
        rows = rows.filter(closed_at__isnull=state == "open")
    return page(rows, shown_course, by="opened_at", after=after, limit=limit)


@operation(
    router,
    "post",
    "/areas/{uuid:area}/courses",
    out=CourseOut,
    scope=WRITE,
    like="course_new",
    takes="json",
    made=True,
)
def open_course_on_area(request: ApiRequest, area: uuid.UUID, given: CourseNew) -> Status[Json]:
    """Open a course of a treatment on an area.

    An area has one open course of a treatment at a time.
    """
    row = within(request.clinic, Area, area, "patient__clinic")
    lead = member_of(request, given.lead) if given.lead else None
    course = open_course(
        area=row,
        treatment=given.treatment,
        who=request.person,
        lead=lead,
        goal_delta_e00=given.goal_delta_e00,
        entry=request.entry,
    )
    made(request, "courses", course)
    return Status(201, shown_course(course))


@operation(router, "get", "/courses/{uuid:course}", out=CourseOut, scope=READ, like="course")
def get_course(request: ApiRequest, course: uuid.UUID) -> Json:
    """A course."""
    return shown_course(opened_course(request, course))


@operation(
    router, "post", "/courses/{uuid:course}/close", out=CourseOut, scope=WRITE, like="course_close", takes="json"
)
def close_course_with_outcome(request: ApiRequest, course: uuid.UUID, given: CourseEnd) -> Json:
    """Close a course, with how it ended and why.

    One that is closed already stays as it is.
    """
    close_course(course=course_of(request, course), outcome=given.outcome, reason=given.reason, who=request.person)
    return shown_course(course_of(request, course))


@operation(
    router, "post", "/courses/{uuid:course}/reopen", out=CourseOut, scope=WRITE, like="course_reopen", takes="json"
)
def reopen_closed_course(request: ApiRequest, course: uuid.UUID, given: CourseAgain) -> Json:
    """Open a closed course again, with why."""
    reopen_course(course=course_of(request, course), reason=given.reason, who=request.person)
    return shown_course(course_of(request, course))


def shown_course(row: Course) -> Json:
    """What is shown of a course."""
    return {
        "id": row.pk,
        "patient": row.patient_id,
        "area": row.area_id,
        "area_name": row.area.name,
        "treatment": row.treatment,
        "lead": row.lead_id,
        "lead_name": row.lead.user.name if row.lead else None,
        "goal_delta_e00": row.goal_delta_e00,
        "opened_at": row.opened_at,
        "closed_at": row.closed_at,
        "outcome": row.outcome,
    }
