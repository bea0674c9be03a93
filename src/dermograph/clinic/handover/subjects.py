"""Whom a resource is about: without a patient nothing clinical can be filed."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

from dermograph.exchange.fhir.map.keys import Keys, kind_of_reference

#: Types that may be about nobody: places, people of the trade, things, and what is published.
ABOUT_NOBODY: Final = frozenset(
    {
        *("ActivityDefinition", "CodeSystem", "Device", "Library", "Location", "Medication", "Organization"),
        *("PlanDefinition", "Practitioner", "PractitionerRole", "Questionnaire", "Schedule", "Slot", "Substance"),
        "ValueSet",
    }
)
#: Types that wrap or answer, and are no part of any record.
NO_RECORD: Final = frozenset({"Bundle", "CapabilityStatement", "OperationOutcome", "Parameters"})
_FIRST: Final = ("subject", "patient", "for", "individual")

Known = Callable[[str, uuid.UUID], "frozenset[uuid.UUID]"]


def patients_of(resource: Mapping[str, Any], keys: Keys, further: Known) -> frozenset[uuid.UUID]:
    """The patients that a resource is about; empty for none.

    Its subject counts first, then patients that it mentions anywhere, then whom the things are about that it mentions.

    Args:
        resource: Checked.
        keys: How the sender's ids become ours.
        further: The patients that another resource is about.
    """
    kind = resource["resourceType"]
    if kind == "Patient":
        return frozenset({keys.of_resource(resource)})
    for name in _FIRST:
        one = resource.get(name)
        if isinstance(one, Mapping) and "reference" in one and (found := _patient(one, keys)):
            return frozenset({found})
    mentioned = list(references_of(resource))
    if direct := frozenset(key for one in mentioned if (key := _patient(one, keys)) is not None):
        return direct
    others = {(kind_of_reference(one), keys.of_reference(one["reference"])) for one in mentioned}
    return frozenset(patient for name, key in others for patient in further(name, key))


def references_of(node: Any) -> Iterator[Mapping[str, Any]]:  # noqa: ANN401 (any JSON)
    """Every literal reference outside of what is contained, but for those into it."""
    if isinstance(node, dict):
        written = node.get("reference")
        if isinstance(written, str) and not written.startswith("#"):
            yield node
        for name, value in node.items():
            if name != "contained":
                yield from references_of(value)
    elif isinstance(node, list):
        for item in node:
            yield from references_of(item)


def _patient(reference: Mapping[str, Any], keys: Keys) -> uuid.UUID | None:
    return keys.of_reference(reference["reference"]) if kind_of_reference(reference) == "Patient" else None
