"""What several resources say of one fact: the later counts, and where no time tells which that is, nothing does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Final

from dermograph.core.errors import InputError, shown
from dermograph.exchange.cds_hooks.effective_time import EffectiveTime, effective_time, ends, last_said
from dermograph.exchange.cds_hooks.refusal import HookError, issue
from dermograph.exchange.fhir.codes import word_link
from dermograph.exchange.fhir.elements import Element
from dermograph.exchange.fhir.outcome import Issue
from dermograph.exchange.fhir.protocol.absence import reason_of

BIRTH: Final = "birth_date"
NOT_ASKED: Final = "not_asked"


@dataclass(frozen=True, slots=True)
class _Statement:
    """What one resource says of a fact.

    Attributes:
        value: None where it says that the value is not known.
        when: It was so.
        item: As an item of a response.
    """

    value: object
    when: EffectiveTime
    item: Element


def merged(responses: Sequence[Element], more: Iterable[tuple[Element, EffectiveTime]]) -> list[Element]:
    """The items of a response, and what else is said of facts that it leaves open, or was said of them later.

    Args:
        responses: The response, and any others that say the same as it.
        more: Further items in any order, each with its time.

    Raises:
        HookError: 400 if two things are said of one fact, and no time tells which is the later.
    """
    listed = responses[0].get("item", [])
    items = list(listed) if isinstance(listed, list) else []
    said: dict[str, list[_Statement]] = {}
    for item, when in chain(chain.from_iterable(map(_items, responses)), more):
        fact, value = _fact(item), _said(item)
        if fact and (value is not None or _is_absent(item)):
            said.setdefault(fact, []).append(_Statement(value, when, item))
    for fact, statements in said.items():
        last = _last(fact, statements)
        if not any(one is last for one in items):
            items = [one for one in items if _fact(one) != fact] + [last]
    return items


def _items(response: Element) -> Iterator[tuple[Element, EffectiveTime]]:
    """The items of a response, each with the time at which it was written."""
    written, listed = effective_time(response.get("authored")), response.get("item")
    for one in listed if isinstance(listed, list) else []:
        if isinstance(one, dict):
            yield one, written


def two_things(fact: str) -> Issue:
    """That two things are said, and no time decides."""
    return issue(
        "conflict",
        "prefetch",
        f"Two things are said of {shown(fact)}, and no day or time tells which is the later.",
        f"Se dicen dos cosas de {shown(fact)} y ninguna fecha ni hora indica cuál es la posterior.",
    )


def _last(fact: str, statements: list[_Statement]) -> Element:
    """The item that says what was said last.

    Raises:
        HookError: 400 if another thing is said as well that may have been said as late.
    """
    said = [(one.when, one.value) for one in statements if one.value is not None]
    if not said:
        return statements[0].item
    last = last_said(said)
    if last is None or (fact == BIRTH and any(value != last for _, value in said)):
        raise HookError(400, two_things(fact))
    if fact != BIRTH and (absent := _not_known_since(fact, last, statements)) is not None:
        return absent  # but nobody is born on another day by that
    return next(one.item for one in statements if one.value == last)


def _not_known_since(fact: str, value: object, statements: list[_Statement]) -> Element | None:
    """The item that says later than the last value that it is not known; None if it was not said since.

    Raises:
        HookError: 400 if no time tells whether it was said before that value or since.
    """
    valued = [when for when, _ in ends((one.when, one) for one in statements if one.value == value)]
    since = []
    for one in statements:
        if one.value is not None or any(one.when.is_before(when) for when in valued):
            continue
        if not all(when.is_before(one.when) for when in valued):
            raise HookError(400, two_things(fact))
        since.append((one.when, one.item))
    return ends(since)[0][1] if since else None


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


def _is_absent(item: Element) -> bool:
    """Whether an item says that there is no answer, and not only that nobody asked.

    One that says it wrongly is refused when it is read.
    """
    answers = item.get("answer", [])
    try:
        why = reason_of("", item, answers if isinstance(answers, list) else [])
    except InputError:
        return False
    return why is not None and why.why != NOT_ASKED
