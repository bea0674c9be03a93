"""Areas, lesions, courses and goals: BodyStructure, Condition, ServiceRequest, Goal."""

from __future__ import annotations

from typing import Final

from dermograph.exchange.fhir.elements import Element, code_system
from dermograph.exchange.fhir.map.codecs import DAY, NUMBER, PLAIN, TIME, to, words
from dermograph.exchange.fhir.map.places import At, Known, MeasuredAt
from dermograph.exchange.fhir.map.shared_places import BODY_SITE, concept_at, in_list, patient_at
from dermograph.exchange.fhir.map.steps import Coded, OfSystem, Where, extended
from dermograph.exchange.fhir.map.table import Table
from dermograph.exchange.record.areas import Area, Course, Goal, Lesion
from dermograph.exchange.record.unknown import NOT_RECORDED, Unknown

_CLINICAL: Final = "http://terminology.hl7.org/CodeSystem/condition-clinical"
_VERIFIED: Final = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
_SIDE: Final = code_system("sides")
_CONTRAST: Final = Coded(code_system("measures"), "contrast", "measure")

AREA: Final = Table(
    "BodyStructure",
    Area,
    {
        "patient": patient_at("patient"),
        "name": At(("description",), PLAIN),
        "place": concept_at("location", "body-views"),
        "side": At(("locationQualifier", OfSystem(_SIDE), "coding", Where("system", _SIDE), "code"), PLAIN),
        "x": At(extended("map-x", "valueDecimal"), NUMBER, None),
        "y": At(extended("map-y", "valueDecimal"), NUMBER, None),
    },
    lambda _: {"active": True},
)

LESION: Final = Table(
    "Condition",
    Lesion,
    {
        "patient": patient_at(),
        "area": At(BODY_SITE, to("BodyStructure"), None),
        "kind": concept_at("code", "lesions"),
        "onset": Known(("onsetDateTime",), TIME),
        "gone": Known(("abatementDateTime",), TIME, extended("abatement-unknown", "valueCode")),
        "state": At(("clinicalStatus", "coding", Where("system", _CLINICAL), "code"), PLAIN),
        "certainty": At(("verificationStatus", "coding", Where("system", _VERIFIED), "code"), PLAIN),
        "recorded_at": Known(("recordedDate",), TIME),
    },
    lambda _: {},
)

COURSE: Final = Table(
    "ServiceRequest",
    Course,
    {
        "patient": patient_at(),
        "area": At(BODY_SITE, to("BodyStructure"), None),
        "treatment": concept_at("code", "treatments"),
        "lead": in_list("performer", "Practitioner"),
        "state": At(("status",), words({"open": "active", "closed": "completed", "abandoned": "revoked"})),
        "opened_at": Known(("authoredOn",), TIME),
        "closed_at": Known(extended("closed-at", "valueDateTime"), TIME),
        "outcome": At(extended("outcome", "valueCode"), PLAIN),
    },
    lambda course: {"intent": "plan"} | ({} if course.state else {"status": "unknown"}),
)


def _goal(goal: Goal) -> Element:
    made: Element = {} if goal.state else {"lifecycleStatus": "active"}
    if not (isinstance(goal.contrast, Unknown) and goal.contrast.reason == NOT_RECORDED):
        made["target"] = [_CONTRAST.new()]
    if not goal.words:
        made["description"] = {"coding": [{"system": code_system("measures"), "code": "contrast"}]}
    return made


GOAL: Final = Table(
    "Goal",
    Goal,
    {
        "patient": patient_at(),
        "course": in_list("addresses", "ServiceRequest"),
        "words": At(("description", "text"), PLAIN),
        "contrast": MeasuredAt(("target", _CONTRAST, "detailQuantity")),
        "state": At(("lifecycleStatus",), PLAIN),
        "since": Known(("startDate",), DAY),
    },
    _goal,
)
