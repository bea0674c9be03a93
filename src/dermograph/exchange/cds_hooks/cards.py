"""Cards as values: what the specification demands of one holds for every one that can be made.

Source: CDS Hooks 2.0, Card Attributes, Source, Suggestion, Action, Link, Coding.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

from dermograph.exchange.cds_hooks.json_values import is_url
from dermograph.exchange.fhir.elements import Element

Indicator = Literal["info", "warning", "critical"]
INDICATORS: Final[tuple[Indicator, ...]] = ("info", "warning", "critical")  # in the order of urgency
SUMMARY_SHORTER_THAN: Final = 140
_ELLIPSIS: Final = "…"


@dataclass(frozen=True, slots=True)
class Coded:
    """A code of a system, with what people read (Coding)."""

    system: str
    code: str
    display: str

    def __post_init__(self) -> None:
        _demand(all((self.system.strip(), self.code.strip(), self.display.strip())), "a coding has all its parts")

    def to_json(self) -> dict[str, str]:
        """All three."""
        return {"system": self.system, "code": self.code, "display": self.display}


@dataclass(frozen=True, slots=True)
class Source:
    """Where the guidance comes from.

    Attributes:
        label: The document and the place in it.
        url: Absolute; empty where the document has none.
        topic: The claim as a code; None where the guidance cites none.
    """

    label: str
    url: str = ""
    topic: Coded | None = None

    def __post_init__(self) -> None:
        _demand(bool(self.label.strip()), "a source has a label")
        _demand(not self.url or is_url(self.url), "the address of a source is absolute")

    def to_json(self) -> dict[str, Any]:
        """Without what is not there."""
        made: dict[str, Any] = {"label": self.label}
        if self.url:
            made["url"] = self.url
        return made | {"topic": self.topic.to_json()} if self.topic else made


@dataclass(frozen=True, slots=True)
class Action:
    """Something that would be made; nothing here ever changes or removes what is there (``create``)."""

    description: str
    resource: Element

    def __post_init__(self) -> None:
        _demand(bool(self.description.strip()), "an action says what it does")
        _demand(bool(self.resource.get("resourceType")), "what an action makes is a resource")

    def to_json(self) -> dict[str, Any]:
        """With its type."""
        return {"type": "create", "description": self.description, "resource": self.resource}


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What a person may choose; all of its actions together."""

    label: str
    uuid: uuid.UUID
    actions: tuple[Action, ...]

    def __post_init__(self) -> None:
        _demand(bool(self.label.strip() and self.actions), "a suggestion has a label and actions")

    def to_json(self) -> dict[str, Any]:
        """With its actions."""
        actions = [one.to_json() for one in self.actions]
        return {"label": self.label, "uuid": str(self.uuid), "actions": actions}


@dataclass(frozen=True, slots=True)
class Link:
    """An absolute address to read more."""

    label: str
    url: str

    def __post_init__(self) -> None:
        _demand(bool(self.label.strip()) and is_url(self.url), "a link has a label and an absolute address")

    def to_json(self) -> dict[str, str]:
        """With its type."""
        return {"label": self.label, "url": self.url, "type": "absolute"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One piece of guidance.

    Attributes:
        uuid: Of this card, of no other.
        about: The id of the statement behind it; it is kept here and not sent.
        summary: One sentence of fewer than 140 characters.
        detail: GitHub Flavored Markdown; empty for none.
        suggestions: Of which at most one is meant to be chosen.
        override_reasons: Why a person may set it aside.
    """

    uuid: uuid.UUID
    about: str
    summary: str
    indicator: Indicator
    source: Source
    detail: str = ""
    suggestions: tuple[Suggestion, ...] = ()
    override_reasons: tuple[Coded, ...] = ()
    links: tuple[Link, ...] = ()

    def __post_init__(self) -> None:
        _demand(0 < len(self.summary.strip()) <= len(self.summary) < SUMMARY_SHORTER_THAN, "a summary is short")
        _demand("\n" not in self.summary, "a summary is one line")
        _demand(self.indicator in INDICATORS, "an indicator is info, warning or critical")

    def to_json(self) -> dict[str, Any]:
        """As it is sent: nothing empty, and ``selectionBehavior`` with suggestions and only then."""
        made: dict[str, Any] = {
            "uuid": str(self.uuid),
            "summary": self.summary,
            "indicator": self.indicator,
            "source": self.source.to_json(),
        }
        if self.detail.strip():
            made["detail"] = self.detail
        if self.suggestions:
            made["suggestions"] = [one.to_json() for one in self.suggestions]
            made["selectionBehavior"] = "at-most-one"
        if self.override_reasons:
            made["overrideReasons"] = [one.to_json() for one in self.override_reasons]
        if self.links:
            made["links"] = [one.to_json() for one in self.links]
        return made


def answer(cards: Sequence[Card]) -> dict[str, Any]:
    """What a service answers, the most urgent card first; an empty list means that there is nothing to say."""
    ordered = sorted(cards, key=lambda card: -INDICATORS.index(card.indicator))
    return {"cards": [card.to_json() for card in ordered]}


def headline(text: str) -> str:
    """A text as a summary: its first sentence, cut at a word where even that is too long.

    >>> headline("One sentence. And another.")
    'One sentence.'
    """
    line = " ".join(text.split())
    end = line.find(". ")
    short = line[: end + 1] if end >= 0 else line
    if len(short) < SUMMARY_SHORTER_THAN:
        return short
    cut = short[: SUMMARY_SHORTER_THAN - 1 - len(_ELLIPSIS)]
    return (cut[: cut.rfind(" ")] if " " in cut else cut).rstrip(" ,;:") + _ELLIPSIS


def _demand(holds: bool, what: str) -> None:  # noqa: FBT001 (a condition)
    """Stop a card that the specification forbids from being made.

    Raises:
        ValueError: If it does not hold.
    """
    if not holds:
        raise ValueError(what)
