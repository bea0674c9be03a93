"""What is published with the protocols, to read: definitions, questions, codes and shapes. Nobody is in it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import Final

from dermograph.core.text import Text
from dermograph.exchange.fhir.elements import Element, both_languages, narrative
from dermograph.exchange.fhir.protocol.publishing import published
from dermograph.exchange.fhir.protocol.resources import library_resources
from dermograph.protocols import Protocol, load_library
from dermograph.protocols.library import Library

APPLY: Final = "apply"
ASSESS: Final = "assess"
_VERSION: Final = "1.0.0"
_made: list[tuple[Library, Published]] = []


class Published:
    """Everything that a library of protocols publishes.

    Attributes:
        resources: By type and id.
        versions: Of each resource, from its content.
    """

    def __init__(self, library: Library) -> None:
        every = [*library_resources(library), *operation_definitions()]
        self.resources: dict[tuple[str, str], Element] = {(one["resourceType"], one["id"]): one for one in every}
        self.versions = {key: _digest(one) for key, one in self.resources.items()}
        self.protocols: dict[str, Protocol] = {
            one["id"]: library.protocols[str(one["url"]).rpartition("/")[2]]
            for one in every
            if one["resourceType"] == "PlanDefinition"
        }

    def of(self, kind: str) -> list[Element]:
        """Everything of one type, in one order."""
        return [one for (of, _), one in self.resources.items() if of == kind]


def everything() -> Published:
    """What the protocols of today publish; made once, as long as they stay the same."""
    library = load_library()
    if not _made or _made[0][0] is not library:
        _made[:] = [(library, Published(library))]
    return _made[0][1]


def found(resources: Iterable[Element], asked: Mapping[str, str]) -> list[Element]:
    """Those that a search means.

    Args:
        resources: All of one type.
        asked: By parameter; a canonical address may end with ``|`` and a version.
    """
    return [one for one in resources if all(_fits(one, name, value) for name, value in asked.items())]


def _fits(resource: Element, name: str, value: str) -> bool:
    alternatives = [one for one in value.split(",") if one]
    if name == "_id":
        return resource["id"] in alternatives
    held = str(resource.get(name, ""))
    if name == "url":
        return any(_is_canonical(resource, one) for one in alternatives)
    if name in ("name", "title"):
        return any(held.lower().startswith(one.lower()) for one in alternatives)
    return any(held == one.rpartition("|")[2] for one in alternatives)


def _is_canonical(resource: Element, wanted: str) -> bool:
    url, _, version = wanted.partition("|")
    return resource.get("url") == url and version in ("", resource.get("version"))


def operation_definitions() -> list[Element]:
    """The operations of ours that the standard defines otherwise, or not at all."""
    return [
        _operation(
            APPLY,
            "PlanDefinition",
            Text("Apply a protocol to a patient", "Aplicar un protocolo a un paciente"),
            Text(
                "What a protocol comes to for one patient today: for each of their courses, or for the answers that "
                "are sent, a CarePlan, a GuidanceResponse and a DetectedIssue for each reason. Nothing is stored.",
                "Lo que un protocolo decide hoy para un paciente: por cada curso, o por las respuestas que se envían, "
                "un CarePlan, un GuidanceResponse y un DetectedIssue por cada motivo. No se guarda nada.",
            ),
            [("subject", "in", 0, "string"), ("questionnaireResponse", "in", 0, "QuestionnaireResponse")],
            at_type=False,
        ),
        _operation(
            ASSESS,
            "QuestionnaireResponse",
            Text("Assess answers", "Valorar respuestas"),
            Text(
                "What the answers to the Questionnaire of a protocol come to. Nothing is stored.",
                "Lo que deciden las respuestas al cuestionario de un protocolo. No se guarda nada.",
            ),
            [("subject", "in", 0, "string"), ("questionnaireResponse", "in", 0, "QuestionnaireResponse")],
            at_type=True,
        ),
    ]


def _operation(
    code: str, kind: str, title: Text, says: Text, takes: list[tuple[str, str, int, str]], *, at_type: bool
) -> Element:
    head = published("OperationDefinition", code, _VERSION, title=title, description=says)
    parameters: list[Element] = [
        {"name": name, "use": use, "min": least, "max": "1", "type": of} for name, use, least, of in takes
    ]
    returned: Element = {"name": "return", "use": "out", "min": 1, "max": "1", "type": "Bundle"}
    return {
        "resourceType": "OperationDefinition",
        "id": code,
        "text": narrative(says),
        **{name: value for name, value in head.items() if name not in ("title", "_title")},
        **both_languages("title", title),
        "kind": "operation",
        "affectsState": False,
        "code": code,
        "resource": [kind],
        "system": False,
        "type": at_type,
        "instance": True,
        "parameter": [*parameters, returned],
    }


def _digest(resource: Element) -> str:
    return hashlib.sha256(json.dumps(resource, sort_keys=True).encode()).hexdigest()[:32]
