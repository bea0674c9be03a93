"""Today, and the reviews that are due."""

from __future__ import annotations

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from dermograph.clinic.agenda.models import State
from dermograph.clinic.middleware import ClinicRequest
from dermograph.clinic.overview.alerts import unseen_signs
from dermograph.clinic.overview.at_work import LastComparison, courses_at_work
from dermograph.clinic.overview.cleared import known_of, verdicts_of
from dermograph.clinic.overview.due import reviews_due
from dermograph.clinic.overview.first_steps import first_steps
from dermograph.clinic.overview.open_questions import are_waiting, open_assessments
from dermograph.clinic.overview.selectors import (
    appointments_ahead,
    are_booked,
    lots_to_watch,
    maintenance_due,
    now_in,
    sessions_besides,
    slots,
)
from dermograph.clinic.overview.services import lot_warning_days
from dermograph.clinic.permissions import CLINICAL, RUNNING, may
from dermograph.core.dates import day_in_words

_ROWS = 8


@require_GET
def today(request: ClinicRequest) -> HttpResponse:
    """What the day holds, for the role of who asks."""
    day = now_in(request.clinic)
    role = request.role
    appointments, held = appointments_ahead(request.clinic, day)
    page: dict[str, Any] = {"day": day, "is_clinical": role in CLINICAL, "held": held, "rows": _ROWS}
    if role in CLINICAL:
        courses = courses_at_work(request.clinic)
        due = reviews_due(courses, day)
        booked = are_booked(appointments, courses)
        known = known_of([*booked, *are_waiting(courses)], day)
        page |= {
            "slots": slots(appointments, courses, verdicts_of(booked, known)),
            "due": due[:_ROWS],
            "due_count": len(due),
            "open": open_assessments(courses, known)[:_ROWS],
            "alerts": unseen_signs(request.clinic, day)[:_ROWS],
            "trouble": [at for at in courses if at.comparison and _is_trouble(at.comparison)][:_ROWS],
            "maintenance": maintenance_due(request.clinic)[:_ROWS],
        }
    else:
        page["slots"] = slots(appointments, (), {})
    if role in CLINICAL | RUNNING:
        page["lots"] = lots_to_watch(request.clinic, day, lot_warning_days(request.clinic))[:_ROWS]
    if role not in CLINICAL and may(role, "payment_new"):  # who treats opens the course itself
        page["unbooked"] = sessions_besides(request.clinic, day, page["slots"])
    page["arrived"] = sum(1 for one in appointments if one.state == State.ARRIVED)
    page["expected"] = sum(1 for one in appointments if one.state == State.BOOKED)
    if not appointments and not held and not page.get("unbooked") and not page.get("due") and not page.get("open"):
        page["steps"] = first_steps(request.clinic, role)
    return render(request, "overview/today.html", page)


@require_GET
def reviews(request: ClinicRequest) -> HttpResponse:
    """Every course that is due for review, with why and since when."""
    day = now_in(request.clinic)
    due = reviews_due(courses_at_work(request.clinic), day)
    words = day_in_words(day, "es" if (get_language() or "").startswith("es") else "en")
    return render(request, "overview/reviews.html", {"day": day, "day_words": words, "due": due})


def _is_trouble(comparison: LastComparison) -> bool:
    return comparison.stage == "failed" or comparison.verdict == "not_comparable"
