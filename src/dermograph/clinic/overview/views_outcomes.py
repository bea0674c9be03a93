"""What came of the courses, as pictures and as a table to take along."""

from __future__ import annotations

import csv

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from dermograph.clinic.audit.record import record
from dermograph.clinic.middleware import ClinicRequest
from dermograph.clinic.overview.outcome_chart import bars, forest, interval_bar, spread
from dermograph.clinic.overview.outcomes import FEW, MOST_ROWS, Group, every_outcome, outcomes
from dermograph.clinic.people.recent import recently_signed_in

COLUMNS = (
    "course",
    "treatment",
    "protocol_version",
    "protocol_hash",
    "other_protocols",
    "sessions",
    "ended",
    "change_delta_e00",
    "u",
    "ci95_low",
    "ci95_high",
    "smallest_detectable",
    "verdict",
    "not_comparable",
    "follow_ups",
    "unexpected_signs",
)


@require_GET
def outcomes_page(request: ClinicRequest) -> HttpResponse:
    """Sessions needed, measured change, adverse signs: by treatment and protocol."""
    groups = [
        {
            "group": group,
            "forest": forest(group.rows),
            "spread": spread(group.spread),
            "bars": bars(group),
            "bars_width": 44 * max((count for count, _ in group.sessions_to_goal), default=0) + 20,
            "adverse": interval_bar(
                group.adverse.low, group.adverse.high, _share(group.adverse.count, group.adverse.of)
            ),
            "improved": interval_bar(
                group.improved.low, group.improved.high, _share(group.improved.count, group.improved.of)
            ),
            "short": group.hash.removeprefix("sha256:")[:8],
        }
        for group in outcomes(request.clinic)
    ]
    treatments = [one["group"].protocol.id for one in groups if isinstance(one["group"], Group)]
    several = {one for one in treatments if treatments.count(one) > 1}
    page = {"groups": groups, "several": several, "few": FEW, "most_rows": MOST_ROWS}
    return render(request, "overview/outcomes.html", page)


@require_GET
@recently_signed_in
def outcomes_csv(request: ClinicRequest) -> HttpResponse:
    """One row a course, without names."""
    response = HttpResponse(content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="outcomes.csv"'
    writer = csv.writer(response)
    writer.writerow(COLUMNS)
    count = 0
    for count, one in enumerate(every_outcome(request.clinic), start=1):  # noqa: B007 (the last one is how many)
        changed = one.changed
        low, high = changed.interval if changed else (None, None)
        figures = (changed.value, changed.u, low, high, changed.limit, changed.verdict) if changed else (None,) * 6
        pins = (one.treatment, one.version, one.hash, one.others)
        shown = [f"{value:.4f}" if isinstance(value, float) else value for value in figures]
        rest = (int(one.not_comparable), one.visits, one.adverse)
        writer.writerow([one.course, *pins, one.sessions, one.ended, *shown, *rest])
    record("outcomes.exported", clinic=request.clinic, who=request.user, details={"courses": count})
    return response


def _share(count: int, of: int) -> float | None:
    return count / of if of else None
