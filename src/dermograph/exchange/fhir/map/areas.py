"""Areas, lesions, courses, goals and plans: BodyStructure, Condition, ServiceRequest, Goal, CarePlan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from dermograph.exchange.fhir.elements import Element, code_system
from dermograph.exchange.fhir.map.codecs import DAY, INSTANT, NUMBER, PLAIN, TIME, published_as, target, to, words
from dermograph.exchange.fhir.map.keys import kind_of_reference
from dermograph.exchange.fhir.map.places import At, Known, MeasuredAt, Several
from dermograph.exchange.fhir.map.shared_places import BODY_SITE, concept_at, in_list, patient_at
from dermograph.exchange.fhir.map.steps import FIRST, Coded, OfSystem, ToKind, Where, extended
from dermograph.exchange.fhir.map.table import Table
from dermograph.exchange.record.areas import Area, Course, Goal, Lesion, Plan
from dermograph.exchange.record.unknown import NOT_RECORDED, Unknown

_CLINICAL: Final = "http://terminology.hl7.org/CodeSystem/condition-clinical"
_VERIFIED: Final = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
_SIDE: Final = code_system("sides")
_STATES: Final = words({"open": "active", "closed": "completed", "abandoned": "revoked"})
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
        "state": At(("status",), _STATES),
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


@dataclass(frozen=True, slots=True)
class _Doing:
    """The activity that a resource of a type is."""

    kind: str

    def is_it(self, item: Mapping[str, Any], number: int) -> bool:  # noqa: ARG002 (of the protocol)
        return kind_of_reference(item.get("reference", {})) == self.kind

    def new(self) -> Element:
        return {}


#: What is planned is planned by its entries: the course, its appointments. Nothing is said of what nobody booked.
PLAN: Final = Table(
    "CarePlan",
    Plan,
    {
        "patient": patient_at(),
        "course": At(("activity", _Doing("ServiceRequest"), "reference"), to("ServiceRequest"), None),
        "protocol": At(("instantiatesCanonical", FIRST), published_as("PlanDefinition")),
        "title": At(("title",), PLAIN),
        "area": in_list("supportingInfo", "BodyStructure"),
        "lesion": in_list("addresses", "Condition"),
        "goal": in_list("goal", "Goal"),
        "lead": At(("author",), to("Practitioner"), None),
        "state": At(("status",), _STATES),
        "began_at": Known(("period", "start"), TIME),
        "ended_at": Known(("period", "end"), TIME),
        "changed_at": Known(("meta", "lastUpdated"), INSTANT),
        "assessments": Several(
            "supportingInfo", ToKind("GuidanceResponse"), ("reference",), target("GuidanceResponse")
        ),
        "appointments": Several("activity", _Doing("Appointment"), ("reference", "reference"), target("Appointment")),
    },
    lambda plan: {"intent": "plan"} | ({} if plan.state else {"status": "unknown"}),
    "plan",
)
