"""The vocabulary: every fact, event and sign that a case may hold."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, cast, get_args

from dermograph.core.text import Text
from dermograph.protocols.field import Field

FactType = Literal["boolean", "choice", "integer", "date", "date_or_word"]
Scope = Literal["patient", "area"]
FactValue = bool | int | str | dt.date
Meaning = Literal["never", "ongoing"]

MISSING: Mapping[str, Text] = {
    "not_asked": Text("not asked", "no se ha preguntado"),
    "not_known": Text("not known", "no se sabe"),
    "refused": Text("answer refused", "no quiere responder"),
    "not_applicable": Text("does not apply", "no procede"),
    "expired": Text("too old to count", "caducado"),
}


@dataclass(frozen=True, slots=True)
class Missing:
    """Why a fact is not known. It is unknown to every rule, whatever the reason.

    Attributes:
        why: A key of ``MISSING``.
    """

    why: str = "not_asked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """What a case can say of a patient or of an area.

    Attributes:
        type: How it is written.
        values: For a choice: the words and what a person reads for them.
        words: For ``date_or_word``: the words that may stand for a date.
        meanings: For those words: ``never`` (it did not happen) or ``ongoing`` (it has not ended).
        low, high: For an integer: the limits, both inclusive.
        concern: Values that are shown in an assessment even where the protocol has no rule for them.
    """

    id: str
    scope: Scope
    type: FactType
    label: Text
    question: Text
    help: Text
    values: Mapping[str, Text]
    words: Mapping[str, Text]
    meanings: Mapping[str, Meaning]
    low: int = 0
    high: int = 0
    concern: tuple[FactValue, ...] = ()

    def reads(self, value: FactValue) -> Text:
        """What a person reads for a value of this fact."""
        if isinstance(value, bool):
            return Text("yes", "sí") if value else Text("no", "no")
        if isinstance(value, str):
            return self.values.get(value) or self.words.get(value) or Text(value, value)
        return Text(str(value), str(value))


@dataclass(frozen=True, slots=True, kw_only=True)
class EventKind:
    """Something that happens on a date.

    Attributes:
        is_a: The wider kind that rules may speak of; None if there is none.
        closes: ``own_days`` if no session can be held on its days, ``after`` if all must be over by its day.
    """

    id: str
    label: Text
    is_a: str | None = None
    closes: Literal["own_days", "after"] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Vocabulary:
    """All facts, events and signs by their id, in the order of the file."""

    facts: Mapping[str, Fact]
    events: Mapping[str, EventKind]
    signs: Mapping[str, Text]

    def is_kind(self, event: str, kind: str) -> bool:
        """Whether ``event`` is ``kind`` or a narrower kind of it."""
        return event == kind or self.events[event].is_a == kind


def read_vocabulary(root: Field) -> Vocabulary:
    """The vocabulary of a ``facts.yaml``.

    Raises:
        InputError: At the first entry that is wrong.
    """
    entries = root.mapping(required=("schema", "facts", "events", "signs"))
    entries["schema"].choice(("dermograph.vocabulary/1",))
    facts = {name: _read_fact(name, field) for name, field in entries["facts"].entries().items()}
    events = {name: _read_event(name, field) for name, field in entries["events"].entries().items()}
    for name, field in entries["events"].entries().items():
        wider = events[name].is_a
        if wider is not None and (wider not in events or events[wider].is_a is not None):
            raise field.error(
                Text(f"{wider!r} is not a widest kind of event.", f"{wider!r} no es un tipo de evento general.")
            )
    signs = {name: field.mapping(("label",))["label"].text() for name, field in entries["signs"].entries().items()}
    return Vocabulary(facts=facts, events=events, signs=signs)


def _read_fact(name: str, field: Field) -> Fact:
    kind = field.entries()["type"].choice(get_args(FactType)) if "type" in field.entries() else ""
    extra = {"choice": ("values",), "integer": ("from", "to"), "date_or_word": ("words",)}.get(kind, ())
    entries = field.mapping(required=("scope", "type", "label", "question", "help", *extra), optional=("concern",))
    words = entries["words"].entries() if "words" in entries else {}
    readings = {word: entry.mapping(("means", "en", "es")) for word, entry in words.items()}
    return Fact(
        id=name,
        scope=cast("Scope", entries["scope"].choice(get_args(Scope))),
        type=cast("FactType", kind),
        label=entries["label"].text(),
        question=entries["question"].text(),
        help=entries["help"].text(),
        values={v: t.text() for v, t in entries["values"].entries().items()} if "values" in entries else {},
        words={word: Text(parts["en"].string(), parts["es"].string()) for word, parts in readings.items()},
        meanings={word: cast("Meaning", parts["means"].choice(get_args(Meaning))) for word, parts in readings.items()},
        low=entries["from"].integer(0, 1000) if "from" in entries else 0,
        high=entries["to"].integer(0, 1000) if "to" in entries else 0,
        concern=tuple(_read_concern(item) for item in entries["concern"].items()) if "concern" in entries else (),
    )


def _read_concern(item: Field) -> FactValue:
    return item.boolean() if isinstance(item.node.value, bool) else item.string()


def _read_event(name: str, field: Field) -> EventKind:
    entries = field.mapping(required=("label",), optional=("is_a", "closes"))
    closes = entries["closes"].choice(("own_days", "after")) if "closes" in entries else None
    return EventKind(
        id=name,
        label=entries["label"].text(),
        is_a=entries["is_a"].string() if "is_a" in entries else None,
        closes=cast("Literal['own_days', 'after'] | None", closes),
    )
