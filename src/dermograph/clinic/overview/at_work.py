"""Courses with what the dashboard needs of each, worked out from their rows in three queries.

This is what a standing is made of, and what it is held against; pages read standings (``standings``).
"""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import (
    Case,
    Count,
    Exists,
    F,
    JSONField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
)
from django.db.models.fields.json import KeyTransform
from django.db.models.functions import Cast, Coalesce

from dermograph.care.sight import Decision
from dermograph.clinic.gallery.models import Comparison, Photograph
from dermograph.clinic.intake.models import Assessment, Consent, Withdrawal
from dermograph.clinic.intake.purposes import EVERYTHING, TREATMENT
from dermograph.clinic.people.models import Clinic, Course
from dermograph.clinic.treatment.models import Review, Session
from dermograph.protocols import Protocol, load_library


@dataclass(frozen=True, slots=True)
class LastComparison:
    """The latest comparison of a course, without its figures.

    Attributes:
        verdict: Of the photographs; empty while it is not done.
        taken_on: The day of the follow-up.
        why: Why it is not comparable or failed, ``{"en", "es"}``; empty where there is nothing to say.
    """

    id: Any
    stage: str
    verdict: str
    taken_on: dt.date
    done_at: dt.datetime | None
    why: dict[str, str]


@dataclass(frozen=True, slots=True)
class AtWork:
    """One open course.

    Attributes:
        sessions: How many stand.
        last_session: The day of the last one, in the clinic's time zone.
        last_review, decision: Of the last signed review; None and empty without one.
        again_on: From when it asks to look again, where it decided to wait; None otherwise.
        last_photograph: The day of the latest photograph.
        verdict: Of the assessment that was signed last; empty without one.
        consented: Whether a consent to the treatment stands, for this course or for all of them.
        comparison: Of the latest follow-up; None without one.
    """

    course: Course
    protocol: Protocol
    sessions: int
    last_session: dt.date | None
    last_review: dt.date | None
    decision: str
    again_on: dt.date | None
    last_photograph: dt.date | None
    verdict: str
    consented: bool
    comparison: LastComparison | None


def courses_at_work(clinic: Clinic) -> list[AtWork]:
    """Every open course of a clinic but of blocked records, the oldest first."""
    return at_work(clinic, Course.objects.filter(clinic=clinic, closed_at=None, patient__restricted_at=None))


def at_work(clinic: Clinic, courses: QuerySet[Course]) -> list[AtWork]:
    """The same of any courses of a clinic."""
    sessions = Session.objects.standing().filter(course=OuterRef("pk"))
    reviews = Review.objects.standing().filter(course=OuterRef("pk")).order_by("-reviewed_on", "-signed_at")
    signed = Assessment.objects.standing().filter(course=OuterRef("pk")).order_by("-written_at")
    photographs = Photograph.objects.standing().filter(course=OuterRef("pk"), withdrawn=False).order_by("-taken_on")
    found = (
        courses.select_related("patient", "area")
        .order_by("opened_at")
        .annotate(
            held=Coalesce(Subquery(sessions.order_by().values("course").annotate(n=Count("pk")).values("n")), Value(0)),
            session_at=Subquery(sessions.order_by("-started_at").values("started_at")[:1]),
            reviewed=Subquery(reviews.values("reviewed_on")[:1]),
            decided=Subquery(reviews.values("decision")[:1]),
            # Only of who waits: it is large, and nobody else's is looked at.
            proposal=Case(
                When(decided=Decision.WAIT.value, then=Subquery(reviews.values("proposal")[:1])),
                output_field=JSONField(null=True),
            ),
            photographed=Subquery(photographs.values("taken_on")[:1]),
            found_to_be=Subquery(signed.values("verdict")[:1]),
            consented=Exists(_consents()),
        )
    )
    latest = _latest_comparisons([one.pk for one in found])
    library = load_library()
    for one in found:
        one.clinic = clinic  # the same of all: not read again with each of very many
    return [_at_work(one, library.protocol(one.treatment), latest.get(one.pk)) for one in found]


def _consents() -> QuerySet[Any]:
    """The consents to the treatment of a course, not taken back."""
    back = Withdrawal.objects.filter(consent=OuterRef("pk"), purpose__in=(EVERYTHING, TREATMENT))
    found: QuerySet[Any] = (
        Consent.objects.standing()
        .filter(Q(course=None) | Q(course=OuterRef("pk")), patient=OuterRef("patient"))
        .alias(agreed=Cast("purposes", TextField()))  # SQLite cannot look into a list
        .filter(~Exists(back), agreed__contains=f'"{TREATMENT}"')
    )
    return found


def _at_work(one: Any, protocol: Protocol, comparison: LastComparison | None) -> AtWork:  # noqa: ANN401 (annotated)
    return AtWork(
        course=one,
        protocol=protocol,
        sessions=one.held,
        last_session=one.session_at.astimezone(one.clinic.zone).date() if one.session_at else None,
        last_review=one.reviewed,
        decision=one.decided or "",
        again_on=_again_on(one.proposal or {}),
        last_photograph=one.photographed,
        verdict=one.found_to_be or "",
        consented=one.consented,
        comparison=comparison,
    )


def _again_on(proposal: dict[str, Any]) -> dt.date | None:
    asked = (proposal.get("en") or proposal).get("from")
    return dt.date.fromisoformat(asked) if asked else None


def _latest_comparisons(courses: Sequence[uuid.UUID]) -> dict[Any, LastComparison]:
    """By course, that of the latest follow-up; results are large, so that only words of them are fetched."""
    # By their ids: of a query within the query PostgreSQL expects one row, and goes through all photographs there are.
    found = Comparison.objects.from_baseline().filter(course__in=courses).in_time().values_list("course_id", "pk")
    rows = Comparison.objects.filter(pk__in=dict(found).values()).values(
        "pk",
        "course_id",
        "stage",
        "failure",
        "done_at",
        taken_on=F("after__taken_on"),
        verdict=KeyTransform("verdict", "result"),
        why=KeyTransform("says", KeyTransform("reason", "result")),
    )
    return {
        one["course_id"]: LastComparison(
            one["pk"],
            one["stage"],
            one["verdict"] or "",
            one["taken_on"],
            one["done_at"],
            _words(one["failure"] if one["stage"] == "failed" else one["why"]),
        )
        for one in rows
    }


def _words(value: Any) -> dict[str, str]:  # noqa: ANN401 (JSON)
    if isinstance(value, str):
        return {"en": value, "es": value}
    return value if isinstance(value, dict) else {}
