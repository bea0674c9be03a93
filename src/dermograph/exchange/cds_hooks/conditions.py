"""Conditions with our codes as statements."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import Final

from dermograph.core.errors import shown
from dermograph.exchange.cds_hooks.absent import is_absent
from dermograph.exchange.cds_hooks.coded import CLINICAL, VERIFIED, answer_in, status_in
from dermograph.exchange.cds_hooks.effective_time import effective_time
from dermograph.exchange.cds_hooks.observed_value import coded
from dermograph.exchange.cds_hooks.references import standing
from dermograph.exchange.cds_hooks.refusal import HookError, issue
from dermograph.exchange.cds_hooks.request import HookRequest
from dermograph.exchange.cds_hooks.resources import listed
from dermograph.exchange.cds_hooks.statements import Statement, spoken
from dermograph.exchange.fhir.elements import Element
from dermograph.protocols.vocabulary import Fact

_OVER: Final = ("inactive", "resolved", "remission")


def conditions_in(request: HookRequest, facts: Mapping[str, Fact], now: dt.datetime) -> Iterator[Statement]:
    """What the Conditions say that are there now.

    Args:
        request: With its prefetch.
        facts: By their ids.
        now: What is dated later tells no time.

    Raises:
        HookError: 400 for codes of ours or a status that are not understood, also where the Condition is over.
    """
    every = listed(request.prefetch.get("conditions"), "Condition")
    answers = {id(one): answer for one in every if (answer := answer_in(one.get("code"), facts)) is not None}
    over = {id(one) for one in every if id(one) in answers and _is_over(one, answers[id(one)][0])}
    for one in standing(every):
        if id(one) in answers and id(one) not in over:
            fact, code = answers[id(one)]
            if statement := spoken(coded(fact, code), effective_time(one.get("recordedDate")).known_at(now)):
                yield statement


def _is_over(condition: Element, fact: Fact) -> bool:
    """Whether a Condition is not there now, as far as its sender says.

    Raises:
        HookError: 400 if that is not understood, or if it says two things of it.
    """
    clinical = status_in(condition.get("clinicalStatus"), CLINICAL)
    verified = status_in(condition.get("verificationStatus"), VERIFIED)
    if is_absent(condition):
        raise _both(
            f"The Condition of {shown(fact.id)} is stated, and a reason why there is none.",
            f"La Condition de {shown(fact.id)} consta, y también un motivo por el que falta.",
        )
    if clinical not in _OVER and any(name.lstrip("_").startswith("abatement") for name in condition):
        raise _both(
            f"The Condition of {shown(fact.id)} has an end, and no status that says so.",  # R4, Condition, con-4
            f"La Condition de {shown(fact.id)} tiene un final, y ningún estado que lo diga.",
        )
    return clinical in _OVER or verified == "refuted"


def _both(en: str, es: str) -> HookError:
    return HookError(400, issue("business-rule", "prefetch.conditions", en, es))
