"""Holds every kept standing against what its rows say now."""

from __future__ import annotations

from typing import Any

from dermograph.clinic.overview.at_work import courses_at_work
from dermograph.clinic.overview.due import reviews_due
from dermograph.clinic.overview.listed import due_by_state, reviews_page
from dermograph.clinic.overview.models import CourseStanding, Touched
from dermograph.clinic.overview.outcome import outcomes_of
from dermograph.clinic.overview.standings import outcome_of, standings, standings_of
from dermograph.clinic.people.models import Clinic, Course
from tests.clinic.overview.rows import day

COLUMNS = [one.attname for one in CourseStanding._meta.concrete_fields]  # noqa: SLF001 (Django's documented way to fields)


def wrong(clinic: Clinic) -> dict[str, Any]:
    """What a reader finds that is not as the rows say, by course and column; empty where all is right."""
    kept = standings(clinic)
    ids = list(Course.objects.filter(clinic=clinic).values_list("pk", flat=True))
    wanted = {one.pk: one for one in standings_of(clinic, ids)}
    there = {one.pk: one for one in [*kept.stored, *kept.fresh]}
    found: dict[str, Any] = {}
    for pk in wanted.keys() | there.keys():
        if pk not in there or pk not in wanted:
            found[str(pk)] = "kept" if pk in there else "missing"
            continue
        for name in COLUMNS:
            said, right = getattr(there[pk], name), getattr(wanted[pk], name)
            if said != right:
                found[f"{pk} {name}"] = (said, right)
    if not kept.fresh and Touched.objects.filter(clinic=clinic.pk).exists():
        found["notes"] = "left"
    return found | _lists(clinic)


def _lists(clinic: Clinic) -> dict[str, Any]:
    """The same of what pages make of them, on several days."""
    found: dict[str, Any] = {}
    kept, rows = standings(clinic), courses_at_work(clinic)
    for days in (-30, 0, 1, 40):
        today = day(days)
        right = {(one.at.course.pk, one.since, one.state, one.why.en) for one in reviews_due(rows, today)}
        pages = [reviews_page(kept, today, "", page) for page in range(1, 2 + len(right) // 50)]
        shown = [(one.at.course.pk, one.since, one.state, one.why.en) for page in pages for one in page]
        if set(shown) != right or len(shown) != len(right):
            found[f"due on {today}"] = (shown, right)
        counts = due_by_state(kept, today)
        by_state = {state: len(reviews_page(kept, today, state, 1)) for state in counts}
        if sum(counts.values()) != len(right) or (len(right) <= 50 and by_state != counts):
            found[f"counts on {today}"] = (counts, by_state, len(right))
    open_ = Course.objects.filter(clinic=clinic, patient__restricted_at=None)
    told = {one.course: one for one in outcomes_of(clinic, open_)}
    said = {one.pk: outcome_of(one) for one in kept.stored.filter(is_told=True)}
    if not kept.fresh and told != said:
        found["outcomes"] = (told, said)
    return found
