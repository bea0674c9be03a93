"""What a protocol comes to, as a Bundle that can be read by itself: answers, plan, guidance and its reasons."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from typing import Final

from dermograph.care.case import Area, Case
from dermograph.care.plan import plan
from dermograph.clinic.people.models import Course
from dermograph.core.errors import InputError
from dermograph.exchange.fhir.bundle import bundle_of
from dermograph.exchange.fhir.codes import resource_id
from dermograph.exchange.fhir.elements import Element, reference
from dermograph.exchange.fhir.map.keys import NAMESPACE
from dermograph.exchange.fhir.outcome import Issue, RefusedError, issue_of
from dermograph.exchange.fhir.protocol.answers import Answers
from dermograph.exchange.fhir.protocol.care_plan import care_plan
from dermograph.exchange.fhir.protocol.guidance import Setting, guidance
from dermograph.exchange.fhir.protocol.read_response import read_questionnaire_response
from dermograph.exchange.fhir.protocol.response import questionnaire_response
from dermograph.protocols import Protocol

#: The name of an area that the sender does not name.
_AREA: Final = "1"


def of_courses(cases: Iterable[tuple[Course, Case]], protocol: Protocol, base: str) -> Element:
    """What a protocol comes to for courses, from the facts that are stored.

    Args:
        cases: Each course with everything that is known of it, of one area.
        protocol: That they follow.
        base: The address of this server, under which patient and areas are found. What is told is not stored there.
    """
    resources: list[Element] = []
    for course, case in cases:
        area = case.areas[0]
        patient = reference("Patient", course.patient_id)
        key = resource_id(str(course.pk), case.assessed_on.isoformat())
        facts = {**case.patient, **area.facts}
        response = questionnaire_response(
            Answers(facts, area.missing),
            protocol,
            key=resource_id(key, "answers"),
            subject=patient,
            authored=case.assessed_on.isoformat(),
        )
        where = reference("BodyStructure", course.area_id)
        resources += [*_told(case, protocol, key, patient, response, where), response]
    return bundle_of(resources, "collection", base=base)


def of_answers(
    response: Element, protocol: Protocol, patient: uuid.UUID, on: dt.date, time_zone: str, base: str
) -> Element:
    """What a protocol comes to for the answers that were sent, and for nothing else that may be known.

    Args:
        response: Checked; answers to the protocol's Questionnaire.
        protocol: That decides.
        patient: Whom it is about.
        on: The day that is decided for.
        time_zone: IANA name, of the clinic.
        base: As in ``of_courses``.

    Raises:
        RefusedError: If an answer is not understood.
    """
    try:
        answers = read_questionnaire_response(response, protocol, on=on)
    except InputError as error:
        place = f"QuestionnaireResponse.{error.place.field}".rstrip(".").partition(" ")[0]
        raise RefusedError(Issue("business-rule", issue_of(error).words, place)) from error
    vocabulary = protocol.vocabulary.facts
    known = {name: value for name, value in answers.facts.items() if vocabulary[name].scope == "patient"}
    case = Case(
        treatment=protocol.base or protocol.id,
        assessed_on=on,
        areas=(Area(name=_AREA, facts=answers.facts, missing=answers.missing),),
        time_zone=time_zone,
        patient=known,
    )
    key = resource_id(str(uuid.uuid5(NAMESPACE, repr(sorted(answers.to_json().items())))), on.isoformat())
    held = {**response, "id": resource_id(str(response.get("id", key)), "answers")}
    told = _told(case, protocol, key, reference("Patient", patient), held, None)
    return bundle_of([*told, held], "collection", base=base)


def _told(
    case: Case, protocol: Protocol, key: str, patient: Element, response: Element, where: Element | None
) -> list[Element]:
    """The plan, the guidance and its reasons for one area."""
    made = plan(case, protocol)
    setting = Setting(
        key=key,
        patient=patient,
        evidence=(reference("QuestionnaireResponse", response["id"]),),
        area=where,
    )
    name = case.areas[0].name
    result = reference("CarePlan", resource_id(key, "plan"))
    return [care_plan(made, name, setting), *guidance(made.assessment, name, setting, result=result)]
