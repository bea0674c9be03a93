"""What asks for somebody's eyes: signs nobody has looked at, by the worry that the protocol has about each."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Any

from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce, TruncDate
from django.utils.translation import get_language

from dermograph.care.assess import AreaAssessment, assess_area
from dermograph.care.case import Area, Sign
from dermograph.care.judge_signs import by_signs
from dermograph.care.reasons import Reason
from dermograph.care.responses import target
from dermograph.care.sight import Decision, Sight
from dermograph.clinic.people.models import Clinic, Course
from dermograph.clinic.treatment.models import Session, SymptomReport
from dermograph.core.text import Language, Text
from dermograph.protocols import Protocol, load_library

_WORRY = {Decision.REFER: 0, Decision.WAIT: 1, None: 2}


@dataclass(frozen=True, slots=True)
class Alert:
    """A sign that nobody has looked at yet.

    Attributes:
        sign: Its name for people.
        decision: What the protocol makes of it today; None for a sign that is usual and over.
        reason: Why; None with the decision.
    """

    report: SymptomReport
    sign: Text
    decision: Decision | None
    reason: Reason | None

    @property
    def why(self) -> dict[str, Any] | None:
        """The reason as the page shows it, in the language of the page."""
        language: Language = "es" if (get_language() or "").startswith("es") else "en"
        return self.reason.to_json(language) if self.reason else None


def unseen_signs(clinic: Clinic, today: dt.date) -> list[Alert]:
    """The open reports of a clinic but of blocked records, the most worrying first; one query."""
    before = (
        Session.objects.standing()
        .alias(day=TruncDate("started_at", tzinfo=clinic.zone))
        .filter(course=OuterRef("course"), day__lte=Coalesce(OuterRef("began_on"), OuterRef("reported_on")))
        .filter(started_at__lt=OuterRef("written_at"))  # one that was held after the report explains nothing
        .order_by("-started_at")
    )
    reports: list[Any] = list(
        SymptomReport.objects.standing()
        .filter(clinic=clinic, seen_at=None, course__patient__restricted_at=None)
        .select_related("course__patient", "course__area", "course__clinic")
        .annotate(last_before=Subquery(before.values("started_at")[:1]))
        .order_by("reported_on")
    )
    alerts = [_alert(report, _day_in(clinic, report.last_before), today) for report in reports]
    return sorted(alerts, key=lambda alert: (_WORRY.get(alert.decision, 1), alert.report.reported_on))


def _day_in(clinic: Clinic, at: dt.datetime | None) -> list[dt.date]:
    return [] if at is None else [at.astimezone(clinic.zone).date()]


def _alert(report: SymptomReport, held: list[dt.date], today: dt.date) -> Alert:
    library = load_library()
    protocol = library.protocol(report.course.treatment)
    label = library.vocabulary.signs.get(report.sign, Text(report.sign, report.sign))
    decision, reason = judged(report, held, today, protocol)
    return Alert(report, label, decision, reason)


def judged(
    report: SymptomReport, held: list[dt.date], on: dt.date, protocol: Protocol
) -> tuple[Decision | None, Reason | None]:
    """What the protocol makes of one report, seen with the last session before it, or before it began.

    Args:
        report: The report.
        held: The days of the sessions, ascending; the last one before the report is enough.
        on: The day of judging.
        protocol: What to judge by.

    Returns:
        Decision and reason; both None for what is usual and over, ``REFER`` without a session to relate it to.
    """
    before = tuple(day for day in held if day <= (report.began_on or report.reported_on))
    if not before or report.sign not in protocol.vocabulary.signs:
        return Decision.REFER, None
    course: Course = report.course
    sign = Sign(report.sign, report.reported_on, report.gone_on)
    area = Area(name=course.area.name, facts={}, missing={}, sessions=before, signs=(sign,))
    ruling = by_signs(Sight(area, on, protocol, _blank(protocol, on), (), target(area, protocol.review.goal, on)))
    return (ruling.decision, ruling.reasons[0]) if ruling else (None, None)


_blanks: dict[str, AreaAssessment] = {}


def _blank(protocol: Protocol, on: dt.date) -> AreaAssessment:
    """An assessment of nothing: what is judged by signs alone has to hold one, and does not look at it."""
    if protocol.hash not in _blanks:  # it takes as long as a whole assessment, for each of very many signs
        _blanks[protocol.hash] = assess_area("", {}, on, protocol)
    return _blanks[protocol.hash]
