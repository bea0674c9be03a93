"""Places that many tables have: who wrote an entry and when, what it corrects, the course, the area."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from dermograph.exchange.fhir.elements import TRANSLATION, Element, code_system
from dermograph.exchange.fhir.map.codecs import INSTANT, PLAIN, concept_of, to
from dermograph.exchange.fhir.map.keys import Keys
from dermograph.exchange.fhir.map.places import At, Known, Place
from dermograph.exchange.fhir.map.steps import ToKind, Way, Where, clear, extended, found, put
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


@dataclass(frozen=True, slots=True)
class Spanish:
    """The Spanish beside a text in English (R4 translation extension).

    Attributes:
        way: To the text itself.
    """

    way: Way

    def read(self, resource: Element, keys: Keys) -> str:  # noqa: ARG002 (of the protocol)
        """The words; empty for none."""
        return str(found(resource, (*self._beside, *_CONTENT)) or "")

    def write(self, resource: Element, value: str) -> None:
        """Put them there."""
        if not value:
            clear(resource, self._beside)
            return
        put(resource, (*self._beside, *_LANGUAGE), "es")
        put(resource, (*self._beside, *_CONTENT), value)

    @property
    def _beside(self) -> Way:
        return (*self.way[:-1], f"_{self.way[-1]}", "extension", Where("url", TRANSLATION))


_LANGUAGE: Final[Way] = ("extension", Where("url", "lang"), "valueCode")
_CONTENT: Final[Way] = ("extension", Where("url", "content"), "valueString")
