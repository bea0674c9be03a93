"""Reasons why something is not there (data-absent-reason): what has one beside its value says both, and so neither."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from dermograph.exchange.cds_hooks.json_values import inside
from dermograph.exchange.cds_hooks.refusal import issue
from dermograph.exchange.fhir.elements import ABSENT_REASON
from dermograph.exchange.fhir.outcome import Issue

_CODINGS: Final = ("coding", "valueCoding")


def is_absent(element: object) -> bool:
    """Whether an element itself says why it is not there."""
    listed = element.get("extension") if isinstance(element, dict) else None
    return isinstance(listed, list) and any(isinstance(one, dict) and one.get("url") == ABSENT_REASON for one in listed)


def says_absent(value: object) -> bool:
    """Whether anything in a value, at any depth, says why it is not there."""
    if isinstance(value, list):
        return any(says_absent(one) for one in value)
    return isinstance(value, dict) and (is_absent(value) or any(says_absent(one) for one in value.values()))


def both(value: object, path: str, name: str = "") -> Iterator[Issue]:
    """Every value in a resource that stands beside a reason why there is none.

    Looked at are all primitive elements, and the codes of every concept.

    Args:
        value: Any JSON value.
        path: Where it stands.
        name: Of the member that it is, or is one of.
    """
    if isinstance(value, list):
        for number, inner in enumerate(value):
            yield from both(inner, f"{path}[{number}]", name)
    elif isinstance(value, dict):
        has_any = not value.keys().isdisjoint(("coding", "value")) or (name in _CODINGS and "code" in value)
        if has_any and is_absent(value):
            yield _both(path)
        for each, inner in value.items():
            if each.startswith("_") and _is_beside(value.get(each[1:]), inner):
                yield _both(inside(path, each[1:]))
            yield from both(inner, inside(path, each), each)


def _is_beside(value: object, beside: object) -> bool:
    """Whether what stands beside a primitive element, or beside one of a list, says that it is not there."""
    if isinstance(value, list) and isinstance(beside, list):
        return any(_is_beside(one, other) for one, other in zip(value, beside, strict=False))
    return value is not None and is_absent(beside)


def _both(path: str) -> Issue:
    return issue(
        "business-rule",
        path,
        "It has a value, and a reason why there is none.",
        "Tiene un valor, y un motivo por el que falta.",
    )
