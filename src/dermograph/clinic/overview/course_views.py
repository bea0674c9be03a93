"""A patient's page and a course's page: the course line, and the present step ready to work in."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from dermograph.clinic.intake.models import Answer
from dermograph.clinic.middleware import ClinicRequest
from dermograph.clinic.overview.course_line import Line, line_of, lines_of
from dermograph.clinic.overview.course_step import address
from dermograph.clinic.overview.flags import Flags, flags_of
from dermograph.clinic.overview.opening import note_opened
from dermograph.clinic.people.forms import CloseForm, ReasonForm
from dermograph.clinic.people.models import Area, Course, Patient
from dermograph.clinic.people.within import within
from dermograph.clinic.permissions import may
from dermograph.clinic.scalp.course import SCALP


@dataclass(frozen=True, slots=True)
class AreaLines:
    """One area with the lines of its courses, the latest first.

    Attributes:
        number: Of its mark on the body map.
    """

    area: Area
    number: int
    lines: tuple[Line, ...]


@require_GET
def patient(request: ClinicRequest, patient: uuid.UUID) -> HttpResponse:
    """Who it is, what is known, and every area with its course lines; the present step of one course is open."""
    found = within(request.clinic, Patient, patient, "clinic")
    note_opened(request, found.pk)
    areas = list(found.areas.order_by("name"))
    courses = list(found.courses.select_related("lead__user").order_by("-opened_at"))
    by_id = {area.pk: area for area in areas}
    for course in courses:  # they are here already
        course.patient, course.clinic, course.area = found, request.clinic, by_id[course.area_id]
    lines = lines_of(courses)
    chosen = _chosen(lines, request.GET.get("course", ""))
    context = {
        "patient": found,
        "areas": [
            AreaLines(area, number, tuple(line for line in lines if line.course.area_id == area.pk))
            for number, area in enumerate(areas, start=1)
        ],
        "placed": areas,
        "line": chosen,
        "can_act": chosen is not None and may(request.role, chosen.action.page),
        "flags": _flags(found, lines) if may(request.role, "assessment") else None,
    }
    return render(request, "overview/patient.html", context)


@require_GET
def course(request: ClinicRequest, course: uuid.UUID) -> HttpResponse:
    """One course: its line, the present step, a link to every step, and how it is closed or opened again."""
    found = within(request.clinic, Course, course, "patient", "area", "clinic", "lead__user")
    note_opened(request, found.patient_id)
    line = line_of(found)
    context = {
        "course": found,
        "step": line.present.key,
        "line": line,
        "can_act": may(request.role, line.action.page),
        "steps": [{"step": one, "is_open": bool(one.url) and may(request.role, one.page)} for one in line.steps],
        "timeline_url": address("timeline", found.pk),
        "scalp_url": address("scalp", found.pk) if found.treatment == SCALP else "",
        "endings": list(found.endings.select_related("written_by").order_by("written_at")),
        "form": CloseForm(initial={"outcome": _likely_outcome(line)}) if found.closed_at is None else ReasonForm(),
        "is_closing": found.closed_at is None,
    }
    return render(request, "overview/course.html", context)


def _chosen(lines: Sequence[Line], asked: str) -> Line | None:
    """The course that was asked for, else the one open course, else the one opened last; None without any."""
    named = next((line for line in lines if str(line.course.pk) == asked), None)
    still_open = [line for line in lines if line.course.closed_at is None]
    return named or next(iter(still_open or lines), None)


def _flags(patient: Patient, lines: Sequence[Line]) -> Flags:
    if lines:
        return flags_of(lines[0].rows.known.standing.values())
    answers = Answer.objects.standing().filter(patient=patient, course=None).order_by("written_at")
    return flags_of(list(answers))


def _likely_outcome(line: Line) -> str:
    """What the last review decided, where that ends a course."""
    reviews = line.rows.reviews
    decided = reviews[-1].decision if reviews else ""
    return decided if decided in ("stop_goal_met", "stop_plateau", "refer", "maintain") else ""
