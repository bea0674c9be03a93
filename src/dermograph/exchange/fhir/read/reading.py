"""Reading a resource."""

from __future__ import annotations

from typing import Final

from dermograph.core.errors import shown
from dermograph.core.text import Text
from dermograph.exchange.fhir.elements import Element
from dermograph.exchange.fhir.outcome import Issue, RefusedError
from dermograph.exchange.fhir.read.check import issues_of
from dermograph.exchange.fhir.read.json_text import json_of

MOST_RESOURCE_BYTES: Final = 5 * 2**20


def read_resource(data: bytes | str, expected: str = "", *, most_bytes: int = MOST_RESOURCE_BYTES) -> Element:
    """A resource of FHIR R4, checked in every element and otherwise as it was sent.

    Args:
        data: UTF-8 bytes or text.
        expected: The type that it has to be of; empty for any.
        most_bytes: How much is read at all.

    Raises:
        RefusedError: With everything that is wrong with it.
    """
    return checked(json_of(data, most_bytes=most_bytes), expected)


def checked(resource: object, expected: str = "") -> Element:
    """The same from JSON that was read already.

    Raises:
        RefusedError: With everything that is wrong with it.
    """
    if expected and isinstance(resource, dict) and (kind := resource.get("resourceType")) != expected:
        raise RefusedError(
            Issue(
                "structure",
                Text(
                    f"A resource of the type {expected} is expected here, not {shown(kind)}.",
                    f"Aquí se espera un recurso del tipo {expected}, no {shown(kind)}.",
                ),
                "resourceType",
            )
        )
    issues = issues_of(resource)
    if issues or not isinstance(resource, dict):
        raise RefusedError(*issues)
    return resource
