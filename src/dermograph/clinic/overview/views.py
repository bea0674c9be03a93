"""Today, and the reviews that are due."""

from __future__ import annotations

import math
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.views.decorators.http import require_GET

from dermograph.clinic.agenda.models import State
from dermograph.clinic.middleware import ClinicRequest
from dermograph.clinic.overview.alerts import most_worrying
from dermograph.clinic.overview.cleared import known_of, verdicts_of
from dermograph.clinic.overview.first_steps import first_steps
from dermograph.clinic.overview.listed import A_PAGE, due_by_state, listed, reviews_page
from dermograph.clinic.overview.maintenance import has_scalps, listed_scalps, to_maintain
from dermograph.clinic.overview.open_questions import LOOKED_AT, open_assessments
from dermograph.clinic.overview.selectors import (
    appointments_ahead,
    are_booked,
    at_a_glance,
    lots_to_watch,
    now_in,
    sessions_besides,
    slots,
)
from dermograph.clinic.overview.services import lot_warning_days
from dermograph.clinic.overview.standings import standings
from dermograph.clinic.permissions import CLINICAL, RUNNING, may
from dermograph.clinic.scalp.rules import figures
from dermograph.core.dates import day_in_words
from dermograph.core.text import Text

_ROWS = 8
#: What may stand between a course and its review, in the order in which it comes about.
STATES = {
    "photograph": Text("to photograph", "por fotografiar"),
    "unmeasured": Text("not to be measured yet", "aún no medible"),
    "outline": Text("to compare", "por comparar"),
    "measuring": Text("being measured", "midiéndose"),
    "failed": Text("failed", "fallida"),
    "not_comparable": Text("not comparable", "no comparable"),
    "measured": Text("measured", "medida"),
}


@require_GET
def today(request: ClinicRequest) -> HttpResponse:
    """What the day holds, for the role of who asks."""
    day = now_in(request.clinic)
    role = request.role
    appointments, held = appointments_ahead(request.clinic, day)
    shown = appointments if "all" in request.GET else at_a_glance(appointments, timezone.now())
    page: dict[str, Any] = {"day": day, "is_clinical": role in CLINICAL, "held": held, "rows": _ROWS}
    if role in CLINICAL:
        courses = {one.course_id for one in shown if one.course_id}
        found = listed(standings(request.clinic), day, courses, _ROWS, LOOKED_AT)
        at_work = list(found.by_course.values())
        booked = are_booked(shown, at_work)
        known = known_of([*booked, *found.waiting], day)
        alerts, unseen = most_worrying(request.clinic, day, _ROWS)
        page |= {
            "slots": slots(shown, at_work, verdicts_of(booked, known)),
            "due": found.due,
            "counts": found.counts,
            "open": open_assessments(found.waiting, known)[:_ROWS],
            "alerts": alerts,
            "unseen": unseen,
            "looked_at": LOOKED_AT,
            "trouble": found.trouble,
            "maintenance": found.maintain,
            "has_scalps": found.has_scalps,
        }
    else:
        page["slots"] = slots(shown, (), {})
        page["has_scalps"] = may(role, "maintenance") and has_scalps(request.clinic)
    if role in CLINICAL | RUNNING:
        page["lots"] = lots_to_watch(request.clinic, day, lot_warning_days(request.clinic))[:_ROWS]
    if role not in CLINICAL and may(role, "payment_new"):  # who treats opens the course itself
        page["unbooked"] = sessions_besides(request.clinic, day, appointments)
    page["of_today"] = len(appointments)
    page["arrived"] = sum(1 for one in appointments if one.state == State.ARRIVED)
    page["expected"] = sum(1 for one in appointments if one.state == State.BOOKED)
    if not appointments and not held and not page.get("unbooked") and not page.get("due") and not page.get("open"):
        page["steps"] = first_steps(request.clinic, role)
    return render(request, "overview/today.html", page)


@require_GET
def reviews(request: ClinicRequest) -> HttpResponse:
    """Every course that is due for review, with why and since when; a page at a time, all or those of one state."""
    day, kept = now_in(request.clinic), standings(request.clinic)
    counts = due_by_state(kept, day)
    state = request.GET.get("state", "") if request.GET.get("state") in STATES else ""
    count = counts.get(state, 0) if state else sum(counts.values())
    number, pages = _page_asked(request, count)
    due = reviews_page(kept, day, state, number) if count else []
    words = day_in_words(day, "es" if (get_language() or "").startswith("es") else "en")
    page = {
        "day": day,
        "day_words": words,
        "due": due,
        "count": count,
        "total": sum(counts.values()),
        "states": [(key, word, counts[key]) for key, word in STATES.items() if counts.get(key)],
        "state": state,
        "has_scalps": has_scalps(request.clinic),
    }
    return render(request, "overview/reviews.html", page | _pages(number, pages, len(due)))


@require_GET
def alerts(request: ClinicRequest) -> HttpResponse:
    """Every sign that nobody has looked at, a page at a time."""
    day = now_in(request.clinic)
    shown, count = most_worrying(request.clinic, day, A_PAGE)
    number, pages = _page_asked(request, count)
    if number > 1:
        shown, count = most_worrying(request.clinic, day, A_PAGE, A_PAGE * (number - 1))
    page = {"day": day, "alerts": shown, "count": count}
    return render(request, "overview/alerts.html", page | _pages(number, pages, len(shown)))


@require_GET
def maintenance(request: ClinicRequest) -> HttpResponse:
    """The open courses of scalps whose limit may be passed soon, or whose yearly check is due; a page at a time."""
    day = now_in(request.clinic)
    count = to_maintain(request.clinic, day).count()
    number, pages = _page_asked(request, count)
    shown = listed_scalps(request.clinic, day, A_PAGE * (number - 1), A_PAGE) if count else []
    page = {"day": day, "scalps": shown, "count": count, "limit": figures(request.clinic).limit_percent}
    return render(request, "overview/maintenance.html", page | _pages(number, pages, len(shown)))


def _page_asked(request: ClinicRequest, count: int) -> tuple[int, int]:
    """The page that is asked for, within those that there are, and how many there are."""
    pages = max(1, math.ceil(count / A_PAGE))
    asked = request.GET.get("page", "")
    number = min(max(1, int(asked)), pages) if asked.isascii() and asked.isdigit() and len(asked) < 10 else 1
    return number, pages


def _pages(number: int, pages: int, shown: int) -> dict[str, int]:
    """What leads from page to page."""
    return {
        "number": number,
        "pages": pages,
        "first": A_PAGE * (number - 1) + 1,
        "last": A_PAGE * (number - 1) + shown,
        "before": number - 1,
        "after": number + 1 if number < pages else 0,
    }
