"""Answers, happenings, overrides, reviews, signs, outlines and what others observed: Observation.

R4 has one resource for whatever was asserted of a patient. A tag of ours says which of ours it is; without one it is a
finding of somebody else.
"""

from __future__ import annotations

from typing import Final

from dermograph.exchange.fhir.elements import Element, code_system, coding, concept
from dermograph.exchange.fhir.map.codecs import (
    DAY,
    INSTANT,
    PLAIN,
    STORED,
    TIME,
    code_of_ours,
    to,
)
from dermograph.exchange.fhir.map.places import At, Known, Place, SaidAt
from dermograph.exchange.fhir.map.shared_places import concept_at, entry_places, in_list, patient_at
from dermograph.exchange.fhir.map.steps import Coded, ToKind, Where, extended
from dermograph.exchange.fhir.map.table import Table
from dermograph.exchange.record.clinical import Answer, Finding, Happening, Symptom
from dermograph.exchange.record.decisions import Override, Review
from dermograph.exchange.record.pictures import Outline

_CATEGORY: Final = "http://terminology.hl7.org/CodeSystem/observation-category"
_FACT: Final = code_system("facts")
_DECISION: Final = code_system("decisions")
_PART: Final = code_system("record-parts")


def observed(category: str, code: str = "", *, status: str = "final") -> Element:
    """What an Observation of ours begins with.

    Args:
        category: Of observation-category, such as ``exam``.
        code: What it is, of our own parts of a record; empty where the part says it.
        status: Of observation-status.
    """
    made: Element = {"status": status, "category": [concept(coding(_CATEGORY, category))]}
    return made | {"code": concept(coding(_PART, code))} if code else made


def observation_entry() -> dict[str, Place]:
    """The places that every Observation of ours has: the patient, who wrote it and when, what it corrects."""
    return {
        "patient": patient_at(),
        **entry_places("Observation", ("issued",), ("performer", ToKind("Practitioner"))),
    }


def _decided(name: str) -> Place:
    """A code of ours as the value of a component."""
    return At(
        ("component", Coded(_PART, name), "valueCodeableConcept", "coding", Where("system", _DECISION), "code"), PLAIN
    )


_COURSE: Final = in_list("basedOn", "ServiceRequest")
#: By which protocol something was decided, as it was stored.
PINNED: Final[dict[str, Place]] = {
    "protocol_version": At(extended("protocol-version", "valueString"), PLAIN),
    "protocol_hash": At(extended("protocol-hash", "valueString"), PLAIN),
}


def stored(name: str) -> Place:
    """JSON as it was stored, in an extension of ours."""
    return At(extended(name, "valueAttachment"), STORED, {})


def _decision(way: str) -> Place:
    return At((way,), code_of_ours(_DECISION))


ANSWER: Final = Table(
    "Observation",
    Answer,
    {
        **observation_entry(),
        "course": _COURSE,
        "fact": At(("code",), code_of_ours(_FACT)),
        "value": SaidAt(_FACT),
        "answered_on": Known(("effectiveDateTime",), DAY),
        "response": in_list("derivedFrom", "QuestionnaireResponse"),
    },
    lambda _: observed("survey"),
    "answer",
)

HAPPENING: Final = Table(
    "Observation",
    Happening,
    {
        **observation_entry(),
        "course": _COURSE,
        "what": At(("code",), code_of_ours(code_system("event-kinds"))),
        "first": Known(("effectivePeriod", "start"), DAY),
        "last": Known(("effectivePeriod", "end"), DAY),
        "cancelled": At(extended("did-not-happen", "valueBoolean"), PLAIN, empty=False),
    },
    lambda happening: observed("social-history", status="cancelled" if happening.cancelled else "final"),
    "happening",
    ("status",),
)

OVERRIDE: Final = Table(
    "Observation",
    Override,
    {
        **observation_entry(),
        "assessment": in_list("focus", "GuidanceResponse"),
        "verdict": _decision("valueCodeableConcept"),
        "reason": At(("note", Where("id", "reason"), "text"), PLAIN),
    },
    lambda _: observed("survey", "override"),
    "override",
)

REVIEW: Final = Table(
    "Observation",
    Review,
    {
        **observation_entry(),
        "course": _COURSE,
        "reviewed_on": Known(("effectiveDateTime",), DAY),
        "proposed": _decided("proposed"),
        "decision": _decision("valueCodeableConcept"),
        "reason": At(("note", Where("id", "reason"), "text"), PLAIN),
        "proposal": stored("proposal"),
        "facts": stored("facts"),
        "signed_name": At(extended("signed-name", "valueString"), PLAIN),
        "signed_at": Known(extended("signed-at", "valueInstant"), INSTANT),
        **PINNED,
    },
    lambda _: observed("exam", "review"),
    "review",
)

SYMPTOM: Final = Table(
    "Observation",
    Symptom,
    {
        **observation_entry(),
        "course": _COURSE,
        "sign": At(("code",), code_of_ours(code_system("signs"))),
        "reported_on": Known(extended("reported-on", "valueDate"), DAY),
        "began_on": Known(("effectivePeriod", "start"), DAY),
        "gone_on": Known(("effectivePeriod", "end"), DAY),
        "words": At(("note", Where("id", "words"), "text"), PLAIN),
        "first_told_at": Known(extended("first-told-at", "valueInstant"), INSTANT),
        "by_patient": At(extended("by-patient", "valueBoolean"), PLAIN, empty=False),
        "seen_at": Known(extended("seen-at", "valueInstant"), INSTANT),
        "seen_by": At(extended("seen-by", "valueReference"), to("Practitioner"), None),
    },
    lambda _: {**observed("exam"), "valueBoolean": True},
    "symptom",
)

OUTLINE: Final = Table(
    "Observation",
    Outline,
    {
        **observation_entry(),
        "photograph": in_list("derivedFrom", "Media"),
        "shape": stored("shape"),
    },
    lambda _: observed("imaging", "outline"),
    "outline",
)


FINDING: Final = Table(
    "Observation",
    Finding,
    {
        "patient": patient_at(),
        "what": concept_at("code", "findings"),
        "value": SaidAt(code_system("findings")),
        "at": Known(("effectiveDateTime",), TIME),
        "method": concept_at("method", "methods"),
        "state": At(("status",), PLAIN),
    },
    lambda finding: {} if finding.state else {"status": "unknown"},
)
