"""What came of single courses, worked out from their rows: what the outcomes of a clinic are counted from."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.db.models.fields.json import KeyTransform

from dermograph.care.sight import Decision
from dermograph.clinic.gallery.models import Comparison
from dermograph.clinic.intake.models import Assessment
from dermograph.clinic.overview.alerts import judged
from dermograph.clinic.people.models import Clinic, Course
from dermograph.clinic.treatment.models import Review, Session, SymptomReport
from dermograph.core.quantity import COVERAGE_95
from dermograph.protocols import Protocol, load_library


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
        course, number: The id of the course, and the patient's record number; 0 where nobody needs that.
        version, hash: Of the protocol that the last signed assessment or review of it carries; it decides its group.
        others: How many other protocols decided it before.
        sessions: How many were held.
        ended: The outcome it was closed with; empty while it is open.
        changed: None where it was not measured after a session, or the last visit is not comparable.
        visits: How many follow-ups were measured or tried.
        not_comparable: Whether the last visit could not be compared.
        adverse: How many signs the protocol does not expect were reported.
    """

    course: uuid.UUID
    number: int
    treatment: str
    version: str
    hash: str
    others: int
    sessions: int
    ended: str
    changed: Changed | None
    visits: int
    not_comparable: bool
    adverse: int


def outcomes_of(clinic: Clinic, courses: QuerySet[Course]) -> list[Outcome]:
    """What came of those of some courses that have a session; seven queries."""
    some = [one.pk for one in courses]  # not a query within the queries: PostgreSQL expects one row of it
    begun: dict[Any, list[dt.datetime]] = {}
    sessions = Session.objects.standing().filter(course__in=some).order_by("started_at")
    for course, at in sessions.values_list("course_id", "started_at"):
        begun.setdefault(course, []).append(at.astimezone(clinic.zone))
    held = {course: [at.date() for at in every] for course, every in begun.items()}
    pinned = _pinned(some)
    last, visits = _last_visits(some, held)
    signs: dict[Any, list[SymptomReport]] = {}
    for report in SymptomReport.objects.standing().filter(course__in=some):
        signs.setdefault(report.course_id, []).append(report)
    library = load_library()
    found = []
    for one in courses:
        if one.pk not in held:
            continue
        protocol = library.protocol(one.treatment)
        days = held[one.pk]
        pins = pinned.get(one.pk) or [(protocol.version, protocol.hash)]
        visit = last.get(one.pk)
        adverse = [sign for sign in signs.get(one.pk, []) if _is_adverse(sign, begun[one.pk], protocol)]
        found.append(
            Outcome(
                course=one.pk,
                number=0,
                treatment=one.treatment,
                version=pins[-1][0],
                hash=pins[-1][1],
                others=len({hash_ for _, hash_ in pins}) - 1,
                sessions=len(days),
                ended=one.outcome if one.closed_at else "",
                changed=_changed(visit) if visit else None,
                visits=visits.get(one.pk, 0),
                not_comparable=visit is not None and _changed(visit) is None,
                adverse=len(adverse),
            )
        )
    return found


def _pinned(courses: Sequence[uuid.UUID]) -> dict[Any, list[tuple[str, str]]]:
    """By course, version and hash of every signed assessment and review, the oldest first."""
    found: list[tuple[Any, Any, str, str]] = []
    for model in (Assessment, Review):
        rows = model.objects.standing().filter(course__in=courses)
        found += list(rows.values_list("written_at", "course_id", "protocol_version", "protocol_hash"))
    pinned: dict[Any, list[tuple[str, str]]] = {}
    for _, course, version, hash_ in sorted(found, key=lambda one: one[0]):
        pinned.setdefault(course, []).append((version, hash_))
    return pinned


def _last_visits(
    courses: Sequence[uuid.UUID], held: dict[Any, list[dt.date]]
) -> tuple[dict[Any, dict[str, Any]], Counter[Any]]:
    """By course, the comparison of its last visit after a session, and how many visits there were."""
    found = (
        Comparison.objects.from_baseline()
        .filter(course__in=courses)
        .in_time()
        .values_list("course_id", "pk", "after_id", "after__taken_on", "stage")
    )
    last: dict[Any, Any] = {}
    seen: dict[Any, set[Any]] = {}
    for course, pk, after, taken_on, stage in found:
        days = held.get(course)
        if days and taken_on > days[0] and stage == "done":  # asked for done ones, SQLite goes through all there are
            last[course] = pk
            seen.setdefault(course, set()).add(after)
    results = Comparison.objects.filter(pk__in=last.values()).values(  # of the last ones only: results are large
        "course_id",
        verdict=KeyTransform("verdict", "result"),
        first=KeyTransform(0, KeyTransform("measures", "result")),
    )
    visits = Counter({course: len(some) for course, some in seen.items()})
    return {one["course_id"]: one for one in results}, visits


def _changed(visit: dict[str, Any]) -> Changed | None:
    """The change of contrast at one visit; None where it is not comparable."""
    measure = visit["first"]
    if visit["verdict"] == "not_comparable" or not isinstance(measure, dict) or measure.get("name") != "contrast":
        return None
    change = measure.get("change") or {}
    if change.get("value") is None:
        return None
    return Changed(change["value"], change["u"], change["mdc95"], change["verdict"])


def _is_adverse(report: SymptomReport, begun: list[dt.datetime], protocol: Protocol) -> bool:
    """Whether the protocol did not expect a sign when it was reported; sessions begun after it explain nothing."""
    noticed = report.began_on or report.reported_on
    before = [at.date() for at in begun if at < report.told_at and at.date() <= noticed]
    if not before:
        return False
    decision, _ = judged(report, before, report.reported_on, protocol)
    return decision is Decision.REFER
