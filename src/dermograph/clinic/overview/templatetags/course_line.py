"""The course line on a page: ``{% course_line course %}``."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.context import Context

from dermograph.clinic.entries import Entries
from dermograph.clinic.overview.course_line import Line, line_of
from dermograph.clinic.overview.course_step import Step
from dermograph.clinic.people.models import Course

register = template.Library()


@register.inclusion_tag("overview/line.html", takes_context=True)
def course_line(context: Context, course: Course, line: Line | None = None) -> dict[str, Any]:
    """Every step of a course, the present one marked; links only to what who is asking may open.

    Args:
        context: Of the page.
        course: Fetched with its clinic, patient and area.
        line: Where it is there already, so that nothing is read twice; also found as ``line`` in the context, or what
            it is made from as ``entries``.
    """
    found = line or context.get("line")
    if not isinstance(found, Line) or found.course.pk != course.pk:
        own = context.get("entries")
        found = line_of(course, entries=own if isinstance(own, Entries) and own.course == course.pk else None)
    may = context.get("may")
    entries = [(step, bool(step.url) and may is not None and bool(may[step.page])) for step in found.steps]
    return {
        "course": course,
        "entries": [{"step": step, "is_open": is_open, "icon": _icon(step)} for step, is_open in entries],
        "present": found.present,
        "language": context.get("language", "en"),
    }


def _icon(step: Step) -> str:
    """The mark on the line: a check, a cross, or nothing for what is still to come."""
    if step.state == "done":
        return "x" if step.verdict in ("excluded", "referred", "deferred") else "check"
    return {"blocked": "ban"}.get(step.state, "")
