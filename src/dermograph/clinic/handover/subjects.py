"""Whom a resource is about: without a patient nothing clinical can be filed."""

from __future__ import annotations

import uuid
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
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
#: Types that are a person whose own rights they have, unlike people of the trade.
_PERSONS: Final = frozenset({"Patient", "Person", "RelatedPerson"})
#: What one of them may say without saying who it is.
_NAMELESS: Final = frozenset(
    {
        *("resourceType", "id", "meta", "implicitRules", "language", "active", "gender", "relationship", "patient"),
        "managingOrganization",
    }
)
#: So many patients are told of one resource: more than one are several.
_MOST: Final = 2

Address = tuple[str, uuid.UUID]


@dataclass(frozen=True, slots=True)
class Said:
    """What a resource itself says of whom it is about.

    Attributes:
        patients: Whom it names; empty if it names nobody.
        things: What it mentions, by type and id, if it names nobody.
    """

    patients: frozenset[uuid.UUID]
    things: frozenset[Address] = frozenset()


def said_by(resource: Mapping[str, Any], keys: Keys) -> Said:
    """Whom a resource names: its subject counts first, then patients that it mentions anywhere.

    A resource inside of it says something by itself: whom that names counts as well, whoever the subject is.

    Args:
        resource: Checked; a Patient is about who they are.
        keys: How the sender's ids become ours.
    """
    inside = frozenset(_patients(list(resources_within(resource)), keys))
    if resource["resourceType"] == "Patient":
        return Said(inside | {keys.of_resource(resource)})
    for name in _FIRST:
        one = resource.get(name)
        if not isinstance(one, Mapping):
            continue
        if one.get("reference", "#").startswith("#"):  # in words, by a number, or within itself: that is no record
            return Said(frozenset())
        if found := _patient(one, keys):
            return Said(inside | {found})
    if direct := frozenset(_patients(resource, keys)):
        return Said(direct)
    mentioned = references_of(resource)
    return Said(
        frozenset(), frozenset((kind_of_reference(one), keys.of_reference(one["reference"])) for one in mentioned)
    )


def whom_each(
    said: Mapping[Address, Said], elsewhere: Callable[[Address], uuid.UUID | None]
) -> dict[Address, frozenset[uuid.UUID]]:
    """Whom each of some resources is about: whom it names, else whom the things are about that it mentions.

    Mentions may go on and on, and round in a circle: the work grows with their number, and no faster.

    Args:
        said: What each says itself.
        elsewhere: Whom another thing is about that was held before.

    Returns:
        Of each at most two patients: who has more than one is about several.
    """
    found = {at: set(one.patients) for at, one in said.items()}
    mentioned_by: dict[Address, list[Address]] = defaultdict(list)
    waiting: deque[tuple[Address, uuid.UUID]] = deque()
    for at, one in said.items():
        for thing in one.things:
            if thing in said:
                mentioned_by[thing].append(at)
            elif (patient := elsewhere(thing)) is not None:
                waiting.append((at, patient))
        if one.patients:
            waiting.extend((at, patient) for patient in sorted(one.patients)[:_MOST])
    told: set[tuple[Address, uuid.UUID]] = set()
    while waiting:
        at, patient = waiting.popleft()
        if (at, patient) in told or (not said[at].patients and len(found[at]) >= _MOST):
            continue
        told.add((at, patient))
        found[at].add(patient)
        waiting.extend((other, patient) for other in mentioned_by.get(at, ()))
    return {at: frozenset(sorted(one)[:_MOST]) for at, one in found.items()}


def names_nobody_usable(resource: Mapping[str, Any]) -> bool:
    """Whether it speaks of a patient without a reference to a record, in words or with a Patient of its own inside."""
    return any(name in resource for name in _FIRST) or any(
        one["resourceType"] == "Patient" for one in resources_within(resource)
    )


def holds_somebody(resource: Mapping[str, Any]) -> bool:
    """Whether a resource has the details of a person inside, who would not be found there, nor erased.

    So has what is about somebody without a reference to a record; ``#`` alone is the resource itself.
    """
    for one in resources_within(resource):
        if one["resourceType"] in _PERSONS and one.keys() - _NAMELESS:
            return True
        about = [one[name].get("reference", "") for name in _FIRST if isinstance(one.get(name), Mapping)]
        if any(not to or (to.startswith("#") and to != "#") for to in about):
            return True
    return False


def based_on(resource: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Every literal reference to what a resource, or one inside of it, is based on."""
    for one in (resource, *resources_within(resource)):
        yield from references_of(one.get("basedOn", ()))


def resources_within(node: Any) -> Iterator[Mapping[str, Any]]:  # noqa: ANN401 (any JSON)
    """Every resource inside of one that was checked, however deep: contained, in a Bundle, or a parameter's."""
    for value in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
        if isinstance(value, dict) and "resourceType" in value:
            yield value
        yield from resources_within(value)


def references_of(node: Any) -> Iterator[Mapping[str, Any]]:  # noqa: ANN401 (any JSON)
    """Every literal reference, of what is contained too, but for those into it."""
    if isinstance(node, dict):
        written = node.get("reference")
        if isinstance(written, str) and not written.startswith("#"):
            yield node
        for value in node.values():
            yield from references_of(value)
    elif isinstance(node, list):
        for item in node:
            yield from references_of(item)


def _patients(node: Any, keys: Keys) -> Iterator[uuid.UUID]:  # noqa: ANN401 (any JSON)
    every = (_patient(one, keys) for one in references_of(node))
    return (one for one in every if one is not None)


def _patient(reference: Mapping[str, Any], keys: Keys) -> uuid.UUID | None:
    return keys.of_reference(reference["reference"]) if kind_of_reference(reference) == "Patient" else None
