"""Prefetched resources as facts: the answers to our questionnaire, and what else says the same in our own codes.

All of it is read as one response, by the same strict reader: what is not there stays unknown, and where two things are
said of one fact, the later counts; where no time tells which that is, the request is refused.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from dermograph.core.errors import InputError, shown
from dermograph.core.text import Text
from dermograph.exchange.cds_hooks.effective_time import EffectiveTime, effective_time, last_said
from dermograph.exchange.cds_hooks.refusal import HookError, issue
from dermograph.exchange.cds_hooks.request import HookRequest
from dermograph.exchange.cds_hooks.resources import entries
from dermograph.exchange.cds_hooks.statements import BIRTH, merged, two_things
from dermograph.exchange.fhir.codes import ANSWERS, FACTS, canonical, word_link
from dermograph.exchange.fhir.elements import ABSENT_REASON, Element, extension
from dermograph.exchange.fhir.outcome import Issue
from dermograph.exchange.fhir.protocol.answers import Answers
from dermograph.exchange.fhir.protocol.read_response import read_questionnaire_response
from dermograph.protocols.library import Library
from dermograph.protocols.model import Protocol
from dermograph.protocols.vocabulary import Fact

_COUNTS: Final = ("final", "amended", "corrected")  # of observation-status
_NOT_SO: Final = ("refuted", "entered-in-error", "inactive", "resolved", "remission")
_BEGINS: Final = canonical("Questionnaire", "")


@dataclass(frozen=True, slots=True)
class Told:
    """What is known of a patient who is not ours, for one treatment."""

    protocol: Protocol
    answers: Answers


def told(request: HookRequest, library: Library, on: dt.date) -> tuple[Told, ...]:
    """What a request tells, for each treatment whose questionnaire was answered; the latest response counts.

    Responses to questionnaires that are not ours are passed over.

    Args:
        request: With its prefetch.
        library: The protocols.
        on: The day that is decided for.

    Raises:
        HookError: 412 if no answers to a questionnaire of ours were sent along, or to another version; 400 if they
            cannot be understood.
    """
    if "answers" not in request.prefetch:
        raise _nothing_known(
            Text(
                "This patient is not in our records, and no answers were sent along: nothing can be said.",
                "Este paciente no está en nuestros registros y no se han enviado respuestas: no puede decirse nada.",
            )
        )
    found = []
    for protocol in library.protocols.values():
        responses = _latest(request, protocol)
        if responses:
            found.append(Told(protocol, _answers(request, responses, protocol, on)))
    if not found:
        raise _nothing_known(
            Text(
                "This patient is not in our records, and no answers to a questionnaire of ours were sent along: "
                "nothing can be said.",
                "Este paciente no está en nuestros registros y no se han enviado respuestas a ningún cuestionario "
                "nuestro: no puede decirse nada.",
            )
        )
    return tuple(found)


def _nothing_known(words: Text) -> HookError:
    return HookError(412, Issue("required", words, "prefetch.answers"))


def _latest(request: HookRequest, protocol: Protocol) -> list[Element]:
    """The latest response to the questionnaire of a protocol that counts, with every other that says the same.

    Raises:
        HookError: 400 if there are several that differ, and no time tells which is the latest.
    """
    url = f"{_BEGINS}{protocol.id}"
    ours = [
        one
        for one in listed(request.prefetch.get("answers"), "QuestionnaireResponse")
        if str(one.get("questionnaire", "")).partition("|")[0] == url and one.get("status") != "entered-in-error"
    ]
    last = last_said([(effective_time(one.get("authored")), _content(one)) for one in ours])
    if ours and last is None:
        raise HookError(400, two_things("QuestionnaireResponse"))
    return [one for one in ours if _content(one) == last]


def _content(response: Element) -> tuple[object, object]:
    return response.get("questionnaire"), response.get("item")


def _answers(request: HookRequest, responses: list[Element], protocol: Protocol, on: dt.date) -> Answers:
    items = merged(responses, _items(request, protocol.vocabulary.facts))
    try:
        return read_questionnaire_response({**responses[0], "item": items}, protocol, on=on)
    except InputError as error:
        version = error.place.field == "questionnaire"
        at = f"prefetch.answers: {error.place.field}"
        words = Issue("business-rule" if version else "value", error.what, at)
        raise HookError(412 if version else 400, words) from error


def _items(request: HookRequest, facts: Mapping[str, Fact]) -> Iterator[tuple[Element, EffectiveTime]]:
    """What the other prefetched resources say, as items of a response, each with its time."""
    patient = request.prefetch.get("patient")
    if patient is not None and isinstance(patient.get("birthDate"), str):
        yield {"linkId": BIRTH, "answer": [{"valueDate": patient["birthDate"]}]}, EffectiveTime()
    observations = listed(request.prefetch.get("observations"), "Observation")
    for one in observations:
        fact = facts.get(_code(one.get("code"), FACTS))
        if fact is not None and one.get("status") in _COUNTS and (item := _item(fact, one)):
            yield item, effective_time(one.get("effectiveDateTime"))
    for one in listed(request.prefetch.get("conditions"), "Condition"):
        name, _, _value = (code := _code(one.get("code"), ANSWERS)).partition(".")
        if name in facts and _holds(one):
            item = {"linkId": name, "answer": [{"valueCoding": {"system": ANSWERS, "code": code}}]}
            yield item, effective_time(one.get("recordedDate"))


def _item(fact: Fact, observation: Element) -> Element | None:
    """An Observation of a fact as an item; None where it has neither a value nor a reason for none."""
    absent = observation.get("dataAbsentReason", {}).get("coding", [{}])[0].get("code")
    if absent is not None:
        return {"linkId": fact.id, "extension": [extension(ABSENT_REASON, valueCode=absent)]}
    if "valueBoolean" in observation:
        return {"linkId": fact.id, "answer": [{"valueBoolean": observation["valueBoolean"]}]}
    if "valueInteger" in observation:
        return {"linkId": fact.id, "answer": [{"valueInteger": observation["valueInteger"]}]}
    if "valueDateTime" in observation:
        return {"linkId": fact.id, "answer": [{"valueDate": observation["valueDateTime"][:10]}]}
    code = _code(observation.get("valueCodeableConcept"), ANSWERS)
    if code:
        link = word_link(fact.id) if fact.type == "date_or_word" else fact.id
        return {"linkId": link, "answer": [{"valueCoding": {"system": ANSWERS, "code": code}}]}
    if not any(name.startswith("value") for name in observation):
        return None
    raise HookError(
        400,
        issue(
            "value",
            "prefetch.observations",
            f"The value of {shown(fact.id)} is none that this fact can have.",
            f"El valor de {shown(fact.id)} no es ninguno de los posibles.",
        ),
    )


def listed(value: Element | None, kind: str) -> list[Element]:
    """The resources of a type that a prefetched value holds: itself, or the entries of a Bundle."""
    if value is None:
        return []
    inside: list[Any] = [value] if value.get("resourceType") != "Bundle" else [one for _, one in entries(value)]
    return [one for one in inside if isinstance(one, dict) and one.get("resourceType") == kind]


def codes_of(concept: object, system: str) -> list[str]:
    """The codes of one system in a CodeableConcept; none in what is no CodeableConcept."""
    codings = concept.get("coding") if isinstance(concept, dict) else None
    given = [one for one in codings if isinstance(one, dict)] if isinstance(codings, list) else []
    return [str(one["code"]) for one in given if one.get("system") == system and "code" in one]


def _code(concept: object, system: str) -> str:
    return next(iter(codes_of(concept, system)), "")


def _holds(condition: Element) -> bool:
    """Whether a Condition is there now, as far as its sender says."""
    said = {
        one.get("code")
        for name in ("clinicalStatus", "verificationStatus")
        for one in condition.get(name, {}).get("coding", [])
    }
    return not said & set(_NOT_SO)
