"""What follows from entries and comes back, or comes twice: whether it says anything that the entries do not."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import replace
from typing import Any, Final

from dermograph.clinic.handover.holdings import Holdings
from dermograph.clinic.handover.outgoing.keys import made_of
from dermograph.clinic.handover.outgoing.responses import item_of
from dermograph.clinic.handover.outgoing.together import RESPONSE, put_together
from dermograph.clinic.handover.sender import is_older
from dermograph.clinic.intake.models import Answer
from dermograph.clinic.people.models import Clinic
from dermograph.core.text import Text
from dermograph.exchange.fhir.incoming import Result
from dermograph.exchange.fhir.map.table import tag_of
from dermograph.exchange.fhir.map.tables import from_resource
from dermograph.exchange.fhir.outcome import Issue
from dermograph.exchange.record import clinical
from dermograph.exchange.record.part import Concept
from dermograph.exchange.record.unknown import Unknown
from dermograph.protocols import load_library

#: What the clinic's own entries lead to, and changes with them.
_FOLLOWING: Final = frozenset({"QuestionnaireResponse", "CarePlan", "DetectedIssue"})
#: Whom and what each of them is about.
_ABOUT: Final = ("patient", "course", "assessment")
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

    It is about whom and what ours is about: what else it says is asked after that alone, so that nobody learns by it
    what another patient answered. A response passes if everything that it answers was once answered here so: else
    somebody would take for told what is nowhere written.

    Args:
        one: What is held under its id is our own.
        holdings: What is held.
    """
    if one.kind not in _FOLLOWING or one.key is None or one.key in holdings.native:
        return None
    if not _is_about_the_same(one, one.key, holdings):
        return None
    if isinstance(one.part, clinical.Response) and not _was_answered(one.part, one.key, holdings.clinic):
        return None
    return _unchanged(one, _WENT_ON)


def as_it_stands(one: Result, holdings: Holdings) -> Result:
    """The same of something that another Dermograph sent before, and now sends as it was still earlier."""
    before = holdings.before(one.kind, one.key) if one.key is not None else None
    if before is None or one.resource is None or not tag_of(one.resource):
        return one
    return _unchanged(one, _OLDER) if is_older(one.resource, before) else one


def _is_about_the_same(one: Result, key: uuid.UUID, holdings: Holdings) -> bool:
    """Whether what came is the same kind of part as ours, and about the same patient, course and assessment."""
    held = holdings.held(one.kind, key)
    ours = from_resource(held.resource, "", holdings.clinic.pk) if held is not None and held.resource else None
    if held is None or ours is None or one.part is None or one.resource is None or type(one.part) is not type(ours):
        return False
    if any(getattr(one.part, name, None) != getattr(ours, name, None) for name in _ABOUT):
        return False
    came, stands = (
        [holdings.keys.of_reference(to.get("reference", "")) for to in each.get("basedOn", ())]
        for each in (one.resource, held.resource)
    )
    return came == stands


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
