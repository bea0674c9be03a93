"""What several resources say of one fact: the later counts, and where no day tells which that is, nothing does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from typing import Any, Final

from dermograph.core.errors import InputError, shown
from dermograph.exchange.cds_hooks.refusal import HookError, issue
from dermograph.exchange.fhir.codes import word_link
from dermograph.exchange.fhir.elements import Element
from dermograph.exchange.fhir.outcome import Issue
from dermograph.exchange.fhir.protocol.absence import reason_of

BIRTH: Final = "birth_date"
NOT_ASKED: Final = "not_asked"
WHOLE_DAY: Final = len("2026-11-22")


@dataclass(frozen=True, slots=True)
class _Statement:
    """What one resource says of a fact.

    Attributes:
        value: None where it says that the value is not known.
        day: On which it was so, or as much of it as is stated.
        item: As an item of a response.
    """

    value: object
    day: str
    item: Element

    @property
    def has_day(self) -> bool:
        """Whether a whole day is stated."""
        return len(self.day) == WHOLE_DAY


def written_on(response: Element) -> str:
    """The day on which a response was written, or as much of it as it states."""
    return str(response.get("authored", ""))[:WHOLE_DAY]


def merged(response: Element, more: Iterable[tuple[Element, str]]) -> list[Element]:
    """The items of a response, and what else is said of facts that it leaves open, or was said of them later.

    Args:
        response: With the day on which it was written.
        more: Further items in any order, each with its day; empty for none.

    Raises:
        HookError: 400 if two things are said of one fact, and no day tells which is the later.
    """
    listed = response.get("item", [])
    items: list[Any] = list(listed) if isinstance(listed, list) else []
    written = written_on(response)
    said: dict[str, list[_Statement]] = {}
    for item, day in chain(((one, written) for one in items if isinstance(one, dict)), more):
        fact, value = _fact(item), _said(item)
        if fact and (value is not None or _is_absent(item)):
            said.setdefault(fact, []).append(_Statement(value, day, item))
    for fact, statements in said.items():
        last = _last(fact, statements)
        if not any(one is last for one in items):
            items = [one for one in items if _fact(one) != fact] + [last]
    return items


def two_things(fact: str) -> Issue:
    """That two things are said, and no day decides."""
    return issue(
        "conflict",
        "prefetch",
        f"Two things are said of {shown(fact)}, and no day tells which is the later.",
        f"Se dicen dos cosas de {shown(fact)} y ninguna fecha indica cuál es la posterior.",
    )


def _last(fact: str, statements: list[_Statement]) -> Element:
    """The item that says what was said last.

    Raises:
        HookError: 400 if another thing is said as well that may have been said as late.
    """
    values = [one for one in statements if one.value is not None]
    if not values:
        return statements[0].item
    last = max(values, key=lambda one: one.day if one.has_day else "")
    for one in values:
        is_before = one.has_day and last.has_day and one.day < last.day
        if one.value != last.value and (fact == BIRTH or not is_before):
            raise HookError(400, two_things(fact))
    return _not_known_since(fact, last, statements) or next(one.item for one in values if one.value == last.value)


def _not_known_since(fact: str, last: _Statement, statements: list[_Statement]) -> Element | None:
    """The item that says later than any value that it is not known; nobody is born on another day by that.

    Raises:
        HookError: 400 if no day tells whether it is later.
    """
    absent = [one for one in statements if one.value is None and one.has_day and fact != BIRTH]
    if not absent:
        return None
    latest = max(absent, key=lambda one: one.day)
    if not last.has_day:
        raise HookError(400, two_things(fact))
    return latest.item if latest.day > last.day else None


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
