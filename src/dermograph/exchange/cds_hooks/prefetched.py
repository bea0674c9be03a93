"""Prefetched resources as facts: the answers to our questionnaire, and what else says the same in our own codes.

All of it is read as one response, by the same strict reader: what is not there stays unknown, and where two things are
said of one fact, the later counts; where no day tells which that is, the request is refused.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from dermograph.core.errors import InputError, shown
from dermograph.exchange.cds_hooks.refusal import HookError, issue
from dermograph.exchange.cds_hooks.request import HookRequest
from dermograph.exchange.cds_hooks.resources import entries
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
BIRTH: Final = "birth_date"
_DAY: Final = len("2026-11-22")
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
        HookError: 412 if no answers were sent along, or to another version; 400 if they cannot be understood.
    """
    if "answers" not in request.prefetch:
        raise HookError(
            412,
            issue(
                "required",
                "prefetch.answers",
                "This patient is not in our records, and no answers were sent along: nothing can be said.",
                "Este paciente no está en nuestros registros y no se han enviado respuestas: no puede decirse nada.",
            ),
        )
    found = []
    for protocol in library.protocols.values():
        response = _latest(request, protocol)
        if response is not None:
            found.append(Told(protocol, _answers(request, response, protocol, on)))
    return tuple(found)


def _latest(request: HookRequest, protocol: Protocol) -> Element | None:
    """The latest response to the questionnaire of a protocol that counts."""
    url = f"{_BEGINS}{protocol.id}"
    ours = [
        one
        for one in listed(request.prefetch.get("answers"), "QuestionnaireResponse")
        if str(one.get("questionnaire", "")).partition("|")[0] == url and one.get("status") != "entered-in-error"
    ]
    return max(ours, key=lambda one: str(one.get("authored", "")), default=None)


def _answers(request: HookRequest, response: Element, protocol: Protocol, on: dt.date) -> Answers:
    items = _merged(response, _items(request, protocol.vocabulary.facts))
    try:
        return read_questionnaire_response({**response, "item": items}, protocol, on=on)
    except InputError as error:
        version = error.place.field == "questionnaire"
        at = f"prefetch.answers: {error.place.field}"
        words = Issue("business-rule" if version else "value", error.what, at)
        raise HookError(412 if version else 400, words) from error


def _merged(response: Element, more: Iterable[tuple[Element, str]]) -> list[Element]:
    """The items of a response, and what else is said of facts that it leaves open, or was said of them later.

    Args:
        response: With the day on which it was written.
        more: Further items, the latest first, each with its day; empty for none.

    Raises:
        HookError: 400 if two things are said of one fact, and no day tells which is the later.
    """
    listed = response.get("item", [])
    items: list[Any] = list(listed) if isinstance(listed, list) else []
    written, seen = str(response.get("authored", ""))[:_DAY], set[str]()
    for item, day in more:
        fact = _fact(item)
        if fact in seen:
            continue
        seen.add(fact)
        here = [one for one in items if _fact(one) == fact]
        said = {_said(one) for one in here} - {None}
        if _said(item) is None or _said(item) in said:
            continue
        if said and (fact == BIRTH or len(written) < _DAY or len(day) < _DAY or day == written):
            raise HookError(400, _two_things(fact))
        if not said or day > written:
            items = [one for one in items if _fact(one) != fact] + [item]
    return items


def _two_things(fact: str) -> Issue:
    return issue(
        "conflict",
        "prefetch",
        f"Two things are said of {shown(fact)}, and no day tells which is the later.",
        f"Se dicen dos cosas de {shown(fact)} y ninguna fecha indica cuál es la posterior.",
    )


def _fact(item: object) -> str:
    """The fact of an item; empty for what is none."""
    link = item.get("linkId") if isinstance(item, dict) else None
    return link.removesuffix(word_link("")) if isinstance(link, str) else ""


def _said(item: Element) -> object:
    """The value of an item's answer, of a code the code; None where it has none."""
    answers = item.get("answer")
    first = answers[0] if isinstance(answers, list) and answers and isinstance(answers[0], dict) else {}
    value = next((value for name, value in first.items() if name.startswith("value")), None)
    return value.get("code") if isinstance(value, dict) else value if isinstance(value, str | int) else None


def _items(request: HookRequest, facts: Mapping[str, Fact]) -> Iterator[tuple[Element, str]]:
    """What the other prefetched resources say, as items of a response, each with its day."""
    patient = request.prefetch.get("patient")
    if patient is not None and isinstance(patient.get("birthDate"), str):
        yield {"linkId": BIRTH, "answer": [{"valueDate": patient["birthDate"]}]}, ""
    observations = listed(request.prefetch.get("observations"), "Observation")
    for one in sorted(observations, key=lambda one: str(one.get("effectiveDateTime", "")), reverse=True):
        fact = facts.get(_code(one.get("code"), FACTS))
        if fact is not None and one.get("status") in _COUNTS and (item := _item(fact, one)):
            yield item, str(one.get("effectiveDateTime", ""))[:_DAY]
    for one in listed(request.prefetch.get("conditions"), "Condition"):
        name, _, _value = (code := _code(one.get("code"), ANSWERS)).partition(".")
        if name in facts and _holds(one):
            item = {"linkId": name, "answer": [{"valueCoding": {"system": ANSWERS, "code": code}}]}
            yield item, str(one.get("recordedDate", ""))[:_DAY]


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
    """The codes of one system in a CodeableConcept."""
    codings = concept.get("coding", []) if isinstance(concept, dict) else []
    return [str(one["code"]) for one in codings if one.get("system") == system and "code" in one]


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
