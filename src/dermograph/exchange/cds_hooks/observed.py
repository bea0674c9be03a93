"""Observations with our codes as statements, those that our own records are made into among them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from dermograph.core.errors import shown
from dermograph.exchange.cds_hooks.coded import fact_of
from dermograph.exchange.cds_hooks.effective_time import EffectiveTime, effective_time
from dermograph.exchange.cds_hooks.observed_value import check, item_of
from dermograph.exchange.cds_hooks.references import courses_in, id_in, standing, withdrawn
from dermograph.exchange.cds_hooks.refusal import HookError, issue
from dermograph.exchange.cds_hooks.request import HookRequest
from dermograph.exchange.cds_hooks.resources import codes_of, listed
from dermograph.exchange.cds_hooks.responses import Response
from dermograph.exchange.cds_hooks.statements import Statement, said, spoken
from dermograph.exchange.cds_hooks.subject import Subject, kind_of
from dermograph.exchange.fhir.codes import ANSWERS, FACTS
from dermograph.exchange.fhir.elements import Element
from dermograph.exchange.fhir.map.steps import extended, found
from dermograph.exchange.fhir.map.table import tag_of
from dermograph.protocols.vocabulary import Fact

OURS: Final = "answer"
_COUNTS: Final = ("final", "amended", "corrected")  # of observation-status
#: What of the patient an Observation may be focused on; anything else may be somebody or something else.
_AREAS: Final = (
    "Appointment",
    "BodyStructure",
    "CarePlan",
    "Condition",
    "Encounter",
    "EpisodeOfCare",
    "Procedure",
    "ServiceRequest",
)
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
        HookError: 400 for a code of ours that names no fact or several, for a focus that is not the patient, for a
            value that the fact cannot have, for a reason why there is none that is no such reason, and for both at
            once.
    """
    every = listed(request.prefetch.get("observations"), "Observation")
    errors = withdrawn(listed(request.prefetch.get("answers"), "QuestionnaireResponse"))
    there = standing(every)
    live = [one for one in there if one.get("status") in _COUNTS]
    former = _superseded(live)
    valid = {id(one) for one in there}
    made = []
    for one in every:
        of = frozenset(key for ref in one.get("derivedFrom", ()) if _may_be_response(ref) and (key := id_in(ref)))
        is_gone = id(one) not in valid or one.get("id") in former
        if of & errors or not (is_gone or one.get("status") in _COUNTS):
            continue
        fact = fact_of(one.get("code"), facts)
        _refuse_parts(one)
        if fact is None:
            continue
        about = _focus(fact, one, request.subject)
        item, is_ours = item_of(fact, one), tag_of(one) == OURS
        if is_gone:
            made.append(Observed(fact.id, None, item, of, is_ours))
            continue
        check(fact, one, item)
        statement = spoken(item, _time(one, now), takes_back=is_ours)
        if statement is not None:
            courses = frozenset(courses_in(one | about, ("basedOn", "focus"), request.fhir_server))
            made.append(Observed(fact.id, replace(statement, courses=courses), item, of, is_ours))
    return made


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
        if before is None or {*codes_of(before.get("code"), FACTS)} != {*codes_of(one.get("code"), FACTS)}:
            continue
        if effective_time(before.get("issued")).is_before(effective_time(one.get("issued"))):
            gone.add(str(before["id"]))
    return gone


def _refuse_parts(observation: Element) -> None:
    """Refuse an Observation that tells a fact by one of its components, where none is read.

    Raises:
        HookError: 400.
    """
    for part in observation.get("component", ()):
        if codes := [code for system in (FACTS, ANSWERS) for code in codes_of(part.get("code"), system)]:
            raise HookError(
                400,
                issue(
                    "not-supported",
                    "prefetch.observations",
                    f"{shown(codes[0])} stands in a component; each fact is an Observation of its own.",
                    f"{shown(codes[0])} está en un componente; cada dato es una Observation propia.",
                ),
            )


def _focus(fact: Fact, observation: Element, subject: Subject) -> Element:
    """What an Observation is focused on within the patient, as a member of it.

    Raises:
        HookError: 400 if it is, or may be, about somebody or something that is not the patient.
    """
    focus = [one for one in observation.get("focus", ()) if not subject.is_named_by(one)]
    if not all(kind_of(one) in _AREAS for one in focus):
        raise HookError(
            400,
            issue(
                "business-rule",
                "prefetch.observations",
                f"The focus of the Observation of {shown(fact.id)} is not the patient, nor known to be of them.",
                f"El foco (focus) de la Observation de {shown(fact.id)} no es el paciente, ni consta que sea suyo.",
            ),
        )
    return {"focus": focus}


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
