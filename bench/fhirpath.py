"""The conditions of our rules as FHIRPath, so that fhirpathpy can be asked the same questions.

Unknown is the empty collection; FHIRPath's "and", "or" and "not()" are then Kleene's. Two shapes of one patient are
translated for: ``questionnaire`` (a QuestionnaireResponse, every answer found by its linkId) and ``flat`` (every answer
under its own name, which spares the peer the search).

Source: HL7 FHIRPath N1, sections 6.1 (equality), 6.5 (boolean logic) and 6.6 (dates and quantities).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any, Literal

import fhirpathpy
from fhirpathpy.models import models

from dermograph.core.dates import Period
from dermograph.core.truth import Truth
from dermograph.protocols.conditions import All, AnyOf, Compare, Condition, Facts, Known, Not, Within
from dermograph.protocols.vocabulary import Fact, FactValue, Vocabulary

Shape = Literal["questionnaire", "flat"]
Compiled = Callable[..., list[Any]]

_SYMBOLS = {"is": "=", "at_least": ">=", "more_than": ">", "at_most": "<=", "less_than": "<"}
_ELEMENTS = {"boolean": "valueBoolean", "integer": "valueInteger", "choice": "valueCoding", "date": "valueDate"}


class InexpressibleError(Exception):
    """A condition that this translation has no FHIRPath for."""


@dataclass(frozen=True, slots=True)
class Translator:
    """From conditions to FHIRPath on one day, for patients of one shape."""

    vocabulary: Vocabulary
    on: dt.date
    shape: Shape = "questionnaire"

    def expression(self, condition: Condition) -> str:
        """The FHIRPath that yields true, false or, where our condition is unknown, the empty collection.

        Raises:
            InexpressibleError: If there is none.
        """
        match condition:
            case All(parts):
                return self._joined(" and ", parts)
            case AnyOf(parts):
                return self._joined(" or ", parts)
            case Not(part):
                return f"({self.expression(part)}).not()"
            case Known(fact, known):
                return f"{self._answer(fact)}.exists()" + ("" if known else ".not()")
            case Compare():
                return self._compared(condition)
            case Within():
                return self._within(condition)

    def _joined(self, word: str, parts: Iterable[Condition]) -> str:
        return word.join(f"({self.expression(part)})" for part in parts)

    def _answer(self, fact: str) -> str:
        return fact if self.shape == "flat" else f"item.where(linkId = '{fact}').answer"

    def _element(self, name: str) -> str:
        """An element below an answer; the R4 model knows ``value`` with its type, a flat patient has no model."""
        if self.shape == "flat":
            return f"{name}.code" if name == "valueCoding" else name
        types = {"valueCoding": "value.ofType(Coding).code", "valueDate": "value.ofType(date)"}
        return types.get(name, "value")

    def _compared(self, leaf: Compare) -> str:
        fact = self.vocabulary.facts[leaf.fact]
        values = leaf.value if isinstance(leaf.value, tuple) else (leaf.value,)
        if fact.type == "date_or_word":
            if not all(isinstance(value, str) for value in values):
                msg = f"{fact.id}: a comparison with a day"
                raise InexpressibleError(msg)
            code = self._element("valueCoding")
            return f"{self._answer(fact.id)}.select({code}.exists() and {code} in {_set(values)})"
        path = f"{self._answer(fact.id)}.{self._element(_ELEMENTS[fact.type])}"
        if leaf.operator == "one_of":
            return f"{path} in {_set(values)}"
        return f"{path} {_SYMBOLS[leaf.operator]} {_literal(values[0])}"

    def _within(self, leaf: Within) -> str:
        answer = self._answer(leaf.fact)
        runs = f"@{self.on.isoformat()} < {answer}.{self._element('valueDate')}{_plus(leaf.period)}"
        if not (leaf.never or leaf.ongoing):
            return runs
        word = f"{answer}.{self._element('valueCoding')}"
        ongoing = f"{word} in {_set(sorted(leaf.ongoing))}" if leaf.ongoing else "false"
        return f"iif({word}.exists(), {ongoing}, {runs})"

    def compiled(self, condition: Condition) -> Compiled:
        """The condition, parsed once by fhirpathpy."""
        model = models["r4"] if self.shape == "questionnaire" else None
        found: Compiled = fhirpathpy.compile(self.expression(condition), model)
        return found

    def resource(self, facts: Facts) -> dict[str, Any]:
        """One patient's known facts; what is unknown is not in it."""
        answers = {name: _value(self.vocabulary.facts[name], value) for name, value in facts.items()}
        if self.shape == "flat":
            return dict(answers)
        return {
            "resourceType": "QuestionnaireResponse",
            "status": "completed",
            "authored": self.on.isoformat(),
            "item": [{"linkId": name, "answer": [answer]} for name, answer in answers.items()],
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


def _plus(period: Period) -> str:
    parts = [(period.months, "months"), (period.whole_days, "days")]
    return "".join(f" + {count} {unit}" for count, unit in parts if count)


def _set(values: Iterable[FactValue]) -> str:
    return f"({' | '.join(_literal(value) for value in values)})"


def _literal(value: FactValue) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dt.date):
        return f"@{value.isoformat()}"
    return f"'{value}'" if isinstance(value, str) else str(value)


def _value(fact: Fact, value: FactValue) -> dict[str, Any]:
    if isinstance(value, dt.date):
        return {"valueDate": value.isoformat()}
    return {"valueCoding": {"code": value}} if isinstance(value, str) else {_ELEMENTS[fact.type]: value}
