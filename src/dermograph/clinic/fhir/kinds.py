"""Which types are served, and by which parameters each is found (R4, search; the registry of search parameters)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal

from dermograph.clinic.smart.kinds import KINDS as LET_THROUGH

ParameterType = Literal["token", "string", "date", "reference", "uri"]
#: What a parameter becomes in what is asked of the records.
Use = Literal["patient", "identifier", "name", "birth_date", "code", "dates"]


@dataclass(frozen=True, slots=True)
class Kind:
    """A type of resources that are kept in the records.

    Attributes:
        name: The type.
        finds: Its parameters of search, each with what it becomes; those of every type are not named.
        includes: What ``_include`` follows: the parameter, and the element in which its references stand.
    """

    name: str
    finds: Mapping[str, Use]
    includes: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_of_patients(self) -> bool:
        """Whether such a resource belongs to one patient."""
        return self.name == "Patient" or "patient" in self.finds.values()

    @property
    def writes(self) -> bool:
        """Whether it is taken by create and update: whether any role may send it."""
        return bool(LET_THROUGH[self.name].create)


#: The types of parameters, by what they become.
TYPES: Final[Mapping[Use, ParameterType]] = {
    "patient": "reference",
    "identifier": "token",
    "name": "string",
    "birth_date": "date",
    "code": "token",
    "dates": "date",
}
#: Parameters of every type.
COMMON: Final[Mapping[str, ParameterType]] = {"_id": "token", "_lastUpdated": "date"}
#: How an answer is made up.
CONTROLS: Final = frozenset({"_since", "_count", "_offset", "_include", "_summary", "_format", "_pretty", "_total"})

_ID: Final[Mapping[str, Use]] = {"identifier": "identifier"}
_ABOUT: Final[Mapping[str, Use]] = {"patient": "patient", "subject": "patient"}
_PATIENT: Final[Mapping[str, Use]] = {"patient": "patient"}
_BOTH: Final[Mapping[str, str]] = {"patient": "subject", "subject": "subject"}


def _named() -> list[Kind]:
    """Places and people."""
    named: dict[str, Use] = {**_ID, "name": "name"}
    return [
        Kind("Organization", named),
        Kind("Patient", {**named, "birthdate": "birth_date"}, {"organization": "managingOrganization"}),
        Kind("Practitioner", named),
        Kind("Location", named, {"organization": "managingOrganization"}),
        Kind("PractitionerRole", _ID, {"practitioner": "practitioner", "organization": "organization"}),
    ]


def _clinical() -> list[Kind]:
    """What is known, done and measured."""
    code: dict[str, Use] = {"code": "code"}
    date: dict[str, Use] = {"date": "dates"}
    about = {**_ID, **_ABOUT}
    return [
        Kind("BodyStructure", {**_ID, **_PATIENT}, {"patient": "patient"}),
        Kind("Condition", about, _BOTH),
        Kind(
            "ServiceRequest",
            {**about, **code, "authored": "dates"},
            {**_BOTH, "performer": "performer", "requester": "requester"},
        ),
        Kind("Goal", {**about, "start-date": "dates"}, _BOTH),
        Kind(
            "Observation",
            {**about, **code, **date},
            {**_BOTH, "performer": "performer", "derived-from": "derivedFrom", "based-on": "basedOn", "focus": "focus"},
        ),
        Kind(
            "Procedure",
            {**about, **code, **date},
            {**_BOTH, "performer": "performer", "based-on": "basedOn", "location": "location"},
        ),
        Kind("Device", {**_ID, "device-name": "name"}, {"organization": "owner"}),
        Kind("Substance", {**_ID, **code}),
        Kind("DeviceUseStatement", about, {**_BOTH, "device": "device"}),
        Kind("Media", {**about, "created": "dates"}, {**_BOTH, "operator": "operator", "based-on": "basedOn"}),
        Kind("DocumentReference", about, _BOTH),
        Kind(
            "AdverseEvent",
            {"subject": "patient", "event": "code", **date},
            {"subject": "subject", "recorder": "recorder"},
        ),
        Kind(
            "QuestionnaireResponse",
            {**about, "authored": "dates"},
            {**_BOTH, "author": "author", "based-on": "basedOn", "source": "source"},
        ),
        Kind(
            "CarePlan",
            {**about, **date},
            {**_BOTH, "goal": "goal", "condition": "addresses", "activity-reference": "activity"},
        ),
        Kind("GuidanceResponse", about, _BOTH),
        Kind(
            "DetectedIssue",
            {**_ID, **_PATIENT, "identified": "dates"},
            {"patient": "patient", "implicated": "implicated"},
        ),
    ]


def _kept() -> list[Kind]:
    """The calendar and papers."""
    about = {**_ID, **_ABOUT}
    date: dict[str, Use] = {"date": "dates"}
    return [
        Kind("Schedule", _ID, {"actor": "actor"}),
        Kind("Slot", {**_ID, "start": "dates"}, {"schedule": "schedule"}),
        Kind(
            "Appointment",
            {**_ID, **_PATIENT, **date},
            {"patient": "participant", "practitioner": "participant", "location": "participant"},
        ),
        Kind("Consent", {**_ID, **_PATIENT, **date}, {"patient": "patient"}),
        Kind("Communication", {**about, "sent": "dates"}, {**_BOTH, "sender": "sender", "recipient": "recipient"}),
        Kind(
            "Task",
            {**about, "code": "code", "authored-on": "dates"},
            {"patient": "for", "subject": "for", "focus": "focus"},
        ),
        Kind("Provenance", {**_PATIENT, "recorded": "dates"}, {"target": "target", "agent": "agent"}),
        Kind("AuditEvent", {**_PATIENT, **date}, {"agent": "agent"}),
    ]


#: The types that are kept in the records, by their names.
KINDS: Final[Mapping[str, Kind]] = {one.name: one for one in (*_named(), *_clinical(), *_kept())}
#: The types that are published with the protocols, and by which parameters each is found.
PUBLISHED: Final[Mapping[str, Mapping[str, ParameterType]]] = {
    name: {"url": "uri", "version": "token", "name": "string", "title": "string", "status": "token"}
    for name in (
        "ActivityDefinition",
        "CodeSystem",
        "Library",
        "OperationDefinition",
        "PlanDefinition",
        "Questionnaire",
        "StructureDefinition",
        "ValueSet",
    )
}
