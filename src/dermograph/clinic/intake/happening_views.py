"""What happened or will happen on a date: added, and cancelled by another entry."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST

from dermograph.clinic.intake.happenings import add_happening, cancel_happening
from dermograph.clinic.intake.models import Happening
from dermograph.clinic.intake.posted import entry_of, language_of, words
from dermograph.clinic.middleware import ClinicRequest
from dermograph.clinic.people.models import Course
from dermograph.clinic.people.within import within
from dermograph.core.errors import InputError
from dermograph.core.text import Text
from dermograph.protocols import load_library


@dataclass(frozen=True, slots=True)
class Dated:
    """One happening as it is shown.

    Attributes:
        cancels: The id of the entry that cancelling it would write.
        cancelled: The entry that says it did not happen; None while it stands.
    """

    happening: Happening
    label: Text
    cancels: uuid.UUID
    cancelled: Happening | None


def course_of(request: ClinicRequest, pk: uuid.UUID) -> Course:
    """A course of the clinic with all that its pages show.

    Raises:
        Http404: If there is none.
    """
    return within(request.clinic, Course, pk, "patient", "area", "clinic")


def happenings_of(course: Course) -> list[Dated]:
    """Those of a course and of the whole patient, those that stand first, the latest first."""
    kinds = load_library().vocabulary.events
    written = list(
        Happening.objects.filter(Q(course=None) | Q(course=course), patient=course.patient_id)
        .select_related("written_by")
        .order_by("-first", "-written_at")
    )
    corrections = {one.supersedes_id: one for one in written if one.supersedes_id}
    shown = [
        Dated(one, kinds[one.what].label, uuid.uuid4(), corrections.get(one.pk))
        for one in written
        if not one.cancelled and one.what in kinds
    ]
    return sorted(shown, key=lambda dated: dated.cancelled is not None)


@require_http_methods(["GET", "POST"])
def happening_new(request: ClinicRequest, course: uuid.UUID) -> HttpResponse:
    """A new one."""
    found = course_of(request, course)
    if request.method == "GET":
        return render(request, "intake/happening_new.html", _context(found, {}, None))
    given = {name: words(request, name) for name in ("what", "first", "last", "everywhere")}
    try:
        add_happening(
            course=found,
            who=request.user,
            what=given["what"],
            first=given["first"],
            last=given["last"],
            everywhere=given["everywhere"] == "1",
            entry=entry_of(request),
        )
    except InputError as error:
        return render(request, "intake/happening_new.html", _context(found, given, error), status=422)
    said = Text("It is noted, and the plan takes it in.", "Queda anotado y el plan lo tiene en cuenta.")
    messages.success(request, said.say(language_of(request)))
    return redirect(f"{reverse('assessment', args=[found.pk])}#happenings")


@require_POST
def happening_cancel(request: ClinicRequest, happening: uuid.UUID) -> HttpResponse:
    """Say that it did not happen."""
    found = within(request.clinic, Happening, happening, "course", "patient", "clinic")
    cancel_happening(happening=found, who=request.user, reason=words(request, "reason"), entry=entry_of(request))
    said = Text("It no longer counts; it stays readable.", "Ya no cuenta; sigue pudiendo leerse.")
    messages.success(request, said.say(language_of(request)))
    course = found.course or _course_asked(request, found)
    if course is None:
        return redirect("patients")
    return redirect(f"{reverse('assessment', args=[course.pk])}#happenings")


def _course_asked(request: ClinicRequest, happening: Happening) -> Course | None:
    """The course from whose page something of the whole patient was cancelled."""
    courses = Course.objects.filter(clinic=request.clinic, patient=happening.patient_id)
    asked = words(request, "course")
    return next((course for course in courses if str(course.pk) == asked), courses.first())


def _context(course: Course, given: dict[str, str], error: InputError | None) -> dict[str, Any]:
    kinds = load_library().vocabulary.events
    return {
        "course": course,
        "step": "assessment",
        "kinds": [(kind.id, kind.label, kind.is_a) for kind in kinds.values()],
        "given": given,
        "error": error,
        "entry": uuid.uuid4(),
    }
