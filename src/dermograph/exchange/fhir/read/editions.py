"""Other editions of FHIR: by which elements, types and headers they are recognised."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from dermograph.core.errors import printable
from dermograph.core.text import Text
from dermograph.exchange.fhir.outcome import Issue

_R5: Final[Mapping[str, str]] = {
    "AdverseEvent": "code occurrenceDateTime occurrencePeriod effectDateTime effectPeriod status mitigatingAction",
    "Appointment": "class reason cancellationDate virtualService replaces previousAppointment originatingAppointment "
    "subject note recurrenceId recurrenceTemplate occurrenceChanged account",
    "AuditEvent": "code category severity occurredDateTime occurredPeriod authorization basedOn patient encounter",
    "BodyStructure": "includedStructure excludedStructure",
    "Condition": "participant",
    "Consent": "subject grantor grantee manager controller regulatoryBasis policyBasis policyText decision period",
    "Device": "displayName name conformsTo category mode cycle duration gateway endpoint availabilityStatus "
    "biologicalSourceEvent",
    "DocumentReference": "version modality event facilityType practiceSetting period attester bodySite",
    "Goal": "acceptance continuous",
    "Observation": "instantiatesCanonical instantiatesReference triggeredBy bodyStructure",
    "Organization": "qualification description",
    "Procedure": "occurrenceDateTime occurrencePeriod occurrenceString occurrenceAge occurrenceRange occurrenceTiming "
    "recorded reportedBoolean reportedReference focus supportingInfo reason",
    "Provenance": "authorization basedOn patient encounter",
    "Schedule": "name",
    "ServiceRequest": "bodyStructure asNeededFor reason",
    "Substance": "expiry quantity",
    "Task": "requestedPeriod requestedPerformer performer doNotPerform reason",
}
_STU3: Final[Mapping[str, str]] = {
    "AdverseEvent": "type reaction description",
    "Appointment": "incomingReferral",
    "CarePlan": "definition context",
    "Communication": "notDone notDoneReason context definition",
    "Condition": "assertedDate context",
    "Consent": "consentingParty actor action organization securityLabel purpose dataPeriod data except",
    "Device": "udi model version",
    "DeviceUseStatement": "whenUsed indication",
    "DocumentReference": "class created indexed",
    "Goal": "status statusReason",
    "Media": "subtype occurrenceDateTime occurrencePeriod context",
    "Observation": "context related comment",
    "Patient": "animal",
    "Procedure": "definition notDone notDoneReason context",
    "Provenance": "period reference",
    "Task": "definitionUri definitionReference context",
}
_OTHER_TYPES: Final[Mapping[str, str]] = {
    **dict.fromkeys(("DeviceUsage", "Transport", "InventoryItem", "InventoryReport", "ActorDefinition"), "R5"),
    **dict.fromkeys(("BodySite", "ProcedureRequest", "ReferralRequest", "DataElement", "Sequence"), "STU3"),
}
_NAMED = re.compile(r"fhirVersion\s*=\s*\"?([0-9]+)(?:\.([0-9]+))?", re.IGNORECASE)


def edition_of_element(kind: str, name: str) -> str:
    """The edition that has an element which R4 has not: ``R5``, ``STU3``, or empty where none is known."""
    bare = name.lstrip("_")
    if bare in _R5.get(kind, "").split():
        return "R5"
    return "STU3" if bare in _STU3.get(kind, "").split() else ""


def edition_of_type(kind: str) -> str:
    """The edition that has a type which R4 has not: ``R5``, ``STU3``, or empty."""
    return _OTHER_TYPES.get(kind, "")


def version_issue(media_type: str) -> Issue | None:
    """What is wrong with the version that a media type names; None if it names R4 or none.

    Args:
        media_type: The value of a header, such as ``application/fhir+json; fhirVersion=4.0``.
    """
    found = _NAMED.search(media_type)
    if not found or (found[1], found[2] or "0") == ("4", "0"):
        return None
    return other_edition(printable(".".join(part for part in found.groups() if part)))


def other_edition(edition: str, expression: str = "") -> Issue:
    """That something is FHIR, but not R4."""
    return Issue(
        "not-supported",
        Text(
            f"This is FHIR {edition}. FHIR R4 (4.0.1) is read here.",
            f"Esto es FHIR {edition}. Aquí se lee FHIR R4 (4.0.1).",
        ),
        expression,
    )
