"""The facts of a protocol as a Questionnaire in both languages.

Those that a rule names stand first, then the others of the vocabulary: no rule asks for them, but an assessment shows
some of them, and what is known can be told.
"""

from __future__ import annotations

from typing import Any, Final

from dermograph.core.text import Text
from dermograph.exchange.fhir.codes import (
    FACTS,
    LOINC,
    LOINC_FACTS,
    MAY_BE_UNKNOWN,
    canonical,
    resource_id,
    version_of,
    word_link,
)
from dermograph.exchange.fhir.elements import (
    Element,
    both_languages,
    coding,
    concept,
    extension,
    narrative,
    without_empty,
)
from dermograph.exchange.fhir.protocol.enabling import enable_when
from dermograph.exchange.fhir.protocol.publishing import published
from dermograph.exchange.fhir.protocol.response import coded_answer
from dermograph.protocols.conditions import facts_of
from dermograph.protocols.model import Protocol
from dermograph.protocols.vocabulary import Fact

#: The linkId of the line between the facts that rules name and the others.
REST: Final = "no-rule-names-these"

_CORE = "http://hl7.org/fhir/StructureDefinition"
_CONTROLS = "http://hl7.org/fhir/questionnaire-item-control"
_TYPES = {
    "boolean": "boolean",
    "choice": "choice",
    "integer": "integer",
    "date": "date",
    "date_or_word": "date",
}
_TITLE = Text("Questions: {title}", "Preguntas: {title}")
_DESCRIPTION = Text(
    "One response speaks of one area of the skin and its patient. A question without an answer is unknown, never no; "
    "why it has none stands on its item as data-absent-reason.",
    "Una respuesta habla de una zona de la piel y de su paciente. Una pregunta sin respuesta es desconocida, nunca un "
    "no; el motivo consta en su apartado como data-absent-reason.",
)
_REST = Text(
    "No rule of this protocol names what follows. What is known can be told: the practitioner weighs it.",
    "Ninguna regla de este protocolo nombra lo que sigue. Lo que se sepa puede decirse: lo valora el profesional.",
)
_WORD = Text("{label}: or, in place of a date", "{label}: o bien, en lugar de una fecha")


def questionnaire(protocol: Protocol) -> dict[str, Any]:
    """The Questionnaire of a protocol's facts; its id and version follow the protocol's."""
    asked, rest = asked_facts(protocol)
    title = _TITLE.format(title="{title}")
    words = Text(title.en.format(title=protocol.title.en), title.es.format(title=protocol.title.es))
    items = [item for fact in asked for item in _items(fact, protocol)]
    if rest:
        items.append({"linkId": REST, "type": "display", **both_languages("text", _REST)})
        items += [item for fact in rest for item in _items(fact, protocol)]
    return without_empty(
        {
            "resourceType": "Questionnaire",
            "id": resource_id(protocol.id, version_of(protocol)),
            "language": "en",
            "text": narrative(words),
            **published("Questionnaire", protocol.id, version_of(protocol), title=words, description=_DESCRIPTION),
            "derivedFrom": [],
            "subjectType": ["Patient"],
            "item": items,
        }
    )


def asked_facts(protocol: Protocol) -> tuple[tuple[Fact, ...], tuple[Fact, ...]]:
    """The facts that a rule of a protocol names, and the others, each in the vocabulary's order."""
    named = {name for rule in protocol.rules for name in facts_of(rule.applies)}
    facts = protocol.vocabulary.facts.values()
    return tuple(fact for fact in facts if fact.id in named), tuple(fact for fact in facts if fact.id not in named)


def display_links(protocol: Protocol) -> frozenset[str]:
    """The linkIds that ask nothing."""
    return frozenset({REST, *(_help_link(name) for name in protocol.vocabulary.facts)})


def _help_link(fact: str) -> str:
    return f"{fact}.help"


def _items(fact: Fact, protocol: Protocol) -> list[Element]:
    """The question for a fact; where a word may stand for its date, a second one for the word."""
    conditions = enable_when(fact, protocol)
    item: Element = {
        "extension": [
            *_limits(fact),
            extension(MAY_BE_UNKNOWN, valueCanonical=canonical("ValueSet", "missing-reasons")),
        ],
        "linkId": fact.id,
        "code": _codes(fact),
        **both_languages("text", fact.question),
        "type": _TYPES[fact.type],
        "enableWhen": conditions,
        "enableBehavior": "all" if len(conditions) > 1 else None,
        "answerOption": [_option(fact, value) for value in fact.values],
        "item": [_help(fact)],
    }
    if fact.type != "date_or_word":
        return [item]
    word: Element = {
        "linkId": word_link(fact.id),
        "code": [coding(FACTS, fact.id, fact.label.en)],
        **both_languages("text", Text(_WORD.en.format(label=fact.label.en), _WORD.es.format(label=fact.label.es))),
        "type": "choice",
        "enableWhen": [*conditions, {"question": fact.id, "operator": "exists", "answerBoolean": False}],
        "enableBehavior": "all",
        "answerOption": [_option(fact, value) for value in fact.words],
    }
    return [item, word]


def _codes(fact: Fact) -> list[Element]:
    codes = [coding(FACTS, fact.id, fact.label.en)]
    if fact.id in LOINC_FACTS:
        codes.append(coding(LOINC, *LOINC_FACTS[fact.id]))
    return codes


def _option(fact: Fact, value: str) -> Element:
    words = both_languages("display", fact.reads(value))
    return {"valueCoding": {**coded_answer(fact, value), **words}}


def _limits(fact: Fact) -> list[Element]:
    """The limits of a whole number, both inclusive (extensions minValue and maxValue of R4)."""
    if fact.type != "integer":
        return []
    return [
        extension(f"{_CORE}/minValue", valueInteger=fact.low),
        extension(f"{_CORE}/maxValue", valueInteger=fact.high),
    ]


def _help(fact: Fact) -> Element:
    control = extension(
        f"{_CORE}/questionnaire-itemControl", valueCodeableConcept=concept(coding(_CONTROLS, "help", "Help-Button"))
    )
    return {
        "extension": [control],
        "linkId": _help_link(fact.id),
        "type": "display",
        **both_languages("text", fact.help),
    }
