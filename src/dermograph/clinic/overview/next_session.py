"""When the next session of a course can be, from rows that are there already."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from dermograph.care.case import Area, SignedReview
from dermograph.care.closures import ONE_DAY, closures_of, open_days
from dermograph.care.plan import AreaPlan, plan_area
from dermograph.care.reasons import Reason
from dermograph.clinic.intake.selectors import InForce
from dermograph.clinic.overview.course_records import Rows
from dermograph.clinic.people.models import Course
from dermograph.core.dates import day_text
from dermograph.core.text import Text
from dermograph.protocols import Protocol


@dataclass(frozen=True, slots=True)
class NextSession:
    """The days of the next session.

    Attributes:
        first: The first open day; None if there is none.
        brief: That day in words, or that there is none.
        says: The same with the end of the usual spacing, or with what closes every day.
    """

    first: dt.date | None
    brief: Text
    says: Text


def next_session(course: Course, rows: Rows, in_force: InForce, protocol: Protocol, *, reviewed: bool) -> NextSession:
    """The days of the next session of a course whose assessment clears it.

    Args:
        course: Fetched with its clinic, patient and area.
        rows: Of the course.
        in_force: Its assessment, which clears a session.
        protocol: The one that it follows.
        reviewed: Whether the last session has been reviewed, so that only days stand in the way.
    """
    area = Area(
        name=course.area.name,
        facts=rows.known.facts,
        missing=rows.known.missing,
        events=rows.events,
        sessions=tuple(session.at.astimezone(course.clinic.zone) for session in rows.sessions),
        reviews=tuple(SignedReview(review.on, "-") for review in rows.reviews),
        goal_delta_e00=course.goal_delta_e00,
    )
    plan = plan_area(area, rows.known.assess(course, protocol), rows.today, protocol)
    first = plan.earliest
    if first is None and in_force.override is not None:
        first = _with_override(area, plan, in_force, rows, protocol)
    if first is None:
        none = Text("no open day", "ningún día abierto")
        because = next((closure.reason.says for run in plan.closed for closure in run.because), none)
        return NextSession(None, none, because)
    return _in_words(first, plan.latest, rows.today, reviewed=reviewed)


def _in_words(first: dt.date, latest: dt.date | None, today: dt.date, *, reviewed: bool) -> NextSession:
    day = day_text(first)
    soon = first <= today
    if not reviewed:
        after = Text("after the review", "tras la revisión")
        says = after if soon else Text(f"{after.en}, from {day.en}", f"{after.es}, desde el {day.es}")
        return NextSession(None if soon else first, says, says)
    brief = Text("possible from today", "posible desde hoy") if soon else Text(f"from {day.en}", f"desde el {day.es}")
    if latest is None:
        return NextSession(first, brief, brief)
    last = day_text(latest)
    if first > latest:
        says = Text(
            f"{brief.en}; late, the usual spacing ended on {last.en}",
            f"{brief.es}; tarde, el intervalo habitual terminó el {last.es}",
        )
        return NextSession(first, Text(f"{brief.en}, late", f"{brief.es}, tarde"), says)
    says = Text(f"{brief.en}, usually by {last.en}", f"{brief.es}, habitualmente hasta el {last.es}")
    return NextSession(first, brief, says)


def _with_override(area: Area, plan: AreaPlan, in_force: InForce, rows: Rows, protocol: Protocol) -> dt.date | None:
    """The first day that is open where the medical lead's override sets aside what the signed assessment rested on."""
    said = in_force.assessment.result["en"]
    rules = {reason["rule"] for reason in said["reasons"]}
    asked = {question["fact"] for question in said["ask"]}

    def set_aside(reason: Reason) -> bool:
        if reason.rule == "assessment-incomplete":
            return set(reason.facts) <= asked
        return reason.grade not in ("plan", "review") and reason.rule in rules

    begin = max(rows.today, rows.sessions[-1].on + ONE_DAY) if rows.sessions else rows.today
    closures = closures_of(area, plan.assessment, begin, protocol)
    return open_days(tuple(one for one in closures if not set_aside(one.reason))).first_from(begin)
