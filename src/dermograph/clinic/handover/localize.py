"""What was received as this clinic would send it: with the ids of this clinic, and where it came from."""

from __future__ import annotations

import uuid
from collections.abc import Container, Mapping
from typing import Any

from dermograph.exchange.fhir.elements import Element
from dermograph.exchange.fhir.map.keys import Keys, kind_of_reference


def localized(resource: Mapping[str, Any], keys: Keys, here: Container[uuid.UUID]) -> Element:
    """The same resource with ids of ours.

    A reference to something that is here is by its id here; any other relative one becomes absolute at its source, so
    that it is not mistaken for one of ours.

    Args:
        resource: As it was kept.
        keys: How the ids of who sent it became those of who received it.
        here: The ids of what this clinic holds.
    """
    made: Element = _addressed(resource, keys, here)
    made["id"] = str(keys.of_resource(resource))
    if keys.source:
        made["meta"] = {**made.get("meta", {}), "source": keys.source}
    return made


def _addressed(node: Any, keys: Keys, here: Container[uuid.UUID]) -> Any:  # noqa: ANN401 (any JSON)
    if isinstance(node, dict):
        made = {name: _addressed(value, keys, here) for name, value in node.items()}
        written = node.get("reference")
        if isinstance(written, str) and not written.startswith("#"):
            made["reference"] = _reference(node, written, keys, here)
        return made
    if isinstance(node, list):
        return [_addressed(item, keys, here) for item in node]
    return node


def _reference(node: Mapping[str, Any], written: str, keys: Keys, here: Container[uuid.UUID]) -> str:
    kind, key = kind_of_reference(node), keys.of_reference(written)
    if kind and key in here:
        return f"{kind}/{key}"
    is_relative = ":" not in written and "/" in written
    return f"{keys.source}/{written}" if is_relative and keys.source else written
