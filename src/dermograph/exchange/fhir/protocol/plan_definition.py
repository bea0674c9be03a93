"""A protocol's version as a PlanDefinition: every statement of it with its sources, every condition as FHIRPath."""

from __future__ import annotations

from typing import Any

from dermograph.core.text import Text
from dermograph.exchange.fhir.codes import (
    HASH_SYSTEM,
    MEASURES,
    canonical,
    questionnaire_url,
    resource_id,
    version_of,
)
from dermograph.exchange.fhir.elements import (
    Element,
    both_languages,
    coding,
    concept,
    identifier,
    narrative,
    without_empty,
)
from dermograph.exchange.fhir.protocol.actions import action
from dermograph.exchange.fhir.protocol.citing import citations, source_citation
from dermograph.exchange.fhir.protocol.publishing import published
from dermograph.exchange.fhir.protocol.rule_library import library_url
from dermograph.exchange.fhir.protocol.statements import sections
from dermograph.protocols.model import Goal, Protocol

_TYPES = "http://terminology.hl7.org/CodeSystem/plan-definition-type"
_USAGE = Text(
    "Each condition is FHIRPath, evaluated on a QuestionnaireResponse to the Questionnaire that belongs to this "
    "version, on the day that is decided for. True: the rule applies. False: it does not. Empty: it is not known, "
    "which is never no. The worst rule that applies decides.",
    "Cada condición es FHIRPath y se evalúa sobre un QuestionnaireResponse del cuestionario de esta versión, el día "
    "para el que se decide. Verdadero: la regla se aplica. Falso: no se aplica. Vacío: no se sabe, lo que nunca es un "
    "no. Decide la peor regla que se aplica.",
)


def plan_definition(protocol: Protocol) -> dict[str, Any]:
    """A protocol as a PlanDefinition; id and version follow the protocol's version and content hash."""
    version = version_of(protocol)
    sources = {cite.source for section in sections(protocol) for said in section.said for cite in said.statement.cite}
    return without_empty(
        {
            "resourceType": "PlanDefinition",
            "id": resource_id(protocol.id, version),
            "language": "en",
            "text": narrative(protocol.summary),
            "identifier": [identifier(HASH_SYSTEM, protocol.hash)],
            **published("PlanDefinition", protocol.id, version, title=protocol.title, description=protocol.summary),
            "type": concept(coding(_TYPES, "clinical-protocol", "Clinical Protocol")),
            **both_languages("usage", _USAGE),
            "relatedArtifact": [
                *(source_citation(source) for key, source in protocol.sources.items() if key in sources),
                {"type": "depends-on", "resource": questionnaire_url(protocol)},
                *({"type": "derived-from", "resource": canonical("PlanDefinition", one)} for one in _bases(protocol)),
            ],
            "library": [library_url(protocol)],
            "goal": _goals(protocol.review.goal, protocol),
            "action": [
                {
                    "id": section.key,
                    **both_languages("title", section.title),
                    "action": [action(said, protocol) for said in section.said],
                }
                for section in sections(protocol)
                if section.said
            ],
        }
    )


def _bases(protocol: Protocol) -> list[str]:
    return [protocol.base] if protocol.base else []


def _goals(goal: Goal, protocol: Protocol) -> list[Element]:
    """The contrast that is no longer visible, on light and on dark skin: one of the two is a patient's."""
    skins = {
        "light": (goal.light, Text("light skin", "piel clara")),
        "dark": (
            goal.dark,
            Text(
                f"dark skin (an ITA of {goal.dark_below_ita:g}° or less, else phototype {goal.dark_from_phototype} or "
                "above)",
                f"piel oscura (ITA de {goal.dark_below_ita:g}° o menos; si no se midió, fototipo "
                f"{goal.dark_from_phototype} o superior)",
            ),
        ),
    }
    chance = f"{100 * goal.confidence:g} %"
    return [
        {
            "id": f"goal-{name}",
            "description": {
                **both_languages(
                    "text",
                    Text(
                        f"{goal.says.en} On {skin.en}: ΔE00 of at most {limit:g}, with a chance of at least {chance}.",
                        f"{goal.says.es} En {skin.es}: ΔE00 de {limit:g} como máximo, con una probabilidad de al menos "
                        f"{chance}.",
                    ),
                )
            },
            "documentation": citations(goal, protocol),
            "target": [
                {
                    "measure": concept(coding(MEASURES, "contrast", "contrast to the adjacent skin, ΔE00")),
                    "detailRange": {"high": {"value": limit, "unit": "ΔE00"}},
                }
            ],
        }
        for name, (limit, skin) in skins.items()
    ]
