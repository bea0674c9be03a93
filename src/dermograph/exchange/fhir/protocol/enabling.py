"""When a question of a Questionnaire is asked at all: where a known answer to another has not settled it.

A question is left out where one known answer makes every rule that names it indifferent to it, such as the stage of a
stretch mark where the lesion is a scar. That is written with ``!=`` joined by "all": in R4 it holds as well while the
other question has no answer, so that what is not known keeps every question open.

Source: R4, Questionnaire.item.enableWhen and questionnaire-enable-operator.
"""

from __future__ import annotations

import datetime as dt

from dermograph.core.truth import Truth
from dermograph.exchange.fhir.codes import ANSWERS, answer_code
from dermograph.exchange.fhir.elements import Element, coding
from dermograph.protocols.conditions import facts_of
from dermograph.protocols.model import Protocol
from dermograph.protocols.vocabulary import Fact, FactValue

_ANY_DAY = dt.date(2000, 1, 1)  # no gate is a date, so that the day is the same to all


def settled_by(fact: str, protocol: Protocol) -> dict[str, tuple[FactValue, ...]]:
    """The answers to other questions that each by itself settle every rule that names a fact.

    Empty for a fact that no rule names: nothing is asked of it, and nothing settles it.
    """
    naming = [rule for rule in protocol.rules if fact in facts_of(rule.applies)]
    if not naming:
        return {}
    shared = set.intersection(*({*facts_of(rule.applies)} for rule in naming)) - {fact}
    found = {}
    for name, gate in protocol.vocabulary.facts.items():
        if name in shared and gate.type in ("boolean", "choice", "integer"):
            values = tuple(value for value in _values(gate) if _settles(fact, {name: value}, protocol))
            if values:
                found[name] = values
    return found


def _settles(fact: str, known: dict[str, FactValue], protocol: Protocol) -> bool:
    findings = [rule.applies.evaluate(known, _ANY_DAY) for rule in protocol.rules if fact in facts_of(rule.applies)]
    return not any(finding.truth is Truth.UNKNOWN and fact in finding.facts for finding in findings)


def _values(fact: Fact) -> tuple[FactValue, ...]:
    if fact.type == "boolean":
        return False, True
    return tuple(fact.values) if fact.type == "choice" else tuple(range(fact.low, fact.high + 1))


def enable_when(fact: Fact, protocol: Protocol) -> list[Element]:
    """The conditions under which the question for a fact is asked; all have to hold, none means always."""
    found: list[Element] = []
    for name, values in settled_by(fact.id, protocol).items():
        gate = protocol.vocabulary.facts[name]
        found += [{"question": name, "operator": "!=", **_answer(gate, value)} for value in values]
    return found


def _answer(gate: Fact, value: FactValue) -> Element:
    if isinstance(value, bool):
        return {"answerBoolean": value}
    if isinstance(value, int):
        return {"answerInteger": value}
    return {"answerCoding": coding(ANSWERS, answer_code(gate.id, str(value)), gate.reads(value).en)}
