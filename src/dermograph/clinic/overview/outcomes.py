"""What came of the courses, by treatment and by the protocol that decided them. Never pooled over two protocols."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import F
from django.db.models.fields.json import KeyTransform

from dermograph.care.sight import Decision
from dermograph.clinic.gallery.models import Comparison
from dermograph.clinic.intake.models import Assessment
from dermograph.clinic.overview.alerts import judged
from dermograph.clinic.overview.shares import Share, wilson
from dermograph.clinic.people.models import Clinic, Course
from dermograph.clinic.treatment.models import Review, Session, SymptomReport
from dermograph.core.quantity import COVERAGE_95
from dermograph.protocols import Protocol, load_library

FEW = 10  # below this many courses a share says little, and the page says so


@dataclass(frozen=True, slots=True)
class Changed:
    """The change of contrast from the baseline to the last visit, ΔE00; negative is less contrast.

    Attributes:
        u: Its standard uncertainty.
        limit: The smallest detectable change.
        verdict: ``improved``, ``no_detectable_change``, ``worsened`` or ``changed``.
    """

    value: float
    u: float
    limit: float
    verdict: str

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval."""
        return self.value - COVERAGE_95 * self.u, self.value + COVERAGE_95 * self.u

    @property
    def is_detectable(self) -> bool:
        """Whether it is more than its own error."""
        return self.verdict != "no_detectable_change"


@dataclass(frozen=True, slots=True)
class Outcome:
    """One course with at least one session.

    Attributes:
        hashes: Every protocol hash that a signed assessment or review of it carries; the last one decides its group.
        sessions: How many were held.
        ended: The outcome it was closed with; empty while it is open.
        changed: None where it was not measured after a session, or the last visit is not comparable.
        visits: How many follow-ups were measured or tried.
        not_comparable: Whether the last visit could not be compared.
        adverse: How many signs the protocol does not expect were reported.
    """

    course: Course
    version: str
    hash: str
    hashes: frozenset[str]
    sessions: int
    ended: str
    changed: Changed | None
    visits: int
    not_comparable: bool
    adverse: int


@dataclass(frozen=True, slots=True)
class Group:
    """The courses of one treatment under one protocol.

    Attributes:
        is_current: Whether this is the protocol of today.
        rows: The measured ones, the largest fall of contrast first.
        sessions_to_goal: Of the courses that met the goal: how many took how many sessions, ascending.
        adverse: Courses with at least one sign that the protocol does not expect.
        improved: Measured courses with a detectable fall.
        mixed: Courses that another protocol decided earlier on.
    """

    protocol: Protocol
    version: str
    hash: str
    is_current: bool
    courses: tuple[Outcome, ...]
    rows: tuple[Outcome, ...]
    sessions_to_goal: tuple[tuple[int, int], ...]
    met_goal: int
    open: int
    not_comparable: int
    unmeasured: int
    adverse: Share
    improved: Share
    mixed: int

    @property
    def is_few(self) -> bool:
        """Whether there are too few for shares to say much."""
        return len(self.courses) < FEW


def outcomes(clinic: Clinic) -> list[Group]:
    """Every group of a clinic, the current protocols first; six queries."""
    found = _courses(clinic)
    library = load_library()
    groups: dict[tuple[str, str], list[Outcome]] = {}
    for one in found:
        groups.setdefault((one.course.treatment, one.hash), []).append(one)
    made = [_group(library.protocol(treatment), hash_, rows) for (treatment, hash_), rows in groups.items()]
    return sorted(made, key=lambda group: (group.protocol.id, not group.is_current, group.version, group.hash))


def _group(protocol: Protocol, hash_: str, courses: Sequence[Outcome]) -> Group:
    rows = sorted((one for one in courses if one.changed), key=lambda one: one.changed.value if one.changed else 0)
    goal = [one for one in courses if one.ended == Decision.STOP_GOAL_MET.value]
    improved = sum(1 for one in rows if one.changed and one.changed.verdict == "improved")
    return Group(
        protocol=protocol,
        version=courses[0].version,
        hash=hash_,
        is_current=hash_ == protocol.hash,
        courses=tuple(courses),
        rows=tuple(rows),
        sessions_to_goal=tuple(sorted(Counter(one.sessions for one in goal).items())),
        met_goal=len(goal),
        open=sum(1 for one in courses if not one.ended),
        not_comparable=sum(1 for one in courses if one.not_comparable),
        unmeasured=sum(1 for one in courses if not one.changed and not one.not_comparable),
        adverse=wilson(sum(1 for one in courses if one.adverse), len(courses)),
        improved=wilson(improved, len(rows)),
        mixed=sum(1 for one in courses if len(one.hashes) > 1),
    )


def _courses(clinic: Clinic) -> list[Outcome]:
    courses = list(
        Course.objects.filter(clinic=clinic, patient__restricted_at=None)
        .filter(sessions__superseded_by__isnull=True, sessions__isnull=False)
        .distinct()
        .select_related("patient", "area", "clinic")
        .order_by("opened_at")
    )
    held: dict[Any, list[dt.date]] = {}
    sessions = Session.objects.standing().filter(clinic=clinic).order_by("started_at")
    for course, at in sessions.values_list("course_id", "started_at"):
        held.setdefault(course, []).append(at.astimezone(clinic.zone).date())
    pinned = _pinned(clinic)
    last, visits = _last_visits(clinic, held)
    signs: dict[Any, list[SymptomReport]] = {}
    for report in SymptomReport.objects.standing().filter(clinic=clinic).select_related("course__area"):
        signs.setdefault(report.course_id, []).append(report)
    library = load_library()
    found = []
    for course in courses:
        protocol = library.protocol(course.treatment)
        days = held.get(course.pk, [])
        pins = pinned.get(course.pk) or [(protocol.version, protocol.hash)]
        visit = last.get(course.pk)
        adverse = [one for one in signs.get(course.pk, []) if _is_adverse(one, days, protocol)]
        found.append(
            Outcome(
                course=course,
                version=pins[-1][0],
                hash=pins[-1][1],
                hashes=frozenset(hash_ for _, hash_ in pins),
                sessions=len(days),
                ended=course.outcome if course.closed_at else "",
                changed=_changed(visit) if visit else None,
                visits=visits.get(course.pk, 0),
                not_comparable=visit is not None and _changed(visit) is None,
                adverse=len(adverse),
            )
        )
    return found


def _pinned(clinic: Clinic) -> dict[Any, list[tuple[str, str]]]:
    """By course, version and hash of every signed assessment and review, the oldest first."""
    found: list[tuple[Any, Any, str, str]] = []
    for model in (Assessment, Review):
        rows = model.objects.standing().filter(clinic=clinic)
        found += list(rows.values_list("written_at", "course_id", "protocol_version", "protocol_hash"))
    pinned: dict[Any, list[tuple[str, str]]] = {}
    for _, course, version, hash_ in sorted(found, key=lambda one: one[0]):
        pinned.setdefault(course, []).append((version, hash_))
    return pinned


def _last_visits(clinic: Clinic, held: dict[Any, list[dt.date]]) -> tuple[dict[Any, dict[str, Any]], Counter[Any]]:
    """By course, the comparison of its last visit after a session, and how many visits there were."""
    found = (
        Comparison.objects.from_baseline()
        .filter(clinic=clinic, stage="done")
        .annotate(
            taken_on=F("after__taken_on"),
            verdict=KeyTransform("verdict", "result"),
            first=KeyTransform(0, KeyTransform("measures", "result")),
        )
        .order_by("after__taken_on", "after__written_at", "after__pk", "done_at")
        .values("course_id", "after_id", "taken_on", "verdict", "first")
    )
    last: dict[Any, dict[str, Any]] = {}
    seen: dict[Any, set[Any]] = {}
    for one in found:
        days = held.get(one["course_id"])
        if days and one["taken_on"] > days[0]:
            last[one["course_id"]] = one
            seen.setdefault(one["course_id"], set()).add(one["after_id"])
    return last, Counter({course: len(visits) for course, visits in seen.items()})


def _changed(visit: dict[str, Any]) -> Changed | None:
    """The change of contrast at one visit; None where it is not comparable."""
    measure = visit["first"]
    if visit["verdict"] == "not_comparable" or not isinstance(measure, dict) or measure.get("name") != "contrast":
        return None
    change = measure.get("change") or {}
    if change.get("value") is None:
        return None
    return Changed(change["value"], change["u"], change["mdc95"], change["verdict"])


def _is_adverse(report: SymptomReport, held: list[dt.date], protocol: Protocol) -> bool:
    """Whether the protocol did not expect a sign when it was reported."""
    before = [day for day in held if day <= (report.began_on or report.reported_on)]
    if not before:
        return False
    decision, _ = judged(report, before, report.reported_on, protocol)
    return decision is Decision.REFER
