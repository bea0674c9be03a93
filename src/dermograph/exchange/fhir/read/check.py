"""Whether a resource is FHIR R4: elements, types, how often they stand, codes, real dates, nothing null or empty."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from dermograph.core.errors import printable, shown
from dermograph.core.text import Text
from dermograph.exchange.fhir.outcome import Issue
from dermograph.exchange.fhir.read.editions import edition_of_element, edition_of_type, other_edition
from dermograph.exchange.fhir.read.json_text import TOO_DEEP
from dermograph.exchange.fhir.read.primitives import is_valid
from dermograph.exchange.fhir.read.structure import MOST_DEPTH, Expected, structure

MOST_ISSUES: Final = 30
#: Modifiers that change what a resource means and that we understand: none.
KNOWN_MODIFIERS: Final[frozenset[str]] = frozenset()


def issues_of(resource: object, *, entries: bool = True) -> tuple[Issue, ...]:
    """What is wrong with a resource, at most ``MOST_ISSUES``; nothing if it is FHIR R4.

    Args:
        resource: A JSON value.
        entries: Whether the resources in the entries of a Bundle are checked with it.
    """
    check = _Check(entries=entries)
    with contextlib.suppress(_EnoughError):
        check.resource(resource, "", 0)
    return tuple(check.found)


class _EnoughError(Exception):
    """Enough was found."""


@dataclass
class _Check:
    entries: bool
    found: list[Issue] = field(default_factory=list)

    def say(self, code: str, path: str, en: str, es: str) -> None:
        self.tell(Issue(code, Text(en, es), path))

    def tell(self, issue: Issue) -> None:
        self.found.append(issue)
        if len(self.found) >= MOST_ISSUES:
            raise _EnoughError

    def resource(self, value: object, path: str, depth: int) -> None:
        if not isinstance(value, dict):
            return self.say("structure", path, "A resource is a JSON object.", "Un recurso es un objeto JSON.")
        kind = value.get("resourceType")
        if not isinstance(kind, str):
            return self.say("structure", path, "It has no resourceType.", "Falta resourceType.")
        if kind not in structure().resources:
            if edition := edition_of_type(kind):
                return self.tell(other_edition(edition, path))
            return self.say(
                "not-supported",
                path,
                f"Resources of the type {shown(kind)} are not exchanged here.",
                f"Aquí no se intercambian recursos del tipo {shown(kind)}.",
            )
        if "implicitRules" in value:
            self.say(
                "not-supported",
                f"{path or kind}.implicitRules",
                "It follows implicit rules that are not known here: they could change what all of it means.",
                "Sigue reglas implícitas que no se conocen aquí: podrían cambiar el sentido de todo.",
            )
        return self.whole(value, kind, path or kind, depth)

    def whole(self, value: Mapping[str, Any], kind: str, path: str, depth: int) -> None:
        if depth > MOST_DEPTH:
            self.tell(TOO_DEEP)
            raise _EnoughError
        if not value:
            return self.say("invalid", path, "An object is empty. Leave it out.", "Un objeto está vacío. Omítalo.")
        known = structure().elements[kind]
        choices: dict[str, str] = {}
        for name, item in value.items():
            expected = known.get(name)
            if expected is None:
                self.unlisted(value, kind, name, item, path, depth)
                continue
            if expected.choice and choices.setdefault(expected.choice, name) != name:
                self.say(
                    "structure", path, f"{expected.choice}[x] stands twice.", f"{expected.choice}[x] está dos veces."
                )
            self.element(value, name, item, expected, f"{path}.{name}", depth)
        for name in structure().required[kind]:
            if name not in value and f"_{name}" not in value and name not in choices:
                self.say("required", f"{path}.{name}", f"{name} is missing.", f"Falta {name}.")
        return None

    def element(
        self, parent: Mapping[str, Any], name: str, value: object, expected: Expected, path: str, depth: int
    ) -> None:
        if not expected.many:
            return self.single(value, expected, path, depth)
        if not isinstance(value, list):
            return self.say("structure", path, "This is a list.", "Es una lista.")
        if not value:
            return self.say("invalid", path, "A list is empty. Leave it out.", "Una lista está vacía. Omítala.")
        beside = parent.get(f"_{name}")
        for number, item in enumerate(value):
            if item is None and isinstance(beside, list) and number < len(beside) and beside[number] is not None:
                continue
            self.single(item, expected, f"{path}[{number}]", depth)
        return None

    def single(self, value: object, expected: Expected, path: str, depth: int) -> None:
        if value is None:
            return self.say("invalid", path, "FHIR has no null. Leave it out.", "FHIR no tiene null. Omítalo.")
        if expected.is_primitive:
            return self.primitive(value, expected, path)
        if not isinstance(value, dict):
            return self.say("structure", path, f"This is one {expected.kind}.", f"Es un solo {expected.kind}.")
        if expected.kind == "Resource":
            if self.entries or not path.startswith("Bundle.entry"):
                self.resource(value, path, depth + 1)
            return None
        if expected.kind == "Extension" and ".modifierExtension" in path[path.rindex(".") :]:
            self.modifier(value, path)
        return self.whole(value, expected.kind, path, depth + 1)

    def primitive(self, value: object, expected: Expected, path: str) -> None:
        if not is_valid(expected.kind, value):
            self.say(
                "value",
                path,
                f"{_told(value)} is no {expected.kind}.",
                f"{_told(value)} no es un valor de tipo {expected.kind}.",
            )
        elif expected.codes is not None and value not in expected.codes:
            few = ", ".join(sorted(expected.codes)[:12])
            self.say(
                "code-invalid",
                path,
                f"{_told(value)} is none of the codes {few}.",
                f"{_told(value)} no es ninguno de los códigos {few}.",
            )

    def unlisted(self, parent: Mapping[str, Any], kind: str, name: str, value: object, path: str, depth: int) -> None:
        """What is no element: the type of a resource, what stands beside a primitive, or what R4 does not have."""
        known = structure().elements[kind]
        if name == "resourceType" and kind in structure().resources:
            return None
        bare = known.get(name[1:]) if name.startswith("_") else None
        if bare is not None and bare.is_primitive:
            return self.beside(value, bare, parent.get(name[1:]), f"{path}.{name[1:]}", depth)
        if edition := edition_of_element(kind, name):
            return self.tell(other_edition(edition, f"{path}.{printable(name)}"))
        return self.say(
            "structure",
            f"{path}.{printable(name)}",
            f"FHIR R4 has no element {shown(name)} here.",
            f"FHIR R4 no tiene aquí ningún elemento {shown(name)}.",
        )

    def beside(self, value: object, expected: Expected, items: object, path: str, depth: int) -> None:
        """The id and extensions of a primitive element, which stand beside it."""
        if not expected.many:
            if isinstance(value, dict):
                return self.whole(value, "Element", path, depth + 1)
            return self.say("structure", path, "This is one object.", "Es un solo objeto.")
        if not isinstance(value, list) or not value or all(item is None for item in value):
            return self.say("structure", path, "This is a list of objects.", "Es una lista de objetos.")
        if isinstance(items, list) and len(items) != len(value):
            self.say("structure", path, "Both lists are equally long.", "Ambas listas tienen la misma longitud.")
        for number, item in enumerate(value):
            if isinstance(item, dict):
                self.whole(item, "Element", f"{path}[{number}]", depth + 1)
            elif item is not None:
                self.say("structure", f"{path}[{number}]", "This is one object.", "Es un solo objeto.")
        return None

    def modifier(self, value: Mapping[str, Any], path: str) -> None:
        if value.get("url") not in KNOWN_MODIFIERS:
            url = shown(value.get("url"))
            self.say(
                "extension",
                path,
                f"The modifier extension {url} is not known here: it could change what all of it means.",
                f"La extensión modificadora {url} no se conoce aquí: podría cambiar el sentido de todo.",
            )


def _told(value: object) -> str:
    return shown(value) if isinstance(value, str | int | float) else "JSON"
