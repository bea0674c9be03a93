"""fhirpathpy, asked the same questions as our engine.

The translation is the one that protocols are published with, less what guards it against answers that are none: no
generated patient has any, and the peer is spared the work. Two shapes of one patient are asked: ``questionnaire`` (a
QuestionnaireResponse, every answer found by its linkId) and ``flat`` (every answer under its own name, which spares the
peer the search as well).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import fhirpathpy
from fhirpathpy.models import models

from dermograph.core.truth import Truth
from dermograph.exchange.fhir import fhirpath
from dermograph.exchange.fhir.codes import word_link
from dermograph.exchange.fhir.fhirpath import InexpressibleError
from dermograph.exchange.fhir.protocol.answers import Answers
from dermograph.exchange.fhir.protocol.response import items
from dermograph.protocols.conditions import Condition, Facts
from dermograph.protocols.vocabulary import Fact, FactValue, Vocabulary

__all__ = ["Compiled", "InexpressibleError", "Shape", "Translator", "truth_of"]

Shape = Literal["questionnaire", "flat"]
Compiled = Callable[..., list[Any]]

_ELEMENTS = {"boolean": "valueBoolean", "integer": "valueInteger", "choice": "valueCoding.code"}


@dataclass(frozen=True, slots=True)
class _Unguarded(fhirpath.Translator):
    """The same conditions over a QuestionnaireResponse in which every answer is whole and coded by us."""

    def value(self, fact: Fact) -> str:
        """The answer as it stands."""
        found = f"item.where(linkId = '{fact.id}').answer.value"
        return f"{found}.ofType(Coding).code" if fact.type == "choice" else found

    def word(self, fact: Fact) -> str:
        """The word as it stands."""
        return f"item.where(linkId = '{word_link(fact.id)}').answer.value.ofType(Coding).code"


@dataclass(frozen=True, slots=True)
class _Flat(fhirpath.Translator):
    """The same conditions over a patient whose answers stand under their own names; FHIR has no model for that."""

    def value(self, fact: Fact) -> str:
        """Directly below the patient."""
        return f"{fact.id}.{_ELEMENTS.get(fact.type, 'valueDate')}"

    def word(self, fact: Fact) -> str:
        """Under the same name as the date."""
        return f"{fact.id}.valueCoding.code"

    def code(self, fact: Fact, value: str) -> str:  # noqa: ARG002 (each fact's codes stand under its own name)
        """As our engine knows it."""
        return value


@dataclass(frozen=True, slots=True)
class Translator:
    """From conditions to FHIRPath on one day, for patients of one shape."""

    vocabulary: Vocabulary
    on: dt.date
    shape: Shape = "questionnaire"

    def expression(self, condition: Condition) -> str:
        """The FHIRPath of a condition.

        Raises:
            InexpressibleError: If there is none.
        """
        kind = _Flat if self.shape == "flat" else _Unguarded
        return kind(self.vocabulary, self.on).expression(condition)

    def compiled(self, condition: Condition) -> Compiled:
        """The condition, parsed once by fhirpathpy."""
        model = models["r4"] if self.shape == "questionnaire" else None
        found: Compiled = fhirpathpy.compile(self.expression(condition), model)
        return found

    def resource(self, facts: Facts) -> dict[str, Any]:
        """One patient's known facts; what is unknown is not in it."""
        if self.shape == "flat":
            return {name: _value(self.vocabulary.facts[name], value) for name, value in facts.items()}
        return {
            "resourceType": "QuestionnaireResponse",
            "status": "completed",
            "authored": self.on.isoformat(),
            "item": items(Answers(facts, {}), self.vocabulary),
        }


def truth_of(collection: list[Any]) -> Truth:
    """What a FHIRPath result says in our three values.

    Raises:
        ValueError: If it is neither empty nor one boolean.
    """
    match collection:
        case []:
            return Truth.UNKNOWN
        case [bool() as value]:
            return Truth.of(value)
        case _:
            msg = f"neither empty nor one boolean: {collection!r}"
            raise ValueError(msg)


def _value(fact: Fact, value: FactValue) -> dict[str, Any]:
    if isinstance(value, dt.date):
        return {"valueDate": value.isoformat()}
    return {"valueCoding": {"code": value}} if isinstance(value, str) else {_ELEMENTS[fact.type]: value}
