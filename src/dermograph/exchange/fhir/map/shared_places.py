"""Places that many tables have: who wrote an entry and when, what it corrects, the course, the area."""

from __future__ import annotations

from typing import Final

from dermograph.exchange.fhir.elements import code_system
from dermograph.exchange.fhir.map.codecs import INSTANT, PLAIN, concept_of, to
from dermograph.exchange.fhir.map.places import At, Known, Place
from dermograph.exchange.fhir.map.steps import ToKind, Way, Where, extended
from dermograph.exchange.record.part import NO_CONCEPT

#: The standard extension for a body structure that a resource is about.
BODY_SITE: Final[Way] = (
    "extension",
    Where("url", "http://hl7.org/fhir/StructureDefinition/bodySite"),
    "valueReference",
)


def entry_places(kind: str, at: Way, by: Way) -> dict[str, Place]:
    """The places of what every entry has.

    Args:
        kind: The type of the resource, which is that of what it corrects.
        at: Where the standard has the time at which it was written.
        by: Where it has who wrote it.
    """
    return {
        "written_at": Known(at, INSTANT),
        "written_by": At(by, to("Practitioner"), None),
        "supersedes": At(extended("supersedes", "valueReference"), to(kind), None),
        "correction_reason": At(extended("correction-reason", "valueString"), PLAIN),
    }


def patient_at(key: str = "subject") -> Place:
    """Whom it is about."""
    return At((key,), to("Patient"), None)


def in_list(key: str, kind: str) -> Place:
    """The first reference to a type in a list of references."""
    return At((key, ToKind(kind)), to(kind), None)


def concept_at(key: str, system: str) -> Place:
    """A concept of our own or of another's code system.

    Args:
        key: Of the CodeableConcept.
        system: The name of our code system.
    """
    return At((key,), concept_of(code_system(system)), NO_CONCEPT)
