"""What several resources say of one fact: the later counts, and where no time tells which that is, nothing does."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from dermograph.core.errors import InputError, shown
from dermograph.exchange.cds_hooks.effective_time import EffectiveTime, ends, last_said
from dermograph.exchange.cds_hooks.refusal import HookError, issue
from dermograph.exchange.fhir.codes import word_link
from dermograph.exchange.fhir.elements import Element
from dermograph.exchange.fhir.outcome import Issue
from dermograph.exchange.fhir.protocol.absence import reason_of

BIRTH: Final = "birth_date"
NOT_ASKED: Final = "not_asked"
_NOT_READ: Final = "not_read"


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """What one resource says of a fact.

    Attributes:
        value: None where it says that the value is not known.
        when: It was so.
        item: As an item of a response.
        is_silent: Whether it only says that nobody asked, which takes nothing back.
        courses: The requests that it names: it is about their areas alone; empty where it names none.
        protocol: The id of the protocol whose questions it answers; of a questionnaire that is not known its name;
            empty where it answers none.
        questionnaire: The Questionnaire that it answers, where that is not the present version; else empty.
    """

    fact: str
    value: object
    when: EffectiveTime
    item: Element
    is_silent: bool = False
    courses: frozenset[str] = frozenset()
    protocol: str = ""
    questionnaire: str = ""


def spoken(item: object, when: EffectiveTime, *, takes_back: bool = False) -> Statement | None:
    """What an item of a response says; None where it says nothing.

    Args:
        item: As it was sent.
        when: It was so.
        takes_back: Whether "not asked" takes back what was said before, as it does in our own records.
    """
    fact = _fact(item)
    if not fact or not isinstance(item, dict):
        return None
    value = said(item)
    if value is not None:
        return Statement(fact=fact, value=value, when=when, item=item)
    why = _absence(item)
    silent = why == NOT_ASKED and not takes_back
    return Statement(fact=fact, value=None, when=when, item=item, is_silent=silent) if why else None


def merged(statements: Iterable[Statement]) -> list[Statement]:
    """Of each fact what was said last.

    Args:
        statements: In any order.

    Raises:
        HookError: 400 if two things are said of one fact, and no time tells which is the later.
    """
    about: dict[str, list[Statement]] = {}
    for one in statements:
        about.setdefault(one.fact, []).append(one)
    return [_last(fact, every) for fact, every in about.items()]


def two_things(fact: str) -> Issue:
    """That two things are said, and no time decides."""
    return issue(
        "conflict",
        "prefetch",
        f"Two things are said of {shown(fact)}, and no day or time tells which is the later.",
        f"Se dicen dos cosas de {shown(fact)} y ninguna fecha ni hora indica cuál es la posterior.",
    )


def _last(fact: str, every: list[Statement]) -> Statement:
    """The statement that was made last.

    Raises:
        HookError: 400 if another thing is said as well that may have been said as late.
    """
    statements = [one for one in every if not one.is_silent] or every
    values = [(one.when, one.value) for one in statements if one.value is not None]
    if not values:
        return statements[0]
    last = last_said(values)
    if last is None or (fact == BIRTH and any(value != last for _, value in values)):
        raise HookError(400, two_things(fact))
    if fact != BIRTH and (absent := _not_known_since(fact, last, statements)) is not None:
        return absent  # but nobody is born on another day by that
    alike = [one for one in statements if one.value == last]
    return next((one for one in alike if not one.questionnaire), alike[0])


def _not_known_since(fact: str, value: object, statements: list[Statement]) -> Statement | None:
    """The statement later than the last value that it is not known; None if it was not said since.

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
        since.append((one.when, one))
    return ends(since)[0][1] if since else None


def _fact(item: object) -> str:
    """The fact of an item; empty for what is none."""
    link = item.get("linkId") if isinstance(item, dict) else None
    return link.removesuffix(word_link("")) if isinstance(link, str) else ""


def said(item: Element) -> object:
    """The value of an item's answer, of a code the code; None where it has none."""
    answers = item.get("answer")
    first = answers[0] if isinstance(answers, list) and answers and isinstance(answers[0], dict) else {}
    value = next((value for name, value in first.items() if name.startswith("value")), None)
    return value.get("code") if isinstance(value, dict) else value if isinstance(value, str | int) else None


def _absence(item: Element) -> str:
    """Why an item says that there is no value that is read; empty where it says nothing.

    One that says it wrongly takes the place of what was said before, and is refused when it is read.
    """
    answers = item.get("answer", [])
    try:
        why = reason_of("", item, answers if isinstance(answers, list) else [])
    except InputError:
        return _NOT_READ
    return why.why if why is not None else _NOT_READ if answers else ""
