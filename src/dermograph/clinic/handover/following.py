"""What follows from entries and comes back, or comes twice: whether it says anything that the entries do not."""

from __future__ import annotations

import contextlib
import datetime as dt
import uuid
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from dermograph.clinic.handover.holdings import Holdings
from dermograph.clinic.handover.outgoing.keys import made_of
from dermograph.clinic.handover.outgoing.responses import item_of
from dermograph.clinic.handover.outgoing.together import RESPONSE, put_together
from dermograph.clinic.intake.models import Answer
from dermograph.clinic.people.models import Clinic
from dermograph.core.text import Text
from dermograph.exchange.fhir.codes import answer_code, word_link
from dermograph.exchange.fhir.elements import Element
from dermograph.exchange.fhir.incoming import Result
from dermograph.exchange.fhir.map.table import tag_of
from dermograph.exchange.fhir.outcome import Issue
from dermograph.exchange.record import clinical
from dermograph.exchange.record.part import Concept
from dermograph.exchange.record.unknown import Unknown
from dermograph.protocols import load_library

#: What the clinic's own entries lead to, and changes with them.
_FOLLOWING: Final = frozenset({"QuestionnaireResponse", "CarePlan", "DetectedIssue"})
_WENT_ON: Final = Text(
    "It follows from entries of this clinic, which may have gone on since. Nothing is changed by it.",
    "Se deduce de anotaciones de esta clínica, que pueden haber seguido. No se cambia nada.",
)
_OLDER: Final = Text(
    "It is older than what the same system sent already. What is newer stands.",
    "Es anterior a lo que el mismo sistema ya envió. Se mantiene lo más reciente.",
)


def as_it_came_back(one: Result, holdings: Holdings) -> Result | None:
    """An entry that changes what follows from our own entries as one that changes nothing; None where it must not pass.

    A response passes if everything that it answers was once answered here so: else somebody would take for told what is
    nowhere written.

    Args:
        one: What is held under its id is our own.
        holdings: What is held.
    """
    if one.kind not in _FOLLOWING or one.key is None or one.key in holdings.native:
        return None
    if isinstance(one.part, clinical.Response) and not _was_answered(one.part, one.key, holdings.clinic):
        return None
    return _unchanged(one, _WENT_ON)


def as_it_stands(one: Result, holdings: Holdings) -> Result:
    """The same of something that another Dermograph sent before, and now sends as it was still earlier."""
    before = holdings.before(one.kind, one.key) if one.key is not None else None
    if before is None or one.resource is None or not tag_of(one.resource):
        return one
    for when in (_updated, _authored):
        then, now = when(before), when(one.resource)
        if then is not None and now is not None:
            return _unchanged(one, _OLDER) if now < then else one
    return one


def says_only(response: clinical.Response, answers: Iterable[clinical.Answer]) -> bool:
    """Whether every answer of a response is an entry that names it.

    Args:
        response: As it came.
        answers: Entries that came with it, or before.
    """
    said = [one for one in answers if one.response == response.id and one.patient == response.patient]
    return all(isinstance(item.value, Unknown) or any(_is_said(item, one) for one in said) for item in response.items)


def _is_said(item: clinical.Item, answer: clinical.Answer) -> bool:
    if item.link.removesuffix(word_link("")) != answer.fact:
        return False
    told, written = item.value, answer.value
    if isinstance(told, Concept) and isinstance(written, Concept):
        return told.code == answer_code(answer.fact, written.code)
    return told == written


def _was_answered(response: clinical.Response, key: uuid.UUID, clinic: Clinic) -> bool:
    first: Any = Answer.objects.filter(pk=made_of(key, RESPONSE), clinic=clinic).first()
    if first is None:
        return False
    put_together([first])
    facts = load_library().vocabulary.facts
    items = [item_of(one) for one in first.together if one.fact in facts]
    return all(isinstance(one.value, Unknown) or _is_among(one, items) for one in response.items)


def _is_among(item: clinical.Item, items: Iterable[clinical.Item]) -> bool:
    """Whether the same was answered, whatever the words of it were."""
    code = item.value.code if isinstance(item.value, Concept) else item.value
    return any(
        (one.link, one.value.code if isinstance(one.value, Concept) else one.value) == (item.link, code)
        for one in items
    )


def _unchanged(one: Result, words: Text) -> Result:
    note = Issue("informational", words, f"Bundle.entry[{one.number}].resource", "warning")
    return replace(one, done="unchanged", issues=(*one.issues, note))


def _updated(resource: Element) -> dt.datetime | None:
    return _instant(resource.get("meta", {}).get("lastUpdated"))


def _authored(resource: Element) -> dt.datetime | None:
    return _instant(resource.get("authored"))


def _instant(written: Any) -> dt.datetime | None:  # noqa: ANN401 (any JSON)
    """An instant with its zone; None of anything else."""
    with contextlib.suppress(TypeError, ValueError, OverflowError):
        at = dt.datetime.fromisoformat(written)
        return at if at.tzinfo is not None else None
    return None
