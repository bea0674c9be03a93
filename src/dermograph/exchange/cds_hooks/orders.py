"""Selected orders as facts and events of a case, where a code of ours says what they are.

Nothing is read out of names, and nothing out of other systems' codes: which drug is which is not ours to say.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from dermograph.care.case import Event
from dermograph.core.text import Text
from dermograph.exchange.cds_hooks.refusal import HookError, issue
from dermograph.exchange.cds_hooks.request import HookRequest
from dermograph.exchange.cds_hooks.resources import codes_of, entries
from dermograph.exchange.fhir.codes import ANSWERS, EVENT_KINDS, FACTS
from dermograph.exchange.fhir.elements import Element
from dermograph.exchange.fhir.protocol.partial_dates import meant
from dermograph.protocols.vocabulary import Fact, FactValue, Vocabulary

#: More than anybody orders at once: each is planned for every course.
MOST_ORDERED: Final = 50
#: Of request-status and medicationrequest-status: what nobody carries out any more.
_GIVEN_UP: Final = ("cancelled", "entered-in-error", "revoked", "stopped")
_CODED: Final = ("medicationCodeableConcept", "code", "codeCodeableConcept")


@dataclass(frozen=True, slots=True)
class Ordered:
    """What carrying out one order would make so.

    Attributes:
        label: What it is.
        facts: Facts that would then be known.
        events: Events that would then have a date.
    """

    label: Text
    facts: Mapping[str, FactValue] = field(default_factory=dict)
    events: tuple[Event, ...] = ()


def selected(request: HookRequest, vocabulary: Vocabulary, on: dt.date) -> tuple[Ordered, ...]:
    """What the selected orders would make so; an order without a code of ours is not among them.

    Nor is one that says that it is not to be carried out: by ``doNotPerform``, or by its status.

    Args:
        request: Of ``order-select``.
        vocabulary: Ours.
        on: The day on which an order without a day of its own counts as begun: that it is placed.

    Returns:
        Each change once, however often it is ordered.

    Raises:
        HookError: 400 if there are more of them than ``MOST_ORDERED``.
    """
    chosen = set(request.context["selections"])
    orders = [
        one for _, one in entries(request.context["draftOrders"]) if f"{one['resourceType']}/{one.get('id')}" in chosen
    ]
    found = {
        (frozenset(one.facts.items()), one.events): one
        for order in orders
        if _is_wanted(order)
        for one in _of_order(order, vocabulary, on)
    }
    if len(found) > MOST_ORDERED:
        raise HookError(
            400,
            issue(
                "too-costly",
                "context.draftOrders",
                f"The orders come to {len(found)} different changes; at most {MOST_ORDERED} are answered at once.",
                f"Las órdenes suponen {len(found)} cambios distintos; se responde a {MOST_ORDERED} como máximo.",
            ),
        )
    return tuple(found.values())


def _is_wanted(order: Element) -> bool:
    """Whether an order may still be carried out, as far as it says."""
    return order.get("doNotPerform") is not True and order.get("status") not in _GIVEN_UP


def _of_order(order: Element, vocabulary: Vocabulary, on: dt.date) -> Iterator[Ordered]:
    concepts = [order.get(name) for name in _CODED] + [_contained(order)]
    day = _day(order) or on
    for concept in concepts:
        for code in codes_of(concept, EVENT_KINDS):
            if kind := vocabulary.events.get(code):
                yield Ordered(kind.label, events=(Event(code, day, day),))
        for code in codes_of(concept, FACTS):
            fact = vocabulary.facts.get(code)
            if fact is not None and (value := _begun(fact)) is not None:
                yield Ordered(fact.label, facts={code: value})
        for code in codes_of(concept, ANSWERS):
            name, _, word = code.partition(".")
            fact = vocabulary.facts.get(name)
            if fact is not None and (word in fact.values or word in fact.words):
                yield Ordered(fact.label, facts={name: word})


def _begun(fact: Fact) -> FactValue | None:
    """What a fact would be once the order is carried out: yes, or still going on; None where the code cannot say."""
    if fact.type == "boolean":
        return True
    return next((word for word, meaning in fact.meanings.items() if meaning == "ongoing"), None)


def _contained(order: Element) -> Any:  # noqa: ANN401 (a CodeableConcept)
    """The code of a Medication that the order holds itself."""
    reference = order.get("medicationReference", {})
    wanted = reference.get("reference") if isinstance(reference, dict) else None
    listed = order.get("contained")
    for one in listed if isinstance(listed, list) else []:
        if isinstance(one, dict) and wanted == f"#{one.get('id')}":
            return one.get("code")
    return None


def _day(order: Element) -> dt.date | None:
    """The first day on which it would be carried out, where it states a whole day."""
    occurrence = order.get("occurrencePeriod")
    text = order.get("occurrenceDateTime") or (occurrence.get("start") if isinstance(occurrence, dict) else None)
    days = meant(str(text)[:10]) if text else None
    return days[0] if days and days[0] == days[1] else None
