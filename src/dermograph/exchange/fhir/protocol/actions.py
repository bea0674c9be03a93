"""One statement of a protocol as an action of its PlanDefinition."""

from __future__ import annotations

from dermograph.core.text import Text
from dermograph.exchange.fhir.codes import (
    DECISIONS,
    EVENT_KINDS,
    FHIRPATH,
    FIGURE,
    GRADES,
    OVERRIDES,
    QUESTION,
    SIGNS,
    STATEMENT_KINDS,
    WORRY,
    resource_id,
)
from dermograph.exchange.fhir.elements import Element, both_languages, coding, concept, extension
from dermograph.exchange.fhir.fhirpath import Translator
from dermograph.exchange.fhir.protocol.activity_definition import activity_url, is_step
from dermograph.exchange.fhir.protocol.citing import citations, provenance, said
from dermograph.exchange.fhir.protocol.durations import amount, duration, lasting
from dermograph.exchange.fhir.protocol.statements import KINDS, Said
from dermograph.protocols.conditions import Condition
from dermograph.protocols.model import (
    Aftercare,
    Answer,
    Indication,
    Maintenance,
    Parameter,
    Plateau,
    Preparation,
    Price,
    Protocol,
    PublishedSessions,
    Rule,
    SideEffect,
    SignRule,
    Spacing,
    Timed,
)
from dermograph.protocols.words import in_words


def action(one: Said, protocol: Protocol) -> Element:
    """A statement as an action: what it says, its sources, its condition, and when it is, before or after a session."""
    statement = one.statement
    made: Element = {
        "id": one.key,
        "extension": [*provenance(statement, protocol), *_extensions(one)],
        "title": statement.id,
        **both_languages("description", statement.says),
        "code": [concept(coding(STATEMENT_KINDS, one.kind, KINDS[one.kind].en)), *_codes(one, protocol)],
        "documentation": citations(statement, protocol),
        **_conditions(one, protocol),
        **_when(one),
    }
    if is_step(one):
        made["definitionCanonical"] = activity_url(protocol, one.key)
    return made


def _codes(one: Said, protocol: Protocol) -> list[Element]:
    """Codes beside the kind: the grade of a rule, the event that is forbidden, the sign and what it leads to."""
    match one.statement:
        case Rule(grade=grade):
            return [concept(coding(GRADES, grade))]
        case Preparation(avoid=str(event)) | Aftercare(avoid=str(event)):
            return [concept(coding(EVENT_KINDS, event, protocol.vocabulary.events[event].label.en))]
        case SignRule(sign=sign, decision=decision):
            return [
                concept(coding(SIGNS, sign, protocol.vocabulary.signs[sign].en)),
                concept(coding(DECISIONS, decision)),
            ]
        case _:
            return []


def _extensions(one: Said) -> list[Element]:
    """What R4 has no element for."""
    match one.statement:
        case Rule(overrides=overrides):
            return [extension(OVERRIDES, valueCode=resource_id("rule", rule)) for rule in overrides]
        case Parameter(low=low, high=high, required=required):
            ends = {"low": low, "high": high}
            figures = {end: amount(value) for end, value in ends.items() if value}
            found = [_figure("range", valueRange=figures)] if figures else []
            return [*found, *(_figure("required-lot", valueCode=lot) for lot in required)]
        case PublishedSessions(seen=seen, is_range=is_range):
            name = "sessions-range" if is_range else "sessions-seen"
            return [_figure(name, valueInteger=count) for count in seen]
        case Plateau(sessions=sessions):
            return [_figure("sessions", valueInteger=sessions)]
        case Price(amount=value, per=per):
            money = {"value": value.value, "currency": value.unit.upper()}
            return [_figure("price", valueMoney=money), _figure("per", valueCode=per)]
        case SideEffect(frequency=frequency, worry=worry):
            return [_figure("frequency", valueCode=frequency), said(WORRY, worry)]
        case Answer(question=question):
            return [said(QUESTION, question)]
        case _:
            return []


def _figure(name: str, **value: object) -> Element:
    return {"url": FIGURE, "extension": [{"url": "what", "valueCode": name}, {"url": "value", **value}]}


def _conditions(one: Said, protocol: Protocol) -> Element:
    """When it applies: by FHIRPath over the answers, or where a sign is reported."""
    match one.statement:
        case Rule(applies=condition, to=to):
            made: Element = condition_of(condition, protocol)
            if to is not None:
                made["participant"] = [{"type": "practitioner", "role": concept(text=to.en)}]
            return made
        case Indication(when=condition):
            return condition_of(condition, protocol)
        case SignRule(sign=sign):
            code = coding(SIGNS, sign, protocol.vocabulary.signs[sign].en)
            data = {"type": "Observation", "codeFilter": [{"path": "code", "code": [code]}]}
            return {"trigger": [{"type": "data-added", "data": [data]}]}
        case _:
            return {}


def condition_of(condition: Condition, protocol: Protocol) -> Element:
    """The elements ``input`` and ``condition`` of an action that applies where a condition holds."""
    words = in_words(condition, protocol.vocabulary, "en"), in_words(condition, protocol.vocabulary, "es")
    return {
        "condition": [
            {
                "kind": "applicability",
                "expression": {
                    **both_languages("description", Text(*words)),
                    "language": FHIRPATH,
                    "expression": Translator(protocol.vocabulary).expression(condition),
                },
            }
        ],
        "input": [{"type": "QuestionnaireResponse"}],
    }


def _when(one: Said) -> Element:
    """How far from a session it is, and for how long it holds."""
    match one.statement:
        case Spacing(at_least=low, usually_at_most=high):
            ends = {"low": low, "high": high}
            between = {end: duration(period) for end, period in ends.items() if period}
            return _related("after-end", {"offsetRange": between})
        case Preparation(period=period):
            return _related("before-start", lasting("offset", None, period))
        case Aftercare(period=period, shortest=shortest):
            return _related("after-end") | lasting("timing", shortest, period)
        case SideEffect(shortest=shortest, longest=longest):
            return _related("after-end") | lasting("timing", shortest, longest)
        case SignRule(usual_for=period):
            return _related("after-end") | lasting("timing", None, period)
        case Timed(period=period):
            return _related("after-end", lasting("offset", None, period))
        case Maintenance(every=period):
            return _related("after", lasting("offset", None, period))
        case _:
            return _related("after") if one.kind in ("review-before-next", "maintain") else {}


def _related(how: str, offset: Element | None = None) -> Element:
    return {"relatedAction": [{"actionId": "session", "relationship": how, **(offset or {})}]}
