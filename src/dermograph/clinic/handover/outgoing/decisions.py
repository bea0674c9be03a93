"""Assessments with their reasons, overrides and reviews."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from itertools import chain, repeat
from typing import Any, Final

from django.db.models import F, Func, IntegerField
from django.db.models.expressions import Combinable

from dermograph.clinic.handover.outgoing.keys import made_of
from dermograph.clinic.handover.outgoing.plans import PLAN
from dermograph.clinic.handover.outgoing.reading import Reading, day
from dermograph.clinic.handover.outgoing.responses import published
from dermograph.clinic.handover.outgoing.source import Made, Source, numbered
from dermograph.clinic.intake import models as intake
from dermograph.clinic.treatment.models import Review
from dermograph.exchange.record import decisions
from dermograph.exchange.record.papers import Provenance
from dermograph.exchange.record.part import Concept
from dermograph.exchange.record.partial import PartialDate
from dermograph.exchange.record.unknown import UNWRITTEN

SIGNED: Final = "signature"
ISSUE: Final = "issue"
#: The grade of a reason that is no issue.
INDICATION: Final = "indication"


def _assessment(row: intake.Assessment, reading: Reading) -> decisions.Assessment:
    return decisions.Assessment(
        **reading.entry(row),
        patient=row.course.patient_id,
        course=row.course_id,
        plan=made_of(row.course_id, PLAN),
        assessed_on=day(row.assessed_on),
        verdict=row.verdict,
        worst_case=row.worst_case,
        not_before=day(row.not_before),
        facts=row.facts,
        result=row.result,
        protocol=published(row.course.treatment),
        protocol_version=row.protocol_version,
        protocol_hash=row.protocol_hash,
    )


def _issues(row: intake.Assessment, _reading: Reading) -> tuple[decisions.Issue, ...]:
    """Every reason but indications, which are what is treated, in the order in which they were decided."""
    told = _told(row, "en")
    # What is counted where it is stored is English: a reason without its Spanish is a reason.
    beside = chain(_reasons(_told(row, "es")), repeat(None))
    reasons = zip(_reasons(told), beside, strict=False)
    found = [(one, other or {}) for one, other in reasons if one is not None and one.get("grade") != INDICATION]
    answers = row.facts.get("answers") or {}
    return tuple(
        decisions.Issue(
            id=made_of(row.pk, numbered(ISSUE, number)),
            patient=row.course.patient_id,
            assessment=row.pk,
            area=row.course.area_id,
            name=told.get("name") or "",
            at=row.written_at,
            rule=one.get("rule") or "",
            grade=one.get("grade") or "",
            effect=one.get("effect") or "",
            words=one.get("says") or "",
            words_es=other.get("says") or "",
            until=PartialDate(one["until"]) if one.get("until") else UNWRITTEN,
            asked_of=one.get("to") or "",
            asked_of_es=other.get("to") or "",
            places=tuple(f"{cite['source']}, {cite['at']}" for cite in one.get("cite") or ()),
            facts=tuple(one.get("facts") or ()),
            answers=tuple(uuid.UUID(answers[fact]) for fact in one.get("facts") or () if fact in answers),
        )
        for number, (one, other) in enumerate(found, start=1)
    )


def _told(row: intake.Assessment, language: str) -> Mapping[str, Any]:
    """What was decided, as it was stored in one language."""
    found = row.result.get(language)
    return found if isinstance(found, Mapping) else {}


def _reasons(told: Mapping[str, Any]) -> list[Mapping[str, Any] | None]:
    """The reasons by their places; None where none stands in one."""
    found = told.get("reasons")
    return [one if isinstance(one, Mapping) else None for one in found] if isinstance(found, list) else []


class _NumberOfIssues(Func):
    """How many issues a stored assessment has, counted where it is stored."""

    output_field = IntegerField()

    def as_sqlite(self, compiler: Any, connection: Any, **more: Any) -> Any:  # noqa: ANN401 (Django's)
        """In SQLite."""
        return super().as_sql(compiler, connection, template=_COUNTED["sqlite"], **more)

    def as_postgresql(self, compiler: Any, connection: Any, **more: Any) -> Any:  # noqa: ANN401 (Django's)
        """In PostgreSQL."""
        return super().as_sql(compiler, connection, template=_COUNTED["postgresql"], **more)


_COUNTED: Final = {
    "sqlite": "(SELECT COUNT(*) FROM json_each(CASE json_type(%(expressions)s, '$.en.reasons') WHEN 'array' "
    "THEN json_extract(%(expressions)s, '$.en.reasons') ELSE '[]' END) AS reason WHERE reason.type = 'object' "
    "AND COALESCE(json_extract(reason.value, '$.grade'), '') <> 'indication')",
    "postgresql": "(SELECT COUNT(*) FROM jsonb_array_elements(CASE jsonb_typeof(%(expressions)s #> '{en,reasons}') "
    "WHEN 'array' THEN %(expressions)s #> '{en,reasons}' ELSE '[]'::jsonb END) AS reason "
    "WHERE jsonb_typeof(reason) = 'object' AND COALESCE(reason ->> 'grade', '') <> 'indication')",
}


def _number_of_issues() -> Combinable:
    return _NumberOfIssues(F("result"))


def _assessment_signed(row: intake.Assessment, reading: Reading) -> Provenance:
    return Provenance(
        id=made_of(row.pk, SIGNED),
        targets=(f"GuidanceResponse/{row.pk}",),
        at=row.written_at,
        activity=Concept("signed"),
        who=reading.member(row.written_by_id),
    )


def _override(row: intake.Override, reading: Reading) -> decisions.Override:
    return decisions.Override(
        **reading.entry(row),
        patient=row.assessment.course.patient_id,
        assessment=row.assessment_id,
        verdict=row.verdict,
        reason=row.reason,
    )


def _review(row: Review, reading: Reading) -> decisions.Review:
    return decisions.Review(
        **reading.entry(row),
        patient=row.course.patient_id,
        course=row.course_id,
        reviewed_on=day(row.reviewed_on),
        proposed=row.proposed,
        decision=row.decision,
        reason=row.reason,
        proposal=row.proposal,
        facts=row.facts,
        signed_name=row.signed_name,
        signed_at=row.signed_at,
        protocol_version=row.protocol_version,
        protocol_hash=row.protocol_hash,
    )


def _review_signed(row: Review, reading: Reading) -> Provenance:
    return Provenance(
        id=made_of(row.pk, SIGNED),
        targets=(f"Observation/{row.pk}",),
        at=row.signed_at,
        activity=Concept("signed"),
        who=reading.member(row.written_by_id),
        signed_name=row.signed_name,
        signed_at=row.signed_at,
    )


ASSESSMENTS: Final = Source(
    intake.Assessment,
    (
        Made("assessments", _assessment, code="=assessment", date="assessed_on", is_final=True),
        Made("issues", _issues, ISSUE, date="written_at", is_final=True, several=_number_of_issues),
        Made("provenances", _assessment_signed, SIGNED, date="written_at", is_final=True),
    ),
    patient="course__patient_id",
    related=("course",),
    changed=("written_at",),
)
OVERRIDES: Final = Source(
    intake.Override,
    (Made("overrides", _override, code="=override", date="written_at", is_final=True),),
    patient="assessment__course__patient_id",
    related=("assessment__course",),
    large=("assessment__facts", "assessment__result"),
    changed=("written_at",),
)
REVIEWS: Final = Source(
    Review,
    (
        Made("reviews", _review, code="=review", date="reviewed_on", is_final=True),
        Made("provenances", _review_signed, SIGNED, date="signed_at", is_final=True),
    ),
    patient="course__patient_id",
    related=("course",),
    changed=("written_at",),
)
