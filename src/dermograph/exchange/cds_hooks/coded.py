"""Which fact a code of ours names: one that is known here, or the resource is refused, so that nothing older stands."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from dermograph.core.errors import shown
from dermograph.exchange.cds_hooks.refusal import HookError, issue
from dermograph.exchange.cds_hooks.resources import codes_of
from dermograph.exchange.fhir.codes import ANSWERS, FACTS
from dermograph.exchange.fhir.elements import Element
from dermograph.protocols.vocabulary import Fact

#: Of R4, each with the codes of its required value set.
CLINICAL: Final = "http://terminology.hl7.org/CodeSystem/condition-clinical"
VERIFIED: Final = "http://terminology.hl7.org/CodeSystem/condition-ver-status"
_STATUSES: Final = {
    CLINICAL: ("active", "recurrence", "relapse", "inactive", "remission", "resolved"),
    VERIFIED: ("unconfirmed", "provisional", "differential", "confirmed", "refuted", "entered-in-error"),
}


def fact_of(concept: object, facts: Mapping[str, Fact]) -> Fact | None:
    """The fact that an Observation is of; None where no code of ours says one.

    Args:
        concept: The Observation's code.
        facts: By their ids.

    Raises:
        HookError: 400 for several facts, for one that is not known here, and for an answer in its place.
    """
    named, answers = {*codes_of(concept, FACTS)}, {*codes_of(concept, ANSWERS)}
    if not named and not answers:
        return None
    if len(named) != 1 or answers or not named <= facts.keys():
        raise _not_one("observations", named | answers)
    return facts[named.pop()]


def answer_in(concept: object, facts: Mapping[str, Fact]) -> tuple[Fact, str] | None:
    """The fact that a Condition answers, and the code of the answer; None where it has no code of ours.

    Args:
        concept: The Condition's code.
        facts: By their ids.

    Raises:
        HookError: 400 for several answers, for one about a fact that is not known here, and for a fact without an
            answer.
    """
    answers, bare = {*codes_of(concept, ANSWERS)}, {*codes_of(concept, FACTS)}
    if not answers and not bare:
        return None
    code = min(answers, default="")
    name, _, word = code.partition(".")
    if len(answers) != 1 or name not in facts or not bare <= {name, word}:
        raise _not_one("conditions", answers | bare)
    return facts[name], code


def status_in(concept: object, system: str) -> str:
    """The status that a concept states by a code of its own system; empty where there is no concept.

    Args:
        concept: A CodeableConcept; a code without a system is taken for one of that system.
        system: ``CLINICAL`` or ``VERIFIED``.

    Raises:
        HookError: 400 for two that differ, one that the system does not have, and words or codes of others alone.
    """
    if not isinstance(concept, dict) or concept.keys().isdisjoint(("coding", "text")):
        return ""
    told = status_codes(concept, system)
    if len(told) != 1 or not told <= {*_STATUSES[system]}:
        others = [str(one.get("code", "")) for one in concept.get("coding", ())]
        few = ", ".join(sorted(told) or others) or str(concept.get("text", ""))
        raise HookError(
            400,
            issue(
                "code-invalid",
                "prefetch.conditions",
                f"{shown(few)} is not one status of a Condition: its code is one of {', '.join(_STATUSES[system])}.",
                f"{shown(few)} no es un estado de una Condition: su código es uno de {', '.join(_STATUSES[system])}.",
            ),
        )
    return told.pop()


def status_codes(concept: Element, system: str) -> set[str]:
    """The codes of a concept that are of a system, or of none that it tells."""
    return {
        str(one["code"]) for one in concept.get("coding", ()) if one.get("system", system) == system and "code" in one
    }


def _not_one(where: str, codes: set[str]) -> HookError:
    few = ", ".join(sorted(codes))
    return HookError(
        400,
        issue(
            "code-invalid",
            f"prefetch.{where}",
            f"{shown(few)}: one resource is about one fact that is known here.",
            f"{shown(few)}: un recurso trata de un solo dato que aquí se conozca.",
        ),
    )
