"""Observations and Conditions with our codes as statements, those that our own records are made into among them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from dermograph.core.errors import InputError, shown
from dermograph.exchange.cds_hooks.effective_time import EffectiveTime, effective_time
from dermograph.exchange.cds_hooks.references import courses_in, id_in, standing, withdrawn
from dermograph.exchange.cds_hooks.refusal import HookError, issue
from dermograph.exchange.cds_hooks.request import HookRequest
from dermograph.exchange.cds_hooks.resources import codes_of, listed
from dermograph.exchange.cds_hooks.responses import Response
from dermograph.exchange.cds_hooks.statements import Statement, said, spoken
from dermograph.exchange.fhir.codes import ANSWERS, FACTS, answer_code, word_link
from dermograph.exchange.fhir.elements import ABSENT_REASON, Element, extension
from dermograph.exchange.fhir.map.codecs import ABSENT_SYSTEM
from dermograph.exchange.fhir.map.steps import extended, found
from dermograph.exchange.fhir.map.table import tag_of
from dermograph.exchange.fhir.outcome import Issue
from dermograph.exchange.fhir.protocol.absence import reason_of
from dermograph.protocols.vocabulary import Fact

OURS: Final = "answer"
_COUNTS: Final = ("final", "amended", "corrected")  # of observation-status
_NOT_SO: Final = ("refuted", "inactive", "resolved", "remission")
_SUPERSEDES: Final = extended("supersedes", "valueReference")


@dataclass(frozen=True, slots=True)
class Observed:
    """What one Observation says of a fact.

    Attributes:
        statement: None where it was taken back: it was entered in error, or a later one took its place.
        item: What it says or said, as an item; None where it has neither a value nor a reason for none.
        of: The ids of the responses that it was made from, that whose item it is among them.
        is_ours: Whether it was made from one of our records.
    """

    fact: str
    statement: Statement | None
    item: Element | None
    of: frozenset[str]
    is_ours: bool


def observed_in(request: HookRequest, facts: Mapping[str, Fact], now: dt.datetime) -> list[Observed]:
    """Every Observation of a fact of ours; those that count no more, too, for what they take back.

    Args:
        request: With its prefetch.
        facts: By their ids.
        now: What is dated later tells no time.

    Raises:
        HookError: 400 for a value that the fact cannot have, for a reason why there is none that is no such reason,
            and for both at once.
    """
    every = listed(request.prefetch.get("observations"), "Observation")
    errors = withdrawn(listed(request.prefetch.get("answers"), "QuestionnaireResponse"))
    there = standing(every)
    live = [one for one in there if one.get("status") in _COUNTS]
    former = _superseded(live)
    valid = {id(one) for one in there}
    made = []
    for one in every:
        fact = facts.get(_code(one.get("code"), FACTS))
        of = frozenset(key for ref in one.get("derivedFrom", ()) if _may_be_response(ref) and (key := id_in(ref)))
        is_gone = id(one) not in valid or one.get("id") in former
        if fact is None or of & errors or not (is_gone or one.get("status") in _COUNTS):
            continue
        item, is_ours = _item(fact, one), tag_of(one) == OURS
        if is_gone:
            made.append(Observed(fact.id, None, item, of, is_ours))
            continue
        _check(fact, one, item)
        statement = spoken(item, _time(one, now), takes_back=is_ours)
        if statement is not None:
            courses = frozenset(courses_in(one, ("basedOn", "focus"), request.fhir_server))
            made.append(Observed(fact.id, replace(statement, courses=courses), item, of, is_ours))
    return made


def conditions_in(request: HookRequest, facts: Mapping[str, Fact], now: dt.datetime) -> Iterator[Statement]:
    """What the Conditions say that are there now."""
    for one in standing(listed(request.prefetch.get("conditions"), "Condition")):
        name, _, _value = (code := _code(one.get("code"), ANSWERS)).partition(".")
        if name in facts and _holds(one):
            when = effective_time(one.get("recordedDate")).known_at(now)
            if statement := spoken(_coded(facts[name], code), when):
                yield statement


def without_what_was_taken_back(
    stated: Iterator[tuple[Response, Statement]], observed: Sequence[Observed]
) -> Iterator[Statement]:
    """What responses say, but for the items that Observations made of them tell better.

    Of a part of ours an Observation of the same answer has its own time. Of any response an Observation that was
    entered in error, or that a later one superseded, takes back the same answer.
    """
    about: dict[tuple[str, str], list[Observed]] = {}
    for one in observed:
        for key in one.of:
            about.setdefault((key, one.fact), []).append(one)
    for response, statement in stated:
        of_it = about.get((str(response.resource.get("id", "")), statement.fact), ())
        same = [one for one in of_it if one.item is None or said(one.item) == statement.value]
        still_so = [one for one in same if one.statement is not None]
        told_better = response.is_ours and any(one.is_ours for one in still_so)
        if not told_better and (still_so or not same):
            yield statement


def _superseded(observations: Sequence[Element]) -> set[str]:
    """The ids of answers of ours that a later one of the same fact took the place of."""
    ours = {str(one["id"]): one for one in observations if "id" in one and tag_of(one) == OURS}
    gone = set()
    for one in ours.values():
        reference = found(one, _SUPERSEDES)
        before = ours.get(id_in(reference))
        if before is None or _code(before.get("code"), FACTS) != _code(one.get("code"), FACTS):
            continue
        if effective_time(before.get("issued")).is_before(effective_time(one.get("issued"))):
            gone.add(str(before["id"]))
    return gone


def _may_be_response(reference: Element) -> bool:
    """Whether a reference does not name another type of resource, whose ids may be the same."""
    text = str(reference.get("reference", ""))
    return "/" not in text or "QuestionnaireResponse/" in text


def _time(observation: Element, now: dt.datetime) -> EffectiveTime:
    """When it was so; of an answer of ours that was written down on its day, the instant of that."""
    when = effective_time(observation.get("effectiveDateTime"))
    issued = effective_time(observation.get("issued"))
    if tag_of(observation) == OURS and when.span and issued.span and when.span[0] <= issued.span[0] <= when.span[1]:
        return issued.known_at(now)
    return when.known_at(now)


def _item(fact: Fact, observation: Element) -> Element | None:
    """An Observation of a fact as an item; None where it has no value that is read, nor a reason for none."""
    if "dataAbsentReason" in observation:
        codings = observation["dataAbsentReason"].get("coding", [])
        codes = [one["code"] for one in codings if one.get("system", ABSENT_SYSTEM) == ABSENT_SYSTEM and "code" in one]
        return {"linkId": fact.id, "extension": [extension(ABSENT_REASON, valueCode=code) for code in codes]}
    if "valueBoolean" in observation:
        return {"linkId": fact.id, "answer": [{"valueBoolean": observation["valueBoolean"]}]}
    if "valueInteger" in observation:
        return {"linkId": fact.id, "answer": [{"valueInteger": observation["valueInteger"]}]}
    if "valueDateTime" in observation:
        return {"linkId": fact.id, "answer": [{"valueDate": observation["valueDateTime"][:10]}]}
    code = _word(fact, observation.get("valueCodeableConcept"))
    return _coded(fact, code) if code else None


def _check(fact: Fact, observation: Element, item: Element | None) -> None:
    """Refuse an Observation that counts and says nothing that is understood: else what it follows would still stand.

    Raises:
        HookError: 400.
    """
    has_value = any(name.lstrip("_").startswith("value") for name in observation)
    if "dataAbsentReason" not in observation:
        if item is None and has_value:
            raise HookError(400, _no_value(fact))
        return
    if has_value:
        raise HookError(400, _both(fact))  # R4, Observation, obs-6
    try:
        why = reason_of(fact.id, item or {}, [])
    except InputError as error:
        raise HookError(400, Issue("value", error.what, f"prefetch.observations: {fact.id}")) from error
    if why is None:
        raise HookError(400, _no_reason(fact))


def _both(fact: Fact) -> Issue:
    return issue(
        "invariant",
        "prefetch.observations",
        f"The Observation of {shown(fact.id)} has a value, and a reason why there is none.",
        f"La Observation de {shown(fact.id)} tiene un valor, y un motivo por el que falta.",
    )


def _no_reason(fact: Fact) -> Issue:
    return issue(
        "value",
        "prefetch.observations",
        f"Why {shown(fact.id)} has no value is not told by a code of data-absent-reason.",
        f"Ningún código de data-absent-reason dice por qué {shown(fact.id)} no tiene valor.",
    )


def _no_value(fact: Fact) -> Issue:
    return issue(
        "value",
        "prefetch.observations",
        f"The value of {shown(fact.id)} is none that this fact can have.",
        f"El valor de {shown(fact.id)} no es ninguno de los posibles.",
    )


def _word(fact: Fact, concept: object) -> str:
    """The code of an answer; empty where it has none, or two that differ.

    Read are a code of an answer (``answers``, such as ``lesion.scar``), and the bare word of the vocabulary (``facts``,
    ``scar``), as the answers in our own records are written.
    """
    bare = {answer_code(fact.id, one) for one in codes_of(concept, FACTS)}
    every = {*codes_of(concept, ANSWERS), *bare}
    return every.pop() if len(every) == 1 else ""


def _coded(fact: Fact, code: str) -> Element:
    """An item with a code of an answer; of a word that stands in for a date, the item for words."""
    link = word_link(fact.id) if fact.type == "date_or_word" else fact.id
    return {"linkId": link, "answer": [{"valueCoding": {"system": ANSWERS, "code": code}}]}


def _code(concept: object, system: str) -> str:
    return next(iter(codes_of(concept, system)), "")


def _holds(condition: Element) -> bool:
    """Whether a Condition is there now, as far as its sender says."""
    told = {
        one.get("code")
        for name in ("clinicalStatus", "verificationStatus")
        for one in condition.get(name, {}).get("coding", [])
    }
    return not told & set(_NOT_SO)
