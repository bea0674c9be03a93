"""The value of an Observation of a fact, or the reason why it has none, as an item of a response."""

from __future__ import annotations

from dermograph.core.errors import InputError, shown
from dermograph.exchange.cds_hooks.absent import is_absent, says_absent
from dermograph.exchange.cds_hooks.refusal import HookError, issue
from dermograph.exchange.cds_hooks.resources import codes_of
from dermograph.exchange.fhir.codes import ANSWERS, FACTS, answer_code, word_link
from dermograph.exchange.fhir.elements import ABSENT_REASON, Element, extension
from dermograph.exchange.fhir.map.codecs import ABSENT_SYSTEM
from dermograph.exchange.fhir.outcome import Issue
from dermograph.exchange.fhir.protocol.absence import reason_of
from dermograph.protocols.vocabulary import Fact


def item_of(fact: Fact, observation: Element) -> Element | None:
    """An Observation of a fact as an item; None where it has no value that is read, nor a reason for none."""
    if _is_without(observation):
        codings = observation.get("dataAbsentReason", {}).get("coding", [])
        codes = [one["code"] for one in codings if one.get("system", ABSENT_SYSTEM) == ABSENT_SYSTEM and "code" in one]
        beside = observation.get("extension", [])
        codes += [one.get("valueCode") for one in beside if one.get("url") == ABSENT_REASON]
        return {"linkId": fact.id, "extension": [extension(ABSENT_REASON, valueCode=code) for code in codes]}
    if "valueBoolean" in observation:
        return {"linkId": fact.id, "answer": [{"valueBoolean": observation["valueBoolean"]}]}
    if "valueInteger" in observation:
        return {"linkId": fact.id, "answer": [{"valueInteger": observation["valueInteger"]}]}
    if "valueDateTime" in observation:
        return {"linkId": fact.id, "answer": [{"valueDate": observation["valueDateTime"][:10]}]}
    code = _word(fact, observation.get("valueCodeableConcept"))
    return coded(fact, code) if code else None


def check(fact: Fact, observation: Element, item: Element | None) -> None:
    """Refuse an Observation that counts and says nothing that is understood: else what it follows would still stand.

    Raises:
        HookError: 400.
    """
    values = [value for name, value in observation.items() if name.lstrip("_").startswith("value")]
    if not _is_without(observation):
        if values and item is None:
            raise HookError(400, _no_value(fact))
        if says_absent(values):
            raise HookError(400, _both(fact))
        return
    if values:
        raise HookError(400, _both(fact))  # R4, Observation, obs-6
    try:
        why = reason_of(fact.id, item or {}, [])
    except InputError as error:
        raise HookError(400, Issue("value", error.what, f"prefetch.observations: {fact.id}")) from error
    if why is None:
        raise HookError(400, _no_reason(fact))


def _is_without(observation: Element) -> bool:
    """Whether an Observation says why it has no value: in the member for that, or by an extension of its own."""
    return "dataAbsentReason" in observation or is_absent(observation)


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


def coded(fact: Fact, code: str) -> Element:
    """An item with a code of an answer; of a word that stands in for a date, the item for words."""
    link = word_link(fact.id) if fact.type == "date_or_word" else fact.id
    return {"linkId": link, "answer": [{"valueCoding": {"system": ANSWERS, "code": code}}]}
