"""Everything that is published of a protocol, and of all of them together."""

from __future__ import annotations

from typing import Any

from dermograph.exchange.fhir.protocol.activity_definition import activity_definitions
from dermograph.exchange.fhir.protocol.code_systems import terminology
from dermograph.exchange.fhir.protocol.extensions import extension_definitions
from dermograph.exchange.fhir.protocol.plan_definition import plan_definition
from dermograph.exchange.fhir.protocol.questionnaire import questionnaire
from dermograph.exchange.fhir.protocol.rule_library import rule_library
from dermograph.protocols.library import Library
from dermograph.protocols.model import Protocol


def protocol_resources(protocol: Protocol) -> list[dict[str, Any]]:
    """A protocol's PlanDefinition, Library, Questionnaire and ActivityDefinitions."""
    return [
        plan_definition(protocol),
        rule_library(protocol),
        questionnaire(protocol),
        *activity_definitions(protocol),
    ]


def library_resources(library: Library) -> list[dict[str, Any]]:
    """What all protocols are published with: our codes, our extensions, then each protocol."""
    own = [one for protocol in library.protocols.values() for one in protocol_resources(protocol)]
    return [*terminology(library), *extension_definitions(), *own]
