"""What asks for somebody's eyes: signs nobody has looked at, by the worry that the protocol has about each."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from operator import itemgetter
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
from dermograph.clinic.people.models import Clinic
from dermograph.clinic.treatment.models import Session, SymptomReport
from dermograph.core.text import Language, Text
from dermograph.protocols import Protocol, load_library

_WORRY = {Decision.REFER: 0, Decision.WAIT: 1, None: 2}


@dataclass(frozen=True, slots=True)
class Alert:
    """A sign that nobody has looked at yet.

    Attributes:
        sign: Its name for people.
        since: The day on which it was told first.
        decision: What the protocol makes of it today; None for a sign that is usual and over.
        reason: Why; None with the decision.
    """

    report: SymptomReport
    sign: Text
    since: dt.date
    decision: Decision | None
    reason: Reason | None

    @property
    def why(self) -> dict[str, Any] | None:
        """The reason as the page shows it, in the language of the page."""
        language: Language = "es" if (get_language() or "").startswith("es") else "en"
        return self.reason.to_json(language) if self.reason else None


def unseen_signs(clinic: Clinic, today: dt.date) -> list[Alert]:
    """The open reports of a clinic but of blocked records, the most worrying first; two queries."""
    return most_worrying(clinic, today, None)[0]


def most_worrying(clinic: Clinic, today: dt.date, many: int | None, skip: int = 0) -> tuple[list[Alert], int]:
    """Some of them, the most worrying first, and how many there are.

    Every one is judged, for the oldest may be the most worrying; only those that are shown are read as a whole. Of two
    that worry alike the one that was told first comes first, however often it was told again.

    Args:
        clinic: Whose.
        today: The day of judging.
        many: How many are shown; None for all.
        skip: How many that worry more, or longer, are left out.
    """
    before = (
        Session.objects.standing()
        .alias(day=TruncDate("started_at", tzinfo=clinic.zone))
        .filter(course=OuterRef("course"), day__lte=Coalesce(OuterRef("began_on"), OuterRef("reported_on")))
        # One that was held after the report explains nothing.
        .filter(started_at__lt=Coalesce(OuterRef("first_told_at"), OuterRef("written_at")))
        .order_by("-started_at")
    )
    reports = SymptomReport.objects.standing().filter(clinic=clinic, seen_at=None, course__patient__restricted_at=None)
    library = load_library()
    found = []
    for pk, treatment, sign, reported, began, gone, first, last in (
        reports.annotate(last_before=Subquery(before.values("started_at")[:1]))
        .order_by(Coalesce("first_told_at", "written_at"), "pk")
        .values_list(
            "pk", "course__treatment", "sign", "reported_on", "began_on", "gone_on", "first_told_at", "last_before"
        )
    ):
        told = Told(sign, reported, began, gone)
        decision, reason = judged(told, _day_in(clinic, last), today, library.protocol(treatment))
        since = min([reported, *_day_in(clinic, first)])
        found.append((_WORRY.get(decision, 1), since, pk, decision, reason))
    shown = sorted(found, key=itemgetter(0, 1))[skip : None if many is None else skip + many]
    rows: dict[Any, Any] = reports.select_related("course__patient", "course__area").in_bulk([one[2] for one in shown])
    labels = library.vocabulary.signs
    alerts = [
        Alert(row, labels.get(row.sign, Text(row.sign, row.sign)), since, decision, reason)
        for _, since, pk, decision, reason in shown
        if (row := rows.get(pk)) is not None  # seen since
    ]
    return alerts, len(found)


def _day_in(clinic: Clinic, at: dt.datetime | None) -> list[dt.date]:
    return [] if at is None else [at.astimezone(clinic.zone).date()]


@dataclass(frozen=True, slots=True)
class Told:
    """Of a report what is judged."""

    sign: str
    reported_on: dt.date
    began_on: dt.date | None
    gone_on: dt.date | None


def judged(
    report: SymptomReport | Told, held: list[dt.date], on: dt.date, protocol: Protocol
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
    sign = Sign(report.sign, report.reported_on, report.gone_on)
    area = Area(name="", facts={}, missing={}, sessions=before, signs=(sign,))
    ruling = by_signs(Sight(area, on, protocol, _blank(protocol, on), (), target(area, protocol.review.goal, on)))
    return (ruling.decision, ruling.reasons[0]) if ruling else (None, None)


_blanks: dict[str, AreaAssessment] = {}


def _blank(protocol: Protocol, on: dt.date) -> AreaAssessment:
    """An assessment of nothing: what is judged by signs alone has to hold one, and does not look at it."""
    if protocol.hash not in _blanks:  # it takes as long as a whole assessment, for each of very many signs
        _blanks[protocol.hash] = assess_area("", {}, on, protocol)
    return _blanks[protocol.hash]
