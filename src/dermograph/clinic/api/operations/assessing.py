"""Assessments: answers in, the verdict out with its reasons. Signing is a person's, in the clinic."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import Any

from ninja import Router
from ninja.responses import Status

from dermograph.care.explain import verdict_sentence
from dermograph.clinic.api.gate import ApiRequest
from dermograph.clinic.api.pages import After, Limit, Page, page, whole
from dermograph.clinic.api.problems import language
from dermograph.clinic.api.seen import course_of, made, opened, opened_course
from dermograph.clinic.api.shapes import Json
from dermograph.clinic.api.shapes_clinical import AnswerNew, AssessmentNow, HappeningNew, HappeningOut, SignedOut
from dermograph.clinic.api.site import operation
from dermograph.clinic.facts import protocol_of, read_value
from dermograph.clinic.intake.known import known
from dermograph.clinic.intake.models import Assessment, Happening
from dermograph.clinic.intake.selectors import in_force
from dermograph.clinic.intake.services import add_happening, answer_fact
from dermograph.clinic.people.models import Course
from dermograph.clinic.people.within import within
from dermograph.core.dates import day_text
from dermograph.core.text import Text
from dermograph.protocols import load_library
from dermograph.protocols.vocabulary import MISSING, Fact

router = Router(tags=["assessments"])
READ, WRITE = "clinical:read", "clinical:write"


@operation(router, "get", "/courses/{uuid:course}/assessment", out=AssessmentNow, scope=READ, like="assessment")
def get_assessment_now(request: ApiRequest, course: uuid.UUID) -> Json:
    """What is known of a course today, and what it decides.

    What nobody answered stays unknown and is asked for; it never counts as “no”.
    """
    return shown_now(opened_course(request, course))


@operation(
    router,
    "post",
    "/courses/{uuid:course}/answers",
    out=AssessmentNow,
    scope=WRITE,
    like="assessment_answer",
    takes="json",
    made=True,
    refuses=(409,),
)
def answer_question(request: ApiRequest, course: uuid.UUID, given: AnswerNew) -> Status[Json]:
    """Write down one answer, and read what it decides.

    An answer is never changed: a new one supersedes it. Without `supersedes` whatever stands is superseded.
    """
    row = course_of(request, course)
    answer_fact(
        course=row,
        who=request.person,
        fact=given.fact,
        value=given.value,
        missing=given.missing or "",
        entry=request.entry,
        supersedes=given.supersedes or "standing",
        reason=given.reason,
    )
    request.location = f"/api/v1/courses/{row.pk}/assessment"
    return Status(201, shown_now(row))


@operation(
    router,
    "get",
    "/courses/{uuid:course}/assessments",
    out=Page[SignedOut],
    scope=READ,
    like="assessment_signed",
)
def list_signed_assessments(request: ApiRequest, course: uuid.UUID, after: After = None, limit: Limit = 50) -> Json:
    """The signed assessments of a course, the oldest first."""
    row = opened_course(request, course)
    rows = Assessment.objects.filter(course=row).select_related("written_by", "superseded_by", "course")
    return page(rows, shown_signed, by="written_at", after=after, limit=limit)


@operation(router, "get", "/assessments/{uuid:assessment}", out=SignedOut, scope=READ, like="assessment_signed")
def get_signed_assessment(request: ApiRequest, assessment: uuid.UUID) -> Json:
    """A signed assessment, as it was signed."""
    row = within(request.clinic, Assessment, assessment, "written_by", "superseded_by", "course")
    opened(request, row.course.patient_id)
    return shown_signed(row)


@operation(
    router,
    "get",
    "/courses/{uuid:course}/happenings",
    out=Page[HappeningOut],
    scope=READ,
    like="assessment",
)
def list_happenings(request: ApiRequest, course: uuid.UUID) -> Json:
    """Dated things that rules speak of, of this area or of all of the patient's."""
    row = opened_course(request, course)
    found = Happening.objects.standing().filter(patient=row.patient, cancelled=False).order_by("first", "pk")
    return whole([_happened(one) for one in found if one.course_id in (None, row.pk)])


@operation(
    router,
    "post",
    "/courses/{uuid:course}/happenings",
    out=HappeningOut,
    scope=WRITE,
    like="happening_new",
    takes="json",
    made=True,
)
def write_happening(request: ApiRequest, course: uuid.UUID, given: HappeningNew) -> Status[Json]:
    """Write down something dated, such as sun on the area."""
    row = add_happening(
        course=course_of(request, course),
        who=request.person,
        what=given.what,
        first=given.first,
        last=given.last or "",
        everywhere=given.everywhere,
        entry=request.entry,
    )
    made(request, f"courses/{course}/happenings", row, alone=False)
    return Status(201, _happened(row))


def shown_now(course: Course) -> Json:
    """The live assessment of a course."""
    said, protocol, now = language(), protocol_of(course), known(course)
    area = now.assess(course, protocol)
    shown = area.to_json(said)
    facts = protocol.vocabulary.facts
    signed = in_force(course, now=now)
    return {
        "course": course.pk,
        "on": now.on,
        "protocol": protocol.to_json(),
        "verdict": area.verdict.value,
        "worst_case": area.worst_case.value,
        "not_before": area.not_before,
        "says": verdict_sentence(area, said),
        "reasons": shown["reasons"],
        "ask": [{**one, "missing": one["missing"] or "not_asked"} for one in shown["ask"]],
        "answers": [
            {
                "id": one.pk,
                "fact": name,
                "scope": facts[name].scope,
                "label": facts[name].label.say(said),
                "value": one.value,
                "missing": one.missing,
                "reads": _reads(facts[name], one.value, one.missing).say(said),
                "answered_on": one.answered_on,
            }
            for name, one in now.standing.items()
        ],
        "in_force": None
        if signed is None
        else {
            "assessment": signed.assessment.pk,
            "verdict": signed.verdict.value,
            "signed_verdict": signed.original.value,
            "overridden": signed.override is not None,
            "outdated": signed.outdated,
            "clears": signed.clears,
        },
    }


def _reads(fact: Fact, value: Any, missing: str) -> Text:  # noqa: ANN401 (JSON)
    """An answer in words."""
    if missing:
        return MISSING[missing]
    known_value = read_value(fact, value)
    return day_text(known_value) if isinstance(known_value, dt.date) else fact.reads(known_value)


def shown_signed(row: Any) -> Json:  # noqa: ANN401 (an Assessment; its reverse relation is unknown to the types)
    """A signed assessment."""
    return {
        "id": row.pk,
        "course": row.course_id,
        "assessed_on": row.assessed_on,
        "verdict": row.verdict,
        "worst_case": row.worst_case,
        "not_before": row.not_before,
        "signed_by": row.written_by.name if row.written_by else "",
        "signed_at": row.written_at,
        "protocol": {"id": row.course.treatment, "version": row.protocol_version, "hash": row.protocol_hash},
        "stands": row.stands,
        "facts": row.facts,
        "result": row.result.get(language(), {}),
    }


def _happened(row: Happening) -> Json:
    kind = load_library().vocabulary.events.get(row.what)
    return {
        "id": row.pk,
        "course": row.course_id,
        "what": row.what,
        "label": kind.label.say(language()) if kind else row.what,
        "first": row.first,
        "last": row.last,
    }
