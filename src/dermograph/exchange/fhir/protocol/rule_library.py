"""The logic of a protocol as a Library: every condition, in words and as FHIRPath, in one file for programs."""

from __future__ import annotations

import base64
import json
from typing import Any

from dermograph.core.text import Text
from dermograph.exchange.fhir.codes import FHIRPATH, canonical, plan_definition_url, resource_id, version_of
from dermograph.exchange.fhir.elements import coding, concept, narrative, without_empty
from dermograph.exchange.fhir.fhirpath import Translator
from dermograph.exchange.fhir.protocol.citing import citation
from dermograph.exchange.fhir.protocol.publishing import published
from dermograph.protocols.model import Protocol
from dermograph.protocols.words import in_words

_TYPES = "http://terminology.hl7.org/CodeSystem/library-type"
_TITLE = Text("Conditions: {title}", "Condiciones: {title}")
_DESCRIPTION = Text(
    "The conditions of all rules and indications, in words and as FHIRPath over a QuestionnaireResponse.",
    "Las condiciones de todas las reglas e indicaciones, en palabras y como FHIRPath sobre un QuestionnaireResponse.",
)


def library_url(protocol: Protocol) -> str:
    """The canonical URL of a protocol's Library, with its version."""
    return f"{canonical('Library', protocol.id)}|{version_of(protocol)}"


def rule_library(protocol: Protocol) -> dict[str, Any]:
    """The conditions of a protocol as a Library."""
    title = Text(_TITLE.en.format(title=protocol.title.en), _TITLE.es.format(title=protocol.title.es))
    text = json.dumps(conditions_json(protocol), ensure_ascii=False, indent=1)
    cites = {cite: None for rule in protocol.rules for cite in rule.cite}
    return without_empty(
        {
            "resourceType": "Library",
            "id": resource_id(protocol.id, version_of(protocol)),
            "language": "en",
            "text": narrative(_DESCRIPTION),
            **published("Library", protocol.id, version_of(protocol), title=title, description=_DESCRIPTION),
            "type": concept(coding(_TYPES, "logic-library", "Logic Library")),
            "relatedArtifact": [citation(cite, protocol) for cite in cites],
            "dataRequirement": [{"type": "QuestionnaireResponse"}],
            "content": [
                {
                    "contentType": "application/json",
                    "data": base64.b64encode(text.encode()).decode(),
                    "title": "conditions.json",
                }
            ],
        }
    )


def conditions_json(protocol: Protocol) -> dict[str, Any]:
    """The conditions of a protocol as plain values: rules, then indications."""
    translator = Translator(protocol.vocabulary)
    return {
        "schema": "dermograph.conditions/1",
        "protocol": protocol.to_json(),
        "planDefinition": plan_definition_url(protocol),
        "language": FHIRPATH,
        "rules": [
            {
                "id": rule.id,
                "grade": rule.grade,
                "words": {one: in_words(rule.applies, protocol.vocabulary, one) for one in ("en", "es")},
                "expression": translator.expression(rule.applies),
            }
            for rule in protocol.rules
        ],
        "indications": [
            {
                "id": indication.id,
                "words": {one: in_words(indication.when, protocol.vocabulary, one) for one in ("en", "es")},
                "expression": translator.expression(indication.when),
            }
            for indication in protocol.indications
        ],
    }
