"""Ways into a resource: keys of objects, and items of lists told by what stands in them.

A way is read, written and cleared. To write makes what is not there; to clear takes away what is then empty.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeAlias

from dermograph.exchange.fhir.elements import structure
from dermograph.exchange.fhir.map.keys import kind_of_reference
from dermograph.exchange.record.partial import PartialDate


class Pick(Protocol):
    """Which item of a list is meant."""

    def is_it(self, item: Mapping[str, Any], number: int) -> bool:
        """Whether it is this one."""

    def new(self) -> dict[str, Any]:
        """A new one, that says so."""


Step: TypeAlias = "str | Pick"
Way: TypeAlias = "tuple[Step, ...]"


@dataclass(frozen=True, slots=True)
class Where:
    """The first item in which a key has a value, such as the identifier of a system."""

    key: str
    value: str

    def is_it(self, item: Mapping[str, Any], number: int) -> bool:  # noqa: ARG002 (of the protocol)
        """Whether it is this one."""
        return item.get(self.key) == self.value

    def new(self) -> dict[str, Any]:
        """A new one."""
        return {self.key: self.value}


@dataclass(frozen=True, slots=True)
class InUse:
    """The first name, or telephone number or address of a system, that is not a former or another one.

    One whose period has ended is a former one, whatever its use; a period whose end cannot be read has not.

    Attributes:
        system: Of a telephone number or address; empty for a name.
        has_ended: Whether one is meant that would be it, had its period not ended.
    """

    system: str = ""
    has_ended: bool = False

    def is_it(self, item: Mapping[str, Any], number: int) -> bool:  # noqa: ARG002 (of the protocol)
        """Whether it is this one."""
        if item.get("system", "") != self.system or item.get("use") in _NOT_THIS:
            return False
        return _has_ended(item, _now()) == self.has_ended

    def new(self) -> dict[str, Any]:
        """A new one."""
        return {"system": self.system} if self.system else {}


@dataclass(frozen=True, slots=True)
class First:
    """The first item, whatever it is."""

    def is_it(self, item: Mapping[str, Any], number: int) -> bool:  # noqa: ARG002 (of the protocol)
        """Whether it is this one."""
        return number == 0

    def new(self) -> dict[str, Any]:
        """A new one."""
        return {}


@dataclass(frozen=True, slots=True)
class ToKind:
    """The first reference to a type, and without a role."""

    kind: str

    def is_it(self, item: Mapping[str, Any], number: int) -> bool:  # noqa: ARG002 (of the protocol)
        """Whether it is this one."""
        return kind_of_reference(item) == self.kind and "extension" not in item

    def new(self) -> dict[str, Any]:
        """A new one."""
        return {}


@dataclass(frozen=True, slots=True)
class InRole:
    """The reference that an extension of ours marks with a role, such as the baseline of a comparison."""

    role: str

    def is_it(self, item: Mapping[str, Any], number: int) -> bool:  # noqa: ARG002 (of the protocol)
        """Whether it is this one."""
        return any(one.get("valueCode") == self.role for one in item.get("extension", ()) if one.get("url") == _ROLE)

    def new(self) -> dict[str, Any]:
        """A new one."""
        return {"extension": [{"url": _ROLE, "valueCode": self.role}]}


@dataclass(frozen=True, slots=True)
class Coded:
    """The item with a code of a code system, such as a component of an Observation.

    Attributes:
        key: Of its CodeableConcept.
    """

    system: str
    code: str
    key: str = "code"

    def is_it(self, item: Mapping[str, Any], number: int) -> bool:  # noqa: ARG002 (of the protocol)
        """Whether it is this one."""
        return any(
            one.get("system") == self.system and one.get("code") == self.code
            for one in item.get(self.key, {}).get("coding", ())
        )

    def new(self) -> dict[str, Any]:
        """A new one."""
        return {self.key: {"coding": [{"system": self.system, "code": self.code}]}}


@dataclass(frozen=True, slots=True)
class OfSystem:
    """The CodeableConcept that has a code of a code system."""

    system: str

    def is_it(self, item: Mapping[str, Any], number: int) -> bool:  # noqa: ARG002 (of the protocol)
        """Whether it is this one."""
        return any(one.get("system") == self.system for one in item.get("coding", ()))

    def new(self) -> dict[str, Any]:
        """A new one."""
        return {"coding": [{"system": self.system}]}


FIRST: Final = First()


def ended_last(names: Sequence[Mapping[str, Any]]) -> Mapping[str, Any] | None:
    """Of names that would be in use, had they not ended, the one that ended last; None if there is none."""
    return max((one for one in names if InUse(has_ended=True).is_it(one, 0)), key=_end, default=None)


def as_of(resource: Mapping[str, Any], at: dt.datetime) -> dict[str, Any]:
    """A resource as it was to be read at an instant: its names and telephones that had not ended then never do.

    Args:
        resource: Checked.
        at: Aware.
    """
    then: dict[str, Any] = dict(resource)
    for key in then.keys() & _WITH_PERIODS:
        then[key] = [item if _has_ended(item, at) else {**item, "period": {}} for item in then[key]]
    return then


def _now() -> dt.datetime:
    return dt.datetime.now(dt.UTC)


def _has_ended(item: Mapping[str, Any], at: dt.datetime) -> bool:
    """Whether the last day of its period was over everywhere on earth."""
    return _end(item) < (at.astimezone(dt.UTC) - _LAST_ZONE).date()


def _end(item: Mapping[str, Any]) -> dt.date:
    try:
        return PartialDate(item["period"]["end"][:_DAY_LENGTH]).last
    except (KeyError, TypeError, ValueError):
        return dt.date.max


_DAY_LENGTH: Final = len("2026-11-22")
_LAST_ZONE: Final = dt.timedelta(hours=12)
_WITH_PERIODS: Final = frozenset({"name", "telecom"})
_NOT_THIS: Final = ("old", "temp", "maiden", "nickname", "anonymous")
_ROLE: Final = structure("role")
_EXTENSION: Final = ("extension", "url", "value")


def extended(name: str, value: str) -> Way:
    """The way to the value of an extension of ours.

    Args:
        name: Of the extension.
        value: With its type, such as ``valueString``.
    """
    return ("extension", Where("url", structure(name)), value)


def found(node: Any, way: Way) -> Any:  # noqa: ANN401 (any JSON)
    """What stands at the end of a way; None if nothing does."""
    for step in way:
        if node is None:
            return None
        if isinstance(step, str):
            node = node.get(step)
        else:
            node = next((item for number, item in enumerate(node) if step.is_it(item, number)), None)
    return node


def put(node: Any, way: Way, value: Any) -> None:  # noqa: ANN401 (any JSON)
    """Write at the end of a way, and make what is missing on it."""
    for number, step in enumerate(way[:-1]):
        after = way[number + 1]
        if isinstance(step, str):
            below = node.get(step)
            if below is None:
                below = node[step] = {} if isinstance(after, str) else []
            node = below
        else:
            below = next((item for index, item in enumerate(node) if step.is_it(item, index)), None)
            if below is None:
                below = step.new()
                node.append(below)
            node = below
    last = way[-1]
    if isinstance(last, str):
        node[last] = value
        return
    for index, item in enumerate(node):
        if last.is_it(item, index):
            node[index] = value
            return
    node.append(value)


def add(node: Any, way: Way, value: Any) -> None:  # noqa: ANN401 (any JSON)
    """Write where nothing stands yet: of an extension without looking for it first."""
    if len(way) == len(_EXTENSION) and way[0] == "extension" and isinstance(way[1], Where):
        made = {way[1].key: way[1].value, way[2]: value}
        if "extension" in node:
            node["extension"].append(made)
        else:
            node["extension"] = [made]
    elif len(way) == 1:
        node[way[0]] = value
    else:
        put(node, way, value)


def clear(node: Any, way: Way) -> None:  # noqa: ANN401 (any JSON)
    """Take away what stands at the end of a way, and what is empty without it."""
    step, rest = way[0], way[1:]
    if isinstance(step, str):
        if step not in node:
            return
        if rest:
            clear(node[step], rest)
        if not rest or not node[step]:
            del node[step]
        return
    for index, item in enumerate(node):
        if step.is_it(item, index):
            if rest:
                clear(item, rest)
            if not rest or not item or item == step.new():
                del node[index]
            return
