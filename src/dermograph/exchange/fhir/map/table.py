"""A table: which attribute of a part of the record stands where in a resource. It is read both ways.

What a resource holds beyond that is kept: the original stays with the part as its origin, and a part that was not
changed is written as the original. Of a changed one only the changed attributes are written into it.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from dermograph.exchange.fhir.elements import Element
from dermograph.exchange.fhir.map.codecs import PART_SYSTEM
from dermograph.exchange.fhir.map.keys import Keys
from dermograph.exchange.fhir.map.places import Place, fill
from dermograph.exchange.fhir.map.steps import as_of
from dermograph.exchange.fhir.read.structure import structure
from dermograph.exchange.record.part import Origin, Part


@dataclass(frozen=True, slots=True)
class Table:
    """One kind of part and one type of resource.

    Attributes:
        kind: The type of the resource.
        part: The class of the part.
        places: By attribute.
        begin: What a new resource has before anything is put in: what the standard wants and what is always so.
        tag: What tells it from other parts of the same type; empty for what any sender may send.
        derived: What of ``begin`` follows from attributes, and is written anew with them.
    """

    kind: str
    part: type[Part]
    places: Mapping[str, Place]
    begin: Callable[[Any], Element]
    tag: str = ""
    derived: tuple[str, ...] = ()

    def read(self, resource: Element, keys: Keys) -> Any:  # noqa: ANN401 (a part of its class)
        """The part that a checked resource holds, with the resource as its origin."""
        values = {name: place.read(resource, keys) for name, place in self.places.items()}
        return self.part(id=keys.of_resource(resource), origin=Origin(keys.source, resource), **values)

    def write(self, part: Part) -> Element:
        """The resource of a part.

        One that came from elsewhere and was not changed is its original itself, which nobody may change in turn. Where
        it was changed, the former narrative is left out: it would say what no longer holds.

        Args:
            part: Of the table's class.
        """
        origin = part.origin
        if origin is None or origin.original.get("resourceType") != self.kind:
            return self._new(part)
        told = dict(origin.original) if origin.at is None else as_of(origin.original, origin.at)
        was = self.read(told, Keys(origin.source))
        changed = [name for name in self.places if getattr(part, name) != getattr(was, name)]
        if not changed:
            return dict(origin.original)
        made: Element = copy.deepcopy(dict(origin.original))
        for name in changed:
            self.places[name].write(made, getattr(part, name))
        before, after = self.begin(was), self.begin(part)
        for name in self.derived:
            if before.get(name) != after.get(name):
                made.pop(name, None)
                made |= {name: after[name]} if name in after else {}
        made.pop("text", None)
        return _of_one_choice(made, self.kind, frozenset(origin.original))

    def _new(self, part: Part) -> Element:
        made: Element = {"resourceType": self.kind, "id": str(part.id)}
        if self.tag:
            made["meta"] = {"tag": [{"system": PART_SYSTEM, "code": self.tag}]}
        made |= self.begin(part)
        fill(self.places, made, part)
        return made


def _of_one_choice(made: Element, kind: str, before: frozenset[str]) -> Element:
    """Without the former form of what was written in another one, such as a period in place of an instant."""
    elements = structure().elements[kind]
    added = {name.removeprefix("_") for name in made.keys() - before}
    new = {elements[name].choice for name in added if name in elements} - {""}
    for name in before & made.keys():
        known = elements.get(name.removeprefix("_"))
        if known is not None and known.choice in new:
            del made[name]
    return made


def tag_of(resource: Mapping[str, Any]) -> str:
    """What a resource was made from by us; empty for any other."""
    for one in resource.get("meta", {}).get("tag", ()):
        if one.get("system") == PART_SYSTEM:
            return str(one.get("code", ""))
    return ""
