"""The elements of FHIR R4: their types, how often they stand, and the codes of required bindings.

``structure.json`` holds them for every type that is exchanged and every type of data in them. The tests make the table
again from the published definitions and hold it against this one.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final


@dataclass(frozen=True, slots=True)
class Expected:
    """One element as R4 has it.

    Attributes:
        kind: Its type, such as ``string``, ``Reference``, ``Patient.contact``; ``Resource`` for any resource.
        is_primitive: Whether its type is a primitive one.
        required: Whether it has to stand there.
        many: Whether it is a list.
        choice: The name of the choice that it belongs to, such as ``value`` for ``valueString``; empty for none.
        codes: The codes of its required binding; None where any code may stand.
    """

    kind: str
    is_primitive: bool
    required: bool
    many: bool
    choice: str
    codes: frozenset[str] | None


@dataclass(frozen=True, slots=True)
class Structure:
    """All elements.

    Attributes:
        resources: The types of resources that are exchanged or may stand in one that is.
        elements: By type or path, then by name in JSON.
        required: The names of required elements, by type or path; of a choice the name of the choice.
    """

    resources: frozenset[str]
    elements: Mapping[str, Mapping[str, Expected]]
    required: Mapping[str, tuple[str, ...]]


@cache
def structure() -> Structure:
    """The table, read once."""
    text = resources.files(__package__).joinpath("structure.json").read_text(encoding="utf-8")
    table = json.loads(text)
    primitives, codes = frozenset(table["primitives"]), {k: frozenset(v) for k, v in table["codes"].items()}

    def one(written: str) -> Expected:
        kind, least, most, *more = written.split(" ")
        said = more[0] if more else ""
        return Expected(
            kind=kind,
            is_primitive=kind in primitives,
            required=least != "0",
            many=most == "*",
            choice=said[1:] if said.startswith("?") else "",
            codes=codes[said[1:]] if said.startswith(":") else None,
        )

    elements = {
        path: {name: one(written) for name, written in names.items()} for path, names in table["elements"].items()
    }
    required = {
        path: tuple(dict.fromkeys(each.choice or name for name, each in names.items() if each.required))
        for path, names in elements.items()
    }
    return Structure(frozenset(table["kinds"]), elements, required)


#: How deep objects may stand in each other. The deepest official example has 19.
MOST_DEPTH: Final = 64
