"""Our extensions as StructureDefinitions: where each stands and what it holds."""

from __future__ import annotations

from typing import Any, Final

from dermograph.core.text import Text
from dermograph.exchange.fhir.codes import (
    AREA_NAME,
    ASKED_OF,
    BASIS,
    CITATION,
    COULD_BECOME,
    DISPUTED,
    FIGURE,
    MAY_BE_UNKNOWN,
    MISSING_REASON,
    OVERRIDES,
    QUESTION,
    REPLACES,
    UNTIL,
    WORRY,
)
from dermograph.exchange.fhir.elements import Element, narrative, without_empty
from dermograph.exchange.fhir.protocol.code_systems import content_version
from dermograph.exchange.fhir.protocol.publishing import published

#: By URL: the elements that it may stand on, the type of its value (empty for one made of parts), and what it means.
_EXTENSIONS: Final[dict[str, tuple[tuple[str, ...], str, Text]]] = {
    MISSING_REASON: (
        ("QuestionnaireResponse.item",),
        "code",
        Text("Why a fact is missing, in our own codes.", "Por qué falta un dato, con nuestros propios códigos."),
    ),
    MAY_BE_UNKNOWN: (
        ("Questionnaire.item",),
        "canonical",
        Text(
            "The question may stay without an answer; the reasons that may then be given.",
            "La pregunta puede quedar sin respuesta; los motivos que pueden darse entonces.",
        ),
    ),
    UNTIL: (
        ("DetectedIssue", "GuidanceResponse"),
        "date",
        Text("The first day on which it is over.", "El primer día en que ha terminado."),
    ),
    ASKED_OF: (("DetectedIssue",), "string", Text("Whose word is asked for.", "A quién se pide su palabra.")),
    AREA_NAME: (
        ("DetectedIssue", "GuidanceResponse", "CarePlan"),
        "string",
        Text("The area as the clinic calls it.", "La zona como la llama la clínica."),
    ),
    BASIS: (
        ("RelatedArtifact",),
        "code",
        Text(
            "What a source is: the clinic's own, literature, an assumption.",
            "Qué es una fuente: de la clínica, literatura o un supuesto.",
        ),
    ),
    DISPUTED: (
        ("PlanDefinition.action", "ActivityDefinition", "DetectedIssue"),
        "",
        Text("Where sources disagree, and what is done about it.", "Dónde discrepan las fuentes y qué se hace."),
    ),
    REPLACES: (
        ("PlanDefinition.action", "ActivityDefinition", "DetectedIssue"),
        "",
        Text("What a clinic's own statement stands in place of.", "Qué sustituye una afirmación de la clínica."),
    ),
    OVERRIDES: (
        ("PlanDefinition.action",),
        "code",
        Text(
            "The action of a rule that is silent where this one applies; its condition says so already.",
            "La acción de una regla que calla donde se aplica esta; su condición ya lo expresa.",
        ),
    ),
    FIGURE: (
        ("PlanDefinition.action",),
        "",
        Text("A figure of a source that R4 has no element for.", "Una cifra de una fuente sin elemento en R4."),
    ),
    WORRY: (
        ("PlanDefinition.action",),
        "string",
        Text("When to worry about a side effect.", "Cuándo preocuparse por un efecto secundario."),
    ),
    COULD_BECOME: (
        ("DataRequirement",),
        "code",
        Text(
            "The worst verdict that the answer could lead to.", "El peor veredicto al que podría llevar la respuesta."
        ),
    ),
    CITATION: (
        ("CarePlan", "CarePlan.activity.detail"),
        "Coding",
        Text("The place in a source that says so.", "El lugar de una fuente que lo dice."),
    ),
    QUESTION: (
        ("PlanDefinition.action",),
        "string",
        Text("The patient's question that the action answers.", "La pregunta del paciente a la que responde."),
    ),
}


def extension_definitions() -> list[dict[str, Any]]:
    """A StructureDefinition for each of our extensions on protocols, questionnaires and what follows from them."""
    return [_definition(url, *parts) for url, parts in _EXTENSIONS.items()]


def _definition(url: str, contexts: tuple[str, ...], kind: str, means: Text) -> dict[str, Any]:
    name = url.rsplit("/", 1)[1]
    places = [{"type": "element", "expression": context} for context in contexts]
    elements = _simple(url, kind) if kind else _complex(url)
    version = content_version([*places, *elements])
    return without_empty(
        {
            "resourceType": "StructureDefinition",
            "id": name,
            "language": "en",
            "text": narrative(means),
            **published("StructureDefinition", name, version, title=means, description=means),
            "fhirVersion": "4.0.1",
            "kind": "complex-type",
            "abstract": False,
            "context": places,
            "type": "Extension",
            "baseDefinition": "http://hl7.org/fhir/StructureDefinition/Extension",
            "derivation": "constraint",
            "differential": {"element": elements},
        }
    )


def _simple(url: str, kind: str) -> list[Element]:
    return [
        {"id": "Extension", "path": "Extension"},
        {"id": "Extension.url", "path": "Extension.url", "fixedUri": url},
        {"id": "Extension.value[x]", "path": "Extension.value[x]", "min": 1, "type": [{"code": kind}]},
    ]


def _complex(url: str) -> list[Element]:
    return [
        {"id": "Extension", "path": "Extension"},
        {"id": "Extension.extension", "path": "Extension.extension", "min": 1},
        {"id": "Extension.url", "path": "Extension.url", "fixedUri": url},
        {"id": "Extension.value[x]", "path": "Extension.value[x]", "max": "0"},
    ]
